import type { Change } from "../../db/change-log.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type { ServiceGroupRow } from "./store.ts";

/** What readers of the professional's places are told. */
export function serviceGroupChange(
  operation: Change["operation"],
  { establishmentId, serviceGroupId, professionalId, version }: ServiceGroupRow,
  { placeIds }: Pick<ProfessionalFacts, "placeIds">,
  changed: readonly string[] = [],
): Change {
  const object = { objectType: "serviceGroup", objectId: serviceGroupId } as const;
  return {
    establishmentId,
    ...object,
    operation,
    version: operation === "deleted" ? version + 1 : version,
    placeIds,
    professionalId,
    changed,
  };
}
