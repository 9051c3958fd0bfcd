import type { Grant } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { managesConfiguration, refuseBothProfiles, refuseGrants, refuseNewLocalAdmin } from "./permission.ts";
import type { GrantedProfessional, Profiles, RecordKeeper } from "./permission.ts";

export const professions = ["physician", "resident", "nurse", "team"] as const;
/** What a professional is; a team is several persons behind one agenda. */
export type Profession = (typeof professions)[number];

/**
 * EMP-05, EMP-06: a practice number has six digits, and its class is the profession: 1 a physician, 5 a resident, 81 a
 * specialised nurse practitioner (candidates and trainees included).
 */
export function professionOf(practiceNumber: string): Decision<Exclude<Profession, "team">> {
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

export interface NewEmployeeFacts {
  /** EMP-07: whether the establishment has this person already, by either identifier. */
  alreadyEmployed: { ramqIdentifier: boolean; practiceNumber: boolean };
  /** Of the places named, those of the establishment. */
  establishmentPlaceIds: readonly string[];
  /** Today at the first work place; null when it is not known. */
  today: string | null;
  professionals: readonly GrantedProfessional[];
}

export interface WantedEmployee {
  ramqIdentifier: string;
  practiceNumber: string | null;
  /** `YYYY-MM-DD`; undefined when it was left out. */
  startDate: string | null | undefined;
  departureDate: string | null;
  workPlaceIds: readonly string[];
  localAdmin: boolean;
  superUser: boolean;
  grants: readonly Grant[];
}

export interface DecidedEmployee extends Profiles {
  /** EMP-12: null when the person is not a professional. */
  profession: Exclude<Profession, "team"> | null;
  startDate: string;
}

/**
 * EMP-01, EMP-04 to EMP-07, EMP-13, EMP-14, PERM-04, PERM-06, PERM-10 to PERM-13, PERM-27: a record is created by those
 * who keep records, for a person who has none here, with at least one work place, as a user without grants unless told
 * otherwise.
 *
 * The identity is taken as given. EMP-09 and EMP-11 (it comes from RAMQ's registry of online services, and a person who
 * is not in it is refused) need a port to that registry, as the citizens' registry has one; it comes with the issue
 * that takes the whole family.
 */
export function decideEmployee(
  wanted: WantedEmployee,
  keeper: RecordKeeper,
  facts: NewEmployeeFacts,
): Decision<DecidedEmployee> {
  const forbidden = refuseRecordKeeping(keeper);
  if (forbidden !== undefined) return refuse(forbidden);
  const profession = wanted.practiceNumber === null ? accept(null) : professionOf(wanted.practiceNumber);
  const startDate = wanted.startDate === undefined ? facts.today : wanted.startDate;
  const violations = [
    ...(isRamqIdentifier(wanted.ramqIdentifier) ? [] : [violation("EMP-04", "INVALID_IDENTIFIER", "/ramqIdentifier")]),
    ...(profession.ok ? [] : profession.violations),
    ...employedAlready(facts),
    ...(wanted.startDate === null ? [violation("EMP-13", "REQUIRED_FIELD", "/startDate")] : []),
    ...leavingBeforeStarting(startDate, wanted.departureDate),
    ...refuseWorkPlaces(wanted.workPlaceIds, facts.establishmentPlaceIds),
    ...refuseBothProfiles(wanted),
    ...refuseNewLocalAdmin(wanted, keeper),
    ...refuseGrants(wanted.grants, wanted.workPlaceIds, facts.professionals),
  ];
  // Without a known work place there is no today, and that is among the violations.
  if (violations.length > 0 || !profession.ok || startDate === null) return refuse(...violations);
  return accept({
    profession: profession.value,
    startDate,
    localAdmin: wanted.localAdmin,
    superUser: wanted.superUser,
  });
}

/** EMP-01: local administrators and super users keep records; a user does not, and keeps not even their own. */
export function refuseRecordKeeping(keeper: RecordKeeper): Violation | undefined {
  return managesConfiguration(keeper) ? undefined : violation("EMP-01", "FORBIDDEN");
}

/** EMP-02: a user reads their own record only. */
export function mayReadRecord(reader: RecordKeeper, employeeId: string): boolean {
  return managesConfiguration(reader) || (reader.kind === "employee" && reader.employeeId === employeeId);
}

/** EMP-14: at least one work place; each is a place of the establishment. */
export function refuseWorkPlaces(
  workPlaceIds: readonly string[],
  establishmentPlaceIds: readonly string[],
): Violation[] {
  if (workPlaceIds.length === 0) return [violation("EMP-14", "WORK_PLACE_REQUIRED", "/workPlaceIds")];
  return workPlaceIds.flatMap((placeId, position) =>
    establishmentPlaceIds.includes(placeId)
      ? []
      : [violation("Employee.workPlaceIds", "NOT_FOUND", `/workPlaceIds/${String(position)}`)],
  );
}

function employedAlready({ alreadyEmployed }: NewEmployeeFacts): Violation[] {
  if (alreadyEmployed.ramqIdentifier) return [violation("EMP-07", "EMPLOYEE_ALREADY_EXISTS", "/ramqIdentifier")];
  return alreadyEmployed.practiceNumber ? [violation("EMP-07", "EMPLOYEE_ALREADY_EXISTS", "/practiceNumber")] : [];
}

function leavingBeforeStarting(startDate: string | null, departureDate: string | null): Violation[] {
  if (startDate === null || departureDate === null || startDate <= departureDate) return [];
  return [violation("Employee.departureDate", "OUT_OF_RANGE", "/departureDate")];
}
