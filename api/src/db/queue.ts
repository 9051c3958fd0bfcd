import { PgBoss } from "pg-boss";
import type { Db } from "pg-boss";
import type postgres from "postgres";
import { connect } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { RUNTIME_ROLE } from "./runtime-role.ts";
import type { ScopedTx } from "./scope.ts";

/**
 * Jobs that are due now, shared by all processes of the hub (pg-boss, in a schema of its own of the same database). What is
 * due later is in the hub's own tables, polled by the hub's clock (design, decision 9); a job is sent and completed in the
 * transaction that changes its row, so that neither is there without the other. A job whose process has died comes back by
 * itself once its time has run out.
 */
export interface Queue {
  send(tx: ScopedTx, jobs: readonly DeliveryJob[], expireInSeconds: number): Promise<void>;
  /** At most `limit` jobs; no other process gets them until they expire. */
  take(limit: number): Promise<(DeliveryJob & { jobId: string })[]>;
  /** False when another process has it by now, or is done with it. */
  complete(tx: ScopedTx, jobId: string): Promise<boolean>;
  close(): Promise<void>;
}

/** What a job names: a delivery, and the machine in whose scope it is looked at. */
export interface DeliveryJob {
  machineId: string;
  webhookEndpointId: string;
  webhookDeliveryId: string;
}

const schema = "queue";
const name = "webhook-delivery";
/** Any constant will do, as long as every version of the hub uses the same one; migrations have another. */
const GRANT_LOCK_KEY = 4_172_730_462;
/** How often expired jobs are looked for. */
const superviseSeconds = 2;
const hourSeconds = 3_600;

/** As the owner: the schema of the queue, its tables and the runtime role's rights to them. */
export async function prepareQueue(url: string): Promise<void> {
  // Statements of several parts begin and end their transaction themselves: they need a connection of their own.
  const owner = connect(url, { max: 1 });
  const boss = new PgBoss({ db: databaseOf(owner), schema, supervise: false, schedule: false });
  try {
    await boss.start();
    await boss.createQueue(name, {
      retryLimit: 1_000,
      retentionSeconds: 24 * hourSeconds,
      deleteAfterSeconds: hourSeconds,
    });
    await owner.begin(async (tx) => {
      // Of two processes that grant the same at once PostgreSQL refuses one ("tuple concurrently updated").
      await tx`SELECT pg_advisory_xact_lock(${GRANT_LOCK_KEY})`;
      await tx.unsafe(`
        GRANT USAGE ON SCHEMA ${schema} TO ${RUNTIME_ROLE};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${RUNTIME_ROLE};`);
    });
  } finally {
    await boss.stop({ graceful: false });
    await owner.end();
  }
}

/** One connection a process; `failed` hears of what goes wrong between calls. */
export async function openQueue(url: string, failed: (error: unknown) => void): Promise<Queue> {
  const connection = connect(url, { max: 1, role: RUNTIME_ROLE });
  const boss = new PgBoss({
    db: databaseOf(connection),
    schema,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  boss.on("error", failed);
  await boss.start();
  return {
    async send(tx, jobs, expireInSeconds) {
      if (jobs.length === 0) return;
      const sent = jobs.map((data) => ({ data, expireInSeconds }));
      await boss.insert(name, sent, { db: databaseOf(tx.sql) });
    },
    async take(limit) {
      const jobs = await boss.fetch<DeliveryJob>(name, { batchSize: limit });
      return jobs.map(({ id, data }) => ({ jobId: id, ...data }));
    },
    async complete(tx, jobId) {
      // pg-boss declares the answer without its members.
      const answer = (await boss.complete(name, jobId, null, { db: databaseOf(tx.sql) })) as { affected: number };
      return answer.affected === 1;
    },
    async close() {
      await boss.stop({ graceful: false });
      await connection.end({ timeout: 5 });
    },
  };
}

/** 25: its texts are cast where it means JSON; postgres.js would make JSON of the text once more. */
const text = 25;

function databaseOf(sql: Connection | ScopedTx["sql"]): Db {
  return {
    async executeSql(statement, values = []) {
      const given = values.map((value) => (typeof value === "string" ? sql.typed(value, text) : value));
      try {
        // What pg-boss binds are texts, numbers, lists of texts and objects: postgres.js takes them all.
        const result = await sql.unsafe(statement, given as postgres.ParameterOrJSON<never>[]);
        return { rows: rowsOf(result) };
      } catch (error) {
        if (statement.trimStart().startsWith("BEGIN")) await sql.unsafe("ROLLBACK").catch(() => undefined);
        throw error;
      }
    },
  };
}

/** Of a statement of several parts, the rows of all. */
function rowsOf(result: readonly unknown[]): unknown[] {
  return Array.isArray(result[0]) ? result.flat() : [...result];
}
