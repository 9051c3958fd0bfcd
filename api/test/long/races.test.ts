import { afterAll, beforeAll, expect, test } from "vitest";
import { aSlot } from "../a-slot.ts";
import { sendAtOnce } from "../at-once.ts";
import { aClinic } from "../factories.ts";
import { instantOf } from "../harness.ts";
import type { TestAnswer } from "../harness.ts";
import { startHubs } from "../hubs-over-http.ts";
import type { HubsOverHttp } from "../hubs-over-http.ts";
import { expectSound } from "../invariants.ts";
import { citizens, countTaken, expectOneEffect, taking } from "../race.ts";
import type { Taken } from "../race.ts";

/** The races of ../races.test.ts at the size of the proofs' catalogue. */

let hubs: HubsOverHttp;
beforeAll(async () => {
  hubs = await startHubs(2);
});
afterAll(() => hubs.close());

const quarterMs = 15 * 60_000;
const urlOf = (n: number) => hubs.processes[n % hubs.processes.length]?.url ?? "";

test("R1 a thousand citizens, each pressing twice, for ten openings: ten booked, a thousand identical pairs, ten events", async () => {
  const clinic = await aClinic(hubs.world);
  const first = instantOf("2027-03-08T08:00:00-05:00");
  const { slotId } = await aSlot(hubs.world, clinic, {
    startAt: new Date(first).toISOString(),
    endAt: new Date(first + 10 * quarterMs).toISOString(),
  });
  const people = await citizens(hubs.world, 1000);
  const answers = await sendAtOnce<Taken>(
    hubs.world,
    people.flatMap((citizen, n) => {
      const startAt = new Date(first + (n % 10) * quarterMs).toISOString();
      // The two presses reach different processes.
      return [0, 1].map((press) => ({
        ...taking(urlOf(n + press), "booking", { slotId, startAt }, citizen),
        key: `pressed-twice-${String(n)}`,
      }));
    }),
  );
  const pairs = people.map((_, n) => answers.slice(2 * n, 2 * n + 2));
  expect(pairs.filter(([a, b]) => !isSame(a, b))).toEqual([]);
  expect(pairs.filter(([a]) => a?.status === 201)).toHaveLength(10);
  expect(pairs.filter(([a]) => a?.status === 409)).toHaveLength(990);
  const [events] = await hubs.owner`
    SELECT count(*)::integer AS rows FROM change WHERE establishment_id = ${clinic.establishmentId}`;
  expect(events).toEqual({ rows: 10 });
  await expectSound(hubs.owner, clinic.establishmentId);
});

/** Apart from what belongs to the request: a refusal names its own. */
function isSame(a: TestAnswer<Taken> | undefined, b: TestAnswer<Taken> | undefined): boolean {
  const text = (answer: TestAnswer<Taken> | undefined) =>
    JSON.stringify({ ...answer?.body, requestId: "", instance: "" });
  return a?.status === b?.status && text(a) === text(b);
}

test("R11 a hundred times fifty identical requests under one key: a hundred effects, each answered fifty times alike", async () => {
  const clinic = await aClinic(hubs.world);
  const first = instantOf("2027-03-09T08:00:00-05:00");
  const people = await citizens(hubs.world, 100);
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
