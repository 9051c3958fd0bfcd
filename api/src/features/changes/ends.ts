import type { ScopedTx } from "../../db/scope.ts";
import { readCursor, writeCursor } from "../../http/cursor.ts";
import type { Secrets } from "../../secrets.ts";
import { pack, unpack } from "./position.ts";
import type { PackedPositions, Positions } from "./position.ts";
import type { Reader } from "./reader.ts";
import { listEnds } from "./store.ts";

/**
 * Where a reader's logs end, for whoever begins with what is written from now on; SYNC-55: of an establishment that it is
 * not linked with any more, where its last link ended.
 */
export async function readEnds(tx: ScopedTx, reader: Reader): Promise<Positions> {
  const ends = await listEnds(tx, reader);
  return Object.fromEntries(ends.map(({ establishmentId, ...position }) => [establishmentId, position]));
}

/** A cursor of changes.list at these positions, good for this reader only. */
export function writePositions(secrets: Secrets, reader: Reader, positions: Positions): string {
  return writeCursor(secrets, madeFor(reader), pack(positions));
}

export function readPositions(secrets: Secrets, reader: Reader, cursor: string | undefined): Positions {
  return cursor === undefined ? {} : unpack(readCursor<PackedPositions>(secrets, madeFor(reader), cursor));
}

function madeFor(reader: Reader): string {
  return `changes.list|${reader.key}`;
}
