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

/**
 * PAT-02: who the citizen is, or the patient whom a nurse names. That a nurse asked is recorded at once, whatever comes of
 * it and also when RAMQ knows nobody: it was asked about a person.
 */
export async function identify(deps: Deps, { call, operationId, nam: given }: OnlineCaller): Promise<OnlinePatient> {
  const isNurse = call.actor.kind === "nurse";
  const pointer = isNurse ? "/nam" : "";
  const nam = readNam(given, pointer);
  const namIndex = deps.secrets.namIndex(nam);
  const person = await deps.registry.find(nam);
  if (isNurse) {
    const scope = { audience: "system", establishments: [], dryRun: call.dryRun ?? false } as const;
    await withScope(deps.connection, scope, (tx) =>
      recordPersonLookup(deps, tx, { ...call, purpose: operationId }, namIndex),
    );
  }
  if (person === null) throw new Refusal([violation("PAT-02", "IDENTITY_UNKNOWN", pointer)]);
  return { nam, namIndex, person };
}
