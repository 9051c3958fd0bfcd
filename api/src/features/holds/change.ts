import type { Change } from "../../db/change-log.ts";
import type { Hold, HoldStatus } from "../../domain/hold.ts";

/** HOLD-08, HOLD-09: what readers of the place are told of a hold; its tombstone says how it ended. Whose it is stays untold. */
export function holdChange(operation: Change["operation"], hold: Hold, status: HoldStatus): Change {
  const { establishmentId, holdId, placeId, professionalId, startAt, endAt, version } = hold;
  return {
    establishmentId,
    objectType: "hold",
    objectId: holdId,
    operation,
    version: operation === "deleted" ? version + 1 : version,
    placeIds: [placeId],
    professionalId,
    startAt,
    endAt,
    status,
    changed: operation === "updated" ? ["expiresAt"] : [],
  };
}
