import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  ageOn,
  addDays,
  daysBetween,
  startOfDay,
  overlaps,
  perZone,
  dayMs,
  instantOf,
  localDateOf,
  localTimeOf,
  timeZones,
  utcDatesOf,
  weekdayOf,
  zonedText,
} from "./time.ts";

test("EMP-19, VIEW-01 what differs from zone to zone has a value for each: half past midnight in the Îles is still yesterday in Québec", () => {
  const at = Date.parse("2027-07-02T00:30:00-03:00");
  expect(perZone((zone) => localDateOf(at, zone))).toEqual({
    "America/Toronto": "2027-07-01",
    "America/Halifax": "2027-07-02",
    "America/Blanc-Sablon": "2027-07-01",
  });
});

describe("instants as local text", () => {
  test.each([
    ["2027-03-14T06:59:59Z", "America/Toronto", "2027-03-14T01:59:59-05:00"],
    ["2027-03-14T07:00:00Z", "America/Toronto", "2027-03-14T03:00:00-04:00"],
    ["2027-11-07T05:59:59Z", "America/Toronto", "2027-11-07T01:59:59-04:00"],
    ["2027-11-07T06:00:00Z", "America/Toronto", "2027-11-07T01:00:00-05:00"],
    ["2027-07-01T03:30:00Z", "America/Halifax", "2027-07-01T00:30:00-03:00"],
    ["2027-07-01T03:30:00Z", "America/Blanc-Sablon", "2027-06-30T23:30:00-04:00"],
    ["1969-12-31T23:59:59Z", "America/Toronto", "1969-12-31T18:59:59-05:00"],
  ] as const)("design 9: %s in %s is %s", (at, zone, text) => {
    expect(zonedText(Date.parse(at), zone)).toBe(text);
    expect(localDateOf(Date.parse(at), zone)).toBe(text.slice(0, 10));
    expect(localTimeOf(Date.parse(at), zone)).toBe(text.slice(11, 16));
  });

  test("the cached parts say what Temporal says", () => {
    const anyInstant = fc.integer({ min: Date.parse("2000-01-01"), max: Date.parse("2060-01-01") });
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...timeZones), (at, zone) => {
        const exact = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
        const text = exact.round({ smallestUnit: "second", roundingMode: "floor" });
        expect(zonedText(at, zone)).toBe(text.toString({ timeZoneName: "never" }));
        expect(localDateOf(at, zone)).toBe(exact.toPlainDate().toString());
      }),
    );
  });
});

describe("local times as instants", () => {
  test("design 9: what the cached offsets say of a local time, Temporal says", () => {
    const days = fc.integer({ min: 0, max: 365 * 30 });
    const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
    // Every other drawn date is one of a change, or beside it.
    const changes = ["2027-03-13", "2027-03-14", "2027-03-15", "2027-11-06", "2027-11-07", "2027-11-08"];
    const dates = fc.oneof(
      days.map((day) => Temporal.PlainDate.from("2000-01-01").add({ days: day }).toString()),
      fc.constantFrom(...changes),
    );
    fc.assert(
      fc.property(dates, minutes, fc.constantFrom(...timeZones), (date, minute, zone) => {
        const time = Temporal.PlainTime.from("00:00").add({ minutes: minute }).toString().slice(0, 5);
        const local = Temporal.PlainDateTime.from(`${date}T${time}`);
        const exact = local.toZonedDateTime(zone, { disambiguation: "earlier" });
        const exists = exact.toPlainDateTime().equals(local);
        expect(instantOf(date, time, zone)).toBe(exists ? exact.epochMilliseconds : null);
      }),
    );
  });

  test.each([
    ["a usual one", "2027-03-08", "09:00", "2027-03-08T14:00:00Z"],
    ["the first pass of a repeated one", "2027-11-07", "01:30", "2027-11-07T05:30:00Z"],
    ["one that the spring change skips", "2027-03-14", "02:30", null],
  ])("design 9: %s", (_title, date, time, expected) => {
    expect(instantOf(date, time, "America/Toronto")).toBe(expected === null ? null : Date.parse(expected));
  });
});

test.each([
  ["2027-03-07", 0],
  ["2027-03-13", 6],
])("the weekday of %s is %i", (date, weekday) => {
  expect(weekdayOf(date)).toBe(weekday);
});

test("REASON-09 counts whole years", () => {
  expect([ageOn("2021-03-08", "2027-03-07"), ageOn("2021-03-08", "2027-03-08")]).toEqual([5, 6]);
});

test("an interval touches every UTC date from its start to just before its end", () => {
  const at = (text: string) => Date.parse(text);
  expect(utcDatesOf(at("2027-03-08T23:00:00Z"), at("2027-03-09T00:00:00Z"))).toEqual(["2027-03-08"]);
  expect(utcDatesOf(at("2027-03-08T23:00:00Z"), at("2027-03-09T00:00:01Z"))).toEqual(["2027-03-08", "2027-03-09"]);
});

test.each([
  ["2027-03-13", 1, "2027-03-14"],
  ["2027-03-14", 1, "2027-03-15"],
  ["2027-12-31", 1, "2028-01-01"],
  ["2028-03-01", -1, "2028-02-29"],
])("from %s, %i day(s) on is %s", (from, days, to) => {
  expect(addDays(from, days)).toBe(to);
  expect(daysBetween(from, to)).toBe(days);
});

test.each([
  ["2027-03-14", "2027-03-14T05:00:00Z"],
  ["2027-03-15", "2027-03-15T04:00:00Z"],
  ["2027-11-07", "2027-11-07T04:00:00Z"],
  ["2027-11-08", "2027-11-08T05:00:00Z"],
])("design 9: %s begins in Toronto at %s", (date, at) => {
  expect(startOfDay(date, "America/Toronto")).toBe(Date.parse(at));
});

test.each([
  ["one that ends where the other begins", [0, 2], [2, 4], false],
  ["one that reaches into the other", [0, 3], [2, 4], true],
  ["one inside the other", [1, 2], [0, 4], true],
  ["itself", [0, 2], [0, 2], true],
] as const)("half-open intervals overlap or not: %s", (_title, [a, b], [c, d], expected) => {
  const one = { startAt: a, endAt: b };
  const other = { startAt: c, endAt: d };
  expect([overlaps(one, other), overlaps(other, one)]).toEqual([expected, expected]);
});

describe("offsets are asked of Temporal once", () => {
  // A zone and years that no other test here touches.
  const zone = "America/Blanc-Sablon";
  const from = Date.parse("2070-06-01T00:00:00Z");
  const asked = vi.spyOn(Temporal.Instant, "fromEpochMilliseconds");
  afterEach(() => asked.mockClear());

  test("twice for a day without a change: its first and its last instant", () => {
    for (let hour = 0; hour < 24; hour++) localDateOf(from + hour * 3_600_000, zone);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test("one day does not drive another out", () => {
    for (const day of [2, 3, 2, 3]) localDateOf(from - day * dayMs, zone);
    expect(asked).toHaveBeenCalledTimes(4);
  });

  test("for each hour of the day of a change", () => {
    const change = Date.parse("2071-03-08T00:00:00Z");
    for (let half = 0; half < 48; half++) localDateOf(change + half * 1_800_000, "America/Toronto");
    expect(asked).toHaveBeenCalledTimes(2 + 24);
  });

  test("again once more days are remembered than a cache may hold", () => {
    localDateOf(from, zone);
    expect(asked).not.toHaveBeenCalled();
    for (let day = 1; day <= 50_001; day++) localDateOf(from + day * dayMs, zone);
    asked.mockClear();
    localDateOf(from, zone);
    expect(asked).toHaveBeenCalled();
  });
});
