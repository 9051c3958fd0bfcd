import { expect, test } from "vitest";
import { firstRefusal, stepsOf } from "./condition.ts";
import type { Condition } from "./condition.ts";
import { violation } from "./decision.ts";

const conditions: Condition<{ number: number }>[] = [
  { rule: "SLOT-01", refuse: ({ number }) => (number < 0 ? violation("SLOT-02", "OUT_OF_RANGE") : undefined) },
  {
    rule: "SLOT-03",
    concerns: ({ number }) => number !== 7,
    refuse: ({ number }) => (number % 2 === 1 ? violation("SLOT-03", "OUT_OF_RANGE", "/number") : undefined),
  },
  { rule: "SLOT-04", refuse: ({ number }) => (number > 100 ? violation("SLOT-04", "OUT_OF_RANGE") : undefined) },
];

test("the first that does not hold refuses", () => {
  expect(firstRefusal(conditions, { number: 2 })).toBeUndefined();
  expect(firstRefusal(conditions, { number: 101 })).toEqual(violation("SLOT-03", "OUT_OF_RANGE", "/number"));
});

test("one that does not matter is not asked", () => {
  expect(firstRefusal(conditions, { number: 7 })).toBeUndefined();
  expect(stepsOf(conditions, { number: 7 }).map(({ rule }) => rule)).toEqual(["SLOT-01", "SLOT-04"]);
});

test("an explanation lists all of them, also after one that fails, each by the rule that decided", () => {
  expect(stepsOf(conditions, { number: 101 })).toEqual([
    { rule: "SLOT-01", violation: null },
    { rule: "SLOT-03", violation: violation("SLOT-03", "OUT_OF_RANGE", "/number") },
    { rule: "SLOT-04", violation: violation("SLOT-04", "OUT_OF_RANGE") },
  ]);
  expect(stepsOf(conditions, { number: -2 })[0]).toEqual({
    rule: "SLOT-02",
    violation: violation("SLOT-02", "OUT_OF_RANGE"),
  });
});
