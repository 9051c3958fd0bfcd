import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";

/** Milliseconds since the epoch. */
type Instant = number;

export interface Interval {
  startAt: Instant;
  endAt: Instant;
}

/** What is asked to be removed of a slot (Supprimer des disponibilités). */
export interface RemovalWish {
  from?: Instant | undefined;
  to?: Instant | undefined;
  /** SLOT-61: the span of the selected appointment, which gives what is left out; absent, the slot does. */
  appointment?: Interval | undefined;
}

/** What becomes of the slot, and the intervals that remain of it, in their order. */
export type Removal =
  | { outcome: "deleted"; remaining: readonly [] }
  | { outcome: "shortened"; remaining: readonly [Interval] }
  | { outcome: "split"; remaining: readonly [Interval, Interval] };

/**
 * SLOT-61 to SLOT-65: what remains of a slot without the time from `from` to `to`. Nothing that has passed is removed,
 * of a complete slot or of an incomplete one alike. SLOT-66: who is booked there does not matter; SLOT-67: nor do the
 * slots that overlap this one.
 */
export function decideAvailabilityRemoval(slot: Interval, wish: RemovalWish, now: Instant): Decision<Removal> {
  const { startAt: from, endAt: to } = selected(slot, wish);
  const violations = [...pastViolations(slot, wish, { from, to }, now), ...boundViolations(slot, { from, to })];
  if (violations.length > 0) return refuse(...violations);
  return accept(removalOf(slot, { startAt: from, endAt: to }));
}

/** SLOT-64, SLOT-65: the whole of a slot, its beginning, its end or a middle part; the time lies within the slot. */
export function removalOf(slot: Interval, time: Interval): Removal {
  const before = { startAt: slot.startAt, endAt: time.startAt };
  const after = { startAt: time.endAt, endAt: slot.endAt };
  const [keepsBefore, keepsAfter] = [time.startAt > slot.startAt, time.endAt < slot.endAt];
  if (keepsBefore && keepsAfter) return { outcome: "split", remaining: [before, after] };
  if (keepsBefore) return { outcome: "shortened", remaining: [before] };
  if (keepsAfter) return { outcome: "shortened", remaining: [after] };
  return { outcome: "deleted", remaining: [] };
}

/** SLOT-61: an appointment may last longer than its slot; only what lies in the slot can be removed of it. */
function selected(slot: Interval, { from, to, appointment = slot }: RemovalWish): Interval {
  return { startAt: from ?? appointment.startAt, endAt: to ?? Math.min(appointment.endAt, slot.endAt) };
}

/** SLOT-62; SLOT-63: of a slot under way the removal must say from when, for its start has passed. */
function pastViolations(
  slot: Interval,
  wish: RemovalWish,
  { from, to }: { from: Instant; to: Instant },
  now: Instant,
): Violation[] {
  const underWay = wish.from === undefined && slot.endAt >= now;
  return [
    ...(from < now ? [violation(underWay ? "SLOT-63" : "SLOT-62", "AVAILABILITY_IN_PAST", "/from")] : []),
    ...(to < now ? [violation("SLOT-62", "AVAILABILITY_IN_PAST", "/to")] : []),
  ];
}

/** The field table's own conditions: `to` after `from`, and both within the slot. */
function boundViolations(slot: Interval, { from, to }: { from: Instant; to: Instant }): Violation[] {
  const outside = [
    ...(from < slot.startAt || from >= slot.endAt
      ? [violation("AvailabilityRemoval.from", "OUT_OF_RANGE", "/from")]
      : []),
    ...(to <= slot.startAt || to > slot.endAt ? [violation("AvailabilityRemoval.to", "OUT_OF_RANGE", "/to")] : []),
  ];
  return to > from || outside.length > 0 ? outside : [violation("AvailabilityRemoval.to", "INVALID_INTERVAL", "/to")];
}
