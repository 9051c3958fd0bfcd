import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BridgeConfig, readBridgeConfig, refuseStrangers } from "./bridge-json.ts";
import { type CsvFile, type CsvRecord, readCsv } from "./csv-file.ts";
import { ExportError, type MalformedCode, type MalformedRow } from "./malformed.ts";
import { type AppointmentFile, type AppointmentRow, appointmentColumns, readAppointment } from "./read-appointments.ts";
import {
  type Patient,
  type PatientFile,
  type Provider,
  type ProviderFile,
  patientColumns,
  providerColumns,
  readPatient,
  readProvider,
} from "./read-people.ts";
import {
  addTemplate,
  checkCode,
  type CodeFile,
  codeColumns,
  type DateFile,
  dateColumns,
  readScheduleDate,
  type ScheduleDate,
  type TemplateFile,
  templateColumns,
  type Templates,
} from "./read-schedule.ts";

/** A clinic's export as read from its folder: what can be used, and by file and line what cannot. */
export interface Export {
  folder: string;
  config: BridgeConfig;
  providers: ReadonlyMap<string, Provider>;
  patients: ReadonlyMap<string, Patient>;
  scheduleDates: readonly ScheduleDate[];
  dateFile: DateFile;
  appointments: readonly AppointmentRow[];
  appointmentFile: AppointmentFile;
  malformed: readonly MalformedRow[];
}

/** Leaves a row aside: `(file, line, code)` into the list that ends in the report. */
type SetAside = (file: { name: string }, row: { line: number }, code: MalformedCode) => void;

/**
 * Reads the folder. A row that cannot be used is set aside and the rest goes on; among rows with the same key, the first that
 * can be used counts and the later ones are set aside. Throws ExportError when a file is missing or has not its columns.
 */
export function readExport(folder: string): Export {
  const config = readBridgeConfig(readBytes(folder, "bridge.json").toString("utf8"));
  const malformed: MalformedRow[] = [];
  const setAside: SetAside = (file, row, code) => malformed.push({ file: file.name, line: row.line, code });

  const providers = readProviders(readTable(folder, "provider.csv", providerColumns), setAside);
  refuseStrangers(config, new Set([...providers.values()].map(({ professionalNumber }) => professionalNumber)));
  const patients = readPatients(readTable(folder, "demographic.csv", patientColumns), providers, setAside);
  checkCodes(readTable(folder, "scheduletemplatecode.csv", codeColumns), setAside);
  const templates = readTemplates(readTable(folder, "scheduletemplate.csv", templateColumns), setAside);
  const dateFile = readTable(folder, "scheduledate.csv", dateColumns);
  const scheduleDates = readScheduleDates(dateFile, templates, providers, setAside);
  const appointmentFile = readTable(folder, "appointment.csv", appointmentColumns);
  const zone = config.place.timeZone;
  const appointments = readAppointments(appointmentFile, zone, providers, patients, setAside);

  malformed.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return { folder, config, providers, patients, scheduleDates, dateFile, appointments, appointmentFile, malformed };
}

function readProviders(file: ProviderFile, setAside: SetAside): Map<string, Provider> {
  const providers = new Map<string, Provider>();
  for (const row of soundRows(file, setAside)) {
    const provider = readProvider(row);
    if (typeof provider === "string") setAside(file, row, provider);
    else if (providers.has(provider.providerNo)) setAside(file, row, "DUPLICATE_PROVIDER_NO");
    else providers.set(provider.providerNo, provider);
  }
  return providers;
}

function readPatients(
  file: PatientFile,
  providers: ReadonlyMap<string, Provider>,
  setAside: SetAside,
): Map<string, Patient> {
  const patients = new Map<string, Patient>();
  for (const row of soundRows(file, setAside)) {
    const read = readPatient(row, providers);
    if (typeof read === "string") {
      setAside(file, row, read);
    } else if (patients.has(read.patient.demographicNo)) {
      setAside(file, row, "DUPLICATE_DEMOGRAPHIC_NO");
    } else {
      patients.set(read.patient.demographicNo, read.patient);
      if (read.flaw) setAside(file, row, read.flaw);
    }
  }
  return patients;
}

/** The code table gives OSCAR's names and colours; what a code is worth to RVSQ is in `bridge.json`. It is only checked. */
function checkCodes(file: CodeFile, setAside: SetAside): void {
  const codes = new Set<string>();
  for (const row of soundRows(file, setAside)) {
    const problem = checkCode(row) ?? (codes.has(row.text("code")) ? "DUPLICATE_CODE" : null);
    if (problem) setAside(file, row, problem);
    else codes.add(row.text("code"));
  }
}

function readTemplates(file: TemplateFile, setAside: SetAside): Templates {
  const templates: Templates = new Map();
  for (const row of soundRows(file, setAside)) {
    const problem = addTemplate(row, templates);
    if (problem) setAside(file, row, problem);
  }
  return templates;
}

function readScheduleDates(
  file: DateFile,
  templates: Templates,
  providers: ReadonlyMap<string, Provider>,
  setAside: SetAside,
): ScheduleDate[] {
  const dates = new Map<string, ScheduleDate>();
  for (const row of soundRows(file, setAside)) {
    const read = readScheduleDate(row, templates, providers);
    if (read === null) continue;
    if (typeof read === "string") {
      setAside(file, row, read);
      continue;
    }
    // OSCAR keeps one active row for a professional and a date, and shows the first it finds.
    const key = `${read.provider.providerNo} ${read.date}`;
    if (dates.has(key)) setAside(file, row, "DUPLICATE_SCHEDULE_DATE");
    else dates.set(key, read);
  }
  return [...dates.values()];
}

function readAppointments(
  file: AppointmentFile,
  zone: string,
  providers: ReadonlyMap<string, Provider>,
  patients: ReadonlyMap<string, Patient>,
  setAside: SetAside,
): AppointmentRow[] {
  const appointments = new Map<string, AppointmentRow>();
  for (const row of soundRows(file, setAside)) {
    const read = readAppointment(row, zone, providers, patients);
    if (typeof read === "string") setAside(file, row, read);
    else if (appointments.has(read.appointmentNo)) setAside(file, row, "DUPLICATE_APPOINTMENT_NO");
    else appointments.set(read.appointmentNo, read);
  }
  return [...appointments.values()];
}

function* soundRows<Column extends string>(file: CsvFile<Column>, setAside: SetAside): Generator<CsvRecord<Column>> {
  for (const record of file.records) {
    if (record.problem) setAside(file, record, record.problem);
    else yield record;
  }
}

function readTable<Column extends string>(folder: string, name: string, columns: readonly Column[]): CsvFile<Column> {
  return readCsv(name, readBytes(folder, name), columns);
}

function readBytes(folder: string, name: string): Buffer {
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    throw new ExportError(`${name} cannot be read in ${folder}.`, { cause: error });
  }
}
