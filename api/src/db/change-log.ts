import type { Instant } from "../clock.ts";
import type { Actor } from "../domain/actor.ts";
import type { ScopedTx } from "./scope.ts";

export const changeObjects = [
  "establishment",
  "place",
  "machineLink",
  "employee",
  "professional",
  "service",
  "serviceGroup",
  "scheduleTemplate",
  "emailCustomisation",
  "messageCustomisation",
  "workGroup",
  "consultationReason",
  "slot",
  "hold",
  "appointment",
] as const;
export type ChangeObject = (typeof changeObjects)[number];

/** One change as a writer announces it. Times, status and names of fields; never patient data. */
export interface Change {
  establishmentId: string;
  objectType: ChangeObject;
  objectId: string;
  operation: "created" | "updated" | "deleted";
  version: number;
  /** The places whose readers may see it. */
  placeIds: readonly string[];
  professionalId?: string;
  startAt?: Instant;
  endAt?: Instant;
  status?: string;
  changed?: readonly string[];
}

/** Who caused a change, as the log keeps it. */
export type Author = Actor | { kind: "system" };

/** As the columns of the log hold it. */
export function authorColumns(author: Author): { type: string; id: string | null; vendor: string | null } {
  switch (author.kind) {
    case "machine":
      return { type: "machine", id: author.machineId, vendor: author.vendorId };
    case "employee":
      return { type: "employee", id: author.employeeId, vendor: null };
    case "operator":
      return { type: "operator", id: author.operatorId, vendor: null };
    case "nurse":
      return { type: "nurse", id: author.nurseId, vendor: null };
    case "citizen":
    case "system":
      return { type: author.kind, id: null, vendor: null };
  }
}

/** A change and who caused it, when one transaction settles the commands of several callers. */
export interface Announcement {
  author: Author;
  change: Change;
}

/**
 * Appends to the log with the next numbers of each establishment's sequence. Call it last in a transaction: it locks
 * the counters (always in the same order), and what is locked until the commit should be locked briefly.
 */
export async function announce(tx: ScopedTx, at: Instant, announcements: readonly Announcement[]): Promise<void> {
  if (announcements.length === 0) return;
  const ordered = announcements
    .map((announcement, position) => ({ ...announcement, position }))
    .sort((a, b) => compare(a.change.establishmentId, b.change.establishmentId) || a.position - b.position);
  const rows = ordered.map(({ author, change }, ordinal) => {
    const by = authorColumns(author);
    return {
      ordinal,
      establishment_id: change.establishmentId,
      object_type: change.objectType,
      object_id: change.objectId,
      operation: change.operation,
      version: change.version,
      place_ids: change.placeIds,
      professional_id: change.professionalId ?? null,
      start_at: isoOrNull(change.startAt),
      end_at: isoOrNull(change.endAt),
      status: change.status ?? null,
      changed: change.changed ?? [],
      actor_type: by.type,
      actor_id: by.id,
      vendor_id: by.vendor,
    };
  });
  await tx.sql`
    WITH announced AS MATERIALIZED (
      SELECT *, row_number() OVER (PARTITION BY establishment_id ORDER BY ordinal) AS step
      FROM jsonb_to_recordset(${tx.sql.json(rows)}) AS r(
        ordinal integer, establishment_id text, object_type text, object_id text, operation text, version integer,
        place_ids text[], professional_id text, start_at timestamptz, end_at timestamptz, status text, changed text[],
        actor_type text, actor_id text, vendor_id text)
    ), wanted AS MATERIALIZED (
      SELECT c.establishment_id FROM change_counter c
      WHERE c.establishment_id IN (SELECT establishment_id FROM announced)
      ORDER BY c.establishment_id FOR UPDATE
    ), counted AS (
      UPDATE change_counter c
      SET last_seq = c.last_seq + n.rows
      FROM (SELECT establishment_id, count(*) AS rows FROM announced GROUP BY establishment_id) n, wanted w
      WHERE c.establishment_id = n.establishment_id AND w.establishment_id = c.establishment_id
      RETURNING c.establishment_id, c.last_seq - n.rows AS before
    )
    INSERT INTO change (establishment_id, seq, at, object_type, object_id, operation, version, place_ids,
      professional_id, start_at, end_at, status, changed, actor_type, actor_id, vendor_id)
    SELECT a.establishment_id, c.before + a.step, ${at}, a.object_type, a.object_id, a.operation, a.version, a.place_ids,
      a.professional_id, a.start_at, a.end_at, a.status, a.changed, a.actor_type, a.actor_id, a.vendor_id
    FROM announced a JOIN counted c USING (establishment_id)`;
}

/**
 * The version with which an object that bears a name of its own was last seen, 0 if never: a text deleted and written
 * again goes on counting, or whoever still holds the first one's version would overwrite the second unseen. Good for as
 * long as the log is kept.
 */
export async function lastVersionOf(
  tx: ScopedTx,
  { establishmentId, objectType, objectId }: Pick<Change, "establishmentId" | "objectType" | "objectId">,
): Promise<number> {
  const [last] = await tx.sql<{ version: number }[]>`
    SELECT version FROM change
    WHERE establishment_id = ${establishmentId} AND object_id = ${objectId} AND object_type = ${objectType}
    ORDER BY seq DESC LIMIT 1`;
  return last?.version ?? 0;
}

function isoOrNull(at: Instant | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
