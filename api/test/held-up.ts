import { setTimeout as sleep } from "node:timers/promises";
import type { ScopedTx } from "../src/db/scope.ts";

const pollMs = 5;

/**
 * Until somebody waits for this transaction, or has answered without. Of requests that are sent together the first is
 * often answered before the next one reads, and nothing but its reading is tried (at-once.ts); who is held up here has
 * read before this transaction's writes could be seen. `sessions`: until so many of the database's sessions wait.
 */
export async function untilHeldUp(tx: ScopedTx, asked: Promise<unknown>, sessions = 1): Promise<void> {
  let answered = false;
  const note = (): void => {
    answered = true;
  };
  asked.then(note, note);
  // Not pg_stat_activity: within a transaction it goes on showing the sessions of the first look, and the pool may open one.
  const waiting = () =>
    tx.sql`SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`;
  while (!answered && (await waiting()).length < sessions) await sleep(pollMs);
}
