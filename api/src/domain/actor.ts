/** Who is calling, as far as rules care. Built once per request by http/authentication.ts. */

export const machineScopes = [
  "places.read",
  "services.read",
  "services.write",
  "slots.read",
  "slots.write",
  "appointments.read",
  "appointments.write",
  "changes.read",
  "webhooks.manage",
] as const;
export type Scope = (typeof machineScopes)[number];

/** LCGA-02: a machine may act on a place only while that place is linked with it. */
export interface MachineLink {
  establishmentId: string;
  placeId: string;
  servicesManagedBy: "machine" | "staff";
}

/** SYNC-55: a link that has ended, and where in the log of its establishment. */
export interface EndedLink {
  establishmentId: string;
  placeId: string;
  seq: number;
}

export interface Machine {
  kind: "machine";
  machineId: string;
  vendorId: string;
  name: string;
  scopes: readonly Scope[];
  links: readonly MachineLink[];
  /** Of the last thirty days; absent when there are none. */
  endedLinks?: readonly EndedLink[];
}

export type Profile = "localAdmin" | "superUser" | "user";

export interface Grant {
  placeId: string;
  professionalId: string;
  access: "read" | "write";
}

export interface Employee {
  kind: "employee";
  employeeId: string;
  establishmentId: string;
  name: string;
  profile: Profile;
  /** Present when the employee is a professional. */
  professionalId: string | null;
  workPlaceIds: readonly string[];
  grants: readonly Grant[];
}

export interface Citizen {
  kind: "citizen";
  /** Normalised; stays in memory for the request and is never logged. */
  nam: string;
  namIndex: string;
}

export const nurseMentions = ["811", "redirection"] as const;
export type NurseMention = (typeof nurseMentions)[number];

/** APPT-43: of the 811 line, or of the triage of a hospital's emergency (Réorientation). Acts online for a patient. */
export interface Nurse {
  kind: "nurse";
  /** As the identity issuer names them. */
  nurseId: string;
  name: string;
  mention: NurseMention;
}

export interface Operator {
  kind: "operator";
  operatorId: string;
}

export type Actor = Machine | Employee | Citizen | Nurse | Operator;
export type ActorKind = Actor["kind"];
export type ClinicActor = Machine | Employee;
/** Whoever searches, holds and books online: citizens for themselves, nurses for the patient whom they name. */
export type OnlineActor = Citizen | Nurse;

/** As whom somebody asks online, as far as rules care. */
export type Asker = "citizen" | NurseMention;

export function askerOf(actor: OnlineActor): Asker {
  return actor.kind === "citizen" ? "citizen" : actor.mention;
}

/** A stable key of the caller, for idempotency and limits. A citizen's is the blind index, not the number. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case "machine":
      return `machine:${actor.machineId}`;
    case "employee":
      return `employee:${actor.employeeId}`;
    case "citizen":
      return `citizen:${actor.namIndex}`;
    case "nurse":
      return `nurse:${actor.nurseId}`;
    case "operator":
      return `operator:${actor.operatorId}`;
  }
}

/** The establishments an actor works in; citizens, nurses and the operator have none of their own. */
export function establishmentsOf(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case "machine":
      return [...new Set(actor.links.map(({ establishmentId }) => establishmentId))].sort();
    case "employee":
      return [actor.establishmentId];
    case "citizen":
    case "nurse":
    case "operator":
      return [];
  }
}
