import { describe, expect, test } from "vitest";
import {
  decideHealth,
  decideNext,
  healthy,
  isBroken,
  mostAtOnce,
  mostAttempts,
  orderKeysOf,
  retryDelaysMs,
} from "./webhook-delivery.ts";
import type { AttemptResult, Health } from "./webhook-delivery.ts";

const now = Date.parse("2027-03-08T14:00:00Z");
const answered = (status: number, retryAfterMs: number | null = null): AttemptResult => ({
  kind: "answered",
  status,
  retryAfterMs,
});
const silent: AttemptResult = { kind: "unanswered", reason: "timeout" };
const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const day = 24 * hour;

describe("the next attempt", () => {
  test.each([200, 201, 204, 299])("SYNC-65 %d delivers", (status) => {
    expect(decideNext(answered(status), 1, now, 0.5)).toEqual({ kind: "delivered" });
  });

  test.each([100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 410, 422, 429, 500, 503])(
    "SYNC-65 %d does not",
    (status) => {
      expect(decideNext(answered(status), 1, now, 0.5)).toEqual({ kind: "retry", dueAt: now + 5 * second });
    },
  );

  test.each([
    [1, 5 * second],
    [2, 5 * minute],
    [3, 30 * minute],
    [4, 2 * hour],
    [5, 5 * hour],
    [6, 10 * hour],
    [7, 14 * hour],
    [8, 20 * hour],
    [9, 24 * hour],
  ])("SYNC-63 after attempt %d, %d ms later, 20 %% more or less", (attempts, delay) => {
    const due = (random: number) => decideNext(silent, attempts, now, random);
    expect(due(0.5)).toEqual({ kind: "retry", dueAt: now + delay });
    expect(due(0)).toEqual({ kind: "retry", dueAt: now + Math.round(delay * 0.8) });
    expect(due(0.999_999_999_9)).toEqual({ kind: "retry", dueAt: now + Math.round(delay * 1.2) });
  });

  test("SYNC-63 after the tenth it is given up: three days and some hours in all", () => {
    expect(decideNext(silent, mostAttempts, now, 0.5)).toEqual({ kind: "failed" });
    expect(mostAttempts).toBe(10);
    expect(retryDelaysMs.reduce((sum, delay) => sum + delay)).toBe(75 * hour + 35 * minute + 5 * second);
  });

  test("SYNC-64 not before a Retry-After, a day at most; a shorter one changes nothing", () => {
    const due = (retryAfterMs: number, attempts = 1) => decideNext(answered(503, retryAfterMs), attempts, now, 0.5);
    expect(due(10 * minute)).toEqual({ kind: "retry", dueAt: now + 10 * minute });
    expect(due(second)).toEqual({ kind: "retry", dueAt: now + 5 * second });
    expect(due(-second)).toEqual({ kind: "retry", dueAt: now + 5 * second });
    expect(due(30 * day)).toEqual({ kind: "retry", dueAt: now + day });
    expect(due(day, 10)).toEqual({ kind: "failed" });
  });
});

describe("how an endpoint fares", () => {
  const failing = (failures: number, since = now, resumeAt: number | null = null): Health => ({
    failures,
    failingSince: since,
    resumeAt,
  });
  const enabled = (health: Health) => ({ kind: "enabled", health });

  test("SYNC-66 a success makes it whole again, whatever was before", () => {
    expect(decideHealth(answered(204), failing(30, now - day, now), now)).toEqual(enabled(healthy));
  });

  test("SYNC-66 failures are counted from the first; from the tenth on there are pauses, which double up to five minutes", () => {
    expect(decideHealth(silent, healthy, now)).toEqual(enabled(failing(1)));
    expect(decideHealth(answered(500), failing(8, now - hour), now)).toEqual(enabled(failing(9, now - hour)));
    for (const [failures, pause] of [
      [9, 5 * second],
      [10, 10 * second],
      [14, 160 * second],
      [15, 5 * minute],
      [90, 5 * minute],
    ] as const)
      expect(decideHealth(silent, failing(failures, now - hour), now)).toEqual(
        enabled(failing(failures + 1, now - hour, now + pause)),
      );
  });

  test("SYNC-66 a failure shortens no pause that is longer", () => {
    const health = failing(10, now - hour, now + hour);
    expect(decideHealth(silent, health, now)).toEqual(enabled(failing(11, now - hour, now + hour)));
  });

  test("SYNC-66, SYNC-67 ten failures in a row leave one at a time of twenty", () => {
    expect([healthy, failing(9), failing(10), failing(11)].map(mostAtOnce)).toEqual([20, 20, 1, 1]);
    expect([healthy, failing(9), failing(10)].map(isBroken)).toEqual([false, false, true]);
  });

  test("SYNC-66 three days without a success disable it, ten failures at least", () => {
    expect(decideHealth(silent, failing(20, now - 3 * day), now)).toEqual({ kind: "disabled", reason: "failing" });
    expect(decideHealth(silent, failing(20, now - 3 * day + 1), now)).toMatchObject({ kind: "enabled" });
    expect(decideHealth(silent, failing(9, now - 3 * day), now)).toEqual({ kind: "disabled", reason: "failing" });
    expect(decideHealth(silent, failing(8, now - 30 * day), now)).toMatchObject({ kind: "enabled" });
    expect(decideHealth(answered(429), failing(20, now - 3 * day), now)).toEqual({
      kind: "disabled",
      reason: "failing",
    });
  });

  test("SYNC-65 410 disables it at once", () => {
    expect(decideHealth(answered(410), healthy, now)).toEqual({ kind: "disabled", reason: "gone" });
  });

  test("SYNC-64 429 and 503 with a Retry-After hold back all of it; 429 is no failure of the endpoint", () => {
    expect(decideHealth(answered(429, minute), healthy, now)).toEqual(enabled({ ...healthy, resumeAt: now + minute }));
    expect(decideHealth(answered(503, minute), healthy, now)).toEqual(enabled(failing(1, now, now + minute)));
    expect(decideHealth(answered(503, minute), failing(1, now, now + hour), now)).toEqual(
      enabled(failing(2, now, now + hour)),
    );
    expect(decideHealth(answered(429), healthy, now)).toEqual(enabled(healthy));
    expect(decideHealth(answered(500, minute), healthy, now)).toEqual(enabled(failing(1)));
  });
});

describe("what waits for what", () => {
  const change = { establishmentId: "est_1", objectType: "appointment", objectId: "apt_1", professionalId: "pro_1" };

  test("SYNC-62 a change belongs to the agendas of its places and to its object", () => {
    expect(orderKeysOf({ ...change, placeIds: ["plc_1", "plc_2"] })).toEqual([
      "est_1/pro_1/plc_1",
      "est_1/pro_1/plc_2",
      "est_1/appointment/apt_1",
    ]);
    expect(orderKeysOf({ ...change, professionalId: null, placeIds: ["plc_1"] })).toEqual(["est_1/appointment/apt_1"]);
  });
});
