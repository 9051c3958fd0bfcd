import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";

/**
 * PAT-16: a patient's registration ("Inscription de la clientèle") as RAMQ's registry answers it; nobody here writes it.
 * End dates are the last days (`YYYY-MM-DD`) on which a part holds, by RAMQ's own calendar (Québec time); null, no end is
 * known.
 */
export interface Registration {
  /** The patient's family physician. */
  practiceNumber: string;
  /** CASC-02: the professional whom a delegation assigns in the physician's stead. */
  delegatedPracticeNumber: string | null;
  gmfNumber: string | null;
  /** RAMQ's number of the place of registration. */
  placeNumber: string | null;
  /** Of the relation with the professional. */
  endDate: string | null;
  gmfEndDate: string | null;
  placeEndDate: string | null;
}

/** What of a registration still holds on a date: without the relation nothing does; the GMF may end before it. */
export function registrationOn(registration: Registration | null, date: string): Registration | null {
  if (registration === null || hasPassed(registration.endDate, date)) return null;
  const { gmfNumber, gmfEndDate, placeNumber, placeEndDate } = registration;
  return {
    ...registration,
    gmfNumber: hasPassed(gmfEndDate, date) ? null : gmfNumber,
    placeNumber: hasPassed(placeEndDate, date) ? null : placeNumber,
  };
}

/** CASC-02: whom a patient calls "my professional": the one a delegation assigns, else the family physician. */
export function ownPracticeNumber({ delegatedPracticeNumber, practiceNumber }: Registration): string {
  return delegatedPracticeNumber ?? practiceNumber;
}

/**
 * MSG-01: an end to come of the GMF's or the place's registration; MSG-02: of the relation itself. MSG-12: who books is
 * told, and books all the same. The earlier of two ends at the clinic is the one that is told.
 */
export function registrationNotices(registration: Registration | null, today: string): Violation[] {
  const held = registrationOn(registration, today);
  if (held === null) return [];
  const [changesOn] = [held.gmfNumber && held.gmfEndDate, held.placeNumber && held.placeEndDate]
    .filter((date) => date !== null)
    .sort();
  return [
    ...(changesOn === undefined ? [] : [violation("MSG-01", "REGISTRATION_ENDING", "", { date: changesOn })]),
    ...(held.endDate === null ? [] : [violation("MSG-02", "RELATION_ENDING", "", { date: held.endDate })]),
  ];
}

function hasPassed(endDate: string | null, date: string): boolean {
  return endDate !== null && endDate < date;
}
