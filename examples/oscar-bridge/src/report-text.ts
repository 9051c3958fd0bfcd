import type { MalformedCode } from "./malformed.ts";
import type { Cascade } from "./outcome.ts";

export type Language = "fr" | "en";

/** What the closing table says, for someone who runs a clinic and has never seen a CSV file. */
export interface ReportText {
  locale: string;
  title(clinic: string): string;
  asOf: string;
  before: {
    heading: string;
    services: string;
    slots: string;
    past: string;
    notExisting: string;
    read: string;
    pushed: string;
    ofWhichPast(count: number): string;
    cancelled: string;
    refused: string;
    malformed: string;
  };
  booked: {
    heading: string;
    asked: string;
    booked: string;
    /** Where they found it. */
    through: Readonly<Record<Cascade, string>>;
    lostRace: string;
    noOpening: string;
    refused: string;
  };
  freed: { heading: string; cancelled: string; refused: string };
  complete: {
    heading: string;
    nothing: string;
    appointment: string;
    reason: string;
    newBooking: string;
    sharedNam(receivedBy: string, others: string): string;
    rows: string;
    row(file: string, line: number): string;
    sharedPatients: string;
    sharedPatient(receivedBy: string, others: string): string;
  };
  agree: {
    heading: string;
    yes(days: number): string;
    no(different: number, days: number): string;
    unchanged(count: number): string;
    changed(created: number, updated: number): string;
    disagree: string;
    out: string;
  };
  /** Between the first and the last of several numbers. */
  upTo: string;
  /** Codes of the hub and of the reader; one that is not here is printed as it is. */
  codes: Readonly<Record<string, string>>;
}

const malformedFr: Readonly<Record<MalformedCode, string>> = {
  QUOTES: "guillemets mal fermés",
  ENCODING: "caractères illisibles (pas de l’UTF-8)",
  COLUMN_COUNT: "nombre de colonnes différent de l’en-tête",
  PROVIDER_NO_MISSING: "professionnel sans numéro OSCAR",
  PRACTITIONER_NO_FORMAT: "numéro de pratique qui n’en est pas un",
  DUPLICATE_PROVIDER_NO: "numéro de professionnel déjà vu plus haut",
  DEMOGRAPHIC_NO_FORMAT: "numéro de dossier qui n’en est pas un",
  DUPLICATE_DEMOGRAPHIC_NO: "numéro de dossier déjà vu plus haut",
  NAME_MISSING: "nom ou prénom manquant",
  SEX_FORMAT: "sexe manquant ou inconnu",
  BIRTH_DATE_FORMAT: "date de naissance impossible",
  NAM_FORMAT: "numéro d’assurance maladie impossible; le patient est traité comme n’en ayant pas",
  CODE_FORMAT: "code d’horaire qui n’a pas un seul caractère",
  DUPLICATE_CODE: "code d’horaire déjà vu plus haut",
  DURATION_FORMAT: "durée qui n’est pas un nombre de minutes",
  TEMPLATE_NAME_MISSING: "modèle d’horaire sans nom ou sans propriétaire",
  TEMPLATE_LENGTH: "modèle d’horaire qui n’a pas 96 quarts d’heure",
  DUPLICATE_TEMPLATE: "modèle d’horaire déjà vu plus haut",
  TEMPLATE_MISSING: "journée dont le modèle d’horaire manque; rien n’y est offert",
  AVAILABLE_FORMAT: "disponibilité ni 0 ni 1",
  DUPLICATE_SCHEDULE_DATE: "journée déjà vue plus haut pour ce professionnel",
  APPOINTMENT_NO_FORMAT: "numéro de rendez-vous qui n’en est pas un",
  DUPLICATE_APPOINTMENT_NO: "numéro de rendez-vous déjà vu plus haut",
  TIME_FORMAT: "heure impossible",
  END_BEFORE_START: "fin avant le début",
  UNKNOWN_PATIENT: "dossier du patient introuvable",
  LOCAL_TIME_DOES_NOT_EXIST: "heure qui n’existe pas (passage à l’heure d’été)",
  DATE_FORMAT: "date impossible",
  STATUS_UNKNOWN: "statut inconnu",
  UNKNOWN_PROVIDER: "professionnel introuvable",
};

const malformedEn: Readonly<Record<MalformedCode, string>> = {
  QUOTES: "quotes that are not closed",
  ENCODING: "unreadable characters (not UTF-8)",
  COLUMN_COUNT: "not as many columns as the header",
  PROVIDER_NO_MISSING: "professional without OSCAR number",
  PRACTITIONER_NO_FORMAT: "not a practice number",
  DUPLICATE_PROVIDER_NO: "professional number already seen above",
  DEMOGRAPHIC_NO_FORMAT: "not a chart number",
  DUPLICATE_DEMOGRAPHIC_NO: "chart number already seen above",
  NAME_MISSING: "last or first name missing",
  SEX_FORMAT: "sex missing or unknown",
  BIRTH_DATE_FORMAT: "impossible birth date",
  NAM_FORMAT: "impossible health insurance number; the patient is treated as having none",
  CODE_FORMAT: "schedule code that is not one character",
  DUPLICATE_CODE: "schedule code already seen above",
  DURATION_FORMAT: "duration that is not a number of minutes",
  TEMPLATE_NAME_MISSING: "schedule template without name or owner",
  TEMPLATE_LENGTH: "schedule template without 96 quarter hours",
  DUPLICATE_TEMPLATE: "schedule template already seen above",
  TEMPLATE_MISSING: "day whose schedule template is missing; nothing is offered",
  AVAILABLE_FORMAT: "availability neither 0 nor 1",
  DUPLICATE_SCHEDULE_DATE: "day already seen above for this professional",
  APPOINTMENT_NO_FORMAT: "not an appointment number",
  DUPLICATE_APPOINTMENT_NO: "appointment number already seen above",
  TIME_FORMAT: "impossible time",
  END_BEFORE_START: "end before start",
  UNKNOWN_PATIENT: "patient’s chart not found",
  LOCAL_TIME_DOES_NOT_EXIST: "time that does not exist (clocks going forward)",
  DATE_FORMAT: "impossible date",
  STATUS_UNKNOWN: "unknown status",
  UNKNOWN_PROVIDER: "professional not found",
};

const fr: ReportText = {
  locale: "fr-CA",
  title: (clinic) => `${clinic}\u00a0: votre agenda et Rendez-vous santé Québec`,
  asOf: "Situation au",
  before: {
    heading: "Ce qu’il y avait",
    services: "Services offerts",
    slots: "Plages envoyées",
    past: "Plages déjà terminées, non envoyées",
    notExisting: "Plages à une heure qui n’existe pas, non envoyées",
    read: "Rendez-vous dans l’agenda",
    pushed: "  transmis",
    ofWhichPast: (count) => (count > 1 ? `dont ${count} passés` : `dont ${count} passé`),
    cancelled: "  déjà annulés, laissés de côté",
    refused: "  refusés, à compléter",
    malformed: "  illisibles, à corriger",
  },
  booked: {
    heading: "Ce que les citoyens ont réservé sans appeler",
    asked: "Citoyens qui ont cherché",
    booked: "Rendez-vous réservés",
    through: {
      "1": "  1    auprès de leur professionnel",
      "2.1": "  2.1  auprès de l’équipe de relais nº 1",
      "2.2": "  2.2  auprès de l’équipe de relais nº 2",
      "2.3": "  2.3  ailleurs dans leur GMF",
      "3": "  3    près de leur code postal",
    },
    lostRace: "Arrivés juste après un autre",
    noOpening: "N’ont rien trouvé de libre",
    refused: "Refusés pour une autre raison",
  },
  freed: {
    heading: "Ce qui s’est libéré",
    cancelled: "Rendez-vous annulés en ligne",
    refused: "Annulation refusée",
  },
  complete: {
    heading: "Ce qu’une personne doit compléter",
    nothing: "Rien.",
    appointment: "Rendez-vous",
    reason: "Raison",
    newBooking: "réservé en ligne\u00a0: inscrire le motif",
    sharedNam: (receivedBy, others) =>
      `inscrit au dossier ${receivedBy}; même NAM au dossier ${others}\u00a0: vérifier`,
    rows: "Lignes de l’export laissées de côté",
    row: (file, line) => `${file}, ligne ${line}`,
    sharedPatients: "Dossiers qui ont le même numéro d’assurance maladie",
    sharedPatient: (receivedBy, others) => `${receivedBy} (reçoit les réservations) et ${others}`,
  },
  agree: {
    heading: "Les deux agendas concordent-ils?",
    yes: (days) => `Oui\u00a0: ${days} journées comparées, aucune différente.`,
    no: (different, days) => `NON\u00a0: ${different} sur ${days} journées diffèrent.`,
    unchanged: (count) => `Tout renvoyer une seconde fois n’a rien changé (${count} éléments).`,
    changed: (created, updated) =>
      `Renvoyer a créé ${created} éléments et en a changé ${updated}; rien n’aurait dû changer.`,
    disagree: "Des chiffres ne concordent pas\u00a0:",
    out: "Agenda mis à jour\u00a0:",
  },
  upTo: " à ",
  codes: {
    ...malformedFr,
    CONTACT_REQUIRED: "téléphone ou moyen de communication du patient manquant",
    REQUIRED_FIELD: "un renseignement obligatoire manque",
    PAST_LIMIT_EXCEEDED: "trop ancien pour être transmis",
    CANCELLATION_WINDOW_CLOSED: "le délai d’annulation est dépassé",
    PATIENT_ALREADY_BOOKED_THAT_DAY: "le patient a déjà un rendez-vous ce jour-là",
    IDENTITY_CHECK_FAILED: "l’identité ne correspond pas",
    REFERENCE_NOT_FOUND: "numéro de référence inconnu",
  },
};

const en: ReportText = {
  locale: "en-CA",
  title: (clinic) => `${clinic}: your agenda and Rendez-vous santé Québec`,
  asOf: "As of",
  before: {
    heading: "What was there",
    services: "Services offered",
    slots: "Slots sent",
    past: "Slots already over, not sent",
    notExisting: "Slots at a time that does not exist, not sent",
    read: "Appointments in the agenda",
    pushed: "  sent",
    ofWhichPast: (count) => `${count} of them past`,
    cancelled: "  cancelled before, left aside",
    refused: "  refused, to complete",
    malformed: "  unreadable, to correct",
  },
  booked: {
    heading: "What citizens booked without calling",
    asked: "Citizens who searched",
    booked: "Appointments booked",
    through: {
      "1": "  1    with their own professional",
      "2.1": "  2.1  with relay team 1",
      "2.2": "  2.2  with relay team 2",
      "2.3": "  2.3  elsewhere in their family medicine group",
      "3": "  3    near their postal code",
    },
    lostRace: "Came just after someone else",
    noOpening: "Found nothing free",
    refused: "Refused for another reason",
  },
  freed: {
    heading: "What came free again",
    cancelled: "Appointments cancelled online",
    refused: "Cancellation refused",
  },
  complete: {
    heading: "What a person must complete",
    nothing: "Nothing.",
    appointment: "Appointment",
    reason: "Reason",
    newBooking: "booked online: write the reason for the visit",
    sharedNam: (receivedBy, others) => `written to chart ${receivedBy}; same NAM on chart ${others}: check`,
    rows: "Rows of the export left aside",
    row: (file, line) => `${file}, line ${line}`,
    sharedPatients: "Charts that have the same health insurance number",
    sharedPatient: (receivedBy, others) => `${receivedBy} (receives the bookings) and ${others}`,
  },
  agree: {
    heading: "Do both agendas agree?",
    yes: (days) => `Yes: ${days} days compared, none different.`,
    no: (different, days) => `NO: ${different} of ${days} days differ.`,
    unchanged: (count) => `Sending everything a second time changed nothing (${count} items).`,
    changed: (created, updated) =>
      `Sending again created ${created} items and changed ${updated}; nothing should have changed.`,
    disagree: "Some figures do not add up:",
    out: "Updated agenda:",
  },
  upTo: " to ",
  codes: {
    ...malformedEn,
    CONTACT_REQUIRED: "patient’s phone or way to be reached missing",
    REQUIRED_FIELD: "something that is required is missing",
    PAST_LIMIT_EXCEEDED: "too old to be sent",
    CANCELLATION_WINDOW_CLOSED: "too late to cancel online",
    PATIENT_ALREADY_BOOKED_THAT_DAY: "the patient already has an appointment that day",
    IDENTITY_CHECK_FAILED: "the identity does not match",
    REFERENCE_NOT_FOUND: "unknown reference number",
  },
};

export const reportTexts: Readonly<Record<Language, ReportText>> = { fr, en };
