import { describe, expect, test } from "vitest";
import { differingDays, refuseWindow } from "./confirmation.ts";
import type { DayDigest } from "./confirmation.ts";

const day = (professionalId: string, date: string, digest: string): DayDigest => ({ professionalId, date, digest });

describe("the window", () => {
  const today = "2027-03-01";
  const from = "2027-03-01";
  const to = "2027-03-29";
  const on = (...dates: string[]) => dates.map((date) => day("pro_1", date, "a"));

  test.each([
    ["SYNC-09 four weeks from today", { from, to }, []],
    ["SYNC-09 from long ago", { from: "2026-09-01", to }, []],
    ["SYNC-09 to far ahead", { from, to: "2028-02-29" }, []],
    ["SYNC-09 today is not in it", { from: "2027-03-02", to }, ["/from"]],
    ["SYNC-09 not far enough", { from, to: "2027-03-28" }, ["/to"]],
    ["SYNC-09 neither", { from: "2027-03-02", to: "2027-03-28" }, ["/from", "/to"]],
    ["SYNC-09 its first day and its last", { from, to, days: on("2027-03-01", "2027-03-28") }, []],
    [
      "SYNC-09 a day before, a day after",
      { from, to, days: on("2027-02-28", "2027-03-05", "2027-03-29") },
      ["/days/0/date", "/days/2/date"],
    ],
  ])("%s", (_title, window, pointers) => {
    expect(refuseWindow({ days: [], ...window }, today)).toEqual(
      pointers.map((pointer) => ({ rule: "SYNC-09", code: "OUT_OF_RANGE", pointer })),
    );
  });
});

describe("what differs", () => {
  const own = [day("pro_1", "2027-03-01", "a"), day("pro_1", "2027-03-02", "b"), day("pro_2", "2027-03-01", "c")];
  const [first, second, third] = own;

  test.each([
    ["SYNC-10 nothing, when both are the same", own, own, []],
    ["SYNC-10 whatever the order", [third, first, second], own, []],
    ["SYNC-10 nothing, where neither has anything", [], [], []],
    ["SYNC-10 the same day twice is one day", [first, first, second, third], own, []],
    ["SYNC-11 a day that the software lacks, with the hub's digest", [first, third], own, [second]],
    [
      "SYNC-11 a day that the hub lacks, without a digest",
      own,
      [first, third],
      [{ professionalId: "pro_1", date: "2027-03-02", digest: null }],
    ],
    ["SYNC-11 another digest", [first, day("pro_1", "2027-03-02", "x"), third], own, [second]],
    [
      "SYNC-11 a day sent with two digests, the right one first",
      [...own, day("pro_1", "2027-03-02", "x")],
      own,
      [second],
    ],
    ["SYNC-11 or last", [day("pro_1", "2027-03-02", "x"), ...own], own, [second]],
    [
      "SYNC-11 another professional's day is another",
      [day("pro_3", "2027-03-01", "c")],
      [third],
      [third, { professionalId: "pro_3", date: "2027-03-01", digest: null }],
    ],
    ["SYNC-11 by professional and date", [], [third, second, first], [first, second, third]],
    ["SYNC-11 whatever the order of either", [], [second, third, first], [first, second, third]],
  ])("%s", (_title, sent, hubs, expected) => {
    const days = (list: readonly (DayDigest | undefined)[]) => list.filter((each) => each !== undefined);
    expect(differingDays(days(sent), days(hubs))).toEqual(expected);
  });
});
