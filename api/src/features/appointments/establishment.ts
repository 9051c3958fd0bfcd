import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { Refusal, refusal, violation } from "../../domain/decision.ts";

/** Design, decision 6: who works in several establishments, as a machine may, names the one that is meant. */
export function establishmentOf(actor: ClinicActor, named: string | undefined): string {
  const own = establishmentsOf(actor);
  if (named !== undefined) {
    if (!own.includes(named)) throw refusal("NOT_FOUND", "/establishmentId");
    return named;
  }
  const [only, ...others] = own;
  if (only === undefined) throw new Refusal([violation("LCGA-02", "MACHINE_NOT_LINKED")]);
  if (others.length > 0) throw refusal("ESTABLISHMENT_REQUIRED", "/establishmentId");
  return only;
}
