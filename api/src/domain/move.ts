import { checkPastLimit, isPast } from "./appointment.ts";
import type { Appointment } from "./appointment.ts";
import { attendanceAfterMove } from "./attendance.ts";
import type { Attendance } from "./attendance.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { checkContact, modificationContact, moveContact } from "./patient.ts";
import type { Contact } from "./patient.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

export interface MoveFacts {
  now: Instant;
  /** The zone of the place it leaves, and of the one it goes to: local days of the past limit. */
  fromZone: TimeZone;
  toZone: TimeZone;
  pastLimitDays: number;
  /** Whether the request may bring the contact along, as a push may: a move takes none. */
  takesContact: boolean;
}

/**
 * The past/future matrix. MOVE-01: from the past anywhere within the limit; MOVE-02: to the future only with a phone and
 * a mode; MOVE-03: never from the future to the past. ATT-06, ATT-07: what becomes of attendance.
 *
 * `contact` is what the appointment has after the change, so that a push may bring the missing number along; a move is
 * told where it is saved first.
 */
export function decideMove(
  before: Pick<Appointment, "startAt" | "attendance">,
  to: { startAt: Instant },
  contact: Contact,
  facts: MoveFacts,
): Decision<Attendance> {
  const [fromPast, toPast] = [isPast(before.startAt, facts.now), isPast(to.startAt, facts.now)];
  const rules = fromPast ? moveContact : modificationContact;
  const limit = { now: facts.now, days: facts.pastLimitDays };
  const found = [
    checkPastLimit(before.startAt, { ...limit, zone: facts.fromZone }, "MOVE-01", ""),
    checkPastLimit(to.startAt, { ...limit, zone: facts.toZone }, "MOVE-01"),
    !fromPast && toPast ? violation("MOVE-03", "FUTURE_TO_PAST_MOVE", "/startAt") : undefined,
    ...checkContact(
      contact,
      toPast,
      facts.takesContact ? rules : { ...rules, params: { savedBy: "appointments.update" } },
    ),
  ].filter((each): each is Violation => each !== undefined);
  if (found.length > 0) return refuse(...found);
  return accept(attendanceAfterMove(before.attendance, { fromPast, toPast }));
}

/** MOVE-06: the clinic is told that the new time is reserved, and may go on. */
export function overlapWarnings(others: readonly { appointmentId: string }[]): Violation[] {
  return others.length > 0 ? [violation("MOVE-06", "OVERLAPS_APPOINTMENT", "/startAt")] : [];
}
