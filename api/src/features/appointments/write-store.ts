import type { ScopedTx } from "../../db/scope.ts";
import { emailKey, nameKey, phoneKey } from "../../domain/appointment-search.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { appointmentColumns } from "./store.ts";

/** An appointment as it is written: with the instant at which something of it is to be erased (domain/erasure.ts). */
export type WrittenAppointment = Appointment & { eraseAt: number | null };

/** Every column but the reference number, which the insert draws (APPT-39); with the keys that SEARCH-20 looks by. */
function recordOf(appointment: WrittenAppointment) {
  return {
    establishment_id: appointment.establishmentId,
    appointment_id: appointment.appointmentId,
    professional_id: appointment.professionalId,
    place_id: appointment.placeId,
    start_at: isoOf(appointment.startAt),
    end_at: isoOf(appointment.endAt),
    seat: appointment.seat,
    status: appointment.status,
    appointment_type: appointment.appointmentType,
    attendance: appointment.attendance,
    nam_encrypted: appointment.namEncrypted && `\\x${Buffer.from(appointment.namEncrypted).toString("hex")}`,
    nam_index: appointment.namIndex,
    nam_matched: appointment.namMatched,
    first_name: appointment.firstName,
    last_name: appointment.lastName,
    sex: appointment.sex,
    birth_date: appointment.birthDate,
    home_phone: appointment.homePhone,
    mobile_phone: appointment.mobilePhone,
    email: appointment.email,
    communication_modes: appointment.communicationModes,
    communication_language: appointment.communicationLanguage,
    consultation_reason: appointment.consultationReason,
    clinic_note: appointment.clinicNote,
    patient_note: appointment.patientNote,
    professional_name_visible: appointment.professionalNameVisible,
    cancellation_value: appointment.cancellationDelay.value,
    cancellation_unit: appointment.cancellationDelay.unit,
    author_type: appointment.author.type,
    author_id: appointment.author.id,
    author_label: appointment.author.label,
    nurse_name: appointment.nurse?.name ?? null,
    nurse_mention: appointment.nurse?.mention ?? null,
    imported: appointment.imported,
    cancelled_at: isoOrNull(appointment.cancelledAt),
    cancelled_by: appointment.cancelledBy,
    ...agendaColumns(appointment.agenda),
    version: appointment.version,
    created_at: isoOf(appointment.createdAt),
    first_name_key: nameKey(appointment.firstName),
    last_name_key: nameKey(appointment.lastName),
    email_key: appointment.email && emailKey(appointment.email),
    home_phone_key: appointment.homePhone && phoneKey(appointment.homePhone),
    mobile_phone_key: appointment.mobilePhone && phoneKey(appointment.mobilePhone),
    erase_at: isoOrNull(appointment.eraseAt),
  };
}

function recordset(tx: ScopedTx, appointments: readonly WrittenAppointment[]) {
  return tx.sql`jsonb_to_recordset(${tx.sql.json(appointments.map(recordOf))}) AS r(
    establishment_id text, appointment_id text, professional_id text, place_id text, start_at timestamptz,
    end_at timestamptz, seat integer, status text, appointment_type text, attendance text, nam_encrypted bytea,
    nam_index text, nam_matched boolean, first_name text, last_name text, sex text, birth_date date, home_phone text,
    mobile_phone text, email text, communication_modes text[], communication_language text, consultation_reason text,
    clinic_note text, patient_note text, professional_name_visible boolean, cancellation_value integer,
    cancellation_unit text, author_type text, author_id text, author_label text, nurse_name text,
    nurse_mention text, imported boolean, cancelled_at timestamptz, cancelled_by text, agenda_status text, agenda_reason text,
    agenda_since timestamptz, agenda_version integer, agenda_answer_by timestamptz, version integer, created_at timestamptz, first_name_key text, last_name_key text,
    email_key text, home_phone_key text, mobile_phone_key text, erase_at timestamptz)`;
}

/** APPT-39: draws the reference numbers in the order given, and answers them by appointmentId. */
export async function insertAppointments(
  tx: ScopedTx,
  appointments: readonly WrittenAppointment[],
): Promise<Map<string, string>> {
  if (appointments.length === 0) return new Map();
  const rows = await tx.sql<{ appointmentId: string; referenceNumber: string }[]>`
    INSERT INTO appointment (establishment_id, appointment_id, professional_id, place_id, start_at, end_at, seat, status,
      appointment_type, attendance, nam_encrypted, nam_index, nam_matched, first_name, last_name, sex, birth_date,
      home_phone, mobile_phone, email, communication_modes, communication_language, consultation_reason, clinic_note,
      patient_note, professional_name_visible, cancellation_value, cancellation_unit, author_type, author_id,
      author_label, nurse_name, nurse_mention, imported, cancelled_at, cancelled_by, agenda_status, agenda_reason, agenda_since,
      agenda_version, agenda_answer_by, version, created_at, first_name_key, last_name_key, email_key,
      home_phone_key, mobile_phone_key, erase_at, reference_number)
    SELECT r.*, nextval('reference_number')::text FROM ${recordset(tx, appointments)}
    RETURNING appointment_id AS "appointmentId", reference_number AS "referenceNumber"`;
  return new Map(rows.map(({ appointmentId, referenceNumber }) => [appointmentId, referenceNumber]));
}

/** What never changes (APPT-48, APPT-68) is not among the columns set. */
export async function updateAppointments(tx: ScopedTx, appointments: readonly WrittenAppointment[]): Promise<void> {
  if (appointments.length === 0) return;
  await tx.sql`
    UPDATE appointment a SET professional_id = r.professional_id, place_id = r.place_id, start_at = r.start_at,
      end_at = r.end_at, seat = r.seat, status = r.status, appointment_type = r.appointment_type,
      attendance = r.attendance, nam_encrypted = r.nam_encrypted, nam_index = r.nam_index, nam_matched = r.nam_matched,
      first_name = r.first_name, last_name = r.last_name, sex = r.sex, birth_date = r.birth_date,
      home_phone = r.home_phone, mobile_phone = r.mobile_phone, email = r.email,
      communication_modes = r.communication_modes, communication_language = r.communication_language,
      consultation_reason = r.consultation_reason, clinic_note = r.clinic_note, cancelled_at = r.cancelled_at,
      cancelled_by = r.cancelled_by, agenda_status = r.agenda_status, agenda_reason = r.agenda_reason,
      agenda_since = r.agenda_since, agenda_version = r.agenda_version, agenda_answer_by = r.agenda_answer_by, version = r.version, first_name_key = r.first_name_key,
      last_name_key = r.last_name_key, email_key = r.email_key, home_phone_key = r.home_phone_key,
      mobile_phone_key = r.mobile_phone_key, erase_at = r.erase_at
    FROM ${recordset(tx, appointments)}
    WHERE a.establishment_id = r.establishment_id AND a.appointment_id = r.appointment_id`;
}

/** APPT-36: of these ids, those of which something is due to be erased. */
export async function listErasable(
  tx: ScopedTx,
  appointmentIds: readonly string[],
  now: number,
): Promise<Appointment[]> {
  return tx.sql<Appointment[]>`
    SELECT ${appointmentColumns(tx)} FROM appointment a
    WHERE a.establishment_id = ANY (${[...tx.establishments]}::text[])
      AND a.appointment_id = ANY (${[...appointmentIds]}::text[]) AND a.erase_at <= ${now}
    ORDER BY a.appointment_id`;
}

/** Keeps what domain/erasure.ts has left of them. */
export async function eraseAppointments(tx: ScopedTx, rows: readonly Appointment[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    UPDATE appointment a SET consultation_reason = NULL, patient_note = NULL, erase_at = NULL, version = r.version
    FROM unnest(${rows.map(({ establishmentId }) => establishmentId)}::text[],
        ${rows.map(({ appointmentId }) => appointmentId)}::text[], ${rows.map(({ version }) => version)}::integer[])
      AS r(establishment_id, appointment_id, version)
    WHERE a.establishment_id = r.establishment_id AND a.appointment_id = r.appointment_id`;
}

/** SYNC-51: what the agenda software of their places was asked and answered; the version stays. */
export async function updateAgendaAnswers(
  tx: ScopedTx,
  rows: readonly Pick<Appointment, "establishmentId" | "appointmentId" | "agenda">[],
): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map(({ establishmentId, appointmentId, agenda }) => ({
    establishment_id: establishmentId,
    appointment_id: appointmentId,
    ...agendaColumns(agenda),
  }));
  await tx.sql`
    UPDATE appointment a SET agenda_status = r.agenda_status, agenda_reason = r.agenda_reason,
      agenda_since = r.agenda_since, agenda_version = r.agenda_version, agenda_answer_by = r.agenda_answer_by
    FROM jsonb_to_recordset(${tx.sql.json(records)}) AS r(establishment_id text, appointment_id text, agenda_status text,
      agenda_reason text, agenda_since timestamptz, agenda_version integer, agenda_answer_by timestamptz)
    WHERE a.establishment_id = r.establishment_id AND a.appointment_id = r.appointment_id`;
}

/** SYNC-56: at a place whose link has ended nobody answers any more. The end of the link tells so. */
export async function withdrawQuestions(
  tx: ScopedTx,
  { establishmentId, placeId }: { establishmentId: string; placeId: string },
): Promise<void> {
  await tx.sql`
    UPDATE appointment SET agenda_status = NULL, agenda_since = NULL, agenda_version = NULL, agenda_answer_by = NULL
    WHERE establishment_id = ${establishmentId} AND place_id = ${placeId} AND agenda_status = 'pending'`;
}

function agendaColumns(agenda: Appointment["agenda"]) {
  return {
    agenda_status: agenda?.status ?? null,
    agenda_reason: agenda?.reason ?? null,
    agenda_since: isoOrNull(agenda?.since),
    agenda_version: agenda?.askedVersion ?? null,
    agenda_answer_by: isoOrNull(agenda?.answerBy),
  };
}

function isoOrNull(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : isoOf(at);
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
