import { describe, expect, test } from "vitest";
import { createFreshCache } from "./fresh-cache.ts";

/** A cache over a source that counts its reads and answers when it is told. */
function setUp() {
  const world = {
    wall: 1_000,
    reads: 0,
    answers: [] as { resolve(value: string): void; reject(error: Error): void }[],
  };
  const cache = createFreshCache(
    () => {
      world.reads += 1;
      return new Promise<string>((resolve, reject) => world.answers.push({ resolve, reject }));
    },
    () => world.wall,
    500,
  );
  return { world, cache };
}

describe("facts that may be half a second old", () => {
  test("are read once for all who ask at the same time", async () => {
    const { world, cache } = setUp();
    const asked = [cache.get("a"), cache.get("a"), cache.get("a")];
    world.answers[0]?.resolve("fact");
    expect(await Promise.all(asked)).toEqual(["fact", "fact", "fact"]);
    expect(world.reads).toBe(1);
  });

  test("are read apart for each key", () => {
    const { world, cache } = setUp();
    void cache.get("a");
    void cache.get("b");
    expect(world.reads).toBe(2);
  });

  test.each([
    [499, 1],
    [500, 2],
    [-1, 2],
  ])("%i ms after a read began, reads: %i", async (later, reads) => {
    const { world, cache } = setUp();
    const first = cache.get("a");
    world.answers[0]?.resolve("fact");
    await first;
    world.wall += later;
    void cache.get("a");
    expect(world.reads).toBe(reads);
  });

  test("age from the beginning of a read, however long it takes", () => {
    const { world, cache } = setUp();
    void cache.get("a");
    world.wall += 500;
    void cache.get("a");
    expect(world.reads).toBe(2);
  });

  test("are not remembered when the read failed", async () => {
    const { world, cache } = setUp();
    const failed = cache.get("a");
    world.answers[0]?.reject(new Error("the database was away"));
    await expect(failed).rejects.toThrow("away");
    const again = cache.get("a");
    world.answers[1]?.resolve("fact");
    expect(await again).toBe("fact");
  });

  test("are forgotten when told, reads in flight included", async () => {
    const { world, cache } = setUp();
    const old = cache.get("a");
    cache.clear();
    const next = cache.get("a");
    world.answers[0]?.resolve("before");
    world.answers[1]?.resolve("after");
    expect([await old, await next, await cache.get("a")]).toEqual(["before", "after", "after"]);
  });
});
