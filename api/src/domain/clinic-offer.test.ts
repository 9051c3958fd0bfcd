import { expect, test } from "vitest";
import { clinicAgendaConditions, clinicOpeningConditions } from "./clinic-offer.ts";
import type { ClinicAgenda } from "./clinic-offer.ts";
import { firstRefusal, stepsOf } from "./condition.ts";

const now = Date.parse("2027-03-01T10:00:00-05:00");
const agenda: ClinicAgenda = { worksHere: true, departureDate: null, timeZone: "America/Toronto" };
const opening = { startAt: now, busy: false, heldUntil: null };

test.each([
  ["SEARCH-15 whoever is there", {}, undefined],
  ["EMP-15 who no longer works at the place", { worksHere: false }, "EMP-15"],
  ["SEARCH-15 on the last day", { departureDate: "2027-03-01" }, undefined],
  ["SEARCH-15 the day after it", { departureDate: "2027-02-28" }, "SEARCH-15"],
])("%s", (_title, change, rule) => {
  const refused = firstRefusal(clinicAgendaConditions, { agenda: { ...agenda, ...change }, now });
  expect(refused?.rule).toBe(rule);
  if (refused) expect(refused.code).toBe("OPENING_NOT_AVAILABLE");
});

test("SEARCH-15 the day is the place's", () => {
  const midnight = Date.parse("2027-03-01T00:30:00-04:00");
  const left = { ...agenda, departureDate: "2027-02-28" };
  expect(firstRefusal(clinicAgendaConditions, { agenda: left, now: midnight })).toBeUndefined();
  const halifax = { ...left, timeZone: "America/Halifax" as const };
  expect(firstRefusal(clinicAgendaConditions, { agenda: halifax, now: midnight })?.rule).toBe("SEARCH-15");
});

test.each([
  ["SEARCH-11 one that starts now", {}, undefined],
  ["SEARCH-11 one that has started", { startAt: now - 1 }, "SEARCH-11"],
  ["APPT-09 one that is taken", { busy: true }, "APPT-09"],
  ["HOLD-02 one that is held", { heldUntil: now + 1 }, "HOLD-02"],
  ["HOLD-02 one that was held until now", { heldUntil: now }, undefined],
  ["APPT-09 a taken one is not called held", { busy: true, heldUntil: now + 1 }, "APPT-09"],
])("%s", (_title, change, rule) => {
  const refused = firstRefusal(clinicOpeningConditions, { opening: { ...opening, ...change }, now });
  expect(refused?.rule).toBe(rule);
  if (refused) expect(refused.code).toBe("OPENING_NOT_AVAILABLE");
});

test("EMP-15, SEARCH-15, SEARCH-11, APPT-09, HOLD-02 each is told where it holds", () => {
  const rulesOf = (steps: ReturnType<typeof stepsOf>) => steps.map(({ rule }) => rule);
  expect(rulesOf(stepsOf(clinicAgendaConditions, { agenda, now }))).toEqual(["EMP-15", "SEARCH-15"]);
  expect(rulesOf(stepsOf(clinicOpeningConditions, { opening, now }))).toEqual(["SEARCH-11", "APPT-09", "HOLD-02"]);
});
