/** Following the change log without missing a change, and with the proof of it. */
import type { CallOptions } from "./methods.ts";
import { machineRuntime } from "./runtime.ts";
import type { Runtime } from "./runtime.ts";

/** What the proof needs of a change. */
export interface SequencedChange {
  establishmentId: string;
  /** Grows within an establishment; others' changes leave holes. */
  seq: number;
  /** `seq` of the previous change that this reader may see; null or 0 before the first. */
  prevSeq: number | null;
}

export interface FollowOptions extends CallOptions {
  /** Where to go on: the last one stored. From the beginning of the log when absent. */
  cursor?: string | undefined;
  /** Seconds for which the hub holds an answer until something changes: 30 when absent. */
  wait?: number | undefined;
  /** Changes per page. */
  limit?: number | undefined;
  /** `resource`: each change brings its object as it is now. */
  include?: "resource" | undefined;
  /** End as soon as nothing is left, instead of waiting for more. */
  untilCaughtUp?: boolean | undefined;
  /**
   * By establishment, the `seq` of the last change applied before `cursor`: stored with the cursor, it extends the
   * proof over a restart.
   */
  lastSeqs?: Readonly<Record<string, number>> | undefined;
}

export interface FollowedChange<C> {
  change: C;
  /**
   * Store it after applying the change, best in the same transaction. It moves at the end of each page: after a crash
   * some changes may come again, none is ever missed. Undefined before the end of the first page of the log.
   */
  cursor: string | undefined;
}

export interface FollowedPage<C> {
  items: C[];
  /** Store it after applying all items; also without items, for a cursor that stands still grows too old (30 days). */
  cursor: string;
}

/** `for await` gives changes, `byPage()` pages. It ends by `break`, `untilCaughtUp`, or by throwing. */
export interface Following<C> extends AsyncIterable<FollowedChange<C>> {
  byPage(): AsyncIterable<FollowedPage<C>>;
}

/**
 * Follows the change log.
 *
 * @throws ArrimageProblem `CURSOR_EXPIRED` when the cursor is too old: read a new snapshot, and follow from its cursor
 * @throws ChangesMissing when the sequence of an establishment has a gap
 * @throws the reason of the signal when it is aborted
 */
export type Follow<C> = (options?: FollowOptions) => Following<C>;

/** The log has a gap: something that this reader should have seen did not come. */
export class ChangesMissing extends Error {
  override readonly name = "ChangesMissing";
  readonly establishmentId: string;
  /** The last change seen. */
  readonly lastSeq: number;
  /** What the next one names as its predecessor. */
  readonly prevSeq: number | null;
  readonly seq: number;

  constructor({ establishmentId, seq, prevSeq }: SequencedChange, lastSeq: number) {
    super(
      `Changes of ${establishmentId} do not join: after ${lastSeq} came ${seq}, whose previous one is ${prevSeq}. ` +
        "The page was not handed out. Follow again from the last stored cursor; if it repeats, read a new snapshot.",
    );
    this.establishmentId = establishmentId;
    this.lastSeq = lastSeq;
    this.prevSeq = prevSeq;
    this.seq = seq;
  }
}

const DEFAULT_WAIT_SECONDS = 30;
/** A hub that answers at once although it was asked to hold (it shuts down, a proxy cuts waits) is asked this often. */
const SHORTEST_EMPTY_WAIT = 1_000;

type ListChanges<C> = (
  params: {
    cursor?: string | undefined;
    wait?: number | undefined;
    limit?: number | undefined;
    include?: "resource" | undefined;
  },
  options: CallOptions,
) => Promise<{ items: C[]; nextCursor: string }>;

export function followChanges<C extends SequencedChange>(list: ListChanges<C>, runtime: Runtime): Follow<C> {
  return ({
    cursor: start,
    wait = DEFAULT_WAIT_SECONDS,
    limit,
    untilCaughtUp = false,
    lastSeqs,
    include,
    ...options
  } = {}) => {
    async function* byPage(): AsyncGenerator<FollowedPage<C>> {
      const seen = new Map(Object.entries(lastSeqs ?? {}));
      let cursor = start;
      while (true) {
        options.signal?.throwIfAborted();
        const asked = runtime.now();
        const wanted = include === undefined ? {} : { include };
        const page = await list({ cursor, limit, wait: untilCaughtUp ? 0 : wait, ...wanted }, options);
        for (const change of page.items) checkSequence(seen, change);
        const moved = page.nextCursor !== cursor;
        cursor = page.nextCursor;
        if (page.items.length > 0 || moved) yield { items: page.items, cursor };
        if (page.items.length > 0) continue;
        if (untilCaughtUp) return;
        const early = SHORTEST_EMPTY_WAIT - (runtime.now() - asked);
        if (early > 0) await runtime.sleep(early, options.signal);
      }
    }

    async function* changes(): AsyncGenerator<FollowedChange<C>> {
      let before = start;
      for await (const { items, cursor } of byPage()) {
        for (const [index, change] of items.entries()) {
          yield { change, cursor: index === items.length - 1 ? cursor : before };
        }
        before = cursor;
      }
    }

    return { [Symbol.asyncIterator]: changes, byPage };
  };
}

/** Checked for a whole page before any of it is handed out. An establishment's first change has nothing to join. */
function checkSequence(seen: Map<string, number>, change: SequencedChange): void {
  const last = seen.get(change.establishmentId);
  if (last !== undefined && (change.prevSeq ?? 0) !== last) throw new ChangesMissing(change, last);
  seen.set(change.establishmentId, change.seq);
}

/** Adds `changes.follow` to a client whose document has `changes.list`. */
export function withFollow<C extends SequencedChange, O extends { changes: { list: ListChanges<C> } }>(
  operations: O,
  runtime: Partial<Runtime> = {},
): O & { changes: { follow: Follow<C> } } {
  const follow = followChanges<C>(operations.changes.list, { ...machineRuntime, ...runtime });
  return { ...operations, changes: { ...operations.changes, follow } };
}
