import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { dumpSchema } from "../src/db/schema-dump.ts";
import { asOwner, createTestDatabase } from "./database.ts";

test("migrations/schema.sql is what the migrations make; else run: npm run schema -w @arrimage/api", async () => {
  const database = await createTestDatabase();
  try {
    const written = await readFile(new URL("../../migrations/schema.sql", import.meta.url), "utf8");
    expect(await asOwner(database.url, dumpSchema)).toBe(written.replaceAll("\r\n", "\n"));
  } finally {
    await database.drop();
  }
});
