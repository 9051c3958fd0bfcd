import { dayMs, minuteMs } from "./time.ts";

/** What becomes of a delivery, and of its endpoint, after an attempt; and which deliveries wait for which. */

const hourMs = 60 * minuteMs;

/** SYNC-63: after how long an attempt is followed by the next one; the first is made at once. */
export const retryDelaysMs: readonly number[] = [
  5_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];
export const mostAttempts = retryDelaysMs.length + 1;
const jitter = 0.2;

/** SYNC-64: a receiver may put the next attempt off, by this much at most. */
export const longestRetryAfterMs = dayMs;

/** SYNC-65: what an attempt came to; `answered` is any answer over HTTP. */
export type AttemptResult =
  { kind: "answered"; status: number; retryAfterMs: number | null } | { kind: "unanswered"; reason: Unanswered };
export type Unanswered = "timeout" | "refused" | "reset" | "dns" | "tls" | "addressRefused" | "connection";

export type Next =
  | { kind: "delivered" }
  | { kind: "retry"; dueAt: number }
  /** The tenth attempt has failed too. */
  | { kind: "failed" };

/**
 * SYNC-63 to SYNC-65: any 2xx delivers; everything else, a redirect too, is tried again ten times in all over three days,
 * each wait 20 % shorter or longer by chance (`random` in [0, 1)), and not before a receiver's Retry-After.
 */
export function decideNext(result: AttemptResult, attempts: number, now: number, random: number): Next {
  if (isDelivered(result)) return { kind: "delivered" };
  const delay = retryDelaysMs[attempts - 1];
  if (delay === undefined) return { kind: "failed" };
  const chosen = Math.round(delay * (1 - jitter + 2 * jitter * random));
  return { kind: "retry", dueAt: now + Math.max(chosen, retryAfterOf(result)) };
}

export function isDelivered(result: AttemptResult): boolean {
  return result.kind === "answered" && result.status >= 200 && result.status < 300;
}

function retryAfterOf(result: AttemptResult): number {
  if (result.kind === "unanswered" || result.retryAfterMs === null) return 0;
  return Math.min(Math.max(result.retryAfterMs, 0), longestRetryAfterMs);
}

/** How an endpoint fares. */
export interface Health {
  /** Failed attempts since the last good one, since when, and until when nothing is sent. */
  failures: number;
  failingSince: number | null;
  resumeAt: number | null;
}

export const healthy: Health = { failures: 0, failingSince: null, resumeAt: null };

/** SYNC-66: from so many failures in a row on, one delivery at a time is tried, after a pause. */
export const breaksAfter = 10;
/** SYNC-67 */
export const mostInFlight = 20;
const shortestPauseMs = 5_000;
const longestPauseMs = 5 * minuteMs;
/** SYNC-66: an endpoint that nothing has reached for so long is disabled. */
export const disabledAfterMs = 3 * dayMs;

export function isBroken({ failures }: Health): boolean {
  return failures >= breaksAfter;
}

/** SYNC-66, SYNC-67: how many deliveries may be on their way at once. */
export function mostAtOnce(health: Health): number {
  return isBroken(health) ? 1 : mostInFlight;
}

export type Verdict = { kind: "enabled"; health: Health } | { kind: "disabled"; reason: "gone" | "failing" };

/**
 * SYNC-65, SYNC-66: 410 disables; a success makes the endpoint whole again; after ten failures in a row it is tried with
 * longer and longer pauses, and disabled when nothing has succeeded for three days. A receiver that asks for time
 * (429 or 503 with Retry-After) gets it for all its deliveries; 429 says that it lives.
 */
export function decideHealth(result: AttemptResult, health: Health, now: number): Verdict {
  if (isDelivered(result)) return { kind: "enabled", health: healthy };
  const status = result.kind === "answered" ? result.status : null;
  if (status === 410) return { kind: "disabled", reason: "gone" };
  const asked = status === 429 || status === 503 ? retryAfterOf(result) : 0;
  const counted = status === 429 ? health : afterFailure(health, now);
  if (counted.failingSince !== null && isBroken(counted) && now - counted.failingSince >= disabledAfterMs)
    return { kind: "disabled", reason: "failing" };
  if (asked === 0) return { kind: "enabled", health: counted };
  return { kind: "enabled", health: { ...counted, resumeAt: Math.max(counted.resumeAt ?? 0, now + asked) } };
}

function afterFailure({ failures, failingSince, resumeAt }: Health, now: number): Health {
  const more = failures + 1;
  const over = more - breaksAfter;
  const pause = Math.min(shortestPauseMs * 2 ** Math.min(over, 20), longestPauseMs);
  return {
    failures: more,
    failingSince: failingSince ?? now,
    resumeAt: over < 0 ? resumeAt : Math.max(resumeAt ?? 0, now + pause),
  };
}

/** What of a change its order depends on. */
export interface Ordered {
  establishmentId: string;
  objectType: string;
  objectId: string;
  professionalId: string | null;
  placeIds: readonly string[];
}

/**
 * SYNC-62: in each of these a delivery waits until the earlier ones are delivered or given up: the agendas that it
 * concerns, and its object, which may have moved from one agenda to another.
 */
export function orderKeysOf({ establishmentId, objectType, objectId, professionalId, placeIds }: Ordered): string[] {
  const agendas =
    professionalId === null ? [] : placeIds.map((placeId) => `${establishmentId}/${professionalId}/${placeId}`);
  return [...agendas, `${establishmentId}/${objectType}/${objectId}`];
}
