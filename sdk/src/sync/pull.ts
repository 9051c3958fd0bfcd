/** From the hub to the agenda: a snapshot once, then the log. */
import { isArrimageProblem } from "../is-problem.ts";
import type { Context, Work } from "./context.ts";
import { placesOf } from "./context.ts";
import { dayMs } from "./digest.ts";
import type { Incoming } from "./integrate.ts";
import { ApplyFailed, integrate } from "./integrate.ts";
import type { Position } from "./notes.ts";
import { enqueue } from "./outbox.ts";
import { takeRead } from "./put-back.ts";
import { byObject, incomingOf, isSynced, readAgain, syncedTypes } from "./read.ts";

/** Less than what proxies cut. */
const pollSeconds = 25;
const pageSize = 200;
const mostTries = 5;

const missing = new Error("Missing changes");

/**
 * Follows until nothing is left.
 *
 * @param waiting the hub holds its first answer until something changes, or this is aborted
 */
export async function pull<Tx>(context: Context<Tx>, waiting?: AbortSignal): Promise<void> {
  const { client, options, agenda, placeIds, transaction } = context;
  await retryPoisons(context);
  let changes = 0;
  let isRead = false;
  let isBack = false;
  let position = await transaction(({ notes }) => notes.position());
  for (let signal = waiting; ; signal = undefined) {
    if (!position) {
      position = await readSnapshot(context, isBack);
      isRead = true;
    }
    const { cursor } = position;
    const seqs = { ...position.seqs };
    let page;
    try {
      page = await client.changes.list(
        { cursor, wait: signal ? pollSeconds : 0, include: "resource", limit: pageSize },
        // Whoever cuts the wait must not cut the time that the hub asked to be left alone: `run` keeps it.
        signal ? { signal, retries: 0 } : options,
      );
      // Each change names the one before it.
      for (const { establishmentId, seq, prevSeq } of page.items) {
        if ((seqs[establishmentId] ?? prevSeq) !== prevSeq) throw missing;
        seqs[establishmentId] = seq;
      }
    } catch (error) {
      // What a fresh snapshot does not mend, another one would not either.
      if (isRead || (error !== missing && !isArrimageProblem(error, "CURSOR_EXPIRED", "CURSOR_INVALID"))) throw error;
      isBack = isArrimageProblem(error) && error.violations[0]?.rule === "SYNC-72";
      position = undefined;
      continue;
    }
    const { items, nextCursor, caughtUp } = page;
    // The log does not tell what a place held before it was linked: that is in a snapshot.
    const isLinked = items.some(
      ({ objectType, operation, objectId }) =>
        objectType === "machineLink" && operation === "created" && (placeIds?.includes(objectId) ?? true),
    );
    const next = isLinked ? undefined : { cursor: nextCursor, seqs };
    const incoming = byObject(items).map((told) => within(context, told));
    if (items.length > 0 || nextCursor !== cursor)
      await take(context, incoming, async ({ notes, tx, report }) => {
        for (const change of items) {
          try {
            if (!isSynced(change)) await agenda.other?.(change, tx);
          } catch (error) {
            // It is not what the agenda is made of: it stops nothing.
            report({ type: "otherFailed", objectId: change.objectId, error });
          }
        }
        await notes.setPosition(next);
        if (isLinked) await notes.retry();
      });
    position = next;
    changes += items.length;
    if (caughtUp && position) break;
  }
  if (changes > 0) context.report({ type: "caughtUp", changes });
}

/** Who keeps some places in step takes what is moved to another one for gone. */
function within<Tx>({ placeIds }: Context<Tx>, incoming: Incoming): Incoming {
  const { object } = incoming;
  if (!object || (placeIds?.includes(String(object["placeId"])) ?? true)) return incoming;
  return { ...incoming, externalId: null, object: null };
}

/** The whole agenda, brought together with what the engine knew; what is not in it any more is read once again. */
async function readSnapshot<Tx>(context: Context<Tx>, isBack: boolean): Promise<Position> {
  const { client, options, placeIds, runtime } = context;
  // What a place that is not linked any more had is out of sight, and not gone.
  const linked = (await placesOf(context)).map(({ placeId }) => placeId);
  const body = {
    objectTypes: [...syncedTypes],
    ...(placeIds && { placeIds: linked }),
  };
  const seen = new Set<string>();
  let cursor: string | undefined;
  let some: Incoming[] = [];
  for await (const line of client.snapshots.create({ body }, options)) {
    if (line.type === "end") cursor = line.cursor;
    else if (isSynced(line)) {
      seen.add(line.objectId);
      // Nobody says when it was changed: under `firstWins` the hub's side counts as the earlier one.
      some.push(incomingOf(line.objectType, line.object, 0));
    }
    if (some.length === pageSize) {
      await takeRead(context, some, isBack);
      some = [];
    }
  }
  // The client throws when the last line is missing.
  const position: Position = { cursor: cursor ?? "", seqs: {} };
  const bases = await context.transaction(({ notes }) => notes.bases());
  const absent = bases.filter(
    ({ objectId, object }) =>
      // Older ones are not in a snapshot, which begins today.
      object &&
      Date.parse(String(object["endAt"])) > runtime.now() - 2 * dayMs &&
      !seen.has(objectId) &&
      (isBack || linked.includes(String(object["placeId"]))),
  );
  const again = await readAgain(context, absent);
  await takeRead(context, some.concat(again), isBack, ({ notes }) => notes.setPosition(position));
  context.report({ type: "snapshot", objects: seen.size });
  return position;
}

/** What is noted with them. */
export type Note<Tx> = (work: Work<Tx>) => Promise<void>;

/**
 * Applies, and notes in the same transaction how far it is. When the agenda does not take one, each is applied in a
 * transaction of its own, and that one is set aside for later.
 */
export async function take<Tx>(context: Context<Tx>, incoming: readonly Incoming[], note?: Note<Tx>): Promise<void> {
  const { asked, transaction } = context;
  const { late } = asked;
  try {
    await transaction(async (work) => {
      asked.isOpen = true;
      try {
        for (const each of incoming) await integrate(context, work, each);
        await note?.(work);
      } finally {
        asked.isOpen = false;
      }
    });
  } catch (error) {
    if (!(error instanceof ApplyFailed)) throw error;
    for (const each of incoming) await (incoming.length > 1 ? take(context, [each]) : setAside(context, each, error));
    if (note) await take(context, [], note);
  }
  if (late[0])
    await transaction(async (work) => {
      for (const edit of late) await enqueue(context, work, edit);
    });
  late.length = 0;
}

async function setAside<Tx>(
  context: Context<Tx>,
  { objectType, objectId }: Incoming,
  { message: id, cause: error }: ApplyFailed,
): Promise<void> {
  await context.transaction(async ({ notes, report }) => {
    const before = await notes.poison(objectId);
    const tries = Math.min(mostTries, (before?.tries ?? 0) + 1);
    // 1, 4, 16 and 64 seconds later.
    const due = context.runtime.now() + 1_000 * 4 ** (tries - 1);
    await notes.setPoison({ objectType, objectId, id, tries, due });
    const about = { objectType, id, error };
    report(
      tries < mostTries
        ? { type: "applyFailed", tries, ...about }
        : { type: "quarantined", direction: "toAgenda", code: "APPLY_FAILED", ...about },
    );
  });
}

/** What is set aside is read again: what it is by now is what the agenda is to take. */
async function retryPoisons<Tx>(context: Context<Tx>): Promise<void> {
  const due = await context.transaction(async ({ notes }) => {
    const now = context.runtime.now();
    const poisons = (await notes.poisons()).filter(({ tries, due }) => tries < mostTries && due <= now);
    return Promise.all(poisons.map(async (poison) => (await notes.base(poison.objectId)) ?? poison));
  });
  if (due.length > 0) await take(context, await readAgain(context, due));
}
