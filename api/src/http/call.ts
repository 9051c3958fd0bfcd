import type { Actor } from "../domain/actor.ts";
import type { Language } from "../domain/problems.ts";
import type { Once } from "../db/idempotency.ts";

/** One request as an action sees it: who calls and how the answer is wanted, nothing of HTTP. */
export interface Call<A extends Actor = Actor> {
  actor: A;
  requestId: string;
  language: Language;
  /** Where the hub is reached, for the links of what it says. */
  baseUrl: string;
  /** Present when the caller sent an Idempotency-Key. */
  once?: Once;
  /** The version the caller says it is changing (If-Match). */
  ifMatch?: number;
  /** Say what would happen, and keep nothing of it. */
  dryRun?: boolean;
}
