import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { announce } from "../src/db/change-log.ts";
import type { Change } from "../src/db/change-log.ts";
import { withScope } from "../src/db/scope.ts";
import type { ChangePage } from "../src/features/changes/schema.ts";
import type { SnapshotLine } from "../src/features/snapshots/schema.ts";
import { insertSlots } from "./agenda-rows.ts";
import { dice } from "./dice.ts";
import { aClinic, aMachine, aPlace } from "./factories.ts";
import type { AClinic, APlace } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";
import { createMirror, mirrorOfTables, replay } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/**
 * R8: sixteen writers with rollbacks and delays, three readers that restart at any moment. The feed must be dense and
 * give each reader everything once; the usual cursor over a `bigserial`, kept beside it as a control, must lose events:
 * its numbers are taken before the commit, so a later number may be seen before an earlier one.
 */

const writers = 16;
const transactionsEach = 40;
const rolledBack = 0.05;

let hub: TestHub;
let owner: postgres.Sql;
let clinic: AClinic;
let second: APlace;
beforeAll(async () => {
  hub = await createTestHub({ config: { databasePool: writers + 4 } });
  owner = postgres(hub.database.url, { max: 2, onnotice: () => undefined });
  await owner`CREATE TABLE control (id bigserial PRIMARY KEY)`;
  await owner`GRANT INSERT ON control TO arrimage_runtime`;
  await owner`GRANT USAGE ON SEQUENCE control_id_seq TO arrimage_runtime`;
  clinic = await aClinic(hub);
  second = await aPlace(hub, clinic);
});
afterAll(async () => {
  await owner.end();
  await hub.close();
});

test("R8 SYNC-30 the feed is dense under 16 writers with rollbacks, each reader gets everything once, and the naive cursor loses events", async () => {
  const machine = await aMachine(hub, { places: [second] });
  const written = { done: false };
  const following = [clinic.machine.token, machine.token, clinic.admin.token].map((token, index) =>
    followRestarting(token, dice(100 + index), written),
  );
  const begun = [clinic.machine.token, machine.token].map((token) => snapshotsWhile(token, written));
  const naive = pollNaively(written);
  const committed = await Promise.all(Array.from({ length: writers }, (_, index) => write(index, dice(index))));
  written.done = true;
  const [first, other, all] = await Promise.all(following);
  const seenNaively = await naive;
  const snapshots = await Promise.all(begun);

  const changes = committed.flat();
  const seqs = await owner<{ seq: string }[]>`
    SELECT seq FROM change WHERE establishment_id = ${clinic.establishmentId} ORDER BY seq`;
  expect(seqs.map(({ seq }) => Number(seq))).toEqual(changes.map((_, index) => index + 1));
  const at = (placeId: string) => changes.filter(({ placeIds }) => placeIds.includes(placeId)).length;
  expect(first?.applied).toBe(at(clinic.placeId));
  expect(other?.applied).toBe(at(second.placeId));
  expect(all?.applied).toBe(changes.length);

  const tables = await mirrorOfTables(owner, clinic.establishmentId);
  expect(tables.size).toBeGreaterThan(100);
  expect(all?.objects).toEqual(tables);
  expect((await replay((cursor) => follow(clinic.admin.token, cursor))).objects).toEqual(tables);

  // Each place's own machine: a slot that moves between the two is gone for one and new for the other.
  for (const [index, { placeId }] of [clinic, second].entries()) {
    const taken = snapshots[index] ?? [];
    const here = await mirrorOfTables(owner, clinic.establishmentId, placeId);
    expect([taken.length > 3, here.size > 50]).toEqual([true, true]);
    const token = index === 0 ? clinic.machine.token : machine.token;
    for (const lines of taken) expect((await followedFrom(token, lines)).objects).toEqual(here);
    // The control: a snapshot alone is not the database, or this proved nothing.
    expect(taken.some((lines) => !isDeepStrictEqual(createMirror(lines).objects, here))).toBe(true);
  }

  const [control] = await owner<{ rows: number }[]>`SELECT count(*)::integer AS rows FROM control`;
  expect(control?.rows).toBe(new Set(changes.map(({ transaction }) => transaction)).size);
  expect((control?.rows ?? 0) - seenNaively).toBeGreaterThan(0);
}, 60_000);

test("the mirror notices what R8 is about: a change passed over, and a version that goes back", () => {
  const page = (...changes: [seq: number, prevSeq: number, version: number, operation?: "deleted"][]): ChangePage => ({
    nextCursor: "",
    caughtUp: true,
    items: changes.map(([seq, prevSeq, version, operation = "updated" as const]) => ({
      ...{ establishmentId: "est_1", seq, prevSeq, version, operation, objectType: "slot", objectId: "slt_1" },
      ...{ at: "2027-03-01T12:00:00.000Z", placeIds: [], professionalId: null, startAt: null, endAt: null },
      ...{ status: null, changed: [], origin: { actorType: "system", own: false }, externalId: null },
    })),
  });
  const folding = (...pages: ChangePage[]) => {
    const mirror = createMirror();
    for (const one of pages) mirror.apply(one);
    return mirror.objects.size;
  };
  expect(folding(page([1, 0, 1], [2, 1, 2]), page([2, 1, 2], [5, 2, 3]))).toBe(1);
  expect(folding(page([1, 0, 1], [2, 1, 2, "deleted"]))).toBe(0);
  expect(() => folding(page([1, 0, 1]), page([3, 2, 2]))).toThrow("seq 3 follows 2, the last one was 1");
  expect(() => folding(page([1, 0, 2], [2, 1, 2]))).toThrow("slt_1: version 2 after 2");
  expect(() => folding(page([1, 0, 2], [2, 1, 1, "deleted"]))).toThrow("slt_1: version 1 after 2");
});

interface Written {
  transaction: string;
  placeIds: readonly string[];
}

/** Transactions of one to three changes of its own slots: made, moved, deleted. Answers the changes that were committed. */
async function write(writer: number, random: () => number): Promise<Written[]> {
  const { establishmentId, professionalId, service } = clinic;
  const own: { slotId: string; version: number; startAt: number; placeId: string }[] = [];
  const committed: Written[] = [];
  for (let i = 0; i < transactionsEach; i++) {
    const transaction = `${String(writer)}.${String(i)}`;
    const before = own.map((slot) => ({ ...slot }));
    const fails = random() < rolledBack;
    const changes: Change[] = [];
    const running = withScope(
      hub.deps.connection,
      { audience: "system", establishments: [establishmentId] },
      async (tx) => {
        await tx.sql`INSERT INTO control DEFAULT VALUES`;
        for (let n = 0; n <= random() * 3; n++) {
          const slot = own[Math.floor(random() * own.length)];
          const choice = random();
          const change = (of: (typeof own)[number], operation: Change["operation"], placeIds: string[]): Change => ({
            ...{ establishmentId, objectType: "slot", objectId: of.slotId, operation, version: of.version, placeIds },
            ...{ professionalId, startAt: of.startAt, endAt: of.startAt + 900_000, status: "complete" },
          });
          if (slot === undefined || choice < 0.5) {
            const placeId = random() < 0.5 ? clinic.placeId : second.placeId;
            const made = {
              slotId: hub.deps.ids.next("slt", hub.clock.now()),
              version: 1,
              startAt: hub.clock.now() + Math.floor(random() * 1e6) * 1000,
              placeId,
            };
            own.push(made);
            const row = { ...made, establishmentId, professionalId, endAt: made.startAt + 900_000 };
            await insertSlots(tx, [{ ...row, visibility: "public", serviceId: service.serviceId }]);
            changes.push(change(made, "created", [placeId]));
          } else if (choice < 0.85) {
            // Moved to the other place: readers of both are told.
            slot.version += 1;
            const left = slot.placeId;
            slot.placeId = left === clinic.placeId ? second.placeId : clinic.placeId;
            await tx.sql`UPDATE slot SET version = ${slot.version}, place_id = ${slot.placeId} WHERE slot_id = ${slot.slotId}`;
            changes.push(change(slot, "updated", [slot.placeId, left]));
          } else {
            own.splice(own.indexOf(slot), 1);
            await tx.sql`DELETE FROM slot WHERE slot_id = ${slot.slotId}`;
            changes.push(change({ ...slot, version: slot.version + 1 }, "deleted", [slot.placeId]));
          }
        }
        await sleep(random() * 5);
        const announcements = changes.map((change) => ({ author: { kind: "system" } as const, change }));
        await announce(tx, hub.clock.now(), announcements);
        if (fails) throw new RolledBack();
      },
    );
    try {
      await running;
      committed.push(...changes.map(({ placeIds }) => ({ transaction, placeIds })));
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      own.splice(0, own.length, ...before);
    }
  }
  return committed;
}

class RolledBack extends Error {}

async function follow(token: string, cursor: string | undefined, limit = 50): Promise<ChangePage> {
  const search = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
  const { status, body } = await hub.request<ChangePage>("GET", `/v1/changes?${search.toString()}`, { as: token });
  expect(status).toBe(200);
  return body;
}

/** Follows while others write; now and then it forgets the last pages' cursors and starts again from an older one. */
async function followRestarting(token: string, random: () => number, written: { done: boolean }): Promise<Mirror> {
  const mirror = createMirror();
  const cursors: (string | undefined)[] = [undefined];
  for (;;) {
    const { done } = written;
    const page = await follow(token, cursors.at(-1), 1 + Math.floor(random() * 40));
    mirror.apply(page);
    if (done && page.caughtUp) return mirror;
    cursors.push(page.nextCursor);
    if (random() < 0.1) cursors.splice(Math.max(1, cursors.length - 3));
  }
}

/** Snapshots one after the other while others write, read slowly: more is written during each. */
async function snapshotsWhile(token: string, written: { done: boolean }): Promise<SnapshotLine[][]> {
  const taken: SnapshotLine[][] = [];
  while (!written.done) {
    const as = { as: token, body: { objectTypes: ["slot"] } };
    const { status, body } = await hub.request<SnapshotLine[]>("POST", "/v1/snapshots", as);
    expect([status, body.at(-1)?.type]).toEqual([200, "end"]);
    taken.push(body);
  }
  return taken;
}

/** SYNC-30: a snapshot, and the log after its cursor up to its end. */
async function followedFrom(token: string, lines: readonly SnapshotLine[]): Promise<Mirror> {
  const mirror = createMirror(lines);
  const end = lines.at(-1);
  let cursor = end?.type === "end" ? end.cursor : undefined;
  for (;;) {
    const page = await follow(token, cursor, 1000);
    mirror.apply(page);
    if (page.caughtUp) return mirror;
    cursor = page.nextCursor;
  }
}

/** `WHERE id > last`, as it is often written. Answers how many rows it has seen. */
async function pollNaively(written: { done: boolean }): Promise<number> {
  let last = "0";
  let seen = 0;
  for (;;) {
    const { done } = written;
    const rows = await owner<{ id: string }[]>`SELECT id FROM control WHERE id > ${last} ORDER BY id`;
    seen += rows.length;
    last = rows.at(-1)?.id ?? last;
    if (done) return seen;
    await sleep(1);
  }
}
