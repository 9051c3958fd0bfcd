import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { insertSlots } from "../../test/agenda-rows.ts";
import { aClinic } from "../../test/factories.ts";
import type { AClinic } from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";
import { announce } from "../db/change-log.ts";
import { agendaDayNames, lockNames } from "../db/locks.ts";
import { withScope } from "../db/scope.ts";
import { dayMs, minuteMs } from "../domain/time.ts";
import type { ChangePage } from "../features/changes/schema.ts";
import { putHolds } from "../features/holds/store.ts";
import { refreshOpenings } from "../features/openings/store.ts";
import { createJobs } from "./jobs.ts";
import type { Job } from "./job.ts";
import { pruneChanges } from "./prune-changes.ts";
import { removeExpiredAnswers } from "./remove-expired-answers.ts";
import { removeExpiredAssertions } from "./remove-expired-assertions.ts";
import { removeExpiredHolds } from "./remove-expired-holds.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const startAt = Date.parse("2027-03-08T14:00:00Z");
const endAt = startAt + 15 * minuteMs;

/** A slot with one opening, held until then. */
async function heldOpening(clinic: AClinic, expiresAt: number, start = startAt): Promise<string> {
  const { establishmentId, professionalId, placeId } = clinic;
  const [slotId, holdId] = [hub.deps.ids.next("slt", start), hub.deps.ids.next("hld", start)];
  const span = { establishmentId, professionalId, startAt: start, endAt: start + 15 * minuteMs };
  await hub.write([establishmentId], async (tx) => {
    await insertSlots(tx, [{ ...span, slotId, placeId, visibility: "public", serviceId: clinic.service.serviceId }]);
    await tx.sql`
      INSERT INTO opening (establishment_id, slot_id, start_at, end_at, professional_id, place_id, service_type,
        consultation_reasons, visibility, busy)
      VALUES (${establishmentId}, ${slotId}, ${span.startAt}, ${span.endAt}, ${professionalId}, ${placeId}, 'GEN',
        ARRAY['allReasons'], 'public', false)`;
    const owner = { type: "machine", id: clinic.machine.machineId } as const;
    await putHolds(tx, [
      { ...span, holdId, placeId, slotId, owner, expiresAt, version: 3, createdAt: hub.clock.now() },
    ]);
    await refreshOpenings(tx, [span]);
  });
  return holdId;
}

async function rows<Row>(clinic: AClinic, query: string): Promise<Row[]> {
  // The test knows what it asks for.
  return hub.write([clinic.establishmentId], async (tx) => [...(await tx.sql.unsafe(query))] as unknown as Row[]);
}

async function changesOf(clinic: AClinic) {
  return (await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as: clinic.machine.token })).body.items;
}

describe("removeExpiredHolds", () => {
  test("HOLD-08 removes what has run out by the hub's clock, frees its opening and tells those who follow", async () => {
    const clinic = await aClinic(hub);
    const now = hub.clock.now();
    const [gone, edge, kept] = [
      await heldOpening(clinic, now - 1),
      await heldOpening(clinic, now, startAt + 3_600_000),
      await heldOpening(clinic, now + 1, startAt + 7_200_000),
    ];
    const heldUntil = () => rows(clinic, "SELECT held_until FROM opening ORDER BY start_at");
    expect(await heldUntil()).toEqual([{ held_until: now - 1 }, { held_until: now }, { held_until: now + 1 }]);
    expect(await removeExpiredHolds.run(hub.deps)).toEqual({ count: 2, more: false });
    expect(await heldUntil()).toEqual([{ held_until: null }, { held_until: null }, { held_until: now + 1 }]);
    expect(await rows(clinic, "SELECT hold_id FROM hold")).toEqual([{ hold_id: kept }]);
    const changes = await changesOf(clinic);
    expect(changes.map(({ objectId }) => objectId).sort()).toEqual([edge, gone].sort());
    expect(changes.find(({ objectId }) => objectId === gone)).toMatchObject({
      objectType: "hold",
      operation: "deleted",
      status: "expired",
      version: 4,
      placeIds: [clinic.placeId],
      professionalId: clinic.professionalId,
      startAt: "2027-03-08T09:00:00-05:00",
      origin: { actorType: "system", own: false },
    });
    expect(await removeExpiredHolds.run(hub.deps)).toEqual({ count: 0, more: false });
    hub.clock.moveTo(now + 1);
    expect(await removeExpiredHolds.run(hub.deps)).toEqual({ count: 1, more: false });
    hub.clock.moveTo(now);
  });

  test("two processes at once remove and announce each hold once; one extended meanwhile stays", async () => {
    const clinic = await aClinic(hub);
    const elsewhere = await aClinic(hub);
    const now = hub.clock.now();
    const extended = await heldOpening(clinic, now - 1);
    for (let i = 1; i <= 20; i++) await heldOpening(i % 2 === 0 ? clinic : elsewhere, now - 1, startAt + i * 3_600_000);
    const second = await createTestHub({ database: hub.database, seed: "second" });
    const { establishmentId, professionalId } = clinic;
    const writing = withScope(
      hub.deps.connection,
      { audience: "system", establishments: [establishmentId] },
      async (tx) => {
        // As the lane does: under the lock of the agenda day, which the job waits for.
        await lockNames(tx, agendaDayNames([{ establishmentId, professionalId, startAt, endAt }]));
        await tx.sql`SELECT pg_sleep(0.3)`;
        await tx.sql`UPDATE hold SET expires_at = ${now + 60_000} WHERE hold_id = ${extended}`;
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const runs = await Promise.all([removeExpiredHolds.run(hub.deps), removeExpiredHolds.run(second.deps)]);
    await writing;
    await second.close();
    expect(runs.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    expect(await changesOf(clinic)).toHaveLength(10);
    expect(await changesOf(elsewhere)).toHaveLength(10);
    expect(await rows(clinic, `SELECT hold_id FROM hold WHERE professional_id = '${professionalId}'`)).toEqual([
      { hold_id: extended },
    ]);
  });
});

describe("pruneChanges", () => {
  async function changeAt(clinic: AClinic, at: number, count = 1): Promise<void> {
    const { establishmentId, placeId } = clinic;
    await hub.write([establishmentId], (tx) =>
      announce(
        tx,
        at,
        Array.from({ length: count }, (_, i) => ({
          author: { kind: "system" },
          change: {
            establishmentId,
            objectType: "slot",
            objectId: `slt_${String(i)}`,
            operation: "created",
            version: 1,
            placeIds: [placeId],
          },
        })),
      ),
    );
  }

  test("removes the beginning that is older than 30 days of the hub's clock; a cursor before it is told so", async () => {
    const clinic = await aClinic(hub);
    const now = hub.clock.now();
    await changeAt(clinic, now - 31 * dayMs, 2);
    const early = await hub.request<ChangePage>("GET", "/v1/changes?limit=1", { as: clinic.machine.token });
    const edge = await hub.request<ChangePage>("GET", "/v1/changes", { as: clinic.machine.token });
    await changeAt(clinic, now - 30 * dayMs);
    // The sandbox's clock was moved back: what follows a younger change stays with it.
    await changeAt(clinic, now - 40 * dayMs);
    expect(await pruneChanges.run(hub.deps)).toEqual({ count: 2, more: false });
    expect(
      await rows(clinic, `SELECT seq FROM change WHERE establishment_id = '${clinic.establishmentId}' ORDER BY seq`),
    ).toEqual([{ seq: 3 }, { seq: 4 }]);
    const follow = async (cursor: string) =>
      hub.request<ChangePage>("GET", `/v1/changes?cursor=${cursor}`, { as: clinic.machine.token });
    expect(await follow(early.body.nextCursor)).toMatchObject({ status: 410, body: { code: "CURSOR_EXPIRED" } });
    expect((await follow(edge.body.nextCursor)).body.items.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([
      [3, 2],
      [4, 3],
    ]);
    expect(await pruneChanges.run(hub.deps)).toEqual({ count: 0, more: false });
  });

  test("takes a long log in pieces; an empty one goes on counting where it was", async () => {
    const clinic = await aClinic(hub);
    await changeAt(clinic, hub.clock.now() - 31 * dayMs, 5_001);
    expect(await pruneChanges.run(hub.deps)).toEqual({ count: 5_000, more: true });
    expect(await pruneChanges.run(hub.deps)).toEqual({ count: 1, more: false });
    await changeAt(clinic, hub.clock.now());
    expect(await rows(clinic, `SELECT seq FROM change WHERE establishment_id = '${clinic.establishmentId}'`)).toEqual([
      { seq: 5_002 },
    ]);
    const counter = `SELECT last_seq, pruned_seq FROM change_counter WHERE establishment_id = '${clinic.establishmentId}'`;
    expect(await rows(clinic, counter)).toEqual([{ last_seq: 5_002, pruned_seq: 5_001 }]);
  });
});

describe("what follows the machine's time", () => {
  test("removeExpiredAnswers and removeExpiredAssertions remove what has expired, and nothing else", async () => {
    const clinic = await aClinic(hub);
    const wall = hub.clock.wall();
    await hub.write([], async (tx) => {
      for (const [name, expiresAt] of [
        ["old", wall],
        ["young", wall + 1],
      ] as const) {
        await tx.sql`
          INSERT INTO idempotent_answer (caller, key, fingerprint, answer, expires_at)
          VALUES ('test', ${name}, 'f', ${Buffer.from("x")}, ${expiresAt})`;
        await tx.sql`INSERT INTO assertion_jti (machine_id, jti, expires_at) VALUES ('test', ${name}, ${expiresAt})`;
      }
    });
    const left = async () => ({
      answers: await rows(clinic, "SELECT key FROM idempotent_answer WHERE caller = 'test'"),
      assertions: await rows(clinic, "SELECT jti FROM assertion_jti WHERE machine_id = 'test'"),
    });
    // The hub's own clock is not asked: only the machine's counts here.
    hub.clock.advance(365 * dayMs);
    expect(await removeExpiredAnswers.run(hub.deps)).toEqual({ count: 1, more: false });
    expect(await removeExpiredAssertions.run(hub.deps)).toEqual({ count: 1, more: false });
    hub.clock.advance(-365 * dayMs);
    expect(await left()).toEqual({ answers: [{ key: "young" }], assertions: [{ jti: "young" }] });
    hub.clock.advanceWall(1);
    await removeExpiredAnswers.run(hub.deps);
    await removeExpiredAssertions.run(hub.deps);
    expect(await left()).toEqual({ answers: [], assertions: [] });
    hub.clock.advanceWall(-1);
  });
});

describe("createJobs", () => {
  test("runs each job at once, again while there is more, then at its interval, and none after stop", async () => {
    const runs: string[] = [];
    const job = (name: string, everyMs: number, left: number): Job => ({
      name,
      everyMs,
      run: () => {
        runs.push(name);
        left -= 1;
        return Promise.resolve({ count: 1, more: left > 0 });
      },
    });
    const jobs = createJobs(hub.deps, [job("often", 50, 3), job("seldom", 60_000, 1)]);
    jobs.start();
    await vi.waitFor(() => {
      expect(runs.filter((name) => name === "often").length).toBeGreaterThanOrEqual(5);
    });
    await jobs.stop();
    const after = runs.length;
    expect(runs.filter((name) => name === "seldom")).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(runs).toHaveLength(after);
  });

  test("a job that fails is logged without what it was about, and runs again; the others go on", async () => {
    let failures = 0;
    let fine = 0;
    const jobs = createJobs(hub.deps, [
      {
        name: "fails",
        everyMs: 20,
        run: () => Promise.reject(new TypeError(`Alice Tremblay ${String((failures += 1))}`)),
      },
      { name: "works", everyMs: 20, run: () => Promise.resolve({ count: (fine += 1), more: false }) },
    ]);
    const before = hub.logs.length;
    jobs.start();
    await vi.waitFor(() => {
      expect(Math.min(failures, fine)).toBeGreaterThanOrEqual(2);
    });
    await jobs.stop();
    const logged = hub.logs.slice(before).join("");
    expect(logged).toContain('"job":"fails"');
    expect(logged).toContain("TypeError");
    expect(logged).not.toContain("Tremblay");
  });

  test("stop waits for the run that is under way", async () => {
    let finished = false;
    const run = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      finished = true;
      return { count: 0, more: true };
    };
    const jobs = createJobs(hub.deps, [{ name: "slow", everyMs: 10, run }]);
    jobs.start();
    await jobs.stop();
    expect(finished).toBe(true);
  });

  test("the hub's own jobs run against a real database without a failure", async () => {
    const before = hub.logs.length;
    const jobs = createJobs(hub.deps);
    jobs.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await jobs.stop();
    expect(hub.logs.slice(before).filter((line) => line.includes("job failed"))).toEqual([]);
  });
});
