import type { Instant } from "../clock.ts";

/** An RFC 3339 instant that its schema has already accepted. */
export function readInstant(text: string): Instant {
  return Date.parse(text);
}

/** An instant of the system (creation, expiry): UTC, to the millisecond. */
export function utcText(at: Instant): string {
  return new Date(at).toISOString();
}
