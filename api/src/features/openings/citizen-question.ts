import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { actorKey, askerOf } from "../../domain/actor.ts";
import type { Asker } from "../../domain/actor.ts";
import { citizenFactsOf, refuseCascade } from "../../domain/cascade.ts";
import type { CitizenFacts } from "../../domain/cascade.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import { freshnessOf } from "../../domain/freshness.ts";
import { wholePerimeter } from "../../domain/perimeter.ts";
import type { Nearby } from "../../domain/perimeter.ts";
import { datesAllowed, refuseInactive, refuseOffline } from "../../domain/reason.ts";
import { dayMs, localDateOf, ramqTimeZone } from "../../domain/time.ts";
import type { CitizenQuestion } from "../../domain/visibility.ts";
import { readInstant } from "../../http/time.ts";
import type { InsuredPerson } from "../../registry.ts";
import { listBookedDates } from "../appointments/store.ts";
import type { OnlineCaller, OnlinePatient } from "../citizen-bookings/identify.ts";
import { listInactiveReasons } from "../consultation-reasons/store.ts";
import { utcTextOrNull } from "../machine-links/wire.ts";
import type { Surroundings } from "../places/positions.ts";
import { listRelayedGroups } from "../work-groups/store.ts";
import type { AgendaRow } from "./agenda-store.ts";
import type { CitizenSearch, PlaceFreshness } from "./schema.ts";

/** What searches online have in common: who asks, whether they may ask it, and what is said beside the answer. */

/** How far ahead an age that is not reached yet is looked for when the search has no end. */
const longestSearchMs = 92 * dayMs;

/** A search that has been read: who asks what, and from when to when. */
export interface Asking {
  citizen: CitizenFacts;
  question: CitizenQuestion;
  from: number;
  to: number | null;
  now: number;
}

/** As it was sent, the postal code read. */
type Asked = Pick<CitizenSearch, "cascade" | "consultationReason" | "placeId" | "professionalId" | "from" | "to"> & {
  nearby: Nearby | null;
};

/** Refuses what is not open to this person, or not for this reason to who asks. */
export async function askAs(
  tx: ScopedTx,
  { call: { actor } }: Pick<OnlineCaller, "call">,
  { person, namIndex }: OnlinePatient,
  asked: Asked,
  now: number,
): Promise<Asking> {
  const asker = askerOf(actor);
  const { cascade, consultationReason: reason, nearby, professionalId = null } = asked;
  const [citizen, inactiveReasons] = await Promise.all([
    knowCitizen(tx, person, namIndex, now),
    listInactiveReasons(tx),
  ]);
  const from = Math.max(now, asked.from === undefined ? now : readInstant(asked.from));
  const to = asked.to === undefined ? null : readInstant(asked.to);
  refuseQuestion(citizen, asker, asked, { from, to });
  const inactive = refuseInactive(reason, inactiveReasons);
  if (inactive !== undefined) throw new Refusal([inactive]);
  return { citizen, question: { asker, cascade, reason, inactiveReasons, nearby, professionalId }, from, to, now };
}

/** Who asks, who relays their professional, and when they have an appointment: what every cascade is decided upon. */
async function knowCitizen(tx: ScopedTx, person: InsuredPerson, namIndex: string, now: number): Promise<CitizenFacts> {
  const gmfNumber = person.registration?.gmfNumber ?? null;
  const [groups, booked] = await Promise.all([
    gmfNumber === null ? [] : listRelayedGroups(tx, gmfNumber),
    listBookedDates(tx, [namIndex]),
  ]);
  return citizenFactsOf(person, { groups, bookedDates: booked.get(namIndex) ?? new Set(), now });
}

/** Why a cascade is not open to this person, or not for this reason. */
function refuseQuestion(
  citizen: CitizenFacts,
  asker: Asker,
  asked: Asked,
  window: { from: number; to: number | null },
): void {
  const { cascade, consultationReason: reason, placeId, professionalId, nearby } = asked;
  const found = [refuseCascade(citizen, cascade, "/cascade"), refuseOffline(reason, asker)];
  if (isOutOfAge(citizen.birthDate, asked, window))
    found.push(violation("REASON-08", "REASON_NOT_ALLOWED", "/consultationReason"));
  if (cascade === "3" && nearby === null && placeId === undefined && professionalId === undefined)
    found.push(violation("CASC-06", "REQUIRED_FIELD", "/postalCode"));
  const violations = found.filter((each) => each !== undefined);
  if (violations.length > 0) throw new Refusal(violations);
}

/** REASON-08, REASON-09: no day of the window is one on which the person has the age; without an end, 92 days are looked at. */
function isOutOfAge(
  birthDate: string,
  { consultationReason }: Pick<CitizenSearch, "consultationReason">,
  { from, to }: { from: number; to: number | null },
): boolean {
  const { first, last } = datesAllowed(consultationReason, birthDate);
  // Before the place is known: an edge of hours at the birthday, where the view of each place decides anyway.
  const tooYoung = first !== null && first > localDateOf(to ?? from + longestSearchMs, ramqTimeZone);
  return tooYoung || (last !== null && last < localDateOf(from, ramqTimeZone));
}

/** CASC-06, CASC-17 to CASC-21: in the ring, or within the limit when no ring was named; the nearest first. */
export function placesNear(deps: Deps, { around, limitKm, ring }: Nearby): Promise<Surroundings> {
  return deps.placePositions.near(around, ring ?? wholePerimeter(limitKm));
}

/** SYNC-14: of each place that is shown, once. */
export function freshnessOfPlaces(shown: readonly AgendaRow[], now: number): PlaceFreshness[] {
  const places = new Map(shown.map((agenda) => [agenda.placeId, agenda]));
  return [...places.values()].map(({ placeId, link }) => {
    const { state, asOf } = freshnessOf(link, now);
    return { placeId, state, asOf: utcTextOrNull(asOf) };
  });
}

/** A cursor is good for the same caller, patient and question. */
export function madeForOf(
  { call: { actor }, operationId }: OnlineCaller,
  { namIndex }: OnlinePatient,
  asked: Readonly<Record<string, unknown>>,
): string {
  const { cursor: _cursor, limit: _limit, ...filters } = asked;
  return `${operationId}|${actorKey(actor)}|${namIndex}|${JSON.stringify(Object.entries(filters).sort())}`;
}
