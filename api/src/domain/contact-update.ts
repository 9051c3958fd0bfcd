import { checkActive, isPast } from "./appointment.ts";
import type { Appointment } from "./appointment.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { checkContact, onlineContact } from "./patient.ts";
import type { CommunicationLanguage, Contact } from "./patient.ts";

/** What a patient may say anew, online; a field that is not sent stays as it is. */
export type ContactUpdate = {
  [Field in keyof Contact]?: Contact[Field] | undefined;
} & { communicationLanguage?: CommunicationLanguage | undefined };

/** PAT-14: who it is, when, where and with whom: known fields that a patient's update does not touch. */
export const notContact = [
  "firstName",
  "lastName",
  "sex",
  "birthDate",
  "startAt",
  "endAt",
  "date",
  "startTime",
  "durationMinutes",
  "slotId",
  "placeId",
  "place",
  "professionalId",
  "professionalName",
] as const;

/** PAT-14; ATT-09: attendance is written by others, but not by this caller. */
export function refuseNotContact(
  sent: Readonly<Partial<Record<(typeof notContact)[number] | "attendance", unknown>>>,
): Violation[] {
  const found = notContact
    .filter((field) => sent[field] !== undefined)
    .map((field) => violation("PAT-14", "FIELD_NOT_EDITABLE", `/${field}`));
  if (sent.attendance !== undefined) found.push(violation("ATT-09", "FORBIDDEN", "/attendance"));
  return found;
}

/**
 * PAT-11, PAT-13, APPT-61, APPT-69: the patient's own update of how to reach them. PAT-11 (reading): until the start; the
 * delay of CANCEL-06 keeps the clinic's time, and a number that is right serves the clinic until then. RAMQ's messages
 * say as much: two of them name both actions (MSG-03, MSG-04), the one about the delay only the cancellation (MSG-05).
 */
export function decideContactUpdate(
  before: Appointment,
  sent: ContactUpdate,
  { now, clinic }: { now: number; clinic: { name: string; phone: string } },
): Decision<Appointment> {
  const cancelled = checkActive(before);
  if (cancelled !== undefined) return refuse(cancelled);
  if (isPast(before.startAt, now)) {
    const params = { clinic: clinic.name, phone: clinic.phone };
    return refuse(violation("PAT-11", "ONLINE_ACTION_UNAVAILABLE", "/referenceNumber", params));
  }
  const after: Appointment = {
    ...before,
    homePhone: sent.homePhone === undefined ? before.homePhone : sent.homePhone,
    mobilePhone: sent.mobilePhone === undefined ? before.mobilePhone : sent.mobilePhone,
    email: sent.email === undefined ? before.email : sent.email,
    communicationModes: sent.communicationModes ?? before.communicationModes,
    communicationLanguage: sent.communicationLanguage ?? before.communicationLanguage,
    version: before.version + 1,
  };
  const missing = checkContact(after, false, onlineContact);
  return missing.length > 0 ? refuse(...missing) : accept(after);
}
