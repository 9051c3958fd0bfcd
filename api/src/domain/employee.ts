import type { Grant } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { managesConfiguration, refuseBothProfiles, refuseGrants, refuseNewLocalAdmin } from "./permission.ts";
import type { GrantedProfessional, Profiles, RecordKeeper } from "./permission.ts";
import { decideGroupsWithout } from "./work-group.ts";
import type { GroupsLeft, WorkGroup } from "./work-group.ts";

export const professions = ["physician", "resident", "nurse", "team"] as const;
/** What a professional is; a team is several persons behind one agenda. */
export type Profession = (typeof professions)[number];

/** A person as RAMQ's registry of online services knows them (EMP-11): none of it is written here. */
export interface RegisteredPerson {
  ramqIdentifier: string;
  /** The email address they sign in with, if they have chosen one (AUTH-01). */
  pseudonym: string | null;
  firstName: string;
  lastName: string;
  /** EMP-12: of a professional. */
  practiceNumber: string | null;
}

export const registryFields = ["ramqIdentifier", "pseudonym", "firstName", "lastName", "practiceNumber"] as const;
export const lookupIdentifiers = ["ramqIdentifier", "practiceNumber", "pseudonym"] as const;
export type LookupIdentifier = (typeof lookupIdentifiers)[number];

/** Whom to look up in the registry, and by what. */
export interface Lookup {
  by: LookupIdentifier;
  value: string;
}

/** EMP-03: exactly one identifier; EMP-04 to EMP-06: of the form and class that it has to have. */
export function decideLookup(sent: Readonly<Partial<Record<LookupIdentifier, string | undefined>>>): Decision<Lookup> {
  const lookups = lookupIdentifiers.flatMap((by): Lookup[] => {
    const value = sent[by];
    return value === undefined ? [] : [{ by, value }];
  });
  const [only, ...others] = lookups;
  if (only === undefined) return refuse(violation("EMP-03", "REQUIRED_FIELD", "/ramqIdentifier"));
  if (others.length > 0) return refuse(...others.map(({ by }) => violation("EMP-03", "INVALID_REQUEST", `/${by}`)));
  const wrong = refuseIdentifier(only);
  return wrong === undefined ? accept(only) : refuse(wrong);
}

function refuseIdentifier({ by, value }: Lookup): Violation | undefined {
  switch (by) {
    case "ramqIdentifier":
      return isRamqIdentifier(value) ? undefined : violation("EMP-04", "INVALID_IDENTIFIER", "/ramqIdentifier");
    case "practiceNumber": {
      const profession = professionOf(value);
      return profession.ok ? undefined : profession.violations[0];
    }
    case "pseudonym":
      return isPseudonym(value) ? undefined : violation("Employee.pseudonym", "INVALID_IDENTIFIER", "/pseudonym");
  }
}

/**
 * EMP-05, EMP-06: a practice number has six digits, and its class is the profession: 1 a physician, 5 a resident, 81 a
 * specialised nurse practitioner (candidates and trainees included).
 */
export function professionOf(
  practiceNumber: string,
  pointer = "/practiceNumber",
): Decision<Exclude<Profession, "team">> {
  if (!/^\d{6}$/.test(practiceNumber)) return refuse(violation("EMP-05", "INVALID_IDENTIFIER", pointer));
  if (practiceNumber.startsWith("1")) return accept("physician");
  if (practiceNumber.startsWith("5")) return accept("resident");
  if (practiceNumber.startsWith("81")) return accept("nurse");
  return refuse(violation("EMP-06", "UNKNOWN_PRACTICE_CLASS", pointer));
}

/** EMP-04: IP or CE and six letters or digits. */
export function isRamqIdentifier(text: string): boolean {
  return /^(IP|CE)[0-9A-Z]{6}$/.test(text);
}

/** A pseudonym is an email address: something, one @, and a domain. */
export function isPseudonym(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text);
}

/** What those who keep records write of an employee, beside where they work; null: nothing is said. */
export interface EmployeeDetails {
  title: string | null;
  email: string | null;
  workPhone: string | null;
  workPhoneExtension: string | null;
  /** Their own word for it; what rules go by is the class of the practice number (EMP-06). */
  profession: string | null;
  professionDescription: string | null;
  biography: string | null;
}

/** Of a record, all that an update may change. */
export interface EditableRecord extends EmployeeDetails {
  /** `YYYY-MM-DD` */
  startDate: string;
  departureDate: string | null;
  workPlaceIds: readonly string[];
}

export interface NewEmployeeFacts {
  /** Whom the registry knows by the identifier; null when it knows nobody, or was not asked. */
  person: RegisteredPerson | null;
  /** EMP-07: whether the establishment employs this person already. */
  alreadyEmployed: boolean;
  /** Of the places named, those of the establishment. */
  establishmentPlaceIds: readonly string[];
  /** Today at the first work place; null when it is not known. */
  today: string | null;
  professionals: readonly GrantedProfessional[];
}

export interface WantedEmployee {
  lookup: Decision<Lookup>;
  /** EMP-11: fields of the registry that were sent beside the identifier. */
  registryFieldsSent: readonly string[];
  /** `YYYY-MM-DD`; undefined when it was left out. */
  startDate: string | null | undefined;
  departureDate: string | null;
  workPlaceIds: readonly string[];
  localAdmin: boolean;
  superUser: boolean;
  grants: readonly Grant[];
}

export interface DecidedEmployee extends Profiles {
  person: RegisteredPerson;
  /** EMP-12: null when the person is not a professional. */
  practiceClass: Exclude<Profession, "team"> | null;
  startDate: string;
}

/**
 * EMP-01, EMP-03 to EMP-07, EMP-09, EMP-11, EMP-13, EMP-14, PERM-04, PERM-06, PERM-10 to PERM-13, PERM-27: a record is
 * created by those who keep records, for a person whom RAMQ's registry knows and who has none here, with at least one
 * work place, as a user without grants unless told otherwise.
 */
export function decideEmployee(
  wanted: WantedEmployee,
  keeper: RecordKeeper,
  facts: NewEmployeeFacts,
): Decision<DecidedEmployee> {
  const forbidden = refuseRecordKeeping(keeper);
  if (forbidden !== undefined) return refuse(forbidden);
  const person = decidePerson(wanted.lookup, facts);
  const startDate = wanted.startDate === undefined ? facts.today : wanted.startDate;
  const violations = [
    ...(person.ok ? [] : person.violations),
    ...refuseRegistryFields(wanted.registryFieldsSent),
    ...refuseNoStart(wanted.startDate),
    ...leavingBeforeStarting(startDate, wanted.departureDate),
    ...refuseWorkPlaces(wanted.workPlaceIds, facts.establishmentPlaceIds),
    ...refuseBothProfiles(wanted),
    ...refuseNewLocalAdmin(wanted, keeper),
    ...refuseGrants(wanted.grants, wanted.workPlaceIds, facts.professionals),
  ];
  // Without a known work place there is no today, and that is among the violations.
  if (violations.length > 0 || !person.ok || startDate === null) return refuse(...violations);
  return accept({ ...person.value, startDate, localAdmin: wanted.localAdmin, superUser: wanted.superUser });
}

/** EMP-09: the registry knows the person; EMP-06, EMP-12: their practice number, if any, is of a known class. EMP-07. */
function decidePerson(
  lookup: Decision<Lookup>,
  { person, alreadyEmployed }: NewEmployeeFacts,
): Decision<Pick<DecidedEmployee, "person" | "practiceClass">> {
  if (!lookup.ok) return lookup;
  const pointer = `/${lookup.value.by}`;
  // EMP-10: the code's text says who can enrol the person.
  if (person === null) return refuse(violation("EMP-09", "NOT_REGISTERED_WITH_RAMQ", pointer));
  if (alreadyEmployed) return refuse(violation("EMP-07", "EMPLOYEE_ALREADY_EXISTS", pointer));
  const practiceClass = person.practiceNumber === null ? accept(null) : professionOf(person.practiceNumber, pointer);
  return practiceClass.ok ? accept({ person, practiceClass: practiceClass.value }) : practiceClass;
}

type Sent<T> = { [Field in keyof T]?: T[Field] | undefined };

/** What an update asks for; what is left out stays as it is. */
export interface WantedRecord extends Sent<EmployeeDetails> {
  /** EMP-11: fields of the registry that were sent. */
  registryFieldsSent: readonly string[];
  startDate?: string | null | undefined;
  departureDate?: string | null | undefined;
  workPlaceIds?: readonly string[] | undefined;
}

export interface RecordFacts {
  current: EditableRecord & { grants: readonly Grant[] };
  /** Of the places named, those of the establishment. */
  establishmentPlaceIds: readonly string[];
}

export interface DecidedRecord extends EditableRecord {
  grants: readonly Grant[];
  /** What is not as it was. EMP-17: `email` is among them when somebody is to be welcomed there. */
  changed: readonly (keyof EditableRecord | "grants")[];
}

const detailFields = [
  "title",
  "email",
  "workPhone",
  "workPhoneExtension",
  "profession",
  "professionDescription",
  "biography",
] as const;
const recordFields = [...detailFields, "startDate", "departureDate", "workPlaceIds"] as const;

/**
 * EMP-01, EMP-11, EMP-13 to EMP-16, EMP-18: those who keep records change what does not come from the registry. A work
 * place that is taken away leaves slots and appointments as they are, and takes along what the employee was granted
 * there: were it only ignored (EMP-15), it would come back unseen with the place. What others were granted on the
 * employee's own agenda stays, because its appointments do.
 */
export function decideRecordChange(
  wanted: WantedRecord,
  keeper: RecordKeeper,
  { current, establishmentPlaceIds }: RecordFacts,
): Decision<DecidedRecord> {
  const forbidden = refuseRecordKeeping(keeper);
  if (forbidden !== undefined) return refuse(forbidden);
  const startDate = wanted.startDate ?? current.startDate;
  const departureDate = wanted.departureDate === undefined ? current.departureDate : wanted.departureDate;
  const violations = [
    ...refuseRegistryFields(wanted.registryFieldsSent),
    ...refuseNoStart(wanted.startDate),
    ...leavingBeforeStarting(
      startDate,
      departureDate,
      wanted.departureDate === undefined ? "startDate" : "departureDate",
    ),
    ...(wanted.workPlaceIds === undefined ? [] : refuseWorkPlaces(wanted.workPlaceIds, establishmentPlaceIds)),
  ];
  if (violations.length > 0) return refuse(...violations);
  const workPlaceIds = [...new Set(wanted.workPlaceIds ?? current.workPlaceIds)].sort();
  const removed = current.workPlaceIds.filter((placeId) => !workPlaceIds.includes(placeId));
  const grants = current.grants.filter(({ placeId }) => !removed.includes(placeId));
  const next: EditableRecord = { ...detailsOf(current, wanted), startDate, departureDate, workPlaceIds };
  const changed = [
    ...recordFields.filter((field) => JSON.stringify(next[field]) !== JSON.stringify(current[field])),
    ...(grants.length === current.grants.length ? [] : (["grants"] as const)),
  ];
  return accept({ ...next, grants, changed });
}

/** The details as sent, and for what was left out as they were; of a whole record nothing else. */
export function detailsOf(current: EmployeeDetails, sent: Sent<EmployeeDetails>): EmployeeDetails {
  const details = { ...noDetails };
  for (const field of detailFields) {
    const value = sent[field];
    details[field] = value === undefined ? current[field] : value;
  }
  return details;
}

export const noDetails: EmployeeDetails = {
  title: null,
  email: null,
  workPhone: null,
  workPhoneExtension: null,
  profession: null,
  professionDescription: null,
  biography: null,
};

/**
 * EMP-01, EMP-21 to EMP-23: those who keep records delete them, for good. EMP-25: also the last local administrator's.
 * What a professional offered and has on the agenda stays; nothing of it is offered any more.
 */
export function decideDeletion(
  keeper: RecordKeeper,
  professionalId: string | null,
  groups: readonly WorkGroup[],
): Decision<GroupsLeft> {
  const forbidden = refuseRecordKeeping(keeper);
  if (forbidden !== undefined) return refuse(forbidden);
  return professionalId === null ? accept({ changed: [], deleted: [] }) : decideGroupsWithout(groups, professionalId);
}

/** EMP-19: whose last day is before today is in no agenda any more. */
export function hasLeft(departureDate: string | null, today: string): boolean {
  return departureDate !== null && departureDate < today;
}

/**
 * EMP-19: an agenda that nobody is shown takes no new slots either (reading: no rule speaks of writing there). What it
 * holds stays, and may be changed and deleted. `today` is the local date at the professional's first place.
 */
export function refuseDeparted(departureDate: string | null, today: string): Violation | undefined {
  return hasLeft(departureDate, today) ? violation("EMP-19", "NOT_FOUND", "/professionalId") : undefined;
}

/**
 * AUTH-03, EMP-18: a record is active through the day of departure, and not from the next on. It is active before the
 * start date too: no rule ties signing in to it, and who starts on Monday prepares the agenda the week before.
 */
export function isActive({ departureDate }: { departureDate: string | null }, today: string): boolean {
  return !hasLeft(departureDate, today);
}

/** EMP-11: what comes from the registry is not written here. */
function refuseRegistryFields(sent: readonly string[]): Violation[] {
  return sent.map((field) => violation("EMP-11", "FIELD_NOT_EDITABLE", `/${field}`));
}

/** EMP-13: left out, the start is today; there is no record without one. */
function refuseNoStart(startDate: string | null | undefined): Violation[] {
  return startDate === null ? [violation("EMP-13", "REQUIRED_FIELD", "/startDate")] : [];
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

/** `named` is what the caller sent, of the two. */
function leavingBeforeStarting(
  startDate: string | null,
  departureDate: string | null,
  named: "startDate" | "departureDate" = "departureDate",
): Violation[] {
  if (startDate === null || departureDate === null || startDate <= departureDate) return [];
  return [violation("Employee.departureDate", "OUT_OF_RANGE", `/${named}`)];
}
