import { checkPastLimit } from "./appointment.ts";
import type { Appointment, CancellationDelay } from "./appointment.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { minuteMs } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** CANCEL-14: cancelled already, again: nothing changes. */
export type Cancellation = "cancel" | "alreadyCancelled";

/** MOVE-09: the last instant at which the citizen may cancel, from the start as it is now and the frozen delay. */
export function onlineCancelUntil(startAt: Instant, delay: CancellationDelay): Instant {
  return startAt - delay.value * (delay.unit === "hours" ? 60 : 1) * minuteMs;
}

/** CANCEL-02, CANCEL-03, PLACE-33: the clinic cancels at any time, whatever the online delay, within the past limit. */
export function decideClinicCancellation(
  { status, startAt }: Pick<Appointment, "status" | "startAt">,
  facts: { now: Instant; zone: TimeZone; pastLimitDays: number },
): Decision<Cancellation> {
  if (status === "cancelled") return accept("alreadyCancelled");
  const tooOld = checkPastLimit(
    startAt,
    { now: facts.now, zone: facts.zone, days: facts.pastLimitDays },
    "CANCEL-03",
    "",
  );
  return tooOld === undefined ? accept("cancel") : refuse(tooOld);
}

/** How a citizen names an appointment online. */
export interface OnlineIdentity {
  /** The blind index of the NAM that was typed, and of the one that signed in. */
  namIndex: string;
  signedInAs: string;
}

/**
 * PAT-10 to PAT-12, CANCEL-11, CANCEL-12: online actions want an appointment with a NAM that RAMQ knows, and that NAM
 * both typed and signed in with. MSG-04: otherwise the clinic is to be contacted, by the name and phone given.
 */
export function checkOnlineIdentity(
  appointment: Pick<Appointment, "namIndex" | "namMatched">,
  { namIndex, signedInAs }: OnlineIdentity,
  clinic: { name: string; phone: string },
): Decision<"same person"> {
  const unavailable = (rule: string) =>
    refuse(
      violation(rule, "ONLINE_ACTION_UNAVAILABLE", "/referenceNumber", { clinic: clinic.name, phone: clinic.phone }),
    );
  if (namIndex !== signedInAs) return refuse(violation("PAT-12", "IDENTITY_CHECK_FAILED", "/nam"));
  if (appointment.namIndex === null) return unavailable("CANCEL-11");
  if (appointment.namIndex !== namIndex) return refuse(violation("PAT-12", "IDENTITY_CHECK_FAILED", "/nam"));
  if (!appointment.namMatched) return unavailable("CANCEL-12");
  return accept("same person");
}

/**
 * CANCEL-06, CANCEL-07, PLACE-31, MSG-05, MSG-13: at least the frozen delay must be left, exactly the delay being enough.
 * CANCEL-09, PLACE-32: with a delay of 0, up to the start.
 */
export function decideCitizenCancellation(
  appointment: Pick<Appointment, "status" | "startAt" | "cancellationDelay">,
  now: Instant,
): Decision<Cancellation> {
  if (appointment.status === "cancelled") return accept("alreadyCancelled");
  const { value, unit } = appointment.cancellationDelay;
  if (now > onlineCancelUntil(appointment.startAt, appointment.cancellationDelay))
    return refuse(
      violation("CANCEL-06", "CANCELLATION_WINDOW_CLOSED", "", { value, unit: unit === "hours" ? "h" : "min" }),
    );
  return accept("cancel");
}

/** CANCEL-15: who cancelled, and when. */
export function cancelled(appointment: Appointment, by: "clinic" | "patient", now: Instant): Appointment {
  return { ...appointment, status: "cancelled", cancelledAt: now, cancelledBy: by, version: appointment.version + 1 };
}
