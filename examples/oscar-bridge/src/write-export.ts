import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "csv-stringify/sync";
import { offeredRuns } from "./agenda.ts";
import type { CsvCell } from "./csv-file.ts";
import { wallClock, type WallMinute } from "./local-time.ts";
import { ExportError } from "./malformed.ts";
import { byNam } from "./plan-push.ts";
import { type AppointmentColumn, type AppointmentFile, repeatedHourNote } from "./read-appointments.ts";
import type { Export } from "./read-export.ts";

/** A booking a citizen made at the hub. `startAt` is RFC 3339. */
export interface CitizenBooking {
  professionalNumber: string;
  startAt: string;
  durationMinutes: number;
  nam: string;
}

/** The row a booking became, and which other patients have the same NAM; or why the agenda can have no row for it. */
export type BookingApplied =
  | { ok: true; appointmentNo: string; demographicNo: string; sharedWith: string[] }
  | { ok: false; code: "UNKNOWN_PROVIDER" | "UNKNOWN_PATIENT" | "CROSSES_MIDNIGHT" };

/** The clinic's agenda while citizens' changes are written into it. Nothing is on disk before `write`. */
export interface AgendaEditor {
  addBooking(booking: CitizenBooking): BookingApplied;
  /** False: there is no such row. A row that is cancelled already stays as it is. */
  cancel(appointmentNo: string): boolean;
  /** Writes the whole folder, byte for byte but for the rows above, and answers its absolute path. */
  write(outFolder: string): string;
}

type NewRow = Record<AppointmentColumn, string>;

const MINUTES_A_DAY = 1440;

export function editAgenda(exported: Export): AgendaEditor {
  const file = exported.appointmentFile;
  const rows = new Map(exported.appointments.map((row) => [row.appointmentNo, row]));
  const people = byNam(exported.patients);
  const added = new Map<string, NewRow>();
  const cancelled = new Map<string, CsvCell>();
  let highest = highestNumber(file);

  return {
    addBooking(booking) {
      const provider = [...exported.providers.values()].find(
        ({ professionalNumber }) => professionalNumber === booking.professionalNumber,
      );
      const [patient, ...others] = people.get(booking.nam) ?? [];
      const start = wallClock(new Date(booking.startAt), exported.config.place.timeZone);
      if (!provider) return { ok: false, code: "UNKNOWN_PROVIDER" };
      if (!patient) return { ok: false, code: "UNKNOWN_PATIENT" };
      if (start.minute + booking.durationMinutes > MINUTES_A_DAY) return { ok: false, code: "CROSSES_MIDNIGHT" };
      highest += 1n;
      const appointmentNo = String(highest);
      added.set(appointmentNo, {
        appointment_no: appointmentNo,
        provider_no: provider.providerNo,
        appointment_date: start.date,
        start_time: timeText(start.minute),
        // The last minute is included, and counted on the clock's face, as the reader counts it.
        end_time: timeText(start.minute + booking.durationMinutes - 1),
        demographic_no: patient.demographicNo,
        // The citizen chose a consultation reason of RVSQ, not a text of the clinic's: a person completes it.
        reason: "",
        notes: start.secondPass ? repeatedHourNote(start.offset) : "",
        status: "t",
      });
      const sharedWith = others.map((other) => other.demographicNo);
      return { ok: true, appointmentNo, demographicNo: patient.demographicNo, sharedWith };
    },
    cancel(appointmentNo) {
      const fresh = added.get(appointmentNo);
      const row = rows.get(appointmentNo);
      if (fresh) fresh.status = "C";
      else if (row && !row.cancelled) cancelled.set(appointmentNo, row.record.cell("status"));
      return fresh !== undefined || row !== undefined;
    },
    write(outFolder) {
      const changes = [...cancelled.values()].map((cell) => ({ cell, text: "C" }));
      const bytes = appendRows(file, replaceCells(file.bytes, changes), [...added.values()]);
      return writeFolder(exported.folder, outFolder, file.name, bytes);
    },
  };
}

/**
 * Changes one row of a written folder, so that a comparison can be seen to see it; answers `file:line`. It is the attendance of the
 * first appointment that stands and is not in `without`, or, in an agenda without any, the template of a first date with one of
 * the slots of this `externalId` list.
 */
export function spoilOneRow(written: Export, without: ReadonlySet<string>, pushedSlots: ReadonlySet<string>): string {
  const row = written.appointments.find((each) => !each.cancelled && !without.has(each.appointmentNo));
  if (row) {
    const change = { cell: row.record.cell("status"), text: row.attendance === "absent" ? "H" : "N" };
    return rewrite(written.folder, written.appointmentFile, row.record.line, change);
  }
  const run = offeredRuns(written).find((each) => pushedSlots.has(each.externalId));
  if (!run) throw new ExportError("The written agenda holds nothing to spoil: no appointment and no slot.");
  return rewrite(written.folder, written.dateFile, run.day.record.line, {
    cell: run.day.record.cell("hour"),
    text: "",
  });
}

interface CellChange {
  cell: CsvCell;
  /** Never one that would need quotes of its own. */
  text: string;
}

function rewrite(folder: string, file: { name: string; bytes: Buffer }, line: number, change: CellChange): string {
  writeFileSync(join(folder, file.name), replaceCells(file.bytes, [change]));
  return `${file.name}:${line}`;
}

/** One more than this is free: numbers of malformed rows are taken too, as far as they can be read. */
function highestNumber(file: AppointmentFile): bigint {
  const column = file.columns.indexOf("appointment_no");
  return file.records.reduce((highest, { cells }) => {
    const number = /^[\s"]*(\d+)[\s"]*$/.exec(cells[column]?.text ?? "")?.[1];
    return number !== undefined && BigInt(number) > highest ? BigInt(number) : highest;
  }, 0n);
}

/** `HH:MM:00` */
function timeText(minute: WallMinute): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00`;
}

/** New texts in place of old ones; a cell that was quoted stays quoted. */
function replaceCells(bytes: Buffer, changes: readonly CellChange[]): Buffer {
  const parts: Buffer[] = [];
  let copied = 0;
  for (const { cell, text } of [...changes].sort((a, b) => a.cell.start - b.cell.start)) {
    const quoted = bytes.subarray(cell.start, cell.start + 1).toString() === '"';
    parts.push(bytes.subarray(copied, cell.start), Buffer.from(quoted ? `"${text}"` : text));
    copied = cell.end;
  }
  return Buffer.concat([...parts, bytes.subarray(copied)]);
}

/** Rows at the end, in the file's own columns and line endings; a file without a final newline still has none. */
function appendRows(file: AppointmentFile, bytes: Buffer, rows: readonly NewRow[]): Buffer {
  if (rows.length === 0) return bytes;
  const lines = rows.map((row) => {
    const values = new Map(Object.entries(row));
    return stringify([file.columns.map((column) => values.get(column) ?? "")], { eof: false });
  });
  const text = lines.join(file.lineEnding);
  const closed = bytes.at(-1) === 0x0a;
  return Buffer.concat([bytes, Buffer.from(closed ? `${text}${file.lineEnding}` : `${file.lineEnding}${text}`)]);
}

/** Every file of the folder, with one replaced. Never writes over the export itself: it is all the clinic has. */
function writeFolder(from: string, to: string, name: string, bytes: Buffer): string {
  mkdirSync(to, { recursive: true });
  if (realpathSync(from) === realpathSync(to)) {
    throw new ExportError("The updated agenda must go to another folder than the one it was read from.");
  }
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    writeFileSync(join(to, entry.name), entry.name === name ? bytes : readFileSync(join(from, entry.name)));
  }
  return resolve(to);
}
