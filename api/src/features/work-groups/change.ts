import type { Change } from "../../db/change-log.ts";
import type { WorkGroupRow } from "./store.ts";

/** What the establishment's staff are told: groups are of no place, so agenda software hears of none (LCGA-02). */
export function workGroupChange(
  operation: Change["operation"],
  { establishmentId, workGroupId, version }: WorkGroupRow,
  changed: readonly string[] = [],
): Change {
  return {
    establishmentId,
    objectType: "workGroup",
    objectId: workGroupId,
    operation,
    version: operation === "deleted" ? version + 1 : version,
    placeIds: [],
    changed,
  };
}
