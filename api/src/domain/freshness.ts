import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { minuteMs } from "./time.ts";

/** How old what the hub knows of a linked agenda is: nothing but the passing of time makes it late and stale. */

/** Milliseconds since the epoch. */
type Instant = number;

export const freshnessStates = ["live", "late", "stale"] as const;
export type FreshnessState = (typeof freshnessStates)[number];

/** SYNC-04, SYNC-05 */
export interface Thresholds {
  lateAfterMinutes: number;
  staleAfterMinutes: number;
}

/** Of a place's link, what freshness is computed from. */
export interface LinkTimes extends Thresholds {
  linkedAt: Instant;
  /** Null until the first confirmation. */
  confirmedAt: Instant | null;
}

/** Every instant is null for a place without a link: nothing there grows old. */
export interface Freshness {
  state: FreshnessState;
  /** When this state began. */
  since: Instant | null;
  /** SYNC-02: when hub and software were last shown to agree. */
  asOf: Instant | null;
  lateAt: Instant | null;
  staleAt: Instant | null;
}

/** SYNC-01 to SYNC-03; SYNC-06: staff keep a place without a link (null). */
export function freshnessOf(link: LinkTimes | null, now: Instant): Freshness {
  if (link === null) return { state: "live", since: null, asOf: null, lateAt: null, staleAt: null };
  const { linkedAt, confirmedAt, lateAfterMinutes, staleAfterMinutes } = link;
  const asOf = Math.max(linkedAt, confirmedAt ?? linkedAt);
  const lateAt = asOf + lateAfterMinutes * minuteMs;
  const staleAt = asOf + staleAfterMinutes * minuteMs;
  const of = { asOf, lateAt, staleAt };
  if (now >= staleAt) return { state: "stale", since: staleAt, ...of };
  if (now >= lateAt) return { state: "late", since: lateAt, ...of };
  return { state: "live", since: asOf, ...of };
}

/** SYNC-13: why nothing of a place is offered to citizens, and why their booking there is refused. */
export function refuseStale(link: LinkTimes | null, now: Instant): Violation | undefined {
  return freshnessOf(link, now).state === "stale" ? violation("SYNC-13", "OPENING_NOT_AVAILABLE") : undefined;
}

/** SYNC-04 */
export const firstThresholds: Thresholds = { lateAfterMinutes: 120, staleAfterMinutes: 960 };

/** SYNC-05 */
export const shortestMinutes = 5;
export const longestMinutes = 527_040;

/** SYNC-04, SYNC-05: what is not said stays as it is, or as a link has it at first. */
export function decideThresholds(
  current: Thresholds | undefined,
  wanted: { lateAfterMinutes?: number | undefined; staleAfterMinutes?: number | undefined },
): Decision<Thresholds> {
  const before = current ?? firstThresholds;
  const lateAfterMinutes = wanted.lateAfterMinutes ?? before.lateAfterMinutes;
  const staleAfterMinutes = wanted.staleAfterMinutes ?? before.staleAfterMinutes;
  const violations = [
    ...(lateAfterMinutes < shortestMinutes ? [outOfRange("lateAfterMinutes")] : []),
    ...(staleAfterMinutes > longestMinutes ? [outOfRange("staleAfterMinutes")] : []),
  ];
  // Of two that do not fit each other, the one that was sent is wrong.
  if (violations.length === 0 && staleAfterMinutes <= lateAfterMinutes)
    violations.push(outOfRange(wanted.staleAfterMinutes === undefined ? "lateAfterMinutes" : "staleAfterMinutes"));
  return violations.length > 0 ? refuse(...violations) : accept({ lateAfterMinutes, staleAfterMinutes });
}

function outOfRange(field: keyof Thresholds): Violation {
  return violation("SYNC-05", "OUT_OF_RANGE", `/${field}`);
}
