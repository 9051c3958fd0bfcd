import fc from "fast-check";
import { expect, test } from "vitest";
import { lowestFreeSeat } from "./seat.ts";
import { overlaps } from "./time.ts";

const at = (startAt: number, endAt: number, seat = 1) => ({ startAt, endAt, seat });

test.each([
  ["nothing taken", [], 1],
  ["APPT-08 beside the one that starts with it", [at(10, 20)], 2],
  ["APPT-08 beside one that overlaps its end", [at(15, 25)], 2],
  ["the seat between two others", [at(10, 20, 1), at(10, 20, 3)], 2],
  ["the seat that was freed, below an overbooking", [at(10, 20, 2)], 1],
  ["what ends as it starts is no obstacle", [at(0, 10)], 1],
  ["what starts as it ends is no obstacle", [at(20, 30)], 1],
])("%s", (_title, taken, expected) => {
  expect(lowestFreeSeat(taken, { startAt: 10, endAt: 20 })).toBe(expected);
});

test("APPT-09 two appointments at one time never share a seat, whatever the order they come in", () => {
  const times = fc.array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 20 })), { maxLength: 25 });
  fc.assert(
    fc.property(times, (wanted) => {
      const taken: { startAt: number; endAt: number; seat: number }[] = [];
      for (const [startAt, length] of wanted) {
        const time = { startAt, endAt: startAt + length };
        taken.push({ ...time, seat: lowestFreeSeat(taken, time) });
      }
      for (const [index, a] of taken.entries())
        for (const b of taken.slice(index + 1)) expect(a.seat === b.seat && overlaps(a, b)).toBe(false);
    }),
  );
});
