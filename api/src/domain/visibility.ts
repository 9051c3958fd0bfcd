import type { Asker } from "./actor.ts";
import { refuseCascade } from "./cascade.ts";
import type { Cascade, CitizenFacts } from "./cascade.ts";
import { firstRefusal } from "./condition.ts";
import type { Condition } from "./condition.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { refuseStale } from "./freshness.ts";
import type { LinkTimes } from "./freshness.ts";
import type { Position } from "./geography.ts";
import { isFree } from "./opening.ts";
import type { Opening, ServiceType } from "./opening.ts";
import { lastBookableDate } from "./option.ts";
import { isNearby } from "./perimeter.ts";
import type { Nearby } from "./perimeter.ts";
import type { DisplayMode } from "./place.ts";
import { datesAllowed, isOfferedFor, refuseInactive, refuseOffline } from "./reason.ts";
import type { ConsultationReason } from "./reason.ts";
import { ownPracticeNumber } from "./registration.ts";
import { addDays, localDateOf, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";

/**
 * What a citizen may see and book: one evaluation for the search (whose SQL filters by the view), the booking (which asks
 * every condition of the opening under its locks) and the explanation (which lists them all).
 */

/** Milliseconds since the epoch. */
type Instant = number;

/** A professional at a place, as far as citizens are concerned. */
export interface OfferedAgenda {
  professionalId: string;
  /** Whether the professional works at the place; where they no longer do, slots are kept all the same (EMP-16). */
  worksHere: boolean;
  /** Null for a team: nobody is registered with it. */
  practiceNumber: string | null;
  /** `YYYY-MM-DD`, the professional's last day. */
  departureDate: string | null;
  /** OPT-03: null when future booking is not limited. */
  maxWeeks: number | null;
  /** Of the establishment; null when it is not a GMF. */
  gmfNumber: string | null;
  /** `YYYY-MM-DD`, the place's last day. */
  placeEndDate: string | null;
  timeZone: TimeZone;
  /** Where the place is; null when nobody knows. */
  position: Position | null;
  /** SYNC-13: of the agenda software that the place is linked with; null when staff keep it. */
  link: LinkTimes | null;
  displayMode: DisplayMode;
  maskGmf: boolean;
  maskGen: boolean;
}

/** What is asked for, and by whom: the citizen, or a nurse for them. */
export interface CitizenQuestion {
  asker: Asker;
  cascade: Cascade;
  reason: ConsultationReason;
  /** REASON-11: those of RAMQ's catalogue that nothing new may choose. */
  inactiveReasons: readonly ConsultationReason[];
  /** CASC-06: the postal code that the citizen gave; null when a place or a professional is named instead. */
  nearby: Nearby | null;
  /** PLACE-27: the professional whom a search names; null when it names none, and of what is not a search. */
  professionalId: string | null;
}

/** What a citizen may see of an agenda. An opening is offered when every part of it holds (mayCitizenBook). */
export interface CitizenView {
  /** Why nothing at all is offered; then `types` is empty. */
  closed: Violation | null;
  types: readonly ServiceType[];
  /** REASON-02, CASC-23: who reads it. */
  asker: Asker;
  reason: ConsultationReason;
  /** REASON-11: not shown, whatever the slot was made for. */
  inactiveReasons: readonly ConsultationReason[];
  /** REASON-09: starts before `from` or at or after `until` are not for the person's age; null, no bound. */
  from: Instant | null;
  until: Instant | null;
  /** OPT-04: starts at or after it are beyond the limit in weeks, unless the slot has an `openFrom` of its own (OPT-06). */
  limit: Instant | null;
  /** PLACE-07, EMP-18, SEARCH-15: the first instant after the last day of the place or of the professional, and whose rule it is. */
  ends: { at: Instant; rule: string } | null;
  /** APPT-11: dates at the place on which the person has an appointment already, where that binds who asks. */
  bookedDates: ReadonlySet<string>;
  timeZone: TimeZone;
  /** PLACE-27: the professional's identity is absent from every answer. */
  masked: boolean;
}

/** A citizen, an agenda, and what is asked of it. */
export interface AgendaAsked {
  citizen: CitizenFacts;
  agenda: OfferedAgenda;
  question: CitizenQuestion;
  now: Instant;
}

/** CASC-01 to CASC-07, CASC-09 to CASC-11, CASC-17 to CASC-21, CASC-23, EMP-15, PLACE-27, REASON-11, SVC-05, SVC-06, SVC-12 to SVC-16, SYNC-13: whether an agenda is looked at. */
export const agendaConditions: readonly Condition<AgendaAsked>[] = [
  { rule: "CASC-01", refuse: ({ citizen, question }) => refuseCascade(citizen, question.cascade, "/cascade") },
  { rule: "CASC-23", refuse: ({ question: { reason, asker } }) => refuseOffline(reason, asker) },
  { rule: "REASON-11", refuse: ({ question }) => refuseInactive(question.reason, question.inactiveReasons) },
  { rule: "EMP-15", refuse: ({ agenda }) => unless(agenda.worksHere, "EMP-15") },
  { rule: "SYNC-13", refuse: ({ agenda, now }) => refuseStale(agenda.link, now) },
  {
    rule: "CASC-02",
    concerns: ({ question }) => question.cascade === "1",
    refuse: ({ citizen: { registration }, agenda }) =>
      unless(registration !== null && ownPracticeNumber(registration) === agenda.practiceNumber, "SVC-05"),
  },
  {
    rule: "CASC-03",
    concerns: ({ question }) => question.cascade === "2.1",
    refuse: ({ citizen, agenda }) => unless(citizen.relays?.["2.1"].has(agenda.professionalId) === true, "CASC-03"),
  },
  {
    rule: "CASC-04",
    concerns: ({ question }) => question.cascade === "2.2",
    refuse: ({ citizen, agenda }) => unless(citizen.relays?.["2.2"].has(agenda.professionalId) === true, "CASC-04"),
  },
  {
    rule: "CASC-05",
    concerns: ({ question }) => question.cascade.startsWith("2."),
    refuse: ({ citizen: { registration }, agenda }) =>
      unless(registration !== null && registration.gmfNumber === agenda.gmfNumber, "SVC-06"),
  },
  {
    rule: "CASC-06",
    concerns: ({ question }) => question.cascade === "3",
    refuse: ({ agenda: { position }, question: { nearby } }) =>
      nearby === null ? undefined : unless(isNearby(nearby, position), nearby.limitKm === 50 ? "CASC-17" : "CASC-18"),
  },
  // Were they found by name, trying every name would tell whose each masked opening is.
  {
    rule: "PLACE-27",
    concerns: ({ question }) => question.professionalId !== null,
    refuse: ({ agenda, question }) => unless(!isMasked(agenda, question.cascade), "PLACE-27"),
  },
];

/** An opening as the citizen meets it, and what they may see of its agenda. */
export interface OpeningAsked {
  view: CitizenView;
  opening: Omit<Opening, "slotId" | "placeId">;
  now: Instant;
}

/**
 * APPT-09, APPT-11, CASC-13 to CASC-16, CASC-22, CASC-24, HOLD-11, SLOT-20 to SLOT-22, SLOT-26, SLOT-28, SLOT-30, OPT-03, OPT-06, OPT-07, SVC-05 to
 * SVC-10, REASON-08: whether an opening of an agenda that is looked at is offered.
 */
export const openingConditions: readonly Condition<OpeningAsked>[] = [
  { rule: "SLOT-21", refuse: ({ opening }) => unless(opening.visibility === "public", "SLOT-21") },
  {
    rule: "SLOT-30",
    refuse: ({ view, opening }) => unless(view.types.includes(opening.serviceType), ruleOfType(opening.serviceType)),
  },
  {
    rule: "CASC-22",
    refuse: ({ view, opening }) => unless(isOfferedFor(opening.consultationReasons, view.reason), "SVC-09"),
  },
  { rule: "CASC-24", refuse: ({ opening, now }) => unless(opening.startAt >= now, "CASC-24") },
  {
    rule: "REASON-08",
    refuse: ({ view, opening }) =>
      isOfAge(view, opening) ? undefined : violation("REASON-08", "REASON_NOT_ALLOWED", "/consultationReason"),
  },
  {
    rule: "SLOT-22",
    concerns: ({ opening }) => opening.openFrom !== null,
    refuse: ({ opening, now }) => unless(opening.openFrom === null || opening.openFrom <= now, "SLOT-22"),
  },
  {
    rule: "OPT-07",
    concerns: ({ view, opening }) => view.limit !== null && opening.openFrom === null,
    refuse: ({ view, opening }) => unless(view.limit === null || opening.startAt < view.limit, "OPT-07"),
  },
  {
    rule: "PLACE-07",
    concerns: ({ view }) => view.ends !== null,
    refuse: ({ view: { ends }, opening }) => (ends === null ? undefined : unless(opening.startAt < ends.at, ends.rule)),
  },
  { rule: "APPT-09", refuse: ({ opening }) => unless(!opening.busy, "APPT-09") },
  {
    rule: "HOLD-11",
    concerns: ({ opening }) => !opening.busy,
    refuse: ({ opening, now }) => unless(isFree(opening, now), "HOLD-11"),
  },
  {
    rule: "APPT-11",
    refuse: ({ view, opening }) =>
      view.bookedDates.has(localDateOf(opening.startAt, view.timeZone))
        ? violation("APPT-11", "PATIENT_ALREADY_BOOKED_THAT_DAY", "/startAt")
        : undefined,
  },
];

/**
 * APPT-11: days on which the person has an appointment are closed to their own bookings. A nurse's booking for them is not
 * their own (reading).
 */
export function closedDates(
  { bookedDates }: Pick<CitizenFacts, "bookedDates">,
  { asker }: Pick<CitizenQuestion, "asker">,
): ReadonlySet<string> {
  return asker === "citizen" ? bookedDates : new Set();
}

export function viewOf(
  citizen: CitizenFacts,
  agenda: OfferedAgenda,
  question: CitizenQuestion,
  now: Instant,
): CitizenView {
  const { asker, cascade, reason, inactiveReasons } = question;
  const { timeZone } = agenda;
  const today = localDateOf(now, timeZone);
  const ends = endOf(agenda, now);
  const refused = firstRefusal(agendaConditions, { citizen, agenda, question, now });
  // Once the end is past, nothing that is to come is before it: there is nothing to look at.
  const closed = refused ?? (ends !== null && ends.at <= now ? notAvailable(ends.rule) : null);
  const age = datesAllowed(reason, citizen.birthDate);
  return {
    closed,
    types: closed === null ? typesOf(agenda, cascade) : [],
    asker,
    reason,
    inactiveReasons,
    from: age.first === null ? null : startOfDay(age.first, timeZone),
    until: dayAfter(age.last, timeZone),
    limit: dayAfter(lastBookableDate(agenda, today), timeZone),
    ends,
    bookedDates: closedDates(citizen, question),
    timeZone,
    masked: isMasked(agenda, cascade),
  };
}

/** PLACE-26, PLACE-27: each mask is of its own cascades; a citizen's own professional has none. */
function isMasked({ maskGmf, maskGen }: OfferedAgenda, cascade: Cascade): boolean {
  return (cascade.startsWith("2.") && maskGmf) || (cascade === "3" && maskGen);
}

/** REASON-09: whether the person has the reason's age on the day of the opening. */
export function isOfAge(
  { from, until }: Pick<CitizenView, "from" | "until">,
  { startAt }: Pick<Opening, "startAt">,
): boolean {
  return (from === null || startAt >= from) && (until === null || startAt < until);
}

/**
 * Whether a citizen may book an opening now, and if not, the rule that says so. `opening` carries its state as the
 * citizen meets it: someone who has a hold passes it without that hold.
 */
export function mayCitizenBook(
  view: CitizenView,
  opening: OpeningAsked["opening"],
  now: Instant,
): Violation | undefined {
  return view.closed ?? firstRefusal(openingConditions, { view, opening, now });
}

/**
 * PLACE-24: own professional, by relationship: every type at once. PLACE-25, CASC-13 to CASC-16: else each cascade its
 * type; relay teams show their openings of the group, never those of their own patients.
 */
export function typesOf(agenda: OfferedAgenda, cascade: Cascade): readonly ServiceType[] {
  switch (cascade) {
    case "1":
      return agenda.displayMode === "byRelationship" ? ["MF", "GMF", "GEN"] : ["MF"];
    case "2.1":
    case "2.2":
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

/**
 * PLACE-07, EMP-18: what is offered ends with the place, or with the professional's own last day (reading: nobody would be
 * there). SEARCH-15: who has left already.
 */
function endOf({ placeEndDate, departureDate, timeZone }: OfferedAgenda, now: Instant): CitizenView["ends"] {
  const [ofPlace, ofProfessional] = [dayAfter(placeEndDate, timeZone), dayAfter(departureDate, timeZone)];
  if (ofPlace !== null && (ofProfessional === null || ofPlace <= ofProfessional))
    return { at: ofPlace, rule: "PLACE-07" };
  return ofProfessional === null ? null : { at: ofProfessional, rule: ofProfessional <= now ? "SEARCH-15" : "EMP-18" };
}

/** The first instant that a last date leaves out. */
function dayAfter(date: string | null, zone: TimeZone): Instant | null {
  return date === null ? null : startOfDay(addDays(date, 1), zone);
}

function notAvailable(rule: string): Violation {
  return violation(rule, "OPENING_NOT_AVAILABLE");
}

function unless(holds: boolean, rule: string): Violation | undefined {
  return holds ? undefined : notAvailable(rule);
}
