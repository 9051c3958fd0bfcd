import type * as real from "../../../../../api/src/features/openings/lost-store.ts";
import { readOnEachSide } from "../../../../../api/src/features/openings/lost-store.ts";
import { isFree } from "../../../../../api/src/domain/opening.ts";
import { openingRows } from "../../../agenda.ts";
import { hasReason } from "../../../asked.ts";
import { sortBy } from "../../../world.ts";

export const listNear: typeof real.listNear = async (tx, wanted, now) => {
  const rows = sortBy(openingRows(tx), ({ startAt }) => startAt).filter(
    (row) =>
      isFree(row, now) &&
      row.startAt >= now &&
      row.visibility === "public" &&
      (row.openFrom === null || row.openFrom <= now),
  );
  return wanted.flatMap(({ lost, question }, index) => {
    const near = rows
      .filter((row) => row.placeId === lost.placeId && hasReason(row, question.reason))
      .filter((row) => question.cascade !== "1" || row.professionalId === lost.professionalId)
      .map((row) => ({ ...row, ordinal: index + 1 }));
    return [
      ...near.filter(({ startAt }) => startAt < lost.startAt).slice(-readOnEachSide),
      ...near.filter(({ startAt }) => startAt >= lost.startAt).slice(0, readOnEachSide),
    ];
  });
};
