import { askerOf } from "../../domain/actor.ts";
import type { Asker, OnlineActor } from "../../domain/actor.ts";
import { cascades, citizenFactsOf, refuseCascade } from "../../domain/cascade.ts";
import type { Cascade, CitizenFacts } from "../../domain/cascade.ts";
import { stepsOf } from "../../domain/condition.ts";
import type { Step } from "../../domain/condition.ts";
import { violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { sameOwner } from "../../domain/hold.ts";
import type { HoldOwner } from "../../domain/hold.ts";
import { openingState, startsOf } from "../../domain/opening.ts";
import type { CompleteSlot } from "../../domain/opening.ts";
import type { Nearby } from "../../domain/perimeter.ts";
import { placePosition } from "../../domain/place.ts";
import { consultationReasons, isOfferedFor, onlineReasons } from "../../domain/reason.ts";
import type { ConsultationReason } from "../../domain/reason.ts";
import { localDateOf, minuteMs } from "../../domain/time.ts";
import {
  agendaConditions,
  isOfAge,
  mayCitizenBook,
  openingConditions,
  typesOf,
  viewOf,
} from "../../domain/visibility.ts";
import type { CitizenQuestion, CitizenView, OfferedAgenda, OpeningAsked } from "../../domain/visibility.ts";
import type { Book } from "../../lane/book.ts";
import { LostOpening } from "../../lane/command.ts";
import { positionOfPostalCode } from "../../postal-codes.ts";
import type { InsuredPerson } from "../../registry.ts";
import type { BookingPlace } from "../appointments/agenda-store.ts";
import type { NewCitizenHold } from "../holds/schema.ts";
import { linkTimesOf } from "../machine-links/store.ts";
import { readNearby } from "../openings/nearby.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type { OnlinePatient } from "./identify.ts";
import type { FoundOpening, NamedOpening } from "./store.ts";

/** CASC-24: what is no start of a complete slot that citizens can reach, known or not, is simply not offered. */
export const notOffered: Violation = violation("CASC-24", "OPENING_NOT_AVAILABLE", "/startAt");

/** An opening of a slot, as the book has it. */
export type OfferedTime = FoundOpening & { slot: CompleteSlot };

/** The opening as the book has it now, under the locks; undefined when the slot has none that starts then. */
export function offeredOpening(
  book: Book,
  { slotId, startAt }: NamedOpening,
  establishmentIds: readonly string[],
): OfferedTime | undefined {
  const found = book.slot(slotId);
  if (found === undefined || !establishmentIds.includes(found.establishmentId)) return undefined;
  const { establishmentId, professionalId, placeId, serviceType, durationMinutes, visibility } = found;
  if (placeId === null || serviceType === null || durationMinutes === null || visibility === null) return undefined;
  const slot: CompleteSlot = { ...found, placeId, serviceType, durationMinutes, visibility };
  if (!startsOf(slot).includes(startAt)) return undefined;
  return { slotId, startAt, endAt: startAt + durationMinutes * minuteMs, establishmentId, professionalId, slot };
}

/** An opening, and how it is offered to a citizen. */
export interface Offer {
  citizen: CitizenFacts;
  opening: OfferedTime;
  professional: ProfessionalFacts;
  place: BookingPlace;
  agenda: OfferedAgenda;
  question: CitizenQuestion;
  view: CitizenView;
}

/** For whom an opening is chosen, who asks, and how. */
export interface OfferAsked {
  asker: Asker;
  person: InsuredPerson;
  /** APPT-11: whose days count. */
  namIndex: string;
  reason: ConsultationReason | undefined;
  cascade: Cascade | undefined;
  nearby: Nearby | null;
}

export function askedOf(
  actor: OnlineActor,
  { person, namIndex }: OnlinePatient,
  {
    consultationReason: reason,
    cascade,
    postalCode,
  }: Pick<NewCitizenHold, "consultationReason" | "cascade" | "postalCode">,
): OfferAsked {
  return { asker: askerOf(actor), person, namIndex, reason, cascade, nearby: readNearby(postalCode) };
}

/**
 * In the cascade the citizen names, or in the first that would offer it were it free; else in the first for slots of
 * that type, which says why not. Likewise the reason, which a hold may leave open: one that the slot is for and that the
 * person's age allows, so that what is refused, and what is offered instead, is as if it had been named.
 */
export function chooseOffer(book: Book, opening: OfferedTime, asked: OfferAsked): Offer {
  const professional = book.professional(opening.professionalId);
  if (professional === undefined) throw new Error("the professional of an opening was not read");
  const place = book.place(opening.slot.placeId);
  const { gmfNumber, relayedGroups } = book.establishment(opening.establishmentId);
  const { asker, person, namIndex, nearby } = asked;
  const groups = person.registration?.gmfNumber === gmfNumber ? relayedGroups : null;
  const date = localDateOf(opening.startAt, place.timeZone);
  const bookedDates = new Set(book.appointmentsOn(namIndex, date) > 0 ? [date] : []);
  const citizen = citizenFactsOf(person, { groups, bookedDates, now: book.now });
  const agenda: OfferedAgenda = {
    professionalId: professional.professionalId,
    worksHere: professional.placeIds.includes(place.placeId),
    practiceNumber: professional.practiceNumber,
    departureDate: professional.departureDate,
    maxWeeks: professional.maxWeeks,
    gmfNumber,
    placeEndDate: place.endDate,
    timeZone: place.timeZone,
    position: placePosition(place, positionOfPostalCode),
    link: linkTimesOf(place),
    displayMode: place.displayMode,
    maskGmf: place.maskGmf,
    maskGen: place.maskGen,
  };
  const { inactiveReasons } = book;
  const reasons = asked.reason === undefined ? reasonsToTry(opening.slot, inactiveReasons, asker) : [asked.reason];
  // A view costs tens of microseconds: those of cascades that are not open to the citizen are not asked for.
  const open = cascades.filter((cascade) => refuseCascade(citizen, cascade, "") === undefined);
  const candidates = (asked.cascade === undefined ? open : [asked.cascade]).flatMap((cascade) =>
    reasons.map((reason): Offer => {
      const question = { asker, cascade, reason, inactiveReasons, nearby, professionalId: null };
      const view = viewOf(citizen, agenda, question, book.now);
      return { citizen, opening, professional, place, agenda, question, view };
    }),
  );
  const free = { busy: false, heldUntil: null };
  const isOffered = ({ view }: Offer) =>
    mayCitizenBook(view, { ...opening.slot, ...opening, ...free }, book.now) === undefined;
  const isOfType = ({ view }: Offer) => view.types.includes(opening.slot.serviceType);
  const allowed = candidates.filter(({ view }) => isOfAge(view, opening));
  const tried = allowed.length > 0 ? allowed : candidates;
  const chosen = tried.find(isOffered) ?? tried.find(isOfType) ?? tried.at(-1);
  if (chosen === undefined) throw new Error("there is no cascade");
  return chosen;
}

/**
 * SVC-09: those that the slot is for; were there none for who asks, the refusal says so of any. REASON-11: active ones;
 * were none of them active, it says so of the first.
 */
function reasonsToTry(
  slot: CompleteSlot,
  inactive: readonly ConsultationReason[],
  asker: Asker,
): readonly ConsultationReason[] {
  const online = onlineReasons(consultationReasons, [], asker);
  const offered = online.filter((reason) => isOfferedFor(slot.consultationReasons, reason));
  const reasons = offered.length > 0 ? offered : online;
  const active = onlineReasons(reasons, inactive, asker);
  return active.length > 0 ? active : reasons.slice(0, 1);
}

/** The opening as somebody meets it: a hold of theirs is no obstacle to them. Null: as a search does. */
export function metBy(
  book: Book,
  { opening, professional }: Pick<Offer, "opening" | "professional">,
  owner: HoldOwner | null,
): OpeningAsked["opening"] {
  const seats = book.appointmentsIn(opening).map(({ seat }) => seat);
  const holds = book.holdsIn(opening).filter((hold) => owner === null || !sameOwner(hold.owner, owner));
  const expiries = holds.map(({ expiresAt }) => expiresAt);
  return { ...opening.slot, ...opening, ...openingState(professional.capacity, seats, expiries) };
}

/** Why the caller may not have it now. */
export function refuseOffer(book: Book, offer: Offer, owner: HoldOwner): Violation[] {
  const refused = mayCitizenBook(offer.view, metBy(book, offer, owner), book.now);
  if (refused === undefined) return [];
  return [refused.pointer === "" ? { ...refused, pointer: "/startAt" } : refused];
}

/** The refusal of an opening that is gone, with what is to be looked for in its stead. */
export function lostOpening(
  violations: readonly Violation[],
  { citizen, question, opening, place: { placeId } }: Offer,
  namIndex: string,
): LostOpening {
  return new LostOpening(violations, {
    citizen: { ...citizen, namIndex },
    question,
    lost: { ...opening, placeId },
  });
}

/** The same evaluation, every condition of it: for the owner of holds, or (null) as a search meets the opening. */
export function explainOffer(book: Book, offer: Offer, owner: HoldOwner | null): Step[] {
  const { citizen, agenda, question } = offer;
  // A closed agenda shows no type at all; what an open one would show is what its openings are explained by.
  const view = { ...offer.view, types: typesOf(agenda, question.cascade) };
  return [
    ...stepsOf(agendaConditions, { citizen, agenda, question, now: book.now }),
    ...stepsOf(openingConditions, { view, opening: metBy(book, offer, owner), now: book.now }),
  ];
}
