import type { Condition } from "./condition.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { hasLeft } from "./employee.ts";
import { isFree } from "./opening.ts";
import type { OpeningState } from "./opening.ts";
import { localDateOf } from "./time.ts";
import type { TimeZone } from "./time.ts";

/**
 * What a clinic's search of openings shows: the search filters by these conditions, the explanation lists them. Whether
 * the clinic may book is another question (SEARCH-11, SEARCH-14): any time is accepted within its own rules.
 */

/** Milliseconds since the epoch. */
type Instant = number;

export interface ClinicAgenda {
  /** Whether the professional works at the place. */
  worksHere: boolean;
  /** `YYYY-MM-DD` */
  departureDate: string | null;
  timeZone: TimeZone;
}

/** EMP-15, SEARCH-15: whose agendas are looked at. */
export const clinicAgendaConditions: readonly Condition<{ agenda: ClinicAgenda; now: Instant }>[] = [
  { rule: "EMP-15", refuse: ({ agenda }) => unless(agenda.worksHere, "EMP-15") },
  {
    rule: "SEARCH-15",
    refuse: ({ agenda: { departureDate, timeZone }, now }) =>
      unless(!hasLeft(departureDate, localDateOf(now, timeZone)), "SEARCH-15"),
  },
];

/** SEARCH-11, APPT-09, HOLD-02: which of their openings are shown, public or private (SEARCH-13). */
export const clinicOpeningConditions: readonly Condition<{
  opening: OpeningState & { startAt: Instant };
  now: Instant;
}>[] = [
  { rule: "SEARCH-11", refuse: ({ opening, now }) => unless(opening.startAt >= now, "SEARCH-11") },
  { rule: "APPT-09", refuse: ({ opening }) => unless(!opening.busy, "APPT-09") },
  {
    rule: "HOLD-02",
    concerns: ({ opening }) => !opening.busy,
    refuse: ({ opening, now }) => unless(isFree(opening, now), "HOLD-02"),
  },
];

function unless(holds: boolean, rule: string): Violation | undefined {
  return holds ? undefined : violation(rule, "OPENING_NOT_AVAILABLE");
}
