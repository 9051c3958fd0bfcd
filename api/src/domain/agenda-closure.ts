import type { Appointment } from "./appointment.ts";
import { isPast } from "./appointment.ts";
import { removalOf } from "./availability-removal.ts";
import type { Interval, Removal } from "./availability-removal.ts";
import { accept, acknowledged, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { isReachable } from "./patient.ts";
import type { Contact } from "./patient.ts";
import { dayMs, overlaps } from "./time.ts";

/**
 * A professional's agenda at a place is closed for a time (a doctor is ill): what is offered there is withdrawn, and who
 * is booked there is settled, each by the ordinary rules.
 */

/** Milliseconds since the epoch. */
type Instant = number;

export const longestClosureDays = 31;
/** So many slots, and so many appointments, in one closing: it is one transaction. */
export const mostAtOnce = 1_000;

const hourMs = 3_600_000;
const secondMs = 1_000;

export interface ClosureWish {
  from?: Instant | undefined;
  to: Instant;
}

export interface Closure extends Interval {
  /** What of it is still to come: only that can be withdrawn. Null when all of it has passed. */
  toCome: Interval | null;
}

/**
 * CLOSE-02: from `from`, or from now on (agendas count in seconds), to `to`, at most 31 days later and the hour of an
 * autumn change. CLOSE-04: what is to come of it begins now at the earliest.
 */
export function decideClosure({ from, to }: ClosureWish, now: Instant): Decision<Closure> {
  const soonest = Math.ceil(now / secondMs) * secondMs;
  const startAt = from ?? soonest;
  if (to <= startAt || to - startAt > longestClosureDays * dayMs + hourMs)
    return refuse(violation("CLOSE-02", "OUT_OF_RANGE", "/to"));
  const toCome = { startAt: Math.max(startAt, soonest), endAt: to };
  return accept({ startAt, endAt: to, toCome: toCome.startAt < to ? toCome : null });
}

/** CLOSE-03 */
export function refuseTooLarge(held: { slots: number; appointments: number }): Violation[] {
  return [held.slots, held.appointments]
    .filter((count) => count > mostAtOnce)
    .map((count) => violation("CLOSE-03", "CLOSURE_TOO_LARGE", "/to", { count, most: mostAtOnce }));
}

/** Something of the professional's time, at a place or (an incomplete slot) at none yet. */
interface Placed extends Interval {
  placeId: string | null;
}

/**
 * CLOSE-04: every slot at the place that reaches into what is to come, whether or not they overlap each other, and what
 * becomes of it (SLOT-64, SLOT-65).
 */
export function withdrawals<Slot extends Placed>(
  slots: readonly Slot[],
  placeId: string,
  { toCome }: Closure,
): { slot: Slot; removal: Removal }[] {
  if (toCome === null) return [];
  return slots
    .filter((slot) => slot.placeId === placeId && overlaps(slot, toCome))
    .map((slot) => {
      const time = {
        startAt: Math.max(slot.startAt, toCome.startAt),
        endAt: Math.min(slot.endAt, toCome.endAt),
      };
      return { slot, removal: removalOf(slot, time) };
    });
}

/** CLOSE-05: slots that are at no place yet (SLOT-06) are in no agenda that could be closed: they stay, and are told. */
export function incompleteSlots<Slot extends Placed>(slots: readonly Slot[], { toCome }: Closure): Slot[] {
  return toCome === null ? [] : slots.filter((slot) => slot.placeId === null && overlaps(slot, toCome));
}

/** CLOSE-06: whoever holds time there, and be it a little of it. */
export function endedHolds<Hold extends Placed>(holds: readonly Hold[], placeId: string, { toCome }: Closure): Hold[] {
  return toCome === null ? [] : holds.filter((hold) => hold.placeId === placeId && overlaps(hold, toCome));
}

/** What is asked to become of the appointments. */
export const treatments = ["cancel", "move", "keep"] as const;
export type Treatment = (typeof treatments)[number];

type Booked = Pick<Appointment, "appointmentId" | "placeId" | "startAt" | "endAt" | "attendance">;

/**
 * CLOSE-07: the active appointments at the place that reach into the interval, in a slot or not, by start. `stays`
 * (CLOSE-08): whatever is asked, those under way when it begins, and those that have taken place.
 */
export function bookedIn<Each extends Booked>(
  active: readonly Each[],
  placeId: string,
  closure: Interval,
  now: Instant,
): { appointment: Each; stays: boolean }[] {
  return active
    .filter((each) => each.placeId === placeId && overlaps(each, closure))
    .sort((a, b) => a.startAt - b.startAt || (a.appointmentId < b.appointmentId ? -1 : 1))
    .map((appointment) => ({
      appointment,
      stays:
        appointment.startAt < closure.startAt ||
        (isPast(appointment.startAt, now) && appointment.attendance === "present"),
    }));
}

/** Where the appointments are to go. */
export interface MoveTarget {
  professionalId: string;
  placeId: string | undefined;
}

/** CLOSE-10: a move leads out of the agenda; the same professional may go on at another place. */
export function refuseSameAgenda(
  from: { professionalId: string; placeId: string },
  to: MoveTarget,
): Violation | undefined {
  const elsewhere = to.professionalId !== from.professionalId || (to.placeId ?? from.placeId) !== from.placeId;
  return elsewhere ? undefined : violation("CLOSE-10", "MOVE_TO_SAME_AGENDA", "/toProfessionalId");
}

export const outcomes = ["cancelled", "moved", "kept", "refused"] as const;
export type ClosureOutcome = (typeof outcomes)[number];

/** What became of an appointment, by which rule; `after` is what is to be written of it. */
export interface Settlement<After> {
  outcome: ClosureOutcome;
  rule: string;
  after: After | null;
  /** What was acknowledged. */
  warnings: readonly Violation[];
  /** What stood against it. */
  violations: readonly Violation[];
}

/** CLOSE-07, CLOSE-08 */
export function kept({ stays }: { stays: boolean }): Settlement<never> {
  return { outcome: "kept", rule: stays ? "CLOSE-08" : "CLOSE-07", after: null, warnings: [], violations: [] };
}

/**
 * CLOSE-09, CLOSE-10: what the ordinary rules have decided of a cancellation or a move. CLOSE-11: what they refuse, or
 * warn of without being answered, leaves this appointment as it is, and stops no other.
 */
export function settled<After>(
  treatment: Exclude<Treatment, "keep">,
  decision: Decision<After>,
  acknowledge: readonly string[] | undefined,
): Settlement<After> {
  const answered = acknowledged(decision, acknowledge);
  if (!answered.ok)
    return { outcome: "refused", rule: "CLOSE-11", after: null, warnings: [], violations: answered.violations };
  const { value: after, warnings } = answered;
  return treatment === "cancel"
    ? { outcome: "cancelled", rule: "CLOSE-09", after, warnings, violations: [] }
    : { outcome: "moved", rule: "CLOSE-10", after, warnings, violations: [] };
}

/** CLOSE-12: who waits for an appointment to come that is not as they know it, and whom no message can tell. */
export function mustBePhoned(
  { outcome }: { outcome: ClosureOutcome },
  appointment: Contact & { startAt: Instant },
  now: Instant,
): boolean {
  const changed = outcome === "cancelled" || outcome === "moved";
  return changed && !isPast(appointment.startAt, now) && !isReachable(appointment);
}
