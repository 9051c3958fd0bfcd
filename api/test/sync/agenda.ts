import { bodyOf } from "@arrimage/sdk/sync";
import type { AgendaAdapter, IncomingChange, Kept, LocalChange, LocalEntry, SyncStore } from "@arrimage/sdk/sync";

/** A clinic's agenda as its software keeps it: entries under its own identifiers, in one store with the engine's notes. */

export type Entry = LocalEntry;
export type Entries = Map<string, Entry>;

interface State {
  kept: Map<string, string>;
  entries: Entries;
  numbers: number;
}

export class Crash extends Error {
  override readonly name = "Crash";
}

/** When the process dies: at the so-many-th write from now, or right after the so-many-th commit. */
export interface CrashPlan {
  at: "write" | "commit";
  after: number;
}

export interface AgendaStore {
  /** For one life of the process: after a crash it answers nothing, and the next life gets another. */
  open: () => SyncStore<Entries>;
  /** As committed. */
  entries: () => Entries;
  crash: (plan: CrashPlan) => void;
  /** A crash is planned and has not come yet. */
  isArmed: () => boolean;
  /** Crashes met. */
  crashes: Record<CrashPlan["at"], number>;
  newId: () => string;
}

export function createAgendaStore(): AgendaStore {
  let state: State = { kept: new Map(), entries: new Map(), numbers: 0 };
  const plans: CrashPlan[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let numbers = 0;
  const store: AgendaStore = {
    entries: () => state.entries,
    crashes: { write: 0, commit: 0 },
    crash(wanted) {
      plans.push({ ...wanted });
    },
    isArmed: () => plans.length > 0,
    newId: () => `L${String((numbers += 1))}`,
    open() {
      let dead = false;
      const die = (at: CrashPlan["at"]): never => {
        plans.shift();
        dead = true;
        store.crashes[at] += 1;
        throw new Crash(at);
      };
      const step = (at: CrashPlan["at"]) => {
        if (dead) throw new Crash("dead");
        const [plan] = plans;
        if (plan?.at !== at) return;
        if (plan.after === 0) die(at);
        plan.after -= 1;
      };
      const run = async <T>(work: (kept: Kept, tx: Entries) => Promise<T>): Promise<T> => {
        if (dead) throw new Crash("dead");
        const draft = { kept: new Map(state.kept), entries: new Map(state.entries), numbers: state.numbers };
        const kept: Kept = {
          get: (key) => draft.kept.get(key),
          set(key, value) {
            step("write");
            draft.kept.set(key, value);
          },
          delete(key) {
            step("write");
            draft.kept.delete(key);
          },
          list: (prefix) =>
            [...draft.kept].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
        };
        const result = await work(kept, draft.entries);
        if (dead) throw new Crash("dead");
        state = draft;
        step("commit");
        return result;
      };
      return {
        transaction(work) {
          const turn = last.then(() => run(work));
          last = turn.catch(() => undefined);
          return turn;
        },
      };
    },
  };
  return store;
}

export interface Applied {
  objectId: string;
  version: number;
}

/**
 * The adapter that a vendor writes.
 *
 * @param ownIds whether it gives identifiers of its own to what comes from the hub
 */
export function adapterOf(
  store: AgendaStore,
  { ownIds, onApply }: { ownIds: boolean; onApply: (change: IncomingChange) => void },
): AgendaAdapter<Entries> {
  return {
    apply(change, entries) {
      onApply(change);
      const { id, objectId } = change;
      if (change.object === null) {
        entries.delete(keyOf(change.objectType, id));
        return;
      }
      const isNew = !entries.has(keyOf(change.objectType, id));
      const given = isNew && ownIds && id === objectId ? store.newId() : id;
      entries.set(keyOf(change.objectType, given), entryOf(change, given));
      return { id: given };
    },
    read: ({ placeId }) => [...store.entries().values()].filter(({ body }) => body.placeId === placeId),
  };
}

export function keyOf(objectType: string, id: string): string {
  return `${objectType} ${id}`;
}

function entryOf(change: IncomingChange, id: string): Entry {
  if (change.object === null) throw new Error("there is nothing to keep");
  return change.objectType === "slot"
    ? { objectType: "slot", id, body: bodyOf("slot", change.object) }
    : { objectType: "appointment", id, body: bodyOf("appointment", change.object) };
}

/** What somebody does in the agenda, as the agenda's own software stores it. */
export function edit(entries: Entries, change: LocalChange): void {
  const key = keyOf(change.objectType, change.id);
  if (change.body === null) {
    entries.delete(key);
    return;
  }
  const before = entries.get(key)?.body;
  // The two have the same kind: a key names it.
  entries.set(key, { ...change, body: { ...before, ...change.body } } as Entry);
}
