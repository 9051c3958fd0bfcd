import type { ScopedTx } from "../../db/scope.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { appointmentColumns } from "../appointments/store.ts";
import type { CitizenPlace } from "./wire.ts";

/** An opening a citizen names, and its answer's agenda. */
export interface NamedOpening {
  slotId: string;
  startAt: number;
}

export interface FoundOpening extends NamedOpening {
  establishmentId: string;
  professionalId: string;
  endAt: number;
}

/** Where openings are, in the citizen's scope: public ones only, in any establishment. In the order of what is named. */
export async function findOpenings(
  tx: ScopedTx,
  named: readonly NamedOpening[],
): Promise<(FoundOpening | undefined)[]> {
  const rows = await tx.sql<(FoundOpening & { place: number })[]>`
    SELECT w.place::integer AS place, o.slot_id AS "slotId", o.start_at AS "startAt", o.end_at AS "endAt",
      o.establishment_id AS "establishmentId", o.professional_id AS "professionalId"
    FROM unnest(${named.map(({ slotId }) => slotId)}::text[],
        ${named.map(({ startAt }) => new Date(startAt).toISOString())}::timestamptz[])
      WITH ORDINALITY AS w(slot_id, start_at, place)
    JOIN opening o ON o.slot_id = w.slot_id AND o.start_at = w.start_at`;
  const found = new Map(rows.map((row) => [row.place, row]));
  return named.map((_, index) => found.get(index + 1));
}

export type CitizenReading = Appointment & { place: CitizenPlace; professionalName: string };

function readings(tx: ScopedTx) {
  return tx.sql`
    SELECT ${appointmentColumns(tx)}, r.display_name AS "professionalName",
      jsonb_build_object('placeId', p.place_id, 'name', p.name, 'civicNumber', p.civic_number, 'street', p.street,
        'suite', p.suite, 'city', p.city, 'province', p.province, 'postalCode', p.postal_code, 'phone', p.phone,
        'timeZone', p.time_zone) AS place
    FROM appointment a
    JOIN place p ON p.establishment_id = a.establishment_id AND p.place_id = a.place_id
    JOIN professional r ON r.establishment_id = a.establishment_id AND r.professional_id = a.professional_id`;
}

/** PAT-11: a person's active appointments to come, wherever they are; those whose NAM RAMQ knows. */
export async function listOwnAppointments(
  tx: ScopedTx,
  namIndex: string,
  now: number,
  limit: number,
): Promise<CitizenReading[]> {
  return tx.sql<CitizenReading[]>`
    ${readings(tx)}
    WHERE a.nam_index = ${namIndex} AND a.nam_matched AND a.status = 'active' AND a.start_at >= ${now}
    ORDER BY a.start_at, a.appointment_id LIMIT ${limit}`;
}

export async function findOwnAppointment(tx: ScopedTx, appointmentId: string): Promise<CitizenReading | undefined> {
  const [row] = await tx.sql<CitizenReading[]>`${readings(tx)} WHERE a.appointment_id = ${appointmentId}`;
  return row;
}

/** CANCEL-10: the appointment of a reference number, in a scope whose subject is that number. */
export async function findByReference(tx: ScopedTx, referenceNumber: string): Promise<Appointment | undefined> {
  const [row] = await tx.sql<Appointment[]>`
    SELECT ${appointmentColumns(tx)} FROM appointment a WHERE a.reference_number = ${referenceNumber}`;
  return row;
}
