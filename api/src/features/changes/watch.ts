import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { listHeads } from "./store.ts";

/** Waits for logs to grow: one look at the counters for everybody who waits in this process, and no connection each. */
export interface ChangeWatch {
  /** True as soon as one of these logs goes beyond the seq given; false when `ended` comes first. */
  moved(seen: ReadonlyMap<string, number>, ended: AbortSignal): Promise<boolean>;
}

interface Waiter {
  seen: ReadonlyMap<string, number>;
  wake(moved: boolean): void;
}

const everyMs = 200;

const watches = new WeakMap<Deps, ChangeWatch>();

/** One for all that wait in a process, whatever for. */
export function changeWatchOf(deps: Deps): ChangeWatch {
  const known = watches.get(deps) ?? createChangeWatch(deps);
  watches.set(deps, known);
  return known;
}

export function createChangeWatch(deps: Deps): ChangeWatch {
  const waiters = new Set<Waiter>();
  let looking = false;

  async function look(): Promise<void> {
    const establishments = new Set([...waiters].flatMap(({ seen }) => [...seen.keys()]));
    try {
      const heads = await withScope(deps.connection, { audience: "system", establishments: [] }, (tx) =>
        listHeads(tx, [...establishments]),
      );
      for (const waiter of waiters)
        if (heads.some(({ establishmentId, lastSeq }) => lastSeq > (waiter.seen.get(establishmentId) ?? Infinity)))
          waiter.wake(true);
    } catch {
      // Whoever waits reads again, and answers what is wrong.
      for (const waiter of waiters) waiter.wake(true);
    }
  }

  function schedule(): void {
    if (looking) return;
    looking = true;
    setTimeout(() => {
      void look().finally(() => {
        looking = false;
        if (waiters.size > 0) schedule();
      });
    }, everyMs);
  }

  return {
    moved(seen, ended) {
      if (ended.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const giveUp = () => {
          waiter.wake(false);
        };
        const waiter: Waiter = {
          seen,
          wake(moved) {
            waiters.delete(waiter);
            ended.removeEventListener("abort", giveUp);
            resolve(moved);
          },
        };
        waiters.add(waiter);
        ended.addEventListener("abort", giveUp, { once: true });
        schedule();
      });
    },
  };
}
