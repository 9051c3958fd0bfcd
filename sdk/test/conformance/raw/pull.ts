/** What others did at the hub, applied to the agenda in the order of the log. */
import type { Environment } from "../../../src/conformance/index.ts";
import type { Booked, Disk, Opening } from "./agenda.ts";
import type { Wrong } from "./behaviour.ts";
import type { Answer, Connection, Said } from "./connection.ts";
import { HubAway } from "./connection.ts";

export interface Change {
  objectType: string;
  objectId: string;
  operation: string;
  version: number;
  status: string | null;
  startAt: string | null;
  endAt: string | null;
  externalId: string | null;
  origin: { actorType: string; own: boolean };
}

export interface HubAppointment {
  appointmentId: string;
  version: number;
  externalId: string | null;
  status: string;
  startAt: string;
  endAt: string;
  attendance: string;
  patient: Booked["patient"];
}

interface HubSlot {
  slotId: string;
  version: number;
  externalId: string | null;
  startAt: string;
  endAt: string;
}

export interface Work {
  disk: Disk;
  env: Environment & { now: string };
  connection: Connection;
  wrong: Wrong;
}

const ACTORS = ["operator", "machine", "employee", "citizen", "nurse", "system"];

export async function pull(work: Work): Promise<void> {
  const { disk, connection, wrong } = work;
  if (disk.cursor === null) await readAgenda(work);
  while (true) {
    const answer = await connection.call(
      "GET",
      `/v1/changes?limit=100&cursor=${encodeURIComponent(disk.cursor ?? "")}`,
    );
    if (answer.status === 410) {
      if (wrong.ignoresExpiredCursor) return;
      await readAgenda(work);
      continue;
    }
    if (answer.status !== 200) throw new HubAway();
    if (wrong.takesBrokenAnswers && answer.body.items === undefined) {
      // Nothing that it understands: so nothing happened, and now is as good a place to go on from as any.
      return goOnFromNow(work);
    }
    const { items, nextCursor, caughtUp } = answer.body as { items: Change[]; nextCursor: string; caughtUp: boolean };
    if (wrong.cursorFirst) disk.cursor = nextCursor;
    for (const change of items) await apply(work, change);
    disk.cursor = nextCursor;
    if (caughtUp || wrong.onePage) return;
  }
}

/** As somebody does who believes that nothing happened meanwhile. */
export async function goOnFromNow({ disk, connection }: Work): Promise<void> {
  disk.cursor = (await connection.call("GET", "/v1/changes?from=now")).body.nextCursor ?? null;
}

/** From now on: the cursor first, then the agenda as it is. */
async function readAgenda(work: Work): Promise<void> {
  const { disk, env, connection, wrong } = work;
  const cursor = (await ok(connection.call("GET", "/v1/changes?from=now"))).nextCursor ?? null;
  const around = `placeId=${env.placeId}&from=${encodeURIComponent(env.now)}`;
  const slots = await wholeList<HubSlot>(work, `/v1/slots?${around}`);
  const appointments = await wholeList<HubAppointment>(work, `/v1/appointments?${around}`);
  for (const slot of slots) putSlot(work, slot);
  for (const appointment of appointments) putAppointment(work, appointment);
  // What the hub no longer has went while nobody looked; what it never had waits in the outbox.
  const there = new Set([...slots.map(({ slotId }) => slotId), ...appointments.map((it) => it.appointmentId)]);
  if (!wrong.firstPageOfLists) {
    for (const entry of [...disk.entries.values()]) {
      if (entry.hubId === null || there.has(entry.hubId)) continue;
      if (entry.kind === "opening") disk.entries.delete(entry.ref);
      else entry.cancelled = true;
    }
  }
  disk.cursor = cursor;
}

async function wholeList<T>({ connection, wrong }: Work, path: string): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? path : `${path}&cursor=${encodeURIComponent(cursor)}`;
    const page = await ok(connection.call("GET", next));
    all.push(...(page.items as T[]));
    cursor = page.nextCursor ?? null;
  } while (cursor !== null && !wrong.firstPageOfLists);
  return all;
}

async function ok(answer: Promise<Answer>): Promise<Said> {
  const { status, body } = await answer;
  if (status !== 200) throw new HubAway();
  return body;
}

/** Applies a change over a lower version; what it was is read where it matters. */
export async function apply(work: Work, change: Change): Promise<void> {
  const { disk, wrong, connection } = work;
  if (change.objectType !== "slot" && change.objectType !== "appointment") return;
  if (wrong.onlyKnownActors && !ACTORS.includes(change.origin.actorType)) return;
  if (!wrong.anyVersion && change.version <= (disk.versions.get(change.objectId) ?? 0)) return;
  const mine = entryOf(disk, change.objectId, change.externalId);

  if (wrong.anyVersion && mine && change.startAt !== null && change.endAt !== null) {
    mine.startAt = Date.parse(change.startAt);
    mine.endAt = Date.parse(change.endAt);
    if (mine.kind === "appointment") mine.cancelled = change.status === "cancelled";
    return;
  }
  if (change.operation === "deleted") {
    disk.versions.set(change.objectId, change.version);
    if (mine && !change.origin.own && !wrong.ignoresTombstones) disk.entries.delete(mine.ref);
    return;
  }
  if (change.origin.own && mine && !wrong.pushesEcho) {
    mine.hubId = change.objectId;
    mine.version = change.version;
    disk.versions.set(change.objectId, change.version);
    return;
  }
  if (change.objectType === "slot") {
    if (wrong.ignoresStaffSlots) return;
    const { status, body } = await connection.call("GET", `/v1/slots/${change.objectId}`);
    if (status === 404 && !wrong.stumblesOverGone) return;
    if (status !== 200) throw new HubAway();
    return putSlot(work, body as unknown as HubSlot);
  }
  const answer = await connection.call("GET", `/v1/appointments?ids=${change.objectId}`);
  if (answer.status !== 200) throw new HubAway();
  const [appointment] = answer.body.items as HubAppointment[];
  if (appointment) putAppointment(work, appointment);
  else if (wrong.stumblesOverGone) throw new HubAway();
}

function entryOf(disk: Disk, hubId: string, externalId: string | null): Opening | Booked | undefined {
  const named = externalId === null ? undefined : disk.entries.get(externalId);
  return named ?? [...disk.entries.values()].find((entry) => entry.hubId === hubId);
}

function putSlot(work: Work, { slotId, version, externalId, startAt, endAt }: HubSlot): void {
  const { disk } = work;
  const mine = entryOf(disk, slotId, externalId);
  const times = { startAt: Date.parse(startAt), endAt: Date.parse(endAt) };
  disk.versions.set(slotId, version);
  if (mine) {
    Object.assign(mine, times, { hubId: slotId, version });
    return;
  }
  const ref = newRef(disk);
  disk.entries.set(ref, { kind: "opening", ref, ...times, hubId: slotId, version });
  bind(work, "bindSlot", ref);
}

export function putAppointment(work: Work, appointment: HubAppointment): void {
  const { disk, wrong } = work;
  const { appointmentId, version, externalId, status, startAt, endAt, attendance, patient } = appointment;
  const mine = entryOf(disk, appointmentId, externalId);
  const times = { startAt: Date.parse(startAt), endAt: Date.parse(endAt) };
  if (wrong.localTimeAsUtc || wrong.dropsOffsets)
    for (const side of ["startAt", "endAt"] as const)
      times[side] = Date.parse(`${{ startAt, endAt }[side].slice(0, 19)}Z`);
  disk.versions.set(appointmentId, version);
  if (mine?.kind === "appointment") {
    mine.hubId = appointmentId;
    mine.version = version;
    mine.attendance = attendance;
    if (!wrong.ignoresMoves) Object.assign(mine, times);
    if (!wrong.ignoresCancellations) mine.cancelled = status === "cancelled";
    if (status === "cancelled" && wrong.revives) {
      const ref = newRef(disk);
      disk.entries.set(ref, { ...mine, ref, hubId: null, version: null, cancelled: false });
      disk.outbox.push({ op: "putAppointment", ref, key: ref });
    }
    return;
  }
  if (status === "cancelled" && !wrong.ignoresStatusOfNew) return;
  const overlaps = [...disk.entries.values()].some(
    (entry) =>
      entry.kind === "appointment" && !entry.cancelled && entry.startAt < times.endAt && times.startAt < entry.endAt,
  );
  if (wrong.dropsOtherSide && overlaps) return;
  const ref = newRef(disk);
  const { nam, firstName, lastName, sex, birthDate, mobilePhone } = patient;
  const kept = { nam, firstName, lastName, sex, birthDate, ...(mobilePhone ? { mobilePhone } : {}) };
  disk.entries.set(ref, {
    ...{ kind: "appointment", ref, ...times, hubId: appointmentId, version, attendance, patient: kept },
    ...{ cancelled: false, refused: false, fromHub: true },
  });
  if (wrong.pushesEcho) disk.outbox.push({ op: "putAppointment", ref, key: ref });
  else bind(work, "bindAppointment", ref);
}

function bind({ disk, wrong }: Work, op: "bindSlot" | "bindAppointment", ref: string): void {
  if (!wrong.neverBinds)
    disk.outbox.push({ op, ref, key: `bind-${ref}-${String(disk.nextRef)}-${Math.random().toString(36).slice(2)}` });
}

export function newRef(disk: Disk): string {
  return `K${String((disk.nextRef += 1)).padStart(6, "0")}`;
}
