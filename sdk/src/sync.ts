/** Keeps an agenda and the hub in step, over an adapter of a few functions. */
import { isArrimageProblem } from "./is-problem.ts";
import { machineRuntime } from "./runtime.ts";
import { createContext } from "./sync/context.ts";
import { editOf, enqueue } from "./sync/outbox.ts";
import type { Notes } from "./sync/notes.ts";
import { notesIn } from "./sync/notes.ts";
import { pull } from "./sync/pull.ts";
import { repair } from "./sync/repair.ts";
import { flush } from "./sync/send.ts";
import { createTurns } from "./sync/store.ts";
import type { LocalChange, Pending, Sync, SyncConfig } from "./sync/types.ts";

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

type Named = Pending["outbox"][number];

/** Less than what proxies cut. */
const pollSeconds = 25;
const defaultRepairEveryMs = 15 * 60_000;
const longestDelayMs = 60_000;
/** What others write between following and sending is followed again; so often in one round. */
const mostRounds = 10;

export function createSync<Tx>(config: SyncConfig<Tx>): Sync {
  const runtime = { ...machineRuntime, ...config.runtime };
  const context = createContext(config, runtime);
  const inTurn = createTurns();
  let waking = new AbortController();
  const wake = (): void => {
    waking.abort();
    waking = new AbortController();
  };

  const round = async (signal: AbortSignal | undefined, wait = 0): Promise<void> => {
    await pull(context, signal, wait);
    for (let rounds = 1; await flush(context, signal); rounds += 1) {
      if (rounds === mostRounds) return;
      await pull(context, signal);
    }
  };

  /** One thing at a time: what comes is not applied while something is on its way. A wait of `run` gives way. */
  const now = <T>(work: () => Promise<T>): Promise<T> => {
    wake();
    return inTurn(work);
  };
  const repairNow = (signal: AbortSignal | undefined): Promise<string[]> =>
    repair(context, () => round(signal), signal);

  return {
    async push(change, kept) {
      const changes: readonly LocalChange[] = Array.isArray(change)
        ? (change as readonly LocalChange[])
        : [change as LocalChange];
      const keep = async (notes: Notes): Promise<void> => {
        for (const each of changes) await enqueue(context, { notes }, editOf(each));
      };
      if (kept) await keep(notesIn(kept));
      else await context.transaction(({ notes }) => keep(notes));
      wake();
    },
    pull: ({ signal } = {}) => now(() => pull(context, signal)),
    once: ({ signal } = {}) => now(() => round(signal)),
    repair: ({ signal } = {}) => now(() => repairNow(signal)),
    wake,

    async run({ signal }) {
      let failures = 0;
      let repairAt = 0;
      let wait = 0;
      signal.addEventListener("abort", wake, { once: true });
      while (!signal.aborted) {
        const woken = waking.signal;
        try {
          await inTurn(async () => {
            // Only the wait for changes is cut short by a wake: what has left is waited for.
            if (wait > 0) await pull(context, woken, wait);
            await round(signal);
            if (runtime.now() >= repairAt) {
              await repairNow(signal);
              repairAt = runtime.now() + (config.repairEveryMs ?? defaultRepairEveryMs);
            }
          });
          failures = 0;
          // What came while it was busy is seen to at once.
          wait = woken.aborted ? 0 : pollSeconds;
        } catch (error) {
          if (signal.aborted) return;
          wait = 0;
          if (woken.aborted) continue;
          const asked = isArrimageProblem(error) ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
          const backOff = runtime.random() * Math.min(longestDelayMs, 1_000 * 2 ** failures);
          const delayMs = Math.max(asked, backOff);
          failures += 1;
          context.report({ type: "offline", error, delayMs });
          await runtime.sleep(delayMs, woken).catch(() => undefined);
        }
      }
    },

    pending: () =>
      context.transaction(async ({ notes }): Promise<Pending> => {
        const about = ({ objectType, id }: Named): Named => ({ objectType, id });
        const operations = await notes.outbox();
        return {
          outbox: operations.filter(({ refused }) => !refused).map(about),
          quarantined: [
            ...operations.flatMap((each) =>
              each.refused ? { ...about(each), direction: "toHub" as const, code: each.refused } : [],
            ),
            ...(await notes.poisons()).map((each) => ({
              ...{ ...about(each), direction: "toAgenda" as const, code: "APPLY_FAILED" },
            })),
          ],
        };
      }),

    async retry() {
      await context.transaction(async ({ notes }) => {
        for (const each of await notes.outbox())
          if (each.refused) await notes.setOperation({ ...each, tries: 0, refused: undefined });
        for (const poison of await notes.poisons()) await notes.setPoison({ ...poison, tries: 0, due: 0 });
      });
      wake();
    },
  };
}
