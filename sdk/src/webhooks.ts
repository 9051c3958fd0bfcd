/** For those who receive webhooks: is this from the hub, unaltered and fresh? Web Crypto only, so it runs wherever a receiver does. */
import type { components } from "./generated/hub-schema.ts";

export type WebhookEvent = components["schemas"]["WebhookEvent"];
export type WebhookTestEvent = components["schemas"]["WebhookTestEvent"];
export type ReceivedWebhook = WebhookEvent | WebhookTestEvent;

/** Of Fetch, of Node's `http`, or anything that a framework makes of them. */
export type WebhookHeaders =
  { get(name: string): string | null | undefined } | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** This moment; a test gives its own. */
  now?: Date | number;
  /** How far the signature's time may lie from `now`: 300 unless told otherwise. */
  toleranceSeconds?: number;
}

export type WebhookFailure = "secret" | "headers" | "body" | "timestamp" | "signature";

export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
  readonly reason: WebhookFailure;

  constructor(reason: WebhookFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The event, if one of the secrets has signed it; else it throws, and the receiver answers 400. `rawBody` is the body as it
 * came: what has been parsed and written again is another text.
 */
export async function verifyWebhook(
  secrets: string | readonly string[],
  headers: WebhookHeaders,
  rawBody: string | ArrayBuffer | Uint8Array,
  options: VerifyOptions = {},
): Promise<ReceivedWebhook> {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((part) => read(headers, `webhook-${part}`));
  if (!id || !timestamp || !signatures)
    fail("headers", "webhook-id, webhook-timestamp or webhook-signature is missing: pass the headers as they came.");
  const body = typeof rawBody === "string" ? new TextEncoder().encode(rawBody) : bytesOf(rawBody);
  const age = +(options.now ?? Date.now()) / 1000 - Number(timestamp);
  // Not a number is not within the tolerance either.
  if (!(Math.abs(age) <= (options.toleranceSeconds ?? 300)))
    fail("timestamp", `Signed ${age} s ago: an old message sent again by somebody, or this machine's clock is wrong.`);
  const signed = new Uint8Array([...new TextEncoder().encode(`${id}.${timestamp}.`), ...body]);
  for (const secret of [secrets].flat()) {
    const key = await keyOf(secret);
    for (const signature of signatures.split(" ")) {
      const [version, value = ""] = signature.split(",");
      // Compared by Web Crypto, in constant time.
      if (version === "v1" && (await crypto.subtle.verify("HMAC", key, decoded(value) ?? new Uint8Array(), signed)))
        // What the hub has signed is what it has written.
        return JSON.parse(new TextDecoder().decode(body)) as ReceivedWebhook;
    }
  }
  return fail(
    "signature",
    "No signature fits: is the secret that of this endpoint, and the body as it came, before any parser?",
  );
}

function fail(reason: WebhookFailure, message: string): never {
  throw new WebhookVerificationError(reason, message);
}

function read(headers: WebhookHeaders, name: string): string | null | undefined {
  if (typeof headers.get === "function") return headers.get(name);
  const fields = headers as Readonly<Record<string, string | readonly string[] | undefined>>;
  const found = Object.keys(fields).find((each) => each.toLowerCase() === name);
  return found && [fields[found]].flat()[0];
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return fail("body", "The body has been parsed already: pass it as it came, text or bytes.");
}

async function keyOf(secret: string) {
  const bytes = /^whsec_/.test(secret) && decoded(secret.slice(6));
  if (!bytes || bytes.length < 24) fail("secret", "A secret is whsec_ and base64, as the hub showed it once.");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
