import { expect, test } from "vitest";
import { gather } from "./gather.ts";

test("what is asked while one round runs is answered together by the next", async () => {
  const rounds: number[][] = [];
  const ask = gather((numbers: readonly number[]) => {
    rounds.push([...numbers]);
    return Promise.resolve(numbers.map((number) => number * 2));
  }, 3);
  await expect(Promise.all([1, 2, 3, 4, 5].map(ask))).resolves.toEqual([2, 4, 6, 8, 10]);
  expect(rounds).toEqual([[1], [2, 3, 4], [5]]);
  await expect(ask(6)).resolves.toBe(12);
});

test("a round that fails fails those who asked in it, and no other", async () => {
  let round = 0;
  const ask = gather((numbers: readonly number[]) => {
    round += 1;
    return round === 2 ? Promise.reject(new Error("away")) : Promise.resolve(numbers);
  }, 2);
  const settled = await Promise.allSettled([1, 2, 3, 4].map(ask));
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
});
