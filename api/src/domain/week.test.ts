import { describe, expect, test } from "vitest";
import { timeZones, zonedText } from "./time.ts";
import type { TimeZone } from "./time.ts";
import {
  daysLater,
  isWithinAgendas,
  momentDaysLater,
  momentOn,
  placedOn,
  sundayOf,
  weekAnywhere,
  weekFrom,
} from "./week.ts";

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

describe("where agendas end", () => {
  test.each([
    ["2027-03-07", true],
    ["2199-12-25", true],
    ["2199-12-26", false],
    ["2200-01-05", false],
  ])("SCHED-14 TPL-06 the week from %s is within them: %s", (firstDate, within) => {
    expect(isWithinAgendas(firstDate)).toBe(within);
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

const at = (text: string) => Date.parse(text);

test.each([
  ["2027-03-14", "02:30", "2027-03-14T03:00:00-04:00"],
  ["2027-03-14", "02:00", "2027-03-14T03:00:00-04:00"],
  ["2027-03-14", "02:59:59", "2027-03-14T03:00:00-04:00"],
  ["2027-03-14", "01:59", "2027-03-14T01:59:00-05:00"],
  ["2027-03-14", "01:59:30", "2027-03-14T01:59:30-05:00"],
  ["2027-03-14", "03:00", "2027-03-14T03:00:00-04:00"],
  ["2027-11-07", "01:30", "2027-11-07T01:30:00-04:00"],
])("SCHED-17 %s %s is a moment: where the clocks jump when it does not exist", (date, time, expected) => {
  expect(zonedText(momentOn(date, time, toronto), toronto)).toBe(expected);
});

describe("so many days later", () => {
  const later = (startAt: string, endAt: string, days: number, zone: TimeZone = toronto) => {
    const found = daysLater({ startAt: at(startAt), endAt: at(endAt) }, days, zone);
    return found && [zonedText(found.startAt, zone), zonedText(found.endAt, zone)];
  };

  test.each<[string, string, number, [string, string] | null]>([
    // 09:00 stays 09:00 on either side of a change.
    [
      "2027-03-08T09:00:00-05:00",
      "2027-03-08T12:00:00-05:00",
      7,
      ["2027-03-15T09:00:00-04:00", "2027-03-15T12:00:00-04:00"],
    ],
    [
      "2027-11-01T09:00:00-04:00",
      "2027-11-01T12:00:00-04:00",
      7,
      ["2027-11-08T09:00:00-05:00", "2027-11-08T12:00:00-05:00"],
    ],
    // An end at midnight is the end of the day.
    [
      "2027-03-07T20:00:00-05:00",
      "2027-03-08T00:00:00-05:00",
      7,
      ["2027-03-14T20:00:00-04:00", "2027-03-15T00:00:00-04:00"],
    ],
    // To the second.
    [
      "2027-03-08T09:00:10-05:00",
      "2027-03-08T09:00:40-05:00",
      7,
      ["2027-03-15T09:00:10-04:00", "2027-03-15T09:00:40-04:00"],
    ],
    [
      "2027-03-07T01:00:00-05:00",
      "2027-03-07T02:30:05-05:00",
      7,
      ["2027-03-14T01:00:00-05:00", "2027-03-14T03:00:00-04:00"],
    ],
    // The start is skipped.
    ["2027-03-07T02:30:00-05:00", "2027-03-07T04:00:00-05:00", 7, null],
    // In the repeated hour, from one pass to the other: no such stretch on another day.
    ["2027-11-07T01:30:00-04:00", "2027-11-07T01:15:00-05:00", 7, null],
    [
      "2027-11-07T01:30:00-05:00",
      "2027-11-07T02:15:00-05:00",
      7,
      ["2027-11-14T01:30:00-05:00", "2027-11-14T02:15:00-05:00"],
    ],
  ])("SCHED-15 %s to %s, %i days", (startAt, endAt, days, expected) => {
    expect(later(startAt, endAt, days)).toEqual(expected);
  });

  test("SCHED-15 the date is that of the zone", () => {
    expect(later("2027-03-08T03:30:00Z", "2027-03-08T04:00:00Z", 7, "America/Halifax")).toEqual([
      "2027-03-14T23:30:00-03:00",
      "2027-03-15T00:00:00-03:00",
    ]);
  });

  test.each([
    ["2027-03-08T07:00:00-05:00", 7, "2027-03-15T07:00:00-04:00"],
    ["2027-03-07T02:30:00-05:00", 7, "2027-03-14T03:00:00-04:00"],
    ["2027-03-08T07:00:30-05:00", 14, "2027-03-22T07:00:30-04:00"],
    ["2027-11-06T23:30:00-04:00", 7, "2027-11-13T23:30:00-05:00"],
  ])("SCHED-17 the moment %s, %i days", (text, days, expected) => {
    expect(zonedText(momentDaysLater(at(text), days, toronto), toronto)).toBe(expected);
  });
});

test("SCHED-15 a week anywhere holds the week of every zone, and no more", () => {
  const { startAt, endAt } = weekAnywhere("2027-03-07");
  expect([zonedText(startAt, "America/Halifax"), zonedText(endAt, toronto)]).toEqual([
    "2027-03-07T00:00:00-04:00",
    "2027-03-14T00:00:00-05:00",
  ]);
  const weeks = timeZones.map((zone) => weekFrom("2027-03-07", zone));
  expect(weeks.every((week) => week.startAt >= startAt && week.endAt <= endAt)).toBe(true);
});
