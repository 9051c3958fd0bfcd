import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../src/db/connection.ts";
import { agendaConditions, openingConditions } from "../src/domain/visibility.ts";
import { searchConditions } from "../src/features/openings/search-conditions.ts";
import { anEmployee, aNurse } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import { ask, compare, judge, nameOf } from "./offered/ask.ts";
import type { Asked, Judged } from "./offered/ask.ts";
import { isHiddenByName } from "./offered/oracle.ts";
import { firstNow, randomQuestions, randomWorld } from "./offered/random-world.ts";
import { cascades } from "./offered/world.ts";
import type { Question } from "./offered/world.ts";
import { writeWorld } from "./offered/write-world.ts";

/**
 * What search offers can be booked and what it hides is refused: random clinics, citizens, nurses and moments, every
 * cascade, both ways, against an oracle that shares no code with the hub. Seeds are of worlds that have relay teams.
 */

describe("what is offered is what can be booked", { timeout: 180_000 }, () => {
  const seeds = [2, 3, 4, 6, 8];
  const perWorld = 200;
  let worlds: Asked[] = [];
  beforeAll(async () => {
    worlds = await Promise.all(seeds.map(aWorld));
  });
  afterAll(() => Promise.all(worlds.map(({ hub }) => hub.close())));

  test.each(cascades)("in cascade %s, of 1,000 questions half of which have an opening", async (cascade) => {
    const outcomes = await Promise.all(
      worlds.map(async (asked, n) => {
        const questions = randomQuestions(asked.world, cascade, perWorld, n);
        const found = [];
        for (const [at, question] of questions.entries()) found.push(await ask(asked, question, at));
        return found;
      }),
    );
    const all = outcomes.flat();
    expect(all.flatMap(({ differences }) => differences)).toEqual([]);
    expect(all).toHaveLength(1_000);
    expect(all.filter(({ offered }) => offered).length).toBeGreaterThanOrEqual(500);
  });
});

describe("a condition taken out is noticed", { timeout: 60_000 }, () => {
  let worlds: Asked[] = [];
  /** Openings that one rule alone hides, and who may not see them. */
  let cases: { asked: Asked; question: Question; judged: Judged[]; hidden: Judged }[] = [];
  let desks: { asked: Asked; desk: string }[] = [];

  beforeAll(async () => {
    worlds = await Promise.all([3, 4].map(aWorld));
    // SLOT-21 is held by the database too: here its condition stands alone.
    for (const { hub } of worlds) await openPrivateSlots(hub.database.url);
    cases = worlds.flatMap(hiddenByOneRule);
    desks = await Promise.all(
      worlds.map(async (asked) => {
        const { establishmentId = "" } = asked.world.establishments[0] ?? {};
        const { token } = await anEmployee(asked.hub, { establishmentId }, { profile: "localAdmin" });
        return { asked, desk: token };
      }),
    );
  });
  afterAll(() => Promise.all(worlds.map(({ hub }) => hub.close())));

  /** Beginning with the openings that `rule` hides: they notice first. */
  async function isNoticed(rule?: string): Promise<boolean> {
    const isOfRule = ({ hidden }: (typeof cases)[number]) => hidden.against.some((each) => each === rule);
    const [ofRule, others] = [cases.filter(isOfRule), cases.filter((each) => !isOfRule(each))];
    for (const { asked, question, judged, hidden } of [...ofRule, ...others])
      if ((await compare(asked, question, judged, [hidden])).length > 0) return true;
    for (const { asked, desk } of desks) if ((await mondays(asked, desk)).length > 0) return true;
    return false;
  }

  test("while all are there, nothing is", async () => {
    expect(await isNoticed()).toBe(false);
  });

  const lists = { agendaConditions, openingConditions, searchConditions };
  const each = Object.entries(lists).flatMap(([name, list]: [string, readonly { rule: string }[]]) =>
    list.map(({ rule }) => ({ name, list, rule })),
  );

  test.each(each)("$rule of the $name", async ({ list, rule }) => {
    const conditions = list as { rule: string }[];
    const at = conditions.findIndex((condition) => condition.rule === rule);
    const taken = conditions.splice(at, 1);
    const noticed = await isNoticed(rule).finally(() => conditions.splice(at, 0, ...taken));
    expect(noticed).toBe(true);
  });
});

async function aWorld(seed: number): Promise<Asked> {
  const hub = await createTestHub({ now: firstNow, seed: String(seed) });
  const world = await writeWorld(hub, randomWorld(seed));
  const tokens = await Promise.all(world.citizens.map(({ nam }) => hub.tokens.citizen(nam)));
  const [of811, ofTriage] = [await aNurse(hub), await aNurse(hub, { mention: "redirection" })];
  return { hub, world, tokens, nurses: { 811: of811.token, redirection: ofTriage.token } };
}

/** Of each rule and cascade one opening, where there is one. */
function hiddenByOneRule(asked: Asked) {
  const found = new Map<string, { asked: Asked; question: Question; judged: Judged[]; hidden: Judged }>();
  for (const cascade of cascades)
    for (const question of randomQuestions(asked.world, cascade, 60, 1)) {
      const judged = judge(asked.world, question);
      for (const hidden of judged) {
        const byName = isHiddenByName(asked.world, question, hidden.opening.slot) ? ["PLACE-27"] : [];
        const [rule, ...others] = [...hidden.against, ...byName];
        const key = `${rule ?? ""} in ${cascade}`;
        if (rule === undefined || others.length > 0 || found.has(key)) continue;
        found.set(key, { asked, question, judged, hidden });
      }
    }
  return [...found.values()];
}

async function openPrivateSlots(url: string): Promise<void> {
  const owner = connect(url, { max: 1 });
  await owner`ALTER POLICY opening_citizen ON opening USING (scope_audience() = 'citizen')`;
  await owner.end();
}

/** SEARCH-08: what the clinic's own search for Mondays has too much or too little. */
async function mondays({ hub, world }: Asked, desk: string): Promise<string[]> {
  const { placeId = "", zone = "America/Toronto" } = world.places[0] ?? {};
  hub.clock.moveTo(firstNow);
  const answer = await hub.request<{ items: { slotId: string; startAt: string }[] }>(
    "GET",
    `/v1/openings?placeId=${placeId}&weekdays=monday&limit=200`,
    { as: desk },
  );
  const found = answer.body.items.map(({ slotId, startAt }) => `${slotId} ${String(Date.parse(startAt))}`);
  const hiding = ["APPT-09", "HOLD-11", "CASC-24", "EMP-15", "SEARCH-15"];
  const question = {
    citizen: 0,
    asker: "citizen",
    cascade: "3",
    reason: "regular",
    near: false,
    placeId,
    professionalId: null,
    now: firstNow,
  } as const;
  const weekday = new Intl.DateTimeFormat("en-CA", { timeZone: zone, weekday: "long" });
  const expected = judge(world, question)
    .filter(({ opening: { slot, startAt }, against }) => {
      const isMonday = weekday.format(startAt) === "Monday";
      return slot.placeId === placeId && isMonday && !against.some((rule) => hiding.includes(rule));
    })
    .map(nameOf);
  return [...expected.filter((name) => !found.includes(name)), ...found.filter((name) => !expected.includes(name))];
}
