import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";

/** Where a request names an object by the vendor's own identifier, and the establishment that it means something in. */
export interface NamedAt {
  externalId: string;
  establishmentId: string;
}
export const namedInAddress: NamedAt = { externalId: "/path/externalId", establishmentId: "/query/establishmentId" };
/** Of a batch; or, of the establishment, any body that has it. */
export const namedInBody: NamedAt = { externalId: "/externalId", establishmentId: "/establishmentId" };

/**
 * Design, decision 6: who works in several establishments, as a machine may, names the one that is meant. AUTH-06 is of
 * persons, who name it in a header.
 */
export function findEstablishment(
  actor: ClinicActor,
  given: string | undefined,
  at: Pick<NamedAt, "establishmentId">,
): string | Violation {
  const own = establishmentsOf(actor);
  if (given !== undefined) return own.includes(given) ? given : violation("CONTRACT", "NOT_FOUND", at.establishmentId);
  const [only, ...others] = own;
  if (only === undefined) return violation("LCGA-02", "MACHINE_NOT_LINKED");
  return others.length === 0 ? only : violation("CONTRACT", "ESTABLISHMENT_REQUIRED", at.establishmentId);
}

export function establishmentOf(
  actor: ClinicActor,
  given: string | undefined,
  at: Pick<NamedAt, "establishmentId">,
): string {
  const found = findEstablishment(actor, given, at);
  if (typeof found !== "string") throw new Refusal([found]);
  return found;
}
