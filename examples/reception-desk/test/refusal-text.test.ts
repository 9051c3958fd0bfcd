import { ArrimageConnectionError, ArrimageProblem } from "@arrimage/sdk";
import { expect, test } from "vitest";
import { refusalText } from "../src/refusal-text.ts";

function problem(code: string, status: number, more: object = {}): ArrimageProblem {
  return new ArrimageProblem({ type: "about:blank", title: code, status, code, ...more }, "req_1", null);
}

test("a lost opening offers the others", () => {
  const alternatives = [{ startAt: "2027-03-08T09:15:00-05:00" }, { startAt: "2027-03-08T09:30:00-05:00" }];
  const violations = [{ rule: "APPT-09", code: "OPENING_NOT_AVAILABLE", pointer: "/startAt", detail: "Taken." }];
  expect(refusalText(problem("OPENING_NOT_AVAILABLE", 409, { alternatives, violations }))).toEqual({
    sentences: [{ field: "startAt", text: "Taken.", rule: "APPT-09", href: null }],
    next: "otherTime",
    codes: [],
    otherTimes: ["2027-03-08T09:15:00-05:00", "2027-03-08T09:30:00-05:00"],
    requestId: "req_1",
  });
});

test.each([
  ["a hub that is not reached", new ArrimageConnectionError("no answer", { maybeReceived: true }), "tryLater"],
  ["a hub that has too much to do", problem("SERVICE_UNAVAILABLE", 503), "tryLater"],
  ["something that went wrong at the hub", problem("INTERNAL", 500), "askSupport"],
])("%s", (_, error, next) => {
  expect(refusalText(error).next).toBe(next);
});

test("what is no refusal is thrown on", () => {
  expect(() => refusalText(new TypeError("a mistake of ours"))).toThrow("a mistake of ours");
});
