import { drizzle } from "drizzle-orm/postgres-js";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import type { Actor } from "../domain/actor.ts";
import { establishmentsOf } from "../domain/actor.ts";
import type { Connection } from "./connection.ts";
import { isTransient } from "./errors.ts";

/** Who looks, and which establishments the transaction may touch. Row-level security reads exactly this. */
export interface Scope {
  audience: "operator" | "machine" | "employee" | "citizen" | "nurse" | "system";
  /** A machine identifier, a RAMQ identifier, a citizen's blind index, a nurse's identifier. */
  subject?: string;
  establishments: readonly string[];
  /** What is written is rolled back, and the result answered all the same. */
  dryRun?: boolean;
}

/** What is offered online, to whomever: public openings, where they are and who relays whom; nothing of a person. */
export const publicScope = { audience: "citizen", establishments: [] } as const satisfies Scope;

declare const opened: unique symbol;

/** A transaction opened by withScope; nothing else can make one. Stores take it, so no query runs outside a scope. */
export interface ScopedTx {
  readonly [opened]: true;
  /** The hot statements: prepared tagged templates. */
  readonly sql: postgres.TransactionSql<{ instant: number; localDate: string; sequence: number }>;
  /** The cold ones: Drizzle. */
  readonly db: PostgresJsDatabase;
  readonly establishments: readonly string[];
}

/** Who calls, and whether anything is to be kept of it. */
export interface Caller {
  actor: Actor;
  dryRun?: boolean;
}

/**
 * The scope of a call: the actor's own establishments, or the named ones (which the caller has already been allowed). A
 * nurse's shows their own holds and nothing else: of the patient's appointments they have nothing to see.
 */
export function scopeOf(
  { actor, dryRun = false }: Caller,
  establishments: readonly string[] = establishmentsOf(actor),
): Scope {
  switch (actor.kind) {
    case "machine":
      return { audience: "machine", subject: actor.machineId, establishments, dryRun };
    case "employee":
      return { audience: "employee", establishments, dryRun };
    case "citizen":
      return { audience: "citizen", subject: actor.namIndex, establishments, dryRun };
    case "nurse":
      return { audience: "nurse", subject: actor.nurseId, establishments, dryRun };
    case "operator":
      return { audience: "operator", establishments, dryRun };
  }
}

/** Leaves a dry run's transaction, so that PostgreSQL rolls it back. */
class NothingKept<T> extends Error {
  override name = "NothingKept";
  readonly value: T;
  constructor(value: T) {
    super("a dry run keeps nothing");
    this.value = value;
  }
}

const attempts = 3;

/**
 * The only door to a transaction: READ COMMITTED, scoped, committed when `run` resolves, rolled back when it throws (or
 * when the scope is that of a dry run, whose result is answered all the same).
 * `run` may be called again after a serialisation failure or a deadlock, so it must do nothing outside the transaction.
 */
export async function withScope<T>(
  connection: Connection,
  scope: Scope,
  run: (tx: ScopedTx) => Promise<T>,
): Promise<T> {
  const establishments = [...new Set(scope.establishments)].sort();
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await connection.begin(async (sql) => {
        // Not awaited alone: postgres.js sends it in one message with the first query of `run`.
        const settings = sql`
          SELECT set_config('app.establishments', ${establishments.join(",")}, true),
                 set_config('app.audience', ${scope.audience}, true),
                 set_config('app.subject', ${scope.subject ?? ""}, true)`.execute();
        const [, value] = await Promise.all([settings, run(scopedTx(sql, establishments))]);
        if (scope.dryRun === true) throw new NothingKept(value);
        return { value };
      });
      // postgres.js types the result as if arrays of promises were unwrapped; `value` is exactly what run returned.
      return (result as { value: T }).value;
    } catch (error) {
      // Thrown above by this very call, so it holds what its run returned.
      if (error instanceof NothingKept) return error.value as T;
      if (attempt >= attempts || !isTransient(error)) throw error;
    }
  }
}

/**
 * Runs inside a savepoint: what throws leaves nothing behind and the transaction goes on. `run` gets a transaction of
 * its own to work with, because postgres.js rolls back whatever a statement of the outer one has failed in.
 */
export async function withSavepoint<T>(tx: ScopedTx, run: (tx: ScopedTx) => Promise<T>): Promise<T> {
  const result = await tx.sql.savepoint(async (sql) => ({ value: await run(scopedTx(sql, tx.establishments)) }));
  // As in withScope: the type unwraps arrays of promises, the value is what run returned.
  return (result as { value: T }).value;
}

function scopedTx(sql: ScopedTx["sql"], establishments: readonly string[]): ScopedTx {
  let db: PostgresJsDatabase | undefined;
  // The brand exists in types only.
  return {
    sql,
    get db() {
      db ??= drizzleOver(sql);
      return db;
    },
    establishments,
  } as ScopedTx;
}

/**
 * Drizzle over a transaction of postgres.js. It would replace the client's parsers; it is given a copy to replace, so
 * that instants keep arriving as numbers.
 */
function drizzleOver(sql: ScopedTx["sql"]): PostgresJsDatabase {
  // A transaction's sql lacks `options`, which is all that Drizzle wants of the difference.
  const client = Object.assign(
    ((...args: unknown[]) => (sql as unknown as (...a: unknown[]) => unknown)(...args)) as object,
    sql,
    {
      options: { parsers: {}, serializers: {} },
    },
  );
  return drizzle({ client: client as unknown as postgres.Sql });
}
