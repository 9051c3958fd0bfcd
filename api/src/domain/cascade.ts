import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { ownPracticeNumber, registrationOn } from "./registration.ts";
import type { Registration } from "./registration.ts";
import { localDateOf, ramqTimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/**
 * CASC-01: in their order. 1 the citizen's own professional (CASC-02), 2.1 and 2.2 the relay teams of the work groups
 * that professional is in (CASC-03, CASC-04), 2.3 the whole GMF (CASC-05), 3 everybody near a postal code (CASC-06).
 */
export const cascades = ["1", "2.1", "2.2", "2.3", "3"] as const;
export type Cascade = (typeof cascades)[number];

/** A work group as cascades see it: its members by practice number, its relay teams by professional. */
export interface RelayedGroup {
  practiceNumbers: readonly string[];
  relayTeam1: readonly string[];
  relayTeam2: readonly string[];
}

/** Who relays a citizen's professional, by professional identifier. */
export interface Relays {
  /** Whether any work group has the professional at all. */
  grouped: boolean;
  "2.1": ReadonlySet<string>;
  "2.2": ReadonlySet<string>;
}

/** SVC-08: the person and the registration as they are when the citizen asks. */
export interface CitizenFacts {
  /** `YYYY-MM-DD` */
  birthDate: string;
  /** What of it holds today. */
  registration: Registration | null;
  /** Null where only an agenda outside their GMF is looked at: whoever relays, it is nobody there. */
  relays: Relays | null;
  /** APPT-11: local dates (`YYYY-MM-DD`) on which the person has an appointment; none where that does not matter. */
  bookedDates: ReadonlySet<string>;
}

/** What RAMQ knows of the person today, and who relays their professional among the groups of their GMF. */
export function citizenFactsOf(
  person: { birthDate: string; registration: Registration | null },
  {
    groups,
    bookedDates,
    now,
  }: { groups: readonly RelayedGroup[] | null; bookedDates: ReadonlySet<string>; now: Instant },
): CitizenFacts {
  const registration = registrationOn(person.registration, localDateOf(now, ramqTimeZone));
  const relays = groups === null ? null : relaysOf(registration, groups);
  return { birthDate: person.birthDate, registration, relays, bookedDates };
}

/** CASC-03, CASC-04, CASC-12: the union of the teams of every group that has the professional; nobody is in it twice. */
function relaysOf(registration: Registration | null, groups: readonly RelayedGroup[]): Relays {
  const own = registration === null ? null : ownPracticeNumber(registration);
  const theirs = groups.filter(({ practiceNumbers }) => own !== null && practiceNumbers.includes(own));
  return {
    grouped: theirs.length > 0,
    "2.1": new Set(theirs.flatMap(({ relayTeam1 }) => relayTeam1)),
    "2.2": new Set(theirs.flatMap(({ relayTeam2 }) => relayTeam2)),
  };
}

/**
 * CASC-07: without a family physician only cascade 3 is open. CASC-11: outside a GMF there is no cascade of a group.
 * CASC-10: nor relay teams when the professional is in no work group; CASC-09: nor a team that no group has.
 */
export function refuseCascade(
  { registration, relays }: CitizenFacts,
  cascade: Cascade,
  pointer: string,
): Violation | undefined {
  const closed = (rule: string) => violation(rule, "CASCADE_NOT_AVAILABLE", pointer);
  if (cascade === "3") return undefined;
  if (registration === null) return closed("CASC-07");
  if (cascade === "1") return undefined;
  if (registration.gmfNumber === null) return closed("CASC-11");
  if (cascade === "2.3") return undefined;
  if (relays?.grouped === false) return closed("CASC-10");
  return relays?.[cascade].size === 0 ? closed("CASC-09") : undefined;
}

/** CASC-01, CASC-08: those the citizen may go through, in order, whatever each of them holds. */
export function openCascades(citizen: CitizenFacts): Cascade[] {
  return cascades.filter((cascade) => refuseCascade(citizen, cascade, "") === undefined);
}

/** CASC-08 to CASC-11: where the citizen may go on from a cascade; null after the last. */
export function nextCascade(citizen: CitizenFacts, cascade: Cascade): Cascade | null {
  const after = cascades.slice(cascades.indexOf(cascade) + 1);
  return openCascades(citizen).find((each) => after.includes(each)) ?? null;
}
