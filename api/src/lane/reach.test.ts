import { describe, expect, test } from "vitest";
import { citizenDaysAt, covers, lockNamesOf, noReach } from "./reach.ts";
import type { Reach } from "./reach.ts";

const hour = 3_600_000;
const span = (from: string, to: string, professionalId = "pro") => ({
  establishmentId: "est",
  professionalId,
  startAt: Date.parse(from),
  endAt: Date.parse(to),
});
const reach = (fields: Partial<Reach>): Reach => ({ ...noReach, ...fields });

describe("covers", () => {
  const wide = reach({ spans: [span("2027-03-08T14:00Z", "2027-03-08T15:00Z")] });
  test.each<[string, Partial<Reach>, boolean]>([
    ["the same", { spans: [span("2027-03-08T14:00Z", "2027-03-08T15:00Z")] }, true],
    ["a part", { spans: [span("2027-03-08T14:15Z", "2027-03-08T14:30Z")] }, true],
    ["a minute more", { spans: [span("2027-03-08T14:00Z", "2027-03-08T15:01Z")] }, false],
    ["another professional", { spans: [span("2027-03-08T14:00Z", "2027-03-08T15:00Z", "other")] }, false],
    ["a citizen's day", { citizenDays: [{ namIndex: "a", localDate: "2027-03-08" }] }, false],
    ["an owner", { owners: [{ type: "machine", id: "mch" }] }, false],
    ["an appointment", { appointmentIds: ["apt"] }, false],
  ])("%s", (_title, needed, expected) => {
    expect(covers(wide, reach(needed))).toBe(expected);
  });
});

test("a time near midnight in UTC is locked with the day beyond, which may share an opening with it", () => {
  const evening = lockNamesOf({}, reach({ spans: [span("2027-03-08T23:30Z", "2027-03-08T23:45Z")] }));
  const night = lockNamesOf({}, reach({ spans: [span("2027-03-09T00:00Z", "2027-03-09T00:15Z")] }));
  expect(evening.filter((name) => night.includes(name))).not.toEqual([]);
});

test("a person's day is locked by the date it has in each zone", () => {
  // 23:30 in Toronto is 00:30 of the next day in the Îles-de-la-Madeleine and at Blanc-Sablon.
  const at = Date.parse("2027-03-08T23:30:00-05:00");
  expect(citizenDaysAt("a", at).map(({ localDate }) => localDate)).toEqual(["2027-03-08", "2027-03-09"]);
  expect(citizenDaysAt("a", at - 12 * hour).map(({ localDate }) => localDate)).toEqual(["2027-03-08"]);
  expect(citizenDaysAt(null, at)).toEqual([]);
});
