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

type Applied = { name: string; checksum: string };

type Migration = { name: string; text: string; checksum: string };

/**
 * Applies the folder's `NNNN_name.sql` files that this database has not seen, in order, each in a transaction of its
 * own, and answers the names of those it applied. `sql` connects as the owner of the tables. Several processes may do
 * this at once. Throws `MigrationRefused` when an applied file has changed or disappeared, or a new one is numbered
 * before an applied one. Applied files that are newer than any of the folder are let be: they belong to a newer hub
 * that shares this database during an update.
 */
export async function migrate(sql: postgres.Sql, options: { folder: string | URL }): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.folder);
  const missing = await locked(sql, async (tx) => {
    const [table] = await tx<{ exists: boolean }[]>`SELECT to_regclass('schema_migration') IS NOT NULL AS exists`;
    if (!table?.exists) {
      await tx`CREATE TABLE schema_migration (name text COLLATE "C" PRIMARY KEY, checksum text NOT NULL)`;
    }
    return compare(migrations, await tx<Applied[]>`SELECT name, checksum FROM schema_migration ORDER BY name`);
  });
  const applied: string[] = [];
  for (const migration of missing) {
    if (await locked(sql, (tx) => apply(tx, migration))) applied.push(migration.name);
  }
  return { applied };
}

/**
 * A transaction in which this process alone migrates. A lock that ends with the transaction: postgres.js 3.4.9 waits
 * for ever when asked to reserve a connection that is not open yet (with `fetch_types: false`), and a lock of a
 * session would not pass through a connection pooler.
 */
async function locked<T>(sql: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  const result = await sql.begin(async (tx) => {
    // The hub's connections give up soon; another process' migration, and ours, may take their time.
    await tx`SET LOCAL statement_timeout = 0`;
    await tx`SET LOCAL lock_timeout = 0`;
    await tx`SELECT pg_advisory_xact_lock(${LOCK_KEY})`;
    await tx`SET LOCAL lock_timeout = DEFAULT`;
    return { value: await work(tx) };
  });
  // postgres.js types the result as if arrays of promises were unwrapped; `value` is exactly what work returned.
  return (result as { value: T }).value;
}

/** False when another process has applied it meanwhile. */
async function apply(tx: postgres.TransactionSql, { name, text, checksum }: Migration): Promise<boolean> {
  const [already] = await tx<Applied[]>`SELECT name, checksum FROM schema_migration WHERE name = ${name}`;
  if (already) {
    if (already.checksum !== checksum) throw new MigrationRefused(`Another process has applied another ${name}.`);
    return false;
  }
  const [before] = await tx<{ id: string }[]>`SELECT txid_current()::text AS id`;
  await tx.unsafe(text).simple();
  const [after] = await tx<{ id: string }[]>`SELECT txid_current()::text AS id`;
  if (before?.id !== after?.id) throw new MigrationRefused(`${name} ends its transaction itself; it must not.`);
  // A SET without LOCAL in the file would otherwise colour the next one, and whoever gets this connection later.
  await tx`RESET ALL`;
  await tx`INSERT INTO schema_migration (name, checksum) VALUES (${name}, ${checksum})`;
  return true;
}

/** The migrations to apply, in order. */
function compare(migrations: Migration[], recorded: readonly Applied[]): Migration[] {
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
