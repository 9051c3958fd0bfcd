import type * as real from "../../../../../api/src/features/openings/search-store.ts";
import { openingRows } from "../../../agenda.ts";
import type { OpeningRow } from "../../../agenda.ts";
import { isAskedFor } from "../../../asked.ts";
import { isAfter, sortBy } from "../../../world.ts";

export const listFreeOpenings: typeof real.listFreeOpenings = async (
  ...[tx, agendas, filter, window, now]: Parameters<typeof real.listFreeOpenings>
) => {
  const { establishmentId, placeId, professionals } = agendas;
  const { from, to, after, limit, last } = window;
  const of = new Set(professionals.map(({ professionalId }) => professionalId));
  const found = sortBy(
    openingRows(tx)
      .filter((row) => row.establishmentId === establishmentId && row.placeId === placeId && of.has(row.professionalId))
      .filter((row) => isAskedFor(row, { filter, from, to, reaches: professionals, now }))
      .filter((row) => after === undefined || isAfter([row.startAt, row.slotId], [after.startAt, after.slotId])),
    ({ startAt }) => startAt,
    ({ slotId }) => slotId,
  );
  return (last === true ? found.slice(-limit) : found.slice(0, limit)).map(freeOpening);
};

export function freeOpening(row: OpeningRow): real.FreeOpening {
  const { slotId, professionalId, placeId, startAt, endAt, serviceType, consultationReasons } = row;
  return {
    ...{ slotId, professionalId, placeId, startAt, endAt, serviceType },
    consultationReasons: [...consultationReasons],
  };
}
