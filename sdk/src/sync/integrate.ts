/** What the hub says of an object, brought together with what the agenda has changed since both agreed. */
import type { Context, Work } from "./context.ts";
import type { Content } from "./fields.ts";
import { bodyOf, differing, joined, overlay, pickGroups } from "./fields.ts";
import type { Base, Operation } from "./notes.ts";
import { untried } from "./notes.ts";
import { enqueue } from "./outbox.ts";
import type { IncomingChange, SyncedType } from "./types.ts";

/** An object as the hub has it now. */
export interface Incoming {
  objectType: SyncedType;
  objectId: string;
  externalId: string | null;
  version: number;
  /** Null: gone, or cancelled. Undefined: out of sight, and nothing is known of it. */
  object: Content | null | undefined;
  cancelled: Content | null;
  /** When it was last changed by others, milliseconds. */
  at: number;
  /** The versions of those told just now that this software has written. */
  ownVersions: readonly number[];
  /** The last version told; the object may have been read later. Infinite where nothing more will be told of this one. */
  toldVersion: number;
}

/** The agenda threw at the object that the message names. It is told apart from a store that fails, which is nobody's poison. */
export class ApplyFailed extends Error {}

/** One object, as both sides have it. */
interface Meeting<Tx> extends Incoming {
  context: Context<Tx>;
  work: Work<Tx>;
  base: Base | undefined;
  id: string;
  /** What waits of it, the earliest first. */
  edits: Operation[];
}

/** What becomes of the two sides: what the agenda is to hold, and what it still has to say. */
interface Outcome {
  /** Null: to be taken out; undefined: the agenda holds it so. */
  view?: Content | null;
  /** The body of the operation that goes on waiting. */
  left?: Content | undefined;
}

export async function integrate<Tx>(context: Context<Tx>, work: Work<Tx>, incoming: Incoming): Promise<void> {
  const { objectType, objectId, externalId, version, object } = incoming;
  const { notes, report } = work;
  let base = await notes.base(objectId);
  const id = base?.id ?? externalId ?? objectId;
  const edits = (await notes.waiting({ objectType, id })).filter(({ kind }) => kind !== "name");
  const [first] = edits;
  if (first?.doubtful) {
    const next = (first.baseVersion ?? 0) + 1;
    if (wasDone(first, next, incoming)) {
      edits.shift();
      const before = base?.object ?? object ?? {};
      base = await completed(work, first, {
        ...{ objectId, version: next },
        object: overlay(objectType, before, first.body),
      });
      report({ type: "pushed", objectType, id, outcome: first.kind === "put" ? "updated" : "removed" });
    } else if (object && version > incoming.toldVersion) {
      // Read later than told: the rest of the log says whether the version in between was this software's own.
      return;
    }
  }
  // Who is not shown it has not lost it: what is gone says so itself, and a place that is linked again is read anew.
  if (object === undefined) return notes.dropPoison(objectId);
  if (base && version <= base.version && (object || !base.object)) return;

  const meeting = { ...incoming, context, work, base, id, edits };
  const { view, left } = object ? meet(meeting, object) : part(meeting);
  for (const edit of edits) await notes.dropOperation(edit);
  const last = edits.at(-1);
  if (last && left) await notes.setOperation({ ...last, ...untried, body: left, baseVersion: object ? version : null });
  const bound = externalId === id || !!base?.bound;
  const noted: Base = {
    ...{ objectType, objectId, id, bound, object, at: context.runtime.now() },
    version: Math.max(version, base?.version ?? 0),
  };
  const given = (view !== undefined && (await apply(meeting, view))) || { id };
  await notes.dropPoison(objectId);
  if (!object && !incoming.cancelled) return notes.dropBase(noted);
  // A name is given once: what has one keeps it.
  if (given.id === id || bound || base) return notes.setBase(noted);
  await notes.setBase({ ...noted, id: given.id });
  await enqueue(context, work, { kind: "name", objectType, id: given.id, body: {} });
}

/**
 * An operation left and no answer came. The log says what became of it: it named the version it was made from, so that
 * if it was done, the next version is this software's own. A snapshot does not tell whose a version is, but what it says.
 */
function wasDone({ kind, body }: Operation, next: number, incoming: Incoming): boolean {
  const { objectType, object, version, ownVersions, toldVersion } = incoming;
  if (toldVersion < Infinity) return ownVersions.includes(next);
  if (kind === "remove") return object === null;
  return version === next && !!object && differing(objectType, body, object).size === 0;
}

/** An operation is done: what it said is what both sides now agree on. */
export async function completed(
  { notes }: Pick<Work<unknown>, "notes">,
  operation: Operation,
  { objectId, version, object }: { objectId: string; version: number; object: Content },
): Promise<Base | undefined> {
  const { objectType, id, kind, at } = operation;
  await notes.dropOperation(operation);
  for (const later of await notes.waiting({ objectType, id }))
    await notes.setOperation({ ...later, baseVersion: kind === "put" ? version : null });
  const base: Base = { objectType, objectId, id, bound: true, version, object: kind === "put" ? object : null, at };
  await notes.setBase(base);
  return base;
}

/** Both have changed the same, if anything is named. True: the agenda's change stays. */
function contest<Tx>(meeting: Meeting<Tx>, edit: Operation, fields: string[]): boolean {
  const { context, work, objectType, object, at, id } = meeting;
  const { policy } = context;
  // Nothing cancelled revives; without a policy the hub wins.
  const may = object || objectType === "slot";
  const prevails = !!may && (policy === "agendaWins" || (policy === "firstWins" && edit.at < at));
  const winner = prevails ? "agenda" : "hub";
  if (fields.length > 0) work.report({ type: "conflict", objectType, id, fields, winner });
  return prevails;
}

/** It is gone at the hub. */
function part<Tx>(meeting: Meeting<Tx>): Outcome {
  const { externalId, base, edits } = meeting;
  const last = edits.at(-1);
  if (last?.kind === "remove") return {};
  if (last) return contest(meeting, last, ["deleted"]) ? { left: last.body } : { view: null };
  // What neither side ever held has nothing to be taken out.
  return (base ? base.object : externalId) === null ? {} : { view: null };
}

/** It is there, and both have changed it, or the hub alone. */
function meet<Tx>(meeting: Meeting<Tx>, object: Content): Outcome {
  const { objectType, base, edits } = meeting;
  const last = edits.at(-1);
  if (!last) return { view: object };
  const before = base?.object ?? {};
  const theirs = differing(objectType, object, before);
  if (last.kind === "remove") {
    // Only a move speaks against a removal.
    const moved = theirs.has("time");
    return contest(meeting, last, moved ? ["time"] : []) || !moved ? { left: {} } : { view: object };
  }
  const wanted = edits.map(({ body }) => body).reduce((all, body) => joined(objectType, all, body));
  const mine = differing(objectType, wanted, before);
  const open = [...differing(objectType, wanted, object)].filter((group) => mine.has(group));
  const contested = open.filter((group) => theirs.has(group));
  const prevails = contest(meeting, last, contested);
  const kept = new Set(open.filter((group) => prevails || !contested.includes(group)));
  if (kept.size === 0) return { view: object };
  const said = pickGroups(objectType, wanted, kept);
  const left = objectType === "slot" ? { ...bodyOf(objectType, object), ...said } : said;
  return { view: overlay(objectType, object, left), left };
}

async function apply<Tx>(meeting: Meeting<Tx>, view: Content | null): Promise<void | { id: string }> {
  const { context, work, objectType, objectId, id, version, cancelled } = meeting;
  const named = { objectType, objectId, id, version, object: view };
  // Each kind's object is what the hub's own GET shows of that kind.
  const change = (objectType === "slot" ? named : { ...named, cancelled }) as IncomingChange;
  let answer;
  try {
    answer = await context.agenda.apply(change, work.tx);
  } catch (error) {
    throw new ApplyFailed(id, { cause: error });
  }
  work.report({ type: "applied", objectType, id, objectId, version, gone: view === null });
  return answer;
}
