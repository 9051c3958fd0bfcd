import type { Deps } from "../../deps.ts";
import type { Citizen } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { InsuredPerson } from "../../registry.ts";

/** PAT-02: who the citizen is, as RAMQ knows them. */
export async function identify(deps: Deps, { nam }: Citizen): Promise<InsuredPerson> {
  const person = await deps.registry.find(nam);
  if (person === null) throw new Refusal([violation("PAT-02", "IDENTITY_UNKNOWN")]);
  return person;
}
