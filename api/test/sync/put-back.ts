import { bearer, createClient } from "@arrimage/sdk";
import { createSync } from "@arrimage/sdk/sync";
import type { ConflictPolicy, LocalChange, Sync, SyncStore } from "@arrimage/sdk/sync";
import type postgres from "postgres";
import { aClinic, manyCitizens } from "../factories.ts";
import type { AClinic } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import { adapterOf, Crash, createAgendaStore, edit } from "./agenda.ts";
import type { Entries } from "./agenda.ts";
import { othersOf } from "./clinic-life.ts";
import { compareBoth } from "./compare.ts";
import { createDraw } from "./draw.ts";
import { someEdit } from "./life.ts";

/**
 * A clinic whose hub loses what it was told since a backup (SYNC-72): what must not be, in words. Both sides agree again,
 * the agenda loses nothing but what others take from it afterwards, and nothing cancelled comes back.
 */
export async function livePutBack(hub: TestHub, sql: postgres.Sql, seed: number): Promise<string[]> {
  const draw = createDraw(seed);
  const clinic = await aClinic(hub);
  const others = othersOf(hub, sql, clinic, await manyCitizens(hub, 3), draw);
  const policy = (["hubWins", "agendaWins", "firstWins"] as const)[seed % 3] satisfies ConflictPolicy | undefined;
  const store = createAgendaStore();
  const wrong: string[] = [];
  const cancelled = new Set<string>();
  let throwing = 0;
  const open = (): { opened: SyncStore<Entries>; sync: Sync } => {
    const opened = store.open();
    const sync = createSync({
      client: createClient({
        baseUrl: "http://hub.test",
        auth: bearer(() => clinic.machine.token),
        fetch: (url, init) => hub.app.request(url, init),
        runtime: { random: () => 0.5, sleep: () => Promise.resolve(), now: () => hub.clock.wall() },
      }),
      store: opened,
      policy,
      agenda: adapterOf(store, {
        ownIds: seed % 2 === 0,
        onApply({ objectType, objectId, object, id }) {
          throwing -= 1;
          if (throwing === 0) throw new Error("the agenda does not take it");
          if (objectType === "appointment" && object === null) cancelled.add(objectId).add(id);
        },
      }),
      onProgress(event) {
        if (event.type === "quarantined") wrong.push(`quarantined: ${event.code} ${event.objectType} ${event.id}`);
      },
      runtime: { now: () => hub.clock.now(), random: () => 0.5, sleep: () => Promise.resolve() },
    });
    return { opened, sync };
  };
  let life = open();
  const survive = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      life = open();
    }
  };
  const keep = (change: LocalChange) =>
    life.opened.transaction(async (kept, entries) => {
      edit(entries, change);
      await life.sync.push(change, kept);
      if (change.objectType === "appointment" && change.body === null) cancelled.add(change.id);
    });
  const some = async (steps: number): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      hub.clock.advance(20);
      await draw.weighted<() => Promise<unknown>>([
        [4, () => keep(someEdit(draw, clinic, store))],
        [4, () => others.act()],
        [2, () => life.sync.once()],
      ])();
    }
  };

  await life.sync.once();
  await some(30);
  const { body } = await hub.request<{ snapshotId: string }>("POST", "/sandbox/snapshots", { body: {} });
  const path = `/sandbox/snapshots/${body.snapshotId}`;
  await some(draw.whole(2, 30));
  // Now and then all has been followed and sent, and now and then something is on its way.
  if (draw.chance(0.7)) await life.sync.once();
  if (draw.chance(0.4)) await keep(someEdit(draw, clinic, store));
  const held = new Set([...store.entries().keys()]);
  // A cancellation that the hub has not heard of may lose against a move.
  const unheard = new Set((await life.sync.pending()).outbox.map(({ id }) => id));
  const gone = [...cancelled].filter((id) => !unheard.has(id) && !held.has(`appointment ${id}`));
  await hub.request("POST", `${path}/restore`);
  await hub.request("DELETE", path);
  for (let times = draw.whole(0, 3); times > 0; times -= 1) await others.act();

  if (draw.chance(0.5)) store.crash({ at: draw.one(["write", "commit"]), after: draw.whole(0, 12) });
  if (draw.chance(0.3)) throwing = draw.whole(1, 4);
  for (let round = 0; round < 6; round += 1) {
    await survive(() => life.sync.once());
    hub.clock.advance(2_000);
  }
  if ((await life.sync.repair()).length !== 1) wrong.push("the digests differ");
  const { outbox } = await life.sync.pending();
  if (outbox.length > 0) wrong.push(`not sent: ${outbox.map(({ id }) => id).join()}`);
  wrong.push(...(await compareBoth({ sql, hub, clinic, entries: store.entries() })));

  const now = store.entries();
  const names = new Map(
    [...(await namesAtTheHub(sql, clinic))].map(([name, objectId]) => [`appointment ${name}`, objectId]),
  );
  for (const key of held)
    if (key.startsWith("appointment") && !now.has(key) && !others.cancelled.has(names.get(key) ?? ""))
      wrong.push(`${key} was lost`);
  for (const id of gone) if (now.has(`appointment ${id}`)) wrong.push(`appointment ${id} came back`);
  return wrong;
}

/** The hub's identifiers of appointments, by the names that the agenda knows them by. */
async function namesAtTheHub(sql: postgres.Sql, { establishmentId, machine }: AClinic): Promise<Map<string, string>> {
  const rows = await sql<{ appointmentId: string; externalId: string | null }[]>`
    SELECT a.appointment_id AS "appointmentId", b.external_id AS "externalId"
    FROM appointment a LEFT JOIN external_binding b ON b.establishment_id = a.establishment_id
      AND b.vendor_id = ${machine.vendorId} AND b.object_type = 'appointment' AND b.object_id = a.appointment_id
    WHERE a.establishment_id = ${establishmentId}`;
  return new Map(rows.map(({ appointmentId, externalId }) => [externalId ?? appointmentId, appointmentId]));
}
