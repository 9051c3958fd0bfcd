import { expect, test } from "vitest";
import { decideIdentifier, mayContinue } from "./session.ts";
import type { Activity } from "./session.ts";

const at = Date.parse("2027-03-01T07:00:00-05:00");
const minutes = (count: number) => count * 60_000;

test.each<[string, Activity, number, boolean]>([
  ["AUTH-04 goes on until 200 minutes after an activity on settings", "configuration", minutes(200) - 1, true],
  ["AUTH-04 ends 200 minutes after it", "configuration", minutes(200), false],
  ["AUTH-04 goes on until 200 minutes after slots were edited", "slotEditing", minutes(200) - 1, true],
  ["AUTH-04 ends 200 minutes after that", "slotEditing", minutes(200), false],
  ["AUTH-05 goes on after 200 minutes of the agenda in appointment mode", "appointments", minutes(200), true],
  ["AUTH-05 and after a week of it", "appointments", minutes(7 * 24 * 60), true],
])("%s", (_title, activity, idle, goesOn) => {
  expect(mayContinue({ activity, at }, at + idle)).toBe(goesOn);
});

test.each<[string, string, unknown]>([
  ["a RAMQ identifier", "IPA1B2C3", { by: "ramqIdentifier", value: "IPA1B2C3" }],
  ["one in small letters", "cea1b2c3", { by: "ramqIdentifier", value: "CEA1B2C3" }],
  ["a pseudonym", "camille@example.org", { by: "pseudonym", value: "camille@example.org" }],
  ["one in capitals", "Camille@Example.ORG", { by: "pseudonym", value: "camille@example.org" }],
  ["not a practice number", "112345", undefined],
  ["not nothing", "", undefined],
  ["not a name", "camille", undefined],
  ["not a dotless i for an I", "ıpa1b2c3", undefined],
])("AUTH-01 one signs in with %s", (_title, text, lookup) => {
  const refused = { ok: false, violations: [{ rule: "AUTH-01", code: "INVALID_IDENTIFIER", pointer: "/identifier" }] };
  expect(decideIdentifier(text)).toEqual(lookup === undefined ? refused : { ok: true, value: lookup, warnings: [] });
});
