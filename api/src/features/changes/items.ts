import { manyRows, planForSizes } from "../../db/plans.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { zonedText } from "../../domain/time.ts";
import { utcText } from "../../http/time.ts";
import { namesOfObjects } from "../bindings/store.ts";
import { listPlacesById } from "../places/store.ts";
import { positionIn } from "./position.ts";
import type { Positions } from "./position.ts";
import type { Reader } from "./reader.ts";
import type { ChangeItem } from "./schema.ts";
import type { ChangeRow } from "./store.ts";

/** How a row of the log reads to one reader, wherever it is told: in the feed, in an inbox. */

/** A change, and the one that this reader was given before it in the same establishment. */
export type Followed = ChangeRow & { prevSeq: number };

/** Changes of a page, in each establishment by seq, for a reader who stands at these positions. */
export function follow(changes: readonly ChangeRow[], positions: Positions): Followed[] {
  const given = new Map<string, number>();
  return changes.map((row) => {
    const { establishmentId, seq } = row;
    const prevSeq = given.get(establishmentId) ?? positionIn(positions, establishmentId).given;
    given.set(establishmentId, seq);
    return { ...row, prevSeq };
  });
}

export async function changeItems(tx: ScopedTx, reader: Reader, changes: readonly Followed[]): Promise<ChangeItem[]> {
  // Sent one behind the other in this order, without waiting in between.
  const [places, names] = await Promise.all([
    listPlacesById(tx, [...new Set(changes.flatMap(({ placeIds }) => placeIds))]),
    namesOf(tx, reader, changes),
  ]);
  const zones = new Map(places.map(({ placeId, timeZone }) => [placeId, timeZone]));
  const visibleAt = visibilityOf(reader);
  return changes.map((row) => {
    const visible = visibleAt(row.seq);
    const change = visible !== undefined && hasLeft(row, visible) ? departed(row) : row;
    const placeIds =
      visible === undefined ? change.placeIds : change.placeIds.filter((placeId) => visible.has(placeId));
    // Without a place (the establishment's own record) there is no agenda time either.
    const zone = zones.get(placeIds[0] ?? "") ?? "America/Toronto";
    return {
      establishmentId: change.establishmentId,
      seq: change.seq,
      prevSeq: change.prevSeq,
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
      origin: { actorType: change.actorType, own: isOwn(change, reader) },
      externalId: names.get(change.objectId) ?? null,
    };
  });
}

/** Undefined: everything. SYNC-55: up to the end of a link, what was at its place. */
function visibilityOf({ placeIds, endedLinks }: Reader): (seq: number) => ReadonlySet<string> | undefined {
  if (placeIds === null) return () => undefined;
  const linked = new Set(placeIds);
  if (endedLinks.length === 0) return () => linked;
  return (seq) => new Set([...placeIds, ...endedLinks.filter((each) => seq <= each.seq).map(({ placeId }) => placeId)]);
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
  const [, ...found] = await Promise.all([
    changes.length >= manyRows ? planForSizes(tx) : undefined,
    ...(["slot", "appointment"] as const).map((type) => {
      const objectIds = changes.filter(({ objectType }) => objectType === type).map(({ objectId }) => objectId);
      return namesOfObjects(tx, vendorId, type, [...new Set(objectIds)]);
    }),
  ]);
  return new Map(found.flatMap((names) => [...names]));
}

/** Whether a slot or an appointment has moved to a place that is not this reader's: the first place is where it is now. */
function hasLeft({ objectType, status, placeIds }: ChangeRow, visible: ReadonlySet<string>): boolean {
  const [now] = placeIds;
  const placed = objectType === "appointment" || (objectType === "slot" && status === "complete");
  return placed && now !== undefined && !visible.has(now);
}

/** For a reader of the place it left it is gone, and where it went is not told. */
function departed<Row extends ChangeRow>(change: Row): Row {
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
