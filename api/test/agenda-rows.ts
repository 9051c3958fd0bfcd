import type { ScopedTx } from "../src/db/scope.ts";

/** Agenda rows as they stand in the tables, for tests of what only reads them. Nothing is announced. */
export type SlotRow = {
  establishmentId: string;
  slotId: string;
  professionalId: string;
  placeId: string;
  startAt: number;
  endAt: number;
  visibility: "public" | "private";
  serviceId: string;
};

export type AppointmentRow = {
  establishmentId: string;
  appointmentId: string;
  professionalId: string;
  placeId: string;
  startAt: number;
  endAt: number;
  /** Two active appointments of one professional at one time need different ones. */
  seat: number;
  status: "active" | "cancelled";
  attendance: "unconfirmed" | "present" | "absent";
};

export async function insertSlots(tx: ScopedTx, rows: readonly SlotRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    INSERT INTO slot (establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from,
      service_type, duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)
    SELECT "establishmentId", "slotId", "professionalId", "startAt", "endAt", "placeId", visibility, NULL, 'GEN', 15,
      ARRAY["serviceId"], ARRAY['allReasons'], 1, "startAt", "startAt"
    FROM jsonb_to_recordset(${tx.sql.json(rows.map(withTexts))}) AS r("establishmentId" text, "slotId" text,
      "professionalId" text, "startAt" timestamptz, "endAt" timestamptz, "placeId" text, visibility text,
      "serviceId" text)`;
}

export async function insertAppointments(tx: ScopedTx, rows: readonly AppointmentRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    INSERT INTO appointment (establishment_id, appointment_id, reference_number, professional_id, place_id, start_at,
      end_at, seat, status, appointment_type, attendance, nam_matched, first_name, last_name, sex, birth_date,
      communication_modes, communication_language, professional_name_visible, cancellation_value, cancellation_unit,
      author_type, author_id, author_label, cancelled_at, cancelled_by, version, created_at, first_name_key,
      last_name_key)
    SELECT "establishmentId", "appointmentId", nextval('reference_number')::text, "professionalId", "placeId",
      "startAt", "endAt", seat, status, 'GEN', attendance, false, 'Alice', 'Citoyenne', 'F', '1980-06-15',
      ARRAY['sms'], 'fr', true, 24, 'hours', 'system', 'test', 'test',
      CASE WHEN status = 'cancelled' THEN "startAt" END, CASE WHEN status = 'cancelled' THEN 'clinic' END, 1, "startAt",
      'alice', 'citoyenne'
    FROM jsonb_to_recordset(${tx.sql.json(rows.map(withTexts))}) AS r("establishmentId" text, "appointmentId" text,
      "professionalId" text, "placeId" text, "startAt" timestamptz, "endAt" timestamptz, seat integer, status text,
      attendance text)`;
}

function withTexts<Row extends { startAt: number; endAt: number }>(row: Row) {
  return { ...row, startAt: new Date(row.startAt).toISOString(), endAt: new Date(row.endAt).toISOString() };
}
