import { isFree } from "../../api/src/domain/opening.ts";
import { allReasons } from "../../api/src/domain/reason.ts";
import type { OpeningFilter, Reach } from "../../api/src/features/openings/search-conditions.ts";
import type { OpeningRow } from "./agenda.ts";

/** What `searchConditions` ask of a row, whichever the statement. */
export interface Asked {
  filter: OpeningFilter;
  from: number;
  to: number | null;
  reaches: readonly Reach[];
  now: number;
}

/** features/openings/search-conditions.ts over a row that is here; the domain has the last word, as there. */
export function isAskedFor(row: OpeningRow, { filter, from, to, reaches, now }: Asked): boolean {
  const starts = (stretch: { from: number; to: number }) => row.startAt >= stretch.from && row.startAt < stretch.to;
  const reach = reaches.find(({ professionalId }) => professionalId === row.professionalId);
  return (
    isFree(row, now) &&
    starts({ from, to: to ?? Infinity }) &&
    filter.types.includes(row.serviceType) &&
    (filter.reason === null || hasReason(row, filter.reason)) &&
    (!filter.citizen || (row.visibility === "public" && (row.openFrom === null || row.openFrom <= now))) &&
    (row.openFrom !== null || row.startAt < (reach?.limit ?? Infinity)) &&
    row.startAt < (reach?.ends ?? Infinity) &&
    !filter.without.some(starts) &&
    (filter.within === null || filter.within.some(starts))
  );
}

export function hasReason(row: OpeningRow, reason: string): boolean {
  return row.consultationReasons.some((each) => each === reason || each === allReasons);
}
