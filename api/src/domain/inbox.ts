import type { Appointment } from "./appointment.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { minuteMs } from "./time.ts";

/**
 * What agenda software answers of what others wrote at its places. An answer is a field of its own beside the booking's
 * state: whatever it is, the appointment stays as it is and its time stays taken.
 */

/** Milliseconds since the epoch. */
type Instant = number;

export const agendaStatuses = ["pending", "accepted", "rejected", "timedOut"] as const;
export type AgendaStatus = (typeof agendaStatuses)[number];

/** SYNC-45: why an agenda does not take something. `busy` is no answer: the item is given back. */
export const nackReasons = [
  "timeTaken",
  "professionalAbsent",
  "unknownService",
  "patientRefused",
  "invalid",
  "busy",
  "other",
] as const;
export type NackReason = (typeof nackReasons)[number];
export type RejectionReason = Exclude<NackReason, "busy">;

/** SYNC-46: what the agenda software of the place was asked, and answered. */
export interface AgendaAnswer {
  status: AgendaStatus;
  /** Of `rejected` only. */
  reason: RejectionReason | null;
  /** Since when it has this status. */
  since: Instant;
  /** The version of the appointment that asked. */
  askedVersion: number;
  /** SYNC-49: until when an answer is waited for; null without a limit, and once there is one. */
  answerBy: Instant | null;
}

/** What is known of a place's link when something is written there; null without one. */
export interface AskedLink {
  answerWithinMinutes: number | null;
}

type Asked = Pick<Appointment, "professionalId" | "placeId" | "startAt" | "endAt" | "status" | "version"> & {
  agenda: AgendaAnswer | null;
};

/**
 * SYNC-46, SYNC-48: what a write makes of the answer. Whoever else than the software makes an appointment at its place,
 * or moves it, asks; the software's own write of it is its answer; a cancellation leaves nothing to answer.
 */
export function agendaAfterWrite(
  before: Asked | null,
  after: Asked,
  { bySoftware, link, now }: { bySoftware: boolean; link: AskedLink | null; now: Instant },
): AgendaAnswer | null {
  if (after.status === "cancelled") return null;
  if (before === null || isElsewhere(before, after)) {
    if (bySoftware || link === null) return null;
    const { answerWithinMinutes: within } = link;
    const answerBy = within === null ? null : now + within * minuteMs;
    return { status: "pending", reason: null, since: now, askedVersion: after.version, answerBy };
  }
  return bySoftware ? accepted(before.agenda, now) : before.agenda;
}

function isElsewhere(before: Asked, after: Asked): boolean {
  const fields = ["professionalId", "placeId", "startAt", "endAt"] as const;
  return fields.some((field) => before[field] !== after[field]);
}

/** SYNC-47, SYNC-50: whatever was answered before; where nothing was asked there is nothing to accept. */
export function accepted(agenda: AgendaAnswer | null, now: Instant): AgendaAnswer | null {
  if (agenda === null || agenda.status === "accepted") return agenda;
  return { ...agenda, status: "accepted", reason: null, since: now, answerBy: null };
}

/** SYNC-45, SYNC-47 */
export function rejected(agenda: AgendaAnswer | null, reason: RejectionReason, now: Instant): AgendaAnswer | null {
  if (agenda === null || (agenda.status === "rejected" && agenda.reason === reason)) return agenda;
  return { ...agenda, status: "rejected", reason, since: now, answerBy: null };
}

/** SYNC-49: what was asked and has waited for as long as the link says. The very instant is too late. */
export function timedOut(agenda: AgendaAnswer | null, now: Instant): AgendaAnswer | null {
  if (agenda?.status !== "pending" || agenda.answerBy === null || agenda.answerBy > now) return agenda;
  return { ...agenda, status: "timedOut", since: agenda.answerBy, answerBy: null };
}

/** SYNC-47: an answer to what was written before the appointment was last asked about settles nothing. */
export function settles({ agenda }: Pick<Asked, "agenda">, answeredVersion: number): boolean {
  return agenda !== null && answeredVersion >= agenda.askedVersion;
}

/** SYNC-51: the log's names of what differs between two answers. */
export function changedAnswer(before: AgendaAnswer | null, after: AgendaAnswer | null): string[] {
  const names: string[] = [];
  if (before?.status !== after?.status) names.push("agendaStatus");
  if ((before?.reason ?? null) !== (after?.reason ?? null)) names.push("agendaReason");
  return names.sort();
}

/** SYNC-40, SYNC-51: a change that tells of an answer and nothing else asks for none. */
export const answerFields = ["agendaReason", "agendaStatus"] as const;

/** SYNC-49 */
export const answerWithin = { shortestMinutes: 1, longestMinutes: 10_080 } as const;

/** SYNC-49: what is not said stays as it is; null: no answer is ever late. */
export function decideAnswerWithin(
  current: AskedLink | undefined,
  { answerWithinMinutes }: { answerWithinMinutes?: number | null | undefined },
): Decision<AskedLink> {
  const wanted = answerWithinMinutes === undefined ? (current?.answerWithinMinutes ?? null) : answerWithinMinutes;
  const { shortestMinutes, longestMinutes } = answerWithin;
  if (wanted !== null && (wanted < shortestMinutes || wanted > longestMinutes))
    return refuse(violation("SYNC-49", "OUT_OF_RANGE", "/answerWithinMinutes"));
  return accept({ answerWithinMinutes: wanted });
}
