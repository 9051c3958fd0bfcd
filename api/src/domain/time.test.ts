import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { ageOn, instantOf, localDateOf, localTimeOf, timeZones, utcDatesOf, weekdayOf, zonedText } from "./time.ts";

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
