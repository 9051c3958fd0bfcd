/** The engine's own notes in the store, typed: what it knows of the hub's objects, what waits, what is set aside. */
import type { Content } from "./fields.ts";
import type { Kept } from "./store.ts";
import type { SyncedType } from "./types.ts";

/** An object as both sides last agreed on it: the base of a three-way comparison. */
export interface Base {
  objectType: SyncedType;
  objectId: string;
  /** Your identifier, or the hub's. */
  id: string;
  /** The hub knows it by `id`. */
  bound: boolean;
  version: number;
  /** Null: an appointment that was cancelled, which nothing revives; or a slot that the agenda removed. */
  object: Content | null;
  /** When they agreed, milliseconds. */
  at: number;
}

/** A change of the agenda on its way to the hub. */
export interface Operation {
  seq: number;
  kind: "put" | "remove" | "name";
  objectType: SyncedType;
  id: string;
  body: Content;
  /** When the agenda was changed, milliseconds. */
  at: number;
  /** The version it was made from; null when the agenda knew none. */
  baseVersion: number | null;
  /** It has left, and no answer came: it may have had its effect. */
  doubtful: boolean;
  /** Answers that did not bring it further. */
  tries: number;
  /** The code for which the hub refused it: it stays until the object changes again. */
  refused?: string | undefined;
}

/** What an operation is before it leaves, and again when it says something else. */
export const untried = { doubtful: false, tries: 0, refused: undefined };

/** What the agenda would not take. */
export interface Poison {
  objectType: SyncedType;
  objectId: string;
  id: string;
  tries: number;
  /** Not before; milliseconds. */
  due: number;
}

export interface Position {
  cursor: string;
  /** By establishment, the last change applied: the proof that none is missing goes on from it. */
  seqs: Record<string, number>;
}

/** An object as the agenda names it. */
export interface Ref {
  objectType: SyncedType;
  id: string;
}
export const refOf = ({ objectType, id }: Ref): string => `${objectType}/${encodeURIComponent(id)}/`;

/** How the keys begin. What waits is found by its object: `outbox/slot/101-0830/000000000007`. */
const base = "base/";
const outbox = "outbox/";
const poison = "poison/";

export type Notes = ReturnType<typeof notesIn>;

export function notesIn(kept: Kept) {
  // The engine alone writes these keys, each with the type it reads there.
  const get = async <T>(key: string): Promise<T | undefined> =>
    (JSON.parse((await kept.get(key)) ?? "null") as T | null) ?? undefined;
  const list = async <T>(prefix: string): Promise<T[]> =>
    [...(await kept.list(prefix))].map(([, value]) => JSON.parse(value) as T);
  const set = async (key: string, value: unknown): Promise<void> => kept.set(key, JSON.stringify(value));
  const remove = async (key: string): Promise<void> => kept.delete(key);
  const numbered = (operation: Operation): string =>
    outbox + refOf(operation) + String(operation.seq).padStart(12, "0");
  const nameKey = (ref: Ref): string => `name/${refOf(ref)}`;

  const notes = {
    position: () => get<Position>("position"),
    /** None: a snapshot comes first. */
    setPosition: (position: Position | undefined) => set("position", position ?? null),

    base: (objectId: string) => get<Base>(base + objectId),
    bases: () => list<Base>(base),
    async baseOf(ref: Ref): Promise<Base | undefined> {
      return get<Base>(base + ((await kept.get(nameKey(ref))) ?? ref.id));
    },
    async setBase(agreed: Base): Promise<void> {
      const { objectId, id } = agreed;
      await set(base + objectId, agreed);
      if (id !== objectId) await kept.set(nameKey(agreed), objectId);
    },
    async dropBase(agreed: Base): Promise<void> {
      await remove(base + agreed.objectId);
      // Its name may be another's by now.
      if ((await kept.get(nameKey(agreed))) === agreed.objectId) await remove(nameKey(agreed));
    },

    /** In the order in which they were pushed. */
    outbox: async () => (await list<Operation>(outbox)).sort((a, b) => a.seq - b.seq),
    waiting: (ref: Ref) => list<Operation>(outbox + refOf(ref)),
    setOperation: (operation: Operation) => set(numbered(operation), operation),
    dropOperation: (operation: Operation) => remove(numbered(operation)),
    /** Behind all that waits. */
    async addOperation(operation: Omit<Operation, "seq" | keyof typeof untried>): Promise<void> {
      const seq = ((await get<number>("seq")) ?? 0) + 1;
      await set("seq", seq);
      await notes.setOperation({ ...operation, ...untried, seq });
    },

    poisons: () => list<Poison>(poison),
    poison: (objectId: string) => get<Poison>(poison + objectId),
    setPoison: (each: Poison) => set(poison + each.objectId, each),
    dropPoison: (objectId: string) => remove(poison + objectId),

    /** What is set aside is tried again. */
    async retry(): Promise<void> {
      for (const each of await notes.outbox()) if (each.refused) await notes.setOperation({ ...each, ...untried });
      for (const each of await notes.poisons()) await notes.setPoison({ ...each, tries: 0, due: 0 });
    },
  };
  return notes;
}
