import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";

export const professions = ["physician", "resident", "nurse", "team"] as const;
/** What a professional is; a team is several persons behind one agenda. */
export type Profession = (typeof professions)[number];

/**
 * EMP-05, EMP-06: a practice number has six digits, and its class is the profession: 1 a physician, 5 a resident, 81 a
 * specialised nurse practitioner (candidates and trainees included).
 */
export function professionOf(practiceNumber: string): Decision<Profession> {
  if (!/^\d{6}$/.test(practiceNumber)) return refuse(violation("EMP-05", "INVALID_IDENTIFIER", "/practiceNumber"));
  if (practiceNumber.startsWith("1")) return accept("physician");
  if (practiceNumber.startsWith("5")) return accept("resident");
  if (practiceNumber.startsWith("81")) return accept("nurse");
  return refuse(violation("EMP-06", "UNKNOWN_PRACTICE_CLASS", "/practiceNumber"));
}

/** EMP-04: IP or CE and six letters or digits. */
export function isRamqIdentifier(text: string): boolean {
  return /^(IP|CE)[0-9A-Z]{6}$/.test(text);
}
