/** Keeps an agenda and the hub in step, over an adapter of a few functions. */
import { isArrimageProblem } from "./is-problem.ts";
import { sleep } from "./runtime.ts";
import type { Context } from "./sync/context.ts";
import { createContext } from "./sync/context.ts";
import { editOf, enqueue } from "./sync/outbox.ts";
import type { Notes } from "./sync/notes.ts";
import { notesIn } from "./sync/notes.ts";
import { pull } from "./sync/pull.ts";
import { repair } from "./sync/repair.ts";
import { flush } from "./sync/send.ts";
import { createTurns } from "./sync/store.ts";
import type { Pending, Sync, SyncConfig } from "./sync/types.ts";

export { digestDays } from "./sync/digest.ts";
export type { DigestDay, DigestEntry } from "./sync/digest.ts";
export { bodyOf } from "./sync/fields.ts";
export { memoryStore, sqliteStore } from "./sync/store.ts";
export type { Kept, SqliteDatabase, SyncStore } from "./sync/store.ts";
export type {
  AgendaAdapter,
  AgendaWindow,
  ConflictPolicy,
  IncomingChange,
  LocalChange,
  LocalEntry,
  Pending,
  Sync,
  SyncClient,
  SyncConfig,
  SyncedType,
  SyncEvent,
} from "./sync/types.ts";

const defaultRepairEveryMs = 15 * 60_000;
const longestDelayMs = 60_000;

export function createSync<Tx>(config: SyncConfig<Tx>): Sync {
  const runtime = { now: () => Date.now(), random: () => Math.random(), sleep, ...config.runtime };
  const context = createContext(config, runtime);
  const inTurn = createTurns();
  let waking = new AbortController();
  const wake = (): void => {
    waking.abort();
    waking = new AbortController();
  };

  const round = async (within: Context<Tx>, waiting?: AbortSignal): Promise<void> => {
    await pull(within, waiting);
    while (await flush(within)) await pull(within);
  };
  const repairNow = (within: Context<Tx>): Promise<string[]> => repair(within, () => round(within));

  /** One thing at a time: what comes is not applied while something is on its way. A wait of `run` gives way. */
  const now =
    <T>(work: (within: Context<Tx>) => Promise<T>) =>
    (options: { signal?: AbortSignal | undefined } = {}): Promise<T> => {
      wake();
      return inTurn(() => work({ ...context, options }));
    };

  return {
    async push(change, kept) {
      const edits = [change].flat().map(editOf);
      const keep = async (work: { notes: Notes }): Promise<void> => {
        for (const edit of edits) await enqueue(context, work, edit);
      };
      if (kept) await keep({ notes: notesIn(kept) });
      // Whoever waits for it is waited for: by the transaction that is open.
      else if (context.asked.isOpen) context.asked.late.push(...edits);
      else await context.transaction(keep);
      wake();
    },
    pull: now((within) => pull(within)),
    once: now((within) => round(within)),
    repair: now(repairNow),
    wake,

    async run({ signal }) {
      const within = { ...context, options: { signal } };
      let failures = 0;
      let repairAt = 0;
      let isIdle = false;
      signal.addEventListener("abort", wake);
      while (!signal.aborted) {
        const woken = waking.signal;
        try {
          await inTurn(async () => {
            // Only the wait for changes is cut short by a wake: what has left is waited for.
            await round(within, isIdle ? woken : undefined);
            if (runtime.now() >= repairAt) {
              await repairNow(within);
              repairAt = runtime.now() + (config.repairEveryMs ?? defaultRepairEveryMs);
            }
          });
          failures = 0;
          // What came while it was busy is seen to at once.
          isIdle = !woken.aborted;
        } catch (error) {
          isIdle = false;
          if (signal.aborted) return;
          if (error === woken.reason) continue;
          const asked = Number(isArrimageProblem(error) && error.retryAfterSeconds) * 1_000;
          const backOff = runtime.random() * Math.min(longestDelayMs, 1_000 * 2 ** failures);
          const delayMs = Math.max(asked, backOff);
          failures += 1;
          context.report({ type: "offline", error, delayMs });
          // A wake may shorten our own delay, and not the one that the hub asked for.
          const waits = runtime.sleep(asked, signal).then(() => runtime.sleep(delayMs - asked, woken));
          await waits.catch(() => undefined);
        }
      }
    },

    pending: () =>
      context.transaction(async ({ notes }): Promise<Pending> => {
        const pending: Pending = { outbox: [], quarantined: [] };
        for (const { objectType, id, refused: code } of await notes.outbox())
          if (code) pending.quarantined.push({ objectType, id, direction: "toHub", code });
          else pending.outbox.push({ objectType, id });
        for (const { objectType, id } of await notes.poisons())
          pending.quarantined.push({ objectType, id, direction: "toAgenda", code: "APPLY_FAILED" });
        return pending;
      }),

    async retry() {
      await context.transaction(({ notes }) => notes.retry());
      wake();
    },
  };
}
