import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClinicActor } from "./actor.ts";
import {
  isOverbooked,
  linkAttention,
  overbookedWarnings,
  reasonOf,
  tellOverlaps,
  whenEnded,
  whenGone,
} from "./attention.ts";
import type { AppointmentKind, Ended } from "./attention.ts";

const at = (text: string) => Date.parse(text);
/** Minutes of an hour, `[from, to)`. */
const time = (from: number, to: number) => ({ startAt: from * 60_000, endAt: to * 60_000 });

describe("a double booking", () => {
  const own = time(10, 20);
  test.each([
    ["SYNC-18 alone", [own], 1, false],
    ["SYNC-18 another at the same time", [own, time(10, 20)], 1, true],
    ["SYNC-18 one that ends as it starts", [own, time(0, 10)], 1, false],
    ["SYNC-18 one that starts as it ends", [own, time(20, 30)], 1, false],
    ["SYNC-18 one that ends a moment after it starts", [own, time(0, 11)], 1, true],
    ["SYNC-18 one that starts a moment before it ends", [own, time(19, 30)], 1, true],
    ["SYNC-18 one around it", [own, time(0, 60)], 1, true],
    ["SYNC-18 one within it", [own, time(12, 14)], 1, true],
    ["SYNC-18 two seats, two at once", [own, time(10, 20)], 2, false],
    ["SYNC-18 two seats, three at once", [own, time(10, 20), time(15, 25)], 2, true],
    ["SYNC-18 two seats, two beside it one after the other", [own, time(5, 15), time(15, 25)], 2, false],
    ["SYNC-18 two seats, two that overlap each other before it starts", [own, time(0, 10), time(0, 15)], 2, false],
    ["SYNC-18 three that overlap each other, but not during it", [own, time(0, 9), time(0, 9), time(0, 9)], 2, false],
  ])("%s", (_title, active, capacity, expected) => {
    expect(isOverbooked(own, active, capacity)).toBe(expected);
  });

  test("SYNC-16 warns whoever pushes it", () => {
    expect(overbookedWarnings(own, [own], 1)).toEqual([]);
    expect(overbookedWarnings(own, [own, time(15, 25)], 1)).toEqual([
      { rule: "SYNC-16", code: "OVERLAPS_APPOINTMENT", pointer: "/startAt" },
    ]);
  });

  test("SYNC-18 as counting every minute would find it", () => {
    const interval = fc
      .tuple(fc.nat(30), fc.integer({ min: 1, max: 15 }))
      .map(([from, for_]) => time(from, from + for_));
    fc.assert(
      fc.property(
        fc.array(interval, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        (active, capacity) => {
          for (const each of active) {
            let most = 0;
            for (let now = each.startAt; now < each.endAt; now += 60_000)
              most = Math.max(most, active.filter(({ startAt, endAt }) => startAt <= now && now < endAt).length);
            expect(isOverbooked(each, active, capacity)).toBe(most > capacity);
          }
        },
      ),
    );
  });
});

describe("when it has ended", () => {
  const deletedAt = at("2027-03-03T15:00:00Z");
  test.each([
    ["EMP-18 nobody leaves", { departureDate: null, deletedAt: null }, null],
    [
      "EMP-19 the day after the last one begins at the place's midnight",
      { departureDate: "2027-03-13", deletedAt: null },
      { from: at("2027-03-14T00:00:00-04:00"), rule: "EMP-19" },
    ],
    ["EMP-21 a deleted record at once", { departureDate: null, deletedAt }, { from: deletedAt, rule: "EMP-21" }],
    ["EMP-21 whatever its last day", { departureDate: "2027-12-31", deletedAt }, { from: deletedAt, rule: "EMP-21" }],
  ])("%s", (_title, professional, expected) => {
    expect(whenGone(professional, "America/Halifax")).toEqual(expected);
  });

  test("PLACE-07 a place the day after its last", () => {
    const [timeZone, other] = ["America/Toronto", "America/Halifax"] as const;
    expect(whenEnded({ endDate: null, timeZone })).toBeNull();
    const ended = (zone: typeof timeZone | typeof other) => whenEnded({ endDate: "2027-03-31", timeZone: zone });
    expect(ended(timeZone)).toEqual({ from: at("2027-04-01T00:00:00-04:00"), rule: "PLACE-07" });
    expect(ended(other)).toEqual({ from: at("2027-04-01T00:00:00-03:00"), rule: "PLACE-07" });
  });
});

describe("what an appointment is listed for", () => {
  const now = at("2027-03-01T12:00:00Z");
  const past: Ended = { from: now, rule: "EMP-21" };
  const future: Ended = { from: now + 1, rule: "PLACE-07" };
  test.each<[string, AppointmentKind, string, number | null]>([
    ["SYNC-18 a double booking", "doubleBooking", "SYNC-18", null],
    ["EMP-16 not at a work place any more", "notAtWorkPlace", "EMP-16", null],
    ["EMP-21 somebody who is gone, since then", "professionalLeft", "EMP-21", now],
    ["PLACE-07 a place that is to end", "placeEnded", "PLACE-07", null],
    ["SYNC-52 what its software does not take, since it said so", "agendaRejected", "SYNC-52", now - 1],
    ["SYNC-52 what its software has not answered", "agendaTimedOut", "SYNC-52", now - 1],
  ])("%s", (_title, kind, rule, since) => {
    expect(reasonOf(kind, { gone: past, ended: future, agenda: { since: now - 1 } }, now)).toEqual({ rule, since });
  });

  test.each(["professionalLeft", "placeEnded"] as const)("%s is not listed for nothing", (kind) => {
    const facts =
      kind === "placeEnded" ? { gone: past, ended: null, agenda: null } : { gone: null, ended: past, agenda: null };
    expect(() => reasonOf(kind, facts, now)).toThrow("what has not ended is not listed for it");
  });
});

describe("the link", () => {
  const since = at("2027-03-01T14:00:00Z");
  test.each([
    ["SYNC-17 is not listed while it is live", "live", null],
    ["SYNC-17, SYNC-03 late", "late", { kind: "agendaLate", rule: "SYNC-03", since }],
    ["SYNC-17, SYNC-13 stale", "stale", { kind: "agendaStale", rule: "SYNC-13", since }],
  ] as const)("%s", (_title, state, expected) => {
    expect(linkAttention({ state, since, asOf: 1, lateAt: 2, staleAt: 3 })).toEqual(expected);
  });
});

describe("what overlaps", () => {
  const machine: ClinicActor = {
    kind: "machine",
    machineId: "mch_1",
    vendorId: "vnd_1",
    name: "",
    scopes: [],
    links: [{ establishmentId: "est_1", placeId: "plc_a", servicesManagedBy: "staff" }],
  };
  const agenda = { establishmentId: "est_1", professionalId: "pro_1" };
  const here = { appointmentId: "apt_1", placeId: "plc_a" };
  const elsewhere = { appointmentId: "apt_2", placeId: "plc_b" };

  test.each([
    ["SYNC-19 what the reader may read by its id", [here], { appointmentIds: ["apt_1"], busyElsewhere: false }],
    ["SYNC-15 what is elsewhere without one", [elsewhere], { appointmentIds: [], busyElsewhere: true }],
    ["SYNC-15 both", [elsewhere, here], { appointmentIds: ["apt_1"], busyElsewhere: true }],
    ["SYNC-15 nothing", [], { appointmentIds: [], busyElsewhere: false }],
  ])("%s", (_title, overlapping, expected) => {
    expect(tellOverlaps(machine, agenda, overlapping)).toEqual(expected);
  });

  test("SYNC-15 of another establishment's agenda nothing is told by its id", () => {
    expect(tellOverlaps(machine, { ...agenda, establishmentId: "est_2" }, [here])).toEqual({
      appointmentIds: [],
      busyElsewhere: true,
    });
  });
});
