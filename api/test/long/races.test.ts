import { afterAll, beforeAll, test } from "vitest";
import { aSlot } from "../a-slot.ts";
import { sendAtOnce } from "../at-once.ts";
import { aClinic, manyCitizens } from "../factories.ts";
import { instantOf } from "../harness.ts";
import { startHubs } from "../hubs-over-http.ts";
import type { HubsOverHttp } from "../hubs-over-http.ts";
import { expectSound } from "../invariants.ts";
import { countTaken, expectOneEffect, taking } from "../race.ts";
import { clinicAndCitizens, differentDurations } from "../race-of-agendas.ts";
import { expectEachEndedOnce, feedOf, raceTheClock, untilNoneIsHeld } from "../race-of-holds.ts";
import type { Order } from "../race-of-holds.ts";
import { expectAnsweredTruly, expectSeatsInOrder } from "../race-of-seats.ts";

/** The races of ../races*.test.ts at the size of the proofs' catalogue. */

let hubs: HubsOverHttp;
beforeAll(async () => {
  hubs = await startHubs(2, { removeHoldsEveryMs: 5 });
});
afterAll(() => hubs.close());

const quarterMs = 15 * 60_000;
const urlOf = (n: number) => hubs.processes[n % hubs.processes.length]?.url ?? "";

test("R11 a hundred times fifty identical requests under one key: a hundred effects, each answered fifty times alike", async () => {
  const clinic = await aClinic(hubs.world);
  const first = instantOf("2027-03-09T08:00:00-05:00");
  const people = await manyCitizens(hubs.world, 100);
  for (const [n, citizen] of people.entries()) {
    const startAt = new Date(first + Math.floor(n / 20) * 86_400_000 + (n % 20) * quarterMs).toISOString();
    if (n % 20 === 0) {
      const endAt = new Date(Date.parse(startAt) + 20 * quarterMs).toISOString();
      await aSlot(hubs.world, clinic, { startAt, endAt });
    }
    const [slot] = await hubs.owner<{ slotId: string }[]>`
      SELECT slot_id AS "slotId" FROM opening WHERE professional_id = ${clinic.professionalId} AND start_at = ${startAt}`;
    const opening = { slotId: slot?.slotId ?? "", startAt };
    const sendings = Array.from({ length: 50 }, (_, press) => ({
      ...taking(urlOf(press), "booking", opening, citizen),
      key: `the-same-key-${String(n)}`,
    }));
    expectOneEffect(await sendAtOnce(hubs.world, sendings), await countTaken(hubs.owner, "booking", opening));
  }
  await expectSound(hubs.owner, clinic.establishmentId);
});

test.each<Order>(["the confirmation first", "the end first"])(
  "R4 a thousand holds run out while they are confirmed, %s: each ends once, and its opening is given once",
  async (order) => {
    const servers = { hold: "hold", booking: "booking", urls: [urlOf(0), urlOf(1)] } as const;
    const { clinic, rounds } = await raceTheClock(hubs, servers, order, 100);
    await untilNoneIsHeld(hubs, "hold", clinic);
    expectEachEndedOnce(rounds, await feedOf(hubs, clinic));
    await expectSound(hubs.owner, clinic.establishmentId);
  },
);

test.each([
  ["the clinic and 720 citizens, each around a time of their own", clinicAndCitizens, 720],
  ["a thousand citizens for openings of four lengths", differentDurations, 1000],
] as const)("R1, R3 %s: every seat once, every answer true", async (_title, race, count) => {
  const { establishmentId, rows, asked } = await race(hubs, { what: "booking", urls: [urlOf(0), urlOf(1)] }, count);
  expectSeatsInOrder(rows, 1);
  expectAnsweredTruly(asked, rows, 1);
  await expectSound(hubs.owner, establishmentId);
});
