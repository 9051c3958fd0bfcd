import { announce } from "../db/change-log.ts";
import type { Announcement } from "../db/change-log.ts";
import { withScopeOnce } from "../db/idempotency.ts";
import type { Once, Settled } from "../db/idempotency.ts";
import { lockNames } from "../db/locks.ts";
import { withScope } from "../db/scope.ts";
import type { Scope, ScopedTx } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { refusal } from "../domain/decision.ts";
import type { Book } from "./book.ts";
import { createBook } from "./book.ts";
import { loadFacts } from "./facts.ts";
import { covers, lockNamesOf, noReach } from "./reach.ts";
import type { Reach, Targets } from "./reach.ts";
import { store } from "./writes.ts";

/**
 * A command that is too large for the company of others, or that writes more than a book holds. It has a transaction of
 * its own, in its caller's scope; its locks, facts, book and writes are those of the lane, so that it and whatever the
 * lane settles wait for each other, in this process as in any other.
 */
export interface CommandApart<Prepared, T> {
  scope: Scope;
  once: Once | undefined;
  /** Whose names of appointments it reads. */
  vendorId?: string;
  targets: Targets;
  /** As of a lane's command: everything that `settle` looks at. Asked twice before, of a book that holds what it named. */
  reach(book: Book): Reach;
  /** Asks the world, outside any transaction, about what was looked at. What comes to be reached later is looked at again. */
  prepare(book: Book): Promise<Prepared>;
  /**
   * Decides, applies its effect to the book and writes what no book holds; otherwise throws a Refusal. The book is
   * written after it, and everything announced, its own announcements first.
   */
  settle(tx: ScopedTx, book: Book, prepared: Prepared): Promise<{ value: T; announcements: readonly Announcement[] }>;
}

/** Others keep changing what the command reaches: after so many looks the caller is asked to come back. */
const maxLooks = 10;

/** What was locked is not all that the command now reaches. */
class ReachedFurther extends Error {
  override name = "ReachedFurther";
}

export async function settleApart<Prepared, T>(deps: Deps, command: CommandApart<Prepared, T>): Promise<Settled<T>> {
  for (let look = 0; look < maxLooks; look++) {
    const { reach, book } = await lookAt(deps, command);
    const prepared = await command.prepare(book);
    try {
      return await withScopeOnce(deps, command.scope, command.once, (tx) => settle(deps, tx, command, reach, prepared));
    } catch (error) {
      if (!(error instanceof ReachedFurther)) throw error;
    }
  }
  throw refusal("UNAVAILABLE", "", { retryAfterSeconds: 1 });
}

/** What it names leads to its time, and its time to who is there. */
async function lookAt<Prepared, T>(
  deps: Deps,
  command: CommandApart<Prepared, T>,
): Promise<{ reach: Reach; book: Book }> {
  return withScope(deps.connection, command.scope, async (tx) => {
    const named = command.reach(await read(deps, tx, command, noReach));
    const book = await read(deps, tx, command, named);
    return { reach: command.reach(book), book };
  });
}

async function settle<Prepared, T>(
  deps: Deps,
  tx: ScopedTx,
  command: CommandApart<Prepared, T>,
  reach: Reach,
  prepared: Prepared,
): Promise<T> {
  const [, book] = await Promise.all([
    lockNames(tx, lockNamesOf(command.targets, reach)),
    read(deps, tx, command, reach),
  ]);
  if (!covers(reach, command.reach(book))) throw new ReachedFurther("another look is needed");
  const { value, announcements } = await command.settle(tx, book, prepared);
  const writes = book.writes();
  await store(tx, writes);
  await announce(tx, book.now, [...announcements, ...writes.announcements]);
  return value;
}

async function read<Prepared, T>(
  deps: Deps,
  tx: ScopedTx,
  { targets, vendorId }: CommandApart<Prepared, T>,
  reach: Reach,
): Promise<Book> {
  const { professionalIds = [], slotIds = [], appointmentIds = [], holdIds = [], names = [] } = targets;
  const all = { professionalIds, slotIds, appointmentIds, holdIds, names };
  const now = deps.clock.now();
  return createBook(await loadFacts(tx, all, reach, vendorId === undefined ? [] : [vendorId], now), now);
}
