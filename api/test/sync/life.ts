import { bearer, createClient } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";
import { createSync } from "@arrimage/sdk/sync";
import type { ConflictPolicy, IncomingChange, Kept, LocalChange, Sync, SyncEvent, SyncStore } from "@arrimage/sdk/sync";
import type postgres from "postgres";
import { aClinic } from "../factories.ts";
import type { ACitizen } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import { adapterOf, Crash, createAgendaStore, edit } from "./agenda.ts";
import type { AgendaStore, Applied, CrashPlan, Entries, Entry } from "./agenda.ts";
import { compareBoth } from "./compare.ts";
import { othersOf } from "./clinic-life.ts";
import { createDraw } from "./draw.ts";
import type { Draw } from "./draw.ts";
import { faultyFetch, networkFaults } from "./faulty-fetch.ts";

/** A few weeks of a clinic whose software goes through everything that can happen to it. */

export const faults = [
  ...networkFaults,
  ...(["crashAtWrite", "crashAfterCommit", "agendaThrows", "linkEnds", "corrected"] as const),
] as const;
export type Fault = (typeof faults)[number];
export const faultsASeed = 10;
const steps = 70;
const offlineSteps = 8;
const fewestOperations = 50;

/** What drives the software: the engine, or the naive one that must fail. */
export interface Engine {
  push: (change: LocalChange, kept: Kept) => Promise<void>;
  once: () => Promise<void>;
  /** True when both agree, and the hub has it confirmed. */
  repair: () => Promise<boolean>;
  /** Tries again what was set aside. */
  retry: () => Promise<void>;
}
export interface EngineWorld {
  client: Client;
  store: SyncStore<Entries>;
  agenda: ReturnType<typeof adapterOf>;
  policy: ConflictPolicy;
  placeId: string;
  now: () => number;
  onProgress: (event: SyncEvent) => void;
}
export type StartEngine = (world: EngineWorld) => Engine;

export const theEngine: StartEngine = ({ client, store, agenda, policy, placeId, now, onProgress }) => {
  const runtime = { now, random: () => 0.5, sleep: () => Promise.resolve() };
  const sync: Sync = createSync({ client, store, agenda, policy, onProgress, runtime });
  return {
    push: (change, kept) => sync.push(change, kept),
    once: () => sync.once(),
    repair: async () => (await sync.repair()).includes(placeId),
    retry: () => sync.retry(),
  };
};

export interface Lived {
  seed: number;
  /** Operations of the agenda and of others. */
  local: number;
  remote: number;
  met: Record<Fault, number>;
  conflicts: number;
  /** What must not be; empty when both sides are equal, no booking is lost and nothing echoed. */
  wrong: string[];
}

export async function live(
  hub: TestHub,
  sql: postgres.Sql,
  seed: number,
  citizens: ACitizen[],
  start: StartEngine = theEngine,
): Promise<Lived> {
  const draw = createDraw(seed);
  const clinic = await aClinic(hub);
  const others = othersOf(hub, sql, clinic, citizens, draw);
  const policy = (["hubWins", "agendaWins", "firstWins"] as const)[seed % 3] ?? "hubWins";
  const met = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
  const store = createAgendaStore();
  const applied: Applied[] = [];
  const wrong: string[] = [];
  let conflicts = 0;
  /** The object at which the agenda throws, the first one that comes; `id` by then. */
  const throwing: { left: number; id?: string } = { left: 0 };
  let isThrown = true;
  let isLinked = true;
  /** A slot is to be said wrongly, and corrected while that is on its way. */
  let isWrong = false;
  let remote = 0;
  let local = 0;

  const actOthers = async (): Promise<void> => {
    await others.act();
    remote += 1;
  };
  const network = faultyFetch(
    async (url, init) => {
      await correct(init.body);
      return hub.app.request(url, init);
    },
    actOthers,
    (fault) => (met[fault] += 1),
  );
  const client = createClient({
    baseUrl: "http://hub.test",
    auth: bearer(() => clinic.machine.token),
    fetch: network.fetch,
    runtime: { random: () => 0.5, sleep: () => Promise.resolve(), now: () => hub.clock.wall() },
  });
  const onApply = ({ id, objectId, version }: IncomingChange): void => {
    applied.push({ objectId, version });
    if (throwing.left === 0 || (throwing.id ?? id) !== id) return;
    throwing.left -= 1;
    throwing.id = id;
    if (!isThrown) met.agendaThrows += 1;
    isThrown = true;
    throw new Error("the agenda does not take it");
  };
  const open = (): { opened: SyncStore<Entries>; engine: Engine } => {
    const opened = store.open();
    const engine = start({
      ...{ client, store: opened, policy, placeId: clinic.placeId, now: () => hub.clock.now() },
      agenda: adapterOf(store, { ownIds: seed % 2 === 0, onApply }),
      onProgress(event) {
        if (event.type === "conflict") conflicts += 1;
        // Both are for `retry`: what the agenda will not take, and what the hub refuses a machine that is not linked.
        if (event.type === "quarantined" && isLinked && event.id !== throwing.id)
          wrong.push(`quarantined: ${event.code} ${event.objectType} ${event.id} ${String(event.error)}`);
      },
    });
    return { opened, engine };
  };
  let life = open();

  /** False when the process died over it, or the hub was away. */
  async function survive(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Crash) life = open();
      else if (!isOfTheNetwork(error)) throw error;
      return false;
    }
  }

  const cancelledHere = new Set<string>();
  const madeHere = new Set<string>();
  const actHere = (): Promise<void> => keep((isWrong && someWrongSlot(draw, store)) || someEdit(draw, clinic, store));
  async function keep(change: LocalChange): Promise<void> {
    const isNew = !store.entries().has(`${change.objectType} ${change.id}`);
    const stored = await survive(() =>
      life.opened.transaction(async (kept, entries) => {
        edit(entries, change);
        await life.engine.push(change, kept);
      }),
    );
    // After a crash right after the commit, it is there all the same.
    if (!stored && store.entries().has(`${change.objectType} ${change.id}`) === (change.body === null)) return;
    local += 1;
    if (change.objectType === "slot") return;
    if (change.body === null) cancelledHere.add(change.id);
    else if (isNew) madeHere.add(change.id);
  }

  /** What was said wrongly arrives: by then somebody has seen it. */
  async function correct(text: RequestInit["body"]): Promise<void> {
    const sent = typeof text === "string" && text.includes(wrongly);
    const wrong = [...store.entries().values()].find(isWrongSlot);
    if (!sent || !wrong) return;
    if (isWrong) met.corrected += 1;
    isWrong = false;
    const { startAt } = wrong.body;
    const endAt = new Date(Date.parse(startAt) + draw.whole(2, 8) * 1_800_000).toISOString();
    await keep({ ...wrong, body: { ...wrong.body, endAt } });
  }

  /** Its place is taken from the machine, and given back; staff go on meanwhile. */
  async function unlink(): Promise<void> {
    const as = await hub.tokens.operator();
    const path = `/v1/places/${clinic.placeId}/machine-link`;
    const { version } = (await hub.request<{ version: number }>("GET", path, { as })).body;
    isLinked = false;
    await hub.request("DELETE", path, { as, version });
    for (let times = draw.whole(1, 3); times > 0; times -= 1) {
      await actOthers();
      if (draw.chance(0.7)) await once();
    }
    const { status } = await hub.request("PUT", path, { as, body: { machineId: clinic.machine.machineId } });
    if (status >= 300) throw new Error(`the link did not come back: ${String(status)}`);
    isLinked = true;
    met.linkEnds += 1;
  }

  const once = (): Promise<boolean> => survive(() => life.engine.once());
  const arm = async (fault: Fault): Promise<void> => {
    if (fault === "agendaThrows") {
      throwing.left = draw.chance(0.5) ? 6 : 1;
      isThrown = false;
    } else if (fault === "linkEnds") await unlink();
    else if (fault === "corrected") isWrong = true;
    else if (fault === "crashAtWrite" || fault === "crashAfterCommit") {
      const plan: CrashPlan = { at: fault === "crashAtWrite" ? "write" : "commit", after: draw.whole(0, 6) };
      store.crash(plan);
    } else network.arm(fault, draw.chance(0.3) ? 4 : 1);
  };
  const mine = Array.from({ length: faultsASeed }, (_, n) => faults[(seed * faultsASeed + n) % faults.length] as Fault);
  const when = mine.map(() => draw.whole(4, steps - 12));
  const offlineFrom = draw.whole(10, steps - 20);

  await once();
  for (let step = 0; step < steps; step += 1) {
    hub.clock.advance(20);
    network.offline = step >= offlineFrom && step < offlineFrom + offlineSteps;
    for (const [n, fault] of mine.entries()) if (when[n] === step) await arm(fault);
    await draw.weighted<() => Promise<unknown>>([
      [4, actHere],
      [4, actOthers],
      [2, once],
    ])();
  }
  network.offline = false;

  // What was armed and met nothing yet gets its chance; then all is quiet.
  const unmet = (): number => network.unmet().length + Number(!isThrown) + Number(store.isArmed()) + Number(isWrong);
  for (let tries = 0; unmet() > 0 || local + remote < fewestOperations; tries += 1) {
    if (tries === 60) throw new Error(`seed ${String(seed)}: not met: ${network.unmet().join()}`);
    await actHere();
    await actOthers();
    await once();
  }
  network.disarm();
  throwing.left = 0;
  await life.engine.retry();
  met.crashAtWrite += store.crashes.write;
  met.crashAfterCommit += store.crashes.commit;
  for (let round = 0; round < 4; round += 1) {
    // What was set aside for a second is due by then.
    hub.clock.advance(2_000);
    await once();
  }
  if (!(await life.engine.repair())) wrong.push("the digests differ");

  wrong.push(...(await compareBoth({ sql, hub, clinic, entries: store.entries() })));
  wrong.push(...(await lostBookings(sql, clinic, { others, madeHere, cancelledHere })));
  wrong.push(...(await echoes(hub, sql, clinic, { applied, local, engine: life.engine })));
  return { seed, local, remote, met, conflicts, wrong };
}

type Clinic = Awaited<ReturnType<typeof aClinic>>;

async function lostBookings(
  sql: postgres.Sql,
  { establishmentId, machine }: Clinic,
  {
    others,
    madeHere,
    cancelledHere,
  }: { others: { made: Set<string>; cancelled: Set<string> }; madeHere: Set<string>; cancelledHere: Set<string> },
): Promise<string[]> {
  const rows = await sql<{ appointmentId: string; externalId: string | null; status: string }[]>`
    SELECT a.appointment_id AS "appointmentId", b.external_id AS "externalId", a.status
    FROM appointment a LEFT JOIN external_binding b ON b.establishment_id = a.establishment_id
      AND b.vendor_id = ${machine.vendorId} AND b.object_type = 'appointment' AND b.object_id = a.appointment_id
    WHERE a.establishment_id = ${establishmentId}`;
  const wrong: string[] = [];
  for (const { appointmentId, externalId, status } of rows) {
    const names = [appointmentId, externalId ?? appointmentId];
    const wanted = names.some((name) => others.cancelled.has(name) || cancelledHere.has(name));
    if (status === "cancelled" && !wanted) wrong.push(`${appointmentId} was cancelled by nobody`);
    if (!others.made.has(appointmentId) && (externalId === null || !madeHere.has(externalId)))
      wrong.push(`${appointmentId} was made by nobody`);
  }
  for (const id of madeHere) {
    const there = rows.filter(({ externalId }) => externalId === id);
    // Made and taken back before the hub heard of it is no loss.
    if (there.length !== 1 && !cancelledHere.has(id))
      wrong.push(`${id} of the agenda is ${String(there.length)} times at the hub`);
  }
  return wrong;
}

/** Nothing of its own came back, nothing of others was said again, and nothing moves any more. */
async function echoes(
  hub: TestHub,
  sql: postgres.Sql,
  { establishmentId, machine }: Clinic,
  { applied, local, engine }: { applied: Applied[]; local: number; engine: Engine },
): Promise<string[]> {
  const wrong: string[] = [];
  // A version's own row is its first: that an appointment is no longer alone at its time is told under the same version.
  const rows = await sql<{ objectId: string; version: number; vendorId: string | null }[]>`
    SELECT DISTINCT ON (object_id, version) object_id AS "objectId", version, vendor_id AS "vendorId" FROM change
    WHERE establishment_id = ${establishmentId} AND object_type IN ('slot', 'appointment')
    ORDER BY object_id, version, seq`;
  const own = rows.filter(({ vendorId }) => vendorId === machine.vendorId);
  if (own.length > local) wrong.push(`${String(own.length)} own changes of ${String(local)} edits`);
  const ownVersions = new Set(own.map(({ objectId, version }) => `${objectId} ${String(version)}`));
  for (const { objectId, version } of applied)
    if (ownVersions.has(`${objectId} ${String(version)}`))
      wrong.push(`applied its own ${objectId} v${String(version)}`);
  const last = async (): Promise<unknown> =>
    (await sql`SELECT last_seq FROM change_counter WHERE establishment_id = ${establishmentId}`)[0]?.["last_seq"];
  const before = await last();
  const count = applied.length;
  await engine.once();
  await engine.once();
  if ((await last()) !== before || applied.length !== count) wrong.push("it is not quiet");
  return wrong;
}

function isOfTheNetwork(error: unknown): boolean {
  return error instanceof Error && (error.name === "ArrimageConnectionError" || error.name === "ArrimageProblem");
}

/** An end that no slot of these weeks has: before its start. */
const wrongly = "2027-01-01T00:00:00.000Z";
const isWrongSlot = (entry: Entry): entry is Entry & { objectType: "slot" } =>
  entry.objectType === "slot" && entry.body.endAt === wrongly;

function someWrongSlot(draw: Draw, store: AgendaStore): LocalChange | undefined {
  const slots = [...store.entries().values()].filter((entry) => entry.objectType === "slot");
  if (slots.length === 0) return undefined;
  const { id, body } = slots.find(isWrongSlot) ?? draw.one(slots);
  return { objectType: "slot", id, body: { ...body, endAt: wrongly } };
}

/** What staff do in the agenda. */
export function someEdit(draw: Draw, clinic: Clinic, store: AgendaStore): LocalChange {
  const { professionalId, placeId, service } = clinic;
  const entries = [...store.entries().values()];
  const slots = entries.filter((entry) => entry.objectType === "slot");
  const appointments = entries.filter((entry) => entry.objectType === "appointment");
  const instant = (at: number): string => new Date(at).toISOString();
  const visibility = draw.one(["public", "public", "private"] as const);

  const newSlot = (): LocalChange => {
    const startAt = draw.morning();
    const body = {
      ...{ professionalId, placeId, serviceIds: [service.serviceId], visibility },
      ...{ startAt: instant(startAt), endAt: instant(startAt + draw.whole(2, 8) * 1_800_000) },
    };
    return { objectType: "slot", id: store.newId(), body };
  };
  const newAppointment = (): LocalChange => ({
    objectType: "appointment",
    id: store.newId(),
    body: {
      ...{ professionalId, placeId, startAt: instant(draw.quarter()), durationMinutes: draw.one([15, 20, 30]) },
      patient: {
        ...{ firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15", homePhone: "418-555-0192" },
      },
      communicationModes: ["phone"],
    },
  });
  const ofSlot = (change: (entry: Entry & { objectType: "slot" }) => LocalChange): LocalChange =>
    slots.length === 0 ? newSlot() : change(draw.one(slots));
  const ofAppointment = (
    change: (entry: Entry & { objectType: "appointment" }) => (Entry & { objectType: "appointment" })["body"] | null,
  ): LocalChange => {
    if (appointments.length === 0) return newAppointment();
    const entry = draw.one(appointments);
    return { objectType: "appointment", id: entry.id, body: change(entry) };
  };

  return draw.weighted<() => LocalChange>([
    [4, newSlot],
    [3, () => ofSlot(({ id, body }) => ({ objectType: "slot", id, body: { ...body, visibility } }))],
    [
      2,
      () =>
        ofSlot(({ id, body }) => ({
          ...{ objectType: "slot", id },
          body: { ...body, endAt: instant(Date.parse(body.startAt) + draw.whole(2, 8) * 1_800_000) },
        })),
    ],
    [1, () => ofSlot(({ id }) => ({ objectType: "slot", id, body: null }))],
    [4, newAppointment],
    [4, () => ofAppointment(({ body }) => ({ ...body, startAt: instant(draw.quarter()) }))],
    [2, () => ofAppointment(({ body }) => ({ ...body, clinicNote: `Note ${String(draw.whole(1, 99))}` }))],
    [
      2,
      () =>
        ofAppointment(({ body }) => ({
          ...body,
          patient: { ...body.patient, homePhone: `418-555-01${String(draw.whole(10, 99))}` },
        })),
    ],
    [1, () => ofAppointment(() => null)],
  ])();
}
