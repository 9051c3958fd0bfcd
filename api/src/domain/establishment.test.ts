import { describe, expect, test } from "vitest";
import { decideGmf, defaultPastLimitDays } from "./establishment.ts";

describe("a GMF and its number", () => {
  test.each([
    ["EST-06 a GMF without a number is refused", true, null, { rule: "EST-06", code: "REQUIRED_FIELD" }],
    ["EST-07 a number without a GMF is refused", false, "03-117", { rule: "EST-07", code: "NOT_A_GMF" }],
  ])("%s", (_title, isGmf, gmfNumber, found) => {
    expect(decideGmf({ isGmf, gmfNumber })).toEqual({ ok: false, violations: [{ ...found, pointer: "/gmfNumber" }] });
  });

  test.each([
    ["EST-06 a GMF with its number is accepted", true, "03-117"],
    ["EST-07 another establishment without a number is accepted", false, null],
  ])("%s", (_title, isGmf, gmfNumber) => {
    expect(decideGmf({ isGmf, gmfNumber })).toMatchObject({ ok: true, value: { isGmf, gmfNumber } });
  });
});

test("APPT-03 the past limit is 90 days unless RAMQ says otherwise", () => {
  expect(defaultPastLimitDays).toBe(90);
});
