import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { aClinic } from "../../test/factories.ts";
import type { AClinic } from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";
import { untilHeldUp } from "../../test/held-up.ts";
import { lockNames } from "../db/locks.ts";
import { Refusal } from "../domain/decision.ts";
import { settleApart } from "./apart.ts";
import type { CommandApart } from "./apart.ts";
import { lockNamesOf, noReach } from "./reach.ts";
import type { Reach } from "./reach.ts";

/** What a command apart does when its reach grows between the look and the locks; that it is settled at all, the features' tests say. */

let hub: TestHub;
let clinic: AClinic;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  clinic = await aClinic(hub);
});

const hourMs = 3_600_000;
const dayOf = (namIndex: string): Reach => ({ ...noReach, citizenDays: [{ namIndex, localDate: "2027-03-08" }] });
const hoursOf = (hours: number): Reach => {
  const { establishmentId, professionalId } = clinic;
  const startAt = hub.clock.now();
  return { ...noReach, spans: [{ establishmentId, professionalId, startAt, endAt: startAt + hours * hourMs }] };
};

/** Says what its reach is each time it is asked, the last one for ever, and counts what becomes of it. */
function aCommand(reaches: readonly Reach[]) {
  const counted = { asked: 0, prepared: 0, settled: 0 };
  const command: CommandApart<string> = {
    scope: { audience: "employee", establishments: [clinic.establishmentId] },
    once: undefined,
    targets: {},
    reach: () => reaches[Math.min(counted.asked++, reaches.length - 1)] ?? noReach,
    prepare: async () => {
      counted.prepared += 1;
    },
    settle: async () => {
      counted.settled += 1;
      return { value: "done", announcements: [] };
    },
  };
  return { command, counted };
}

test("what it looked at is locked, and it is settled", async () => {
  const { command, counted } = aCommand([hoursOf(1)]);
  expect(await settleApart(hub.deps, command)).toEqual({ value: "done", replayed: false });
  expect(counted).toEqual({ asked: 3, prepared: 1, settled: 1 });
});

test("of somebody who has come since, the day is taken when it is free, and the world asked of them in the transaction", async () => {
  const { command, counted } = aCommand([hoursOf(1), hoursOf(1), { ...hoursOf(1), ...dayOf("newcomer") }]);
  await settleApart(hub.deps, command);
  // Looked at twice, and once more under each of the two locks.
  expect(counted).toEqual({ asked: 4, prepared: 2, settled: 1 });
});

test("when it is not free it looks again, and waits for it in the order of locks", async () => {
  const newcomer = { ...hoursOf(1), ...dayOf("somebody busy") };
  const { command, counted } = aCommand([hoursOf(1), hoursOf(1), newcomer]);
  const settled = await hub.write([], async (tx) => {
    await lockNames(tx, lockNamesOf({}, dayOf("somebody busy")));
    const asked = settleApart(hub.deps, command);
    await untilHeldUp(tx, asked);
    expect(counted).toEqual({ asked: 5, prepared: 2, settled: 0 });
    return [asked] as const;
  });
  await settled[0];
  expect(counted).toEqual({ asked: 6, prepared: 2, settled: 1 });
});

test("more time than was locked is looked at again, and who is never done asks to come back", async () => {
  const growing = Array.from({ length: 40 }, (_, n) => hoursOf(n + 1));
  const { command, counted } = aCommand(growing);
  const refused: unknown = await settleApart(hub.deps, command).catch((error: unknown) => error);
  expect(refused instanceof Refusal && refused.violations.map(({ code }) => code)).toEqual(["UNAVAILABLE"]);
  expect(counted).toEqual({ asked: 30, prepared: 10, settled: 0 });
});
