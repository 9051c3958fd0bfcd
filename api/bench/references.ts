import type { Connection } from "../src/db/connection.ts";
import { systemIds } from "../src/ids.ts";
import { openingAt } from "./agenda.ts";
import type { BenchAgenda } from "./agenda.ts";

/**
 * What the hub is compared with: the same work as prepared statements of postgres.js, on a pool of the same size, role
 * and durability, without HTTP, tokens, rules, log or idempotency.
 */

/** The scope of the session, so that row-level security costs the same. */
export async function scopeSession(connection: Connection, agenda: BenchAgenda, connections: number): Promise<void> {
  await Promise.all(
    Array.from(
      { length: connections * 4 },
      () =>
        connection`SELECT set_config('app.establishments', ${agenda.establishmentId}, false), set_config('app.audience', 'machine', false), pg_sleep(0.02)`,
    ),
  );
}

/** A page of free openings as rows. */
export function searchProfessional(
  connection: Connection,
  agenda: BenchAgenda,
  n: number,
  from: number,
  to: number,
  now: number,
): Promise<unknown> {
  const professional = agenda.professionals[n % agenda.professionals.length];
  return connection`
    SELECT slot_id, professional_id, start_at, end_at, service_type, consultation_reasons FROM opening
    WHERE establishment_id = ${agenda.establishmentId} AND NOT busy AND professional_id = ${professional?.professionalId ?? ""}
      AND place_id = ${agenda.placeId} AND start_at >= ${from} AND start_at < ${to}
      AND (held_until IS NULL OR held_until <= ${now})
    ORDER BY start_at, slot_id LIMIT 101`;
}

export function searchPlace(
  connection: Connection,
  agenda: BenchAgenda,
  from: number,
  to: number,
  now: number,
): Promise<unknown> {
  return connection`
    SELECT slot_id, professional_id, start_at, end_at, service_type, consultation_reasons FROM opening
    WHERE establishment_id = ${agenda.establishmentId} AND NOT busy AND place_id = ${agenda.placeId}
      AND start_at >= ${from} AND start_at < ${to} AND (held_until IS NULL OR held_until <= ${now})
    ORDER BY start_at, slot_id LIMIT 101`;
}

/** One durable statement: take the opening if it is free, and keep the appointment. */
export function bookRaw(connection: Connection, agenda: BenchAgenda, n: number, now: number): Promise<unknown> {
  const { professional, startAt } = openingAt(agenda, n);
  const { professionalId } = agenda.professionals[professional] ?? { professionalId: "" };
  return connection`
    WITH taken AS (
      UPDATE opening SET busy = true
      WHERE establishment_id = ${agenda.establishmentId} AND professional_id = ${professionalId} AND start_at = ${startAt} AND NOT busy
      RETURNING establishment_id, professional_id, place_id, start_at, end_at
    )
    INSERT INTO appointment (establishment_id, appointment_id, reference_number, professional_id, place_id, start_at, end_at, seat, status,
      appointment_type, attendance, nam_matched, first_name, last_name, sex, birth_date, communication_modes, communication_language,
      professional_name_visible, cancellation_value, cancellation_unit, author_type, author_id, author_label, version, created_at,
      first_name_key, last_name_key)
    SELECT establishment_id, ${systemIds.next("apt", now)}, nextval('reference_number')::text, professional_id, place_id, start_at, end_at, 1, 'active',
      'GEN', 'unconfirmed', false, 'Alice', 'Banc', 'F', '1980-06-15', '{email}', 'fr', true, 24, 'hours', 'citizen', '', '', 1, ${now}, 'alice', 'banc'
    FROM taken`;
}

export interface RawSlot {
  slotId: string;
  professionalId: string;
  serviceId: string;
  startAt: number;
  endAt: number;
}

/** The rows a push leaves: slots, their openings and their changes, so many slots a transaction. */
export async function pushRaw(
  connection: Connection,
  agenda: BenchAgenda,
  slots: readonly RawSlot[],
  now: number,
  atOnce = 1000,
): Promise<void> {
  for (let at = 0; at < slots.length; at += atOnce) {
    const rows = slots.slice(at, at + atOnce).map((slot) => ({
      slot_id: slot.slotId,
      professional_id: slot.professionalId,
      service_id: slot.serviceId,
      start_at: new Date(slot.startAt).toISOString(),
      end_at: new Date(slot.endAt).toISOString(),
    }));
    await connection.begin(async (sql) => {
      await sql`
        WITH pushed AS (
          SELECT * FROM jsonb_to_recordset(${sql.json(rows)}) AS r(slot_id text, professional_id text, service_id text, start_at timestamptz, end_at timestamptz)
        ), slots AS (
          INSERT INTO slot (establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from, service_type,
            duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)
          SELECT ${agenda.establishmentId}, slot_id, professional_id, start_at, end_at, ${agenda.placeId}, 'public', NULL, 'GEN', 15,
            ARRAY[service_id], ARRAY['allReasons'], 1, ${now}, ${now} FROM pushed
          RETURNING establishment_id
        )
        INSERT INTO change (establishment_id, seq, at, object_type, object_id, operation, version, place_ids, professional_id, start_at, end_at, changed, actor_type)
        SELECT ${agenda.establishmentId}, 1000000000 + ${at} + row_number() OVER (), ${now}, 'slot', slot_id, 'created', 1, ARRAY[${agenda.placeId}],
          professional_id, start_at, end_at, '{}', 'machine' FROM pushed`;
      await sql`
        INSERT INTO opening (establishment_id, slot_id, start_at, end_at, professional_id, place_id, service_type, consultation_reasons, visibility, open_from, busy, held_until)
        SELECT ${agenda.establishmentId}, r.slot_id, t, t + interval '15 minutes', r.professional_id, ${agenda.placeId}, 'GEN', ARRAY['allReasons'], 'public', NULL, false, NULL
        FROM jsonb_to_recordset(${sql.json(rows)}) AS r(slot_id text, professional_id text, start_at timestamptz, end_at timestamptz),
          generate_series(r.start_at, r.end_at - interval '15 minutes', interval '15 minutes') AS t`;
    });
  }
}
