import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { addDays, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** SEARCH-20: what the clinic looks for appointments by; the reason of consultation comes beside these. */
export const searchCriteria = [
  "referenceNumber",
  "startDate",
  "endDate",
  "nam",
  "firstName",
  "lastName",
  "birthDate",
  "email",
  "mobilePhone",
  "homePhone",
] as const;
export type SearchCriterion = (typeof searchCriteria)[number];

/** SEARCH-21: the reason alone is no question. SEARCH-22: one date is enough; of two, the last does not come first. */
export function checkCriteria(
  asked: Readonly<Partial<Record<SearchCriterion, string | undefined>>>,
): Violation | undefined {
  const { startDate, endDate } = asked;
  if (searchCriteria.every((name) => asked[name] === undefined)) return violation("SEARCH-21", "CRITERION_REQUIRED");
  if (startDate === undefined || endDate === undefined || startDate <= endDate) return undefined;
  return violation("SEARCH-22", "INVALID_INTERVAL", "/endDate", { from: "startDate", to: "endDate" });
}

/** SEARCH-22: the starts of these local dates, both included; open where no date is given. */
export function startsWithin(
  { startDate, endDate }: { startDate?: string | undefined; endDate?: string | undefined },
  zone: TimeZone,
): { from: Instant | null; to: Instant | null } {
  return {
    from: startDate === undefined ? null : startOfDay(startDate, zone),
    to: endDate === undefined ? null : startOfDay(addDays(endDate, 1), zone),
  };
}

/** Letters that no decomposition takes apart. */
const spelledOut: Readonly<Record<string, string>> = {
  œ: "oe",
  æ: "ae",
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * SEARCH-24 (reading): a name as it is compared: without case and accents, and without what stands between its parts, so
 * that St-Pierre, St Pierre and L’Écuyer are found however they were typed.
 */
export function nameKey(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[œæßøłđðþı]/g, (letter) => spelledOut[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** SEARCH-24 (reading): a phone (phonePattern) by its ten digits, without country code and extension. */
export function phoneKey(phone: string): string {
  // The first letter begins the extension.
  return phone.replace(/[a-z].*|\D/gi, "").slice(-10);
}

/** SEARCH-24 (reading): an address without regard to case. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}
