import type { ChangeRow, ReadHead } from "./store.ts";

/** Where a reader stands in one establishment's log. */
export interface Position {
  /** All up to here has been given, or was not for this reader. */
  seq: number;
  /** The last seq that it was given: the next one's prevSeq. */
  given: number;
  /** SYNC-72: the mark of the change at `seq`; null when that has none, is not kept any more or was not looked at. */
  mark: number | null;
}

/** By establishment; one that is not named has not been read at all. */
export type Positions = Readonly<Record<string, Position>>;

const beginning: Position = { seq: 0, given: 0, mark: null };

export function positionIn(positions: Positions, establishmentId: string): Position {
  return positions[establishmentId] ?? beginning;
}

type Reach = Pick<ReadHead, "lastSeq" | "prunedSeq" | "passedMark">;

/** Whether the log still holds everything after a position. */
export function reaches(head: Reach, position: Position): boolean {
  return expiryOf(head, position) === undefined;
}

/**
 * By which rule a position is good no more. SYNC-33: what follows it has been pruned. SYNC-72: the database was put back to
 * an earlier state, and going on would pass over what is written from then on. At first the position lies beyond the end
 * of the log; once as much has been written again, another change stands where it was.
 *
 * That is told by the mark, a random number that a change is given when it is written. A number of the log as a whole, or
 * of the database, would be put back with it and be the same as before; a hash of the change's fields may be the same where
 * the clock stands still. One in sixteen million goes unseen, and a cursor grows by a few characters.
 */
export function expiryOf({ lastSeq, prunedSeq, passedMark }: Reach, { seq, mark }: Position) {
  if (seq < prunedSeq) return "SYNC-33";
  if (seq > lastSeq) return "SYNC-72";
  return mark !== null && passedMark !== null && mark !== passedMark ? "SYNC-72" : undefined;
}

/**
 * The positions after a read. `read` lists the changes given, in each establishment by seq; `scannedTo` says up to
 * where each log was looked through, and counts only when the limit cut nothing off.
 *
 * Establishments the reader no longer works in keep their position, for the day it works there again. A position beyond
 * what the reader may read (SYNC-55) stays as it is: it was taken there.
 */
export function advance(
  positions: Positions,
  heads: readonly ReadHead[],
  read: readonly Pick<ChangeRow, "establishmentId" | "seq" | "mark">[],
  cutOff: boolean,
): Positions {
  const next: Record<string, Position> = { ...positions };
  for (const { establishmentId, seq, mark } of read) next[establishmentId] = { seq, given: seq, mark };
  if (!cutOff)
    for (const { establishmentId, scannedTo, scannedMark } of heads) {
      const { seq, given } = positionIn(next, establishmentId);
      if (scannedTo >= seq) next[establishmentId] = { seq: scannedTo, given, mark: scannedMark };
    }
  return next;
}

/**
 * As a cursor carries them, by establishment. With a mark the last seq that was given is told by how far back it is: mostly
 * by one digit, which makes up for the mark where a machine is in many establishments.
 */
export type PackedPositions = Record<string, [seq: number, given: number] | [seq: number, back: number, mark: number]>;

export function pack(positions: Positions): PackedPositions {
  return Object.fromEntries(
    Object.entries(positions).map(([establishmentId, { seq, given, mark }]) => [
      establishmentId,
      mark === null ? [seq, given] : [seq, seq - given, mark],
    ]),
  );
}

export function unpack(packed: PackedPositions): Positions {
  return Object.fromEntries(
    Object.entries(packed).map(([establishmentId, [seq, givenOrBack, mark]]) => [
      establishmentId,
      mark === undefined ? { seq, given: givenOrBack, mark: null } : { seq, given: seq - givenOrBack, mark },
    ]),
  );
}
