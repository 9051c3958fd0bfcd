import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { openQueue, prepareQueue } from "./queue.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database.drop());

test("processes that start at once prepare it, each without a failure, and it serves", async () => {
  for (let round = 0; round < 5; round++)
    await Promise.all(Array.from({ length: 8 }, () => prepareQueue(database.url)));
  const failures: unknown[] = [];
  const queue = await openQueue(database.url, (error) => failures.push(error));
  expect(await queue.take(1)).toEqual([]);
  await queue.close();
  expect(failures).toEqual([]);
});
