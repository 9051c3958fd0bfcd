import { describe, expect, test } from "vitest";
import {
  checkHoldCount,
  checkOwner,
  decideExtension,
  extendableFrom,
  heldWarnings,
  holdMs,
  holdsPerOwner,
  isRunning,
  onlineOwner,
  statusAtEnd,
} from "./hold.ts";
import type { Hold, HoldOwner } from "./hold.ts";

const now = Date.parse("2027-03-01T12:00:00Z");
const machine: HoldOwner = { type: "machine", id: "mch_1" };
const citizen: HoldOwner = { type: "citizen", id: "v1:a" };
const nurse: HoldOwner = { type: "nurse", id: "nurse-1" };
const hold: Hold = {
  establishmentId: "est",
  holdId: "hld_1",
  professionalId: "pro",
  placeId: "plc",
  slotId: null,
  startAt: now + 3_600_000,
  endAt: now + 4_500_000,
  owner: machine,
  expiresAt: now + holdMs,
  version: 1,
  createdAt: now,
};

test("HOLD-01, HOLD-10 five minutes", () => {
  expect(holdMs).toBe(300_000);
});

test("HOLD-08 it runs until its end, and not at its end", () => {
  expect([isRunning(hold, hold.expiresAt - 1), isRunning(hold, hold.expiresAt)]).toEqual([true, false]);
});

test.each(["released", "consumed"] as const)(
  "HOLD-08, HOLD-09, HOLD-15 %s before its end, expired from its end on",
  (end) => {
    const at = [hold.expiresAt - 1, hold.expiresAt, hold.expiresAt + 1];
    expect(at.map((instant) => statusAtEnd(hold, end, instant))).toEqual([end, "expired", "expired"]);
  },
);

describe("extension", () => {
  test.each([
    ["HOLD-06 refuses an extension with 31 s left", 31_000, false],
    ["HOLD-06 refuses an extension with one millisecond too many left", 30_001, false],
    ["HOLD-05 accepts it with 30 s left", 30_000, true],
    ["HOLD-05 accepts it in the last millisecond", 1, true],
    ["HOLD-06 refuses it at the end", 0, false],
    ["HOLD-06 refuses it after the end", -1, false],
  ])("%s", (_title, left, accepted) => {
    const at = hold.expiresAt - left;
    const decided = decideExtension(hold, at);
    expect(decided.ok).toBe(accepted);
    if (decided.ok) expect(decided.value).toEqual({ ...hold, expiresAt: at + holdMs, version: 2 });
    else expect(decided.violations).toEqual([{ rule: "HOLD-06", code: "HOLD_NOT_EXTENDABLE", pointer: "" }]);
  });

  test("HOLD-07 as often as it takes", () => {
    let current = hold;
    for (let turn = 1; turn <= 20; turn++) {
      const decided = decideExtension(current, extendableFrom(current));
      if (!decided.ok) throw new Error("refused");
      current = decided.value;
    }
    expect(current).toMatchObject({ version: 21, expiresAt: now + 21 * holdMs - 20 * 30_000 });
  });
});

test("HOLD-10, HOLD-14 what is held online is a citizen's, or a nurse's whoever the patient", () => {
  expect(onlineOwner({ kind: "citizen", nam: "TREM80550512", namIndex: "v1:a" })).toEqual(citizen);
  expect(onlineOwner({ kind: "nurse", nurseId: "nurse-1", name: "Nathalie Gagnon", mention: "811" })).toEqual(nurse);
});

test("HOLD-14 its owner only, by kind and identifier", () => {
  expect(checkOwner(hold, machine)).toBeUndefined();
  for (const other of [
    { ...machine, id: "mch_2" },
    { ...machine, type: "employee" as const },
  ])
    expect(checkOwner(hold, other)).toEqual({ rule: "HOLD-14", code: "FORBIDDEN", pointer: "" });
});

test.each([
  ["HOLD-03 a colleague's", [{ owner: { type: "employee", id: "emp_1" } }], ["HOLD-03 HELD_BY_COLLEAGUE /startAt"]],
  ["HOLD-12 a citizen's", [{ owner: citizen }], ["HOLD-12 HELD_BY_CITIZEN /startAt"]],
  ["HOLD-12 a nurse's, for a citizen", [{ owner: nurse }], ["HOLD-12 HELD_BY_CITIZEN /startAt"]],
  [
    "HOLD-03, HOLD-12 both",
    [{ owner: { type: "machine", id: "mch_2" } }, { owner: citizen }],
    ["HOLD-12 HELD_BY_CITIZEN /startAt", "HOLD-03 HELD_BY_COLLEAGUE /startAt"],
  ],
  ["one's own", [{ owner: machine }], []],
  ["nobody's", [], []],
] as const)("%s", (_title, holds, expected) => {
  expect(heldWarnings(holds, machine).map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)).toEqual(expected);
});

test("APPT-66 a modification onto a citizen's time warns under its own rule", () => {
  expect(heldWarnings([{ owner: citizen }], machine, "APPT-66")).toMatchObject([
    { rule: "APPT-66", code: "HELD_BY_CITIZEN" },
  ]);
});

test.each(["citizen", "machine", "employee", "nurse"] as const)(
  "HOLD-01 a %s has so many holds at once and no more",
  (type) => {
    expect(checkHoldCount({ type, id: "x" }, holdsPerOwner[type] - 1)).toBeUndefined();
    expect(checkHoldCount({ type, id: "x" }, holdsPerOwner[type])).toEqual({
      rule: "HOLD-01",
      code: "TOO_MANY_HOLDS",
      pointer: "",
    });
  },
);
