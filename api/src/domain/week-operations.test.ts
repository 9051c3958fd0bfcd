import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Decision, Violation } from "./decision.ts";
import type { Service } from "./service.ts";
import type { SlotContent, SlotFacts, SlotWish } from "./slot.ts";
import { addDays, instantOf, localDateOf, localTimeOf, timeZones, weekdayOf, zonedText } from "./time.ts";
import type { TimeZone } from "./time.ts";
import {
  decideQuickCreation,
  decideWeekCopy,
  decideWeekDeletion,
  mostCopies,
  slotsOfWeek,
  targetWeeks,
} from "./week-operations.ts";
import type { HeldSlot, WeekCopy } from "./week-operations.ts";
import { sundayOf } from "./week.ts";

const toronto = "America/Toronto";
const at = (text: string) => Date.parse(text);
/** A Tuesday. */
const now = at("2027-03-02T10:00:00-05:00");

const regular = { type: "GEN", consultationReason: "regular", durationMinutes: 20, active: true } as const;
const place = (timeZone: TimeZone, endDate: string | null = null) => ({ timeZone, endDate });
const facts: SlotFacts = {
  workPlaceIds: ["plc_a", "plc_east", "plc_ended"],
  places: new Map<string, ReturnType<typeof place>>([
    ["plc_a", place(toronto)],
    ["plc_east", place("America/Halifax")],
    ["plc_ended", place(toronto, "2027-03-01")],
    ["plc_kept", place(toronto)],
  ]),
  timeZone: toronto,
  services: new Map<string, Pick<Service, "type" | "consultationReason" | "durationMinutes" | "active">>([
    ["svc_regular", regular],
    ["svc_minor", { ...regular, consultationReason: "minorEmergency" }],
    ["svc_gone", { ...regular, active: false }],
  ]),
};

const bare: SlotContent = {
  startAt: at("2027-03-08T09:00:00-05:00"),
  endAt: at("2027-03-08T12:00:00-05:00"),
  placeId: null,
  serviceIds: [],
  visibility: null,
  openFrom: null,
  serviceType: null,
  durationMinutes: null,
  consultationReasons: [],
};
const full: SlotContent = {
  ...bare,
  placeId: "plc_a",
  serviceIds: ["svc_regular"],
  visibility: "public",
  serviceType: "GEN",
  durationMinutes: 20,
  consultationReasons: ["regular"],
};
const from = (startAt: string, endAt: string) => ({ startAt: at(startAt), endAt: at(endAt) });
const held = (slotId: string, change: Partial<SlotContent> = {}, base = full): HeldSlot => ({
  ...base,
  ...change,
  slotId,
});

const texts = (violations: readonly Violation[]) =>
  violations.map(({ rule, code, pointer, objectId }) => [rule, code, pointer, objectId].filter(Boolean).join(" "));
const refusals = (decision: Decision<unknown>) => (decision.ok ? [] : texts(decision.violations));
const notices = (found: readonly Violation[]) =>
  found.map(({ rule, code, pointer, params }) => `${rule} ${code} ${pointer}${String(params?.["count"] ?? "-")}`);
function accepted<T>(decision: Decision<T>): T {
  if (!decision.ok) throw new Error(texts(decision.violations).join());
  expect(decision.warnings).toEqual([]);
  return decision.value;
}

describe("the week of a slot", () => {
  test("SCHED-15 is that of its start where its place is, or else where the professional first works", () => {
    const slots = [
      held("saturday", from("2027-03-06T23:00:00-05:00", "2027-03-07T00:00:00-05:00")),
      held("sunday", from("2027-03-07T00:00:00-05:00", "2027-03-07T01:00:00-05:00")),
      held("east", { ...from("2027-03-06T23:30:00-05:00", "2027-03-07T00:00:00-05:00"), placeId: "plc_east" }),
      held("bare", from("2027-03-06T23:30:00-05:00", "2027-03-07T00:00:00-05:00"), bare),
      held("last", from("2027-03-13T23:00:00-05:00", "2027-03-14T00:00:00-05:00")),
      held("last east", { ...from("2027-03-13T23:30:00-05:00", "2027-03-13T23:45:00-05:00"), placeId: "plc_east" }),
      held("next", from("2027-03-14T00:00:00-05:00", "2027-03-14T01:00:00-05:00")),
    ];
    expect(slotsOfWeek(slots, "2027-03-07", facts).map(({ slotId }) => slotId)).toEqual(["sunday", "east", "last"]);
  });
});

describe("quick creation", () => {
  const wish = (change: Partial<SlotWish> = {}): SlotWish & { endAt: number } =>
    ({
      ...from("2027-03-08T09:00:00-05:00", "2027-03-08T12:00:00-05:00"),
      ...change,
      ...(change.endAt === undefined ? {} : { endAt: change.endAt }),
    }) as SlotWish & { endAt: number };
  const complete = { placeId: "plc_a", serviceIds: ["svc_regular"] };
  const decide = (
    slots: (SlotWish & { endAt: number })[],
    weekStart = "2027-03-08",
    before: SlotContent[] = [],
    instant = now,
  ) => decideQuickCreation({ weekStart, slots }, facts, before, instant);

  test("SCHED-07 SCHED-08 what is said of the slots is what they are", () => {
    const { contents, notices: told } = accepted(
      decide([wish(), wish({ ...complete, visibility: "public" }), wish(complete), wish()]),
    );
    expect(contents).toEqual([bare, full, { ...full, visibility: "private" }, bare]);
    expect(notices(told)).toEqual(["SCHED-07 SLOTS_INCOMPLETE 2"]);
  });

  test("SCHED-08 nothing is remarked of complete slots", () => {
    expect(accepted(decide([wish(complete)])).notices).toEqual([]);
  });

  test("SCHED-07 the sole place and service are not filled in as by hand", () => {
    const one = { ...facts, workPlaceIds: ["plc_a"], services: new Map([["svc_regular", regular]]) };
    const decision = decideQuickCreation({ weekStart: "2027-03-08", slots: [wish()] }, one, [], now);
    expect(accepted(decision).contents).toEqual([bare]);
  });

  test.each([
    ["2027-03-07", ["SCHED-03 OUT_OF_RANGE /weekStart"]],
    ["2027-03-08", []],
    ["2027-03-09", ["SCHED-03 OUT_OF_RANGE /weekStart"]],
    ["2027-03-14", ["SCHED-03 OUT_OF_RANGE /weekStart"]],
  ])("SCHED-03 a week that begins on %s", (weekStart, expected) => {
    // Another day than Monday begins no week: neither emptiness nor bounds are asked.
    expect(refusals(decide([wish()], weekStart, weekStart === "2027-03-08" ? [] : [full]))).toEqual(expected);
  });

  test("SCHED-03 runs Monday to Sunday, by the clock of the place", () => {
    const eastern = { placeId: "plc_east", serviceIds: ["svc_regular"] };
    const slots = [
      wish(from("2027-03-07T23:00:00-05:00", "2027-03-07T23:30:00-05:00")),
      wish(from("2027-03-08T00:00:00-05:00", "2027-03-08T00:30:00-05:00")),
      wish(from("2027-03-14T23:00:00-04:00", "2027-03-15T00:00:00-04:00")),
      wish(from("2027-03-15T00:00:00-04:00", "2027-03-15T00:30:00-04:00")),
      wish({ ...from("2027-03-08T00:00:00-04:00", "2027-03-08T00:30:00-04:00"), ...eastern }),
      wish({ ...from("2027-03-14T23:30:00-04:00", "2027-03-14T23:45:00-04:00"), ...eastern }),
    ];
    expect(refusals(decide(slots))).toEqual([
      "SCHED-03 OUT_OF_RANGE /slots/0/startAt",
      "SCHED-03 OUT_OF_RANGE /slots/3/startAt",
      "SCHED-03 OUT_OF_RANGE /slots/5/startAt",
    ]);
  });

  test.each<[string, SlotContent[], string[]]>([
    ["a complete one", [full], ["SCHED-04 WEEK_NOT_EMPTY /weekStart"]],
    ["an incomplete one", [bare], ["SCHED-04 WEEK_NOT_EMPTY /weekStart"]],
    [
      "one of the Sunday",
      [{ ...full, ...from("2027-03-14T20:00:00-04:00", "2027-03-15T00:00:00-04:00") }],
      ["SCHED-04 WEEK_NOT_EMPTY /weekStart"],
    ],
    ["one of the Sunday before", [{ ...full, ...from("2027-03-07T20:00:00-05:00", "2027-03-08T00:00:00-05:00") }], []],
    ["one of the Monday after", [{ ...full, ...from("2027-03-15T00:00:00-04:00", "2027-03-15T01:00:00-04:00") }], []],
  ])("SCHED-04 a slot is there: %s", (_title, before, expected) => {
    expect(refusals(decide([wish()], "2027-03-08", before))).toEqual(expected);
  });

  const { startAt, endAt } = full;
  test.each([
    ["before it starts", startAt - 1, []],
    ["as it starts", startAt, []],
    ["under way", startAt + 1, ["SCHED-06 SLOT_IN_PAST /slots/1/startAt"]],
    ["as it ends", endAt, ["SCHED-06 SLOT_IN_PAST /slots/1/startAt"]],
    ["once ended", endAt + 1, ["SCHED-06 SLOT_IN_PAST /slots/1/startAt", "SCHED-06 SLOT_IN_PAST /slots/1/endAt"]],
  ])("SCHED-06 a slot %s", (_title, instant, expected) => {
    const later = wish(from("2027-03-09T09:00:00-05:00", "2027-03-09T12:00:00-05:00"));
    expect(refusals(decide([later, wish()], "2027-03-08", [], instant))).toEqual(expected);
  });

  test("SLOT-03 SLOT-07 SLOT-13 every violation of every slot, by its place in the request, after those of the week", () => {
    const slots = [
      wish({ placeId: "plc_a" }),
      wish(complete),
      wish({ endAt: startAt }),
      wish({ ...complete, placeId: "plc_kept", serviceIds: ["svc_gone"] }),
    ];
    expect(refusals(decide(slots, "2027-03-08", [bare]))).toEqual([
      "SCHED-04 WEEK_NOT_EMPTY /weekStart",
      "SLOT-07 SLOT_PARTIALLY_FILLED /slots/0/serviceIds",
      "SLOT-07 SLOT_PARTIALLY_FILLED /slots/0/visibility",
      "SLOT-03 INVALID_INTERVAL /slots/2/endAt",
      "SLOT-13 PLACE_NOT_WORK_PLACE /slots/3/placeId",
      "SLOT-14 SERVICE_NOT_OFFERED /slots/3/serviceIds",
    ]);
  });
});

describe("copying", () => {
  const wanted: WeekCopy = { sourceWeek: "2027-03-10", weeks: 1, interval: 1 };
  const decide = (change: Partial<WeekCopy>, before: HeldSlot[], inactive: "regular"[] = [], instant = now) =>
    decideWeekCopy({ ...wanted, ...change }, facts, before, inactive, instant);

  test.each<[number, number, string[]]>([
    [1, 1, []],
    [0, 1, ["SCHED-11 OUT_OF_RANGE /weeks"]],
    [-1, 1, ["SCHED-11 OUT_OF_RANGE /weeks"]],
    [52, 1, []],
    [53, 1, ["SCHED-11 OUT_OF_RANGE /weeks"]],
    [52, 0, ["SCHED-12 OUT_OF_RANGE /interval"]],
    [52, 8, []],
    [52, 9, ["SCHED-12 OUT_OF_RANGE /interval"]],
    [60, 9, ["SCHED-11 OUT_OF_RANGE /weeks", "SCHED-12 OUT_OF_RANGE /interval"]],
    [0, 2, ["SCHED-11 OUT_OF_RANGE /weeks"]],
    [7, 9, ["SCHED-12 OUT_OF_RANGE /interval"]],
    [7, 8, ["SCHED-13 WEEKS_BELOW_INTERVAL /weeks"]],
    [8, 8, []],
  ])("SCHED-11 SCHED-12 SCHED-13 %i weeks, every %i", (weeks, interval, expected) => {
    expect(refusals(decide({ weeks, interval }, []))).toEqual(expected);
    if (expected.length > 0) expect(targetWeeks({ ...wanted, weeks, interval })).toEqual([]);
  });

  test.each<[number, number, string[]]>([
    [8, 3, ["2027-03-28", "2027-04-18"]],
    [9, 3, ["2027-03-28", "2027-04-18", "2027-05-09"]],
    [2, 1, ["2027-03-14", "2027-03-21"]],
    [1, 1, ["2027-03-14"]],
    [15, 8, ["2027-05-02"]],
  ])("SCHED-14 %i weeks, every %i: from the Sunday of the source", (weeks, interval, expected) => {
    for (const sourceWeek of ["2027-03-07", "2027-03-10", "2027-03-13"])
      expect(targetWeeks({ sourceWeek, weeks, interval })).toEqual(expected);
    expect(accepted(decide({ weeks, interval }, [])).weeks).toEqual(expected);
  });

  test("SCHED-15 SCHED-20 a copy is its source, so many weeks later by the clock; incomplete ones are told", () => {
    const priv = held("private", {
      visibility: "private",
      ...from("2027-03-09T20:00:00-05:00", "2027-03-10T00:00:00-05:00"),
    });
    const around = [
      held("before", from("2027-03-06T09:00:00-05:00", "2027-03-06T10:00:00-05:00")),
      held("after", from("2027-03-15T09:00:00-04:00", "2027-03-15T10:00:00-04:00")),
    ];
    const { copies, notices: told } = accepted(
      decide({ weeks: 2 }, [around[0]!, held("full"), priv, held("bare", {}, bare), around[1]!]),
    );
    const week = (weekStart: string, monday: string, tuesday: string, wednesday: string) => {
      const first = from(`${monday}T09:00:00-04:00`, `${monday}T12:00:00-04:00`);
      const evening = from(`${tuesday}T20:00:00-04:00`, `${wednesday}T00:00:00-04:00`);
      return [
        { source: held("full"), weekStart, content: { ...full, ...first } },
        { source: priv, weekStart, content: { ...full, visibility: "private", ...evening } },
        { source: held("bare", {}, bare), weekStart, content: { ...bare, ...first } },
      ];
    };
    expect(copies).toEqual([
      ...week("2027-03-14", "2027-03-15", "2027-03-16", "2027-03-17"),
      ...week("2027-03-21", "2027-03-22", "2027-03-23", "2027-03-24"),
    ]);
    expect(notices(told)).toEqual(["SCHED-20 SLOTS_INCOMPLETE 2"]);
  });

  test("SCHED-15 a copy has all the services of its source, and its place where the professional has several", () => {
    const services = {
      serviceIds: ["svc_minor", "svc_regular"],
      consultationReasons: ["minorEmergency", "regular"],
    } as const;
    const east = from("2027-03-08T10:00:00-04:00", "2027-03-08T12:00:00-04:00");
    const source = held("east", { ...services, placeId: "plc_east", ...east });
    const { copies } = accepted(decide({}, [source]));
    const later = from("2027-03-15T10:00:00-03:00", "2027-03-15T12:00:00-03:00");
    expect(copies.map(({ content }) => content)).toEqual([{ ...full, ...services, placeId: "plc_east", ...later }]);
  });

  test("SCHED-15 a start that the clock change skips is left out and told, in the zone of its place", () => {
    const night = { startAt: at("2027-03-07T02:30:00-05:00"), endAt: at("2027-03-07T04:00:00-05:00") };
    const inTheEast = held("east", { placeId: "plc_east", ...night });
    const { copies, notices: told } = accepted(decide({ weeks: 2 }, [held("night", night), inTheEast]));
    // 02:30 in Toronto is 03:30 in the east, which exists.
    expect(copies.map(({ source, weekStart }) => `${source.slotId} ${weekStart}`)).toEqual([
      "east 2027-03-14",
      "night 2027-03-21",
      "east 2027-03-21",
    ]);
    expect(notices(told)).toEqual(["SCHED-15 LOCAL_TIME_SKIPPED 1"]);
  });

  test.each([
    ["before it ends", -1, []],
    ["as it ends", 0, []],
    ["once ended", 1, ["SCHED-16 SLOT_IN_PAST /sourceWeek monday"]],
  ])("SCHED-16 SCHED-23 a past week onto the current one, on the Monday, %s", (_title, after, expected) => {
    const slots = [
      held("monday", from("2027-02-22T09:00:00-05:00", "2027-02-22T12:00:00-05:00")),
      held("friday", from("2027-02-26T09:00:00-05:00", "2027-02-26T12:00:00-05:00")),
    ];
    const instant = at("2027-03-01T12:00:00-05:00") + after;
    expect(refusals(decide({ sourceWeek: "2027-02-25" }, slots, [], instant))).toEqual(expected);
  });

  test("SCHED-16 a slot whose copies end in the past in several weeks is named once", () => {
    const old = held("old", from("2027-02-08T09:00:00-05:00", "2027-02-08T12:00:00-05:00"));
    expect(refusals(decide({ sourceWeek: "2027-02-08", weeks: 52 }, [old]))).toEqual([
      "SCHED-16 SLOT_IN_PAST /sourceWeek old",
    ]);
  });

  test("SCHED-17 openFrom is shifted by the clock on the wall of the place", () => {
    const slots = [
      held("a", { openFrom: at("2027-03-01T07:00:00-05:00") }),
      held("b", { openFrom: at("2027-03-07T01:30:00-05:00"), placeId: "plc_east" }),
      held("c"),
    ];
    const { copies, notices: told } = accepted(decide({ weeks: 2 }, slots));
    expect(copies.map(({ content: { openFrom } }) => openFrom && zonedText(openFrom, toronto))).toEqual([
      "2027-03-08T07:00:00-05:00",
      // 02:30 in the east, which the change skips there: it jumps at 01:00 in Toronto.
      "2027-03-14T01:00:00-05:00",
      null,
      "2027-03-15T07:00:00-04:00",
      "2027-03-21T01:30:00-04:00",
      null,
    ]);
    expect(notices(told)).toEqual(["SCHED-17 OPEN_FROM_SHIFTED 4"]);
  });

  test("SCHED-18 SCHED-19 a service that nothing new may have refuses the whole copy, and is named once", () => {
    const slots = [
      held("a", { serviceIds: ["svc_gone", "svc_minor"] }),
      held("b", { serviceIds: ["svc_regular"] }),
      held("c", { serviceIds: ["svc_regular"] }),
    ];
    expect(refusals(decide({}, [slots[1]!, slots[2]!], ["regular"]))).toEqual([
      "SCHED-18 INACTIVE_REASON /sourceWeek svc_regular",
    ]);
    expect(refusals(decide({ weeks: 2 }, [slots[0]!]))).toEqual(["SCHED-19 INACTIVE_REASON /sourceWeek svc_gone"]);
    // A deleted service of an inactive reason is both; by id, whatever the order of the slots.
    expect(refusals(decide({ weeks: 2 }, slots.toReversed(), ["regular"]))).toEqual([
      "SCHED-18 INACTIVE_REASON /sourceWeek svc_gone",
      "SCHED-19 INACTIVE_REASON /sourceWeek svc_gone",
      "SCHED-18 INACTIVE_REASON /sourceWeek svc_regular",
    ]);
  });

  test("SCHED-19 a service that is not known at all is gone", () => {
    expect(refusals(decide({}, [held("a", { serviceIds: ["svc_none"] })], ["regular"]))).toEqual([
      "SCHED-19 INACTIVE_REASON /sourceWeek svc_none",
    ]);
  });

  test("SLOT-13 PLACE-07 EMP-16 a copy is a new selection of its place", () => {
    const slots = [held("kept", { placeId: "plc_kept" }), held("ended", { placeId: "plc_ended" }), held("fine")];
    expect(refusals(decide({ weeks: 3 }, slots))).toEqual([
      "SLOT-13 PLACE_NOT_WORK_PLACE /sourceWeek kept",
      "PLACE-07 PLACE_ENDED /sourceWeek ended",
    ]);
  });

  test("SCHED-11 SCHED-16 SCHED-18 all of it is told at once", () => {
    expect(refusals(decide({ weeks: 0, interval: 9 }, [held("a")], ["regular"]))).toEqual([
      "SCHED-11 OUT_OF_RANGE /weeks",
      "SCHED-12 OUT_OF_RANGE /interval",
      "SCHED-18 INACTIVE_REASON /sourceWeek svc_regular",
    ]);
    const past = held("a", { ...from("2027-02-08T09:00:00-05:00", "2027-02-08T12:00:00-05:00"), placeId: "plc_kept" });
    expect(refusals(decide({ sourceWeek: "2027-02-08" }, [past], ["regular"]))).toEqual([
      "SCHED-18 INACTIVE_REASON /sourceWeek svc_regular",
      "SCHED-16 SLOT_IN_PAST /sourceWeek a",
      "SLOT-13 PLACE_NOT_WORK_PLACE /sourceWeek a",
    ]);
  });

  test("a copy makes 10,000 slots at most", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => held(`slot ${String(n)}`));
    expect(mostCopies).toBe(10_000);
    expect(accepted(decide({ weeks: 50 }, many(200))).copies).toHaveLength(10_000);
    expect(refusals(decide({ weeks: 51 }, many(200)))).toEqual(["CONTRACT OUT_OF_RANGE /weeks"]);
  });

  test("SCHED-14 no week that agendas do not reach", () => {
    const sourceWeek = "2199-12-15";
    expect(decide({ sourceWeek, weeks: 1, interval: 1 }, []).ok).toBe(true);
    expect(refusals(decide({ sourceWeek, weeks: 2, interval: 1 }, []))).toEqual(["CONTRACT OUT_OF_RANGE /weeks"]);
  });

  /** Slots anywhere in the week of 28 February 2027, in any zone, by local times; copies of a year cross both changes. */
  const anySource = fc.record({
    day: fc.integer({ min: 0, max: 6 }),
    start: fc.integer({ min: 0, max: 24 * 60 - 1 }),
    length: fc.integer({ min: 1, max: 480 }),
    seconds: fc.constantFrom(0, 0, 15),
    zone: fc.constantFrom(...timeZones),
  });
  const clock = (minutes: number, seconds = 0) =>
    [Math.floor(minutes / 60), minutes % 60, seconds].map((part) => String(part).padStart(2, "0")).join(":");

  test.each(["2027-02-28", "2027-10-24", "2027-11-07"])(
    "SCHED-15 copies of the week of %s over a year keep weekday, start and end on the wall, or are skipped",
    (sunday) => {
      fc.assert(
        fc.property(
          fc.array(anySource, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 8 }),
          (sources, interval) => {
            const placeOf = (zone: TimeZone) => `plc_${zone}`;
            const zones: SlotFacts = {
              ...facts,
              workPlaceIds: timeZones.map(placeOf),
              places: new Map(timeZones.map((zone) => [placeOf(zone), place(zone)])),
            };
            const slots = sources.flatMap(({ day, start, length, seconds, zone }, n) => {
              const date = addDays(sunday, day);
              const end = Math.min(start + length, 24 * 60 - 1);
              const [startAt, endAt] = [
                instantOf(date, clock(start, seconds), zone),
                instantOf(date, clock(end, seconds), zone),
              ];
              return startAt === null || endAt === null || endAt <= startAt
                ? []
                : [held(`slot ${String(n)}`, { startAt, endAt, placeId: placeOf(zone) })];
            });
            const decision = decideWeekCopy({ sourceWeek: sunday, weeks: 52, interval }, zones, slots, [], now);
            const { weeks, copies, notices: told } = accepted(decision);
            const zoneOfCopy = (slot: SlotContent) => zones.places.get(slot.placeId ?? "")?.timeZone ?? toronto;
            const wall = (slot: SlotContent, instant: number) =>
              `${localTimeOf(instant, zoneOfCopy(slot))}:${String((instant / 1000) % 60)}`;
            for (const { source, weekStart, content } of copies) {
              const date = localDateOf(content.startAt, zoneOfCopy(content));
              expect(sundayOf(date)).toBe(weekStart);
              expect(weekdayOf(date)).toBe(weekdayOf(localDateOf(source.startAt, zoneOfCopy(source))));
              expect(wall(content, content.startAt)).toBe(wall(source, source.startAt));
              // An end that the change skips is where the clocks jump: 03:00.
              const kept = instantOf(date, wallClock(source.endAt, zoneOfCopy(source)), zoneOfCopy(source)) !== null;
              expect(wall(content, content.endAt)).toBe(kept ? wall(source, source.endAt) : "03:00:0");
            }
            const skipped = slots.flatMap((slot) =>
              weeks.filter((weekStart) => {
                const zone = zoneOfCopy(slot);
                const date = addDays(weekStart, weekdayOf(localDateOf(slot.startAt, zone)));
                return instantOf(date, wallClock(slot.startAt, zone), zone) === null;
              }),
            );
            expect(copies).toHaveLength(slots.length * weeks.length - skipped.length);
            expect(notices(told)).toEqual(
              skipped.length === 0 ? [] : [`SCHED-15 LOCAL_TIME_SKIPPED ${String(skipped.length)}`],
            );
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  function wallClock(instant: number, zone: TimeZone): string {
    return `${localTimeOf(instant, zone)}:${String((instant / 1000) % 60).padStart(2, "0")}`;
  }
});

describe("deleting", () => {
  const past = from("2027-03-01T09:00:00-05:00", "2027-03-01T12:00:00-05:00");
  const wednesday = from("2027-03-03T09:00:00-05:00", "2027-03-03T12:00:00-05:00");
  const decide = (before: HeldSlot[], week = "2027-03-04", instant = now) => {
    const { deleted, kept, notices: told } = decideWeekDeletion(week, facts, before, instant);
    const ids = (slots: readonly HeldSlot[]) => slots.map(({ slotId }) => slotId);
    return { deleted: ids(deleted), kept: ids(kept), notices: notices(told) };
  };

  test("SCHED-31 every incomplete slot and every slot that ends in the future", () => {
    const slots = [held("past bare", past, bare), held("bare", wednesday, bare), held("coming", wednesday)];
    expect(decide(slots)).toEqual({ deleted: ["past bare", "bare", "coming"], kept: [], notices: [] });
  });

  test.each([
    ["before it ends", -1, ["past"]],
    ["as it ends", 0, ["past"]],
    ["once ended", 1, []],
  ])("SCHED-31 SCHED-32 a complete slot, %s", (_title, after, deleted) => {
    expect(decide([held("past", past)], "2027-02-28", past.endAt + after).deleted).toEqual(deleted);
  });

  test("SCHED-32 with only complete slots that have ended, or none at all, nothing is done", () => {
    const nothing = ["SCHED-32 NOTHING_TO_DELETE /week-"];
    expect(decide([held("past", past)])).toEqual({ deleted: [], kept: ["past"], notices: nothing });
    expect(decide([])).toEqual({ deleted: [], kept: [], notices: nothing });
  });

  test("SCHED-33 of a mixed week the complete past ones stay and are counted", () => {
    expect(decide([held("past", past), held("also past", past), held("coming", wednesday)])).toEqual({
      deleted: ["coming"],
      kept: ["past", "also past"],
      notices: ["SCHED-33 PAST_SLOTS_KEPT 2"],
    });
  });

  test("SCHED-31 the week runs Sunday to Saturday, whatever date of it is named", () => {
    const slots = [
      held("saturday before", from("2027-02-27T23:00:00-05:00", "2027-02-28T00:00:00-05:00"), bare),
      held("sunday", from("2027-02-28T00:00:00-05:00", "2027-02-28T01:00:00-05:00"), bare),
      held("saturday", from("2027-03-06T23:00:00-05:00", "2027-03-07T00:00:00-05:00")),
      held("sunday after", from("2027-03-07T00:00:00-05:00", "2027-03-07T01:00:00-05:00")),
    ];
    for (const week of ["2027-02-28", "2027-03-03", "2027-03-06"])
      expect(decide(slots, week).deleted).toEqual(["sunday", "saturday"]);
  });
});
