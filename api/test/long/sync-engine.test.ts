import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHub } from "../harness.ts";
import type { TestHub } from "../harness.ts";
import { liveMany } from "../sync/many-lives.ts";
import { naiveSync } from "../sync/naive-sync.ts";
import { livePutBack } from "../sync/put-back.ts";

/**
 * Issue 5, proof 2. `SYNC_SEEDS` is how many (2,000), `SYNC_FIRST_SEED` where they begin: one that fails is repeated
 * with both.
 */
const seeds = Number(process.env["SYNC_SEEDS"] ?? 2_000);
const first = Number(process.env["SYNC_FIRST_SEED"] ?? 0);

let hub: TestHub;
let sql: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub();
  sql = postgres(hub.database.url, { max: 2, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await hub.close();
});

test(
  `${String(seeds)} clinics, at least 50 operations, 10 faults and an offline window each: both sides equal, no booking lost, no echo`,
  { timeout: 10_000 + seeds * 5_000 },
  async () => {
    const started = performance.now();
    const told = await liveMany({ hub, sql }, { first, seeds }, undefined, (done) => {
      if (done % 100 === 0) process.stdout.write(`${String(done)} clinics\n`);
    });
    const perSeed = Math.round((performance.now() - started) / seeds);
    const { met, operations, conflicts } = told;
    process.stdout.write(`${JSON.stringify({ seeds, perSeedMs: perSeed, operations, conflicts, met })}\n`);
    expect(told.wrong).toEqual({});
    for (const { local, remote } of told.lived) expect(local + remote).toBeGreaterThanOrEqual(50);
    // Of 2,000 seeds: each kind a thousand times.
    for (const count of Object.values(met)) expect(count).toBeGreaterThanOrEqual(Math.floor(seeds / 2));
  },
);

test("the control: a sync without key, order and care fails for nearly every seed", { timeout: 120_000 }, async () => {
  const told = await liveMany({ hub, sql }, { first: 1_000_000, seeds: 40 }, naiveSync);
  expect(Object.keys(told.wrong).length).toBeGreaterThanOrEqual(38);
});

const putBack = Math.ceil(seeds * 0.15);
const aHub = 20;
test(
  `SYNC-72 the hub's database is put back to an earlier state, for ${String(putBack)} clinics: both sides equal, nothing lost`,
  { timeout: 10_000 + putBack * 5_000 },
  async () => {
    const wrong: Record<number, string[]> = {};
    // One after the other, for the whole hub is put back, and a few at each hub: the more it holds the longer that takes.
    for (let seed = first; seed < first + putBack; seed += aHub) {
      const own = await createTestHub();
      const ownSql = postgres(own.database.url, { max: 2, onnotice: () => undefined });
      for (let each = seed; each < Math.min(seed + aHub, first + putBack); each += 1) {
        const found = await livePutBack(own, ownSql, each);
        if (found.length > 0) wrong[each] = found;
      }
      await ownSql.end();
      await own.close();
    }
    expect(wrong).toEqual({});
  },
);
