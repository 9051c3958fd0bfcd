import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideAvailabilityRemoval } from "./availability-removal.ts";
import type { Interval, RemovalWish } from "./availability-removal.ts";
import { startsOf } from "./opening.ts";
import { minuteMs, overlaps } from "./time.ts";

const at = (time: string) => Date.parse(`2027-03-09T${time}:00-05:00`);
const now = at("07:00");
const slot: Interval = { startAt: at("08:00"), endAt: at("12:00") };
const between = (from: string, to: string): Interval => ({ startAt: at(from), endAt: at(to) });

function broken(wish: RemovalWish, when = now, of = slot): string[] {
  const decision = decideAvailabilityRemoval(of, wish, when);
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

function removed(wish: RemovalWish, when = now, of = slot) {
  const decision = decideAvailabilityRemoval(of, wish, when);
  if (!decision.ok) throw new Error(decision.violations.map(({ rule, code }) => `${rule} ${code}`).join());
  return decision.value;
}

describe("what remains", () => {
  test.each<[title: string, wish: RemovalWish, outcome: string, remaining: Interval[]]>([
    ["SLOT-61 SLOT-64 nothing of the whole slot", {}, "deleted", []],
    ["SLOT-64 nothing between its own bounds", { from: at("08:00"), to: at("12:00") }, "deleted", []],
    ["SLOT-61 SLOT-64 the end, without `from`", { to: at("09:00") }, "shortened", [between("09:00", "12:00")]],
    ["SLOT-61 SLOT-64 the beginning, without `to`", { from: at("11:30") }, "shortened", [between("08:00", "11:30")]],
    [
      "SLOT-65 both sides of a middle",
      { from: at("09:00"), to: at("10:30") },
      "split",
      [between("08:00", "09:00"), between("10:30", "12:00")],
    ],
    [
      "SLOT-61 both sides of the selected appointment",
      { appointment: between("09:00", "09:20") },
      "split",
      [between("08:00", "09:00"), between("09:20", "12:00")],
    ],
    [
      "SLOT-61 of an appointment that lasts longer than its slot, what comes before",
      { appointment: between("11:40", "12:20") },
      "shortened",
      [between("08:00", "11:40")],
    ],
    [
      "SLOT-61 a time that is given counts for the appointment's",
      { appointment: between("09:00", "09:20"), from: at("08:30") },
      "split",
      [between("08:00", "08:30"), between("09:20", "12:00")],
    ],
    [
      "SLOT-61 at its other end too",
      { appointment: between("09:00", "09:20"), to: at("12:00") },
      "shortened",
      [between("08:00", "09:00")],
    ],
  ])("%s", (_title, wish, outcome, remaining) => {
    expect(removed(wish)).toEqual({ outcome, remaining });
  });

  test("SLOT-65 to the millisecond", () => {
    const wish = { from: slot.startAt + 1, to: slot.endAt - 1 };
    expect(removed(wish).remaining).toEqual([
      { startAt: slot.startAt, endAt: slot.startAt + 1 },
      { startAt: slot.endAt - 1, endAt: slot.endAt },
    ]);
  });
});

describe("the past", () => {
  const underWay = at("09:00");
  test.each<[title: string, wish: RemovalWish, when: number, found: string[]]>([
    ["SLOT-62 from the present on", { from: underWay, to: at("10:00") }, underWay, []],
    [
      "SLOT-62 from a moment ago",
      { from: underWay - 1, to: at("10:00") },
      underWay,
      ["SLOT-62 AVAILABILITY_IN_PAST /from"],
    ],
    [
      "SLOT-62 both in the past, each at its field",
      { from: at("08:10"), to: at("08:50") },
      underWay,
      ["SLOT-62 AVAILABILITY_IN_PAST /from", "SLOT-62 AVAILABILITY_IN_PAST /to"],
    ],
    [
      "SLOT-62 up to the present: only what has passed",
      { from: at("08:30"), to: underWay },
      underWay,
      ["SLOT-62 AVAILABILITY_IN_PAST /from"],
    ],
    ["SLOT-63 under way, without saying from when", {}, underWay, ["SLOT-63 AVAILABILITY_IN_PAST /from"]],
    ["SLOT-63 when it ends this moment", {}, slot.endAt, ["SLOT-63 AVAILABILITY_IN_PAST /from"]],
    ["SLOT-63 under way, from the present on", { from: underWay }, underWay, []],
    ["SLOT-63 when it begins this moment", {}, slot.startAt, []],
    [
      "SLOT-63 an appointment that has begun",
      { appointment: between("08:50", "09:10") },
      underWay,
      ["SLOT-63 AVAILABILITY_IN_PAST /from"],
    ],
    [
      "SLOT-62 a slot that has ended, whole",
      {},
      slot.endAt + 1,
      ["SLOT-62 AVAILABILITY_IN_PAST /from", "SLOT-62 AVAILABILITY_IN_PAST /to"],
    ],
  ])("%s", (_title, wish, when, found) => {
    expect(broken(wish, when)).toEqual(found);
  });
});

describe("the bounds", () => {
  const [from, to] = ["AvailabilityRemoval.from OUT_OF_RANGE /from", "AvailabilityRemoval.to OUT_OF_RANGE /to"];
  test.each<[title: string, wish: RemovalWish, found: string[]]>([
    ["SLOT-61 before the slot", { from: at("08:00") - 1 }, [from]],
    ["SLOT-61 from its end on", { from: at("12:00") }, [from]],
    ["SLOT-61 just before its end", { from: at("12:00") - 1 }, []],
    ["SLOT-61 after the slot", { to: at("12:00") + 1 }, [to]],
    ["SLOT-61 up to its start", { to: at("08:00") }, [to]],
    ["SLOT-61 just after its start", { to: at("08:00") + 1 }, []],
    ["SLOT-61 around the slot", { from: at("07:30"), to: at("12:30") }, [from, to]],
    [
      "SLOT-61 the end at the start",
      { from: at("09:00"), to: at("09:00") },
      ["AvailabilityRemoval.to INVALID_INTERVAL /to"],
    ],
    [
      "SLOT-61 the end before the start",
      { from: at("10:00"), to: at("09:00") },
      ["AvailabilityRemoval.to INVALID_INTERVAL /to"],
    ],
    [
      "SLOT-61 the end before the appointment's start",
      { appointment: between("10:00", "10:20"), to: at("09:00") },
      ["AvailabilityRemoval.to INVALID_INTERVAL /to"],
    ],
  ])("%s", (_title, wish, found) => {
    expect(broken(wish)).toEqual(found);
  });
});

describe("splitting a slot never loses or invents time or openings", () => {
  const minutes = { slot: fc.integer({ min: 2, max: 300 }), service: fc.integer({ min: 5, max: 60 }) };
  const scene = fc
    .record({ length: minutes.slot, durationMinutes: minutes.service, ends: fc.tuple(fc.nat(), fc.nat()) })
    .map(({ length, durationMinutes, ends }) => {
      // Two different minutes of the slot, its bounds included.
      const first = ends[0] % (length + 1);
      const second = (first + 1 + (ends[1] % length)) % (length + 1);
      const [start, end] = [Math.min(first, second), Math.max(first, second)];
      return {
        durationMinutes,
        slot: { startAt: slot.startAt, endAt: slot.startAt + length * minuteMs },
        cut: { startAt: slot.startAt + start * minuteMs, endAt: slot.startAt + end * minuteMs },
      };
    });
  const openings = (piece: Interval, durationMinutes: number): Interval[] =>
    startsOf({ ...piece, durationMinutes }).map((startAt) => ({
      startAt,
      endAt: startAt + durationMinutes * minuteMs,
    }));
  const lengthOf = ({ startAt, endAt }: Interval) => endAt - startAt;

  test("SLOT-64 SLOT-65 the pieces and the cut are the slot, without a gap or an overlap", () => {
    fc.assert(
      fc.property(scene, ({ slot, cut }) => {
        const { outcome, remaining } = removed({ from: cut.startAt, to: cut.endAt }, slot.startAt, slot);
        const parts = [...remaining, cut].sort((a, b) => a.startAt - b.startAt);
        expect(parts[0]?.startAt).toBe(slot.startAt);
        expect(parts.at(-1)?.endAt).toBe(slot.endAt);
        for (const [index, part] of parts.entries()) {
          expect(lengthOf(part)).toBeGreaterThan(0);
          if (index > 0) expect(part.startAt).toBe(parts[index - 1]?.endAt);
        }
        expect(outcome).toBe(["deleted", "shortened", "split"][remaining.length]);
      }),
    );
  });

  test("SLOT-31 SLOT-65 openings of the pieces lie in them, outside the cut, as many as fit", () => {
    fc.assert(
      fc.property(scene, ({ slot, cut, durationMinutes }) => {
        const { remaining } = removed({ from: cut.startAt, to: cut.endAt }, slot.startAt, slot);
        for (const piece of remaining) {
          const found = openings(piece, durationMinutes);
          expect(found).toHaveLength(Math.floor(lengthOf(piece) / (durationMinutes * minuteMs)));
          for (const opening of found) {
            expect(opening.startAt).toBeGreaterThanOrEqual(piece.startAt);
            expect(opening.endAt).toBeLessThanOrEqual(piece.endAt);
            expect(overlaps(opening, cut)).toBe(false);
          }
        }
      }),
    );
  });

  test("SLOT-31 SLOT-65 a cut on the slot's own steps takes the openings it overlaps and leaves the others as they are", () => {
    fc.assert(
      fc.property(scene, fc.nat(), fc.nat(), ({ slot, durationMinutes }, first, second) => {
        const step = durationMinutes * minuteMs;
        const steps = Math.floor(lengthOf(slot) / step);
        fc.pre(steps > 0);
        const [from, length] = [first % steps, 1 + (second % (steps - (first % steps)))];
        const cut = { startAt: slot.startAt + from * step, endAt: slot.startAt + (from + length) * step };
        const { remaining } = removed({ from: cut.startAt, to: cut.endAt }, slot.startAt, slot);
        expect(remaining.flatMap((piece) => openings(piece, durationMinutes))).toEqual(
          openings(slot, durationMinutes).filter((opening) => !overlaps(opening, cut)),
        );
      }),
    );
  });
});
