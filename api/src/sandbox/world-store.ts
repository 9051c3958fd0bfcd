import type postgres from "postgres";
import type { NewSnapshot } from "./world.ts";

/**
 * The SQL of the world as a whole. Snapshots are kept in schemas of their own beside the hub's, with the tables as they
 * are: nothing of this is a migration, and no database has it that never was a sandbox.
 */

export type WorldTx = postgres.TransactionSql<{ instant: number; localDate: string; sequence: number }>;

export interface SnapshotRow {
  snapshotId: string;
  name: string | null;
  createdAt: number;
  now: number;
  running: boolean;
}

/**
 * Not of the world: which migrations have run; keys, so that tokens stay good; used assertions, which stay used; the
 * clock, which is set as any clock is.
 */
const beside = ["schema_migration", "signing_key", "assertion_jti", "sandbox_clock"];

/** Where it is said that everything may be otherwise. */
export const worldChannel = "arrimage_world";

/** Any constant will do, as long as every process of a sandbox uses the same one. */
const seedingLock = 4_172_730_462;

export async function ensureSnapshots(tx: WorldTx): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(${seedingLock + 1})`;
  await tx`CREATE SCHEMA IF NOT EXISTS sandbox_world`;
  await tx`
    CREATE TABLE IF NOT EXISTS sandbox_world.snapshot (
      snapshot_id text COLLATE "C" PRIMARY KEY, name text, created_at timestamptz NOT NULL, now timestamptz NOT NULL,
      running boolean NOT NULL, layout text NOT NULL, sequences jsonb NOT NULL)`;
  await tx`CREATE TABLE IF NOT EXISTS sandbox_world.seeding (singleton boolean PRIMARY KEY, state text NOT NULL)`;
  const stale = await tx<{ id: string }[]>`
    SELECT snapshot_id AS id FROM sandbox_world.snapshot WHERE layout <> ${await layoutOf(tx)}`;
  // Of another version's tables: they would not fit.
  for (const { id } of stale) await deleteSnapshot(tx, id);
}

/** Until the end of the transaction, which may take its time. */
export async function lockSeeding(tx: WorldTx): Promise<void> {
  await tx`SET LOCAL lock_timeout = 0`;
  await tx`SET LOCAL statement_timeout = 0`;
  await tx`SET LOCAL idle_in_transaction_session_timeout = 0`;
  await tx`SELECT pg_advisory_xact_lock(${seedingLock})`;
}

/** `foreign`: what is there was never a sandbox's, and a sandbox empties nothing of it. */
export type Seeding = "begun" | "done" | "foreign";

export async function findSeeding(tx: WorldTx): Promise<Seeding | undefined> {
  const [row] = await tx<{ state: Seeding }[]>`SELECT state FROM sandbox_world.seeding`;
  return row?.state;
}

/** Whether a sandbox has handed out tokens here: one from before seedings were recorded has. */
export async function wasSandbox(tx: WorldTx): Promise<boolean> {
  const [row] = await tx`SELECT FROM signing_key WHERE purpose = 'sandbox-issuer'`;
  return row !== undefined;
}

export async function putSeeding(tx: WorldTx, state: Seeding): Promise<void> {
  await tx`
    INSERT INTO sandbox_world.seeding (singleton, state) VALUES (true, ${state})
    ON CONFLICT (singleton) DO UPDATE SET state = excluded.state`;
}

export async function listSnapshots(tx: WorldTx): Promise<SnapshotRow[]> {
  return tx<SnapshotRow[]>`
    SELECT snapshot_id AS "snapshotId", name, created_at AS "createdAt", now, running
    FROM sandbox_world.snapshot ORDER BY created_at, snapshot_id`;
}

/** Everything as it is at one moment, while others go on. */
export async function insertSnapshot(tx: WorldTx, snapshot: NewSnapshot): Promise<void> {
  await tx`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
  const { snapshotId, name, createdAt, now, running } = snapshot;
  const sequences = await tx<{ name: string; value: string; called: boolean }[]>`
    SELECT 'reference_number' AS name, last_value::text AS value, is_called AS called FROM reference_number`;
  await tx`
    INSERT INTO sandbox_world.snapshot (snapshot_id, name, created_at, now, running, layout, sequences)
    VALUES (${snapshotId}, ${name}, ${createdAt}, ${now}, ${running}, ${await layoutOf(tx)}, ${tx.json([...sequences])})`;
  const tables = await worldTables(tx);
  await unforced(tx, tables, async () => {
    await inOne(tx, [
      `CREATE SCHEMA ${schemaOf(snapshotId)}`,
      ...tables.map(({ name: table }) => `CREATE TABLE ${schemaOf(snapshotId)}.${table} AS TABLE public.${table}`),
    ]);
  });
}

export async function deleteSnapshot(tx: WorldTx, snapshotId: string): Promise<boolean> {
  const deleted = await tx`DELETE FROM sandbox_world.snapshot WHERE snapshot_id = ${snapshotId}`;
  if (deleted.count === 0) return false;
  await inOne(tx, [`DROP SCHEMA IF EXISTS ${schemaOf(snapshotId)} CASCADE`]);
  return true;
}

/** Those who write wait until the end of the transaction, and their writes have ended; readers go on. */
export async function lockWorld(tx: WorldTx): Promise<void> {
  const tables = await worldTables(tx);
  await inOne(tx, [`LOCK TABLE ${tables.map(({ name }) => `public.${name}`).join(", ")} IN EXCLUSIVE MODE`]);
}

/** Other processes hear of it when the transaction commits. */
export async function deleteEverything(tx: WorldTx): Promise<void> {
  const tables = await worldTables(tx);
  await tx`SELECT pg_notify(${worldChannel}, '')`;
  await unforced(tx, tables, () =>
    inOne(
      tx,
      [...tables].reverse().map(({ name }) => `DELETE FROM public.${name}`),
    ),
  );
}

/** Into an empty world. */
export async function putBack(tx: WorldTx, { snapshotId }: SnapshotRow): Promise<void> {
  const tables = await worldTables(tx);
  await unforced(tx, tables, () =>
    inOne(
      tx,
      tables.map(
        ({ name, columns }) =>
          `INSERT INTO public.${name} (${columns}) OVERRIDING SYSTEM VALUE
           SELECT ${columns} FROM ${schemaOf(snapshotId)}.${name}`,
      ),
    ),
  );
  await tx`
    SELECT setval(s.name::regclass, s.value::bigint, s.called)
    FROM sandbox_world.snapshot, jsonb_to_recordset(sequences) AS s(name text, value text, called boolean)
    WHERE snapshot_id = ${snapshotId}`;
}

interface WorldTable {
  /** Quoted where it must be. */
  name: string;
  /** Those that can be written. */
  columns: string;
}

/** Whom others refer to before those who do. */
async function worldTables(tx: WorldTx): Promise<WorldTable[]> {
  return tx<WorldTable[]>`
    WITH RECURSIVE world AS (
      SELECT oid FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> ALL (${beside}::text[])
    ), depth AS (
      SELECT oid, 0 AS level FROM world
      UNION
      SELECT f.conrelid, d.level + 1 FROM depth d JOIN pg_constraint f ON f.contype = 'f' AND f.confrelid = d.oid
      WHERE f.conrelid <> f.confrelid AND d.level < 50
    )
    SELECT quote_ident(c.relname) AS name,
      (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
    FROM world JOIN pg_class c USING (oid) JOIN depth d USING (oid)
    GROUP BY c.oid, c.relname ORDER BY max(d.level), c.relname`;
}

/** The tables and their columns: a snapshot fits only the very same. */
async function layoutOf(tx: WorldTx): Promise<string> {
  const [row] = await tx<{ layout: string }[]>`
    SELECT md5(string_agg(format('%s.%s %s', c.relname, a.attname, a.atttypid::regtype), ',' ORDER BY c.relname, a.attnum))
      AS layout
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`;
  return row?.layout ?? "";
}

/**
 * A superuser passes row-level security and may leave foreign keys unchecked, for what is put back has been checked (half
 * of the time). Another owner lifts the forcing of policies for the transaction.
 */
async function unforced(tx: WorldTx, tables: readonly WorldTable[], run: () => Promise<void>): Promise<void> {
  const [role] = await tx<{ superuser: boolean; bypasses: boolean }[]>`
    SELECT rolsuper AS superuser, rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user`;
  if (role?.superuser === true) await tx`SET LOCAL session_replication_role = replica`;
  if (role?.superuser === true || role?.bypasses === true) {
    await run();
    if (role.superuser) await tx`SET LOCAL session_replication_role = origin`;
    return;
  }
  const forced = await tx<{ name: string }[]>`
    SELECT quote_ident(relname) AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity`;
  const ofWorld = forced.filter(({ name }) => tables.some((table) => table.name === name));
  await inOne(
    tx,
    ofWorld.map(({ name }) => `ALTER TABLE public.${name} NO FORCE ROW LEVEL SECURITY`),
  );
  await run();
  await inOne(
    tx,
    ofWorld.map(({ name }) => `ALTER TABLE public.${name} FORCE ROW LEVEL SECURITY`),
  );
}

/** Statements that take no values, in one message. */
async function inOne(tx: WorldTx, statements: readonly string[]): Promise<void> {
  if (statements.length > 0) await tx.unsafe(statements.join(";\n")).simple();
}

/** Ids are of a prefix, lower-case letters and digits. */
function schemaOf(snapshotId: string): string {
  if (!/^snp_[0-9a-z]{26}$/.test(snapshotId)) throw new Error("not the id of a snapshot");
  return snapshotId;
}
