import type { AgendaSpan } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import type { Appointment } from "../../domain/appointment.ts";
import type { TimeZone } from "../../domain/time.ts";

/**
 * Nothing that takes time takes more than a day (appointment_at_most_a_day): what overlaps an instant starts at most
 * so long before it. Bounds are plain columns, so that an index serves them under row-level security.
 */
const reachMs = 86_400_000;

export function appointmentColumns(tx: ScopedTx) {
  return tx.sql`
    a.establishment_id AS "establishmentId", a.appointment_id AS "appointmentId", a.reference_number AS "referenceNumber",
    a.professional_id AS "professionalId", a.place_id AS "placeId", a.start_at AS "startAt", a.end_at AS "endAt", a.seat,
    a.status, a.appointment_type AS "appointmentType", a.attendance, a.nam_index AS "namIndex",
    a.nam_encrypted AS "namEncrypted", a.nam_matched AS "namMatched", a.first_name AS "firstName",
    a.last_name AS "lastName", a.sex, a.birth_date AS "birthDate", a.home_phone AS "homePhone",
    a.mobile_phone AS "mobilePhone", a.email, a.communication_modes AS "communicationModes",
    a.communication_language AS "communicationLanguage", a.consultation_reason AS "consultationReason",
    a.clinic_note AS "clinicNote", a.patient_note AS "patientNote",
    a.professional_name_visible AS "professionalNameVisible",
    jsonb_build_object('value', a.cancellation_value, 'unit', a.cancellation_unit) AS "cancellationDelay",
    jsonb_build_object('type', a.author_type, 'id', a.author_id, 'label', a.author_label) AS author,
    CASE WHEN a.nurse_name IS NOT NULL
      THEN jsonb_build_object('name', a.nurse_name, 'mention', a.nurse_mention) END AS nurse,
    a.imported, a.cancelled_at AS "cancelledAt", a.cancelled_by AS "cancelledBy",
    ${agendaColumn(tx)} AS agenda, a.version, a.created_at AS "createdAt"`;
}

/** SYNC-46 */
export function agendaColumn({ sql }: ScopedTx) {
  return sql`CASE WHEN a.agenda_status IS NOT NULL THEN jsonb_build_object('status', a.agenda_status,
    'reason', a.agenda_reason, 'since', (extract(epoch FROM a.agenda_since) * 1000)::bigint,
    'askedVersion', a.agenda_version, 'answerBy', (extract(epoch FROM a.agenda_answer_by) * 1000)::bigint) END`;
}

/** Of these ids, those the scope may see, cancelled ones included. */
export async function listAppointmentsById(tx: ScopedTx, appointmentIds: readonly string[]): Promise<Appointment[]> {
  if (appointmentIds.length === 0) return [];
  return tx.sql<Appointment[]>`
    SELECT ${appointmentColumns(tx)} FROM appointment a
    WHERE a.appointment_id = ANY (${[...appointmentIds]}::text[]) ORDER BY a.appointment_id`;
}

/** Active ones that overlap a span of their professional. OFFSET 0: one index scan a span, never the whole table. */
export async function listAppointmentsIn(tx: ScopedTx, spans: readonly AgendaSpan[]): Promise<Appointment[]> {
  if (spans.length === 0) return [];
  return tx.sql<Appointment[]>`
    SELECT DISTINCT ON (a.establishment_id, a.appointment_id) ${appointmentColumns(tx)}
    FROM unnest(${spans.map(({ establishmentId }) => establishmentId)}::text[],
        ${spans.map(({ professionalId }) => professionalId)}::text[],
        ${spans.map(({ startAt }) => isoOf(startAt - reachMs))}::timestamptz[],
        ${spans.map(({ startAt }) => isoOf(startAt))}::timestamptz[],
        ${spans.map(({ endAt }) => isoOf(endAt))}::timestamptz[])
      AS s(establishment_id, professional_id, reach_at, start_at, end_at)
    CROSS JOIN LATERAL (
      SELECT * FROM appointment WHERE establishment_id = s.establishment_id AND professional_id = s.professional_id
        AND start_at >= s.reach_at AND start_at < s.end_at AND end_at > s.start_at AND status = 'active' OFFSET 0) a`;
}

/** An appointment and what of it depends on its surroundings at the moment of reading. */
export type AppointmentReading = Appointment & {
  timeZone: TimeZone;
  pastLimitDays: number;
  slotId: string | null;
  concurrent: boolean;
  /** The vendor's own identifier of it. */
  externalId: string | null;
};

/** What a cursor of a list of appointments holds. */
export interface AppointmentPosition {
  startAt: number;
  appointmentId: string;
}

/** slotOf (domain/placement.ts) and APPT-08 as SQL; a test holds them equal to what the lane answers. */
export function readings(tx: ScopedTx, vendorId: string | null) {
  return tx.sql`
    ${appointmentColumns(tx)}, p.time_zone AS "timeZone", e.past_limit_days AS "pastLimitDays",
    (SELECT s.slot_id FROM slot s
      WHERE s.establishment_id = a.establishment_id AND s.professional_id = a.professional_id
        AND s.start_at > a.start_at - interval '25 hours' AND s.start_at <= a.start_at AND s.end_at > a.start_at
        AND (s.place_id = a.place_id OR s.place_id IS NULL)
      ORDER BY s.place_id IS NULL, s.start_at, s.slot_id LIMIT 1) AS "slotId",
    a.status = 'active' AND EXISTS (SELECT 1 FROM appointment o
      WHERE o.establishment_id = a.establishment_id AND o.professional_id = a.professional_id
        AND o.start_at = a.start_at AND o.status = 'active' AND o.appointment_id <> a.appointment_id) AS concurrent,
    (SELECT b.external_id FROM external_binding b
      WHERE b.establishment_id = a.establishment_id AND b.vendor_id = ${vendorId} AND b.object_type = 'appointment'
        AND b.object_id = a.appointment_id) AS "externalId"`;
}

function joined(tx: ScopedTx) {
  return tx.sql`appointment a
    JOIN place p ON p.establishment_id = a.establishment_id AND p.place_id = a.place_id
    JOIN establishment e ON e.establishment_id = a.establishment_id`;
}

/**
 * What the reader may see, twice when it is not everything: first by professionals or places alone, which an index can
 * serve and whose number the planner knows, then exactly.
 */
export function readableBy({ sql }: ScopedTx, { everything, professionalIds, placeIds, pairs }: AgendaFilter) {
  if (everything) return sql``;
  const [professionals, places] = [pairs.map((pair) => pair.professionalId), pairs.map((pair) => pair.placeId)];
  const anybody = [...new Set([...professionalIds, ...professionals])];
  const roughly =
    placeIds.length === 0
      ? sql`AND a.professional_id = ANY (${anybody}::text[])`
      : anybody.length === 0
        ? sql`AND a.place_id = ANY (${placeIds}::text[])`
        : sql``;
  return sql`${roughly}
    AND (a.professional_id = ANY (${professionalIds}::text[]) OR a.place_id = ANY (${placeIds}::text[])
      OR EXISTS (
        SELECT 1 FROM unnest(${professionals}::text[], ${places}::text[]) AS g(professional_id, place_id)
        WHERE g.professional_id = a.professional_id AND g.place_id = a.place_id))`;
}

/** Of these ids, those the scope may see, as a vendor reads them. */
export async function readAppointmentsById(
  tx: ScopedTx,
  appointmentIds: readonly string[],
  vendorId: string | null,
): Promise<AppointmentReading[]> {
  if (appointmentIds.length === 0) return [];
  return tx.sql<AppointmentReading[]>`
    SELECT ${readings(tx, vendorId)} FROM ${joined(tx)}
    WHERE a.establishment_id = ANY (${[...tx.establishments]}::text[])
      AND a.appointment_id = ANY (${[...appointmentIds]}::text[])
    ORDER BY a.start_at, a.appointment_id`;
}

/**
 * SEARCH-27: active ones (or all, when a snapshot lists what was cancelled too) that the reader may see and that overlap
 * a window, by start and id, after a position.
 */
export async function readAppointments(
  tx: ScopedTx,
  readable: AgendaFilter,
  filter: {
    professionalId?: string | undefined;
    placeId?: string | undefined;
    from?: number;
    to?: number;
    cancelledToo?: true;
  },
  vendorId: string | null,
  after: AppointmentPosition | undefined,
  limit: number,
): Promise<AppointmentReading[]> {
  const { sql } = tx;
  const { professionalId, placeId, from, to, cancelledToo } = filter;
  return sql<AppointmentReading[]>`
    SELECT ${readings(tx, vendorId)} FROM ${joined(tx)}
    WHERE a.establishment_id = ANY (${[...tx.establishments]}::text[])
      ${cancelledToo ? sql`` : sql`AND a.status = 'active'`}
      ${professionalId === undefined ? sql`` : sql`AND a.professional_id = ${professionalId}`}
      ${placeId === undefined ? sql`` : sql`AND a.place_id = ${placeId}`}
      ${from === undefined ? sql`` : sql`AND a.start_at > ${from - reachMs} AND a.end_at > ${from}`}
      ${to === undefined ? sql`` : sql`AND a.start_at < ${to}`}
      ${after === undefined ? sql`` : sql`AND (a.start_at, a.appointment_id) > (${after.startAt}, ${after.appointmentId})`}
      ${readableBy(tx, readable)}
    ORDER BY a.start_at, a.appointment_id LIMIT ${limit}`;
}

/**
 * VIEW-01, CANCEL-01: active ones that overlap a span of their professional, by start and id, as a vendor reads them. Measured with
 * 9,000 of one establishment: the 300 of a day of 50 professionals in 7 ms, the 6 of one in 1.3 ms. Plan: an index scan
 * of appointment_of_professional for each span, then one look-up for each of an appointment's surroundings.
 */
export async function readAppointmentsIn(
  tx: ScopedTx,
  spans: readonly AgendaSpan[],
  vendorId: string | null,
): Promise<AppointmentReading[]> {
  if (spans.length === 0) return [];
  return tx.sql<AppointmentReading[]>`
    SELECT ${readings(tx, vendorId)}
    FROM unnest(${spans.map(({ establishmentId }) => establishmentId)}::text[],
        ${spans.map(({ professionalId }) => professionalId)}::text[],
        ${spans.map(({ startAt }) => isoOf(startAt - reachMs))}::timestamptz[],
        ${spans.map(({ startAt }) => isoOf(startAt))}::timestamptz[],
        ${spans.map(({ endAt }) => isoOf(endAt))}::timestamptz[])
      AS s(establishment_id, professional_id, reach_at, start_at, end_at)
    CROSS JOIN LATERAL (
      SELECT * FROM appointment WHERE establishment_id = s.establishment_id AND professional_id = s.professional_id
        AND start_at >= s.reach_at AND start_at < s.end_at AND end_at > s.start_at AND status = 'active' OFFSET 0) a
    CROSS JOIN LATERAL (SELECT time_zone FROM place l
      WHERE l.establishment_id = a.establishment_id AND l.place_id = a.place_id LIMIT 1) p
    CROSS JOIN LATERAL (SELECT past_limit_days FROM establishment o
      WHERE o.establishment_id = a.establishment_id LIMIT 1) e
    ORDER BY a.start_at, a.appointment_id`;
}

export interface CitizenDay {
  namIndex: string;
  /** `YYYY-MM-DD` */
  localDate: string;
}

/** APPT-11: how many active appointments each person has on each date, over all establishments; days without a row are 0. */
export async function listCitizenDays(
  tx: ScopedTx,
  days: readonly CitizenDay[],
): Promise<(CitizenDay & { appointments: number })[]> {
  if (days.length === 0) return [];
  return tx.sql<(CitizenDay & { appointments: number })[]>`
    SELECT d.nam_index AS "namIndex", d.local_date AS "localDate", d.appointments
    FROM unnest(${days.map(({ namIndex }) => namIndex)}::text[], ${days.map(({ localDate }) => localDate)}::date[])
      AS w(nam_index, local_date)
    JOIN citizen_day d ON d.nam_index = w.nam_index AND d.local_date = w.local_date`;
}

/** APPT-11: the local dates on which each person has an active appointment. */
export async function listBookedDates(
  tx: ScopedTx,
  namIndexes: readonly string[],
): Promise<Map<string, ReadonlySet<string>>> {
  if (namIndexes.length === 0) return new Map();
  const rows = await tx.sql<{ namIndex: string; dates: string[] }[]>`
    SELECT nam_index AS "namIndex", jsonb_agg(local_date) AS dates FROM citizen_day
    WHERE nam_index = ANY (${[...namIndexes]}::text[]) AND appointments > 0 GROUP BY nam_index`;
  return new Map(rows.map(({ namIndex, dates }) => [namIndex, new Set(dates)]));
}

/** Sets the counts, known under the locks of these days. */
export async function putCitizenDays(
  tx: ScopedTx,
  days: readonly (CitizenDay & { appointments: number })[],
): Promise<void> {
  if (days.length === 0) return;
  await tx.sql`
    INSERT INTO citizen_day (nam_index, local_date, appointments)
    SELECT * FROM unnest(${days.map(({ namIndex }) => namIndex)}::text[],
      ${days.map(({ localDate }) => localDate)}::date[], ${days.map(({ appointments }) => appointments)}::integer[])
    ON CONFLICT (nam_index, local_date) DO UPDATE SET appointments = excluded.appointments`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
