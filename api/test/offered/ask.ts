import type { Explanation } from "../../src/features/explanations/schema.ts";
import { contact } from "../crash/caller.ts";
import type { OfferedPage } from "../../src/features/openings/citizen-search.ts";
import type { TestAnswer, TestHub } from "../harness.ts";
import { isSearched, whatStandsAgainst } from "./oracle.ts";
import { openingsOf } from "./world.ts";
import type { Asker, Opening, Question, World } from "./world.ts";
import { postalCode } from "./write-world.ts";

/** A world in a hub, and the tokens of each of its citizens and of a nurse of each kind. */
export interface Asked {
  hub: TestHub;
  world: World;
  tokens: readonly string[];
  nurses: Readonly<Record<Exclude<Asker, "citizen">, string>>;
}

/** Whose token, whose operations, and what the body says of the patient. */
function callerOf({ world, tokens, nurses }: Asked, { asker, citizen }: Question) {
  if (asker === "citizen") return { as: tokens[citizen] ?? "", path: "/v1/citizen", patient: {} };
  return { as: nurses[asker], path: "/v1/nurse", patient: { nam: world.citizens[citizen]?.nam } };
}

/** What came of a question: whether the search had anything, and every difference from the oracle, in words. */
export interface Outcome {
  offered: boolean;
  differences: string[];
}

/** An opening of the world, and what stands against it. */
export interface Judged {
  opening: Opening;
  against: readonly string[];
}

/**
 * Searches as the citizen does, or a nurse for them, and compares with the oracle; then tries to book one opening that is
 * offered and one that is hidden, and the citizen asks why. Nothing changes: bookings are dry runs.
 */
export async function ask(asked: Asked, question: Question, pick: number): Promise<Outcome> {
  const judged = judge(asked.world, question);
  const bookable = judged.filter(({ against }) => against.length === 0);
  const expected = bookable.filter(({ opening: { slot } }) => isSearched(asked.world, question, slot));
  const tried = [oneOf(bookable, pick), oneOf(hardest(judged), pick)].filter((each) => each !== undefined);
  const differences = await compare(asked, question, judged, tried, pick % 3 === 0 ? 200 : 25);
  return { offered: expected.length > 0, differences };
}

/** Every difference of a search, page by page, from what is judged, and of what is tried from what stands against it. */
export async function compare(
  asked: Asked,
  question: Question,
  judged: readonly Judged[],
  tried: readonly Judged[],
  limit = 200,
): Promise<string[]> {
  asked.hub.clock.moveTo(question.now);
  const found = await search(asked, question, limit);
  const expected = judged.filter(
    ({ opening: { slot }, against }) => against.length === 0 && isSearched(asked.world, question, slot),
  );
  const names = new Set(expected.map(nameOf));
  const differences = [
    ...[...names].filter((name) => !found.has(name)).map((name) => `not found: ${name}`),
    ...[...found].filter((name) => !names.has(name)).map((name) => `found: ${name}: ${reasonsOf(judged, name)}`),
  ];
  for (const each of tried) differences.push(...(await tryOut(asked, question, each)));
  return differences;
}

export function judge(world: World, question: Question): Judged[] {
  return world.slots
    .flatMap(openingsOf)
    .map((opening) => ({ opening, against: whatStandsAgainst(world, question, opening) }));
}

/** Those hidden that are nearest to being offered: only one thing, where there are such, keeps them from it. */
function hardest(judged: readonly Judged[]): Judged[] {
  const hidden = judged.filter(({ against }) => against.length > 0);
  const fewest = Math.min(...hidden.map(({ against }) => against.length));
  return hidden.filter(({ against }) => against.length === fewest);
}

async function search(asked: Asked, question: Question, limit: number): Promise<Set<string>> {
  const { cascade, reason: consultationReason, near, placeId, professionalId } = question;
  const { as, path, patient } = callerOf(asked, question);
  const body = {
    ...patient,
    ...{ cascade, consultationReason, limit },
    ...(near ? { postalCode } : {}),
    ...(placeId === null ? {} : { placeId }),
    ...(professionalId === null ? {} : { professionalId }),
  };
  const found = new Set<string>();
  let cursor: string | null = null;
  do {
    const answer: TestAnswer<OfferedPage> = await asked.hub.request("POST", `${path}/openings/search`, {
      ...{ as, key: null, body: cursor === null ? body : { ...body, cursor } },
    });
    if (answer.status !== 200) return found;
    for (const { slotId, startAt } of answer.body.items) found.add(`${slotId} ${String(Date.parse(startAt))}`);
    cursor = answer.body.nextCursor;
  } while (cursor !== null);
  return found;
}

/** Booked or refused, and explained to a citizen, as the oracle says; a refusal names a rule that stands against it. */
async function tryOut(asked: Asked, question: Question, tried: Judged): Promise<string[]> {
  const { hub } = asked;
  const { opening, against } = tried;
  const { as, path, patient } = callerOf(asked, question);
  const body = {
    ...{ slotId: opening.slot.slotId, startAt: new Date(opening.startAt).toISOString(), cascade: question.cascade },
    ...{ consultationReason: question.reason, ...(question.near ? { postalCode } : {}) },
  };
  const booked = await hub.request<{ violations?: { rule: string }[] }>(
    ...(["POST", `${path}/appointments?dryRun=true`] as const),
    { as, body: { ...patient, ...body, ...contact } },
  );
  const isOffered = against.length === 0;
  const refused = booked.body.violations?.[0]?.rule;
  const what = `${nameOf(tried)} (${against.join(", ") || "nothing against it"})`;
  const findings: [agrees: boolean, difference: string][] = [
    [(booked.status === 201) === isOffered, `${String(booked.status)} to the booking of ${what}`],
    [isAgainst(refused, against), `${String(refused)} named for ${what}`],
  ];
  // Nurses have nothing explained: the citizen's own view is the citizen's and the clinic's.
  if (question.asker === "citizen") {
    const explained = await hub.request<Explanation>("POST", `${path}/openings/explain`, { as, body, key: null });
    const said = explained.status === 200 ? explained.body.items[0] : undefined;
    const decisive = said?.search.find(({ holds }) => !holds)?.rule;
    findings.push(
      [(said?.offered ?? false) === isOffered, `explained otherwise: ${what}`],
      [(said?.bookable ?? false) === isOffered, `its booking explained otherwise: ${what}`],
      [isAgainst(decisive, against), `${String(decisive)} explained for ${what}`],
    );
  }
  return findings.flatMap(([agrees, difference]) => (agrees ? [] : [difference]));
}

/** Whether a rule that is named, if any, stands against the opening. SLOT-21: to a citizen a private slot is not there. */
function isAgainst(rule: string | undefined, against: readonly string[]): boolean {
  return rule === undefined || against.includes(rule) || (rule === "CASC-24" && against.includes("SLOT-21"));
}

function oneOf<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length];
}

export function nameOf({ opening: { slot, startAt } }: Judged): string {
  return `${slot.slotId} ${String(startAt)}`;
}

function reasonsOf(judged: readonly Judged[], name: string): string {
  return judged.find((each) => nameOf(each) === name)?.against.join(", ") ?? "no such opening";
}
