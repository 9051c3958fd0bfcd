/** Where the engine keeps what it must not forget. */

/** Keys and texts of the engine, inside one transaction. */
export interface Kept {
  get(key: string): Maybe<string | undefined>;
  set(key: string, value: string): Maybe<void>;
  delete(key: string): Maybe<void>;
  /** All whose key begins with the prefix, by key in the order of bytes. */
  list(prefix: string): Maybe<Iterable<readonly [key: string, value: string]>>;
}
type Maybe<T> = T | Promise<T>;

/**
 * A store of your own is this one function. All that `work` writes is kept, or, when it throws, nothing; best together
 * with what your agenda writes through `tx`. Transactions may follow each other.
 *
 * @typeParam Tx what your agenda's functions receive to take part in the transaction
 */
export interface SyncStore<Tx = unknown> {
  transaction<T>(work: (kept: Kept, tx: Tx) => Promise<T>): Promise<T>;
}

/** Forgets everything with the process: for tests, and for agendas that begin anew with each start. */
export function memoryStore(): SyncStore<undefined> {
  let state = new Map<string, string>();
  const inTurn = createTurns();
  return {
    transaction: (work) =>
      inTurn(async () => {
        const draft = new Map(state);
        const kept: Kept = {
          get: (key) => draft.get(key),
          set: (key, value) => void draft.set(key, value),
          delete: (key) => void draft.delete(key),
          list: (prefix) => [...draft].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
        };
        const result = await work(kept, undefined);
        state = draft;
        return result;
      }),
  };
}

/** What `node:sqlite`'s DatabaseSync and better-sqlite3 have in common. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): { all(...values: string[]): unknown[]; run(...values: string[]): unknown };
}

/**
 * In a SQLite database, best the one that holds your agenda: what `apply` writes to it is kept or lost together with
 * the engine's notes. Writes of your own go through `store.transaction` too, for a connection has one transaction.
 */
export function sqliteStore<Db extends SqliteDatabase>(database: Db, table = "arrimage_sync"): SyncStore<Db> {
  if (!/^\w+$/.test(table)) throw new TypeError("table is no plain name");
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (key PRIMARY KEY, value) WITHOUT ROWID`);
  const select = database.prepare(`SELECT * FROM ${table} WHERE key = ?`);
  const upsert = database.prepare(`REPLACE INTO ${table} VALUES (?, ?)`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE key = ?`);
  const range = database.prepare(`SELECT * FROM ${table} WHERE key >= ? AND key < ? ORDER BY key`);
  const kept: Kept = {
    // The columns of the table.
    get: (key) => (select.all(key)[0] as { value: string } | undefined)?.value,
    set: (key, value) => void upsert.run(key, value),
    delete: (key) => void remove.run(key),
    list: (prefix) =>
      range.all(prefix, `${prefix}\u{10ffff}`).map((row) => Object.values(row as object) as [string, string]),
  };
  const inTurn = createTurns();
  return {
    transaction: (work) =>
      inTurn(async () => {
        database.exec("BEGIN IMMEDIATE");
        try {
          const result = await work(kept, database);
          database.exec("COMMIT");
          return result;
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      }),
  };
}

/** One after the other, in the order of the calls. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
