import { describe, expect, it } from "vitest";
import {
  addDays,
  boundInstant,
  isLocalDate,
  isTimeZone,
  parseInstant,
  startInstant,
  wallClock,
  withOffset,
} from "../src/local-time.ts";

const toronto = "America/Toronto";
const autumn = "2027-11-07";
const spring = "2027-03-14";
const at = (hour: number, minute = 0): number => hour * 60 + minute;

describe("a start on the days clocks change", () => {
  it.each([
    [autumn, at(0, 45), "2027-11-07T04:45:00Z"],
    [autumn, at(1, 0), "2027-11-07T05:00:00Z"],
    [autumn, at(1, 59), "2027-11-07T05:59:00Z"],
    [autumn, at(2, 0), "2027-11-07T07:00:00Z"],
    [spring, at(1, 59), "2027-03-14T06:59:00Z"],
    [spring, at(3, 0), "2027-03-14T07:00:00Z"],
  ])("%s at minute %i is %s, the first when it comes twice", (date, minute, instant) => {
    expect(startInstant(date, minute, toronto)).toEqual(new Date(instant));
  });

  it.each([at(2, 0), at(2, 30), at(2, 59)])("does not exist at minute %i of the spring change", (minute) => {
    expect(startInstant(spring, minute, toronto)).toBeNull();
  });

  it("is the second one only when its offset says so, and the offset names one of the two", () => {
    expect(startInstant(autumn, at(1, 30), toronto, "-05:00")).toEqual(new Date("2027-11-07T06:30:00Z"));
    expect(startInstant(autumn, at(1, 30), toronto, "-04:00")).toEqual(new Date("2027-11-07T05:30:00Z"));
    expect(startInstant(autumn, at(1, 30), toronto, "-03:00")).toEqual(new Date("2027-11-07T05:30:00Z"));
    expect(startInstant(autumn, at(9, 0), toronto, "-04:00")).toEqual(new Date("2027-11-07T14:00:00Z"));
  });
});

describe("a bound on the days clocks change", () => {
  it.each([
    ["inside the gap is the transition", spring, at(2, 30), "2027-03-14T07:00:00Z"],
    ["at the gap's edge is the transition", spring, at(2, 0), "2027-03-14T07:00:00Z"],
    ["after the gap is itself", spring, at(3, 15), "2027-03-14T07:15:00Z"],
    ["that comes twice is the first", autumn, at(1, 30), "2027-11-07T05:30:00Z"],
    ["after the repeated hour is itself", autumn, at(2, 0), "2027-11-07T07:00:00Z"],
    ["at 24:00 is the next midnight", autumn, at(24), "2027-11-08T05:00:00Z"],
    ["at 24:00 of the last day of a year", "2027-12-31", at(24), "2028-01-01T05:00:00Z"],
  ])("%s", (_, date, minute, instant) => {
    expect(boundInstant(date, minute, toronto)).toEqual(new Date(instant));
  });
});

/** What Intl, an engine of its own, says a clock on the wall shows: `YYYY-MM-DD HH:MM`. */
function shownByIntl(zone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat("en-CA", {
    ...{ timeZone: zone, hourCycle: "h23" },
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map((part) => [part.type, part.value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
    return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
  };
}

describe.each([toronto, "America/Halifax", "America/Blanc-Sablon"])("%s, against Intl", (zone) => {
  it.each([spring, autumn, "2027-06-09"])("around %s every quarter hour reads and resolves alike", (date) => {
    const shown = shownByIntl(zone);
    const quarter = 900_000;
    const from = Date.parse(`${addDays(date, -1)}T12:00:00Z`);
    const instants = Array.from({ length: 4 * 60 }, (_, index) => from + index * quarter);
    const firstShown = new Map<string, number>();
    for (const instant of instants) {
      const text = shown(instant);
      if (!firstShown.has(text)) firstShown.set(text, instant);
      const clock = wallClock(new Date(instant), zone);
      const time = `${String(Math.floor(clock.minute / 60)).padStart(2, "0")}:${String(clock.minute % 60).padStart(2, "0")}`;
      expect(`${clock.date} ${time}`).toBe(text);
      expect(clock.secondPass).toBe(firstShown.get(text) !== instant);
      expect(startInstant(clock.date, clock.minute, zone, clock.offset)).toEqual(new Date(instant));
      expect(Date.parse(withOffset(new Date(instant), zone))).toBe(instant);
    }
    for (let minute = 0; minute < 1440; minute += 15) {
      const text = `${date} ${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      expect(startInstant(date, minute, zone)?.getTime()).toBe(firstShown.get(text));
    }
  });
});

it.each([
  ["2027-02-28", true],
  ["2027-02-29", false],
  ["2028-02-29", true],
  ["2027-13-01", false],
  ["2027-1-01", false],
  ["", false],
])("%s is a local date: %s", (text, real) => {
  expect(isLocalDate(text)).toBe(real);
});

it("knows a zone, an instant with its offset, and refuses what is neither", () => {
  expect([isTimeZone(toronto), isTimeZone("America/Nulle-Part"), isTimeZone("")]).toEqual([true, false, false]);
  expect(parseInstant("2027-03-04T07:00:00-05:00")).toEqual(new Date("2027-03-04T12:00:00Z"));
  expect([parseInstant("2027-03-04T07:00:00"), parseInstant("demain")]).toEqual([null, null]);
  expect(withOffset(new Date("2027-07-01T16:00:00Z"), "America/Halifax")).toBe("2027-07-01T13:00:00-03:00");
});
