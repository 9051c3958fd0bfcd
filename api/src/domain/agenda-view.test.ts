import { describe, expect, test } from "vitest";
import type { ClinicActor } from "./actor.ts";
import { decideDays, intervalOf, whoseAgendas } from "./agenda-view.ts";
import type { WantedDays } from "./agenda-view.ts";

/** A Monday. */
const today = "2027-03-01";

const told = (wanted: WantedDays) => {
  const decision = decideDays(wanted, today);
  if (decision.ok) return `${decision.value.from} ${decision.value.to}`;
  return decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
};

describe("which days", () => {
  test.each([
    ["today when nothing is said", {}, "2027-03-01 2027-03-01"],
    ["a day", { date: "2027-03-08" }, "2027-03-08 2027-03-08"],
    ["a day, by its name", { view: "day", date: "2027-03-08" }, "2027-03-08 2027-03-08"],
    ["this week, from Sunday", { view: "week" }, "2027-02-28 2027-03-06"],
    ["the week of a Sunday", { view: "week", date: "2027-03-07" }, "2027-03-07 2027-03-13"],
    ["the week of a Saturday", { view: "week", date: "2027-03-13" }, "2027-03-07 2027-03-13"],
    ["the days that come", { view: "upcoming" }, "2027-03-01 2027-03-14"],
    ["as many as are wanted", { view: "upcoming", days: 1 }, "2027-03-01 2027-03-01"],
    ["from a date on", { view: "upcoming", date: "2027-03-08", days: 31 }, "2027-03-08 2027-04-07"],
    ["between two dates", { from: "2027-03-08", to: "2027-03-12" }, "2027-03-08 2027-03-12"],
    ["one day by two dates", { from: "2027-03-08", to: "2027-03-08" }, "2027-03-08 2027-03-08"],
    ["31 days", { from: "2027-03-01", to: "2027-03-31" }, "2027-03-01 2027-03-31"],
  ] as [string, WantedDays, string][])("VIEW-01 %s", (_, wanted, expected) => {
    expect(told(wanted)).toBe(expected);
  });

  test.each([
    [{ days: 3 }, ["CONTRACT INVALID_REQUEST /query/days"]],
    [{ view: "day", days: 3 }, ["CONTRACT INVALID_REQUEST /query/days"]],
    [{ view: "week", days: 3 }, ["CONTRACT INVALID_REQUEST /query/days"]],
    [{ from: "2027-03-08" }, ["CONTRACT REQUIRED_FIELD /query/to"]],
    [{ to: "2027-03-08" }, ["CONTRACT REQUIRED_FIELD /query/from"]],
    [
      { from: "2027-03-08", view: "week" },
      ["CONTRACT INVALID_REQUEST /query/view", "CONTRACT REQUIRED_FIELD /query/to"],
    ],
    [
      { from: "2027-03-08", to: "2027-03-09", view: "upcoming", date: "2027-03-08", days: 2 },
      ["view", "date", "days"].map((name) => `CONTRACT INVALID_REQUEST /query/${name}`),
    ],
    [{ from: "2027-03-08", to: "2027-03-07" }, ["CONTRACT INVALID_INTERVAL /query/to"]],
    [{ from: "2027-03-01", to: "2027-04-01" }, ["CONTRACT OUT_OF_RANGE /query/to"]],
    [
      { from: "2027-03-01", to: "2027-04-01", days: 2 },
      ["CONTRACT INVALID_REQUEST /query/days", "CONTRACT OUT_OF_RANGE /query/to"],
    ],
  ] as [WantedDays, string[]][])("VIEW-01 refuses what contradicts itself: %j", (wanted, expected) => {
    expect(told(wanted)).toEqual(expected);
  });

  test.each([
    ["America/Toronto", "2027-03-08", "2027-03-08", "2027-03-08T05:00:00.000Z", "2027-03-09T05:00:00.000Z"],
    ["America/Halifax", "2027-03-08", "2027-03-09", "2027-03-08T04:00:00.000Z", "2027-03-10T04:00:00.000Z"],
    // 23 hours.
    ["America/Toronto", "2027-03-14", "2027-03-14", "2027-03-14T05:00:00.000Z", "2027-03-15T04:00:00.000Z"],
  ] as const)("VIEW-01 in %s, %s to %s is from midnight to midnight", (zone, from, to, startAt, endAt) => {
    expect(intervalOf({ from, to }, zone)).toEqual({ startAt: Date.parse(startAt), endAt: Date.parse(endAt) });
  });
});

describe("whose", () => {
  const professional: ClinicActor = {
    kind: "employee",
    employeeId: "emp",
    establishmentId: "est",
    name: "Camille",
    profile: "user",
    professionalId: "pro",
    workPlaceIds: [],
    grants: [],
  };
  const secretary: ClinicActor = { ...professional, professionalId: null };
  const machine: ClinicActor = { kind: "machine", machineId: "m", vendorId: "v", name: "x", scopes: [], links: [] };

  test.each([
    ["VIEW-02 a professional who names nobody: their own", professional, undefined, ["pro"]],
    ["VIEW-02 an administrator who is one", { ...professional, profile: "localAdmin" }, undefined, ["pro"]],
    ["VIEW-03 a user who is none: none", secretary, undefined, []],
    ["LCGA-02 agenda software: everybody's", machine, undefined, "all"],
    ["VIEW-04 those who are named", professional, ["a", "b"], ["a", "b"]],
    ["VIEW-04 all", secretary, "all", "all"],
    ["VIEW-04 those who are named, by agenda software", machine, ["a"], ["a"]],
  ] as [string, ClinicActor, "all" | string[] | undefined, "all" | string[]][])("%s", (_, reader, named, expected) => {
    expect(whoseAgendas(reader, named)).toEqual(expected);
  });
});
