import { planForSizes } from "../../db/plans.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import { refusal } from "../../domain/decision.ts";
import { snapshotWindow, widestWindow } from "../../domain/snapshot.ts";
import type { SnapshotWindow } from "../../domain/snapshot.ts";
import type { Call } from "../../http/call.ts";
import { recordAccess } from "../access/store.ts";
import { storedBody } from "../appointments/reading.ts";
import { readAppointments } from "../appointments/store.ts";
import type { AppointmentPosition } from "../appointments/store.ts";
import { readEnds, writePositions } from "../changes/ends.ts";
import { readerOf } from "../changes/reader.ts";
import { listPlacesById } from "../places/store.ts";
import { listServices } from "../services/store.ts";
import { serviceOf } from "../services/wire.ts";
import { slotAnswers } from "../slots/answer.ts";
import { listSlots } from "../slots/store.ts";
import type { SlotPosition } from "../slots/store.ts";
import { needScopes } from "./resources.ts";
import { resourceTypes } from "./schema.ts";
import type { NewSnapshot, ResourceType, SnapshotLine, SnapshotObject } from "./schema.ts";

/** Objects read in one transaction, and so the most that a slow reader keeps in memory. */
const pageSize = 500;

/**
 * SYNC-30: what the machine's places hold, and where to follow from. The cursor is taken before the first object is read,
 * so the log after it tells of whatever was written meanwhile, be it in the pages that follow or in those that passed.
 *
 * Each page is a short transaction of its own, over before its first line is sent: who reads slowly holds neither a
 * connection nor an old snapshot of the database. `again` asks for each page who the caller is by then.
 */
export async function createSnapshot(
  deps: Deps,
  call: Call<Machine>,
  input: NewSnapshot,
  again: (actor: Machine) => Promise<Machine>,
): Promise<AsyncIterable<SnapshotLine>> {
  const types = input.objectTypes ?? resourceTypes;
  needScopes(call.actor, types);
  const placeIds = placesOf(call.actor, input.placeIds);
  const reader = readerOf(call.actor);
  return withScope(deps.connection, scopeOf(call, reader.establishments), async (tx) => {
    const cursor = writePositions(deps.secrets, reader, await readEnds(tx, reader));
    const now = deps.clock.now();
    const places = await listPlacesById(tx, placeIds);
    const windows = places.map(({ placeId, timeZone }) => ({ placeId, window: snapshotWindow(input, now, timeZone) }));
    const sections = resourceTypes.filter((type) => types.includes(type)).flatMap((type) => sectionsOf(type, windows));
    return linesOf({ deps, call, again, placeIds, cursor }, sections);
  });
}

/** LCGA-02: of the places that are named, one that is not linked with the machine does not exist for it. */
function placesOf(actor: Machine, named: readonly string[] | undefined): string[] {
  const linked = actor.links.map(({ placeId }) => placeId);
  if (named === undefined) return linked;
  const stranger = named.findIndex((placeId) => !linked.includes(placeId));
  if (stranger >= 0) throw refusal("NOT_FOUND", `/placeIds/${String(stranger)}`);
  return [...new Set(named)];
}

interface Snapshot {
  deps: Deps;
  call: Call<Machine>;
  again: (actor: Machine) => Promise<Machine>;
  placeIds: readonly string[];
  cursor: string;
}

/** What a page is read with; `after` is the position of the last object of the page before. */
interface Reading<P> {
  deps: Deps;
  call: Call<Machine>;
  readable: AgendaFilter;
  after: P | undefined;
}

/** One list, read page by page until a page is not full. */
interface Section {
  read(tx: ScopedTx, reading: Reading<unknown>): Promise<{ lines: SnapshotObject[]; last: unknown }>;
}

async function* linesOf(snapshot: Snapshot, sections: readonly Section[]): AsyncGenerator<SnapshotLine> {
  const counts = { services: 0, slots: 0, appointments: 0 };
  for (const section of sections) {
    let after: unknown;
    do {
      const { lines, last } = await readPage(snapshot, section, after);
      for (const line of lines) {
        counts[`${line.objectType}s`] += 1;
        yield line;
      }
      after = lines.length === pageSize ? last : undefined;
    } while (after !== undefined);
  }
  // SYNC-32: without this line the answer has been cut off.
  yield { type: "end", cursor: snapshot.cursor, counts };
}

async function readPage(snapshot: Snapshot, section: Section, after: unknown) {
  const { deps, again, placeIds } = snapshot;
  const actor = await again(snapshot.call.actor);
  // A place whose link has ended meanwhile is not passed over in silence: the answer breaks off.
  placesOf(actor, placeIds);
  const links = actor.links.filter(({ placeId }) => placeIds.includes(placeId));
  const call = { ...snapshot.call, actor };
  const readable = readableAgendas({ ...actor, links });
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    await planForSizes(tx);
    return section.read(tx, { deps, call, readable, after });
  });
}

function sectionsOf(
  type: ResourceType,
  places: readonly { placeId: string; window: SnapshotWindow }[],
): readonly Section[] {
  switch (type) {
    case "service":
      return places.length === 0 ? [] : [section(readServices)];
    case "slot": {
      // An incomplete slot (SLOT-05) has no place: those of whoever works at one of the places come last.
      const windows = places.map(({ window }) => window);
      const incomplete = places.length === 0 ? [] : [{ placeId: null, window: widestWindow(windows) }];
      return [...places, ...incomplete].map((place) =>
        section<SlotPosition>((tx, reading) => readSlots(tx, reading, place)),
      );
    }
    case "appointment":
      return places.map((place) => section<AppointmentPosition>((tx, reading) => readPlaced(tx, reading, place)));
  }
}

function section<P>(
  read: (tx: ScopedTx, reading: Reading<P>) => Promise<{ lines: SnapshotObject[]; last: P | undefined }>,
): Section {
  // `after` is what the same section gave as its last position.
  return { read: (tx, reading) => read(tx, reading as Reading<P>) };
}

async function readServices(tx: ScopedTx, { readable, after = "" }: Reading<string>) {
  const rows = await listServices(tx, readable, { active: true }, after, pageSize);
  const lines = rows.map(serviceOf).map((object): SnapshotObject => {
    const { serviceId: objectId, version } = object;
    return { type: "object", objectType: "service", objectId, version, externalId: null, object };
  });
  return { lines, last: rows.at(-1)?.serviceId };
}

async function readSlots(
  tx: ScopedTx,
  { call, readable, after }: Reading<SlotPosition>,
  { placeId, window }: { placeId: string | null; window: SnapshotWindow },
) {
  const rows = await listSlots(tx, readable, { placeId, ...window }, after, pageSize);
  const lines = (await slotAnswers(tx, call.actor, rows)).map((object): SnapshotObject => {
    const { slotId: objectId, version, externalId } = object;
    return { type: "object", objectType: "slot", objectId, version, externalId, object };
  });
  return { lines, last: rows.at(-1) };
}

/** Cancelled ones too: whoever was away learns that they are. */
async function readPlaced(
  tx: ScopedTx,
  { deps, call, readable, after }: Reading<AppointmentPosition>,
  { placeId, window }: { placeId: string; window: SnapshotWindow },
) {
  const filter = { placeId, ...window, cancelledToo: true } as const;
  const rows = await readAppointments(tx, readable, filter, call.actor.vendorId, after, pageSize);
  await recordAccess(deps, tx, { ...call, purpose: "snapshots.create" }, rows);
  const lines = rows.map((row): SnapshotObject => {
    const object = storedBody(deps, call, row);
    const { appointmentId: objectId, version, externalId } = object;
    return { type: "object", objectType: "appointment", objectId, version, externalId, object };
  });
  return { lines, last: rows.at(-1) };
}
