import type * as real from "../../../../../api/src/features/openings/next-store.ts";
import { openingRows } from "../../../agenda.ts";
import { isAskedFor } from "../../../asked.ts";
import { sortBy } from "../../../world.ts";
import { freeOpening } from "./search-store.ts";

export const listNextOpenings: typeof real.listNextOpenings = async (tx, asked, { from, to }, now) => {
  const rows = sortBy(
    openingRows(tx),
    ({ startAt }) => startAt,
    ({ slotId }) => slotId,
  );
  const firsts = asked.flatMap(({ agenda, filter }) => {
    const first = rows.find(
      (row) =>
        row.professionalId === agenda.professionalId &&
        row.placeId === agenda.placeId &&
        isAskedFor(row, { filter, from, to, reaches: [], now }),
    );
    return first === undefined ? [] : [{ opening: freeOpening(first), agenda }];
  });
  return sortBy(
    firsts,
    ({ opening }) => opening.startAt,
    ({ agenda }) => agenda.professionalId,
  );
};
