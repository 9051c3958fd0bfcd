import { describe, expect, test } from "vitest";
import type { ClinicActor, Employee, Grant, Machine } from "./actor.ts";
import { everyWorkPlace, managesConfiguration, mayRead, mayWrite, refuseWrite } from "./permission.ts";
import type { Agenda } from "./permission.ts";

const agenda: Agenda = { establishmentId: "est_1", professionalId: "pro_1", placeId: "plc_1" };
const elsewhere: Agenda = { ...agenda, placeId: "plc_2" };
const colleague: Agenda = { ...agenda, professionalId: "pro_2" };
const incomplete: Agenda = { ...agenda, placeId: null };
const foreign: Agenda = { ...agenda, establishmentId: "est_2" };

function employee(fields: Partial<Employee> = {}): Employee {
  return {
    kind: "employee",
    employeeId: "emp_1",
    establishmentId: "est_1",
    name: "Camille Roy",
    profile: "user",
    professionalId: null,
    workPlaceIds: ["plc_1"],
    grants: [],
    ...fields,
  };
}

const granted = (...grants: Grant[]) => employee({ grants });
const grant = (access: "read" | "write", placeId = "plc_1"): Grant => ({ placeId, professionalId: "pro_1", access });

const machine: Machine = {
  kind: "machine",
  machineId: "mch_1",
  vendorId: "vnd_1",
  name: "OSCAR",
  scopes: [],
  links: [{ establishmentId: "est_1", placeId: "plc_1", servicesManagedBy: "staff" }],
};

const table: [string, ClinicActor, Agenda, { read: boolean; write: boolean }][] = [
  ["PERM-14 a write grant allows writing at its place", granted(grant("write")), agenda, { read: true, write: true }],
  ["PERM-14 a write grant does not reach another place", granted(grant("write")), elsewhere, none()],
  ["PERM-14 a write grant does not reach another professional", granted(grant("write")), colleague, none()],
  ["PERM-15 a read grant reads and never writes", granted(grant("read")), agenda, { read: true, write: false }],
  ["PERM-16 without a grant nothing is read", employee(), agenda, none()],
  ["PERM-16 another professional needs a grant too", employee({ professionalId: "pro_2" }), agenda, none()],
  ["PERM-17 a professional writes their own agenda", employee({ professionalId: "pro_1" }), agenda, all()],
  ["PERM-18 a local administrator writes every agenda", employee({ profile: "localAdmin" }), elsewhere, all()],
  ["PERM-18 a super user writes every agenda", employee({ profile: "superUser" }), elsewhere, all()],
  ["PERM-18 but none of another establishment", employee({ profile: "localAdmin" }), foreign, none()],
  ["PERM-12 'all' reaches a work place", granted(grant("write", everyWorkPlace)), agenda, all()],
  ["PERM-12 'all' is not the whole establishment", granted(grant("write", everyWorkPlace)), elsewhere, none()],
  ["PERM-19 without a place, WRITE at any place is enough", granted(grant("write", "plc_2")), incomplete, all()],
  ["PERM-19 but READ is not", granted(grant("read")), incomplete, { read: true, write: false }],
  ["PERM-19 nor WRITE on somebody else", granted(grant("write")), { ...incomplete, professionalId: "pro_2" }, none()],
  ["LCGA-03 a machine acts at its linked place", machine, agenda, all()],
  ["LCGA-02 and not at another", machine, elsewhere, none()],
  ["LCGA-02 nor at a place of the same id elsewhere", machine, foreign, none()],
  [
    "PERM-19 a machine manages what has no place where the professional works at its place",
    machine,
    { ...incomplete, professionalPlaceIds: ["plc_2", "plc_1"] },
    all(),
  ],
  [
    "PERM-19 and not where the professional works elsewhere only",
    machine,
    { ...incomplete, professionalPlaceIds: ["plc_2"] },
    none(),
  ],
  ["PERM-19 nor when it is not known where the professional works", machine, incomplete, none()],
];

function all() {
  return { read: true, write: true };
}

function none() {
  return { read: false, write: false };
}

test.each(table)("%s", (_title, actor, of, expected) => {
  expect({ read: mayRead(actor, of), write: mayWrite(actor, of) }).toEqual(expected);
});

describe("a refused write", () => {
  test("PERM-15 names the caller's rule for staff", () => {
    expect(refuseWrite(granted(grant("read")), agenda, "PERM-15")).toEqual({
      rule: "PERM-15",
      code: "FORBIDDEN",
      pointer: "",
    });
  });
  test("LCGA-02 names the missing link for a machine", () => {
    expect(refuseWrite(machine, elsewhere, "PERM-15")).toEqual({
      rule: "LCGA-02",
      code: "MACHINE_NOT_LINKED",
      pointer: "",
    });
  });
  test("PERM-14 is none when the write is allowed", () => {
    expect(refuseWrite(granted(grant("write")), agenda, "PERM-14")).toBeUndefined();
  });
});

test.each([
  ["EMP-01 a local administrator keeps the configuration", employee({ profile: "localAdmin" }), true],
  ["EMP-01 a super user keeps the configuration", employee({ profile: "superUser" }), true],
  ["EMP-01 a user does not, not even a professional", employee({ professionalId: "pro_1" }), false],
  ["EMP-01 the operator does", { kind: "operator", operatorId: "ramq" } as const, true],
  ["LCGA-04 a machine does not", machine, false],
])("%s", (_title, actor, expected) => {
  expect(managesConfiguration(actor)).toBe(expected);
});
