import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { Registration } from "./registration.ts";

export const sexes = ["F", "M"] as const;
export type Sex = (typeof sexes)[number];
export const communicationModes = ["email", "sms", "phone"] as const;
export type CommunicationMode = (typeof communicationModes)[number];
/** APPT-30: modes are a set, which is kept in one order: two lists that say the same are then equal. */
export function distinctModes(sent: readonly CommunicationMode[]): CommunicationMode[] {
  return communicationModes.filter((mode) => sent.includes(mode));
}
export const languages = ["fr", "en"] as const;
export type CommunicationLanguage = (typeof languages)[number];

export interface Identity {
  firstName: string;
  lastName: string;
  sex: Sex;
  /** `YYYY-MM-DD` */
  birthDate: string;
}

export interface Contact {
  homePhone: string | null;
  mobilePhone: string | null;
  email: string | null;
  communicationModes: readonly CommunicationMode[];
}

const identityFields = ["firstName", "lastName", "sex", "birthDate"] as const;

/**
 * APPT-22, PAT-03, PAT-04, PAT-05, PAT-07: what is sent wins, what is not sent is filled by RAMQ's match; all four must
 * be there in the end. Without a match the caller sends them, and the appointment is accepted all the same.
 */
export function decideIdentity(
  sent: Readonly<Partial<Record<keyof Identity, string | null | undefined>>>,
  person: Identity | null,
  given: { nam: boolean; today: string },
): Decision<Identity> {
  const merged = (field: keyof Identity) => sent[field] ?? person?.[field] ?? "";
  const rule = given.nam ? "PAT-04" : "APPT-22";
  const found: Violation[] = identityFields
    .filter((field) => merged(field).trim() === "")
    .map((field) => violation(rule, "REQUIRED_FIELD", `/patient/${field}`));
  const birthDate = merged("birthDate");
  if (birthDate > given.today) found.push(violation("APPT-22", "OUT_OF_RANGE", "/patient/birthDate"));
  if (found.length > 0) return refuse(...found);
  return accept({
    firstName: merged("firstName"),
    lastName: merged("lastName"),
    sex: merged("sex") === "F" ? "F" : "M",
    birthDate,
  });
}

/**
 * PAT-03, PAT-04 (readings): another number in the place of one is another person, to be identified anew. A first number
 * tells more of the same person, whose identity the clinic has given.
 */
export function isReplaced(namIndex: string | null, by: string | null | undefined): boolean {
  return namIndex !== null && by !== null && by !== undefined && by !== namIndex;
}

/** Under which rules contact is asked for, and where it stands in the request. */
export interface ContactRules {
  phone: string;
  mode: string;
  /** APPT-27 to APPT-29: what each mode needs. */
  email: string;
  sms: string;
  call: string;
  pointer: string;
  /** Where what is missing is said first, when the request itself takes none of it. */
  params?: { savedBy: string };
}
const ofTheClinic = { email: "APPT-27", sms: "APPT-28", call: "APPT-29", pointer: "/patient" };
export const creationContact: ContactRules = { ...ofTheClinic, phone: "APPT-23", mode: "APPT-25" };
export const modificationContact: ContactRules = { ...ofTheClinic, phone: "APPT-61", mode: "APPT-61" };
export const moveContact: ContactRules = { ...ofTheClinic, phone: "MOVE-02", mode: "MOVE-02" };
/** Online the body is the patient's own: nothing is said of a `patient` in it. */
export const onlineCreationContact: ContactRules = { ...creationContact, pointer: "" };
/** PAT-13: a modification, by the patient. */
export const onlineContact: ContactRules = {
  ...{ phone: "APPT-61", mode: "APPT-61", email: "PAT-13", sms: "PAT-13", call: "PAT-13" },
  pointer: "",
};

/**
 * APPT-23 to APPT-25, APPT-61, APPT-62: a start that is not past needs one of the two phones and one mode; a past one
 * neither. APPT-27 to APPT-30, PAT-13: each mode, of as many as are chosen, needs its own address or number.
 */
export function checkContact(contact: Contact, isPast: boolean, rules: ContactRules): Violation[] {
  const found: Violation[] = [];
  const missing = (rule: string, field: string) =>
    found.push(violation(rule, "CONTACT_REQUIRED", `${rules.pointer}/${field}`, rules.params));
  if (!isPast) {
    if (contact.homePhone === null && contact.mobilePhone === null) missing(rules.phone, "homePhone");
    if (contact.communicationModes.length === 0)
      found.push(violation(rules.mode, "CONTACT_REQUIRED", "/communicationModes", rules.params));
  }
  for (const mode of new Set(contact.communicationModes)) {
    switch (mode) {
      case "email":
        if (contact.email === null) missing(rules.email, "email");
        break;
      case "sms":
        if (contact.mobilePhone === null) missing(rules.sms, "mobilePhone");
        break;
      case "phone":
        if (contact.homePhone === null) missing(rules.call, "homePhone");
        break;
    }
  }
  return found;
}

/** CLOSE-12: whether a message could reach the patient: one of the modes has the address or number it needs. */
export function isReachable({ communicationModes, email, mobilePhone, homePhone }: Contact): boolean {
  const addresses = { email, sms: mobilePhone, phone: homePhone };
  return communicationModes.some((mode) => addresses[mode] !== null);
}

/** APPT-26: e-mail alone, which then needs an address; a past start needs no mode (APPT-25). */
export function defaultModes(isPast: boolean): readonly CommunicationMode[] {
  return isPast ? [] : ["email"];
}

/**
 * North American number: ten digits, a country code and an extension being accepted. It has no flags: a pattern of JSON
 * Schema, as which it is published, knows none.
 */
export const phonePattern =
  /^(?:\+?1[\s.-]*)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]*\d{4}(?:[\s,;]*(?:[xX]|[eE][xX][tT]\.?|[pP][oO][sS][tT][eE])\s*\d{1,6})?$/;

/** Which professionals of an establishment a registration is with. */
export interface OwnProfessionals {
  /** The person's family physician. */
  professionalId: string | null;
  /** CASC-02: whom a delegation assigns in the physician's stead. */
  delegatedProfessionalId: string | null;
}

/** PAT-16: what of a person's registration an establishment is told. */
export interface OwnRegistration extends OwnProfessionals {
  /** The person is registered in its GMF, with whomever. */
  inGmf: boolean;
  /** RAMQ's number of the place of registration; null when that is not with the physician here nor in its GMF. */
  placeNumber: string | null;
  /** `YYYY-MM-DD`, the last days of the registration, of that in its GMF and of that at the place; null, no end is known. */
  endDate: string | null;
  gmfEndDate: string | null;
  placeEndDate: string | null;
}

/**
 * PAT-16: RAMQ's to write and the clinic's to read, what of it holds today (registrationOn) as far as it concerns the
 * clinic. Null when it does not: with whom else, and whether with anybody, is between the person and RAMQ.
 */
export function registrationAt(
  registration: Omit<Registration, "practiceNumber" | "delegatedPracticeNumber"> | null,
  establishment: { gmfNumber: string | null },
  own: OwnProfessionals,
): OwnRegistration | null {
  if (registration === null) return null;
  const { gmfNumber, placeNumber, endDate, gmfEndDate, placeEndDate } = registration;
  const inGmf = gmfNumber !== null && gmfNumber === establishment.gmfNumber;
  if (own.professionalId === null && own.delegatedProfessionalId === null && !inGmf) return null;
  const isTheirPlace = placeNumber !== null && (own.professionalId !== null || inGmf);
  return {
    ...{ ...own, inGmf, endDate, gmfEndDate: inGmf ? gmfEndDate : null },
    ...(isTheirPlace ? { placeNumber, placeEndDate } : { placeNumber: null, placeEndDate: null }),
  };
}
