import { expect, test } from "vitest";
import { snapshotWindow, widestWindow } from "./snapshot.ts";
import type { TimeZone } from "./time.ts";

/** 23:30 in Québec, 00:30 of the next day on the islands. */
const now = Date.parse("2027-03-01T23:30:00-05:00");

test.each<[string, { from?: string; to?: string }, TimeZone, string, string | undefined]>([
  ["today when nothing is said", {}, "America/Toronto", "2027-03-01T00:00:00-05:00", undefined],
  ["today is the place's", {}, "America/Halifax", "2027-03-02T00:00:00-04:00", undefined],
  ["from a date", { from: "2026-12-24" }, "America/Toronto", "2026-12-24T00:00:00-05:00", undefined],
  [
    "to a date, the day before the last that begins in winter",
    { from: "2027-03-14", to: "2027-03-15" },
    "America/Toronto",
    "2027-03-14T00:00:00-05:00",
    "2027-03-15T00:00:00-04:00",
  ],
])("SYNC-31 a snapshot begins %s", (_, dates, zone, from, to) => {
  expect(snapshotWindow(dates, now, zone)).toEqual({
    from: Date.parse(from),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  });
});

test.each([
  [[{ from: 5, to: 9 }], { from: 5, to: 9 }],
  [
    [
      { from: 5, to: 9 },
      { from: 3, to: 7 },
    ],
    { from: 3, to: 9 },
  ],
  [[{ from: 5, to: 9 }, { from: 6 }], { from: 5 }],
  [[{ from: 5 }], { from: 5 }],
])("SYNC-31 what has no place is read in the window that holds all: %j", (windows, widest) => {
  expect(widestWindow(windows)).toEqual(widest);
});
