import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import postgres from "postgres";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { asOwner, databaseUrl, dropDatabase } from "../../test/database.ts";
import { connect } from "./connection.ts";
import { migrate } from "./migrate.ts";

let folder: string;
let name: string;
let sql: postgres.Sql;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-migrations-"));
  name = `arrimage_test_migrate_${randomBytes(4).toString("hex")}`;
  await asOwner(inject("clusterUrl"), (owner) => owner`CREATE DATABASE ${owner(name)}`);
  sql = postgres(databaseUrl(inject("clusterUrl"), name), { max: 2, fetch_types: false, onnotice: () => undefined });
});

afterEach(async () => {
  await sql.end();
  await asOwner(inject("clusterUrl"), (owner) => dropDatabase(owner, name));
  await rm(folder, { recursive: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
}

async function trace(): Promise<number[]> {
  const rows = await sql<{ n: number }[]>`SELECT n FROM trace ORDER BY at`;
  return rows.map(({ n }) => n);
}

const TRACE = "CREATE TABLE trace (at int GENERATED ALWAYS AS IDENTITY, n int);";

test("applies what is missing, in order and once; schema.sql is none of it", async () => {
  await write({
    "0002_more.sql": "INSERT INTO trace (n) VALUES (2); INSERT INTO trace (n) VALUES (3);",
    "0001_first.sql": `${TRACE} INSERT INTO trace (n) VALUES (1);`,
    "schema.sql": "this is not SQL",
  });
  expect(await migrate(sql, { folder })).toEqual({ applied: ["0001_first.sql", "0002_more.sql"] });
  expect(await migrate(sql, { folder: pathToFileURL(`${folder}/`) })).toEqual({ applied: [] });
  await write({ "0003_last.sql": "INSERT INTO trace (n) VALUES (4);" });
  expect(await migrate(sql, { folder })).toEqual({ applied: ["0003_last.sql"] });
  expect(await trace()).toEqual([1, 2, 3, 4]);
});

test("a migration that fails leaves nothing of itself, keeps those before it, and can be mended", async () => {
  await write({
    "0001_first.sql": TRACE,
    "0002_bad.sql": "INSERT INTO trace (n) VALUES (1); SELECT 1 / 0;",
    "0003_next.sql": "INSERT INTO trace (n) VALUES (2);",
  });
  await expect(migrate(sql, { folder })).rejects.toMatchObject({ code: "22012" });
  expect(await trace()).toEqual([]);
  await write({ "0002_bad.sql": "INSERT INTO trace (n) VALUES (1);" });
  expect(await migrate(sql, { folder })).toEqual({ applied: ["0002_bad.sql", "0003_next.sql"] });
  expect(await trace()).toEqual([1, 2]);
});

test("refuses an applied file that changed or disappeared, whatever its line ends", async () => {
  await write({ "0001_first.sql": TRACE, "0002_more.sql": "SELECT 1;\nSELECT 2;\n", "0003_last.sql": "SELECT 3;" });
  await migrate(sql, { folder });
  await write({ "0002_more.sql": "SELECT 1;\r\nSELECT 2;\r\n" });
  expect(await migrate(sql, { folder })).toEqual({ applied: [] });
  await write({ "0002_more.sql": "SELECT 1;\nSELECT 3;\n" });
  await expect(migrate(sql, { folder })).rejects.toMatchObject({ code: "MIGRATION_REFUSED" });
  await expect(migrate(sql, { folder })).rejects.toThrow("0002_more.sql was changed");

  await rm(join(folder, "0002_more.sql"));
  await rm(join(folder, "0003_last.sql"));
  await write({ "0002_other.sql": "SELECT 1;" });
  await expect(migrate(sql, { folder })).rejects.toThrow("0002_more.sql was applied to this database and is no longer");
});

test("refuses files that are misnamed, miscounted, or end their transaction; and an empty folder", async () => {
  await expect(migrate(sql, { folder })).rejects.toThrow("No migrations in");
  await write({ "0001_first.sql": TRACE, "0003_third.sql": "SELECT 1;" });
  await expect(migrate(sql, { folder })).rejects.toThrow("0003_third.sql: migrations are named");
  await rm(join(folder, "0003_third.sql"));
  await write({ "2_second.sql": "SELECT 1;" });
  await expect(migrate(sql, { folder })).rejects.toThrow("2_second.sql: migrations are named");
  await rm(join(folder, "2_second.sql"));
  await write({ "0002_commits.sql": "INSERT INTO trace (n) VALUES (1); COMMIT; INSERT INTO trace (n) VALUES (2);" });
  await expect(migrate(sql, { folder })).rejects.toThrow("0002_commits.sql ends its transaction itself");
});

test("a hub older than the database starts", async () => {
  await write({ "0001_first.sql": TRACE, "0002_newer.sql": "SELECT 1;" });
  await migrate(sql, { folder });
  await rm(join(folder, "0002_newer.sql"));
  expect(await migrate(sql, { folder })).toEqual({ applied: [] });
});

test("several processes at once apply each migration once, also when one takes longer than a hub waits", async () => {
  await write({
    "0001_first.sql": `${TRACE} SELECT pg_sleep(1);`,
    "0002_more.sql": "INSERT INTO trace (n) VALUES (1);",
    "0003_last.sql": "INSERT INTO trace (n) VALUES (2);",
  });
  // As the hub connects, but more impatient than its migrations last.
  const hubs = [1, 2, 3, 4].map(() => connect(databaseUrl(inject("clusterUrl"), name), { max: 2 }));
  for (const hub of hubs)
    await hub`SELECT set_config('lock_timeout', '200', false), set_config('statement_timeout', '500', false)`;
  const results = await Promise.all(hubs.map((hub) => migrate(hub, { folder })));
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual([
    "0001_first.sql",
    "0002_more.sql",
    "0003_last.sql",
  ]);
  expect(await trace()).toEqual([1, 2]);
  for (const hub of hubs) await hub.end();
});

test("what a migration sets colours neither the next one nor the connection", async () => {
  await write({
    "0001_first.sql": `CREATE SCHEMA elsewhere; SET search_path = elsewhere;`,
    "0002_more.sql": TRACE,
  });
  await migrate(sql, { folder });
  const [row] =
    await sql`SELECT to_regclass('public.trace') IS NOT NULL AS there, current_setting('search_path') AS path`;
  expect(row).toEqual({ there: true, path: '"$user", public' });
});
