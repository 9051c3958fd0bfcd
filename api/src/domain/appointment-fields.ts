import type { Appointment } from "./appointment.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";

/** What an appointment's readers see and no clinic sends, and the rule that says so: its row of the field table, or one of its own. */
const readOnlyRules = {
  patientNote: "APPT-34",
  referenceNumber: "APPT-68",
  author: "APPT-68",
  nurse: "APPT-68",
  createdAt: "APPT-68",
  appointmentType: "APPT-44",
  professionalNameVisible: "APPT-46",
  cancellationDelay: "APPT-48",
  onlineCancelUntil: "Appointment.onlineCancelUntil",
  hasNotes: "APPT-35",
  slotId: "Appointment.slotId",
  status: "Appointment.status",
  cancelledAt: "CANCEL-15",
  cancelledBy: "CANCEL-15",
  cancellable: "CANCEL-16",
  agendaStatus: "SYNC-46",
  agendaReason: "SYNC-46",
  imported: "SYNC-54",
  concurrent: "Appointment.concurrent",
  access: "Appointment.access",
} as const;
export type ReadOnlyField = keyof typeof readOnlyRules;
// The keys of a constant.
const readOnlyFields = Object.keys(readOnlyRules) as ReadOnlyField[];

const readOnlyOfPatient = { registration: "PAT-16", namMatched: "PAT-02", isMinor: "Patient.isMinor" } as const;
// The keys of a constant.
const fieldsOfPatient = Object.keys(readOnlyOfPatient) as (keyof typeof readOnlyOfPatient)[];

export type ReadOnlySent = Readonly<Partial<Record<ReadOnlyField, unknown>>> & {
  patient?: Readonly<Partial<Record<keyof typeof readOnlyOfPatient, unknown>>> | undefined;
};

/**
 * APPT-34, APPT-35, APPT-44, APPT-46 to APPT-48, APPT-68, CANCEL-15, CANCEL-16, MOVE-09, PAT-02, PAT-16, SYNC-46, SYNC-54: fields that
 * are frozen, generated or computed are refused rather than ignored. `writable`: what this call may send all the same, the slot
 * that it names or the status by which a push cancels.
 */
export function refuseReadOnly(
  sent: ReadOnlySent,
  before: Pick<Appointment, "author"> | null,
  writable?: "slotId" | "status",
): Violation[] {
  const found = readOnlyFields
    .filter((field) => field !== writable && sent[field] !== undefined)
    .map((field) => violation(ruleOf(field, before), "FIELD_NOT_EDITABLE", `/${field}`));
  const ofPatient = fieldsOfPatient
    .filter((field) => sent.patient?.[field] !== undefined)
    .map((field) => violation(readOnlyOfPatient[field], "FIELD_NOT_EDITABLE", `/patient/${field}`));
  return [...found, ...ofPatient];
}

function ruleOf(field: ReadOnlyField, before: Pick<Appointment, "author"> | null): string {
  if (field === "professionalNameVisible" && before?.author.type === "citizen") return "APPT-47";
  if (field === "onlineCancelUntil" && before !== null) return "MOVE-09";
  return readOnlyRules[field];
}
