import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFree, openingState, openingsOf, startsOf } from "./opening.ts";
import type { CompleteSlot } from "./opening.ts";

const minute = 60_000;
const nine = Date.parse("2027-03-08T14:00:00Z");

const slot: CompleteSlot = {
  slotId: "slt_1",
  startAt: nine,
  endAt: nine + 60 * minute,
  placeId: "plc_1",
  serviceType: "GEN",
  durationMinutes: 20,
  consultationReasons: ["allReasons"],
  visibility: "public",
  openFrom: null,
};

const minutesOf = (starts: readonly number[]) => starts.map((at) => (at - nine) / minute);

describe("starts", () => {
  test.each([
    ["the whole slot", 60, 20, [0, 20, 40]],
    ["a remainder that is too short", 59, 20, [0, 20]],
    ["one duration exactly", 20, 20, [0]],
    ["a slot shorter than its duration", 19, 20, []],
  ])("SLOT-31 %s", (_title, length, durationMinutes, expected) => {
    expect(minutesOf(startsOf({ startAt: nine, endAt: nine + length * minute, durationMinutes }))).toEqual(expected);
  });

  test("SLOT-31 the hour that the spring change skips is no time at all", () => {
    // 2027-03-14, Toronto: 01:30 EST to 03:30 EDT is one hour.
    const startAt = Date.parse("2027-03-14T01:30:00-05:00");
    const endAt = Date.parse("2027-03-14T03:30:00-04:00");
    expect(startsOf({ startAt, endAt, durationMinutes: 30 })).toHaveLength(2);
  });
});

describe("state", () => {
  const [a, b] = [nine + 1, nine + 2];
  test.each([
    ["nothing taken", 1, [], [], { busy: false, heldUntil: null }],
    ["the only seat", 1, [1], [], { busy: true, heldUntil: null }],
    ["HOLD-13 the only seat held", 1, [], [a], { busy: false, heldUntil: a }],
    ["two holds of one seat: the later counts", 1, [], [a, b], { busy: false, heldUntil: b }],
    ["an overbooking on seat 2 after seat 1 was freed", 1, [2], [], { busy: true, heldUntil: null }],
    ["a team with a seat left", 3, [1, 2], [], { busy: false, heldUntil: null }],
    ["a team's last seat held", 3, [1, 2], [a], { busy: false, heldUntil: a }],
    ["a team with two seats left and one held", 3, [1], [a], { busy: false, heldUntil: null }],
    ["a team with two seats left and both held: until the first ends", 3, [1], [b, a], { busy: false, heldUntil: a }],
    ["one seat by two appointments in a row is one seat", 2, [1, 1], [], { busy: false, heldUntil: null }],
  ])("%s", (_title, capacity, seats, expiries, expected) => {
    expect(openingState(capacity, seats, expiries)).toEqual(expected);
  });

  test("CASC-24 what nobody took or holds is free at any time", () => {
    expect([-1, 0, nine].map((now) => isFree({ busy: false, heldUntil: null }, now))).toEqual([true, true, true]);
  });

  test("HOLD-08 free again from the instant the hold ends", () => {
    const held = { busy: false, heldUntil: nine };
    expect([isFree(held, nine - 1), isFree(held, nine)]).toEqual([false, true]);
  });

  test("design 8: free exactly while seats taken and holds that run are fewer than the capacity", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 }),
        fc.integer({ min: 0, max: 6 }),
        (capacity, seats, expiries, now) => {
          const taken = new Set(seats).size + expiries.filter((at) => at > now).length;
          expect(isFree(openingState(capacity, seats, expiries), now)).toBe(taken < capacity);
        },
      ),
    );
  });
});

describe("openings of an agenda", () => {
  const at = (from: number, to: number) => ({ startAt: nine + from * minute, endAt: nine + to * minute });
  const state = (openings: ReturnType<typeof openingsOf>) => openings.map(({ busy, heldUntil }) => [busy, heldUntil]);

  test("an appointment that runs over two openings takes both; one that ends at a start leaves it", () => {
    const openings = openingsOf([slot], [{ ...at(10, 40), seat: 1 }], [], 1);
    expect(state(openings)).toEqual([
      [true, null],
      [true, null],
      [false, null],
    ]);
  });

  test("APPT-09 two appointments at once take two seats", () => {
    const both = [
      { ...at(0, 20), seat: 1 },
      { ...at(0, 20), seat: 2 },
    ];
    expect(state(openingsOf([slot], both, [], 2))).toEqual([
      [true, null],
      [false, null],
      [false, null],
    ]);
  });

  test("HOLD-13 a hold hides what it overlaps", () => {
    const openings = openingsOf([slot], [], [{ ...at(30, 50), expiresAt: nine }], 1);
    expect(state(openings)).toEqual([
      [false, null],
      [false, nine],
      [false, nine],
    ]);
  });

  test("SLOT-19 overlapping slots have each their own openings", () => {
    const openings = openingsOf([slot, { ...slot, slotId: "slt_2", durationMinutes: 30 }], [], [], 1);
    expect(openings.map(({ slotId }) => slotId)).toEqual(["slt_1", "slt_1", "slt_1", "slt_2", "slt_2"]);
  });

  test("an opening carries what its slot says", () => {
    const [first] = openingsOf([{ ...slot, openFrom: nine - 1 }], [], [], 1);
    expect(first).toEqual({
      slotId: "slt_1",
      ...at(0, 20),
      placeId: "plc_1",
      serviceType: "GEN",
      consultationReasons: ["allReasons"],
      visibility: "public",
      openFrom: nine - 1,
      busy: false,
      heldUntil: null,
    });
  });
});
