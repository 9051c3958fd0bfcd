import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "./a-slot.ts";
import { sendAtOnce } from "./at-once.ts";
import type { Sending } from "./at-once.ts";
import { startControl } from "./control.ts";
import type { Control } from "./control.ts";
import { aClinic, manyCitizens } from "./factories.ts";
import type { ACitizen, AClinic } from "./factories.ts";
import { instantOf } from "./harness.ts";
import type { TestAnswer } from "./harness.ts";
import { send, startHubs } from "./hubs-over-http.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { expectSound } from "./invariants.ts";
import {
  countBy,
  countTaken,
  everybodyPressesTwice,
  everybodyTakes,
  expectEachTakenOnce,
  expectOneEffect,
  expectOneWinner,
  taking,
  takings,
} from "./race.ts";
import type { Opening, Taken, Taking } from "./race.ts";

/**
 * Exclusivity, over HTTP against two hub processes over one database (R1, R4, R11). Each race is run against a naive
 * server too (naive-booking.ts), which must fail the same assertion: a race that broken code survives proves nothing.
 */

const contenders = 100;
const quarterMs = 15 * 60_000;

let hubs: HubsOverHttp;
let urls: string[];
beforeAll(async () => {
  hubs = await startHubs(2);
  urls = hubs.processes.map(({ url }) => url);
});
afterAll(() => hubs.close());
// Nothing unexpected happened in either process: no failed request, no failed job.
afterEach(() => {
  for (const hub of hubs.processes) expect(hub.readLog().slice(0, 2000)).toBe("");
});

/** A clinic of its own with quarter hours from eight to noon; the race is for the one at ten. */
async function aMorning(day: string): Promise<{ clinic: AClinic; opening: Opening }> {
  const clinic = await aClinic(hubs.world);
  const { slotId } = await aSlot(hubs.world, clinic, {
    startAt: `${day}T08:00:00-05:00`,
    endAt: `${day}T12:00:00-05:00`,
  });
  return { clinic, opening: { slotId, startAt: `${day}T10:00:00-05:00` } };
}

/** One request by itself. */
function take({ url, method, path, ...request }: Sending): Promise<TestAnswer<Taken>> {
  return send<Taken>(hubs.world, url, method, path, request);
}

async function changesOf({ establishmentId }: AClinic): Promise<Record<string, number>> {
  const rows = await hubs.owner<{ what: string }[]>`
    SELECT object_type || ' ' || operation AS what FROM change WHERE establishment_id = ${establishmentId}`;
  return countBy(rows.map(({ what }) => what));
}

/**
 * Every loser is offered three openings. None has been touched since, so that what was true when answered still is: each
 * must be free in the tables, and those to whom they were offered must be able to book them.
 */
async function expectBookable(answers: readonly TestAnswer<Taken>[], people: readonly ACitizen[]): Promise<void> {
  const losers = answers.flatMap(({ status, body: { alternatives = [] } }, index) => {
    const citizen = people[index];
    return status === 201 || citizen === undefined ? [] : [{ citizen, alternatives }];
  });
  expect(countBy(losers.map(({ alternatives }) => String(alternatives.length)))).toEqual({ 3: losers.length });
  const distinct = new Map(
    losers.flatMap(({ alternatives }) =>
      alternatives.map(({ slotId, startAt }) => [`${slotId} ${startAt}`, { slotId, startAt }] as const),
    ),
  );
  for (const [name, { slotId, startAt }] of distinct) {
    const [row] = await hubs.owner`
      SELECT busy, held_until, visibility FROM opening WHERE slot_id = ${slotId} AND start_at = ${startAt}`;
    expect(row).toEqual({ busy: false, held_until: null, visibility: "public" });
    const place = losers.findIndex(({ alternatives }) =>
      alternatives.some((each) => `${each.slotId} ${each.startAt}` === name),
    );
    const [offered] = losers.splice(place, 1);
    if (offered === undefined) throw new Error("fewer losers than alternatives");
    const booked = await take(taking(urls[place % 2] ?? "", "booking", { slotId, startAt }, offered.citizen));
    expect(booked.status).toBe(201);
  }
}

describe.each(["booking", "hold"] as const)("R1 %s", (what) => {
  test(`APPT-09, HOLD-11 ${String(contenders)} citizens at once for one opening: one has it, each other is offered what they can book`, async () => {
    const { clinic, opening } = await aMorning(what === "booking" ? "2027-03-08" : "2027-03-09");
    const people = await manyCitizens(hubs.world, contenders);
    const answers = await everybodyTakes(hubs.world, urls, what, opening, people);
    expectOneWinner(answers, await countTaken(hubs.owner, what, opening));
    expect(await changesOf(clinic)).toEqual({ [`${takings[what].table} created`]: 1 });
    await expectBookable(answers, people);
  });
});

test("R11 50 identical requests under one key to both hubs: one appointment, 50 equal answers", async () => {
  const { clinic, opening } = await aMorning("2027-03-10");
  const [citizen] = await manyCitizens(hubs.world, 1);
  if (citizen === undefined) throw new Error("no citizen");
  const answers = await twins(urls, "booking", opening, citizen);
  expectOneEffect(answers, await countTaken(hubs.owner, "booking", opening));
  expect(await changesOf(clinic)).toEqual({ "appointment created": 1 });
});

test("R11 50 identical requests under one key for what nothing else keeps from being there twice: one slot", async () => {
  const clinic = await aClinic(hubs.world);
  const { professionalId, placeId, service, admin } = clinic;
  const [startAt, endAt] = ["2027-03-10T13:00:00-05:00", "2027-03-10T15:00:00-05:00"];
  const body = { professionalId, placeId, startAt, endAt, serviceIds: [service.serviceId], visibility: "public" };
  const answers = await sendAtOnce(
    hubs.world,
    Array.from({ length: 50 }, (_, n) => ({
      ...{ url: urls[n % 2] ?? "", method: "POST", path: "/v1/slots", as: admin.token, body, key: "the-same-key" },
    })),
  );
  const [row] = await hubs.owner<{ rows: number }[]>`
    SELECT count(*)::integer AS rows FROM slot WHERE professional_id = ${professionalId}`;
  expectOneEffect(answers, row?.rows ?? 0);
  expect(await changesOf(clinic)).toEqual({ "slot created": 1 });
});

function twins(
  servers: readonly string[],
  what: Taking,
  opening: Opening,
  citizen: ACitizen,
): Promise<TestAnswer<Taken>[]> {
  const twin = (n: number) => ({ ...taking(servers[n % 2] ?? "", what, opening, citizen), key: "the-same-key" });
  return sendAtOnce<Taken>(
    hubs.world,
    Array.from({ length: 50 }, (_, n) => twin(n)),
  );
}

/** Ten openings, and so many citizens, each of whom presses twice: what each press is answered, and what is there then. */
async function pressedTwice(what: "booking" | "naiveBooking", servers: readonly string[], people: number) {
  const clinic = await aClinic(hubs.world);
  const { establishmentId } = clinic;
  const first = instantOf("2027-03-22T08:00:00-04:00");
  const at = (n: number) => new Date(first + n * quarterMs).toISOString();
  const { slotId } = await aSlot(hubs.world, clinic, { startAt: at(0), endAt: at(10) });
  const openings = Array.from({ length: 10 }, (_, n) => ({ slotId, startAt: at(n) }));
  const [here = "", there = ""] = servers;
  const contenders = await manyCitizens(hubs.world, people);
  const presses = await everybodyPressesTwice(hubs.world, [here, there], what, openings, contenders);
  const { table, log } = takings[what];
  const [counts] = await hubs.owner<{ rows: number; events: number }[]>`
    SELECT (SELECT count(*)::integer FROM ${hubs.owner(table)} WHERE establishment_id = ${establishmentId}) AS rows,
      (SELECT count(*)::integer FROM ${hubs.owner(log)} WHERE establishment_id = ${establishmentId}) AS events`;
  return { establishmentId, presses, openings: openings.length, rows: counts?.rows ?? 0, events: counts?.events ?? 0 };
}

test("R1 a thousand citizens, each pressing twice, for ten openings: ten booked, a thousand identical pairs, ten events", async () => {
  const { establishmentId, presses, ...counts } = await pressedTwice("booking", urls, 1000);
  expectEachTakenOnce(presses, counts);
  await expectSound(hubs.owner, establishmentId);
});

describe("the naive control, read then insert, does not survive what the hub survives", () => {
  let control: Control;
  beforeAll(async () => {
    control = await startControl(hubs.options);
  });
  afterAll(() => control.stop());

  test.each(["naiveBooking", "naiveHold"] as const)("%s: several have the opening", async (what) => {
    const { opening } = await aMorning(what === "naiveBooking" ? "2027-03-11" : "2027-03-12");
    const answers = await everybodyTakes(
      hubs.world,
      control.urls,
      what,
      opening,
      await manyCitizens(hubs.world, contenders),
    );
    const rows = await countTaken(hubs.owner, what, opening);
    // It works, as far as one can see: whoever is told so has a row, and everybody else is refused.
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(rows);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(contenders - rows);
    expect(rows).toBeGreaterThan(1);
    expect(() => {
      expectOneWinner(answers, rows);
    }).toThrow();
  });

  test("a hundred citizens, each pressing twice, for ten openings: more than ten booked, pairs that differ", async () => {
    const { presses, ...counts } = await pressedTwice("naiveBooking", control.urls, 100);
    expect(counts.rows).toBeGreaterThan(10);
    expect(() => {
      expectEachTakenOnce(presses, counts);
    }).toThrow();
  });

  test("one key: several appointments", async () => {
    const { opening } = await aMorning("2027-03-15");
    const [citizen] = await manyCitizens(hubs.world, 1);
    if (citizen === undefined) throw new Error("no citizen");
    const answers = await twins(control.urls, "naiveBooking", opening, citizen);
    const rows = await countTaken(hubs.owner, "naiveBooking", opening);
    expect(rows).toBeGreaterThan(1);
    expect(() => {
      expectOneEffect(answers, rows);
    }).toThrow();
  });
});

test("HOLD-11 one citizen holds while another books: never both", async () => {
  const { clinic, opening } = await aMorning("2027-03-17");
  const first = instantOf("2027-03-17T08:00:00-05:00");
  const people = await manyCitizens(hubs.world, 32);
  const answers = await sendAtOnce(
    hubs.world,
    people.map((citizen, n) => {
      const startAt = new Date(first + (n >> 1) * quarterMs).toISOString();
      const what = n % 2 === 0 ? "hold" : "booking";
      return taking(urls[(n + (n >> 1)) % 2] ?? "", what, { ...opening, startAt }, citizen);
    }),
  );
  const pairs = Array.from({ length: 16 }, (_, n) =>
    [answers[2 * n], answers[2 * n + 1]].map((answer) => answer?.status).sort(),
  );
  expect(pairs).toEqual(pairs.map(() => [201, 409]));
  const won = (offset: number) => answers.filter(({ status }, n) => status === 201 && n % 2 === offset).length;
  const [rows] = await hubs.owner`
    SELECT (SELECT count(*)::integer FROM hold WHERE establishment_id = ${clinic.establishmentId}) AS holds,
      (SELECT count(*)::integer FROM appointment WHERE establishment_id = ${clinic.establishmentId}) AS appointments`;
  expect(rows).toEqual({ holds: won(0), appointments: won(1) });
});

test("R4, HOLD-08, HOLD-09 a hold runs out while its owner confirms: one of the two has the opening, before its end always the owner", async () => {
  const { opening } = await aMorning("2027-03-18");
  const people = await manyCitizens(hubs.world, 4);
  const [owner, rival, lateOwner, lateRival] = people;
  if (owner === undefined || rival === undefined || lateOwner === undefined || lateRival === undefined)
    throw new Error("four citizens");
  const other = { ...opening, startAt: "2027-03-18T11:00:00-05:00" };
  const held = await take(taking(urls[0] ?? "", "hold", opening, owner));
  expect(held.status).toBe(201);
  expect((await take(taking(urls[1] ?? "", "hold", other, lateOwner))).status).toBe(201);
  const expiresAt = hubs.world.clock.now() + 5 * 60_000;

  await hubs.moveTo(expiresAt - 1);
  const inTime = await bothBook(opening, owner, rival);
  expect(inTime).toEqual([201, 409]);

  // At the very instant of its end the hold is gone: whoever comes first.
  await hubs.moveTo(expiresAt);
  const late = await bothBook(other, lateOwner, lateRival);
  expect([...late].sort()).toEqual([201, 409]);
  expect(await countTaken(hubs.owner, "booking", opening)).toBe(1);
  expect(await countTaken(hubs.owner, "booking", other)).toBe(1);
  await hubs.moveTo(expiresAt - 5 * 60_000);
});

async function bothBook(opening: Opening, a: ACitizen, b: ACitizen): Promise<number[]> {
  const [here = "", there = ""] = urls;
  const sendings = [taking(here, "booking", opening, a), taking(there, "booking", opening, b)];
  const answers = await sendAtOnce(hubs.world, sendings);
  return answers.map(({ status }) => status);
}
