import { describe, expect, test } from "vitest";
import type { ClinicActor, Employee, Grant, Machine } from "./actor.ts";
import {
  decidePermissions,
  everyWorkPlace,
  managesConfiguration,
  mayRead,
  mayReadAt,
  mayReshapeWeeks,
  mayWrite,
  refuseConfigurationWrite,
  refuseGrants,
  refuseLookup,
  refuseRead,
  refuseWeekOperation,
  refuseWrite,
  writesSomeAgendaAt,
} from "./permission.ts";
import type { Agenda, PermissionsFacts, RecordKeeper, WantedPermissions, Whereabouts } from "./permission.ts";

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
  links: [
    { establishmentId: "est_1", placeId: "plc_1", servicesManagedBy: "staff" },
    { establishmentId: "est_3", placeId: "plc_3", servicesManagedBy: "staff" },
  ],
};

const table: [string, ClinicActor, Agenda, { read: boolean; write: boolean }][] = [
  ["PERM-14 a write grant allows writing at its place", granted(grant("write")), agenda, { read: true, write: true }],
  ["PERM-14 a write grant does not reach another place", granted(grant("write")), elsewhere, none()],
  ["PERM-14 a write grant does not reach another professional", granted(grant("write")), colleague, none()],
  ["PERM-14 a read grant is not enough", granted(grant("read")), agenda, { read: true, write: false }],
  ["PERM-15 a read grant reads and never writes", granted(grant("read")), agenda, { read: true, write: false }],
  ["PERM-16 without a grant nothing is read", employee(), agenda, none()],
  ["PERM-16 another professional needs a grant too", employee({ professionalId: "pro_2" }), agenda, none()],
  ["PERM-17 a professional writes their own agenda", employee({ professionalId: "pro_1" }), agenda, all()],
  [
    "PERM-08 a super user's grants neither give nor limit",
    employee({ profile: "superUser", grants: [grant("read")] }),
    agenda,
    all(),
  ],
  ["PERM-18 a local administrator writes every agenda", employee({ profile: "localAdmin" }), elsewhere, all()],
  ["PERM-18 a super user writes every agenda", employee({ profile: "superUser" }), elsewhere, all()],
  ["PERM-18 but none of another establishment", employee({ profile: "localAdmin" }), foreign, none()],
  ["PERM-12 'all' reaches a work place", granted(grant("write", everyWorkPlace)), agenda, all()],
  ["PERM-12 every work place is written 'all'", granted(grant("write", "all")), agenda, all()],
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

const operator: RecordKeeper = { kind: "operator", operatorId: "ramq" };

test.each<[string, ClinicActor | typeof operator, Whereabouts, boolean]>([
  ["PLACE-03 staff read what is of their establishment", employee(), at("est_1", "plc_9"), true],
  ["PLACE-03 and of no other", employee(), at("est_2", "plc_1"), false],
  ["LCGA-02 a machine reads what is at a linked place", machine, at("est_1", "plc_1"), true],
  ["LCGA-02 or at one of several", machine, at("est_1", "plc_2", "plc_1"), true],
  ["LCGA-02 not at another place of the establishment", machine, at("est_1", "plc_2"), false],
  ["LCGA-02 nor at a place of that id elsewhere", machine, at("est_2", "plc_1"), false],
  ["EST-01 the operator reads everything", operator, at("est_2", "plc_2"), true],
])("%s", (_title, actor, where, expected) => {
  expect(mayReadAt(actor, where)).toBe(expected);
});

test.each<[string, ClinicActor | typeof operator, Whereabouts, string | undefined]>([
  ["PLACE-21 a local administrator writes", employee({ profile: "localAdmin" }), at("est_1", "plc_1"), undefined],
  ["PLACE-21 a super user writes", employee({ profile: "superUser" }), at("est_1", "plc_1"), undefined],
  ["PLACE-21 the operator writes", operator, at("est_1", "plc_1"), undefined],
  ["PLACE-21 a user does not", employee(), at("est_1", "plc_1"), "PLACE-21 FORBIDDEN"],
  ["LCGA-04 a linked machine does not", machine, at("est_1", "plc_1"), "LCGA-04 MANAGED_IN_RVSQ"],
  ["LCGA-02 still less where it is not linked", machine, at("est_1", "plc_2"), "LCGA-02 MACHINE_NOT_LINKED"],
])("%s", (_title, actor, where, expected) => {
  const refused = refuseConfigurationWrite(actor, where, "PLACE-21");
  expect(refused && `${refused.rule} ${refused.code}`).toBe(expected);
});

function at(establishmentId: string, ...placeIds: string[]): Whereabouts {
  return { establishmentId, placeIds };
}

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

describe("a refused read", () => {
  test.each<[string, ClinicActor, Agenda, string | undefined]>([
    ["PERM-16 staff without a grant are told so", employee(), agenda, "PERM-16 FORBIDDEN "],
    ["PERM-15 a read grant is enough", granted(grant("read")), agenda, undefined],
    ["LCGA-02 to a machine what is not linked does not exist", machine, elsewhere, "CONTRACT NOT_FOUND "],
    ["LCGA-02 a linked machine reads", machine, agenda, undefined],
  ])("%s", (_title, actor, of, expected) => {
    const refused = refuseRead(actor, of);
    expect(refused && `${refused.rule} ${refused.code} ${refused.pointer}`).toBe(expected);
  });
});

test.each([
  ["EMP-01 a local administrator keeps the configuration", employee({ profile: "localAdmin" }), true],
  ["EMP-01 a super user keeps the configuration", employee({ profile: "superUser" }), true],
  ["EMP-01 a user does not, not even a professional", employee({ professionalId: "pro_1" }), false],
  ["EMP-01 the operator does", { kind: "operator", operatorId: "ramq" } as const, true],
  ["LCGA-04 a machine does not", machine, false],
  ["EMP-01 nor does a nurse", { kind: "nurse", nurseId: "n", name: "N", mention: "811" } as const, false],
  ["EMP-01 nor does a citizen", { kind: "citizen", nam: "TREM80550512", namIndex: "index" } as const, false],
])("%s", (_title, actor, expected) => {
  expect(managesConfiguration(actor)).toBe(expected);
});

describe("changing permissions", () => {
  const admin = employee({ employeeId: "emp_la", profile: "localAdmin" });
  const superUser = employee({ employeeId: "emp_su", profile: "superUser" });
  const user = employee({ employeeId: "emp_user" });
  const targets = {
    admin: { localAdmin: true, superUser: false, grants: [] },
    superUser: { localAdmin: false, superUser: true, grants: [] },
    user: { localAdmin: false, superUser: false, grants: [] },
  };
  const isOnly = (localAdmin: boolean, superUserNow: boolean) => ({ localAdmin, superUser: superUserNow });

  function decide(
    change: Partial<WantedPermissions>,
    keeper: RecordKeeper,
    current: PermissionsFacts["current"],
    employeeId = "emp_target",
  ): unknown {
    const wanted = { localAdmin: undefined, superUser: undefined, grants: undefined, ...change };
    const professionals = [{ professionalId: "pro_1", placeIds: ["plc_1"] }];
    const decision = decidePermissions(wanted, keeper, { employeeId, current, workPlaceIds: ["plc_1"], professionals });
    return decision.ok
      ? decision.value
      : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
  }

  test.each<[string, Partial<WantedPermissions>, RecordKeeper, keyof typeof targets, object]>([
    ["PERM-02 an LA takes localAdmin from another", { localAdmin: false }, admin, "admin", isOnly(false, false)],
    ["PERM-04 an LA gives localAdmin", { localAdmin: true }, admin, "user", isOnly(true, false)],
    ["PERM-04 the operator gives localAdmin", { localAdmin: true }, operator, "user", isOnly(true, false)],
    ["PERM-05 an SU makes an SU", { superUser: true }, superUser, "user", isOnly(false, true)],
    ["PERM-05 an LA makes an SU", { superUser: true }, admin, "user", isOnly(false, true)],
    [
      "PERM-06 superUser takes localAdmin away",
      { superUser: true },
      admin,
      "admin",
      {
        ...isOnly(false, true),
        changed: ["localAdmin", "superUser"],
      },
    ],
    ["PERM-28 localAdmin takes superUser away", { localAdmin: true }, admin, "superUser", isOnly(true, false)],
    [
      "PERM-09 grants that change leave the profile as it is",
      { grants: [grant("read")] },
      admin,
      "superUser",
      { ...isOnly(false, true), changed: ["grants"] },
    ],
    ["PERM-28 no localAdmin leaves superUser as it is", { localAdmin: false }, admin, "superUser", isOnly(false, true)],
    ["PERM-06 no superUser leaves localAdmin as it is", { superUser: false }, admin, "admin", isOnly(true, false)],
    ["PERM-09 an SU gives a grant", { grants: [grant("read")] }, superUser, "user", { grants: [grant("read")] }],
  ])("%s", (_title, change, keeper, target, expected) => {
    expect(decide(change, keeper, targets[target])).toMatchObject(expected);
  });

  test.each<[string, Partial<WantedPermissions>, RecordKeeper, keyof typeof targets, string[]]>([
    ["PERM-04 an SU gives no localAdmin", { localAdmin: true }, superUser, "user", ["PERM-04 FORBIDDEN /localAdmin"]],
    ["PERM-04 an SU takes no localAdmin", { localAdmin: false }, superUser, "admin", ["PERM-04 FORBIDDEN /localAdmin"]],
    ["PERM-04 a user gives no localAdmin", { localAdmin: true }, user, "user", ["PERM-04 FORBIDDEN /localAdmin"]],
    ["PERM-05 a user makes no SU", { superUser: true }, user, "user", ["PERM-05 FORBIDDEN /superUser"]],
    ["PERM-07 an SU makes no SU of an LA", { superUser: true }, superUser, "admin", ["PERM-07 FORBIDDEN /superUser"]],
    ["PERM-09 a user gives no grant", { grants: [grant("read")] }, user, "user", ["PERM-09 FORBIDDEN /grants"]],
    [
      "PERM-09 a user hears of everything that they named",
      { localAdmin: true, superUser: false, grants: [] },
      user,
      "user",
      ["PERM-04 FORBIDDEN /localAdmin", "PERM-05 FORBIDDEN /superUser", "PERM-09 FORBIDDEN /grants"],
    ],
    ["PERM-09 a user may not even change nothing", {}, user, "user", ["PERM-09 FORBIDDEN /grants"]],
    [
      "PERM-06 nobody is made both",
      { localAdmin: true, superUser: true },
      admin,
      "user",
      ["PERM-06 INVALID_REQUEST /superUser"],
    ],
  ])("%s", (_title, change, keeper, target, refused) => {
    expect(decide(change, keeper, targets[target])).toEqual(refused);
  });

  test.each<[string, Partial<WantedPermissions>, string[]]>([
    ["PERM-03 an LA keeps their own localAdmin", { localAdmin: false }, ["PERM-03 FORBIDDEN /localAdmin"]],
    [
      "PERM-03 also when superUser would take it",
      { superUser: true },
      ["PERM-03 FORBIDDEN /superUser", "PERM-05 FORBIDDEN /superUser"],
    ],
    ["PERM-09 and gives themself no grant", { grants: [grant("write")] }, ["PERM-09 FORBIDDEN /grants"]],
  ])("%s", (_title, change, refused) => {
    expect(decide(change, admin, targets.admin, admin.employeeId)).toEqual(refused);
  });

  test("PERM-05 an SU does not change their own superUser", () => {
    expect(decide({ superUser: false }, superUser, targets.superUser, superUser.employeeId)).toEqual([
      "PERM-05 FORBIDDEN /superUser",
    ]);
  });

  test("saying what is so already changes nothing and is allowed", () => {
    const current = { ...targets.admin, grants: [grant("read")] };
    expect(decide({ localAdmin: true, grants: [grant("read")] }, admin, current, admin.employeeId)).toEqual({
      ...current,
      changed: [],
    });
  });

  test("PERM-10 the same grants in another order are the same", () => {
    const grants = [grant("read"), grant("write", everyWorkPlace)];
    expect(decide({ grants: grants.toReversed() }, superUser, { ...targets.user, grants })).toMatchObject({
      changed: [],
    });
    expect(decide({ grants: [grant("write")] }, superUser, { ...targets.user, grants: [grant("read")] })).toMatchObject(
      {
        changed: ["grants"],
      },
    );
  });
});

test("EMP-16 a grant that somebody has already is no new choice, whoever has left the place since", () => {
  const left = [{ professionalId: "pro_1", placeIds: ["plc_2"] }];
  const kept = [grant("read"), grant("read", "plc_3")];
  expect(refuseGrants(kept, ["plc_1"], left, kept)).toEqual([]);
  const codesOf = (...grants: Grant[]) => refuseGrants(grants, ["plc_1"], left, kept).map(({ code }) => code);
  expect(codesOf(grant("write"), grant("read", "plc_4"), { ...grant("read"), professionalId: "pro_9" })).toEqual([
    "PROFESSIONAL_NOT_AT_PLACE",
    "PLACE_NOT_WORK_PLACE",
    "NOT_FOUND",
  ]);
  expect(codesOf(grant("read"), grant("read"))).toEqual(["INVALID_REQUEST"]);
});

test("EMP-16 what is kept of the grants does not stand against what is added", () => {
  const current = { localAdmin: false, superUser: false, grants: [grant("read")] };
  const here = { professionalId: "pro_2", placeIds: ["plc_1"] };
  const added: Grant = { placeId: "plc_1", professionalId: "pro_2", access: "write" };
  const wanted = { localAdmin: undefined, superUser: undefined, grants: [grant("read"), added] };
  const facts = { employeeId: "emp_2", current, workPlaceIds: ["plc_1"] };
  const left = { professionalId: "pro_1", placeIds: ["plc_2"] };
  const decision = decidePermissions(wanted, employee({ profile: "superUser" }), {
    ...facts,
    professionals: [left, here],
  });
  expect(decision).toMatchObject({ ok: true, value: { changed: ["grants"] } });
});

describe("PERM-23 appointments by profile", () => {
  const own = employee({ professionalId: "pro_1" });
  const other: Agenda = { ...agenda, professionalId: "pro_3" };
  const colleagueGranted: Grant = { placeId: "plc_1", professionalId: "pro_2", access: "write" };
  test.each<[string, Employee, boolean[]]>([
    ["a local administrator: every agenda", employee({ profile: "localAdmin" }), [true, true, true]],
    ["a super user: every agenda", employee({ profile: "superUser" }), [true, true, true]],
    ["a professional: their own and granted ones", { ...own, grants: [colleagueGranted] }, [true, true, false]],
    ["a professional without a grant: their own", own, [true, false, false]],
    ["another user: granted ones", granted(colleagueGranted), [false, true, false]],
    ["another user without a grant: none", employee(), [false, false, false]],
  ])("PERM-23 %s", (_title, actor, allowed) => {
    for (const may of [mayRead, mayWrite])
      expect([agenda, colleague, other].map((each) => may(actor, each))).toEqual(allowed);
  });
});

test.each<[string, Employee, string | undefined]>([
  ["a local administrator", employee({ profile: "localAdmin" }), undefined],
  ["a super user", employee({ profile: "superUser" }), undefined],
  ["a professional", employee({ professionalId: "pro_1" }), undefined],
  ["who writes an agenda", granted({ placeId: "plc_1", professionalId: "pro_2", access: "write" }), undefined],
  ["who only reads one", granted({ placeId: "plc_1", professionalId: "pro_2", access: "read" }), "APPT-49 FORBIDDEN"],
  ["who does neither", employee(), "APPT-49 FORBIDDEN"],
])("APPT-49 a patient is looked up to make an appointment: %s", (_title, actor, expected) => {
  const found = refuseLookup(actor);
  expect(found && `${found.rule} ${found.code}`).toBe(expected);
});

describe("grants", () => {
  const grantAt = (placeId: string, professionalId = "pro_1"): Grant => ({ placeId, professionalId, access: "read" });
  const professionals = [
    { professionalId: "pro_1", placeIds: ["plc_1", "plc_9"] },
    { professionalId: "pro_3", placeIds: ["plc_3"] },
  ];
  test.each<[string, Grant[], string[]]>([
    [
      "EMP-15 work places bound the places of grants",
      [grantAt("plc_9")],
      ["PERM-11 PLACE_NOT_WORK_PLACE /grants/0/placeId"],
    ],
    ["PERM-11 accepts a work place", [grantAt("plc_1")], []],
    ["PERM-11 refuses another place", [grantAt("plc_3", "pro_3")], ["PERM-11 PLACE_NOT_WORK_PLACE /grants/0/placeId"]],
    ["PERM-12 accepts all work places", [grantAt(everyWorkPlace)], []],
    [
      "PERM-12 all work places are not the whole establishment",
      [grantAt(everyWorkPlace, "pro_3")],
      ["PERM-13 PROFESSIONAL_NOT_AT_PLACE /grants/0/professionalId"],
    ],
    [
      "PERM-13 refuses a professional who works elsewhere",
      [grantAt("plc_1"), grantAt("plc_2")],
      ["PERM-13 PROFESSIONAL_NOT_AT_PLACE /grants/1/professionalId"],
    ],
    [
      "PERM-10 refuses a professional who is not known",
      [grantAt("plc_1", "pro_9")],
      ["PERM-10 NOT_FOUND /grants/0/professionalId"],
    ],
    ["PERM-10 refuses the same row twice", [grantAt("plc_1"), grantAt("plc_1")], ["PERM-10 INVALID_REQUEST /grants/1"]],
  ])("%s", (_title, grants, refused) => {
    const violations = refuseGrants(grants, ["plc_1", "plc_2"], professionals);
    expect(violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)).toEqual(refused);
  });
});

describe("whole weeks", () => {
  const whole = { establishmentId: "est_1", professionalId: "pro_1", placeIds: ["plc_1"] };
  const own = employee({ professionalId: "pro_1" });

  test.each<[string, ClinicActor, typeof whole, boolean]>([
    ["SCHED-01 a local administrator", employee({ profile: "localAdmin" }), whole, true],
    ["SCHED-10 a super user", employee({ profile: "superUser" }), whole, true],
    [
      "SCHED-01 not of another establishment",
      employee({ profile: "superUser" }),
      { ...whole, establishmentId: "est_2" },
      false,
    ],
    ["SCHED-30 the professional", own, whole, true],
    ["SCHED-30 not another professional", employee({ professionalId: "pro_2" }), whole, false],
    ["SCHED-01 not the same name in another establishment", own, { ...whole, establishmentId: "est_2" }, false],
    ["SCHED-02 not a user with WRITE", granted(grant("write")), whole, false],
    ["LCGA-03 a machine linked with every place", machine, whole, true],
    ["LCGA-02 not with one of two places", machine, { ...whole, placeIds: ["plc_1", "plc_2"] }, false],
    ["LCGA-02 not with a place of another establishment", machine, { ...whole, placeIds: ["plc_1", "plc_3"] }, false],
    ["LCGA-02 not of a professional who works nowhere", machine, { ...whole, placeIds: [] }, false],
  ])("%s", (_title, actor, agendaOfWeeks, expected) => {
    expect(mayReshapeWeeks(actor, agendaOfWeeks)).toBe(expected);
    expect(refuseWeekOperation(actor, agendaOfWeeks, "copy") === undefined).toBe(expected);
  });

  test.each<[string, ClinicActor, Parameters<typeof refuseWeekOperation>[2], string]>([
    ["SCHED-01", employee(), "quickCreate", "SCHED-01 FORBIDDEN"],
    ["SCHED-01 a read grant is none", granted(grant("read")), "quickCreate", "SCHED-01 FORBIDDEN"],
    ["SCHED-02", granted(grant("write")), "quickCreate", "SCHED-02 FORBIDDEN"],
    ["SCHED-02 at any place", granted(grant("read"), grant("write", "plc_2")), "quickCreate", "SCHED-02 FORBIDDEN"],
    [
      "SCHED-01 a grant on another agenda is none",
      granted({ ...grant("write"), professionalId: "pro_2" }),
      "quickCreate",
      "SCHED-01 FORBIDDEN",
    ],
    ["SCHED-10", employee(), "copy", "SCHED-10 FORBIDDEN"],
    ["SCHED-10 a grant is not enough", granted(grant("write")), "copy", "SCHED-10 FORBIDDEN"],
    ["SCHED-30", employee(), "delete", "SCHED-30 FORBIDDEN"],
    ["SCHED-30 a grant is not enough", granted(grant("write")), "delete", "SCHED-30 FORBIDDEN"],
    ["LCGA-02", { ...machine, links: [] }, "delete", "LCGA-02 MACHINE_NOT_LINKED"],
  ])("%s is the rule of the refusal", (_title, actor, operation, expected) => {
    const refused = refuseWeekOperation(actor, whole, operation);
    expect(refused).toMatchObject({ pointer: "" });
    expect(`${refused?.rule ?? ""} ${refused?.code ?? ""}`).toBe(expected);
  });
});

test.each(["localAdmin", "superUser"] as const)(
  "TPL-20 a %s keeps templates also where nobody works yet",
  (profile) => {
    expect(writesSomeAgendaAt(employee({ profile }), { establishmentId: "est_1", placeId: "plc_1" }, [])).toBe(true);
  },
);
