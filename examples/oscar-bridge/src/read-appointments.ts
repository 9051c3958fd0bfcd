import type { CsvFile, CsvRecord } from "./csv-file.ts";
import { isLocalDate, startInstant, type WallMinute } from "./local-time.ts";
import type { MalformedCode } from "./malformed.ts";
import type { Patient, Provider } from "./read-people.ts";

export const appointmentColumns = [
  "appointment_no",
  "provider_no",
  "appointment_date",
  "start_time",
  "end_time",
  "demographic_no",
  "reason",
  "notes",
  "status",
] as const;
export type AppointmentColumn = (typeof appointmentColumns)[number];
export type AppointmentRecord = CsvRecord<AppointmentColumn>;
export type AppointmentFile = CsvFile<AppointmentColumn>;

export type Attendance = "unconfirmed" | "present" | "absent";

export interface AppointmentRow {
  appointmentNo: string;
  provider: Provider;
  patient: Patient;
  startAt: Date;
  /** Wall-clock minutes, the last one of `end_time` included. */
  durationMinutes: number;
  cancelled: boolean;
  attendance: Attendance;
  reason: string;
  /** Without the marker of the repeated hour. */
  notes: string;
  record: AppointmentRecord;
}

/**
 * `C` is cancelled; `H` (here) and `N` (no show) are the only statuses that tell attendance for certain. All others are stages
 * of an appointment that stands: OSCAR's own (printed, picked, empty room, billed), the letters a clinic adds to them, and
 * none at all. Left out, the hub would offer that time to citizens.
 */
const statuses: ReadonlyMap<string, Attendance | "cancelled"> = new Map([
  ["C", "cancelled"],
  ["H", "present"],
  ["N", "absent"],
]);

/**
 * Start of the notes of an appointment in the second pass of a repeated hour: `[UTC-05:00] …`. OSCAR's columns say 01:30 for
 * both passes, so the row that means the second one says its offset; a row without it means the first (design, decision 9).
 */
const repeatedHourMarker = /^\[UTC([+-]\d{2}:\d{2})\] ?/;

export function repeatedHourNote(offset: string): string {
  return `[UTC${offset}]`;
}

/** A row of `appointment.csv` as an interval of real time, or why it cannot be one. Order of the checks: structure, time, people. */
export function readAppointment(
  record: AppointmentRecord,
  zone: string,
  providers: ReadonlyMap<string, Provider>,
  patients: ReadonlyMap<string, Patient>,
): AppointmentRow | MalformedCode {
  const appointmentNo = record.text("appointment_no").trim();
  if (!/^[1-9]\d*$/.test(appointmentNo)) return "APPOINTMENT_NO_FORMAT";
  const date = record.text("appointment_date").trim();
  if (!isLocalDate(date)) return "DATE_FORMAT";
  const start = wallMinute(record.text("start_time"));
  const last = wallMinute(record.text("end_time"));
  if (start === null || last === null) return "TIME_FORMAT";
  if (last < start) return "END_BEFORE_START";
  const status = statusOf(record.text("status"));
  const provider = providers.get(record.text("provider_no").trim());
  if (!provider) return "UNKNOWN_PROVIDER";
  const patient = patients.get(record.text("demographic_no").trim());
  if (!patient) return "UNKNOWN_PATIENT";

  const notes = record.text("notes");
  const offset = repeatedHourMarker.exec(notes)?.[1] ?? null;
  const startAt = startInstant(date, start, zone, offset);
  if (!startAt) return "LOCAL_TIME_DOES_NOT_EXIST";
  return {
    appointmentNo,
    provider,
    patient,
    startAt,
    durationMinutes: last + 1 - start,
    cancelled: status === "cancelled",
    attendance: status === "cancelled" ? "unconfirmed" : status,
    reason: record.text("reason").trim(),
    notes: notes.replace(repeatedHourMarker, "").trim(),
    record,
  };
}

/** The first letter decides; a second one says that the encounter note is signed (`S`) or verified (`V`). */
function statusOf(text: string): Attendance | "cancelled" {
  return statuses.get(text.trim().slice(0, 1)) ?? "unconfirmed";
}

/**
 * `HH:MM` or `HH:MM:SS`; null for anything else. OSCAR's agenda knows whole minutes: an `end_time` of 09:14:59 is within the
 * same last minute as 09:14:00.
 */
function wallMinute(text: string): WallMinute | null {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$/.exec(text.trim());
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : null;
}
