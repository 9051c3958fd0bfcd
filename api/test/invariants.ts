import { expect } from "vitest";
import type { Connection } from "../src/db/connection.ts";
import { openingsOf } from "../src/domain/opening.ts";
import type { CompleteSlot, HeldTime, Opening, TakenSeat } from "../src/domain/opening.ts";

/** What must be true of the tables at any moment at which nobody writes, whatever happened before. */
export async function expectSound(owner: Connection, establishmentId: string): Promise<void> {
  await expectDense(owner, establishmentId);
  await expectSeatsTakenOnce(owner);
  await expectDaysCounted(owner);
  await expectOneCreation(owner, establishmentId);
  const professionals = await owner<{ professionalId: string; capacity: number }[]>`
    SELECT professional_id AS "professionalId", capacity FROM professional WHERE establishment_id = ${establishmentId}`;
  for (const professional of professionals) await expectOpeningsDerived(owner, professional);
}

/** Design, decision 7: 1, 2, 3, … to the counter. */
async function expectDense(owner: Connection, establishmentId: string): Promise<void> {
  const changes = await owner<{ seq: number }[]>`
    SELECT seq FROM change WHERE establishment_id = ${establishmentId} ORDER BY seq`;
  expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => index + 1));
  const [counter] = await owner`SELECT last_seq FROM change_counter WHERE establishment_id = ${establishmentId}`;
  expect(counter).toEqual({ last_seq: changes.length });
}

/** APPT-09, asked without the constraint that keeps it. */
async function expectSeatsTakenOnce(owner: Connection): Promise<void> {
  const shared = await owner`
    SELECT a.appointment_id, b.appointment_id FROM appointment a
    JOIN appointment b ON b.professional_id = a.professional_id AND b.seat = a.seat AND b.status = 'active'
      AND b.appointment_id > a.appointment_id AND b.start_at < a.end_at AND b.end_at > a.start_at
    WHERE a.status = 'active'`;
  expect([...shared]).toEqual([]);
}

/** APPT-11: what is counted is what is there. */
async function expectDaysCounted(owner: Connection): Promise<void> {
  const different = await owner`
    SELECT * FROM (
      SELECT a.nam_index, (a.start_at AT TIME ZONE p.time_zone)::date AS local_date, count(*)::integer AS appointments
      FROM appointment a JOIN place p ON p.place_id = a.place_id
      WHERE a.status = 'active' AND a.nam_index IS NOT NULL GROUP BY 1, 2) AS made
    FULL JOIN (SELECT * FROM citizen_day WHERE appointments > 0) AS counted USING (nam_index, local_date)
    WHERE made.appointments IS DISTINCT FROM counted.appointments`;
  expect([...different]).toEqual([]);
}

/** Each appointment and slot was announced once as new, and nothing was announced that never came to be. */
async function expectOneCreation(owner: Connection, establishmentId: string): Promise<void> {
  const different = await owner`
    SELECT * FROM (
      SELECT appointment_id AS object_id FROM appointment WHERE establishment_id = ${establishmentId}) AS made
    FULL JOIN (
      SELECT object_id, count(*) AS times FROM change
      WHERE establishment_id = ${establishmentId} AND object_type = 'appointment' AND operation = 'created'
      GROUP BY object_id) AS told USING (object_id)
    WHERE made.object_id IS NULL OR told.times IS DISTINCT FROM 1`;
  expect([...different]).toEqual([]);
}

/** Design, decision 8: the rows are what openingsOf says. */
async function expectOpeningsDerived(
  owner: Connection,
  { professionalId, capacity }: { professionalId: string; capacity: number },
): Promise<void> {
  const slots = await owner<CompleteSlot[]>`
    SELECT slot_id AS "slotId", start_at AS "startAt", end_at AS "endAt", place_id AS "placeId",
      service_type AS "serviceType", duration_minutes AS "durationMinutes",
      consultation_reasons AS "consultationReasons", visibility, open_from AS "openFrom"
    FROM slot WHERE professional_id = ${professionalId} AND place_id IS NOT NULL`;
  const seats = await owner<TakenSeat[]>`
    SELECT start_at AS "startAt", end_at AS "endAt", seat FROM appointment
    WHERE professional_id = ${professionalId} AND status = 'active'`;
  const holds = await owner<HeldTime[]>`
    SELECT start_at AS "startAt", end_at AS "endAt", expires_at AS "expiresAt" FROM hold
    WHERE professional_id = ${professionalId}`;
  const rows = await owner<Opening[]>`
    SELECT slot_id AS "slotId", start_at AS "startAt", end_at AS "endAt", place_id AS "placeId",
      service_type AS "serviceType", consultation_reasons AS "consultationReasons", visibility,
      open_from AS "openFrom", busy, held_until AS "heldUntil"
    FROM opening WHERE professional_id = ${professionalId}`;
  expect(inOrder([...rows])).toEqual(inOrder(openingsOf(slots, seats, holds, capacity)));
}

function inOrder(openings: Opening[]): Opening[] {
  return openings.sort((a, b) => a.startAt - b.startAt || (a.slotId < b.slotId ? -1 : 1));
}
