import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type postgres from "postgres";

export { ensureRoles } from "./runtime-role.ts";

/** Any constant will do, as long as every version of the hub uses the same one. */
const LOCK_KEY = 4_172_730_461;

/** The migrations, or the database they are applied to, are not what they must be; nothing more was applied. */
export class MigrationRefused extends Error {
  readonly code = "MIGRATION_REFUSED";

  constructor(reason: string) {
    super(reason);
    this.name = "MigrationRefused";
  }
}

type Migration = { name: string; text: string; checksum: string };

/**
 * Applies the folder's `NNNN_name.sql` files that this database has not seen, in order, each in a transaction of its
 * own, and answers their names. `sql` connects as the owner of the tables. Several processes may do this at once:
 * one works, the others wait and then find nothing to do. Throws `MigrationRefused` when an applied file has changed
 * or disappeared, or a new one is numbered before an applied one. Applied files that are newer than any of the folder
 * are let be: they belong to a newer hub that shares this database during an update.
 */
export async function migrate(sql: postgres.Sql, options: { folder: string | URL }): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.folder);
  const session = await sql.reserve();
  try {
    // The hub's connections give up soon; another process' migrations may take their time.
    await session.unsafe("SET statement_timeout = 0; SET lock_timeout = 0").simple();
    await session`SELECT pg_advisory_lock(${LOCK_KEY})`;
    try {
      return { applied: await applyMissing(session, migrations) };
    } finally {
      await session`SELECT pg_advisory_unlock(${LOCK_KEY})`;
      await session`RESET ALL`;
    }
  } finally {
    session.release();
  }
}

async function applyMissing(session: postgres.ReservedSql, migrations: Migration[]): Promise<string[]> {
  const [table] = await session<{ exists: boolean }[]>`SELECT to_regclass('schema_migration') IS NOT NULL AS exists`;
  if (!table?.exists) {
    await session`CREATE TABLE schema_migration (name text COLLATE "C" PRIMARY KEY, checksum text NOT NULL)`;
  }
  const recorded = await session<{ name: string; checksum: string }[]>`
    SELECT name, checksum FROM schema_migration ORDER BY name`;
  const missing = compare(migrations, recorded);
  for (const migration of missing) await apply(session, migration);
  return missing.map(({ name }) => name);
}

async function apply(session: postgres.ReservedSql, { name, text, checksum }: Migration): Promise<void> {
  await session`BEGIN`;
  try {
    await session`SET LOCAL statement_timeout = 0`;
    const [before] = await session`SELECT txid_current() AS id`;
    await session.unsafe(text).simple();
    const [after] = await session`SELECT txid_current() AS id`;
    if (before?.id !== after?.id) throw new MigrationRefused(`${name} ends its transaction itself; it must not.`);
    await session`INSERT INTO schema_migration (name, checksum) VALUES (${name}, ${checksum})`;
    await session`COMMIT`;
  } catch (error) {
    // A lost connection has rolled back by itself; the first error is the one to tell.
    await session`ROLLBACK`.catch(() => undefined);
    throw error;
  }
  // A SET without LOCAL in a file would otherwise colour the next one, and whoever gets this connection later.
  await session`RESET ALL`;
}

/** The migrations to apply, in order. */
function compare(migrations: Migration[], recorded: { name: string; checksum: string }[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const newest = migrations.at(-1)?.name ?? "";
  for (const { name, checksum } of recorded) {
    const migration = known.get(name);
    if (migration === undefined && name < newest) {
      throw new MigrationRefused(`${name} was applied to this database and is no longer among the migrations.`);
    }
    if (migration !== undefined && migration.checksum !== checksum) {
      throw new MigrationRefused(`${name} was changed after it had been applied to this database; add a new file.`);
    }
  }
  const applied = new Set(recorded.map(({ name }) => name));
  const missing = migrations.filter(({ name }) => !applied.has(name));
  const newestApplied = recorded.at(-1)?.name ?? "";
  const late = missing.find(({ name }) => name < newestApplied);
  if (late) throw new MigrationRefused(`${late.name} is numbered before ${newestApplied}, which was applied already.`);
  return missing;
}

async function readMigrations(folder: string | URL): Promise<Migration[]> {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const names = (await readdir(path)).filter((name) => name.endsWith(".sql") && name !== "schema.sql").sort();
  if (names.length === 0) throw new MigrationRefused(`No migrations in ${path}.`);
  names.forEach((name, index) => {
    const number = String(index + 1).padStart(4, "0");
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name) || !name.startsWith(number)) {
      throw new MigrationRefused(`${name}: migrations are named NNNN_name.sql and counted without gaps (${number}_…).`);
    }
  });
  return Promise.all(names.map((name) => readMigration(path, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  // Git may write other line ends on another system; the migration is the same.
  const text = (await readFile(join(folder, name), "utf8")).replaceAll("\r\n", "\n");
  return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
}
