import { describe, expect, test } from "vitest";
import {
  decideThresholds,
  firstThresholds,
  freshnessOf,
  longestMinutes,
  refuseStale,
  shortestMinutes,
} from "./freshness.ts";
import type { LinkTimes } from "./freshness.ts";
import { minuteMs } from "./time.ts";

const linkedAt = Date.parse("2027-03-01T12:00:00Z");
const [lateMs, staleMs] = [120 * minuteMs, 960 * minuteMs];
const link = (fields: Partial<LinkTimes> = {}): LinkTimes => ({
  linkedAt,
  confirmedAt: null,
  ...firstThresholds,
  ...fields,
});

describe("freshness", () => {
  test.each([
    ["SYNC-01, SYNC-02 live when it is linked", 0, "live", 0],
    ["SYNC-03 live to the last millisecond before it is late", lateMs - 1, "live", 0],
    ["SYNC-03 late from the very instant", lateMs, "late", lateMs],
    ["SYNC-03 late to the last millisecond before it is stale", staleMs - 1, "late", lateMs],
    ["SYNC-03 stale from the very instant", staleMs, "stale", staleMs],
    ["SYNC-03 stale for good, unless it is confirmed", staleMs * 100, "stale", staleMs],
    ["SYNC-03 live before it was linked: the sandbox's clock was moved back", -1, "live", 0],
  ] as const)("%s", (_title, after, state, since) => {
    expect(freshnessOf(link(), linkedAt + after)).toEqual({
      state,
      since: linkedAt + since,
      asOf: linkedAt,
      lateAt: linkedAt + lateMs,
      staleAt: linkedAt + staleMs,
    });
  });

  test("SYNC-02 is counted from the confirmation once there is one", () => {
    const confirmedAt = linkedAt + staleMs;
    const confirmed = (after: number) => freshnessOf(link({ confirmedAt }), confirmedAt + after);
    expect(confirmed(0)).toEqual({
      state: "live",
      since: confirmedAt,
      asOf: confirmedAt,
      lateAt: confirmedAt + lateMs,
      staleAt: confirmedAt + staleMs,
    });
    expect([confirmed(lateMs - 1), confirmed(lateMs)].map(({ state }) => state)).toEqual(["live", "late"]);
  });

  test("SYNC-02 is counted from the link when that is later", () => {
    expect(freshnessOf(link({ confirmedAt: linkedAt - 1 }), linkedAt)).toMatchObject({ asOf: linkedAt });
  });

  test("SYNC-06 of a place without a link is always live, and as of nothing", () => {
    const nothing = { since: null, asOf: null, lateAt: null, staleAt: null };
    for (const now of [0, linkedAt, linkedAt * 10])
      expect(freshnessOf(null, now)).toEqual({ state: "live", ...nothing });
  });

  test("SYNC-13 what is stale is refused to citizens, what is late is not", () => {
    expect(refuseStale(link(), linkedAt + staleMs - 1)).toBeUndefined();
    expect(refuseStale(link(), linkedAt + staleMs)).toEqual({
      rule: "SYNC-13",
      code: "OPENING_NOT_AVAILABLE",
      pointer: "",
    });
    expect(refuseStale(null, linkedAt + staleMs)).toBeUndefined();
  });
});

describe("thresholds", () => {
  test.each([
    ["SYNC-04 two hours and sixteen hours at first", undefined, {}, [120, 960]],
    ["SYNC-04 what is not said stays", [10, 20], {}, [10, 20]],
    ["SYNC-04 one of them is set alone", [10, 20], { staleAfterMinutes: 30 }, [10, 30]],
    ["SYNC-04 or the other", [10, 20], { lateAfterMinutes: 15 }, [15, 20]],
    ["SYNC-05 the shortest", undefined, { lateAfterMinutes: 5, staleAfterMinutes: 6 }, [5, 6]],
    ["SYNC-05 the longest", undefined, { lateAfterMinutes: 527_039, staleAfterMinutes: 527_040 }, [527_039, 527_040]],
  ] as const)("%s", (_title, current, wanted, expected) => {
    const [lateAfterMinutes, staleAfterMinutes] = expected;
    const before = current && { lateAfterMinutes: current[0], staleAfterMinutes: current[1] };
    expect(decideThresholds(before, wanted)).toEqual({
      ok: true,
      value: { lateAfterMinutes, staleAfterMinutes },
      warnings: [],
    });
  });

  test.each([
    ["SYNC-05 too short", { lateAfterMinutes: shortestMinutes - 1 }, ["/lateAfterMinutes"]],
    ["SYNC-05 too long", { staleAfterMinutes: longestMinutes + 1 }, ["/staleAfterMinutes"]],
    ["SYNC-05 both", { lateAfterMinutes: 4, staleAfterMinutes: 527_041 }, ["/lateAfterMinutes", "/staleAfterMinutes"]],
    [
      "SYNC-05 one that cannot be is all that is said",
      { lateAfterMinutes: 4, staleAfterMinutes: 3 },
      ["/lateAfterMinutes"],
    ],
    ["SYNC-05 stale at once with late", { staleAfterMinutes: 120 }, ["/staleAfterMinutes"]],
    ["SYNC-05 stale before late", { lateAfterMinutes: 30, staleAfterMinutes: 20 }, ["/staleAfterMinutes"]],
    ["SYNC-05 late as late as stale", { lateAfterMinutes: 960 }, ["/lateAfterMinutes"]],
  ])("%s", (_title, wanted, pointers) => {
    expect(decideThresholds(undefined, wanted)).toEqual({
      ok: false,
      violations: pointers.map((pointer) => ({ rule: "SYNC-05", code: "OUT_OF_RANGE", pointer })),
    });
  });
});
