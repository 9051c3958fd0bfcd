import type postgres from "postgres";
import type { ChangeItem, ChangePage } from "../src/features/changes/schema.ts";
import type { SnapshotLine, SnapshotObject } from "../src/features/snapshots/schema.ts";

/**
 * What a reader of the feed believes, and what the tables say: the two must be equal whatever happened in between.
 * The mirror is folded from the feed alone, as a vendor would; nothing here shares code with the hub.
 */

/** The objects that take or offer time; their version moves with every write, so equal versions are equal objects. */
export type MirroredType = "slot" | "hold" | "appointment";
const mirroredTypes: readonly string[] = ["slot", "hold", "appointment"] satisfies MirroredType[];

export interface Mirrored {
  objectType: MirroredType;
  version: number;
  professionalId: string | null;
  startAt: number | null;
  endAt: number | null;
  /** Of an appointment; null for the others. */
  status: string | null;
}

export interface Mirror {
  /** By id. A deleted object is not there. */
  readonly objects: ReadonlyMap<string, Mirrored>;
  /** Changes folded, the repeated ones of a restart left out. */
  readonly applied: number;
  /** The last seq of each establishment. */
  readonly lastSeq: ReadonlyMap<string, number>;
  /** Throws when the feed passes over a change, tells one twice differently, or lets an object's version go back. */
  apply(page: ChangePage): void;
}

/**
 * @param snapshot what it begins with: it may be newer than the first changes that follow, which then say nothing new. An
 * object may have been read twice, after it moved, or be read and deleted meanwhile.
 */
export function createMirror(snapshot: readonly SnapshotLine[] = []): Mirror {
  const objects = new Map<string, Mirrored>();
  const lastSeq = new Map<string, number>();
  const versions = new Map<string, number>();
  const read = new Map<string, number>();
  let applied = 0;
  for (const line of snapshot) {
    if (line.type === "end" || line.objectType === "service") continue;
    if (line.version <= (read.get(line.objectId) ?? 0)) continue;
    read.set(line.objectId, line.version);
    objects.set(line.objectId, mirroredObject(line));
  }

  function applyOne(change: ChangeItem): void {
    const { establishmentId, seq, prevSeq, objectId, version } = change;
    const last = lastSeq.get(establishmentId) ?? 0;
    // Given again, after a restart from an older cursor.
    if (seq <= last) return;
    if (prevSeq !== last)
      throw new Error(`seq ${String(seq)} follows ${String(prevSeq)}, the last one was ${String(last)}`);
    lastSeq.set(establishmentId, seq);
    applied += 1;
    if (!isMirrored(change)) return;
    const gone = change.operation === "deleted";
    // The tail tells again what the snapshot has shown already, also that an object was away meanwhile.
    const shown = read.get(objectId) ?? 0;
    if (gone ? version < shown : version <= shown) return;
    const known = versions.get(objectId) ?? 0;
    if (gone ? version < known : version <= known)
      throw new Error(`${objectId}: version ${String(version)} after ${String(known)}`);
    versions.set(objectId, version);
    if (gone) objects.delete(objectId);
    else objects.set(objectId, mirrored(change));
  }

  return {
    objects,
    lastSeq,
    get applied() {
      return applied;
    },
    apply(page) {
      page.items.forEach(applyOne);
    },
  };
}

/** The whole feed from its beginning into an empty mirror. `follow` asks for a page: GET /v1/changes?cursor=… */
export async function replay(follow: (cursor: string | undefined) => Promise<ChangePage>): Promise<Mirror> {
  const mirror = createMirror();
  let cursor: string | undefined;
  for (;;) {
    const page = await follow(cursor);
    mirror.apply(page);
    if (page.caughtUp) return mirror;
    cursor = page.nextCursor;
  }
}

/** The same, from the tables: of all establishments, of one, or of a place. `sql` is the owner's or a superuser's connection. */
export async function mirrorOfTables(
  sql: postgres.Sql,
  establishmentId?: string,
  placeId?: string,
): Promise<Map<string, Mirrored>> {
  const rows = await sql<(Mirrored & { objectId: string })[]>`
    SELECT * FROM (
      SELECT establishment_id, place_id, slot_id AS "objectId", 'slot' AS "objectType", version, professional_id AS "professionalId",
        (extract(epoch FROM start_at) * 1000)::float8 AS "startAt", (extract(epoch FROM end_at) * 1000)::float8 AS "endAt",
        NULL AS status
      FROM slot
      UNION ALL
      SELECT establishment_id, place_id, hold_id, 'hold', version, professional_id, (extract(epoch FROM start_at) * 1000)::float8,
        (extract(epoch FROM end_at) * 1000)::float8, NULL
      FROM hold
      UNION ALL
      SELECT establishment_id, place_id, appointment_id, 'appointment', version, professional_id,
        (extract(epoch FROM start_at) * 1000)::float8, (extract(epoch FROM end_at) * 1000)::float8, status
      FROM appointment
    ) AS object
    WHERE (${establishmentId ?? null}::text IS NULL OR establishment_id = ${establishmentId ?? null})
      AND (${placeId ?? null}::text IS NULL OR place_id = ${placeId ?? null})`;
  return new Map(
    rows.map(({ objectId, objectType, version, professionalId, startAt, endAt, status }) => [
      objectId,
      { objectType, version, professionalId, startAt, endAt, status },
    ]),
  );
}

function isMirrored(change: ChangeItem): change is ChangeItem & { objectType: MirroredType } {
  return mirroredTypes.includes(change.objectType);
}

function mirroredObject({ objectType, object, version }: Exclude<SnapshotObject, { objectType: "service" }>): Mirrored {
  const { professionalId, startAt, endAt } = object;
  const status = objectType === "appointment" ? object.status : null;
  return { objectType, version, professionalId, startAt: Date.parse(startAt), endAt: Date.parse(endAt), status };
}

function mirrored(change: ChangeItem & { objectType: MirroredType }): Mirrored {
  const { objectType, version, professionalId, startAt, endAt } = change;
  return {
    objectType,
    version,
    professionalId,
    startAt: startAt === null ? null : Date.parse(startAt),
    endAt: endAt === null ? null : Date.parse(endAt),
    status: objectType === "appointment" ? change.status : null,
  };
}
