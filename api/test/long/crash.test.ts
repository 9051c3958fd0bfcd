import { test } from "vitest";
import { surviveKills } from "../crash/survive.ts";

/** R5 at length: other dice, more callers, kills sooner and later after a start. */

test.each([
  { seed: 101, callers: 8, kills: { every: 3, count: 60 } },
  { seed: 202, callers: 24, kills: { every: 100, count: 40 } },
  { seed: 303, callers: 2, kills: { every: 10, count: 30 } },
])("R5 $kills.count kills, $callers callers, seed $seed", async (run) => {
  await surviveKills({ ...run, aftermath: 200 });
});
