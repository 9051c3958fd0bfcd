import { expect, test } from "vitest";
import { decideAnother } from "./webhook-endpoint.ts";

test.each([
  [0, true],
  [9, true],
  [10, false],
  [11, false],
])("SYNC-61 with %d endpoints, another: %s", (endpoints, may) => {
  const decision = decideAnother(endpoints);
  expect(decision.ok).toBe(may);
  expect(decision.ok ? decision.value : decision.violations).toEqual(
    may ? endpoints + 1 : [{ rule: "SYNC-61", code: "TOO_MANY_WEBHOOK_ENDPOINTS", pointer: "", params: { most: 10 } }],
  );
});
