import { describe, expect, test } from "vitest";
import type { Employee, Profile } from "./actor.ts";
import { decideEmployee, mayReadRecord, professionOf } from "./employee.ts";
import type { NewEmployeeFacts, WantedEmployee } from "./employee.ts";
import type { RecordKeeper } from "./permission.ts";

const operator: RecordKeeper = { kind: "operator", operatorId: "ramq" };
const staff = (profile: Profile): Employee => ({
  kind: "employee",
  employeeId: "emp_1",
  establishmentId: "est_1",
  name: "Camille Roy",
  profile,
  professionalId: null,
  workPlaceIds: ["plc_1"],
  grants: [],
});

const wanted: WantedEmployee = {
  ramqIdentifier: "IPA1B2C3",
  practiceNumber: null,
  startDate: undefined,
  departureDate: null,
  workPlaceIds: ["plc_1"],
  localAdmin: false,
  superUser: false,
  grants: [],
};
const facts: NewEmployeeFacts = {
  alreadyEmployed: { ramqIdentifier: false, practiceNumber: false },
  establishmentPlaceIds: ["plc_1", "plc_2"],
  today: "2027-03-08",
  professionals: [
    { professionalId: "pro_1", placeIds: ["plc_1"] },
    { professionalId: "pro_2", placeIds: ["plc_2"] },
  ],
};

function decide(
  change: Partial<WantedEmployee>,
  keeper: RecordKeeper = operator,
  changed: Partial<NewEmployeeFacts> = {},
): unknown {
  const decision = decideEmployee({ ...wanted, ...change }, keeper, { ...facts, ...changed });
  return decision.ok
    ? decision.value
    : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

test.each<[string, RecordKeeper, boolean]>([
  ["EMP-01 the operator creates", operator, true],
  ["EMP-01 a local administrator creates", staff("localAdmin"), true],
  ["EMP-01 a super user creates", staff("superUser"), true],
  ["EMP-01 a user does not", staff("user"), false],
])("%s", (_title, keeper, allowed) => {
  expect(decide({}, keeper)).toEqual(
    allowed
      ? { profession: null, startDate: "2027-03-08", localAdmin: false, superUser: false }
      : ["EMP-01 FORBIDDEN "],
  );
});

test.each<[string, RecordKeeper, string, boolean]>([
  ["EMP-02 a user reads their own record", staff("user"), "emp_1", true],
  ["EMP-02 and no other", staff("user"), "emp_2", false],
  ["EMP-02 a super user reads every record", staff("superUser"), "emp_2", true],
  ["EMP-02 so does a local administrator", staff("localAdmin"), "emp_2", true],
  ["EMP-02 and the operator", operator, "emp_2", true],
])("%s", (_title, reader, employeeId, allowed) => {
  expect(mayReadRecord(reader, employeeId)).toBe(allowed);
});

test.each<[string, string, boolean]>([
  ["IP and six characters", "IPA1B2C3", true],
  ["CE and six characters", "CE000001", true],
  ["another prefix", "XX000001", false],
  ["five characters", "IP00001", false],
  ["seven characters", "IP0000012", false],
  ["a practice number", "112345", false],
  ["a sign", "IP00-001", false],
])("EMP-04 %s", (_title, ramqIdentifier, valid) => {
  const accepted = { profession: null, startDate: "2027-03-08", localAdmin: false, superUser: false };
  expect(decide({ ramqIdentifier })).toEqual(valid ? accepted : ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]);
});

test.each<[string, string, string]>([
  ["EMP-06 1: a physician", "112345", "physician"],
  ["EMP-06 5: a resident", "512345", "resident"],
  ["EMP-06 81: a specialised nurse practitioner", "810335", "nurse"],
  ["EMP-06 8 alone is no class", "820335", "EMP-06 UNKNOWN_PRACTICE_CLASS"],
  ["EMP-06 2 is no class", "212345", "EMP-06 UNKNOWN_PRACTICE_CLASS"],
  ["EMP-05 five digits", "11234", "EMP-05 INVALID_IDENTIFIER"],
  ["EMP-05 seven digits", "1123456", "EMP-05 INVALID_IDENTIFIER"],
  ["EMP-05 a letter", "11234A", "EMP-05 INVALID_IDENTIFIER"],
])("%s", (_title, practiceNumber, expected) => {
  const decision = professionOf(practiceNumber);
  const found = decision.ok ? decision.value : decision.violations.map(({ rule, code }) => `${rule} ${code}`).join();
  expect(found).toBe(expected);
});

test("EMP-12 only a professional has a practice number", () => {
  expect(decide({ practiceNumber: "810335" })).toMatchObject({ profession: "nurse" });
  expect(decide({ practiceNumber: null })).toMatchObject({ profession: null });
});

test.each<[string, NewEmployeeFacts["alreadyEmployed"], string]>([
  ["the RAMQ identifier", { ramqIdentifier: true, practiceNumber: true }, "/ramqIdentifier"],
  ["the practice number", { ramqIdentifier: false, practiceNumber: true }, "/practiceNumber"],
])("EMP-07 refuses a person employed already, found by %s", (_title, alreadyEmployed, pointer) => {
  expect(decide({}, operator, { alreadyEmployed })).toEqual([`EMP-07 EMPLOYEE_ALREADY_EXISTS ${pointer}`]);
});

test("EMP-13 the start is today when it is left out, and never null", () => {
  expect(decide({ startDate: undefined })).toMatchObject({ startDate: "2027-03-08" });
  expect(decide({ startDate: "2026-01-05" })).toMatchObject({ startDate: "2026-01-05" });
  expect(decide({ startDate: null })).toEqual(["EMP-13 REQUIRED_FIELD /startDate"]);
});

test("Employee.departureDate is not before the start", () => {
  expect(decide({ startDate: "2027-03-08", departureDate: "2027-03-08" })).toMatchObject({ startDate: "2027-03-08" });
  expect(decide({ startDate: "2027-03-08", departureDate: "2027-03-07" })).toEqual([
    "Employee.departureDate OUT_OF_RANGE /departureDate",
  ]);
});

describe("work places", () => {
  test("EMP-14 refuses none", () => {
    expect(decide({ workPlaceIds: [] }, operator, { today: null })).toEqual([
      "EMP-14 WORK_PLACE_REQUIRED /workPlaceIds",
    ]);
  });
  test("EMP-14 refuses a place of another establishment like one that does not exist", () => {
    expect(decide({ workPlaceIds: ["plc_1", "plc_9"] })).toEqual(["Employee.workPlaceIds NOT_FOUND /workPlaceIds/1"]);
  });
});

test.each<[string, Partial<WantedEmployee>, RecordKeeper, unknown]>([
  ["PERM-04 the operator names a local administrator", { localAdmin: true }, operator, { localAdmin: true }],
  ["PERM-04 so does another one", { localAdmin: true }, staff("localAdmin"), { localAdmin: true }],
  ["PERM-04 a super user does not", { localAdmin: true }, staff("superUser"), ["PERM-04 FORBIDDEN /localAdmin"]],
  ["PERM-05 a super user names another", { superUser: true }, staff("superUser"), { superUser: true }],
  ["PERM-06 nobody is both", { localAdmin: true, superUser: true }, operator, ["PERM-06 INVALID_REQUEST /superUser"]],
])("%s", (_title, change, keeper, expected) => {
  const found = decide(change, keeper);
  if (Array.isArray(expected)) expect(found).toEqual(expected);
  else expect(found).toMatchObject(expected as object);
});

test("every violation is answered at once", () => {
  expect(
    decide({ ramqIdentifier: "112345", practiceNumber: "999999", workPlaceIds: [], startDate: null }, operator),
  ).toEqual([
    "EMP-04 INVALID_IDENTIFIER /ramqIdentifier",
    "EMP-06 UNKNOWN_PRACTICE_CLASS /practiceNumber",
    "EMP-13 REQUIRED_FIELD /startDate",
    "EMP-14 WORK_PLACE_REQUIRED /workPlaceIds",
  ]);
});
