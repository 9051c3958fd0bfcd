import { bearer, type Client, createClient, isArrimageProblem, type Schemas } from "@arrimage/sdk";
import type { FoundOpening, Searcher } from "./choose-bookings.ts";
import type { Cascade } from "./outcome.ts";
import type { InsuredPerson, PushPlan } from "./plan-push.ts";
import type { LinkedClinic } from "./set-up.ts";

type Reason = Schemas["CitizenBooking"]["consultationReason"];
type Question = Schemas["CitizenOpeningSearch"];

/** An opening with the question that found it: the booking repeats it. */
export interface CitizensOpening extends FoundOpening {
  question: Pick<Question, "consultationReason" | "postalCode"> & { cascade: Cascade };
}

/** A citizen at the portal, signed in, after searching. */
export interface Citizen extends Searcher<CitizensOpening> {
  person: InsuredPerson;
  client: Client;
}

/** What the portal knows: nothing of who is registered with whom, who relays whom, or who is taken when. */
export interface Offer {
  clinic: LinkedClinic;
  /** What citizens of this story consult for: what the clinic offers in public. */
  reasons: readonly Reason[];
  clock: Date;
  /** Around which those search whose own postal code the clinic does not know: the place's. */
  postalCode: string;
  slotNames: ReadonlyMap<string, string>;
}

/** The first so many by time: nobody reads more. The hub answers them in one page. */
const MOST_OPENINGS = 1_000;

/** A citizen searches as on the portal, once for each reason they may have. */
export async function searchAs(person: InsuredPerson, offer: Offer): Promise<Citizen> {
  const { connection, sandbox } = offer.clinic;
  const { accessToken } = await sandbox.tokens.create({ body: { as: "citizen", nam: person.nam } });
  const client = createClient({ ...connection, auth: bearer(accessToken) });
  const found = new Map<string, CitizensOpening>();
  for (const reason of offer.reasons) {
    if (!isPlausible(reason, person, offer.clock)) continue;
    for (const opening of await walkCascades(client, reason, person.postalCode ?? offer.postalCode)) {
      const known = describe(opening, offer);
      if (!found.has(known.name)) found.set(known.name, known);
    }
  }
  return { person, client, found: [...found.values()] };
}

type Found = Schemas["OfferedOpening"] & Pick<CitizensOpening, "question">;

/** CASC-01: one's own professional first, and on to the cascade that the hub names next, until one has something. */
async function walkCascades(client: Client, consultationReason: Reason, postalCode: string): Promise<Found[]> {
  let cascade: Cascade | null = "1";
  while (cascade !== null) {
    const question = { cascade, consultationReason, ...(cascade === "3" ? { postalCode } : {}) };
    const { openings, next } = await askCascade(client, question);
    if (openings.length > 0) return openings.map((opening) => ({ ...opening, question }));
    cascade = next;
  }
  return [];
}

async function askCascade(
  client: Client,
  question: CitizensOpening["question"],
): Promise<{ openings: Schemas["OfferedOpening"][]; next: Cascade | null }> {
  const list = client.citizenOpenings.search({ body: { ...question, limit: MOST_OPENINGS } });
  try {
    const { nextCascade } = await list;
    return { openings: await list.collect({ max: MOST_OPENINGS }), next: nextCascade };
  } catch (error) {
    // CASC-07: nobody's patient. Only everybody near them is left.
    if (question.cascade === "1" && isArrimageProblem(error, "CASCADE_NOT_AVAILABLE")) {
      return { openings: [], next: "3" };
    }
    // REASON-08, CASC-20: not for their age, or from nowhere that is known. They find nothing, as on the portal.
    const inVain = ["REASON_NOT_ALLOWED", "POSTAL_CODE_UNKNOWN", "POSTAL_CODE_OUTSIDE_QUEBEC"] as const;
    if (isArrimageProblem(error, ...inVain)) return { openings: [], next: null };
    throw error;
  }
}

/** SVC-10: what is offered for all reasons is found by any. */
export function reasonsOffered({ slots, services }: Pick<PushPlan, "slots" | "services">): Reason[] {
  const publicKeys = new Set(slots.filter(({ visibility }) => visibility === "public").map((slot) => slot.serviceKey));
  const offered = services.filter(({ key }) => publicKeys.has(key)).map(({ consultationReason }) => consultationReason);
  // The hub has accepted the services, so each reason is one.
  return [...new Set(offered.map((reason) => (reason === "allReasons" ? "minorEmergency" : (reason as Reason))))];
}

/** No rule: the story should be one that could happen. Ages of the other reasons are the hub's to judge. */
function isPlausible(reason: Reason, { sex, birthDate }: InsuredPerson, clock: Date): boolean {
  if (reason !== "pregnancy") return true;
  const years = clock.getUTCFullYear() - Number(birthDate.slice(0, 4));
  return sex === "F" && years >= 18 && years <= 45;
}

function describe(
  { slotId, professionalId, startAt, endAt, serviceType, question }: Found,
  { slotNames }: Offer,
): CitizensOpening {
  const slotName = slotNames.get(slotId) ?? slotId;
  return {
    name: `${slotName} ${new Date(startAt).toISOString()}`,
    // Null where the place keeps the name from citizens; the slot then stands for its professional.
    professional: professionalId ?? slotId,
    ...{ slotId, startAt, endAt, serviceType, question },
  };
}
