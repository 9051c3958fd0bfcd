import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { answerFields } from "../../domain/inbox.ts";
import type { TimeZone } from "../../domain/time.ts";

export interface ActivityFilter {
  establishmentId: string;
  placeId: string;
  timeZone: TimeZone;
  /** Local dates, `to` excluded, and the instants at which they begin. */
  from: string;
  to: string;
  startAt: Instant;
  endAt: Instant;
  /** Null: everybody's agenda at the place. */
  readable: readonly string[] | null;
}

export interface ActivityRow {
  date: string;
  actorType: "employee" | "machine";
  actorId: string;
  actorName: string | null;
  professionalId: string;
  readings: number;
  lastReadAt: Instant | null;
  writes: number;
  lastWrittenAt: Instant | null;
}

export type ActivityPosition = Pick<ActivityRow, "date" | "actorType" | "actorId" | "professionalId">;

/** Who was shown an agenda of the place, and who wrote it; an answer of agenda software is none (SYNC-51). */
function activity(
  { sql }: ScopedTx,
  { establishmentId, placeId, timeZone, from, to, startAt, endAt, readable }: ActivityFilter,
) {
  const readableHere = sql`(${readable === null} OR professional_id = ANY (${[...(readable ?? [])]}::text[]))`;
  return sql`
    read AS (
      SELECT local_date AS date, actor_type, actor_id, professional_id, readings, last_at FROM agenda_reading
      WHERE establishment_id = ${establishmentId} AND place_id = ${placeId} AND local_date >= ${from}::date
        AND local_date < ${to}::date AND ${readableHere}
    ), written AS (
      SELECT (c.at AT TIME ZONE ${timeZone})::date AS date, c.actor_type COLLATE "C" AS actor_type,
        c.actor_id COLLATE "C" AS actor_id, c.professional_id, count(*)::integer AS writes, max(c.at) AS last_at
      FROM change c
      WHERE c.establishment_id = ${establishmentId} AND c.at >= ${startAt} AND c.at < ${endAt}
        AND c.object_type IN ('slot', 'appointment') AND c.place_ids && ARRAY[${placeId}] AND c.professional_id IS NOT NULL
        AND c.actor_type IN ('employee', 'machine') AND ${readableHere}
        AND NOT (c.operation = 'updated' AND c.changed <> '{}' AND c.changed <@ ${[...answerFields]}::text[])
      GROUP BY 1, 2, 3, 4
    ), done AS (
      SELECT date, actor_type, actor_id, professional_id, coalesce(r.readings, 0) AS readings, r.last_at AS read_at,
        coalesce(w.writes, 0) AS writes, w.last_at AS written_at
      FROM read r FULL JOIN written w USING (date, actor_type, actor_id, professional_id)
    )`;
}

/** The latest day first, by actor and agenda. */
export async function listActivity(
  tx: ScopedTx,
  filter: ActivityFilter,
  after: ActivityPosition | undefined,
  limit: number,
): Promise<ActivityRow[]> {
  const { sql } = tx;
  return sql<ActivityRow[]>`
    WITH ${activity(tx, filter)}
    SELECT d.date, d.actor_type AS "actorType", d.actor_id AS "actorId", d.professional_id AS "professionalId", d.readings,
      d.read_at AS "lastReadAt", d.writes, d.written_at AS "lastWrittenAt",
      CASE d.actor_type
        WHEN 'machine' THEN (SELECT m.name FROM machine m WHERE m.machine_id = d.actor_id)
        ELSE (SELECT e.first_name || ' ' || e.last_name FROM employee e
          WHERE e.establishment_id = ${filter.establishmentId} AND e.employee_id = d.actor_id) END AS "actorName"
    FROM done d
    WHERE ${after === undefined} OR d.date < ${after?.date ?? filter.to}::date OR (d.date = ${after?.date ?? filter.to}::date
      AND (d.actor_type, d.actor_id, d.professional_id)
        > (${after?.actorType ?? ""}::text, ${after?.actorId ?? ""}::text, ${after?.professionalId ?? ""}::text))
    ORDER BY d.date DESC, d.actor_type, d.actor_id, d.professional_id LIMIT ${limit}`;
}

export interface MachineActivity {
  name: string;
  lastReadAt: Instant | null;
  lastWrittenAt: Instant | null;
  inboxWaiting: number;
  inboxWaitingSince: Instant | null;
}

/** What the software of the place did in these days, and what of its inbox it has yet to answer. */
export async function getMachineActivity(
  tx: ScopedTx,
  machineId: string,
  filter: ActivityFilter,
): Promise<MachineActivity> {
  const [row] = await tx.sql<MachineActivity[]>`
    WITH ${activity(tx, filter)}, own AS (
      SELECT max(read_at) AS read_at, max(written_at) AS written_at FROM done
      WHERE actor_type = 'machine' AND actor_id = ${machineId}
    ), waiting AS (
      SELECT count(*)::integer AS items, min(at) AS since FROM inbox_item
      WHERE establishment_id = ${filter.establishmentId} AND place_id = ${filter.placeId} AND machine_id = ${machineId}
        AND answer IS NULL
    )
    SELECT m.name, o.read_at AS "lastReadAt", o.written_at AS "lastWrittenAt", w.items AS "inboxWaiting",
      w.since AS "inboxWaitingSince"
    FROM machine m, own o, waiting w WHERE m.machine_id = ${machineId}`;
  if (row === undefined) throw new Error("a link has a machine");
  return row;
}
