import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { hasLeft } from "./employee.ts";
import { isFree } from "./opening.ts";
import type { Opening, ServiceType } from "./opening.ts";
import { lastBookableDate } from "./option.ts";
import { hasEnded } from "./place.ts";
import type { DisplayMode } from "./place.ts";
import { datesAllowed, isOfferedFor, reasons, refuseInactive } from "./reason.ts";
import type { ConsultationReason } from "./reason.ts";
import { addDays, localDateOf, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";

/**
 * What a citizen may see and book: one evaluation for the search (which filters by it in SQL), the booking and the
 * explanation. Slots are not concerned here, only the citizen, a professional, a place and the present.
 */

/** Milliseconds since the epoch. */
type Instant = number;

/** CASC-01: 1 own professional, 2.3 the whole GMF, 3 everybody. The relay teams (2.1, 2.2) come with work groups. */
export const cascades = ["1", "2.3", "3"] as const;
export type Cascade = (typeof cascades)[number];

/** SVC-08: the person and the registration as RAMQ knows them when the citizen asks. */
export interface CitizenFacts {
  /** `YYYY-MM-DD` */
  birthDate: string;
  registration: { practiceNumber: string; gmfNumber: string | null } | null;
}

/** A professional at a place, as far as citizens are concerned. */
export interface OfferedAgenda {
  /** Null for a team: nobody is registered with it. */
  practiceNumber: string | null;
  /** `YYYY-MM-DD` */
  departureDate: string | null;
  /** OPT-03: null when future booking is not limited. */
  maxWeeks: number | null;
  /** Of the establishment; null when it is not a GMF. */
  gmfNumber: string | null;
  /** `YYYY-MM-DD` */
  placeEndDate: string | null;
  timeZone: TimeZone;
  displayMode: DisplayMode;
  maskGmf: boolean;
  maskGen: boolean;
}

/** What is asked for. */
export interface CitizenQuestion {
  cascade: Cascade;
  reason: ConsultationReason;
  /** REASON-11: those of RAMQ's catalogue that nothing new may choose. */
  inactiveReasons: readonly ConsultationReason[];
}

/** What a citizen may see of an agenda. An opening is offered when every part of it holds (mayCitizenBook). */
export interface CitizenView {
  /** Why nothing at all is offered; then `types` is empty. */
  closed: Violation | null;
  types: readonly ServiceType[];
  reason: ConsultationReason;
  /** REASON-11: not shown, whatever the slot was made for. */
  inactiveReasons: readonly ConsultationReason[];
  /** REASON-09: starts before `from` or at or after `until` are not for the person's age; `from` is never before now. */
  from: Instant;
  until: Instant | null;
  /** OPT-04: starts at or after it are beyond the limit in weeks, unless the slot has an `openFrom` of its own (OPT-06). */
  limit: Instant | null;
  /** PLACE-27: the professional's identity is absent from every answer. */
  masked: boolean;
}

/** CASC-07: without a registration only cascade 3 is open. CASC-11: outside a GMF there is no cascade of a group. */
export function refuseCascade(citizen: CitizenFacts, cascade: Cascade, pointer: string): Violation | undefined {
  if (cascade === "3") return undefined;
  if (citizen.registration === null) return violation("CASC-07", "CASCADE_NOT_AVAILABLE", pointer);
  if (cascade === "2.3" && citizen.registration.gmfNumber === null)
    return violation("CASC-11", "CASCADE_NOT_AVAILABLE", pointer);
  return undefined;
}

/** PLACE-07, SEARCH-15, EMP-19, SVC-05 to SVC-08, PLACE-24 to PLACE-27, OPT-03, OPT-04, REASON-08, REASON-11. */
export function viewOf(
  citizen: CitizenFacts,
  agenda: OfferedAgenda,
  question: CitizenQuestion,
  now: Instant,
): CitizenView {
  const { cascade, reason, inactiveReasons } = question;
  const today = localDateOf(now, agenda.timeZone);
  const closed = closedBecause(citizen, agenda, question, today);
  const age = datesAllowed(reason, citizen.birthDate);
  const ofAge = age.first === null || age.first <= today ? now : startOfDay(age.first, agenda.timeZone);
  return {
    closed,
    types: closed === null ? typesOf(agenda, cascade) : [],
    reason,
    inactiveReasons,
    from: ofAge,
    until: age.last === null ? null : startOfDay(addDays(age.last, 1), agenda.timeZone),
    limit: limitOf(agenda, today),
    masked: (cascade === "2.3" && agenda.maskGmf) || (cascade === "3" && agenda.maskGen),
  };
}

/**
 * CASC-24, SLOT-20 to SLOT-22, SLOT-26, SLOT-28, SLOT-30, OPT-03, OPT-06, OPT-07, SVC-05 to SVC-10, REASON-08: whether
 * a citizen may book an opening now, and if not, the rule that says so. `opening` carries its state as the
 * citizen meets it: someone who has a hold passes it without that hold.
 */
export function mayCitizenBook(
  view: CitizenView,
  opening: Omit<Opening, "slotId" | "placeId">,
  now: Instant,
): Violation | undefined {
  if (view.closed !== null) return view.closed;
  if (opening.visibility !== "public") return notAvailable("SLOT-21");
  if (!view.types.includes(opening.serviceType)) return notAvailable(ruleOfType(opening.serviceType));
  if (!isOfferedFor(opening.consultationReasons, view.reason)) return notAvailable("SVC-09");
  if (opening.startAt < now) return notAvailable("CASC-24");
  if (opening.startAt < view.from || (view.until !== null && opening.startAt >= view.until))
    return violation("REASON-08", "REASON_NOT_ALLOWED", "/consultationReason");
  if (opening.openFrom !== null && opening.openFrom > now) return notAvailable("SLOT-22");
  if (opening.openFrom === null && view.limit !== null && opening.startAt >= view.limit) return notAvailable("OPT-07");
  if (opening.busy) return notAvailable("APPT-09");
  if (!isFree(opening, now)) return notAvailable("HOLD-11");
  return undefined;
}

function closedBecause(
  citizen: CitizenFacts,
  agenda: OfferedAgenda,
  { cascade, reason, inactiveReasons }: CitizenQuestion,
  today: string,
): Violation | null {
  const cascadeRefused = refuseCascade(citizen, cascade, "/cascade");
  if (cascadeRefused !== undefined) return cascadeRefused;
  if (!reasons[reason].online) return violation("CASC-23", "REASON_NOT_ALLOWED", "/consultationReason");
  const inactive = refuseInactive(reason, inactiveReasons);
  if (inactive !== undefined) return inactive;
  if (hasEnded(agenda.placeEndDate, today)) return notAvailable("PLACE-07");
  if (hasLeft(agenda.departureDate, today)) return notAvailable("SEARCH-15");
  const { registration } = citizen;
  if (cascade === "1" && registration?.practiceNumber !== agenda.practiceNumber) return notAvailable("SVC-05");
  if (cascade === "2.3" && registration?.gmfNumber !== agenda.gmfNumber) return notAvailable("SVC-06");
  return null;
}

/** PLACE-24: own professional, by relationship: every type at once. PLACE-25, CASC-13 to CASC-15: else each cascade its type. */
function typesOf(agenda: OfferedAgenda, cascade: Cascade): readonly ServiceType[] {
  switch (cascade) {
    case "1":
      return agenda.displayMode === "byRelationship" ? ["MF", "GMF", "GEN"] : ["MF"];
    case "2.3":
      return ["GMF"];
    case "3":
      return ["GEN"];
  }
}

/** The rule that keeps a type of opening from the citizen of another cascade. */
function ruleOfType(type: ServiceType): string {
  switch (type) {
    case "MF":
      return "SVC-05";
    case "GMF":
      return "SVC-06";
    case "GEN":
      return "SLOT-30";
  }
}

/** OPT-03, OPT-04: the first instant after the last date that citizens see. */
function limitOf(agenda: OfferedAgenda, today: string): Instant | null {
  const last = lastBookableDate(agenda, today);
  return last === null ? null : startOfDay(addDays(last, 1), agenda.timeZone);
}

function notAvailable(rule: string): Violation {
  return violation(rule, "OPENING_NOT_AVAILABLE");
}
