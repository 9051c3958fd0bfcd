import { accept, pointerStep, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { CommunicationLanguage } from "./patient.ts";
import type { Cascade } from "./cascade.ts";

/** What clinics say in their own words: in the automatic e-mails, and beside what a citizen finds. */

/** COMM-04, NOTIF-01: what an automatic e-mail is about (open point 18: as in the SMS annex). */
export const emailSubjects = [
  "confirmation",
  "reminder",
  "cancellation",
  "modification",
  "contactDetailsChange",
  "noShow",
] as const;
export type EmailSubject = (typeof emailSubjects)[number];

/** MSG-06, MSG-07, MSG-08, in this order. */
export const messageTypes = ["ownProfessionalInGmf", "ownProfessionalOutsideGmf", "gmfProfessionals"] as const;
export type MessageType = (typeof messageTypes)[number];

export const messageOptions = ["default", "custom"] as const;
export type MessageOption = (typeof messageOptions)[number];

/** COMM-10: the scope of a message that is for every place; any other scope is a place. */
export const everyPlace = "establishment";

/** A text with formatting that has been let through, and the same without. */
export interface FormattedText {
  html: string;
  text: string;
}

/** COMM-03: an e-mail is the whole establishment's. Beyond its body nothing can be said of it. */
export function refuseEmailFields(fields: readonly string[]): Violation[] {
  return fields.map((name) =>
    violation(name === "placeId" ? "COMM-03" : "CONTRACT", "UNKNOWN_FIELD", pointerStep(name)),
  );
}

/**
 * COMM-05, COMM-07: the clinic's section of an automatic e-mail to a patient who reads this language; null when the
 * clinic has written nothing in it, and the e-mail goes out without.
 */
export function clinicSection(
  subject: EmailSubject,
  language: CommunicationLanguage,
  written: readonly (FormattedText & { subject: EmailSubject; language: CommunicationLanguage })[],
): FormattedText | null {
  const found = written.find((each) => each.subject === subject && each.language === language);
  if (found === undefined || found.text === "") return null;
  const heading = sectionHeadings[language];
  return {
    html: `<section lang="${language}"><h2>${heading}</h2>${found.html}</section>`,
    text: `${heading}\n\n${found.text}`,
  };
}

const sectionHeadings: Readonly<Record<CommunicationLanguage, string>> = {
  fr: "Message de la clinique",
  en: "Message from the clinic",
};

/** COMM-11: what is written replaces RAMQ's message; who keeps RAMQ's writes nothing. */
export function decideMessage(
  option: MessageOption,
  body: FormattedText | null,
): Decision<{ option: MessageOption; body: FormattedText | null }> {
  if (option === "custom" && (body === null || body.text === ""))
    return refuse(violation("COMM-11", "REQUIRED_FIELD", "/body"));
  if (option === "default" && body !== null) return refuse(violation("COMM-11", "INVALID_REQUEST", "/body"));
  return accept({ option, body });
}

/** MSG-06, MSG-07: with one's own professional, by whether the patient is registered in a GMF. MSG-08: with those of the GMF (cascades 2.1 to 2.3). */
export function messageTypeOf(cascade: Cascade, { gmfNumber }: { gmfNumber: string | null }): MessageType | null {
  if (cascade === "1") return gmfNumber === null ? "ownProfessionalOutsideGmf" : "ownProfessionalInGmf";
  return cascade.startsWith("2.") ? "gmfProfessionals" : null;
}

/** A message as a clinic has set it. */
export interface WrittenMessage {
  establishmentId: string;
  type: MessageType;
  /** A place, or everyPlace. */
  scope: string;
  language: CommunicationLanguage;
  option: MessageOption;
  /** COMM-11: present if and only if the option is `custom`. */
  body: FormattedText | null;
}

export const messageSources = ["place", "establishment", "default"] as const;
export type MessageSource = (typeof messageSources)[number];

export interface ShownMessage extends FormattedText {
  source: MessageSource;
}

/**
 * COMM-11, COMM-12, MSG-10, MSG-11: the place's message, else the establishment's, else RAMQ's. COMM-07: one written in
 * the other language counts for nothing. A place that has chosen RAMQ's message has it, whatever its establishment says.
 */
export function messageShown(
  wanted: { establishmentId: string; placeId: string | null; type: MessageType; language: CommunicationLanguage },
  written: readonly WrittenMessage[],
): ShownMessage {
  const { establishmentId, placeId, type, language } = wanted;
  const at = (scope: string | null) =>
    written.find(
      (each) =>
        each.establishmentId === establishmentId &&
        each.scope === scope &&
        each.type === type &&
        each.language === language,
    );
  const ofPlace = at(placeId);
  const found = ofPlace ?? at(everyPlace);
  if (found === undefined || found.body === null) return defaultMessage(type, language);
  return { ...found.body, source: ofPlace === undefined ? "establishment" : "place" };
}

/** MSG-06 to MSG-08, MSG-14: what RAMQ says when no clinic has said otherwise. */
export function defaultMessage(type: MessageType, language: CommunicationLanguage): ShownMessage {
  const text = defaultTexts[type][language];
  return { html: `<p>${text}</p>`, text, source: "default" };
}

/** Plain words: nothing in them needs to be escaped. */
const defaultTexts: Readonly<Record<MessageType, Readonly<Record<CommunicationLanguage, string>>>> = {
  ownProfessionalInGmf: {
    fr: "Certaines disponibilités de votre professionnel de la santé pourraient ne pas être affichées. Au besoin, téléphonez à votre groupe de médecine de famille.",
    en: "Some of your health professional’s availabilities may not be shown. If needed, phone your family medicine group.",
  },
  ownProfessionalOutsideGmf: {
    fr: "Certaines disponibilités de votre professionnel de la santé pourraient ne pas être affichées. Au besoin, téléphonez à sa clinique.",
    en: "Some of your health professional’s availabilities may not be shown. If needed, phone their clinic.",
  },
  gmfProfessionals: {
    fr: "Certaines disponibilités des professionnels de la santé de la clinique pourraient ne pas être affichées. Au besoin, téléphonez à la clinique.",
    en: "Some availabilities of the clinic’s health professionals may not be shown. If needed, phone the clinic.",
  },
};
