import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as tables from "../src/db/tables.ts";
import { asOwner, createTestDatabase } from "./database.ts";
import type { TestDatabase } from "./database.ts";

/** The Drizzle mirrors of db/tables.ts say exactly what the migrations made. */

const mirrors = Object.values(tables)
  .filter((exported) => is(exported, PgTable))
  .map((mirror) => getTableConfig(mirror));

let database: TestDatabase;
let columns: { table: string; name: string; type: string; notNull: boolean; generated: boolean }[];
beforeAll(async () => {
  database = await createTestDatabase();
  columns = await asOwner(
    database.url,
    (sql) => sql<typeof columns>`
      SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
        a.attnotnull AS "notNull", a.attgenerated <> '' AS generated
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`,
  );
});
afterAll(async () => database.drop());

test("there are mirrors to compare, and no table has two", () => {
  expect(mirrors.length).toBeGreaterThan(5);
  const names = mirrors.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

describe.each(mirrors)("$name", ({ name: table, columns: mirrored }) => {
  test("has the database's columns: names, types, what may be null and what is generated", () => {
    const said = mirrored.map((column) => ({
      name: column.name,
      type: column.getSQLType(),
      notNull: column.notNull,
      generated: column.generated !== undefined,
    }));
    const made = columns.filter((column) => column.table === table).map(({ table: _, ...column }) => column);
    expect(byName(said)).toEqual(byName(made));
  });
});

function byName<Column extends { name: string }>(list: readonly Column[]): Column[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}
