import type { Actor, ClinicActor, Employee, Grant, Machine, Operator } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";

/** An agenda is a professional at a place. */
export interface Agenda {
  establishmentId: string;
  professionalId: string;
  /** Null for what has no place yet: an incomplete slot (PERM-19). */
  placeId: string | null;
  /** Where the professional works: what a machine needs when `placeId` is null. Absent, a machine is not let in. */
  professionalPlaceIds?: readonly string[];
}

/** PERM-12: in a grant, every work place of the grantee, as they are when the grant is used. */
export const everyWorkPlace = "all";

/** PERM-15, PERM-16: a reader needs a grant, or what gives WRITE without any. LCGA-02: a machine reads its places. */
export function mayRead(actor: ClinicActor, agenda: Agenda): boolean {
  return may(actor, agenda, "read");
}

/**
 * PERM-14, PERM-17, PERM-18, PERM-19, PERM-23: local administrators and super users write every agenda of their establishment,
 * a professional their own, others what a `write` grant names; without a place, a grant at any place is enough.
 * LCGA-02, LCGA-03: a machine writes agendas at the places linked with it. SYNC-07: how fresh the agenda is does not matter.
 */
export function mayWrite(actor: ClinicActor, agenda: Agenda): boolean {
  return may(actor, agenda, "write");
}

/** The refusal of a write that mayWrite does not allow: MACHINE_NOT_LINKED (LCGA-02), or FORBIDDEN under the caller's rule. */
export function refuseWrite(actor: ClinicActor, agenda: Agenda, rule: string): Violation | undefined {
  if (mayWrite(actor, agenda)) return undefined;
  return actor.kind === "machine" ? violation("LCGA-02", "MACHINE_NOT_LINKED") : violation(rule, "FORBIDDEN");
}

/**
 * The refusal of a read that mayRead does not allow. PERM-16: staff are told that they may not; to a machine, what is
 * outside its links does not exist (LCGA-02).
 */
export function refuseRead(actor: ClinicActor, agenda: Agenda): Violation | undefined {
  if (mayRead(actor, agenda)) return undefined;
  return actor.kind === "machine" ? violation("CONTRACT", "NOT_FOUND") : violation("PERM-16", "FORBIDDEN");
}

/**
 * APPT-49, PAT-02 (reading): RAMQ's record of a person is looked up to make an appointment, so by who may make one
 * somewhere; agenda software that is linked at all may.
 */
export function refuseLookup(employee: Employee): Violation | undefined {
  return writesSomeAgenda(employee) ? undefined : violation("APPT-49", "FORBIDDEN");
}

/** The operations on whole weeks, and under which rule who may not is refused: anybody, and a user with WRITE there. */
const weekRules = {
  quickCreate: { anybody: "SCHED-01", granted: "SCHED-02" },
  copy: { anybody: "SCHED-10", granted: "SCHED-10" },
  delete: { anybody: "SCHED-30", granted: "SCHED-30" },
} as const;
export type WeekOperation = keyof typeof weekRules;

/** A professional's agenda at all places together. */
export interface WholeAgenda {
  establishmentId: string;
  professionalId: string;
  /** The work places, and whatever other places its slots have kept (EMP-16). */
  placeIds: readonly string[];
}

/**
 * SCHED-01, SCHED-02, SCHED-10, SCHED-30: whole weeks are for local administrators, super users and the professional's
 * own hand; a grant is not enough. LCGA-02, LCGA-03 (reading): slots are a main function of the agenda, so agenda
 * software has them by the week too. But a week is one professional's at all places together, and a machine acts for its
 * own places only: it needs a link with every one of them, or it would delete and multiply what another system keeps.
 */
export function mayReshapeWeeks(actor: ClinicActor, agenda: WholeAgenda): boolean {
  const { establishmentId, professionalId, placeIds } = agenda;
  switch (actor.kind) {
    case "machine":
      return placeIds.length > 0 && placeIds.every((placeId) => isLinked(actor, { ...agenda, placeId }));
    case "employee":
      if (actor.establishmentId !== establishmentId) return false;
      return actor.profile !== "user" || actor.professionalId === professionalId;
  }
}

/** The refusal of a week operation that mayReshapeWeeks does not allow. */
export function refuseWeekOperation(
  actor: ClinicActor,
  agenda: WholeAgenda,
  operation: WeekOperation,
): Violation | undefined {
  if (mayReshapeWeeks(actor, agenda)) return undefined;
  if (actor.kind === "machine") return violation("LCGA-02", "MACHINE_NOT_LINKED");
  const { anybody, granted } = weekRules[operation];
  const isGranted = actor.grants.some(
    (grant) => covers(grant, "write") && grant.professionalId === agenda.professionalId,
  );
  return violation(isGranted ? granted : anybody, "FORBIDDEN");
}

/** TPL-01, TPL-20: local administrators, super users, and who writes any agenda at all; a professional writes their own. */
export function writesSomeAgenda({ profile, professionalId, grants }: Employee): boolean {
  return profile !== "user" || professionalId !== null || grants.some((grant) => covers(grant, "write"));
}

/**
 * TPL-20, TPL-23, TPL-43, PERM-21, PERM-22: schedule templates are kept by local administrators and super users, and at
 * a place by who writes the agenda of at least one professional there. `professionals`: those that agendasNamedBy names.
 */
export function writesSomeAgendaAt(
  employee: Employee,
  { establishmentId, placeId }: { establishmentId: string; placeId: string },
  professionals: readonly GrantedProfessional[],
): boolean {
  if (employee.establishmentId !== establishmentId) return false;
  if (employee.profile !== "user") return true;
  return professionals.some(
    ({ professionalId, placeIds }) =>
      placeIds.includes(placeId) && mayWrite(employee, { establishmentId, professionalId, placeId }),
  );
}

/** The professionals of whose agendas a plain user may write some: themself, and those of their grants. */
export function agendasNamedBy({ professionalId, grants }: Employee): string[] {
  const own = professionalId === null ? [] : [professionalId];
  return [...new Set([...own, ...grants.map((grant) => grant.professionalId)])];
}

/** EMP-01, OPT-08, PLACE-21, SVC-02: local administrators and super users keep the configuration, beside the operator. */
export function managesConfiguration(actor: Actor): boolean {
  switch (actor.kind) {
    case "operator":
      return true;
    case "employee":
      return actor.profile !== "user";
    case "machine":
    case "citizen":
    case "nurse":
      return false;
  }
}

/** Where something of an establishment is: at a place, or at all the places of a professional. */
export interface Whereabouts {
  establishmentId: string;
  placeIds: readonly string[];
}

/** PLACE-03, LCGA-02: staff read what is of their establishment, a machine what is at a linked place, the operator all. */
export function mayReadAt(actor: Operator | ClinicActor, { establishmentId, placeIds }: Whereabouts): boolean {
  switch (actor.kind) {
    case "operator":
      return true;
    case "employee":
      return actor.establishmentId === establishmentId;
    case "machine":
      return actor.links.some((link) => link.establishmentId === establishmentId && placeIds.includes(link.placeId));
  }
}

/**
 * LCGA-04: what is kept in RVSQ is not for agenda software to write, nor is anything at a place that is not linked with
 * it (LCGA-02); among staff it is for local administrators and super users, by the caller's rule.
 */
export function refuseConfigurationWrite(
  actor: Operator | ClinicActor,
  at: Whereabouts,
  rule: string,
): Violation | undefined {
  if (managesConfiguration(actor)) return undefined;
  if (actor.kind !== "machine") return violation(rule, "FORBIDDEN");
  return mayReadAt(actor, at) ? violation("LCGA-04", "MANAGED_IN_RVSQ") : violation("LCGA-02", "MACHINE_NOT_LINKED");
}

/** Who keeps employees' records: staff, and the operator on a clinic's behalf. */
export type RecordKeeper = Employee | Operator;

/** PERM-01: the profiles as a record holds them; an employee with neither is a plain user. */
export interface Profiles {
  localAdmin: boolean;
  superUser: boolean;
}

/** A professional named in a grant, and where they work. */
export interface GrantedProfessional {
  professionalId: string;
  placeIds: readonly string[];
}

/** What somebody would have of an employee's permissions; what is left out stays as it is. */
export interface WantedPermissions {
  localAdmin: boolean | undefined;
  superUser: boolean | undefined;
  grants: readonly Grant[] | undefined;
}

export interface PermissionsFacts {
  employeeId: string;
  current: Profiles & { grants: readonly Grant[] };
  workPlaceIds: readonly string[];
  professionals: readonly GrantedProfessional[];
}

export interface DecidedPermissions extends Profiles {
  grants: readonly Grant[];
  /** What is not as it was. */
  changed: readonly ("localAdmin" | "superUser" | "grants")[];
}

/**
 * PERM-02 to PERM-09, PERM-11 to PERM-13, PERM-28: who may change what of somebody's permissions. Of the two profiles,
 * the one that is set takes the other away.
 */
export function decidePermissions(
  wanted: WantedPermissions,
  keeper: RecordKeeper,
  { employeeId, current, workPlaceIds, professionals }: PermissionsFacts,
): Decision<DecidedPermissions> {
  if (!managesConfiguration(keeper)) return refuse(...refuseUser(wanted));
  const contradiction = refuseBothProfiles(wanted);
  if (contradiction.length > 0) return refuse(...contradiction);
  const next = {
    localAdmin: wanted.localAdmin ?? (wanted.superUser === true ? false : current.localAdmin),
    superUser: wanted.superUser ?? (wanted.localAdmin === true ? false : current.superUser),
    grants: wanted.grants ?? current.grants,
  };
  const changed = [
    ...(next.localAdmin === current.localAdmin ? [] : (["localAdmin"] as const)),
    ...(next.superUser === current.superUser ? [] : (["superUser"] as const)),
    ...(sameGrants(next.grants, current.grants) ? [] : (["grants"] as const)),
  ];
  const own = keeper.kind === "employee" && keeper.employeeId === employeeId;
  const violations = changed.flatMap((field) => {
    switch (field) {
      case "localAdmin":
        return refuseLocalAdmin(wanted, keeper, own);
      case "superUser":
        return own ? [violation("PERM-05", "FORBIDDEN", "/superUser")] : [];
      case "grants":
        return [
          ...(own ? [violation("PERM-09", "FORBIDDEN", "/grants")] : []),
          ...refuseGrants(next.grants, workPlaceIds, professionals, current.grants),
        ];
    }
  });
  return violations.length > 0 ? refuse(...violations) : accept({ ...next, changed });
}

/** PERM-04, PERM-05, PERM-09: a user changes nobody's permissions. */
function refuseUser(wanted: WantedPermissions): Violation[] {
  const named = [
    ...(wanted.localAdmin === undefined ? [] : [violation("PERM-04", "FORBIDDEN", "/localAdmin")]),
    ...(wanted.superUser === undefined ? [] : [violation("PERM-05", "FORBIDDEN", "/superUser")]),
  ];
  return wanted.grants === undefined && named.length > 0
    ? named
    : [...named, violation("PERM-09", "FORBIDDEN", "/grants")];
}

/**
 * PERM-04: only a local administrator or RAMQ gives or takes `localAdmin`; PERM-07: so a super user cannot make a super
 * user of a local administrator. PERM-03: nobody takes it from themself.
 */
function refuseLocalAdmin(wanted: WantedPermissions, keeper: RecordKeeper, own: boolean): Violation[] {
  const implied = wanted.localAdmin === undefined;
  const pointer = implied ? "/superUser" : "/localAdmin";
  if (!givesLocalAdmin(keeper)) return [violation(implied ? "PERM-07" : "PERM-04", "FORBIDDEN", pointer)];
  return own ? [violation("PERM-03", "FORBIDDEN", pointer)] : [];
}

/** PERM-04, for a record that is only being created. */
export function refuseNewLocalAdmin(wanted: Profiles, keeper: RecordKeeper): Violation[] {
  return wanted.localAdmin && !givesLocalAdmin(keeper) ? [violation("PERM-04", "FORBIDDEN", "/localAdmin")] : [];
}

/** PERM-06, PERM-28: each profile takes the other away, so one call cannot ask for both. */
export function refuseBothProfiles(wanted: {
  localAdmin: boolean | undefined;
  superUser: boolean | undefined;
}): Violation[] {
  const both = wanted.localAdmin === true && wanted.superUser === true;
  return both ? [violation("PERM-06", "INVALID_REQUEST", "/superUser")] : [];
}

function givesLocalAdmin(keeper: RecordKeeper): boolean {
  return keeper.kind === "operator" || keeper.profile === "localAdmin";
}

/**
 * PERM-10: a grant is a place, a professional and an access, once. EMP-15, PERM-11: at a work place of the grantee, or at all
 * of them (PERM-12). PERM-13: for a professional who works there. EMP-16: a grant that they have
 * already (`kept`) is no new choice: it stays when its professional has left the place, where appointments may remain.
 */
export function refuseGrants(
  grants: readonly Grant[],
  workPlaceIds: readonly string[],
  professionals: readonly GrantedProfessional[],
  kept: readonly Grant[] = [],
): Violation[] {
  const seen = new Set<string>();
  return grants.flatMap(({ placeId, professionalId, access }, position) => {
    const pointer = `/grants/${String(position)}`;
    const name = `${placeId} ${professionalId}`;
    if (seen.has(name)) return [violation("PERM-10", "INVALID_REQUEST", pointer)];
    seen.add(name);
    if (kept.some((has) => sameGrants([has], [{ placeId, professionalId, access }]))) return [];
    const places = placeId === everyWorkPlace ? workPlaceIds : [placeId];
    if (placeId !== everyWorkPlace && !workPlaceIds.includes(placeId))
      return [violation("PERM-11", "PLACE_NOT_WORK_PLACE", `${pointer}/placeId`)];
    const professional = professionals.find((known) => known.professionalId === professionalId);
    if (professional === undefined) return [violation("PERM-10", "NOT_FOUND", `${pointer}/professionalId`)];
    if (professional.placeIds.some((at) => places.includes(at))) return [];
    return [violation("PERM-13", "PROFESSIONAL_NOT_AT_PLACE", `${pointer}/professionalId`)];
  });
}

function sameGrants(a: readonly Grant[], b: readonly Grant[]): boolean {
  const text = (grants: readonly Grant[]) =>
    grants
      .map(({ placeId, professionalId, access }) => `${placeId} ${professionalId} ${access}`)
      .sort()
      .join();
  return text(a) === text(b);
}

function may(actor: ClinicActor, agenda: Agenda, access: Grant["access"]): boolean {
  switch (actor.kind) {
    case "machine":
      return isLinked(actor, agenda);
    case "employee":
      if (actor.establishmentId !== agenda.establishmentId) return false;
      if (actor.profile !== "user" || actor.professionalId === agenda.professionalId) return true;
      return actor.grants.some((grant) => covers(grant, access) && concerns(actor, grant, agenda));
  }
}

function isLinked(machine: Machine, agenda: Agenda): boolean {
  const { placeId, professionalPlaceIds = [] } = agenda;
  return machine.links.some(
    (link) =>
      link.establishmentId === agenda.establishmentId &&
      (placeId === null ? professionalPlaceIds.includes(link.placeId) : link.placeId === placeId),
  );
}

/** WRITE includes READ. */
function covers(grant: Grant, access: Grant["access"]): boolean {
  return grant.access === "write" || access === "read";
}

function concerns(grantee: Employee, grant: Grant, agenda: Agenda): boolean {
  if (grant.professionalId !== agenda.professionalId) return false;
  if (agenda.placeId === null) return true;
  return grant.placeId === everyWorkPlace
    ? grantee.workPlaceIds.includes(agenda.placeId)
    : grant.placeId === agenda.placeId;
}
