import type * as real from "../../../../api/src/db/change-log.ts";
import { authorColumns } from "../../../../api/src/db/change-log.ts";
import { memoryOf, sortBy } from "../../world.ts";

/** In the order given, with the next numbers of each establishment's sequence. */
export const announce: typeof real.announce = async (tx, at, announcements) => {
  const memory = memoryOf(tx);
  for (const { author, change } of announcements) {
    const log = memory.find("log", change.establishmentId) ?? [];
    const by = authorColumns(author);
    const row = {
      establishmentId: change.establishmentId,
      seq: (log.at(-1)?.seq ?? 0) + 1,
      at,
      objectType: change.objectType,
      objectId: change.objectId,
      operation: change.operation,
      version: change.version,
      placeIds: [...change.placeIds],
      professionalId: change.professionalId ?? null,
      startAt: change.startAt ?? null,
      endAt: change.endAt ?? null,
      status: change.status ?? null,
      changed: [...(change.changed ?? [])],
      // authorColumns answers the kind of an author, or "system".
      actorType: by.type as "system",
      actorId: by.id,
      vendorId: by.vendor,
      mark: null,
    };
    memory.put("log", change.establishmentId, [...log, row]);
  }
};

export const lastVersionOf: typeof real.lastVersionOf = async (tx, { establishmentId, objectType, objectId }) => {
  const changes = (memoryOf(tx).find("log", establishmentId) ?? []).filter(
    (change) => change.objectType === objectType && change.objectId === objectId,
  );
  return sortBy(changes, ({ seq }) => seq).at(-1)?.version ?? 0;
};
