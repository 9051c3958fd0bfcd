import { describe, expect, test } from "vitest";
import { violation } from "./decision.ts";
import { allHold, busyElsewhere, stepsOfDecision, whyNoOpening } from "./explanation.ts";
import type { PlacedSlot } from "./placement.ts";

const met = (rule: string) => ({ rule, violation: null });
const unmet = (rule: string) => ({ rule, violation: violation(rule, "OPENING_NOT_AVAILABLE") });

test("everything holds, or something does not", () => {
  expect(allHold([])).toBe(true);
  expect(allHold([met("SLOT-21"), met("CASC-24")])).toBe(true);
  expect(allHold([met("SLOT-21"), unmet("CASC-24"), met("APPT-09")])).toBe(false);
});

test("a decision's rules, those it refused by among them, what else it found behind", () => {
  const found = [violation("APPT-01", "PAST_LIMIT_EXCEEDED"), violation("CONTRACT", "NOT_FOUND")];
  expect(stepsOfDecision(["APPT-49", "APPT-01"], found)).toEqual([
    met("APPT-49"),
    { rule: "APPT-01", violation: found[0] },
    { rule: "CONTRACT", violation: found[1] },
  ]);
  expect(stepsOfDecision(["APPT-49"], [])).toEqual([met("APPT-49")]);
});

describe("time that is taken at another place", () => {
  const steps = [met("SLOT-21"), unmet("APPT-09")];
  const elsewhere = [met("SLOT-21"), { rule: "APPT-09", violation: violation("APPT-09", "BUSY_ELSEWHERE") }];
  test.each([
    ["APPT-09 at another place alone", [{ placeId: "plc_b" }], elsewhere],
    ["APPT-09 here and there", [{ placeId: "plc_b" }, { placeId: "plc_a" }], steps],
    ["APPT-09 here", [{ placeId: "plc_a" }], steps],
    ["APPT-09 nowhere", [], steps],
  ])("%s", (_title, taken, expected) => {
    expect(busyElsewhere(steps, taken, "plc_a")).toEqual(expected);
  });

  test("APPT-09 nothing is said of it where the opening is free", () => {
    expect(busyElsewhere([met("APPT-09")], [{ placeId: "plc_b" }], "plc_a")).toEqual([met("APPT-09")]);
  });
});

describe("an instant at which no opening starts", () => {
  const slot = (startAt: number, endAt: number, placeId: string | null): PlacedSlot => ({
    ...{ establishmentId: "est", slotId: `slt ${String(startAt)}`, professionalId: "pro", startAt, endAt, placeId },
    ...{ visibility: null, openFrom: null, serviceType: null, durationMinutes: null, consultationReasons: [] },
  });
  test.each([
    ["SLOT-31 inside a complete slot", [slot(0, 100, "plc"), slot(0, 100, null)], 50, "SLOT-31"],
    ["SLOT-08 inside an incomplete slot", [slot(0, 100, null)], 0, "SLOT-08"],
    ["SEARCH-14 at the end of a slot", [slot(0, 100, "plc")], 100, "SEARCH-14"],
    ["SEARCH-14 before a slot", [slot(51, 100, "plc")], 50, "SEARCH-14"],
    ["SEARCH-14 without any slot", [], 50, "SEARCH-14"],
  ])("%s", (_title, slots, at, rule) => {
    expect(whyNoOpening(slots, at)).toEqual({ rule, violation: violation(rule, "OPENING_NOT_AVAILABLE", "/startAt") });
  });
});
