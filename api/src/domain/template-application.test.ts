import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Employee, Grant } from "./actor.ts";
import type { Decision } from "./decision.ts";
import { everyWorkPlace } from "./permission.ts";
import { weekdays } from "./schedule-template.ts";
import type { TemplateSlot } from "./schedule-template.ts";
import type { ServiceTriple } from "./service.ts";
import { decideSlot } from "./slot.ts";
import type { SlotFacts } from "./slot.ts";
import { applicablePlaces, decideApplication, refuseApplication } from "./template-application.ts";
import type { Application, ApplicationFacts } from "./template-application.ts";
import { addDays, localDateOf, localTimeOf, timeZones, weekdayOf, zonedText } from "./time.ts";
import type { TimeZone } from "./time.ts";

const regular: ServiceTriple = { type: "GEN", consultationReason: "regular", durationMinutes: 20 };
const priority: ServiceTriple = { ...regular, consultationReason: "priority" };
const pregnancy: ServiceTriple = { ...regular, consultationReason: "pregnancy" };

const toronto: TimeZone = "America/Toronto";
/** A Monday. */
const now = Date.parse("2027-03-01T07:00:00-05:00");

const slotFacts = (change: Partial<SlotFacts> = {}, zone: TimeZone = toronto): SlotFacts => ({
  workPlaceIds: ["here"],
  places: new Map([["here", { timeZone: zone, endDate: null }]]),
  timeZone: "America/Blanc-Sablon",
  services: new Map([
    ["svc_9", { ...regular, active: true }],
    ["svc_1", { ...priority, active: true }],
    ["svc_0", { ...pregnancy, active: false }],
  ]),
  ...change,
});

const slot = (change: Partial<TemplateSlot> = {}): TemplateSlot => ({
  weekday: "monday",
  startTime: "08:00",
  endTime: "12:00",
  services: [regular],
  visibility: "public",
  openDaysBefore: null,
  openTime: null,
  ...change,
});

const facts = (
  slots: readonly TemplateSlot[] = [slot()],
  change: Partial<ApplicationFacts> = {},
): ApplicationFacts => ({
  template: { placeId: "here", professionalIds: ["dr", "rn"], slots },
  slotFacts: slotFacts(),
  inactiveReasons: [],
  ...change,
});

const wish = (change: Partial<Application> = {}): Application => ({
  placeId: "here",
  professionalId: "dr",
  week: "2027-03-10",
  additionalWeeks: 0,
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

function said(decision: Decision<unknown>): string[] {
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

function valueOf<T>(decision: Decision<T>): T {
  if (!decision.ok) throw new Error(said(decision).join());
  return decision.value;
}

const applied = (slots: readonly TemplateSlot[], change: Partial<Application> = {}, zone: TimeZone = toronto) =>
  valueOf(decideApplication(wish(change), facts(slots, { slotFacts: slotFacts({}, zone) }), now));
const startsOf = (slots: readonly TemplateSlot[], change: Partial<Application> = {}) =>
  applied(slots, change).weeks.flatMap((week) => week.slots.map(({ startAt }) => zonedText(startAt, toronto)));

describe("applying", () => {
  test("TPL-05 to the selected week only, whichever of its days is named", () => {
    for (const week of ["2027-03-07", "2027-03-10", "2027-03-13"])
      expect(startsOf([slot()], { week })).toEqual(["2027-03-08T08:00:00-05:00"]);
    expect(applied([slot()]).weeks.map(({ weekStart }) => weekStart)).toEqual(["2027-03-07"]);
  });

  test("TPL-21 from Sunday to Saturday", () => {
    const slots = weekdays.map((weekday) => slot({ weekday }));
    expect(startsOf(slots).map((text) => text.slice(0, 10))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((day) => addDays("2027-03-07", day)),
    );
  });

  test("TPL-06 additional weeks follow the selected one directly, 52 at most on top of it", () => {
    expect(startsOf([slot()], { additionalWeeks: 2 })).toEqual([
      "2027-03-08T08:00:00-05:00",
      "2027-03-15T08:00:00-04:00",
      "2027-03-22T08:00:00-04:00",
    ]);
    const { weeks } = applied([slot()], { additionalWeeks: 52 });
    expect(weeks.length).toBe(53);
    expect(weeks.at(-1)?.weekStart).toBe("2028-03-05");
    for (const additionalWeeks of [-1, 53, 1e9])
      expect(said(decideApplication(wish({ additionalWeeks }), facts(), now))).toEqual([
        "TPL-06 OUT_OF_RANGE /additionalWeeks",
      ]);
  });

  test("TPL-06 no week that agendas do not reach", () => {
    expect(applied([slot()], { week: "2199-12-22", additionalWeeks: 0 }).weeks.length).toBe(1);
    for (const beyond of [{ week: "2199-12-29" }, { week: "2199-12-22", additionalWeeks: 1 }])
      expect(said(decideApplication(wish(beyond), facts(), now))).toEqual(["CONTRACT OUT_OF_RANGE /week"]);
  });

  test("TPL-08 TPL-09 each slot takes the professional's own services, in order of id", () => {
    const { weeks } = applied([slot({ services: [regular, priority], visibility: "private" })]);
    expect(weeks[0]?.slots).toEqual([
      {
        startAt: Date.parse("2027-03-08T08:00:00-05:00"),
        endAt: Date.parse("2027-03-08T12:00:00-05:00"),
        placeId: "here",
        serviceIds: ["svc_1", "svc_9"],
        visibility: "private",
        openFrom: null,
        serviceType: "GEN",
        durationMinutes: 20,
        consultationReasons: ["priority", "regular"],
      },
    ]);
  });

  test("TPL-09 the order of ids is that of the slot's services, whichever way they are kept", () => {
    const entries = [...slotFacts().services];
    for (const services of [entries, entries.toReversed()])
      for (const wanted of [
        [regular, priority],
        [priority, regular],
      ]) {
        const given = facts([slot({ services: wanted })], { slotFacts: slotFacts({ services: new Map(services) }) });
        const { weeks } = valueOf(decideApplication(wish(), given, now));
        expect(weeks[0]?.slots[0]?.serviceIds).toEqual(["svc_1", "svc_9"]);
      }
  });

  test.each<[string, ServiceTriple & { active: boolean }, string[]]>([
    ["one that is the same", { ...regular, active: true }, []],
    ["not another type", { ...regular, type: "MF", active: true }, ["TPL-08 SERVICE_NOT_OFFERED /templateId"]],
    ["not another reason", { ...priority, active: true }, ["TPL-08 SERVICE_NOT_OFFERED /templateId"]],
    [
      "not another duration",
      { ...regular, durationMinutes: 25, active: true },
      ["TPL-08 SERVICE_NOT_OFFERED /templateId"],
    ],
    ["not one that was deleted", { ...regular, active: false }, ["TPL-08 SERVICE_NOT_OFFERED /templateId"]],
  ])("TPL-09 offered is %s", (_title, service, expected) => {
    const services = new Map([["svc_1", service]]);
    const given = facts([slot()], { slotFacts: slotFacts({ services }) });
    expect(said(decideApplication(wish(), given, now))).toEqual(expected);
  });

  test.each([
    ["days without a time", { openDaysBefore: 7 }],
    ["a time without days", { openTime: "08:00" }],
  ])("TPL-33 %s open nothing by themselves", (_title, change) => {
    expect(applied([slot(change)]).weeks[0]?.slots[0]?.openFrom).toBeNull();
  });

  test.each<[string, Partial<Application>, Partial<ApplicationFacts>, string[]]>([
    ["TPL-04 a template of another place", { placeId: "there" }, {}, ["TPL-04 TEMPLATE_PLACE_MISMATCH /placeId"]],
    [
      "TPL-40 a professional whom it does not list",
      { professionalId: "other" },
      {},
      ["TPL-40 TEMPLATE_NOT_FOR_PROFESSIONAL /professionalId"],
    ],
    [
      "SLOT-13 a professional who does not work there",
      {},
      { slotFacts: slotFacts({ workPlaceIds: ["there"] }) },
      ["SLOT-13 PLACE_NOT_WORK_PLACE /placeId"],
    ],
    [
      "PLACE-07 a place that has ended",
      {},
      { slotFacts: slotFacts({ places: new Map([["here", { timeZone: toronto, endDate: "2027-02-28" }]]) }) },
      ["PLACE-07 PLACE_ENDED /placeId"],
    ],
    [
      "TPL-09 a service whose reason is inactive",
      {},
      { inactiveReasons: ["priority", "regular"] },
      ["TPL-09 INACTIVE_REASON /templateId"],
    ],
    ["TPL-09 another reason is inactive", {}, { inactiveReasons: ["priority"] }, []],
    [
      "TPL-07 a week that has begun",
      { week: "2027-03-01" },
      { template: { placeId: "here", professionalIds: ["dr"], slots: [slot({ weekday: "sunday" }), slot()] } },
      ["TPL-07 SLOT_IN_PAST /week"],
    ],
  ])("%s", (_title, change, changedFacts, expected) => {
    expect(said(decideApplication(wish(change), facts([slot()], changedFacts), now))).toEqual(expected);
  });

  test("TPL-07 one slot that ends in the past refuses all; one under way, or that ends now, does not", () => {
    const ending = (endTime: string) =>
      said(
        decideApplication(
          wish({ week: "2027-03-01", additionalWeeks: 3 }),
          facts([slot({ startTime: "06:00", endTime }), slot({ weekday: "friday" })]),
          now,
        ),
      );
    expect(ending("06:59")).toEqual(["TPL-07 SLOT_IN_PAST /week"]);
    expect(ending("07:00")).toEqual([]);
    expect(ending("07:01")).toEqual([]);
  });

  test("TPL-08 names each service that is not offered, once; one that was deleted is none", () => {
    const missing = { ...regular, type: "MF" as const };
    const slots = [
      slot({ services: [missing] }),
      slot({ services: [regular, pregnancy] }),
      slot({ services: [missing] }),
    ];
    const decision = decideApplication(wish(), facts(slots), now);
    expect(said(decision)).toEqual([
      "TPL-08 SERVICE_NOT_OFFERED /templateId",
      "TPL-08 SERVICE_NOT_OFFERED /templateId",
    ]);
    expect(decision.ok ? [] : decision.violations.map(({ params }) => params)).toEqual([
      { service: "MF regular 20 min" },
      { service: "GEN pregnancy 20 min" },
    ]);
    const inactive = decideApplication(wish(), facts([slot()], { inactiveReasons: ["regular"] }), now);
    expect(inactive.ok ? undefined : inactive.violations[0]?.params).toEqual({ service: "GEN regular 20 min" });
  });

  test("TPL-01 all that speaks against it, at once", () => {
    const decision = decideApplication(
      wish({ placeId: "there", professionalId: "other", week: "2027-02-01" }),
      facts([slot({ services: [pregnancy] })], { slotFacts: slotFacts({ workPlaceIds: [] }) }),
      now,
    );
    expect(said(decision)).toEqual([
      "TPL-04 TEMPLATE_PLACE_MISMATCH /placeId",
      "SLOT-13 PLACE_NOT_WORK_PLACE /placeId",
      "TPL-40 TEMPLATE_NOT_FOR_PROFESSIONAL /professionalId",
      "TPL-08 SERVICE_NOT_OFFERED /templateId",
      "TPL-07 SLOT_IN_PAST /week",
    ]);
  });
});

describe("openings to the public", () => {
  const opened = (change: Partial<TemplateSlot>, application: Partial<Application> = {}) =>
    applied([slot(change)], application).weeks.map(({ slots }) => {
      const openFrom = slots[0]?.openFrom ?? null;
      return openFrom === null ? null : zonedText(openFrom, toronto);
    });

  test("TPL-33 some days before the slot's date, at the opening time", () => {
    expect(opened({ openDaysBefore: 7, openTime: "07:30" })).toEqual(["2027-03-01T07:30:00-05:00"]);
    expect(opened({ openDaysBefore: 0, openTime: "06:00" })).toEqual(["2027-03-08T06:00:00-05:00"]);
    expect(opened({})).toEqual([null]);
  });

  test("TPL-12 computed for each week, in the place's zone", () => {
    expect(opened({ openDaysBefore: 1, openTime: "12:00" }, { additionalWeeks: 2 })).toEqual([
      "2027-03-07T12:00:00-05:00",
      "2027-03-14T12:00:00-04:00",
      "2027-03-21T12:00:00-04:00",
    ]);
  });

  test("TPL-33 a time that the spring change skips is where the clocks jump", () => {
    expect(opened({ openDaysBefore: 1, openTime: "02:30" }, { week: "2027-03-15" })).toEqual([
      "2027-03-14T03:00:00-04:00",
    ]);
  });
});

describe("clock changes", () => {
  test("TPL-26 a start that the spring change skips is left out, and counted", () => {
    const night = [slot({ weekday: "sunday", startTime: "02:30", endTime: "06:00" }), slot()];
    const found = applied(night, { additionalWeeks: 2 });
    expect(found.skipped).toBe(1);
    expect(found.weeks.map(({ slots }) => slots.length)).toEqual([2, 1, 2]);
    expect(applied(night, { additionalWeeks: 2 }, "America/Blanc-Sablon").skipped).toBe(0);
  });

  /** Weeks around both changes of 2027, 14 March and 7 November. */
  const week = fc.constantFrom("2027-03-07", "2027-03-14", "2027-03-21", "2027-10-31", "2027-11-07", "2027-11-14");
  const time = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const text = (minute: number) =>
    `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const templateSlot = fc
    .record({
      weekday: fc.constantFrom(...weekdays),
      start: time,
      length: fc.integer({ min: 1, max: 24 * 60 }),
      days: fc.integer({ min: 0, max: 60 }),
      openTime: time,
    })
    .map(({ weekday, start, length, days, openTime }) =>
      slot({
        weekday,
        startTime: text(start),
        endTime: text(Math.min(start + length, 24 * 60)),
        openDaysBefore: days,
        openTime: text(openTime),
      }),
    );

  test("TPL-26 TPL-33 in every zone, weekdays and local times are the template's on both sides of both changes", () => {
    fc.assert(
      fc.property(
        week,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(...timeZones),
        fc.array(templateSlot, { minLength: 1, maxLength: 5 }),
        (firstWeek, additionalWeeks, zone, slots) => {
          const found = applied(slots, { week: firstWeek, additionalWeeks }, zone);
          expect(found.weeks.length).toBe(additionalWeeks + 1);
          let created = 0;
          for (const { weekStart, slots: contents } of found.weeks) {
            const placed = slots.filter((each) => {
              const date = addDays(weekStart, weekdays.indexOf(each.weekday));
              const skips = ["2027-03-14"].includes(date) && zone !== "America/Blanc-Sablon";
              return !(skips && each.startTime >= "02:00" && each.startTime < "03:00");
            });
            expect(contents.length).toBe(placed.length);
            created += contents.length;
            for (const [index, { startAt, endAt, openFrom }] of contents.entries()) {
              const wanted = placed[index];
              const date = localDateOf(startAt, zone);
              expect([weekdays[weekdayOf(date)], localTimeOf(startAt, zone)]).toEqual([
                wanted?.weekday,
                wanted?.startTime,
              ]);
              const jumped = (said: string, on: string) =>
                on === "2027-03-14" && zone !== "America/Blanc-Sablon" && said >= "02:00" && said < "03:00"
                  ? "03:00"
                  : said;
              expect(localTimeOf(endAt, zone)).toBe(jumped(wanted?.endTime ?? "", date));
              expect(localDateOf(endAt - 1, zone)).toBe(date);
              const opens = addDays(date, -(wanted?.openDaysBefore ?? 0));
              expect([localDateOf(openFrom ?? 0, zone), localTimeOf(openFrom ?? 0, zone)]).toEqual([
                opens,
                jumped(wanted?.openTime ?? "", opens),
              ]);
            }
          }
          expect(found.skipped).toBe(slots.length * (additionalWeeks + 1) - created);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("TPL-27 what it makes is what a slot made by hand would be", () => {
    fc.assert(
      fc.property(
        week,
        fc.constantFrom(...timeZones),
        fc.array(templateSlot, { minLength: 1, maxLength: 5 }),
        (firstWeek, zone, slots) => {
          const both = slots.map((each) => ({ ...each, services: [regular, priority] }));
          const contents = applied(both, { week: firstWeek }, zone).weeks.flatMap((each) => each.slots);
          for (const content of contents)
            expect(decideSlot(content, slotFacts({}, zone), null, now)).toEqual({
              ok: true,
              value: content,
              warnings: [],
            });
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("who applies", () => {
  const agenda = { establishmentId: "est", professionalId: "dr", placeId: "here" };

  test.each<[string, Employee, string | undefined]>([
    ["TPL-01 a local administrator", admin, undefined],
    ["TPL-01 a super user", employee({ profile: "superUser" }), undefined],
    ["TPL-01 a professional, to their own agenda", user({ professionalId: "dr" }), undefined],
    ["TPL-01 nobody who writes no agenda", user({ grants: [grant("dr", "here", "read")] }), "TPL-01"],
    ["TPL-02 with WRITE on the professional there", user({ grants: [grant("dr")] }), undefined],
    ["TPL-02 not with WRITE elsewhere", user({ grants: [grant("dr", "there")] }), "TPL-02"],
    ["TPL-02 not a professional to another's", user({ professionalId: "rn" }), "TPL-02"],
    ["TPL-02 not from another establishment", employee({ establishmentId: "other" }), "TPL-02"],
  ])("%s", (_title, by, rule) => {
    expect(refuseApplication(by, agenda)).toEqual(rule && { rule, code: "FORBIDDEN", pointer: "" });
  });
});

describe("applicable places", () => {
  const places = [
    { placeId: "here", endDate: null },
    { placeId: "there", endDate: "2027-02-28" },
    { placeId: "third", endDate: "2027-03-01" },
  ];
  const applicable = (by: Employee, departureDate: string | null = null) =>
    applicablePlaces(
      by,
      { establishmentId: "est", professionalId: "dr", departureDate },
      places,
      () => "2027-03-01",
    ).map(({ placeId }) => placeId);

  test("TPL-03 those where the caller has WRITE on the professional, while they last", () => {
    expect(applicable(admin)).toEqual(["here", "third"]);
    expect(applicable(user({ professionalId: "dr" }))).toEqual(["here", "third"]);
    expect(applicable(user({ grants: [grant("dr", "third")] }))).toEqual(["third"]);
    expect(applicable(user({ grants: [grant("dr", everyWorkPlace)] }))).toEqual(["here"]);
    expect(applicable(user({ grants: [grant("rn"), grant("dr", "here", "read")] }))).toEqual([]);
    expect(applicable(employee({ establishmentId: "other" }))).toEqual([]);
  });

  test("TPL-03 EMP-19 through the professional's last day", () => {
    expect(applicable(admin, "2027-03-01")).toEqual(["here", "third"]);
    expect(applicable(admin, "2027-02-28")).toEqual([]);
  });
});
