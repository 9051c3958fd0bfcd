import type { Instant } from "../clock.ts";
import type { Deps } from "../deps.ts";
import { findMachineRecord, listEmployeeRecords, listEmployeeRights } from "../db/callers.ts";
import type { EmployeeRecord, EmployeeRights, MachineRecord } from "../db/callers.ts";
import { withScope } from "../db/scope.ts";
import type { Actor, Employee, Machine } from "../domain/actor.ts";
import { Refusal, refusal, violation } from "../domain/decision.ts";
import { isActive } from "../domain/employee.ts";
import { localDateOf } from "../domain/time.ts";
import type { TimeZone } from "../domain/time.ts";
import { createTokenVerifier } from "./access-token.ts";
import { createFreshCache } from "./fresh-cache.ts";
import type { Operation } from "./operation.ts";
import { createKeyring } from "./signing-keys.ts";

export interface Authenticate {
  /** Turns a request's bearer token into an actor the operation admits, or refuses. */
  (headers: Headers, operation: Operation): Promise<Actor>;
  /** The same machine as it is now: an answer that takes long may outlive its token, not a suspension or a link. */
  again?(machine: Machine): Promise<Machine>;
  /** Called when machines, links, employees or grants have been written in this process. */
  invalidate?(): void;
}

/** The establishment an employee of several works in during this call (AUTH-06). */
export const establishmentHeader = "arrimage-establishment";

/** Suspension holds within one second in every process: what is known of a caller is at most half of it old. */
const freshMs = 500;

export function createAuthenticate(deps: Deps): Authenticate & { invalidate(): void } {
  const verify = createTokenVerifier(deps, createKeyring(deps));
  const machines = createFreshCache((machineId) => readMachine(deps, machineId), deps.clock.wall, freshMs);
  const employees = createFreshCache((identifier) => readEmployee(deps, identifier), deps.clock.wall, freshMs);

  async function authenticate(headers: Headers, operation: Operation): Promise<Actor> {
    const subject = await verify(bearerToken(headers));
    if (subject.kind === "machine") {
      const machine = admitMachine(await machines.get(subject.machineId), subject.scopes);
      admitKind(operation, "machine");
      if (operation.scope !== undefined && !machine.scopes.includes(operation.scope))
        throw new Refusal([violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: operation.scope })]);
      return machine;
    }
    admitKind(operation, subject.kind);
    switch (subject.kind) {
      case "operator":
      case "nurse":
        return subject;
      case "citizen":
        return { ...subject, namIndex: deps.secrets.namIndex(subject.nam) };
      case "employee": {
        const records = await employees.get(subject.ramqIdentifier);
        return chooseEmployee(records, deps.clock.now(), headers.get(establishmentHeader));
      }
    }
  }

  return Object.assign(authenticate, {
    async again({ machineId, scopes }: Machine) {
      return admitMachine(await machines.get(machineId), scopes);
    },
    invalidate() {
      machines.clear();
      employees.clear();
    },
  });
}

/** RFC 6750 §2.1: the header only; a token in the query string or the body is not looked for. */
function bearerToken(headers: Headers): string {
  const header = headers.get("authorization");
  if (header === null) throw refusal("UNAUTHENTICATED");
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1];
  if (token === undefined) throw refusal("INVALID_TOKEN");
  return token;
}

function admitKind(operation: Operation, kind: Actor["kind"]): void {
  if (!operation.actors.includes(kind)) throw refusal("FORBIDDEN");
}

/** Only a known, active machine; a scope taken away since the token was made is gone at once. */
function admitMachine(record: MachineRecord | undefined, granted: readonly string[]): Machine {
  if (record === undefined) throw refusal("INVALID_TOKEN");
  if (record.status === "suspended") throw refusal("MACHINE_SUSPENDED");
  const { machineId, vendorId, name, links, endedLinks } = record;
  const scopes = record.scopes.filter((scope) => granted.includes(scope));
  const ended = endedLinks.length === 0 ? {} : { endedLinks };
  return { kind: "machine", machineId, vendorId, name, scopes, links, ...ended };
}

async function readMachine(deps: Deps, machineId: string): Promise<MachineRecord | undefined> {
  const scope = { audience: "machine", subject: machineId, establishments: [] } as const;
  return withScope(deps.connection, scope, (tx) => findMachineRecord(tx, machineId));
}

export interface KnownEmployee {
  timeZone: TimeZone | null;
  departureDate: string | null;
  actor: Employee;
}

/** The records of one person, wherever they are employed. */
export async function readEmployee(deps: Deps, ramqIdentifier: string): Promise<KnownEmployee[]> {
  const own = { audience: "employee", subject: ramqIdentifier } as const;
  const records = await withScope(deps.connection, { ...own, establishments: [] }, (tx) =>
    listEmployeeRecords(tx, ramqIdentifier),
  );
  if (records.length === 0) return [];
  const establishments = records.map(({ establishmentId }) => establishmentId);
  const rights = await withScope(deps.connection, { ...own, establishments }, (tx) =>
    listEmployeeRights(tx, ramqIdentifier),
  );
  return records.flatMap((record) => {
    const right = rights.find(({ employeeId }) => employeeId === record.employeeId);
    return right === undefined ? [] : [employeeOf(record, right)];
  });
}

function employeeOf(record: EmployeeRecord, rights: EmployeeRights): KnownEmployee {
  return {
    timeZone: rights.timeZone,
    departureDate: record.departureDate,
    actor: {
      kind: "employee",
      employeeId: record.employeeId,
      establishmentId: record.establishmentId,
      name: `${record.firstName} ${record.lastName}`,
      profile: record.localAdmin ? "localAdmin" : record.superUser ? "superUser" : "user",
      professionalId: rights.professionalId,
      workPlaceIds: rights.workPlaceIds,
      grants: rights.grants,
    },
  };
}

/** AUTH-03, EMP-18: whether the record is active, by the day it is at the first work place (an establishment has no zone). */
export function isActiveAt(record: KnownEmployee, now: Instant): boolean {
  return isActive(record, localDateOf(now, record.timeZone ?? "America/Toronto"));
}

/** AUTH-03, AUTH-06: an active record is needed, and of several the call names one. */
function chooseEmployee(records: readonly KnownEmployee[], now: Instant, establishmentId: string | null): Employee {
  const active = records.filter((record) => isActiveAt(record, now));
  const candidates =
    establishmentId === null ? active : active.filter(({ actor }) => actor.establishmentId === establishmentId);
  const [only, ...others] = candidates;
  if (only === undefined) throw new Refusal([violation("AUTH-03", "NOT_ACTIVE_IN_RVSQ")]);
  if (others.length > 0)
    throw new Refusal([violation("AUTH-06", "ESTABLISHMENT_REQUIRED", "/header/Arrimage-Establishment")]);
  return only.actor;
}
