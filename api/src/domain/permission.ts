import type { Actor, ClinicActor, Employee, Grant, Machine } from "./actor.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";

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
 * PERM-14, PERM-17, PERM-18, PERM-19: local administrators and super users write every agenda of their establishment,
 * a professional their own, others what a `write` grant names; without a place, a grant at any place is enough.
 * LCGA-02, LCGA-03: a machine writes agendas at the places linked with it.
 */
export function mayWrite(actor: ClinicActor, agenda: Agenda): boolean {
  return may(actor, agenda, "write");
}

/** The refusal of a write that mayWrite does not allow: MACHINE_NOT_LINKED (LCGA-02), or FORBIDDEN under the caller's rule. */
export function refuseWrite(actor: ClinicActor, agenda: Agenda, rule: string): Violation | undefined {
  if (mayWrite(actor, agenda)) return undefined;
  return actor.kind === "machine" ? violation("LCGA-02", "MACHINE_NOT_LINKED") : violation(rule, "FORBIDDEN");
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
      return false;
  }
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
