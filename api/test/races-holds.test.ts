import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { agendaDayNames, lockNames } from "../src/db/locks.ts";
import { holdMs } from "../src/domain/hold.ts";
import { aSlot } from "./a-slot.ts";
import { startControl } from "./control.ts";
import type { Control } from "./control.ts";
import { aCitizen, aClinic } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { instantOf } from "./harness.ts";
import { untilHeldUp } from "./held-up.ts";
import { startHubs } from "./hubs-over-http.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { expectSound } from "./invariants.ts";
import { taking } from "./race.ts";
import { expectEachEndedOnce, feedOf, raceTheClock, sendOne, untilNoneIsHeld } from "./race-of-holds.ts";
import type { HoldServers, Order, Told } from "./race-of-holds.ts";

/**
 * R4, R20: holds run out while they are confirmed, with the hubs' clock moved and the job that removes them running in
 * both processes. The naive control (naive-booking.ts) runs the same race and must fail the same assertion.
 */

let hubs: HubsOverHttp;
let control: Control;
let theHubs: HoldServers;
let theControl: HoldServers;
beforeAll(async () => {
  hubs = await startHubs(2, { removeHoldsEveryMs: 5 });
  control = await startControl(hubs.options);
  const urls = hubs.processes.map(({ url }) => url);
  theHubs = { hold: "hold", booking: "booking", urls: [urls[0] ?? "", urls[1] ?? ""] };
  const [one = "", other = ""] = control.urls;
  theControl = { hold: "naiveHold", booking: "naiveBooking", urls: [one, other] };
});
afterAll(async () => {
  await control.stop();
  await hubs.close();
});
// Nothing unexpected happened in either process: no failed request, no failed job.
afterEach(() => {
  for (const hub of hubs.processes) expect(hub.readLog().slice(0, 2000)).toBe("");
});

async function logOfTheControl({ establishmentId }: AClinic): Promise<Told[]> {
  return hubs.owner<Told[]>`
    SELECT object_id AS "objectId", operation, status, at, seq FROM naive_change
    WHERE establishment_id = ${establishmentId} ORDER BY seq`;
}

const waves = 12;
const forever = new Promise<never>(() => undefined);

describe.each<Order>(["the confirmation first", "the end first"])("%s", (order) => {
  test(`R4, HOLD-08, HOLD-09, HOLD-15 ${String(10 * waves)} holds: each consumed or expired, none both, its opening given once`, async () => {
    const { clinic, rounds } = await raceTheClock(hubs, theHubs, order, waves);
    await untilNoneIsHeld(hubs, theHubs.hold, clinic);
    expectEachEndedOnce(rounds, await feedOf(hubs, clinic));
    await expectSound(hubs.owner, clinic.establishmentId);
  });
});

test("the control: a hold expires and is booked by all the same", async () => {
  const { clinic, rounds } = await raceTheClock(hubs, theControl, "the confirmation first", waves / 3);
  await untilNoneIsHeld(hubs, theControl.hold, clinic);
  const log = await logOfTheControl(clinic);
  expect(() => {
    expectEachEndedOnce(rounds, log);
  }).toThrow();
});

/**
 * The same without luck: everybody queues for the agenda's day, which the suite has locked, and is let go in that order.
 * Answers what the clinic's software is told of the hold's end, and what its owner is told of the booking.
 */
async function queued(order: Order): Promise<{ end: Told | undefined; endsAt: number; status: number }> {
  const { world } = hubs;
  const clinic = await aClinic(world);
  const [startAt, endAt] = [instantOf("2027-04-05T08:00:00-04:00"), instantOf("2027-04-05T08:15:00-04:00")];
  const textOf = (at: number) => new Date(at).toISOString();
  const { slotId } = await aSlot(world, clinic, { startAt: textOf(startAt), endAt: textOf(endAt) });
  const owner = await aCitizen(world);
  const opening = { slotId, startAt: textOf(startAt) };
  const [here, there] = theHubs.urls;
  const held = await sendOne(world, taking(here, "hold", opening, owner));
  expect(held.status).toBe(201);
  const endsAt = world.clock.now() + holdMs;
  const { holdId } = held.body;
  const { asked } = await world.write([clinic.establishmentId], async (tx) => {
    await lockNames(tx, agendaDayNames([{ ...clinic, startAt, endAt }]));
    const confirmation = taking(there, "booking", opening, owner);
    const confirm = () => sendOne(world, { ...confirmation, body: { ...confirmation.body, holdId } });
    if (order === "the end first") {
      await hubs.moveTo(endsAt);
      await untilHeldUp(tx, forever, 1);
      return { asked: confirm() };
    }
    const answer = confirm();
    await untilHeldUp(tx, answer, 1);
    await hubs.moveTo(endsAt);
    // The job of each process.
    await untilHeldUp(tx, answer, 3);
    return { asked: answer };
  });
  const { status } = await asked;
  await untilNoneIsHeld(hubs, theHubs.hold, clinic);
  const ends = (await feedOf(hubs, clinic)).filter(
    ({ objectId, operation }) => objectId === holdId && operation === "deleted",
  );
  expect(ends).toHaveLength(1);
  return { end: ends[0], endsAt, status };
}

test("R4, HOLD-09 the confirmation waited before the clock moved: consumed, whoever waits behind it", async () => {
  const { end, endsAt, status } = await queued("the confirmation first");
  expect(end).toMatchObject({ status: "consumed", at: endsAt - holdMs });
  expect(status).toBe(201);
});

test("R4, HOLD-08, HOLD-15 a job waited first: expired, and its owner books as anybody could", async () => {
  const { end, endsAt, status } = await queued("the end first");
  expect(end).toMatchObject({ status: "expired", at: endsAt });
  expect(status).toBe(201);
});
