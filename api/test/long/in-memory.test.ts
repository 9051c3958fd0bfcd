import { afterAll, beforeAll, expect, test } from "vitest";
import { dice } from "../dice.ts";
import { someSteps } from "../in-memory/requests.ts";
import { twoHubs } from "../in-memory/two-hubs.ts";
import type { TwoHubs } from "../in-memory/two-hubs.ts";

/** test/in-memory.test.ts at length: other dice, each in clinics of its own. */

let hubs: TwoHubs;
beforeAll(async () => {
  hubs = await twoHubs();
});
afterAll(() => hubs.close());

test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
  "the hub in memory answers 1,000 requests as PostgreSQL's does, seed %i",
  async (seed) => {
    await hubs.close();
    hubs = await twoHubs();
    const { postgres, memory } = hubs;
    for (const { title, send } of someSteps(dice(seed), 1_000)) {
      await send(postgres).catch(() => undefined);
      await send(memory).catch(() => undefined);
      expect(memory.answers(), title).toEqual(postgres.answers());
    }
  },
  300_000,
);
