import { expect, test } from "vitest";
import { decideProfessionalOptions, defaultProfessionalOptions, lastBookableDate } from "./option.ts";

test("OPT-01 a new professional has no limit, so every date is seen", () => {
  expect(defaultProfessionalOptions).toEqual({ limitFutureBooking: false, maxWeeks: null });
  expect(lastBookableDate(defaultProfessionalOptions, "2027-03-10")).toBeNull();
});

test.each<[string, boolean, number | null, string | undefined]>([
  ["OPT-02 refuses a limit without weeks", true, null, "OPT-02 REQUIRED_FIELD /maxWeeks"],
  ["OPT-02 accepts a limit of 1 week", true, 1, undefined],
  ["OPT-02 accepts a limit of 52 weeks", true, 52, undefined],
  ["OPT-02 refuses 0 weeks", true, 0, "ProfessionalOptions.maxWeeks OUT_OF_RANGE /maxWeeks"],
  ["OPT-02 refuses 53 weeks", true, 53, "ProfessionalOptions.maxWeeks OUT_OF_RANGE /maxWeeks"],
  ["OPT-02 accepts no limit", false, null, undefined],
  ["OPT-02 refuses weeks without a limit", false, 4, "ProfessionalOptions.maxWeeks OUT_OF_RANGE /maxWeeks"],
])("%s", (_title, limitFutureBooking, maxWeeks, refused) => {
  const decision = decideProfessionalOptions({ limitFutureBooking, maxWeeks });
  const told = ({ rule, code, pointer }: { rule: string; code: string; pointer: string }) =>
    `${rule} ${code} ${pointer}`;
  if (refused === undefined) expect(decision).toMatchObject({ ok: true, value: { limitFutureBooking, maxWeeks } });
  else expect(decision.ok ? [] : decision.violations.map(told)).toEqual([refused]);
});

test.each([
  ["a Sunday begins week 1", "2027-03-07", 1, "2027-03-13"],
  ["a Wednesday is in week 1", "2027-03-10", 1, "2027-03-13"],
  ["a Saturday ends week 1", "2027-03-13", 1, "2027-03-13"],
  ["four weeks, over the spring change", "2027-03-10", 4, "2027-04-03"],
  ["52 weeks, over the end of the year", "2027-03-10", 52, "2028-03-04"],
])("OPT-04 %s", (_title, today, weeks, last) => {
  expect(lastBookableDate({ maxWeeks: weeks }, today)).toBe(last);
});
