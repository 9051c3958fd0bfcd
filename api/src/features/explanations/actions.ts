import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Citizen, ClinicActor } from "../../domain/actor.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import { clinicAgendaConditions, clinicOpeningConditions } from "../../domain/clinic-offer.ts";
import { stepsOf } from "../../domain/condition.ts";
import { Refusal, refuseAny, violation } from "../../domain/decision.ts";
import { busyElsewhere, stepsOfDecision, whyNoOpening } from "../../domain/explanation.ts";
import { heldWarnings } from "../../domain/hold.ts";
import type { HoldOwner } from "../../domain/hold.ts";
import { mayRead, refuseRead } from "../../domain/permission.ts";
import { zonedText } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { readInstant } from "../../http/time.ts";
import type { Book } from "../../lane/book.ts";
import { openBook } from "../../lane/facts.ts";
import { citizenDaysAt, longestOpeningMs } from "../../lane/reach.ts";
import type { InsuredPerson } from "../../registry.ts";
import { recordLookup } from "../access/store.ts";
import { decideAgenda, holdOwnerOf, pastLimitOf } from "../appointments/decide-agenda.ts";
import type { WantedTime } from "../appointments/decide-agenda.ts";
import { readNam } from "../appointments/known-patient.ts";
import type { FindOpening } from "../citizen-bookings/find-opening.ts";
import { identify } from "../citizen-bookings/identify.ts";
import { chooseOffer, explainOffer, metBy, notOffered, offeredOpening } from "../citizen-bookings/offer.ts";
import type { OfferedTime } from "../citizen-bookings/offer.ts";
import { readNearby } from "../openings/nearby.ts";
import { getProfessional } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type { CitizenExplain, Explained, ExplainQuery, Explanation, PatientExplain } from "./schema.ts";
import { explainedBody } from "./wire.ts";

/** What is asked about: an instant of a professional's time, and the openings that start then. */
interface Looked {
  book: Book;
  professional: ProfessionalFacts;
  startAt: number;
  openings: OfferedTime[];
}

/** Design, decision 3: what a search would show the caller, and what became of a booking, rule by rule. */
export async function explainToClinic(deps: Deps, call: Call<ClinicActor>, query: ExplainQuery): Promise<Explanation> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const looked = await look(tx, call.actor, query, null, deps.clock.now());
    const { book, professional, startAt, openings } = looked;
    const items = openings.map((opening) => explainForClinic(call, looked, opening));
    if (items.length === 0) {
      const wanted = {
        professionalId: professional.professionalId,
        placeId: query.placeId,
        startAt,
        durationMinutes: 1,
      };
      const search = [whyNoOpening(book.slotsOf(professional.professionalId), startAt)];
      items.push(explainedBody({ search, ...decideBooking(call, book, wanted) }, call));
    }
    return explanationOf(professional.professionalId, startAt, zoneOf(looked), items);
  });
}

/** The same for a patient: what their own search shows them, and whether they may book it. */
export async function explainForPatient(
  deps: Deps,
  call: Call<ClinicActor>,
  input: PatientExplain,
): Promise<Explanation> {
  const nam = readNam(input.nam, "/nam");
  // Who may not read the agenda has nothing to ask RAMQ about.
  await withScope(deps.connection, scopeOf(call), (tx) => readable(tx, call.actor, input));
  const person = await deps.registry.find(nam);
  if (person === null) throw new Refusal([violation("PAT-02", "IDENTITY_UNKNOWN", "/nam")]);
  const namIndex = deps.secrets.namIndex(nam);
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const looked = await look(tx, call.actor, input, namIndex, deps.clock.now());
    const { book, professional, startAt, openings } = looked;
    const { establishmentId } = professional;
    await recordLookup(deps, tx, { ...call, purpose: "openings.explainForPatient" }, { establishmentId, namIndex });
    const items = openings.map(
      (opening) => explainForCitizen(call, book, opening, { person, namIndex, ...input }).explained,
    );
    if (items.length === 0) {
      const steps = [whyNoOpening(book.slotsOf(professional.professionalId), startAt)];
      items.push(explainedBody({ search: steps, booking: steps }, call));
    }
    return explanationOf(professional.professionalId, startAt, zoneOf(looked), items);
  });
}

/** A citizen asks about an opening of their own search; of what they may not know it is only said that it is not offered. */
export async function explainToCitizen(
  deps: Deps,
  find: FindOpening,
  call: Call<Citizen>,
  input: CitizenExplain,
): Promise<Explanation> {
  const startAt = readInstant(input.startAt);
  const named = { slotId: input.slotId, startAt };
  const caller = { call, operationId: "citizenOpenings.explain", nam: call.actor.nam };
  const [{ person }, found] = await Promise.all([identify(deps, caller), find(named)]);
  const establishments = found === undefined ? [] : [found.establishmentId];
  return withScope(deps.connection, { audience: "system", establishments }, async (tx) => {
    const { namIndex } = call.actor;
    const reach = found === undefined ? {} : { spans: [found], citizenDays: citizenDaysAt(namIndex, startAt) };
    const book = await openBook(tx, { slotIds: [input.slotId] }, reach, deps.clock.now());
    const opening = found && offeredOpening(book, named, establishments);
    if (opening === undefined) {
      const steps = [{ rule: notOffered.rule, violation: notOffered }];
      return explanationOf(null, startAt, "America/Toronto", [explainedBody({ search: steps, booking: steps }, call)]);
    }
    const asked = { person, namIndex, ...input };
    const { explained, identified } = explainForCitizen(call, book, opening, asked);
    const { timeZone } = book.place(opening.slot.placeId);
    return explanationOf(identified ? opening.professionalId : null, startAt, timeZone, [explained]);
  });
}

/** PERM-16, LCGA-02: the professional of an agenda that the caller may read. */
async function readable(
  tx: ScopedTx,
  actor: ClinicActor,
  { professionalId, placeId }: Pick<ExplainQuery, "professionalId" | "placeId">,
): Promise<ProfessionalFacts> {
  const professional = await getProfessional(tx, professionalId);
  const { establishmentId, placeIds: professionalPlaceIds } = professional;
  refuseAny(refuseRead(actor, { establishmentId, professionalId, placeId: placeId ?? null, professionalPlaceIds }));
  return professional;
}

/** The agenda around the instant. */
async function look(
  tx: ScopedTx,
  actor: ClinicActor,
  { professionalId, placeId, startAt: text }: ExplainQuery,
  namIndex: string | null,
  now: number,
): Promise<Looked> {
  const startAt = readInstant(text);
  const professional = await readable(tx, actor, { professionalId, placeId });
  const agenda = { establishmentId: professional.establishmentId, professionalId };
  const span = { ...agenda, startAt, endAt: startAt + longestOpeningMs };
  const reach = { spans: [span], citizenDays: citizenDaysAt(namIndex, startAt) };
  const book = await openBook(tx, { professionalIds: [professionalId] }, reach, now);
  const openings = book.slotsOf(professionalId).flatMap((slot) => {
    if (slot.placeId === null || (placeId !== undefined && slot.placeId !== placeId)) return [];
    if (!mayRead(actor, { ...agenda, placeId: slot.placeId })) return [];
    return offeredOpening(book, { slotId: slot.slotId, startAt }, [agenda.establishmentId]) ?? [];
  });
  return { book, professional, startAt, openings };
}

function explainForClinic(call: Call<ClinicActor>, { book, professional }: Looked, opening: OfferedTime): Explained {
  const { placeId } = opening.slot;
  const { timeZone } = book.place(placeId);
  const { departureDate } = professional;
  const agenda = { worksHere: professional.placeIds.includes(placeId), departureDate, timeZone };
  const search = busyElsewhere(
    [
      ...stepsOf(clinicAgendaConditions, { agenda, now: book.now }),
      ...stepsOf(clinicOpeningConditions, { opening: metBy(book, { opening, professional }, null), now: book.now }),
    ],
    book.appointmentsIn(opening),
    placeId,
  );
  const wanted = { slotId: opening.slotId, startAt: opening.startAt };
  return explainedBody({ search, ...decideBooking(call, book, wanted), opening }, call);
}

/** APPT-01, APPT-17, APPT-19, APPT-49, HOLD-03, HOLD-12: what an appointment there would be decided by. */
function decideBooking({ actor }: Call<ClinicActor>, book: Book, wanted: WantedTime) {
  const decided = decideAgenda({ book, actor, establishmentIds: establishmentsOf(actor) }, wanted, null);
  const asked = ["APPT-49", "APPT-19", "APPT-17", "APPT-01"];
  if (!decided.ok) return { booking: stepsOfDecision(asked, decided.violations) };
  const { professional, placement, timeZone } = decided.value;
  const { establishmentId, professionalId } = professional;
  const tooOld = pastLimitOf(book, { establishmentId, startAt: placement.startAt }, timeZone, "/startAt");
  const warnings = heldWarnings(book.holdsIn({ professionalId, ...placement }), holdOwnerOf(actor));
  return { booking: stepsOfDecision(asked, tooOld), warnings };
}

interface CitizenAsks extends Pick<CitizenExplain, "consultationReason" | "cascade" | "postalCode"> {
  person: InsuredPerson;
  namIndex: string;
}

function explainForCitizen(
  call: Call,
  book: Book,
  opening: OfferedTime,
  { person, namIndex, consultationReason: reason, cascade, postalCode }: CitizenAsks,
): { explained: Explained; identified: boolean } {
  const owner: HoldOwner = { type: "citizen", id: namIndex };
  const nearby = readNearby(postalCode);
  const offer = chooseOffer(book, opening, { asker: "citizen", person, namIndex, reason, cascade, nearby });
  const { placeId } = opening.slot;
  const taken = book.appointmentsIn(opening);
  const search = busyElsewhere(explainOffer(book, offer, null), taken, placeId);
  const booking = busyElsewhere(explainOffer(book, offer, owner), taken, placeId);
  const explained = explainedBody({ search, booking, opening, cascade: offer.question.cascade }, call);
  // PLACE-27: a name belongs to what the cascade shows. An agenda that is closed there has no mask there to ask about.
  const { closed, masked, types } = offer.view;
  return { explained, identified: closed === null && !masked && types.includes(opening.slot.serviceType) };
}

/** Of the opening's place, or of the professional's first. */
function zoneOf({ book, professional, openings }: Looked): TimeZone {
  const placeId = openings[0]?.slot.placeId ?? professional.placeIds[0];
  return placeId === undefined ? "America/Toronto" : book.place(placeId).timeZone;
}

function explanationOf(
  professionalId: string | null,
  startAt: number,
  zone: TimeZone,
  items: Explained[],
): Explanation {
  return { professionalId, startAt: zonedText(startAt, zone), offered: items.some(({ offered }) => offered), items };
}
