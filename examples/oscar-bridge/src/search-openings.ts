import { bearer, type Client, createClient, isArrimageProblem, type Schemas } from "@arrimage/sdk";
import type { FoundOpening, Searcher } from "./choose-bookings.ts";
import { wallClock } from "./local-time.ts";
import type { InsuredPerson, PushPlan } from "./plan-push.ts";
import type { LinkedClinic } from "./set-up.ts";

type Cascade = Schemas["CitizenBooking"]["cascade"] & string;
type Reason = Schemas["CitizenBooking"]["consultationReason"];

/** An opening with the question that found it: the booking repeats it. */
export interface CitizensOpening extends FoundOpening {
  cascade: Cascade;
  reason: Reason;
}

/** A citizen at the portal, signed in, after searching. */
export interface Citizen extends Searcher<CitizensOpening> {
  person: InsuredPerson;
  client: Client;
}

/** What the portal knows of the clinic. */
export interface Offer {
  clinic: LinkedClinic;
  plan: PushPlan;
  clock: Date;
  timeZone: string;
  gmfNumber: string | null;
  /** Of the appointments that the hub has, by NAM: local dates. */
  busyDates: ReadonlyMap<string, ReadonlySet<string>>;
  slotNames: ReadonlyMap<string, string>;
}

/** The first so many by time: nobody reads more. */
const MOST_OPENINGS = 1_000;

/** A citizen searches as on the portal: own professional, the GMF, everybody; for each reason that is offered there. */
export async function searchAs(person: InsuredPerson, offer: Offer): Promise<Citizen> {
  const { connection, sandbox, placeId } = offer.clinic;
  const { accessToken } = await sandbox.tokens.create({ body: { as: "citizen", nam: person.nam } });
  const client = createClient({ ...connection, auth: bearer(accessToken) });
  const found = new Map<string, CitizensOpening>();
  for (const [cascade, reason] of questionsOf(person, offer)) {
    const question = { body: { cascade, consultationReason: reason, placeId, limit: 500 } };
    for (const opening of await search(client, question)) {
      const known = describe(opening, { cascade, reason }, offer);
      if (!found.has(known.name)) found.set(known.name, known);
    }
  }
  return { person, client, found: [...found.values()], busyDates: offer.busyDates.get(person.nam) ?? new Set() };
}

async function search(client: Client, question: Parameters<Client["citizenOpenings"]["search"]>[0]) {
  try {
    return await client.citizenOpenings.search(question).collect({ max: MOST_OPENINGS });
  } catch (error) {
    // REASON-08: of an age for which the reason is not offered. They find nothing, as on the portal.
    if (isArrimageProblem(error, "REASON_NOT_ALLOWED")) return [];
    throw error;
  }
}

/** Which searches can find anything: reasons of public slots, by the cascade in which their services are shown (SVC-05 to SVC-07). */
function questionsOf(person: InsuredPerson, { plan, gmfNumber, clock }: Offer): [Cascade, Reason][] {
  const publicKeys = new Set(
    plan.slots.filter(({ visibility }) => visibility === "public").map((slot) => slot.serviceKey),
  );
  const services = plan.services.filter(({ key }) => publicKeys.has(key));
  const own = person.ownProfessionalNumber;
  const shown: [Cascade, typeof services][] = [
    ["1", services.filter(({ professionalNumber }) => professionalNumber === own)],
    ["2.3", own === null || gmfNumber === null ? [] : services.filter(({ type }) => type === "GMF")],
    ["3", services.filter(({ type }) => type === "GEN")],
  ];
  return shown.flatMap(([cascade, some]) => {
    const reasons = new Set(some.map(({ consultationReason }) => askedFor(consultationReason)));
    return [...reasons]
      .filter((reason) => isPlausible(reason, person, clock))
      .map((reason): [Cascade, Reason] => [cascade, reason]);
  });
}

/** SVC-10: a service for all reasons is found by any. */
function askedFor(offered: string): Reason {
  // The hub has accepted the service, so its reason is one.
  return offered === "allReasons" ? "minorEmergency" : (offered as Reason);
}

/** No rule: the story should be one that could happen. Ages of the other reasons are the hub's to judge. */
function isPlausible(reason: Reason, { sex, birthDate }: InsuredPerson, clock: Date): boolean {
  if (reason !== "pregnancy") return true;
  const years = clock.getUTCFullYear() - Number(birthDate.slice(0, 4));
  return sex === "F" && years >= 18 && years <= 45;
}

function describe(
  { slotId, professionalId, startAt, endAt, serviceType }: Schemas["OfferedOpening"],
  question: { cascade: Cascade; reason: Reason },
  { slotNames, timeZone }: Offer,
): CitizensOpening {
  const slotName = slotNames.get(slotId) ?? slotId;
  return {
    name: `${slotName} ${new Date(startAt).toISOString()}`,
    // Null where the place keeps the name from citizens; the slot then stands for its professional.
    professional: professionalId ?? slotId,
    date: wallClock(new Date(startAt), timeZone).date,
    ...{ slotId, startAt, endAt, serviceType },
    ...question,
  };
}
