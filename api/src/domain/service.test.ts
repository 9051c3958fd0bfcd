import { describe, expect, test } from "vitest";
import type { ClinicActor, Employee, Machine } from "./actor.ts";
import type { Decision } from "./decision.ts";
import { decideService, decideServiceDeletion, refuseServiceWrite } from "./service.ts";
import type { ServiceTriple } from "./service.ts";

const professional = { establishmentId: "est_1", placeIds: ["plc_a", "plc_b"] };
const employee: Employee = {
  kind: "employee",
  employeeId: "emp_1",
  establishmentId: "est_1",
  name: "",
  profile: "user",
  professionalId: "pro_1",
  workPlaceIds: ["plc_a"],
  grants: [],
};
const machine = (...links: [place: string, services: "machine" | "staff", establishment?: string][]): Machine => ({
  kind: "machine",
  machineId: "mch_1",
  vendorId: "vnd_1",
  name: "",
  scopes: [],
  links: links.map(([placeId, servicesManagedBy, establishmentId = "est_1"]) => ({
    establishmentId,
    placeId,
    servicesManagedBy,
  })),
});

describe("who manages services", () => {
  test.each<[string, ClinicActor, string | undefined]>([
    ["SVC-02 a local administrator", { ...employee, profile: "localAdmin" }, undefined],
    ["SVC-02 a super user", { ...employee, profile: "superUser" }, undefined],
    ["SVC-02 the professional concerned", employee, "SVC-02 FORBIDDEN"],
    ["LCGA-04 a machine that manages services", machine(["plc_b", "machine"]), undefined],
    ["LCGA-04 a machine at a place where staff do", machine(["plc_a", "staff"]), "LCGA-04 MANAGED_IN_RVSQ"],
    ["LCGA-04 one of its links is enough", machine(["plc_a", "staff"], ["plc_b", "machine"]), undefined],
    ["LCGA-02 a machine elsewhere", machine(["plc_c", "machine"]), "LCGA-02 MACHINE_NOT_LINKED"],
    ["LCGA-02 in another establishment", machine(["plc_a", "machine", "est_2"]), "LCGA-02 MACHINE_NOT_LINKED"],
  ])("%s", (_title, actor, expected) => {
    const found = refuseServiceWrite(actor, professional);
    expect(found && `${found.rule} ${found.code}${found.pointer}`).toBe(expected);
  });

  test("GRP-01 of groups of services the same is true, under a rule of their own", () => {
    const superUser: ClinicActor = { ...employee, profile: "superUser" };
    expect(refuseServiceWrite(superUser, professional, "GRP-01")).toBeUndefined();
    expect(refuseServiceWrite(employee, professional, "GRP-01")).toEqual({
      rule: "GRP-01",
      code: "FORBIDDEN",
      pointer: "",
    });
    expect(refuseServiceWrite(machine(["plc_a", "staff"]), professional, "GRP-01")?.rule).toBe("LCGA-04");
  });
});

test.each<[string, ServiceTriple["consultationReason"], string[]]>([
  ["REASON-11 an inactive reason", "regular", ["REASON-11 INACTIVE_REASON /consultationReason"]],
  ["REASON-11 another reason", "pregnancy", []],
  ["REASON-11 all reasons, some of which are inactive", "allReasons", []],
])("%s", (_title, consultationReason, expected) => {
  const facts = { isGmf: false, services: [], inactiveReasons: ["periodic", "regular"] as const };
  const decision = decideService({ type: "GEN", consultationReason, durationMinutes: 20 }, facts);
  const found = decision.ok ? [] : decision.violations;
  expect(found.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)).toEqual(expected);
});

describe("a new service", () => {
  const triple: ServiceTriple = { type: "GEN", consultationReason: "regular", durationMinutes: 20 };
  const there = { ...triple, active: true };
  test.each([
    ["SVC-01 a triple of its own", triple, false, [], []],
    ["SVC-04 GMF in a GMF", { ...triple, type: "GMF" }, true, [], []],
    ["SVC-04 GMF elsewhere", { ...triple, type: "GMF" }, false, [], ["SVC-04 NOT_A_GMF /type"]],
    ["SVC-23 the same triple", triple, false, [there], ["SVC-23 SERVICE_DUPLICATE "]],
    [
      "SVC-23 the same triple, where GMF is not offered (SVC-04)",
      { ...triple, type: "GMF" },
      false,
      [{ ...there, type: "GMF" }],
      ["SVC-04 NOT_A_GMF /type", "SVC-23 SERVICE_DUPLICATE "],
    ],
    ["SVC-23 the same triple, deleted", triple, false, [{ ...there, active: false }], []],
    ["SVC-23 another type", triple, false, [{ ...there, type: "MF" }], []],
    ["SVC-23 another reason", triple, false, [{ ...there, consultationReason: "periodic" }], []],
    ["SVC-23 another duration", triple, false, [{ ...there, durationMinutes: 25 }], []],
  ] as const)("%s", (_title, wanted, isGmf, services, expected) => {
    const decision = decideService(wanted, { isGmf, services, inactiveReasons: [] });
    if (expected.length === 0) expect(decision).toEqual({ ok: true, value: wanted, warnings: [] });
    else expect(told(decision)).toEqual(expected);
  });
});

describe("deleting a service", () => {
  test.each([
    ["SVC-19 on no slot", null, 1000, []],
    ["SVC-19 on no slot, whatever the time", null, 0, []],
    ["SVC-19 on slots that have ended", 999, 1000, []],
    ["SVC-18 on a slot that ends now", 1000, 1000, ["SVC-18 SERVICE_IN_USE "]],
    ["SVC-18 on a slot to come", 1001, 1000, ["SVC-18 SERVICE_IN_USE "]],
  ])("%s", (_title, lastSlotEnd, now, expected) => {
    expect(told(decideServiceDeletion(lastSlotEnd, now))).toEqual(expected);
  });
});

function told(decision: Decision<unknown>): string[] {
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}
