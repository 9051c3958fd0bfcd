import { describe, expect, test } from "vitest";
import { isOver, noLongerNamed, refuseLines } from "./window-replacement.ts";

const window = { from: 1000, to: 2000 };

test.each([
  [[1000, 1999], []],
  [[999], ["/slots/0/startAt"]],
  [
    [1500, 2000, 500],
    ["/slots/1/startAt", "/slots/2/startAt"],
  ],
  [[], []],
])("SYNC-34 lines that start at %j lie outside: %j", (starts, pointers) => {
  const found = refuseLines(
    starts.map((startAt, index) => ({ startAt, externalId: String(index) })),
    window,
  );
  expect(found).toEqual(pointers.map((pointer) => ({ rule: "SYNC-34", code: "OUT_OF_RANGE", pointer })));
});

test("SYNC-34 a name that an earlier line bears is refused, beside what else is wrong with the line", () => {
  const lines = [1000, 1100, 2000, 1200].map((startAt, index) => ({ startAt, externalId: index === 1 ? "b" : "a" }));
  expect(refuseLines(lines, window).map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)).toEqual([
    "SYNC-34 OUT_OF_RANGE /slots/2/startAt",
    "SYNC-34 INVALID_REQUEST /slots/2/externalId",
    "SYNC-34 INVALID_REQUEST /slots/3/externalId",
  ]);
  expect(refuseLines(lines, window)[1]?.params).toEqual({ expected: "1 × externalId" });
});

describe("what the vendor no longer names", () => {
  const slot = (externalId: string, endAt: number, complete = true) => ({
    ...{ externalId, startAt: endAt - 100, endAt, openFrom: null, serviceType: null, durationMinutes: null },
    ...{ serviceIds: complete ? ["svc_1"] : [], consultationReasons: [] },
    ...(complete ? { placeId: "plc_1", visibility: "public" as const } : { placeId: null, visibility: null }),
  });
  const idsOf = (slots: readonly { externalId: string }[]) => slots.map(({ externalId }) => externalId);

  test("SYNC-35 goes, and what it names stays", () => {
    const { removed, past } = noLongerNamed([slot("a", 900), slot("b", 900)], new Set(["b", "c"]), 500);
    expect([idsOf(removed), idsOf(past)]).toEqual([["a"], []]);
  });

  test("SYNC-36 stays when it has ended; what is under way, or ends this instant, goes", () => {
    const slots = [slot("ended", 499), slot("ends", 500), slot("under way", 550), slot("incomplete", 400, false)];
    const { removed, past } = noLongerNamed(slots, new Set(), 500);
    expect([idsOf(removed), idsOf(past)]).toEqual([["ends", "under way", "incomplete"], ["ended"]]);
  });
});

test.each([
  [[], false],
  [["SLOT_IN_PAST"], true],
  [["SLOT_IN_PAST", "SLOT_IN_PAST"], true],
  [["SLOT_IN_PAST", "SERVICE_NOT_OFFERED"], false],
  [["NOT_FOUND"], false],
] as const)("SYNC-36 refused for %j is over: %s", (codes, over) => {
  expect(isOver(codes.map((code) => ({ code })))).toBe(over);
});
