import { expect, test } from "vitest";
import { decidePush, isRepeated } from "./binding.ts";
import type { Push } from "./binding.ts";
import { violation } from "./decision.ts";

const stale = violation("CONTRACT", "PRECONDITION_FAILED");
const cancelled = violation("APPT-69", "APPOINTMENT_CANCELLED");
const bound = { bodyHash: "A", vendorVersion: 3 };
const adopted = { bodyHash: null, vendorVersion: 3 };

const cases: [string, Push, ReturnType<typeof decidePush>][] = [
  ["no binding", { binding: undefined, bodyHash: "A", current: null, ifMatch: undefined }, "create"],
  ["no binding, but a version", { binding: undefined, bodyHash: "A", current: null, ifMatch: 1 }, stale],
  ["the same body", { binding: bound, bodyHash: "A", current: { version: 3 }, ifMatch: undefined }, "unchanged"],
  [
    "the same body after others",
    { binding: bound, bodyHash: "A", current: { version: 9 }, ifMatch: undefined },
    "unchanged",
  ],
  [
    "the same body and an old version",
    { binding: bound, bodyHash: "A", current: { version: 9 }, ifMatch: 3 },
    "unchanged",
  ],
  [
    "the same body after others, seen",
    { binding: bound, bodyHash: "A", current: { version: 9 }, ifMatch: 9 },
    "update",
  ],
  [
    "the same body and the vendor's own version",
    { binding: bound, bodyHash: "A", current: { version: 3 }, ifMatch: 3 },
    "unchanged",
  ],
  [
    "the same body of a removed object, a version",
    { binding: bound, bodyHash: "A", current: null, ifMatch: 9 },
    "unchanged",
  ],
  [
    "the same body of an appointment that others cancelled, seen",
    { binding: bound, bodyHash: "A", current: { version: 4, cancelled: true }, ifMatch: 4 },
    cancelled,
  ],
  [
    "the same body of a removed object",
    { binding: bound, bodyHash: "A", current: null, ifMatch: undefined },
    "unchanged",
  ],
  [
    "the same body of a cancelled appointment",
    { binding: bound, bodyHash: "A", current: { version: 4, cancelled: true }, ifMatch: undefined },
    "unchanged",
  ],
  ["another body", { binding: bound, bodyHash: "B", current: { version: 3 }, ifMatch: undefined }, "update"],
  ["another body, the version seen", { binding: bound, bodyHash: "B", current: { version: 3 }, ifMatch: 3 }, "update"],
  ["another body, an old version", { binding: bound, bodyHash: "B", current: { version: 3 }, ifMatch: 2 }, stale],
  ["another body after others", { binding: bound, bodyHash: "B", current: { version: 4 }, ifMatch: undefined }, stale],
  ["another body after others, seen", { binding: bound, bodyHash: "B", current: { version: 4 }, ifMatch: 4 }, "update"],
  [
    "another body after others, not seen",
    { binding: bound, bodyHash: "B", current: { version: 4 }, ifMatch: 3 },
    stale,
  ],
  ["another body of a removed object", { binding: bound, bodyHash: "B", current: null, ifMatch: undefined }, stale],
  ["another body of a removed object, a version", { binding: bound, bodyHash: "B", current: null, ifMatch: 3 }, stale],
  [
    "another body of a cancelled appointment",
    { binding: bound, bodyHash: "B", current: { version: 4, cancelled: true }, ifMatch: 4 },
    cancelled,
  ],
  ["after an adoption", { binding: adopted, bodyHash: "A", current: { version: 3 }, ifMatch: undefined }, "update"],
  [
    "after an adoption and others",
    { binding: adopted, bodyHash: "A", current: { version: 4 }, ifMatch: undefined },
    stale,
  ],
];

test.each(cases)("CONTRACT push of %s", (_, push, expected) => {
  expect(decidePush(push)).toEqual(expected);
});

test("APPT-69 refuses a change to a cancelled appointment whatever version is named", () => {
  for (const ifMatch of [undefined, 3, 4])
    expect(decidePush({ binding: bound, bodyHash: "B", current: { version: 4, cancelled: true }, ifMatch })).toEqual(
      cancelled,
    );
});

test("CONTRACT what has no name yet repeats nothing", () => {
  expect(isRepeated({ binding: undefined, bodyHash: "A", current: null, ifMatch: undefined })).toBe(false);
});
