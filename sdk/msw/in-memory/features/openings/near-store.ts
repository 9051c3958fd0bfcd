import type * as real from "../../../../../api/src/features/openings/near-store.ts";
import { openingRows } from "../../../agenda.ts";
import type { OpeningRow } from "../../../agenda.ts";
import { isAskedFor } from "../../../asked.ts";
import { isAfter, sortBy } from "../../../world.ts";

export const listInGeneral: typeof real.listInGeneral = async (
  ...[tx, placeIds, filter, { from, to, after, most }, now]: Parameters<typeof real.listInGeneral>
) => {
  const looked = inOrder(openingRows(tx))
    .filter((row) => row.visibility === "public" && row.serviceType === "GEN")
    .filter((row) => isAskedFor(row, { filter, from, to, reaches: [], now }))
    .filter((row) => isPast(row, after))
    .slice(0, most);
  const last = looked.length === most ? looked.at(-1) : undefined;
  return {
    candidates: looked.filter(({ placeId }) => placeIds.includes(placeId)),
    reached: last === undefined ? null : { startAt: last.startAt, slotId: last.slotId },
  };
};

export const listAtPlaces: typeof real.listAtPlaces = async (
  ...[tx, places, filter, { from, to, each }, now]: Parameters<typeof real.listAtPlaces>
) => {
  const rows = inOrder(openingRows(tx)).filter((row) => isAskedFor(row, { filter, from, to, reaches: [], now }));
  return places.flatMap(({ placeId, after }) =>
    rows.filter((row) => row.placeId === placeId && isPast(row, after)).slice(0, each),
  );
};

function inOrder(rows: readonly OpeningRow[]): OpeningRow[] {
  return sortBy(
    rows,
    ({ startAt }) => startAt,
    ({ slotId }) => slotId,
  );
}

function isPast(row: OpeningRow, after: { startAt: number; slotId: string } | undefined): boolean {
  return after === undefined || isAfter([row.startAt, row.slotId], [after.startAt, after.slotId]);
}
