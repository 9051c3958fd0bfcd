import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { startThrowAwayPostgres } from "./launcher.ts";
import { ensureRoles, migrate } from "./migrate.ts";
import * as catalogue from "./schema-dump/catalogue.ts";
import type { OfTable } from "./schema-dump/catalogue.ts";

const HEADER = `-- The database as the migrations leave it: for reading, in alphabetical order, not for running.
-- Written by \`npm run schema -w @arrimage/api\`; a test fails when it is stale. Do not edit.`;

/** The schema of the connected database as text that depends on nothing else, the same on PostgreSQL 15 and 18. */
export async function dumpSchema(sql: postgres.Sql): Promise<string> {
  const dump = await sql.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", async (tx) => {
    // How PostgreSQL prints names and values must not depend on who asks.
    await tx`SET LOCAL search_path = public`;
    await tx`SET LOCAL quote_all_identifiers = off`;
    await tx`SET LOCAL DateStyle = 'ISO, YMD'`;
    await tx`SET LOCAL IntervalStyle = 'iso_8601'`;
    await tx`SET LOCAL TimeZone = 'UTC'`;
    return printed(tx);
  });
  return dump;
}

async function printed(tx: postgres.TransactionSql): Promise<string> {
  const unknown = await catalogue.unknown(tx);
  if (unknown.length > 0) throw new Error(`The schema dump does not know how to print: ${unknown.join(", ")}`);

  const { extensions, schemas, types, sequences, functions } = catalogue;
  const blocks = [HEADER];
  for (const ask of [extensions, schemas, types, sequences]) blocks.push((await ask(tx)).join("\n"));
  blocks.push(...(await functions(tx)));

  const inside: OfTable[] = [];
  for (const ask of [catalogue.columns, catalogue.constraints]) inside.push(...(await ask(tx)));
  const { indexes, statistics, triggers, rowSecurity, policies, tableGrants } = catalogue;
  const after: OfTable[] = [];
  for (const ask of [indexes, statistics, triggers, rowSecurity, policies, tableGrants]) after.push(...(await ask(tx)));
  for (const { table, line } of await catalogue.views(tx)) blocks.push([line, ...of(after, table)].join("\n"));
  for (const { table, head, tail } of await catalogue.tables(tx)) {
    const body = of(inside, table).map((line) => `  ${line}`);
    blocks.push([`${head} (\n${body.join(",\n")}\n)${tail};`, ...of(after, table)].join("\n"));
  }
  blocks.push((await catalogue.otherGrants(tx)).join("\n"));
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function of(lines: OfTable[], table: string): string[] {
  return lines.filter((one) => one.table === table).map(({ line }) => line);
}

/** Runs the migrations on an empty database and writes what they make into `migrations/schema.sql`. */
async function writeSchema(): Promise<void> {
  const folder = new URL("../../../migrations/", import.meta.url);
  const server = await startThrowAwayPostgres();
  try {
    const sql = postgres(server.url, { max: 1, fetch_types: false });
    await ensureRoles(sql);
    const { applied } = await migrate(sql, { folder });
    const file = new URL("schema.sql", folder);
    await writeFile(file, await dumpSchema(sql));
    await sql.end();
    console.log(`${fileURLToPath(file)}: ${applied.length} migrations on PostgreSQL ${server.serverVersion}`);
  } finally {
    await server.stop();
  }
}

if (import.meta.main) await writeSchema();
