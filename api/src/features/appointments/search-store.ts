import type { ScopedTx } from "../../db/scope.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import { emailKey, nameKey, phoneKey } from "../../domain/appointment-search.ts";
import type { ConsultationReason } from "../../domain/reason.ts";
import type { TimeZone } from "../../domain/time.ts";
import { readableBy, readings } from "./store.ts";
import type { AppointmentPosition, AppointmentReading } from "./store.ts";

/** SEARCH-20: what is looked for; what is absent does not matter. */
export interface SearchedFor {
  referenceNumber?: string | undefined;
  namIndex?: string | undefined;
  firstName?: string | undefined;
  lastName?: string | undefined;
  birthDate?: string | undefined;
  email?: string | undefined;
  mobilePhone?: string | undefined;
  homePhone?: string | undefined;
  consultationReason?: ConsultationReason | undefined;
  /** The first start that counts, and the first that does not, in each zone; null: open. */
  from: Readonly<Record<TimeZone, number | null>>;
  to: Readonly<Record<TimeZone, number | null>>;
}

/** Behind every name that begins with a prefix, in the order of the C collation: no character comes after it. */
const last = "\u{10ffff}";

/**
 * SEARCH-20 to SEARCH-27: active ones that the reader may see, by start and id, after a position. Names by their
 * beginning, everything else as a whole; all of it AND.
 *
 * One establishment after the other, because only an equality lets the planner walk the starts of a clinic in their
 * order. Measured (EXPLAIN ANALYZE, arrimage_runtime, row-level security) in an establishment of 200,000 appointments of
 * 200 professionals, a page of 100: a number, an address, a phone, a birth date or a rare name in 0.1 to 0.3 ms (an index
 * of its own for each), a name that 17,000 bear in 2.7, a prefix of one letter or dates alone in 1.5 (both by start,
 * until the page is full). Somebody who reads a few of the agendas waits 0.1 to 6 ms; the worst found is 55, a reason
 * within 40 agendas. The indexes cost 0.03 ms for each appointment that is written.
 */
export async function readMatchingAppointments(
  tx: ScopedTx,
  readable: AgendaFilter,
  wanted: SearchedFor,
  vendorId: string | null,
  after: AppointmentPosition | undefined,
  limit: number,
): Promise<AppointmentReading[]> {
  const { sql } = tx;
  const { referenceNumber, namIndex, birthDate, consultationReason } = wanted;
  const first = bound(wanted.from, Math.min);
  const end = bound(wanted.to, Math.max);
  const same = (column: string, value: string | undefined) =>
    value === undefined ? sql`` : sql`AND a.${sql(column)} = ${value}`;
  const begins = (column: string, name: string | undefined) =>
    name === undefined
      ? sql``
      : sql`AND a.${sql(column)} >= ${nameKey(name)} AND a.${sql(column)} < ${nameKey(name) + last}`;
  const keyed = (value: string | undefined, key: (text: string) => string) =>
    value === undefined ? value : key(value);
  return sql<AppointmentReading[]>`
    SELECT ${readings(tx, vendorId)}
    FROM (
      SELECT m.* FROM unnest(${[...tx.establishments]}::text[]) AS s(establishment_id)
      CROSS JOIN LATERAL (
        SELECT a.establishment_id, a.appointment_id, a.start_at
        FROM appointment a CROSS JOIN LATERAL (SELECT time_zone FROM place l
          WHERE l.establishment_id = a.establishment_id AND l.place_id = a.place_id LIMIT 1) p
        WHERE a.establishment_id = s.establishment_id AND a.status = 'active'
          ${same("reference_number", referenceNumber)} ${same("nam_index", namIndex)}
          ${begins("last_name_key", wanted.lastName)} ${begins("first_name_key", wanted.firstName)}
          ${same("birth_date", birthDate)} ${same("email_key", keyed(wanted.email, emailKey))}
          ${same("mobile_phone_key", keyed(wanted.mobilePhone, phoneKey))}
          ${same("home_phone_key", keyed(wanted.homePhone, phoneKey))}
          ${same("consultation_reason", consultationReason)}
          ${first === null ? sql`` : sql`AND a.start_at >= ${first} AND a.start_at >= (${sql.json(textsOf(wanted.from))}::jsonb ->> p.time_zone)::timestamptz`}
          ${end === null ? sql`` : sql`AND a.start_at < ${end} AND a.start_at < (${sql.json(textsOf(wanted.to))}::jsonb ->> p.time_zone)::timestamptz`}
          ${after === undefined ? sql`` : sql`AND (a.start_at, a.appointment_id) > (${after.startAt}, ${after.appointmentId})`}
          ${readableBy(tx, readable)}
        ORDER BY a.start_at, a.appointment_id LIMIT ${limit}) m
      ORDER BY m.start_at, m.appointment_id LIMIT ${limit}) f
    JOIN appointment a ON a.establishment_id = f.establishment_id AND a.appointment_id = f.appointment_id
    JOIN place p ON p.establishment_id = a.establishment_id AND p.place_id = a.place_id
    JOIN establishment e ON e.establishment_id = a.establishment_id
    ORDER BY a.start_at, a.appointment_id`;
}

/** What holds in every zone, so that an index can serve it. */
function bound(instants: SearchedFor["from"], furthest: (...values: number[]) => number): number | null {
  const known = Object.values(instants).filter((each) => each !== null);
  return known.length === 0 ? null : furthest(...known);
}

function textsOf(instants: SearchedFor["from"]): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(instants).map(([zone, at]) => [zone, at === null ? null : new Date(at).toISOString()]),
  );
}
