import { announce } from "../db/change-log.ts";
import type { Announcement } from "../db/change-log.ts";
import { withScopeOnce } from "../db/idempotency.ts";
import type { Once, Settled } from "../db/idempotency.ts";
import { lockNames, tryLockNames } from "../db/locks.ts";
import { withScope } from "../db/scope.ts";
import type { Scope, ScopedTx } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { refusal } from "../domain/decision.ts";
import type { Book } from "./book.ts";
import { createBook } from "./book.ts";
import { loadFacts } from "./facts.ts";
import { covers, lockNamesOf, mergeReach, noReach } from "./reach.ts";
import type { Reach, Targets } from "./reach.ts";
import { store } from "./writes.ts";

/**
 * A command that is too large for the company of others, or that writes more than a book holds. It has a transaction of
 * its own, in its caller's scope; its locks, facts, book and writes are those of the lane, so that it and whatever the
 * lane settles wait for each other, in this process as in any other.
 */
export interface CommandApart<T> {
  scope: Scope;
  once: Once | undefined;
  /** Whose names of appointments it reads. */
  vendorId?: string;
  targets: Targets;
  /** As of a lane's command: everything that `settle` looks at. Asked twice before, of a book that holds what it named. */
  reach(book: Book): Reach;
  /**
   * Asks the world about what the book holds and remembers the answers for `settle`: before the transaction, and in it
   * only about what has come to be there since.
   */
  prepare(book: Book): Promise<void>;
  /**
   * Decides, applies its effect to the book and writes what no book holds; otherwise throws a Refusal. The book is
   * written after it, and everything announced, its own announcements first.
   */
  settle(tx: ScopedTx, book: Book): Promise<{ value: T; announcements: readonly Announcement[] }>;
}

/** Others keep changing what the command reaches: after so many looks the caller is asked to come back. */
const maxLooks = 10;

/** More than was locked is reached by now, and cannot be had without waiting. */
class ReachedFurther extends Error {
  override name = "ReachedFurther";
}

export async function settleApart<T>(deps: Deps, command: CommandApart<T>): Promise<Settled<T>> {
  for (let look = 0; look < maxLooks; look++) {
    const { reach, book } = await lookAt(deps, command);
    await command.prepare(book);
    try {
      return await withScopeOnce(deps, command.scope, command.once, (tx) => settle(deps, tx, command, reach));
    } catch (error) {
      if (!(error instanceof ReachedFurther)) throw error;
    }
  }
  throw refusal("UNAVAILABLE", "", { retryAfterSeconds: 1 });
}

/** What it names leads to its time, and its time to who is there. */
async function lookAt<T>(deps: Deps, command: CommandApart<T>): Promise<{ reach: Reach; book: Book }> {
  return withScope(deps.connection, command.scope, async (tx) => {
    const named = command.reach(await read(deps, tx, command, noReach));
    const book = await read(deps, tx, command, named);
    return { reach: command.reach(book), book };
  });
}

async function settle<T>(deps: Deps, tx: ScopedTx, command: CommandApart<T>, looked: Reach): Promise<T> {
  const [, locked] = await Promise.all([
    lockNames(tx, lockNamesOf(command.targets, looked)),
    read(deps, tx, command, looked),
  ]);
  const needed = command.reach(locked);
  const book = covers(looked, needed) ? locked : await reachFurther(deps, tx, command, looked, needed);
  const { value, announcements } = await command.settle(tx, book);
  const writes = book.writes();
  await store(tx, writes);
  await announce(tx, book.now, [...announcements, ...writes.announcements]);
  return value;
}

/**
 * Somebody has come in between the look and the locks. The time is locked now, so nobody else comes; what else belongs to
 * who came is taken as well if it is free. To wait for it here, out of the order of locks, could be for ever; and to
 * look again would be too, for an agenda that is booked faster than it is looked at (four citizens at a time did it).
 */
async function reachFurther<T>(
  deps: Deps,
  tx: ScopedTx,
  command: CommandApart<T>,
  looked: Reach,
  needed: Reach,
): Promise<Book> {
  if (!covers({ ...needed, spans: looked.spans }, needed)) throw new ReachedFurther("more time than was locked");
  if (!(await tryLockNames(tx, lockNamesOf({}, { ...needed, spans: [] }))))
    throw new ReachedFurther("somebody's day is not free");
  const all = mergeReach([looked, needed]);
  const book = await read(deps, tx, command, all);
  if (!covers(all, command.reach(book))) throw new ReachedFurther("more than a moment ago");
  await command.prepare(book);
  return book;
}

async function read<T>(deps: Deps, tx: ScopedTx, { targets, vendorId }: CommandApart<T>, reach: Reach): Promise<Book> {
  const { professionalIds = [], slotIds = [], appointmentIds = [], holdIds = [], names = [] } = targets;
  const all = { professionalIds, slotIds, appointmentIds, holdIds, names };
  const now = deps.clock.now();
  return createBook(await loadFacts(tx, all, reach, vendorId === undefined ? [] : [vendorId], now), now);
}
