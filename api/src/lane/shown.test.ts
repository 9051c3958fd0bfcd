import { expect, test } from "vitest";
import type { Outcome } from "../db/idempotency.ts";
import { shownBy } from "./shown.ts";

const command = { establishmentIds: ["est_a"] };
const shown = { establishmentId: "est_b", appointmentId: "apt_1" };
const stale = (current: unknown): Outcome<unknown> => ({ kind: "refusal", violations: [], help: { current } });

test.each<[string, Outcome<unknown>, unknown]>([
  ["a clinic's appointment", { kind: "value", value: { ...shown, version: 1 } }, shown],
  [
    "a citizen's, which does not name the establishment",
    { kind: "value", value: { appointmentId: "apt_1" } },
    { ...shown, establishmentId: "est_a" },
  ],
  ["what a push says beside it", { kind: "value", value: { outcome: "created", appointment: shown } }, shown],
  ["the current one of a stale condition", stale(shown), shown],
  ["a stale condition about nothing", stale(null), undefined],
  ["a refusal", { kind: "refusal", violations: [], help: { alternatives: [{ slotId: "slt_1" }] } }, undefined],
  ["a hold", { kind: "value", value: { holdId: "hld_1", establishmentId: "est_a" } }, undefined],
  ["nothing", { kind: "value", value: null }, undefined],
])("the appointment that an outcome tells of: %s", (_title, outcome, expected) => {
  expect(shownBy(command, outcome)).toEqual(expected);
});
