import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { OnlineActor } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import type { InsuredPerson } from "../../registry.ts";
import { recordPersonLookup } from "../access/store.ts";
import { readNam } from "../appointments/known-patient.ts";

/** Who is online, what they called, and the number of the person for whom: their own, or that of a nurse's patient. */
export interface OnlineCaller {
  call: Call<OnlineActor>;
  operationId: string;
  nam: string;
}

/** For whom something is done online: normalised, and as RAMQ knows them. */
export interface OnlinePatient {
  nam: string;
  namIndex: string;
  person: InsuredPerson;
}

/** The same of whom RAMQ may not know. */
export interface LookedUp extends Omit<OnlinePatient, "person"> {
  person: InsuredPerson | null;
}

/** PAT-02: who the citizen is, or the patient whom a nurse names; refused when RAMQ knows nobody. */
export async function identify(deps: Deps, caller: OnlineCaller): Promise<OnlinePatient> {
  const { person, ...looked } = await lookUp(deps, caller);
  if (person === null) throw unknownTo(caller.call.actor);
  return { ...looked, person };
}

export function unknownTo(actor: OnlineActor): Refusal {
  return new Refusal([violation("PAT-02", "IDENTITY_UNKNOWN", pointerOf(actor))]);
}

/**
 * That a nurse asked is recorded at once, whatever comes of it and also when RAMQ knows nobody: it was asked about a
 * person.
 */
export async function lookUp(deps: Deps, { call, operationId, nam: given }: OnlineCaller): Promise<LookedUp> {
  const nam = readNam(given, pointerOf(call.actor));
  const namIndex = deps.secrets.namIndex(nam);
  const person = await deps.registry.find(nam);
  if (call.actor.kind === "nurse") {
    const scope = { audience: "system", establishments: [], dryRun: call.dryRun ?? false } as const;
    await withScope(deps.connection, scope, (tx) =>
      recordPersonLookup(deps, tx, { ...call, purpose: operationId }, namIndex),
    );
  }
  return { nam, namIndex, person };
}

/** A citizen's number is in their token, a patient's in the body. */
function pointerOf(actor: OnlineActor): string {
  return actor.kind === "nurse" ? "/nam" : "";
}
