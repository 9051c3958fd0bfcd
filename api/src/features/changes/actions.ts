import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, Employee, Machine } from "../../domain/actor.ts";
import { refusal } from "../../domain/decision.ts";
import { zonedText } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { readCursor, writeCursor } from "../../http/cursor.ts";
import { utcText } from "../../http/time.ts";
import { bindingsOfObjects } from "../bindings/store.ts";
import { listPlacesById } from "../places/store.ts";
import { advance, pack, positionIn, reaches, unpack } from "./position.ts";
import type { PackedPositions, Positions } from "./position.ts";
import { readerOf } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { ChangeItem, ChangePage, ChangeQuery } from "./schema.ts";
import { listHeads, readChanges } from "./store.ts";
import type { ChangeRow } from "./store.ts";
import type { ChangeWatch } from "./watch.ts";

/** What a call that waits depends on besides its query. */
export interface Waiting {
  watch: ChangeWatch;
  /** Aborted when the caller has gone or the hub closes: the answer is then given at once. */
  signal: AbortSignal;
  /** Who calls, asked again after a wait: a machine may have been suspended or unlinked meanwhile. */
  caller: () => Promise<Machine | Employee>;
}

/**
 * The changes after a cursor, waiting up to `query.wait` seconds when there are none (design, decision 7). What cannot
 * be seen may end the wait of the process, not that of the caller.
 */
export async function followChanges(
  deps: Deps,
  call: Call<Machine | Employee>,
  query: ChangeQuery,
  { watch, signal, caller }: Waiting,
): Promise<ChangePage> {
  const ended = query.wait === 0 ? signal : AbortSignal.any([signal, AbortSignal.timeout(query.wait * 1000)]);
  let actor = call.actor;
  const madeFor = cursorOf(readerOf(actor));
  let positions: Positions =
    query.cursor === undefined ? {} : unpack(readCursor<PackedPositions>(deps.secrets, madeFor, query.cursor));
  for (;;) {
    const read = query.from === "now" ? await readEnds(deps, actor) : await readOnce(deps, actor, positions, query);
    const page = { ...read.page, nextCursor: writeCursor(deps.secrets, madeFor, pack(read.positions)) };
    if (page.items.length > 0 || query.from === "now" || signal.aborted) return page;
    if (page.caughtUp) {
      if (query.wait === 0 || !(await watch.moved(read.seen, ended))) return page;
      actor = await caller();
    }
    positions = read.positions;
  }
}

function cursorOf(reader: Reader): string {
  return `changes.list|${reader.key}`;
}

interface Read {
  page: Omit<ChangePage, "nextCursor">;
  positions: Positions;
  /** How far each log reached when it was read. */
  seen: Map<string, number>;
}

/** Where the logs end, for a reader who begins with what is written from now on. */
async function readEnds(deps: Deps, actor: ClinicActor): Promise<Read> {
  const heads = await withScope(deps.connection, scopeOf({ actor }), (tx) =>
    listHeads(tx, readerOf(actor).establishments),
  );
  const seen = new Map(heads.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq]));
  const positions = Object.fromEntries([...seen].map(([establishmentId, seq]) => [establishmentId, { seq, given: 0 }]));
  return { page: { items: [], caughtUp: true }, positions, seen };
}

async function readOnce(deps: Deps, actor: ClinicActor, positions: Positions, query: ChangeQuery): Promise<Read> {
  const reader = readerOf(actor);
  const after = reader.establishments.map((establishmentId) => ({
    establishmentId,
    seq: positionIn(positions, establishmentId).seq,
  }));
  return withScope(deps.connection, scopeOf({ actor }), async (tx) => {
    // One more than wanted, to know whether that was all.
    const { heads, changes } = await readChanges(tx, reader, after, query.limit + 1);
    const seen = new Map(heads.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq]));
    for (const head of heads)
      if (!reaches(head, positionIn(positions, head.establishmentId)))
        throw refusal("CURSOR_EXPIRED", query.cursor === undefined ? "/query/from" : "/query/cursor");
    const given = changes.slice(0, query.limit);
    const cutOff = changes.length > query.limit;
    const caughtUp = !cutOff && heads.every(({ scannedTo, lastSeq }) => scannedTo === lastSeq);
    const [places, names] = await Promise.all([
      listPlacesById(
        tx,
        given.flatMap(({ placeIds }) => placeIds),
      ),
      namesOf(tx, reader, given),
    ]);
    const zones = new Map(places.map(({ placeId, timeZone }) => [placeId, timeZone]));
    const items = itemsOf(given, reader, positions, { zones, names });
    return { page: { items, caughtUp }, positions: advance(positions, heads, given, cutOff), seen };
  });
}

/**
 * The reader's own names of the objects, which outlive them. Looked up by list: joined to the changes they cost five
 * times as much, or, as the planner may have it, a reading of all the vendor's names.
 */
async function namesOf(
  tx: ScopedTx,
  { vendorId }: Reader,
  changes: readonly ChangeRow[],
): Promise<Map<string, string>> {
  if (vendorId === null) return new Map();
  const found = await Promise.all(
    (["slot", "appointment"] as const).map((type) => {
      const objectIds = changes.filter(({ objectType }) => objectType === type).map(({ objectId }) => objectId);
      return bindingsOfObjects(tx, vendorId, type, [...new Set(objectIds)]);
    }),
  );
  return new Map(
    found.flatMap((bindings) => [...bindings].map(([objectId, { externalId }]) => [objectId, externalId])),
  );
}

function itemsOf(
  changes: readonly ChangeRow[],
  reader: Reader,
  positions: Positions,
  { zones, names }: { zones: ReadonlyMap<string, TimeZone>; names: ReadonlyMap<string, string> },
): ChangeItem[] {
  const given = new Map<string, number>();
  const visible = reader.placeIds === null ? undefined : new Set(reader.placeIds);
  return changes.map((row) => {
    const change = visible !== undefined && hasLeft(row, visible) ? departed(row) : row;
    const { establishmentId, seq, actorType } = change;
    const prevSeq = given.get(establishmentId) ?? positionIn(positions, establishmentId).given;
    given.set(establishmentId, seq);
    const placeIds =
      visible === undefined ? change.placeIds : change.placeIds.filter((placeId) => visible.has(placeId));
    // Without a place (the establishment's own record) there is no agenda time either.
    const zone = zones.get(placeIds[0] ?? "") ?? "America/Toronto";
    return {
      establishmentId,
      seq,
      prevSeq,
      at: utcText(change.at),
      objectType: change.objectType,
      objectId: change.objectId,
      operation: change.operation,
      version: change.version,
      placeIds,
      professionalId: change.professionalId,
      startAt: change.startAt === null ? null : zonedText(change.startAt, zone),
      endAt: change.endAt === null ? null : zonedText(change.endAt, zone),
      status: change.status,
      changed: change.changed,
      origin: { actorType, own: isOwn(change, reader) },
      externalId: names.get(change.objectId) ?? null,
    };
  });
}

/** Whether a slot or an appointment has moved to a place that is not this reader's: the first place is where it is now. */
function hasLeft({ objectType, status, placeIds }: ChangeRow, visible: ReadonlySet<string>): boolean {
  const [now] = placeIds;
  const placed = objectType === "appointment" || (objectType === "slot" && status === "complete");
  return placed && now !== undefined && !visible.has(now);
}

/** For a reader of the place it left it is gone, and where it went is not told. */
function departed(change: ChangeRow): ChangeRow {
  return {
    ...change,
    operation: "deleted",
    professionalId: null,
    startAt: null,
    endAt: null,
    status: null,
    changed: [],
  };
}

function isOwn(change: ChangeRow, reader: Reader): boolean {
  if (reader.vendorId !== null) return change.vendorId === reader.vendorId;
  return change.actorType === "employee" && change.actorId === reader.employeeId;
}
