import type { ScopedTx } from "../../db/scope.ts";
import type { Appointment } from "../../domain/appointment.ts";
import type { AppointmentKind } from "../../domain/attention.ts";
import { agendaColumn } from "../appointments/store.ts";

/** A professional who has a last day, or whose record is deleted. */
export interface GoneProfessional {
  professionalId: string;
  /** `YYYY-MM-DD` */
  departureDate: string | null;
  deletedAt: number | null;
}

export async function listGoneProfessionals(tx: ScopedTx, establishmentId: string): Promise<GoneProfessional[]> {
  return tx.sql<GoneProfessional[]>`
    SELECT p.professional_id AS "professionalId", p.departure_date AS "departureDate", e.deleted_at AS "deletedAt"
    FROM professional p
    LEFT JOIN LATERAL (SELECT deleted_at FROM employee e
      WHERE e.establishment_id = p.establishment_id AND e.employee_id = p.employee_id LIMIT 1) e ON true
    WHERE p.establishment_id = ${establishmentId} AND (p.departure_date IS NOT NULL OR e.deleted_at IS NOT NULL)
    ORDER BY p.professional_id`;
}

export interface AttentionRow {
  kind: AppointmentKind;
  appointmentId: string;
  version: number;
  professionalId: string;
  startAt: number;
  agenda: Appointment["agenda"];
  /** Of a double booking: what it overlaps, wherever that is. */
  overlapping: { appointmentId: string; placeId: string }[];
}

/** What a cursor of the list holds: the item it comes after. */
export interface AttentionPosition {
  startAt: number;
  appointmentId: string;
  kind: string;
}

export interface AttentionFilter {
  establishmentId: string;
  placeId: string;
  now: number;
  /** Null: everybody's agenda at the place. */
  readable: readonly string[] | null;
  /** From when the place has ended; null: it has no last day. */
  endedFrom: number | null;
  /** From when professionals are gone. */
  gone: readonly { professionalId: string; from: number }[];
}

/** Nothing that takes time takes more than a day (appointment_at_most_a_day). */
const reachMs = 86_400_000;

/**
 * SYNC-17, SYNC-18: active appointments at a place that are not past and want attention, one row for each reason, by
 * start, id and kind, after a position.
 *
 * Whatever goes beyond a professional's capacity has one on a seat above it, for no two that overlap share a seat: from
 * these few (appointment_beside_another) the double bookings are found, not from all. isOverbooked (domain/attention.ts)
 * defines them, and a test holds the two equal. Each other kind is an index scan of the rows that are of it, up to a page.
 * OFFSET 0 and LIMIT say so to the planner, which cannot estimate what row-level security lets through. Measured with
 * 20,000 appointments to come at a place: 2.3 ms when 20 of them are booked beside another, 15 ms when 200 are, 10 ms
 * when all of them are at a place that has ended.
 */
export async function listAttention(
  tx: ScopedTx,
  { establishmentId, placeId, now, readable, endedFrom, gone }: AttentionFilter,
  after: AttentionPosition | undefined,
  limit: number,
): Promise<AttentionRow[]> {
  const { sql } = tx;
  const from = Math.max(now, after?.startAt ?? now);
  const here = sql`a.establishment_id = ${establishmentId} AND a.place_id = ${placeId} AND a.status = 'active'
    AND (${readable === null} OR a.professional_id = ANY (${[...(readable ?? [])]}::text[]))`;
  const paged = (kind: AppointmentKind) =>
    sql`${
      after === undefined
        ? sql``
        : sql`AND (a.start_at, a.appointment_id, ${kind}::text COLLATE "C") > (${after.startAt}, ${after.appointmentId}, ${after.kind})`
    } ORDER BY a.start_at, a.appointment_id LIMIT ${limit}`;
  return sql<AttentionRow[]>`
    WITH crowded AS MATERIALIZED (
      SELECT a.professional_id, a.start_at, a.end_at, p.capacity FROM appointment a
      CROSS JOIN LATERAL (SELECT capacity FROM professional p
        WHERE p.establishment_id = a.establishment_id AND p.professional_id = a.professional_id LIMIT 1) p
      WHERE a.establishment_id = ${establishmentId} AND a.status = 'active' AND a.seat > 1
        AND a.start_at > ${from - reachMs} AND a.end_at > ${from} AND a.seat > p.capacity
    ), crowding AS MATERIALIZED (
      SELECT DISTINCT a.appointment_id, a.professional_id, a.start_at, a.end_at, c.capacity
      FROM crowded c CROSS JOIN LATERAL (
        SELECT * FROM appointment a WHERE a.professional_id = c.professional_id
          AND a.start_at > c.start_at - interval '24 hours' AND a.start_at >= ${from} AND a.start_at < c.end_at
          AND a.end_at > c.start_at AND ${here} OFFSET 0) a
    ), crowd AS MATERIALIZED (
      SELECT a.appointment_id, a.start_at FROM crowding a
      CROSS JOIN LATERAL (SELECT greatest(y.start_at, a.start_at) AS at FROM appointment y
        WHERE y.establishment_id = ${establishmentId} AND y.professional_id = a.professional_id AND y.status = 'active'
          AND y.start_at > a.start_at - interval '24 hours' AND y.start_at < a.end_at AND y.end_at > a.start_at
        OFFSET 0) y
      CROSS JOIN LATERAL (SELECT count(*) AS running FROM appointment z
        WHERE z.establishment_id = ${establishmentId} AND z.professional_id = a.professional_id AND z.status = 'active'
          AND z.start_at > y.at - interval '24 hours' AND z.start_at <= y.at AND z.end_at > y.at OFFSET 0) z
      WHERE z.running > a.capacity
      GROUP BY a.appointment_id, a.start_at
    ), listed AS MATERIALIZED (
      (SELECT 'doubleBooking' AS kind, a.appointment_id, a.start_at FROM crowd a WHERE true ${paged("doubleBooking")})
      UNION ALL
      (SELECT 'agendaRejected', a.appointment_id, a.start_at FROM appointment a
      WHERE ${here} AND a.agenda_status = 'rejected' AND a.start_at >= ${from} ${paged("agendaRejected")})
      UNION ALL
      (SELECT 'agendaTimedOut', a.appointment_id, a.start_at FROM appointment a
      WHERE ${here} AND a.agenda_status = 'timedOut' AND a.start_at >= ${from} ${paged("agendaTimedOut")})
      UNION ALL
      (SELECT 'notAtWorkPlace', a.appointment_id, a.start_at FROM professional p
      CROSS JOIN LATERAL (SELECT * FROM appointment a WHERE a.professional_id = p.professional_id
        AND a.start_at >= ${from} AND ${here} ${paged("notAtWorkPlace")}) a
      WHERE p.establishment_id = ${establishmentId} AND NOT EXISTS (SELECT FROM professional_place w
        WHERE w.establishment_id = p.establishment_id AND w.professional_id = p.professional_id AND w.place_id = ${placeId}))
      UNION ALL
      (SELECT 'placeEnded', a.appointment_id, a.start_at FROM appointment a
      WHERE ${here} AND ${endedFrom !== null} AND a.start_at >= ${Math.max(from, endedFrom ?? from)} ${paged("placeEnded")})
      UNION ALL
      (SELECT 'professionalLeft', a.appointment_id, a.start_at
      FROM unnest(${gone.map(({ professionalId }) => professionalId)}::text[],
        ${gone.map((each) => isoOf(Math.max(from, each.from)))}::timestamptz[]) AS g(professional_id, from_at)
      CROSS JOIN LATERAL (SELECT * FROM appointment a WHERE a.professional_id = g.professional_id
        AND a.start_at >= g.from_at AND ${here} ${paged("professionalLeft")}) a)
    ), page AS MATERIALIZED (
      SELECT * FROM listed ORDER BY start_at, appointment_id, kind COLLATE "C" LIMIT ${limit}
    )
    SELECT page.kind, a.appointment_id AS "appointmentId", a.version, a.professional_id AS "professionalId",
      a.start_at AS "startAt", ${agendaColumn(tx)} AS agenda,
      CASE WHEN page.kind = 'doubleBooking' THEN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('appointmentId', o.appointment_id, 'placeId', o.place_id)
          ORDER BY o.start_at, o.appointment_id), '[]')
        FROM appointment o
        WHERE o.establishment_id = a.establishment_id AND o.professional_id = a.professional_id AND o.status = 'active'
          AND o.start_at > a.start_at - interval '24 hours' AND o.start_at < a.end_at AND o.end_at > a.start_at
          AND o.appointment_id <> a.appointment_id) ELSE '[]' END AS overlapping
    FROM page CROSS JOIN LATERAL (SELECT * FROM appointment a
      WHERE a.establishment_id = ${establishmentId} AND a.appointment_id = page.appointment_id LIMIT 1) a
    ORDER BY page.start_at, page.appointment_id, page.kind COLLATE "C"`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
