import { offeredRuns, type OfferedRun } from "./agenda.ts";
import type { ServiceType, Visibility } from "./bridge-json.ts";
import { withOffset } from "./local-time.ts";
import type { MalformedRow } from "./malformed.ts";
import type { AppointmentRow, Attendance } from "./read-appointments.ts";
import type { Export } from "./read-export.ts";
import type { Patient, Provider } from "./read-people.ts";

/** A professional by practice number; two rows of `provider.csv` with one number are one professional. */
export interface Professional {
  professionalNumber: string;
  firstName: string;
  lastName: string;
}

/** An insured person for the registry, with the professional who follows them. */
export interface InsuredPerson {
  nam: string;
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  birthDate: string;
  homePhone: string | null;
  mobilePhone: string | null;
  email: string | null;
  language: "fr" | "en";
  /** Where they live, when the clinic knows. */
  postalCode: string | null;
  ownProfessionalNumber: string | null;
}

/** A service is (professional, type, reason, duration): codes that mean the same share one. `key` names it within this plan. */
export interface ServiceToPush {
  key: string;
  professionalNumber: string;
  type: ServiceType;
  consultationReason: string;
  durationMinutes: number;
}

/** Instants are RFC 3339 with the offset of the place's zone. */
export interface SlotToPush {
  externalId: string;
  professionalNumber: string;
  serviceKey: string;
  startAt: string;
  endAt: string;
  visibility: Visibility;
  openFrom: string | null;
}

export type CommunicationMode = "email" | "sms" | "phone";

export interface AppointmentToPush {
  externalId: string;
  professionalNumber: string;
  startAt: string;
  durationMinutes: number;
  attendance: Attendance;
  patient: {
    nam: string | null;
    firstName: string;
    lastName: string;
    sex: "F" | "M";
    birthDate: string;
    homePhone: string | null;
    mobilePhone: string | null;
    email: string | null;
  };
  communicationModes: CommunicationMode[];
  communicationLanguage: "fr" | "en";
  clinicNote: string | null;
}

/** Patients with one NAM: a citizen's booking goes to the lowest number. */
export interface SharedNam {
  demographicNos: string[];
  receivedBy: string;
}

export interface PushPlan {
  professionals: Professional[];
  insuredPersons: InsuredPerson[];
  sharedNams: SharedNam[];
  services: ServiceToPush[];
  slots: SlotToPush[];
  /** `externalId` of the runs that ended before the clock. */
  skippedPast: string[];
  /** Runs whose local start does not exist on their date, by line of `scheduledate.csv`. */
  notExisting: { line: number; externalId: string }[];
  /** Rows of `appointment.csv`, malformed ones included. */
  appointmentsRead: number;
  appointments: AppointmentToPush[];
  /** `appointment_no` of the cancelled rows; the hub never knew them. */
  cancelledUnknown: string[];
  malformed: readonly MalformedRow[];
}

/**
 * What the bridge sends to the hub at this instant, from the files alone. A run is past when it ended strictly before the
 * clock, as SLOT-04 has it: one under way is pushed, and so is one that ends at the very instant.
 */
export function planPush(exported: Export, clock: Date): PushPlan {
  const zone = exported.config.place.timeZone;
  const runs = offeredRuns(exported);
  const existing = runs.filter(doesExist);
  const current = existing.filter((run) => run.endAt >= clock);
  const people = byNam(exported.patients);

  return {
    professionals: professionalsOf(exported.providers),
    insuredPersons: [...people.values()].map(([first]) => insuredPerson(first, exported.providers)),
    sharedNams: [...people.values()]
      .filter((sharing) => sharing.length > 1)
      .map((sharing) => ({
        demographicNos: sharing.map((patient) => patient.demographicNo),
        receivedBy: sharing[0].demographicNo,
      })),
    services: [...new Map(current.map((run) => [serviceOf(run).key, serviceOf(run)])).values()],
    slots: current.map((run) => ({
      externalId: run.externalId,
      professionalNumber: run.provider.professionalNumber,
      serviceKey: serviceOf(run).key,
      startAt: withOffset(run.startAt, zone),
      endAt: withOffset(run.endAt, zone),
      visibility: run.offered.visibility,
      openFrom: run.openFrom && withOffset(run.openFrom, zone),
    })),
    skippedPast: existing.filter((run) => run.endAt < clock).map((run) => run.externalId),
    notExisting: runs
      .filter((run) => run.startAt === null)
      .map(({ day, externalId }) => ({ line: day.record.line, externalId })),
    appointmentsRead: exported.appointmentFile.records.length,
    appointments: exported.appointments.filter((row) => !row.cancelled).map((row) => appointmentToPush(row, zone)),
    cancelledUnknown: exported.appointments.filter((row) => row.cancelled).map((row) => row.appointmentNo),
    malformed: exported.malformed,
  };
}

function doesExist(run: OfferedRun): run is OfferedRun & { startAt: Date } {
  return run.startAt !== null;
}

/** An appointment that starts now is not past. */
export function isPast(appointment: { startAt: string }, clock: Date): boolean {
  return Date.parse(appointment.startAt) < clock.getTime();
}

/** Patients that share a NAM, lowest number first, by NAM. */
export function byNam(patients: ReadonlyMap<string, Patient>): Map<string, [Patient, ...Patient[]]> {
  const people = new Map<string, [Patient, ...Patient[]]>();
  const inOrder = [...patients.values()].sort((a, b) => compareNumbers(a.demographicNo, b.demographicNo));
  for (const patient of inOrder) {
    if (patient.nam === null) continue;
    const sharing = people.get(patient.nam);
    if (sharing) sharing.push(patient);
    else people.set(patient.nam, [patient]);
  }
  return people;
}

function compareNumbers(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function professionalsOf(providers: ReadonlyMap<string, Provider>): Professional[] {
  const professionals = new Map<string, Professional>();
  for (const { professionalNumber, firstName, lastName } of providers.values()) {
    if (professionals.has(professionalNumber)) continue;
    professionals.set(professionalNumber, { professionalNumber, firstName, lastName });
  }
  return [...professionals.values()];
}

function insuredPerson(patient: Patient, providers: ReadonlyMap<string, Provider>): InsuredPerson {
  const { firstName, lastName, sex, birthDate, homePhone, mobilePhone, email, language, postalCode } = patient;
  if (patient.nam === null) throw new Error("only patients with a NAM are insured persons");
  const own = patient.ownProviderNo === null ? undefined : providers.get(patient.ownProviderNo);
  return {
    nam: patient.nam,
    ...{ firstName, lastName, sex, birthDate, homePhone, mobilePhone, email, language, postalCode },
    ownProfessionalNumber: own?.professionalNumber ?? null,
  };
}

function serviceOf(run: OfferedRun): ServiceToPush {
  const { professionalNumber } = run.provider;
  const { type, consultationReason, durationMinutes } = run.offered;
  const key = [professionalNumber, type, consultationReason, durationMinutes].join("/");
  return { key, professionalNumber, type, consultationReason, durationMinutes };
}

function appointmentToPush(row: AppointmentRow, zone: string): AppointmentToPush {
  const { nam, firstName, lastName, sex, birthDate, homePhone, mobilePhone, email } = row.patient;
  return {
    externalId: row.appointmentNo,
    professionalNumber: row.provider.professionalNumber,
    startAt: withOffset(row.startAt, zone),
    durationMinutes: row.durationMinutes,
    attendance: row.attendance,
    patient: { nam, firstName, lastName, sex, birthDate, homePhone, mobilePhone, email },
    communicationModes: modesOf(row.patient),
    communicationLanguage: row.patient.language,
    // OSCAR's reason is free text, no consultation reason of RVSQ: it goes where only the clinic reads it (APPT-33).
    clinicNote: [row.reason, row.notes].filter((text) => text !== "").join("\n") || null,
  };
}

/** The modes somebody can receive; APPT-27 to APPT-29 want the address or number that each needs. */
export function modesOf(patient: Pick<Patient, "email" | "mobilePhone" | "homePhone">): CommunicationMode[] {
  const modes: CommunicationMode[] = [];
  if (patient.email !== null) modes.push("email");
  if (patient.mobilePhone !== null) modes.push("sms");
  if (patient.homePhone !== null) modes.push("phone");
  return modes;
}
