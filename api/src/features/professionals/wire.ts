import type { ClinicActor, Operator } from "../../domain/actor.ts";
import type { Professional } from "./schema.ts";
import type { ProfessionalFacts } from "./store.ts";

/** LCGA-02: agenda software is told of linked places only, and of no employee. */
export function professionalOf(reader: Operator | ClinicActor, facts: ProfessionalFacts): Professional {
  const { professionalId, version, establishmentId, displayName, practiceNumber, profession, capacity } = facts;
  const linked = reader.kind === "machine" ? reader.links.map((link) => link.placeId) : undefined;
  return {
    professionalId,
    version,
    establishmentId,
    employeeId: reader.kind === "machine" ? null : facts.employeeId,
    displayName,
    practiceNumber,
    profession,
    capacity,
    placeIds: facts.placeIds.filter((placeId) => linked?.includes(placeId) ?? true),
    departureDate: facts.departureDate,
  };
}
