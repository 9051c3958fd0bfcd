import { expect, test } from "vitest";

/** A suite that looks at nothing. */
test("sees nothing", () => {
  expect(true).toBe(true);
});
