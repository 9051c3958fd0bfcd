import type { Deps } from "../../deps.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import { normaliseNam } from "../../domain/nam.ts";
import type { Identity } from "../../domain/patient.ts";
import type { Registration } from "../../domain/registration.ts";
import type { InsuredPerson } from "../../registry.ts";
import { namBoundTo, openNam } from "./wire.ts";

/** A NAM that a caller gave, and the person RAMQ knows by it. */
export interface KnownPatient {
  namIndex: string;
  /** The number encrypted for one appointment: in another's row it does not open. */
  sealFor(appointmentId: string): Uint8Array;
  person: InsuredPerson | null;
}

/** The format only (PAT-01): whether RAMQ knows the number is another question (PAT-05). */
export function readNam(text: string, pointer: string): string {
  const nam = normaliseNam(text);
  if (nam === null) throw new Refusal([violation("PAT-01", "INVALID_NAM", pointer)]);
  return nam;
}

/** PAT-02: asks RAMQ, outside any transaction. Undefined stays undefined (not said), null stays null (no number). */
export async function knowPatient<Missing extends null | undefined>(
  deps: Deps,
  text: string | Missing,
): Promise<KnownPatient | Missing> {
  if (typeof text !== "string") return text;
  const nam = readNam(text, "/patient/nam");
  return {
    namIndex: deps.secrets.namIndex(nam),
    sealFor: (appointmentId) => deps.secrets.seal(nam, namBoundTo(appointmentId)),
    person: await deps.registry.find(nam),
  };
}

/** PAT-06: identity alone; eligibility is nothing that the clinic is told. */
export function identityOf(patient: KnownPatient | null | undefined): Identity | null {
  return patient?.person ?? null;
}

export function registrationOf(patient: KnownPatient | null | undefined): Registration | null {
  return patient?.person?.registration ?? null;
}

/** MOVE-12: of the patient of an existing appointment, asked outside any transaction; null without a number RAMQ knows. */
export async function registrationOfAppointment(deps: Deps, appointment: Appointment): Promise<Registration | null> {
  const nam = appointment.namMatched ? openNam(deps.secrets, appointment) : null;
  return nam === null ? null : ((await deps.registry.find(nam))?.registration ?? null);
}
