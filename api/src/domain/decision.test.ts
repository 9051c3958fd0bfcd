import { describe, expect, test } from "vitest";
import {
  accept,
  notInContract,
  pointerStep,
  refusal,
  Refusal,
  refuse,
  refuseAny,
  settle,
  violation,
} from "./decision.ts";
import type { Violation } from "./decision.ts";

const partly = violation("SLOT-07", "SLOT_PARTIALLY_FILLED", "/placeId");
const ended = violation("SLOT-41", "SLOT_IN_PAST");
const overlaps = violation("APPT-09", "OVERLAPS_APPOINTMENT", "/startAt");
const held = violation("HOLD-11", "HELD_BY_COLLEAGUE", "/startAt");

/** What a call throws: null when it does not. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return null;
  } catch (error) {
    return error;
  }
}

function violationsOf(call: () => unknown): readonly Violation[] {
  const error = thrownBy(call);
  return error instanceof Refusal ? error.violations : [];
}

test("a violation concerns the whole body unless it points to a field, and has params only when it needs them", () => {
  expect(ended).toStrictEqual({ rule: "SLOT-41", code: "SLOT_IN_PAST", pointer: "" });
  expect(violation("TPL-01", "OUT_OF_RANGE", "/weeks", { max: 52 })).toStrictEqual({
    rule: "TPL-01",
    code: "OUT_OF_RANGE",
    pointer: "/weeks",
    params: { max: 52 },
  });
});

test.each([
  ["startAt", "/startAt"],
  ["a/b~c", "/a~1b~0c"],
  ["~1", "/~01"],
  [`${"x".repeat(63)}~y`, `/${"x".repeat(63)}~0`],
])("a field's name is one step of a pointer, escaped, and cut after 64 characters: %s", (name, step) => {
  expect(pointerStep(name)).toBe(step);
});

test("a decision is a value with its warnings, or every violation", () => {
  expect(accept("value")).toStrictEqual({ ok: true, value: "value", warnings: [] });
  expect(accept("value", [held])).toStrictEqual({ ok: true, value: "value", warnings: [held] });
  expect(refuse(partly, ended)).toStrictEqual({ ok: false, violations: [partly, ended] });
});

describe("settling", () => {
  test("an accepted decision is its value", () => {
    expect(settle(accept("value"))).toBe("value");
  });

  test("a refused one throws every violation, acknowledged or not", () => {
    const decision = refuse(partly, ended);
    expect(violationsOf(() => settle(decision))).toEqual([partly, ended]);
    expect(violationsOf(() => settle(decision, [partly.code, ended.code]))).toEqual([partly, ended]);
  });

  test("a warning throws until it is acknowledged, and then only those that are not", () => {
    const decision = accept("value", [overlaps, held]);
    expect(violationsOf(() => settle(decision))).toEqual([overlaps, held]);
    expect(violationsOf(() => settle(decision, [held.code]))).toEqual([overlaps]);
    expect(settle(decision, [held.code, overlaps.code])).toBe("value");
  });
});

test("what stands against a call is thrown, nothing is not", () => {
  expect(violationsOf(() => refuseAny(ended))).toEqual([ended]);
  expect(thrownBy(() => refuseAny(undefined))).toBeNull();
});

describe("a refusal", () => {
  test("tells its rules and codes, never a value", () => {
    const refused = new Refusal([partly, ended]);
    expect([refused.name, refused.message, refused.help]).toEqual([
      "Refusal",
      "SLOT-07 SLOT_PARTIALLY_FILLED, SLOT-41 SLOT_IN_PAST",
      {},
    ]);
  });

  test("of the contract names no rule of the catalogue", () => {
    const whole = { rule: "CONTRACT", code: "NOT_FOUND", pointer: "" };
    expect(refusal("NOT_FOUND").violations).toEqual([whole]);
    const refused = refusal("NOT_FOUND", "/placeId", { retryAfterSeconds: 2 });
    expect([refused.violations, refused.help]).toEqual([[{ ...whole, pointer: "/placeId" }], { retryAfterSeconds: 2 }]);
  });

  test("of what is not in the contract says what would be", () => {
    const refused = notInContract("/header/If-Match", '"v3"');
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused.violations).toEqual([
      { rule: "CONTRACT", code: "INVALID_REQUEST", pointer: "/header/If-Match", params: { expected: '"v3"' } },
    ]);
  });
});
