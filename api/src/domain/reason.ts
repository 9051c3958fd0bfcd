import type { Asker } from "./actor.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { addDays } from "./time.ts";

/**
 * REASON-01: the catalogue of consultation reasons (raisons de consultation); the texts are RAMQ's, and the time frames
 * in them describe, they bind nobody (REASON-10).
 */
export interface ReasonEntry {
  /** REASON-04 to REASON-07: whole years of age, both included; absent, any age. */
  ages?: { from?: number; to?: number };
  /** REASON-02: whether citizens may search and book with it; else triage nurses alone (CASC-23). */
  online: boolean;
  fr: { label: string; description: string };
  en: { label: string; description: string };
}

const catalogue = {
  minorEmergency: {
    online: true,
    fr: {
      label: "Urgence mineure",
      description:
        "Problème de santé récemment apparu ou aggravation d’un problème de santé existant qui nécessite une consultation médicale dans les 24 h à 48 h (ex. : fièvre persistante, infection urinaire, grippe, mal de gorge aigu, vaginite, coupure nécessitant des points de suture). Pour les patients de tout âge.",
    },
    en: {
      label: "Minor emergency",
      description:
        "Recent health problem or aggravation of an existing health problem requiring a medical consultation within 24 to 48 hours (e.g. persisting fever, urinary tract infection, flu, acute sore throat, vaginitis, cut requiring sutures). For patients of all ages.",
    },
  },
  priority: {
    online: true,
    fr: {
      label: "Consultation prioritaire",
      description:
        "Problème de santé préoccupant qui nécessite une consultation médicale dans la prochaine semaine (ex. : perte de poids rapide, toux persistante). Pour les patients de tout âge.",
    },
    en: {
      label: "Priority consultation",
      description:
        "Worrying health problem requiring a medical consultation in the next week (e.g. rapid weight loss, persistent cough). For patients of all ages.",
    },
  },
  periodic: {
    online: true,
    fr: {
      label: "Suivi périodique ou préventif",
      description:
        "Consultation pour un examen médical préventif ou périodique en fonction de la fréquence du suivi généralement établie par le professionnel de la santé (la fréquence varie entre 1 et 3 ans selon le groupe d’âge) (ex. : examen gynécologique, référence pour coloscopie ou mammographie).",
    },
    en: {
      label: "Periodic or preventive follow-up",
      description:
        "Consultation for a preventive or periodic medical examination according to the frequency of follow-up visits generally established by the health professional (frequency varies between 1 and 3 years depending on the age group) (e.g. gynecological examination, referral for colonoscopy or mammography).",
    },
  },
  regular: {
    ages: { from: 6 },
    online: true,
    fr: {
      label: "Suivi régulier",
      description:
        "Consultation pour assurer le suivi d’un problème de santé connu pour lequel il y a déjà eu consultation (ex. : hypertension, diabète, problème chronique, dépression, asthme). Pour les patients âgés de 6 ans et plus.",
    },
    en: {
      label: "Regular follow-up",
      description:
        "Consultation to ensure the follow-up of a known health problem for which a consultation has already taken place (e.g. hypertension, diabetes, chronic problem, depression, asthma). For patients aged 6 and over.",
    },
  },
  pregnancy: {
    online: true,
    fr: {
      label: "Suivi de grossesse",
      description:
        "Consultation pour assurer un suivi de grossesse (fréquence généralement préétablie par le professionnel de la santé).",
    },
    en: {
      label: "Pregnancy follow-up",
      description:
        "Consultation to ensure the follow-up of a pregnancy (frequency generally predetermined by the health professional).",
    },
  },
  childZeroToFive: {
    ages: { to: 5 },
    online: true,
    fr: {
      label: "Suivi d’un enfant de 0 à 5 ans",
      description:
        "Consultation pour assurer le suivi d’un enfant âgé de 0 à 5 ans (développement de l’enfant, vaccination).",
    },
    en: {
      label: "Follow-up of child aged 0 to 5 years",
      description:
        "Consultation to ensure the follow-up of a child aged 0 to 5 years (child development, vaccination).",
    },
  },
  redirection: {
    online: false,
    fr: {
      label: "Réorientation",
      description:
        "Consultation pour assurer le suivi d’un patient référé par le service de triage d’un centre hospitalier. Le patient n’a pas été vu par le médecin de l’urgence.",
    },
    en: {
      label: "Patient redirection",
      description:
        "Consultation to ensure the follow-up of a patient being referred following hospital triage. The patient has not been seen by an emergency physician.",
    },
  },
} as const satisfies Record<string, ReasonEntry>;

export type ConsultationReason = keyof typeof catalogue;
export const reasons: Readonly<Record<ConsultationReason, ReasonEntry>> = catalogue;
// The keys of a constant table are its codes.
export const consultationReasons = Object.keys(catalogue) as [ConsultationReason, ...ConsultationReason[]];

/** REASON-03: "Toutes les raisons", a value of services and of searches, never of an appointment. */
export const allReasons = "allReasons";
export type ServiceReason = ConsultationReason | typeof allReasons;
export const serviceReasons = [...consultationReasons, allReasons] as const;

/** SVC-09, SVC-10, SEARCH-07, CASC-22: what is offered for a reason, or for all of them, answers a search for it. */
export function isOfferedFor(offered: readonly string[], reason: ConsultationReason): boolean {
  return offered.includes(reason) || offered.includes(allReasons);
}

/** CASC-23, REASON-02, SVC-11: redirection is for the triage nurses of hospitals' emergencies; those of 811 are not. */
export function refuseOffline(
  reason: ConsultationReason,
  asker: Asker,
  pointer = "/consultationReason",
): Violation | undefined {
  const open = reasons[reason].online || asker === "redirection";
  return open ? undefined : violation("CASC-23", "REASON_NOT_ALLOWED", pointer);
}

/** REASON-02, REASON-11: what somebody online may be told of the reasons of an opening. */
export function onlineReasons<R extends string>(
  offered: readonly R[],
  inactive: readonly ConsultationReason[],
  asker: Asker,
): R[] {
  return offered.filter(
    (reason) => !isReason(reason) || (refuseOffline(reason, asker) === undefined && !inactive.includes(reason)),
  );
}

function isReason(text: string): text is ConsultationReason {
  return text in reasons;
}

/**
 * REASON-11: a reason that RAMQ has made inactive is not chosen any more, for a service or for an appointment; it stays
 * in what exists. "All reasons" is none of the catalogue's.
 */
export function refuseInactive(
  reason: ServiceReason | null | undefined,
  inactive: readonly ConsultationReason[],
  pointer = "/consultationReason",
): Violation | undefined {
  const chosen = inactive.some((each) => each === reason);
  return chosen ? violation("REASON-11", "INACTIVE_REASON", pointer) : undefined;
}

/**
 * REASON-04 to REASON-09: the local dates (`YYYY-MM-DD`, both included) on which a person has the age of a reason; null
 * where there is no bound.
 */
export function datesAllowed(
  reason: ConsultationReason,
  birthDate: string,
): { first: string | null; last: string | null } {
  const { from, to } = reasons[reason].ages ?? {};
  return {
    first: from === undefined ? null : birthday(birthDate, from),
    last: to === undefined ? null : addDays(birthday(birthDate, to + 1), -1),
  };
}

/** The date on which a person is first so many years old, by the same count as ageOn: born on a 29 February, on 1 March. */
function birthday(birthDate: string, years: number): string {
  const year = String(Number(birthDate.slice(0, 4)) + years).padStart(4, "0");
  return addDays(`${year}-${birthDate.slice(5, 7)}-01`, Number(birthDate.slice(8, 10)) - 1);
}
