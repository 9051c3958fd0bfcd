import type { Deps } from "../deps.ts";
import { readCursor, writeCursor } from "./cursor.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PageQuery {
  cursor?: string | undefined;
  limit: number;
}

/**
 * One page of a list that is read in order of a position (keyset): stable while others insert and delete. `madeFor`
 * names the operation and its filters, so that a cursor is good for its own list only; `pointer` where it was given.
 */
export async function paginate<T, P = string>(
  deps: Deps,
  madeFor: string,
  query: PageQuery,
  read: (after: P | undefined, limit: number) => Promise<{ rows: T[]; positionOf: (row: T) => P }>,
  pointer?: string,
): Promise<Page<T>> {
  const after = query.cursor === undefined ? undefined : readCursor<P>(deps.secrets, madeFor, query.cursor, pointer);
  const { rows, positionOf } = await read(after, query.limit + 1);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return { items, nextCursor: more ? writeCursor(deps.secrets, madeFor, positionOf(last)) : null };
}
