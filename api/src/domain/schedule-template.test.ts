import { describe, expect, test } from "vitest";
import type { Employee, Grant } from "./actor.ts";
import type { Decision } from "./decision.ts";
import { agendasNamedBy, everyWorkPlace } from "./permission.ts";
import {
  changedTemplateFields,
  decideTemplate,
  distinctServices,
  namedService,
  refuseTemplateAt,
} from "./schedule-template.ts";
import type {
  TemplateContent,
  TemplateFacts,
  TemplateProfessional,
  TemplateSlotWish,
  TemplateWish,
} from "./schedule-template.ts";
import type { ServiceTriple } from "./service.ts";

const regular: ServiceTriple = { type: "GEN", consultationReason: "regular", durationMinutes: 20 };
const priority: ServiceTriple = { ...regular, consultationReason: "priority" };
const longer: ServiceTriple = { ...regular, durationMinutes: 30 };
const family: ServiceTriple = { ...regular, type: "MF" };
const everything: ServiceTriple = { ...regular, consultationReason: "allReasons" };
const pregnancy: ServiceTriple = { ...regular, consultationReason: "pregnancy" };

const person = (profession: TemplateProfessional["profession"], ...placeIds: string[]): TemplateProfessional => ({
  profession,
  placeIds,
  departureDate: null,
});

const facts = (change: Partial<TemplateFacts> = {}): TemplateFacts => ({
  establishmentId: "est",
  place: { placeId: "here", endDate: null },
  today: "2027-03-01",
  professionals: new Map([
    ["dr", person("physician", "here", "there")],
    ["rn", person("nurse", "here")],
    ["res", person("resident", "here")],
    ["away", person("physician", "there")],
    ["left", { ...person("physician", "here"), departureDate: "2027-02-28" }],
    ["leaving", { ...person("physician", "here"), departureDate: "2027-03-01" }],
    ["team", person("team", "here")],
  ]),
  offered: [regular, priority, longer, family, everything],
  nameTaken: false,
  ...change,
});

const slot = (change: Partial<TemplateSlotWish> = {}): TemplateSlotWish => ({
  weekday: "monday",
  startTime: "08:00",
  endTime: "12:00",
  services: [regular],
  visibility: "public",
  ...change,
});

const wish = (change: Partial<TemplateWish> = {}): TemplateWish => ({
  placeId: "here",
  name: "Semaine type",
  professions: ["physician"],
  professionalIds: ["dr"],
  slots: [slot()],
  ...change,
});

const employee = (change: Partial<Employee> = {}): Employee => ({
  kind: "employee",
  employeeId: "emp",
  establishmentId: "est",
  name: "Camille",
  profile: "localAdmin",
  professionalId: null,
  workPlaceIds: ["here"],
  grants: [],
  ...change,
});
const admin = employee();
const user = (change: Partial<Employee> = {}) => employee({ profile: "user", ...change });
const grant = (professionalId: string, placeId = "here", access: Grant["access"] = "write"): Grant => ({
  professionalId,
  placeId,
  access,
});

const content = (change: Partial<TemplateContent> = {}): TemplateContent => ({
  name: "Semaine type",
  professions: ["physician"],
  professionalIds: ["dr"],
  slots: [
    {
      weekday: "monday",
      startTime: "08:00",
      endTime: "12:00",
      services: [regular],
      visibility: "public",
      openDaysBefore: null,
      openTime: null,
    },
  ],
  ...change,
});

function said(decision: Decision<unknown>): string[] {
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

function valueOf<T>(decision: Decision<T>): T {
  if (!decision.ok) throw new Error(said(decision).join());
  return decision.value;
}

const decide = (change: Partial<TemplateWish> = {}, current: TemplateContent | null = null, by: Employee = admin) =>
  decideTemplate(wish(change), facts(), by, current);
const ofSlot = (change: Partial<TemplateSlotWish>) => said(decide({ slots: [slot(), slot(change)] }));

describe("a template", () => {
  test("TPL-21 TPL-26 holds slots by weekday and local times", () => {
    expect(valueOf(decide())).toEqual(content());
  });

  test("TPL-27 what is not said of a slot: four hours, private; each service once", () => {
    const [made] = valueOf(
      decide({ slots: [{ weekday: "sunday", startTime: "08:30", services: [priority, regular, { ...priority }] }] }),
    ).slots;
    expect(made).toEqual({
      weekday: "sunday",
      startTime: "08:30",
      endTime: "12:30",
      services: [priority, regular],
      visibility: "private",
      openDaysBefore: null,
      openTime: null,
    });
  });

  test("TPL-36 TPL-39 lists are sets: each once, in an order of their own; the name is trimmed", () => {
    const made = valueOf(
      decide({
        name: "  Été  ",
        professions: ["resident", "nurse", "physician", "nurse"],
        professionalIds: ["rn", "res", "dr", "rn"],
      }),
    );
    expect(made.name).toBe("Été");
    expect(made.professions).toEqual(["physician", "nurse", "resident"]);
    expect(made.professionalIds).toEqual(["dr", "res", "rn"]);
  });

  test.each<[string, Partial<TemplateWish>, string[]]>([
    ["TPL-34 a name is needed", { name: "" }, ["TPL-34 REQUIRED_FIELD /name"]],
    ["TPL-34 of more than blanks", { name: " \t" }, ["TPL-34 REQUIRED_FIELD /name"]],
    [
      "TPL-36 and a profession",
      { professions: [] },
      ["TPL-36 REQUIRED_FIELD /professions", "TPL-37 NOT_A_PROFESSIONAL /professionalIds/0"],
    ],
    ["TPL-39 and a professional", { professionalIds: [] }, ["TPL-39 REQUIRED_FIELD /professionalIds"]],
    ["TPL-39 and a slot", { slots: [] }, ["TPL-39 REQUIRED_FIELD /slots"]],
    ["TPL-24 TPL-22 its place is the one", { placeId: "there" }, ["TPL-24 FIELD_NOT_EDITABLE /placeId"]],
  ])("%s", (_title, change, expected) => {
    expect(said(decide(change))).toEqual(expected);
  });

  test("TPL-42 TPL-39 holds when it is modified", () => {
    expect(said(decide({ slots: [], professionalIds: [], name: "" }, content()))).toEqual([
      "TPL-34 REQUIRED_FIELD /name",
      "TPL-42 REQUIRED_FIELD /professionalIds",
      "TPL-42 REQUIRED_FIELD /slots",
    ]);
  });

  test("TPL-35 a name that another template of the place has", () => {
    const taken = facts({ nameTaken: true });
    expect(said(decideTemplate(wish(), taken, admin, null))).toEqual(["TPL-35 TEMPLATE_NAME_TAKEN /name"]);
    expect(said(decideTemplate(wish({ name: "" }), taken, admin, null))).toEqual(["TPL-34 REQUIRED_FIELD /name"]);
  });

  test("PLACE-07 no new template at a place that has ended; one that exists can be modified", () => {
    const ended = (endDate: string) => facts({ place: { placeId: "here", endDate } });
    expect(said(decideTemplate(wish(), ended("2027-02-28"), admin, null))).toEqual(["PLACE-07 PLACE_ENDED /placeId"]);
    expect(said(decideTemplate(wish(), ended("2027-03-01"), admin, null))).toEqual([]);
    expect(said(decideTemplate(wish(), ended("2027-02-28"), admin, content()))).toEqual([]);
  });

  test("TPL-24 every violation at once, each where it stands", () => {
    const all = decideTemplate(
      wish({ placeId: "there", name: "", professions: [], professionalIds: [], slots: [slot({ services: [] })] }),
      facts(),
      admin,
      null,
    );
    expect(said(all)).toEqual([
      "TPL-24 FIELD_NOT_EDITABLE /placeId",
      "TPL-34 REQUIRED_FIELD /name",
      "TPL-36 REQUIRED_FIELD /professions",
      "TPL-39 REQUIRED_FIELD /professionalIds",
      "TPL-45 SLOT_PARTIALLY_FILLED /slots/0/services",
    ]);
  });
});

describe("its professionals", () => {
  test.each<[string, string[], string[]]>([
    ["TPL-37 one of another profession", ["dr", "rn"], ["TPL-37 NOT_A_PROFESSIONAL /professionalIds/1"]],
    ["TPL-37 a team is of no profession", ["team"], ["TPL-37 NOT_A_PROFESSIONAL /professionalIds/0"]],
    ["TPL-38 one who works elsewhere", ["dr", "away"], ["TPL-38 PLACE_NOT_WORK_PLACE /professionalIds/1"]],
    ["TPL-38 EMP-19 one who has left", ["left"], ["TPL-38 PLACE_NOT_WORK_PLACE /professionalIds/0"]],
    ["TPL-38 EMP-19 not one on their last day", ["leaving"], []],
    ["TPL-38 one who is not of the establishment", ["nobody"], ["TPL-38 NOT_FOUND /professionalIds/0"]],
  ])("%s", (_title, professionalIds, expected) => {
    expect(said(decide({ professionalIds }))).toEqual(expected);
  });

  test("TPL-38 one on whom the caller has no WRITE", () => {
    const professions = ["physician", "nurse"] as const;
    const both = { professions, professionalIds: ["dr", "rn"] };
    const granted = user({ grants: [grant("dr"), grant("rn", "here", "read")] });
    expect(said(decide(both, null, granted))).toEqual(["TPL-38 FORBIDDEN /professionalIds/1"]);
    expect(said(decide(both, null, user({ grants: [grant("dr"), grant("rn", "there")] })))).toEqual([
      "TPL-38 FORBIDDEN /professionalIds/1",
    ]);
    expect(said(decide(both, null, user({ professionalId: "rn", grants: [grant("dr")] })))).toEqual([]);
  });

  test("TPL-37 TPL-38 all that is wrong with one", () => {
    expect(said(decide({ professions: ["nurse"], professionalIds: ["away"] }, null, user()))).toEqual([
      "TPL-37 NOT_A_PROFESSIONAL /professionalIds/0",
      "TPL-38 PLACE_NOT_WORK_PLACE /professionalIds/0",
      "TPL-38 FORBIDDEN /professionalIds/0",
    ]);
  });

  test("TPL-38 is asked of who is added: who is there already is kept", () => {
    const kept = content({ professionalIds: ["away", "dr"] });
    expect(said(decide({ professionalIds: ["dr", "away"] }, kept, user()))).toEqual([]);
    expect(said(decide({ professionalIds: ["dr", "leaving"] }, kept, user()))).toEqual([
      "TPL-38 FORBIDDEN /professionalIds/1",
    ]);
  });

  test("TPL-37 a change of the professions must leave those who are there already among them", () => {
    expect(said(decide({ professions: ["nurse"], professionalIds: ["dr", "res"] }, content()))).toEqual([
      "TPL-37 NOT_A_PROFESSIONAL /professions",
      "TPL-37 NOT_A_PROFESSIONAL /professionalIds/1",
    ]);
  });
});

describe("its slots", () => {
  test.each<[string, Partial<TemplateSlotWish>, string[]]>([
    ["TPL-27 end before start", { endTime: "07:59" }, ["TPL-27 INVALID_INTERVAL /slots/1/endTime"]],
    ["TPL-27 end at start", { endTime: "08:00" }, ["TPL-27 INVALID_INTERVAL /slots/1/endTime"]],
    ["TPL-27 end a minute after the start", { endTime: "08:01" }, []],
    ["TPL-27 minutes count", { startTime: "08:45", endTime: "09:15" }, []],
    [
      "TPL-27 minutes count both ways",
      { startTime: "09:15", endTime: "09:10" },
      ["TPL-27 INVALID_INTERVAL /slots/1/endTime"],
    ],
    ["TPL-27 00:00 is the end of the day", { startTime: "20:00", endTime: "00:00" }, []],
    ["TPL-27 the whole day", { startTime: "00:00", endTime: "00:00" }, []],
    ["TPL-27 four hours until midnight", { startTime: "20:00", endTime: undefined }, []],
    [
      "TPL-27 four hours beyond midnight",
      { startTime: "20:01", endTime: undefined },
      ["TPL-27 INVALID_INTERVAL /slots/1/endTime"],
    ],
    ["TPL-25 the template's place, said again", { placeId: "here" }, []],
    ["TPL-25 another place", { placeId: "there" }, ["TPL-25 FIELD_NOT_EDITABLE /slots/1/placeId"]],
    ["TPL-29 a service group", { serviceGroupIds: ["sgr"] }, ["TPL-29 UNKNOWN_FIELD /slots/1/serviceGroupIds"]],
    ["TPL-29 even none of them", { serviceGroupIds: [] }, ["TPL-29 UNKNOWN_FIELD /slots/1/serviceGroupIds"]],
    ["TPL-45 no service", { services: [] }, ["TPL-45 SLOT_PARTIALLY_FILLED /slots/1/services"]],
    ["TPL-27 two services of one type and duration", { services: [regular, priority] }, []],
    ["TPL-27 two durations", { services: [regular, longer] }, ["TPL-27 MIXED_SERVICE_DURATION /slots/1/services"]],
    ["TPL-27 two types", { services: [regular, family] }, ["TPL-27 MIXED_SERVICE_TYPE /slots/1/services"]],
    ["TPL-27 all reasons, alone", { services: [everything] }, []],
    ["TPL-27 all reasons, twice the same", { services: [everything, { ...everything }] }, []],
    [
      "TPL-27 all reasons, and another",
      { services: [regular, everything] },
      ["TPL-27 ALL_REASONS_EXCLUSIVE /slots/1/services"],
    ],
    [
      "TPL-28 a service that nobody offers there",
      { services: [regular, pregnancy] },
      ["TPL-28 SERVICE_NOT_OFFERED /slots/1/services/1"],
    ],
    ["TPL-31 private, without an opening", { visibility: "private" }, []],
    [
      "TPL-31 private, with days",
      { visibility: "private", openDaysBefore: 0 },
      ["TPL-31 OPEN_FROM_REQUIRES_PUBLIC /slots/1/openDaysBefore"],
    ],
    [
      "TPL-31 private because nothing is said, with days and time",
      { visibility: undefined, openDaysBefore: 7, openTime: "08:00" },
      [
        "TPL-31 OPEN_FROM_REQUIRES_PUBLIC /slots/1/openDaysBefore",
        "TPL-31 OPEN_FROM_REQUIRES_PUBLIC /slots/1/openTime",
      ],
    ],
    ["TPL-31 private, with neither, said", { visibility: "private", openDaysBefore: null, openTime: null }, []],
    ["TPL-30 public, with both", { openDaysBefore: 7, openTime: "08:00" }, []],
    ["TPL-32 public, with neither, said", { openDaysBefore: null, openTime: null }, []],
    ["TPL-32 days without a time", { openDaysBefore: 0 }, ["TPL-32 REQUIRED_FIELD /slots/1/openTime"]],
    [
      "TPL-32 a time without days",
      { openDaysBefore: null, openTime: "08:00" },
      ["TPL-32 REQUIRED_FIELD /slots/1/openDaysBefore"],
    ],
  ])("%s", (_title, change, expected) => {
    expect(ofSlot(change)).toEqual(expected);
  });

  test("TPL-27 an end after four hours is written as a time of day", () => {
    const ends = ["00:00", "05:05", "19:59", "20:00"].map(
      (startTime) => valueOf(decide({ slots: [slot({ startTime, endTime: undefined })] })).slots[0]?.endTime,
    );
    expect(ends).toEqual(["04:00", "09:05", "23:59", "00:00"]);
  });

  test("TPL-30 keeps the opening as it is given", () => {
    const [made] = valueOf(decide({ slots: [slot({ openDaysBefore: 14, openTime: "07:30" })] })).slots;
    expect([made?.openDaysBefore, made?.openTime]).toEqual([14, "07:30"]);
  });

  test("TPL-28 names the service; what the template has already stays", () => {
    const refused = decide({ slots: [slot({ services: [pregnancy] })] });
    expect(refused.ok ? undefined : refused.violations[0]?.params).toEqual({ service: "GEN pregnancy 20 min" });
    const [before] = content().slots;
    const current = content({ slots: before === undefined ? [] : [{ ...before, services: [pregnancy] }] });
    expect(said(decide({ slots: [slot({ services: [pregnancy] })] }, current))).toEqual([]);
    const half = { ...pregnancy, durationMinutes: 30 };
    expect(said(decide({ slots: [slot({ services: [half] })] }, current))).toEqual([
      "TPL-28 SERVICE_NOT_OFFERED /slots/0/services/0",
    ]);
  });

  test("TPL-45 one slot's violations, all at once", () => {
    const wrong = { endTime: "07:00", placeId: "there", serviceGroupIds: [], services: [longer, family, everything] };
    expect(ofSlot({ ...wrong, visibility: "private", openTime: "08:00" })).toEqual([
      "TPL-27 INVALID_INTERVAL /slots/1/endTime",
      "TPL-25 FIELD_NOT_EDITABLE /slots/1/placeId",
      "TPL-29 UNKNOWN_FIELD /slots/1/serviceGroupIds",
      "TPL-27 MIXED_SERVICE_DURATION /slots/1/services",
      "TPL-27 MIXED_SERVICE_TYPE /slots/1/services",
      "TPL-27 ALL_REASONS_EXCLUSIVE /slots/1/services",
      "TPL-31 OPEN_FROM_REQUIRES_PUBLIC /slots/1/openTime",
    ]);
  });
});

describe("who keeps templates", () => {
  const at = { establishmentId: "est", placeId: "here" };
  const dr = { professionalId: "dr", placeIds: ["here", "there"] };
  const away = { professionalId: "away", placeIds: ["there"] };

  test.each<[string, Employee, string | undefined]>([
    ["TPL-20 PERM-21 a local administrator", admin, undefined],
    ["TPL-20 PERM-21 a super user", employee({ profile: "superUser" }), undefined],
    ["TPL-20 PERM-21 a professional, where they work", user({ professionalId: "dr" }), undefined],
    ["TPL-43 PERM-21 a professional, where they do not work", user({ professionalId: "away" }), "TPL-43"],
    ["TPL-20 PERM-22 with WRITE on somebody there", user({ grants: [grant("dr")] }), undefined],
    ["TPL-20 PERM-22 with WRITE at every work place", user({ grants: [grant("dr", everyWorkPlace)] }), undefined],
    ["TPL-43 PERM-22 with WRITE at another place", user({ grants: [grant("dr", "there")] }), "TPL-43"],
    ["TPL-43 PERM-22 with WRITE on who does not work there", user({ grants: [grant("away")] }), "TPL-43"],
    ["TPL-20 PERM-22 with READ only", user({ grants: [grant("dr", "here", "read")] }), "TPL-20"],
    ["TPL-20 PERM-22 without grants", user(), "TPL-20"],
    ["TPL-20 who is of another establishment", employee({ establishmentId: "other" }), "TPL-43"],
  ])("%s", (_title, by, rule) => {
    const found = refuseTemplateAt(by, at, [dr, away], "TPL-43");
    expect(found).toEqual(rule && { rule, code: "FORBIDDEN", pointer: "" });
  });

  test("PERM-21 PERM-22 the agendas that count: one's own and those of one's grants, each once", () => {
    const by = user({
      professionalId: "dr",
      grants: [grant("rn"), grant("dr", "there"), grant("rn", "there", "read")],
    });
    expect(agendasNamedBy(by)).toEqual(["dr", "rn"]);
    expect(agendasNamedBy(user({ grants: [grant("rn")] }))).toEqual(["rn"]);
    expect(agendasNamedBy(user())).toEqual([]);
  });

  test("TPL-23 at creation, another place is refused under its own rule", () => {
    expect(refuseTemplateAt(user({ professionalId: "away" }), at, [away], "TPL-23")?.rule).toBe("TPL-23");
  });
});

describe("what has changed", () => {
  test.each<[string, Partial<TemplateContent>, string[]]>([
    ["TPL-41 nothing", {}, []],
    ["TPL-41 the name", { name: "Autre" }, ["name"]],
    ["TPL-41 the professions", { professions: ["physician", "nurse"] }, ["professions"]],
    ["TPL-41 the professionals", { professionalIds: ["dr", "rn"] }, ["professionalIds"]],
    ["TPL-41 a slot less", { slots: [] }, ["slots"]],
    [
      "TPL-41 all of it",
      { name: "A", professions: [], professionalIds: [], slots: [] },
      ["name", "professions", "professionalIds", "slots"],
    ],
  ])("%s", (_title, change, expected) => {
    expect(changedTemplateFields(content(), content(change))).toEqual(expected);
  });

  test.each<[string, object, boolean]>([
    ["weekday", { weekday: "tuesday" }, true],
    ["startTime", { startTime: "08:15" }, true],
    ["endTime", { endTime: "11:45" }, true],
    ["services", { services: [priority] }, true],
    ["services by type", { services: [family] }, true],
    ["services by duration", { services: [longer] }, true],
    ["visibility", { visibility: "private" }, true],
    ["openDaysBefore", { openDaysBefore: 1 }, true],
    ["openTime", { openTime: "08:00" }, true],
    [
      "the order of the fields alone",
      { services: [{ durationMinutes: 20, type: "GEN", consultationReason: "regular" }] },
      false,
    ],
  ])("TPL-41 of a slot: %s", (_title, change, moved) => {
    const [first] = content().slots;
    if (first === undefined) throw new Error("a template has a slot");
    const found = changedTemplateFields(content(), content({ slots: [{ ...first, ...change }] }));
    expect(found).toEqual(moved ? ["slots"] : []);
  });

  test("TPL-41 the order of slots and of services is the caller's", () => {
    const [first] = content().slots;
    if (first === undefined) throw new Error("a template has a slot");
    const second = { ...first, weekday: "friday" as const };
    expect(changedTemplateFields(content({ slots: [first, second] }), content({ slots: [second, first] }))).toEqual([
      "slots",
    ]);
  });
});

test("TPL-09 a service is the same by type, reason and duration", () => {
  expect(distinctServices([regular, priority, { ...regular }, longer, family])).toEqual([
    regular,
    priority,
    longer,
    family,
  ]);
  expect(namedService(family)).toEqual({ service: "MF regular 20 min" });
});
