import { describe, expect, test } from "vitest";
import { zonedText } from "./time.ts";
import type { TimeZone } from "./time.ts";
import { placedOn, sundayOf, weekFrom } from "./week.ts";

const toronto = "America/Toronto";

describe("weeks", () => {
  test("SCHED-15 a week runs Sunday to Saturday", () => {
    expect(sundayOf("2027-03-07")).toBe("2027-03-07");
    expect(sundayOf("2027-03-08")).toBe("2027-03-07");
    expect(sundayOf("2027-03-13")).toBe("2027-03-07");
    expect(sundayOf("2027-03-14")).toBe("2027-03-14");
  });

  test("SCHED-15 the week of the spring change has 167 hours, that of the autumn change 169", () => {
    const hours = (date: string, zone: TimeZone) => {
      const { startAt, endAt } = weekFrom(date, zone);
      return (endAt - startAt) / 3_600_000;
    };
    expect(hours("2027-03-14", toronto)).toBe(167);
    expect(hours("2027-11-07", toronto)).toBe(169);
    expect(hours("2027-03-14", "America/Blanc-Sablon")).toBe(168);
  });
});

describe("placedOn", () => {
  const placed = (date: string, start: string, end: string, zone: TimeZone = toronto) => {
    const found = placedOn(date, start, end, zone);
    return found && [zonedText(found.startAt, zone), zonedText(found.endAt, zone)];
  };

  test.each<[string, string, string, [string, string] | null]>([
    ["2027-03-13", "09:00", "12:00", ["2027-03-13T09:00:00-05:00", "2027-03-13T12:00:00-05:00"]],
    ["2027-03-14", "09:00", "12:00", ["2027-03-14T09:00:00-04:00", "2027-03-14T12:00:00-04:00"]],
    ["2027-03-14", "20:00", "00:00", ["2027-03-14T20:00:00-04:00", "2027-03-15T00:00:00-04:00"]],
    ["2027-03-14", "01:00", "02:30", ["2027-03-14T01:00:00-05:00", "2027-03-14T03:00:00-04:00"]],
    ["2027-03-14", "02:00", "04:00", null],
    ["2027-03-14", "02:30", "04:00", null],
    ["2027-03-14", "03:00", "04:00", ["2027-03-14T03:00:00-04:00", "2027-03-14T04:00:00-04:00"]],
    ["2027-11-07", "01:30", "02:30", ["2027-11-07T01:30:00-04:00", "2027-11-07T02:30:00-05:00"]],
    ["2027-11-07", "00:30", "01:30", ["2027-11-07T00:30:00-04:00", "2027-11-07T01:30:00-04:00"]],
    ["2027-11-06", "00:00", "00:00", ["2027-11-06T00:00:00-04:00", "2027-11-07T00:00:00-04:00"]],
    ["2027-11-06", "10:00", "10:00", null],
    ["2027-11-06", "10:00", "09:59", null],
  ])("SCHED-15 %s %s to %s", (date, start, end, expected) => {
    expect(placed(date, start, end)).toEqual(expected);
  });

  test("SCHED-15 a zone without clock changes skips and repeats nothing", () => {
    expect(placed("2027-03-14", "02:30", "04:00", "America/Blanc-Sablon")).toEqual([
      "2027-03-14T02:30:00-04:00",
      "2027-03-14T04:00:00-04:00",
    ]);
  });
});
