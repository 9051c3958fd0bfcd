import type { ChangeRow, Head, ReadHead } from "./store.ts";

/** Where a reader stands in one establishment's log. */
export interface Position {
  /** All up to here has been given, or was not for this reader. */
  seq: number;
  /** The last seq that it was given: the next one's prevSeq. */
  given: number;
}

/** By establishment; one that is not named has not been read at all. */
export type Positions = Readonly<Record<string, Position>>;

const beginning: Position = { seq: 0, given: 0 };

export function positionIn(positions: Positions, establishmentId: string): Position {
  return positions[establishmentId] ?? beginning;
}

/**
 * Whether the log still holds everything after a position. It does not when what follows has been pruned, nor when
 * the position lies beyond its end: the database was then restored from an earlier state, and going on would pass over
 * what is written from now on.
 */
export function reaches(head: Head, position: Position): boolean {
  return position.seq >= head.prunedSeq && position.seq <= head.lastSeq;
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
  read: readonly Pick<ChangeRow, "establishmentId" | "seq">[],
  cutOff: boolean,
): Positions {
  const next: Record<string, Position> = { ...positions };
  for (const { establishmentId, seq } of read) next[establishmentId] = { seq, given: seq };
  if (!cutOff)
    for (const { establishmentId, scannedTo } of heads) {
      const { seq, given } = positionIn(next, establishmentId);
      next[establishmentId] = { seq: Math.max(seq, scannedTo), given };
    }
  return next;
}

/** As a cursor carries them: `[seq, given]` by establishment. */
export type PackedPositions = Record<string, [seq: number, given: number]>;

export function pack(positions: Positions): PackedPositions {
  return Object.fromEntries(
    Object.entries(positions).map(([establishmentId, { seq, given }]) => [establishmentId, [seq, given]]),
  );
}

export function unpack(packed: PackedPositions): Positions {
  return Object.fromEntries(
    Object.entries(packed).map(([establishmentId, [seq, given]]) => [establishmentId, { seq, given }]),
  );
}
