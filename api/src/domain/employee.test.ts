import { describe, expect, test } from "vitest";
import type { Employee, Profile } from "./actor.ts";
import { accept } from "./decision.ts";
import type { Decision } from "./decision.ts";
import {
  decideDeletion,
  decideEmployee,
  decideLookup,
  decideRecordChange,
  detailsOf,
  hasLeft,
  isActive,
  isPseudonym,
  mayReadRecord,
  noDetails,
  professionOf,
  refuseDeparted,
  registryFields,
} from "./employee.ts";
import type { EditableRecord, NewEmployeeFacts, RecordFacts, WantedEmployee, WantedRecord } from "./employee.ts";
import type { RecordKeeper } from "./permission.ts";
import type { WorkGroup } from "./work-group.ts";

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

const person = {
  ramqIdentifier: "IPA1B2C3",
  pseudonym: null,
  firstName: "Camille",
  lastName: "Roy",
  practiceNumber: null,
};
const wanted: WantedEmployee = {
  lookup: accept({ by: "ramqIdentifier", value: "IPA1B2C3" }),
  registryFieldsSent: [],
  startDate: undefined,
  departureDate: null,
  workPlaceIds: ["plc_1"],
  localAdmin: false,
  superUser: false,
  grants: [],
};
const facts: NewEmployeeFacts = {
  person,
  alreadyEmployed: false,
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
  return told(decision);
}

/** The value, or each violation in a line. */
function told(decision: Decision<unknown>): unknown {
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
      ? { person, practiceClass: null, startDate: "2027-03-08", localAdmin: false, superUser: false }
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

test.each<[string, Parameters<typeof decideLookup>[0], unknown]>([
  ["EMP-03 by RAMQ identifier", { ramqIdentifier: "IPA1B2C3" }, { by: "ramqIdentifier", value: "IPA1B2C3" }],
  ["EMP-03 by practice number", { practiceNumber: "112345" }, { by: "practiceNumber", value: "112345" }],
  ["EMP-03 by pseudonym", { pseudonym: "c@example.org" }, { by: "pseudonym", value: "c@example.org" }],
  ["EMP-03 not by none", { practiceNumber: undefined }, ["EMP-03 REQUIRED_FIELD /ramqIdentifier"]],
  [
    "EMP-03 not by two",
    { ramqIdentifier: "IPA1B2C3", practiceNumber: "112345" },
    ["EMP-03 INVALID_REQUEST /practiceNumber"],
  ],
  [
    "EMP-03 not by three, however they are written",
    { ramqIdentifier: "?", practiceNumber: "?", pseudonym: "?" },
    ["EMP-03 INVALID_REQUEST /practiceNumber", "EMP-03 INVALID_REQUEST /pseudonym"],
  ],
  ["EMP-04 CE and six characters", { ramqIdentifier: "CE000001" }, { by: "ramqIdentifier", value: "CE000001" }],
  ["EMP-04 another prefix", { ramqIdentifier: "XX000001" }, ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]],
  ["EMP-04 five characters", { ramqIdentifier: "IP00001" }, ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]],
  ["EMP-04 seven characters", { ramqIdentifier: "IP0000012" }, ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]],
  ["EMP-04 something before it", { ramqIdentifier: "xIP000001" }, ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]],
  ["EMP-04 a practice number", { ramqIdentifier: "112345" }, ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]],
  ["EMP-04 a sign", { ramqIdentifier: "IP00-001" }, ["EMP-04 INVALID_IDENTIFIER /ramqIdentifier"]],
  ["EMP-05 seven digits", { practiceNumber: "1123456" }, ["EMP-05 INVALID_IDENTIFIER /practiceNumber"]],
  ["EMP-06 no class", { practiceNumber: "999999" }, ["EMP-06 UNKNOWN_PRACTICE_CLASS /practiceNumber"]],
  ["Employee.pseudonym is an address", { pseudonym: "camille" }, ["Employee.pseudonym INVALID_IDENTIFIER /pseudonym"]],
])("%s", (_title, sent, expected) => {
  expect(told(decideLookup(sent))).toEqual(expected);
});

test.each<[string, boolean]>([
  ["c@example.org", true],
  ["camille.roy+rvsq@sub.example.org", true],
  ["c@example", false],
  ["@example.org", false],
  ["c@", false],
  ["c@example.", false],
  ["c roy@example.org", false],
  ["c@example.org roy", false],
  ["c@example.org.", false],
  ["c@d@example.org", false],
  ["112345", false],
])("AUTH-01 a pseudonym is an email address: %s", (text, valid) => {
  expect(isPseudonym(text)).toBe(valid);
});

test("EMP-09 a person whom the registry does not know is not employed", () => {
  expect(decide({}, operator, { person: null })).toEqual(["EMP-09 NOT_REGISTERED_WITH_RAMQ /ramqIdentifier"]);
  const lookup = accept({ by: "pseudonym", value: "c@example.org" } as const);
  expect(decide({ lookup }, operator, { person: null })).toEqual(["EMP-09 NOT_REGISTERED_WITH_RAMQ /pseudonym"]);
});

test("EMP-09 nothing is said of the registry when it could not be asked", () => {
  const lookup = decideLookup({ practiceNumber: "12" });
  expect(decide({ lookup }, operator, { person: null })).toEqual(["EMP-05 INVALID_IDENTIFIER /practiceNumber"]);
});

test("EMP-11 what comes from the registry is not written", () => {
  expect(decide({ registryFieldsSent: ["firstName", "lastName"] })).toEqual([
    "EMP-11 FIELD_NOT_EDITABLE /firstName",
    "EMP-11 FIELD_NOT_EDITABLE /lastName",
  ]);
  expect(registryFields).toEqual(["ramqIdentifier", "pseudonym", "firstName", "lastName", "practiceNumber"]);
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
  const nurse = { ...person, practiceNumber: "810335" };
  expect(decide({}, operator, { person: nurse })).toMatchObject({ practiceClass: "nurse", person: nurse });
  expect(decide({}, operator, { person })).toMatchObject({ practiceClass: null });
});

test("EMP-06 a number of no class in the registry is told where the person was named", () => {
  const odd = { ...person, practiceNumber: "999999" };
  expect(decide({}, operator, { person: odd })).toEqual(["EMP-06 UNKNOWN_PRACTICE_CLASS /ramqIdentifier"]);
});

test("EMP-07 refuses a person employed already, by whatever identifier they were looked up", () => {
  expect(decide({}, operator, { alreadyEmployed: true })).toEqual(["EMP-07 EMPLOYEE_ALREADY_EXISTS /ramqIdentifier"]);
  const lookup = accept({ by: "practiceNumber", value: "112345" } as const);
  expect(decide({ lookup }, operator, { alreadyEmployed: true })).toEqual([
    "EMP-07 EMPLOYEE_ALREADY_EXISTS /practiceNumber",
  ]);
});

test("EMP-13 the start is today when it is left out, and never null", () => {
  expect(decide({ startDate: undefined })).toMatchObject({ startDate: "2027-03-08" });
  expect(decide({ startDate: "2026-01-05" })).toMatchObject({ startDate: "2026-01-05" });
  expect(decide({ startDate: null })).toEqual(["EMP-13 REQUIRED_FIELD /startDate"]);
});

test("EMP-13 without a start there is nothing to leave before, and without today's date no record", () => {
  expect(decide({ startDate: null, departureDate: "2027-03-07" })).toEqual(["EMP-13 REQUIRED_FIELD /startDate"]);
  expect(decide({ departureDate: "2027-03-07" }, operator, { today: null })).toEqual([]);
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
  test("EMP-14 a departure is not compared with a first day that is not known", () => {
    expect(decide({ workPlaceIds: [], departureDate: "2027-03-08" }, operator, { today: null })).toEqual([
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
  const lookup = decideLookup({ ramqIdentifier: "112345" });
  const change = { lookup, registryFieldsSent: ["lastName"], workPlaceIds: [], startDate: null };
  expect(decide(change, operator)).toEqual([
    "EMP-04 INVALID_IDENTIFIER /ramqIdentifier",
    "EMP-11 FIELD_NOT_EDITABLE /lastName",
    "EMP-13 REQUIRED_FIELD /startDate",
    "EMP-14 WORK_PLACE_REQUIRED /workPlaceIds",
  ]);
});

describe("decideRecordChange", () => {
  const record: EditableRecord = {
    ...noDetails,
    startDate: "2027-03-01",
    departureDate: null,
    workPlaceIds: ["plc_1", "plc_2"],
  };
  const here = { placeId: "plc_2", professionalId: "pro_1", access: "read" } as const;
  const everywhere = { placeId: "all", professionalId: "pro_1", access: "write" } as const;
  const change = (
    sent: Partial<WantedRecord>,
    keeper: RecordKeeper = operator,
    current: Partial<RecordFacts["current"]> = {},
  ) =>
    told(
      decideRecordChange({ registryFieldsSent: [], ...sent }, keeper, {
        current: { ...record, grants: [here, everywhere], ...current },
        establishmentPlaceIds: ["plc_1", "plc_2", "plc_3"],
      }),
    );

  test.each<[string, RecordKeeper, boolean]>([
    ["EMP-01 the operator changes", operator, true],
    ["EMP-01 a local administrator changes", staff("localAdmin"), true],
    ["EMP-01 a super user changes", staff("superUser"), true],
    ["EMP-01 a user changes nothing, not even their own", staff("user"), false],
  ])("%s", (_title, keeper, allowed) => {
    const found = change({ title: "Dre" }, keeper);
    if (allowed) expect(found).toMatchObject({ title: "Dre", changed: ["title"] });
    else expect(found).toEqual(["EMP-01 FORBIDDEN "]);
  });

  test("what is left out stays, null empties, and what is so already is no change", () => {
    const current = { title: "Dre", biography: "Depuis 2009." };
    expect(change({ title: "Dre" }, operator, current)).toMatchObject({ ...current, changed: [] });
    expect(change({ biography: null }, operator, current)).toMatchObject({
      title: "Dre",
      biography: null,
      changed: ["biography"],
    });
  });

  test("every field of the record is changed and named", () => {
    const sent = {
      title: "a",
      email: "b@example.org",
      workPhone: "c",
      workPhoneExtension: "d",
      profession: "e",
      professionDescription: "f",
      biography: "g",
      startDate: "2027-03-02",
      departureDate: "2027-04-02",
      workPlaceIds: ["plc_1"],
    };
    expect(change(sent)).toEqual({ ...sent, grants: [everywhere], changed: [...Object.keys(sent), "grants"] });
  });

  test("EMP-11 what comes from the registry is refused, field by field", () => {
    expect(change({ registryFieldsSent: registryFields })).toEqual(
      registryFields.map((field) => `EMP-11 FIELD_NOT_EDITABLE /${field}`),
    );
  });

  test("EMP-13 the start is not null", () => {
    expect(change({ startDate: null })).toEqual(["EMP-13 REQUIRED_FIELD /startDate"]);
    expect(change({ startDate: undefined })).toMatchObject({ startDate: "2027-03-01", changed: [] });
  });

  test.each<[string, Partial<WantedRecord>, Partial<EditableRecord>, unknown]>([
    ["on the day they start", { departureDate: "2027-03-01" }, {}, { departureDate: "2027-03-01" }],
    ["before it", { departureDate: "2027-02-28" }, {}, ["Employee.departureDate OUT_OF_RANGE /departureDate"]],
    [
      "a start after it, which is what was sent",
      { startDate: "2027-03-11" },
      { departureDate: "2027-03-10" },
      ["Employee.departureDate OUT_OF_RANGE /startDate"],
    ],
    ["taken back", { departureDate: null }, { departureDate: "2027-03-10" }, { departureDate: null }],
  ])("EMP-18 the departure: %s", (_title, sent, current, expected) => {
    const found = change(sent, operator, current);
    if (Array.isArray(expected)) expect(found).toEqual(expected);
    else expect(found).toMatchObject(expected as object);
  });

  test("EMP-14 at least one work place, and one of the establishment", () => {
    expect(change({ workPlaceIds: [] })).toEqual(["EMP-14 WORK_PLACE_REQUIRED /workPlaceIds"]);
    expect(change({ workPlaceIds: ["plc_1", "plc_9"] })).toEqual(["Employee.workPlaceIds NOT_FOUND /workPlaceIds/1"]);
  });

  test("EMP-15, EMP-16 a work place that is taken away takes along the grants there, and no others", () => {
    expect(change({ workPlaceIds: ["plc_3", "plc_1", "plc_3"] })).toMatchObject({
      workPlaceIds: ["plc_1", "plc_3"],
      grants: [everywhere],
      changed: ["workPlaceIds", "grants"],
    });
    expect(change({ workPlaceIds: ["plc_2"] })).toMatchObject({
      grants: [here, everywhere],
      changed: ["workPlaceIds"],
    });
    expect(change({ workPlaceIds: ["plc_2", "plc_1"] })).toMatchObject({ changed: [] });
  });

  test("every violation is answered at once", () => {
    expect(change({ registryFieldsSent: ["pseudonym"], startDate: null, workPlaceIds: [] })).toEqual([
      "EMP-11 FIELD_NOT_EDITABLE /pseudonym",
      "EMP-13 REQUIRED_FIELD /startDate",
      "EMP-14 WORK_PLACE_REQUIRED /workPlaceIds",
    ]);
  });
});

test("detailsOf takes what was sent, and keeps what was not", () => {
  expect(detailsOf(noDetails, {})).toEqual(noDetails);
  const record = { ...noDetails, startDate: "2027-03-01", practiceNumber: "112345" };
  expect(detailsOf(record, {})).toEqual(noDetails);
  expect(detailsOf({ ...noDetails, title: "Dre" }, { title: null, email: "c@example.org" })).toEqual({
    ...noDetails,
    email: "c@example.org",
  });
});

describe("decideDeletion", () => {
  const group: WorkGroup = { workGroupId: "wgr_1", professionalIds: ["pro_1"], relayTeam1: [], relayTeam2: [] };

  test.each<[string, RecordKeeper, boolean]>([
    ["EMP-01 the operator deletes", operator, true],
    ["EMP-01 a local administrator deletes, EMP-25 also themself", staff("localAdmin"), true],
    ["EMP-01 a super user deletes", staff("superUser"), true],
    ["EMP-01 a user deletes nobody", staff("user"), false],
  ])("%s", (_title, keeper, allowed) => {
    const nothing = { changed: [], deleted: [] };
    expect(told(decideDeletion(keeper, null, []))).toEqual(allowed ? nothing : ["EMP-01 FORBIDDEN "]);
  });

  test("EMP-22 groups are a professional's matter", () => {
    expect(told(decideDeletion(operator, null, [group]))).toEqual({ changed: [], deleted: [] });
    expect(told(decideDeletion(operator, "pro_1", [group]))).toEqual({ changed: [], deleted: [group] });
    // Nor are they looked at: what is wrong between them already does not keep anybody else's record.
    const alike = [group, { ...group, workGroupId: "wgr_2" }];
    expect(told(decideDeletion(operator, null, alike))).toEqual({ changed: [], deleted: [] });
  });
});

test.each<[string, string | null, boolean]>([
  ["EMP-18 active without a departure", null, true],
  ["EMP-18 active before it", "2027-03-09", true],
  ["EMP-18 active on the day itself", "2027-03-08", true],
  ["EMP-18 not active from the next day", "2027-03-07", false],
])("%s", (_title, departureDate, active) => {
  expect(isActive({ departureDate }, "2027-03-08")).toBe(active);
});

test.each([
  [null, false],
  ["2027-02-28", true],
  ["2027-03-01", false],
  ["2027-03-02", false],
])("EMP-19 whose last day is %s has left on 1 March: %s", (departureDate, expected) => {
  expect(hasLeft(departureDate, "2027-03-01")).toBe(expected);
  const refusal = { rule: "EMP-19", code: "NOT_FOUND", pointer: "/professionalId" };
  expect(refuseDeparted(departureDate, "2027-03-01")).toEqual(expected ? refusal : undefined);
});
