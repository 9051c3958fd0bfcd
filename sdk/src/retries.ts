/** When a failed attempt is worth repeating, and how long to wait before it. */
import { ArrimageConnectionError, isArrimageProblem } from "./problems.ts";

export const MAX_RETRIES = 3;
/** For a call with all its attempts, in milliseconds. */
export const TOTAL_DEADLINE = 60_000;
const LONGEST_WAIT_SECONDS = 60;

/**
 * Milliseconds to wait before the next attempt, or null when there is none.
 *
 * A 409 is never repeated, whatever it says of itself: a lost slot is lost. The exception is a request whose twin with
 * the same idempotency key is still being answered.
 *
 * @param retries how many repetitions there have been
 * @param repeatable the request may be sent again although it may have had its effect (`isRepeatable`); without that,
 *   only what certainly had none: 429, 503, and a connection that never came about
 * @param random in [0, 1): full jitter, so that a thousand clients do not return together
 */
export function retryDelay(error: unknown, retries: number, repeatable: boolean, random: () => number): number | null {
  if (retries >= MAX_RETRIES) return null;
  const jitter = (): number => random() * Math.min(8_000, 500 * 2 ** retries);
  if (error instanceof ArrimageConnectionError) return repeatable || !error.maybeReceived ? jitter() : null;
  if (!isArrimageProblem(error) || !isTransient(error.status, error.code, error.retryable)) return null;
  if (!repeatable && error.status !== 429 && error.status !== 503) return null;
  if (error.retryAfterSeconds === null) return jitter();
  // Coming back earlier than the hub asked would be worse than not at all.
  return error.retryAfterSeconds > LONGEST_WAIT_SECONDS ? null : error.retryAfterSeconds * 1_000;
}

/**
 * How many repetitions a client may still make. Each call allows a tenth of one, so that a hub in trouble gets a tenth
 * more than usual and not four times as much; and a few are free, for a client that calls seldom.
 */
export interface RetryBudget {
  /** A call has begun. */
  called(this: void): void;
  /** Takes one repetition; false when none is left. */
  take(this: void): boolean;
}

const SHARE_OF_CALLS = 0.1;
const MOST_SAVED = 10;
/** One more comes by itself in this time. */
const FREE_EVERY_MS = 10_000;

export function createRetryBudget(now: () => number): RetryBudget {
  let saved = MOST_SAVED;
  let since = now();
  const add = (repetitions: number): void => {
    saved = Math.min(MOST_SAVED, saved + repetitions);
  };
  return {
    called: () => add(SHARE_OF_CALLS),
    take() {
      const at = now();
      add(Math.max(0, at - since) / FREE_EVERY_MS);
      since = at;
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}

function isTransient(status: number, code: string, retryable: boolean): boolean {
  if (status === 409) return code === "IDEMPOTENCY_IN_PROGRESS";
  return retryable || [408, 425, 429, 502, 503, 504].includes(status);
}
