import { dice } from "../dice.ts";

export type Draw = ReturnType<typeof createDraw>;

const day = 86_400_000;
const firstMorning = Date.parse("2027-03-04T08:00:00-05:00");

/** What is drawn, the same for the same seed. Days from the 4th to the 20th of March, over the clock change. */
export function createDraw(seed: number) {
  const roll = dice(seed);
  const whole = (from: number, to: number) => from + Math.floor(roll() * (to - from + 1));
  const chance = (probability: number) => roll() < probability;
  function one<T>(list: readonly T[]): T {
    const drawn = list[Math.floor(roll() * list.length)];
    if (drawn === undefined) throw new Error("there is nothing to draw from");
    return drawn;
  }
  function weighted<T>(list: readonly (readonly [weight: number, what: T])[]): T {
    let left = roll() * list.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, what] of list) {
      left -= weight;
      if (left < 0) return what;
    }
    return one(list)[1];
  }
  /** The start of a slot, and of an appointment. */
  const morning = () => firstMorning + whole(0, 16) * day + whole(0, 5) * 3_600_000;
  const quarter = () => firstMorning + whole(0, 16) * day + whole(0, 31) * 900_000;
  return { whole, chance, one, weighted, morning, quarter };
}
