import type { Deps } from "../../deps.ts";
import { onlineAuthor } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { defaultAttendance } from "../../domain/attendance.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { onlineOwner, sameOwner } from "../../domain/hold.ts";
import type { Hold } from "../../domain/hold.ts";
import { checkContact, defaultModes, onlineCreationContact } from "../../domain/patient.ts";
import { registrationNotices } from "../../domain/registration.ts";
import { lowestFreeSeat } from "../../domain/seat.ts";
import { localDateOf, ramqTimeZone } from "../../domain/time.ts";
import { readInstant } from "../../http/time.ts";
import type { Book } from "../../lane/book.ts";
import type { Command } from "../../lane/command.ts";
import { citizenDaysAt, noReach } from "../../lane/reach.ts";
import type { Reach } from "../../lane/reach.ts";
import type { InsuredPerson } from "../../registry.ts";
import { typeOf } from "../appointments/decide-agenda.ts";
import { both, given, reachOfHold } from "../appointments/reaching.ts";
import { namBoundTo } from "../appointments/wire.ts";
import { consumeHolds, withOwnHolds } from "../holds/consume.ts";
import { unknownTo } from "./identify.ts";
import type { OnlineCaller, OnlinePatient } from "./identify.ts";
import { askedOf, chooseOffer, lostOpening, notOffered, offeredOpening, refuseOffer } from "./offer.ts";
import type { Booking, CitizenAppointment } from "./schema.ts";
import type { FoundOpening } from "./store.ts";
import { citizenBody } from "./wire.ts";

/** What is kept of a booking for its key. Notices are told in the language of whoever reads them. */
export type NotedAppointment = CitizenAppointment & { notices: readonly Violation[] };

/** What an opening online reaches: its own time, and the patient's day. */
export function reachOfOpening(
  opening: Pick<FoundOpening, "establishmentId" | "professionalId" | "startAt" | "endAt"> | undefined,
  namIndex: string,
): Reach {
  if (opening === undefined) return noReach;
  const { establishmentId, professionalId, startAt, endAt } = opening;
  return {
    ...noReach,
    spans: [{ establishmentId, professionalId, startAt, endAt }],
    citizenDays: citizenDaysAt(namIndex, startAt),
  };
}

/**
 * A booking by a citizen, or by a nurse for one (APPT-43). APPT-09, APPT-11, HOLD-11, HOLD-15, CASC-24, OPT-07, REASON-08:
 * what was offered is what is checked (domain/visibility.ts), now and under the locks. HOLD-09: the caller's own holds of
 * that time are consumed.
 */
export function bookCommand(
  deps: Deps,
  { call, operationId }: Pick<OnlineCaller, "call" | "operationId">,
  input: Booking,
  {
    appointmentId,
    opening,
    patient,
  }: { appointmentId: string; opening: FoundOpening | undefined; patient: OnlinePatient },
): Command<NotedAppointment> {
  const { actor } = call;
  const { namIndex, person } = patient;
  const startAt = readInstant(input.startAt);
  const named = { slotId: input.slotId, startAt };
  const asked = askedOf(actor, patient, input);
  const establishmentIds = opening === undefined ? [] : [opening.establishmentId];
  const owner = onlineOwner(actor);
  /** HOLD-14: another's hold is to this caller as one that is gone; what it takes, it goes on taking. */
  const ownNamedHold = (book: Book): Hold | undefined => {
    const found = input.holdId === undefined ? undefined : book.hold(input.holdId);
    const own =
      found !== undefined && establishmentIds.includes(found.establishmentId) && sameOwner(found.owner, owner);
    return own ? found : undefined;
  };
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: operationId },
    establishmentIds,
    targets: { slotIds: [input.slotId], holdIds: given(input.holdId) },
    expected: reachOfOpening(opening, namIndex),
    reach: (book) =>
      both(
        withOwnHolds(book, owner, reachOfOpening(offeredOpening(book, named, establishmentIds), namIndex)),
        reachOfHold(ownNamedHold(book)),
      ),
    decide(book) {
      const offered = offeredOpening(book, named, establishmentIds);
      if (offered === undefined) throw new Refusal([notOffered]);
      const offer = chooseOffer(book, offered, asked);
      const contact = {
        homePhone: input.homePhone ?? null,
        mobilePhone: input.mobilePhone ?? null,
        email: input.email ?? null,
        communicationModes: input.communicationModes ?? defaultModes(false),
      };
      const taken = refuseOffer(book, offer, owner);
      const violations = [...taken, ...checkContact(contact, false, onlineCreationContact)];
      if (taken.some(({ code }) => code === "OPENING_NOT_AVAILABLE")) throw lostOpening(violations, offer, namIndex);
      if (violations.length > 0) throw new Refusal(violations);
      const { establishmentId, professionalId, endAt } = offered;
      const { professional, place } = offer;
      const { firstName, lastName, sex, birthDate } = person;
      const appointment: Appointment = {
        ...{ establishmentId, appointmentId, referenceNumber: "", professionalId, placeId: place.placeId },
        ...{ startAt, endAt, seat: lowestFreeSeat(book.appointmentsIn(offered), offered), status: "active" },
        appointmentType: typeOf(book, person.registration, professional),
        attendance: defaultAttendance,
        namIndex,
        namEncrypted: deps.secrets.seal(patient.nam, namBoundTo(appointmentId)),
        namMatched: true,
        ...{ firstName, lastName, sex, birthDate },
        ...contact,
        communicationLanguage: input.communicationLanguage ?? "fr",
        consultationReason: input.consultationReason,
        clinicNote: null,
        patientNote: input.patientNote ?? null,
        professionalNameVisible: !offer.view.masked,
        cancellationDelay: place.cancellationDelay,
        ...onlineAuthor(actor, { namIndex, firstName, lastName }),
        imported: false,
        cancelledAt: null,
        cancelledBy: null,
        agenda: null,
        version: 1,
        createdAt: book.now,
      };
      book.saveAppointment(appointment, actor);
      consumeHolds(book, { author: actor, owner }, offered, ownNamedHold(book));
      const body = citizenBody(appointment, { place, professionalName: professional.displayName, now: book.now });
      const notices = noticesOf(person, localDateOf(book.now, ramqTimeZone));
      return (referenceOf) => ({ ...body, referenceNumber: referenceOf(appointmentId), notices });
    },
  };
}

/** PAT-02: for whom RAMQ does not know nothing is booked. What their key was answered before is answered first. */
export function unknownCommand(
  { call, operationId }: Pick<OnlineCaller, "call" | "operationId">,
  opening: FoundOpening | undefined,
): Command<NotedAppointment> {
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: operationId },
    establishmentIds: given(opening?.establishmentId),
    targets: {},
    expected: noReach,
    reach: () => noReach,
    decide() {
      throw unknownTo(call.actor);
    },
  };
}

/** MSG-09, PAT-15: coverage is the patient's and the clinic's affair, and never refuses a booking. */
function noticesOf({ eligible, registration }: InsuredPerson, today: string): Violation[] {
  return [
    ...(eligible ? [] : [violation("MSG-09", "PATIENT_NOT_ELIGIBLE")]),
    ...registrationNotices(registration, today),
  ];
}
