import { expect, test } from "vitest";
import { violation } from "../domain/decision.ts";
import { problemBody, warningsOf } from "./problem.ts";

const baseUrl = "https://hub.test";

test("a violation leads to its rule, or its field's row; a convention of the contract leads nowhere", () => {
  const violations = [
    violation("SLOT-07", "SLOT_PARTIALLY_FILLED", "/visibility"),
    violation("Place.endDate", "OUT_OF_RANGE", "/endDate"),
    violation("CONTRACT", "INVALID_REQUEST", "/name"),
  ];
  const told = problemBody({ violations, help: {} }, { requestId: "req_1", language: "fr", baseUrl });
  const hrefs = [`${baseUrl}/docs/rules/SLOT-07`, `${baseUrl}/docs/rules/Place.endDate`, undefined];
  expect(told.violations.map(({ href }) => href)).toEqual(hrefs);
  expect(told.violations.map((each) => "href" in each)).toEqual([true, true, false]);
  expect(warningsOf(violations, { language: "en", baseUrl }).map(({ href }) => href)).toEqual(hrefs);
});
