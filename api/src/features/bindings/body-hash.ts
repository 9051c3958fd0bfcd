import { canonical } from "../../http/request.ts";
import type { Secrets } from "../../secrets.ts";

/**
 * What two bodies of a vendor are compared by: a keyed hash, because a body may hold patient data. Give the body as the
 * request's schema parsed it, without what is not the object's (`baseVersion`, `externalId`).
 */
export function bodyHashOf(secrets: Secrets, body: unknown): string {
  return secrets.keyedHash("binding-body", canonical(body));
}
