import type { ScopedTx } from "../../db/scope.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { Refusal, refusal, refuseAny, violation } from "../../domain/decision.ts";
import { refuseRead } from "../../domain/permission.ts";
import { refuseServiceWrite } from "../../domain/service.ts";
import { findProfessionalOfEmployee, getProfessional, hasRecord } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";

/** What a professional offers, services and their groups: whose it is, who may see it and who may write it. */

/** EMP-20: an employee who is not a professional has no services and no groups of them. */
export async function professionalIdOf(tx: ScopedTx, reference: string, pointer: string): Promise<string> {
  if (!reference.startsWith("emp_")) return reference;
  const found = await findProfessionalOfEmployee(tx, reference);
  if (found === undefined) throw refusal("NOT_FOUND");
  if (found.professionalId === null) throw new Refusal([violation("EMP-20", "NOT_A_PROFESSIONAL", pointer)]);
  return found.professionalId;
}

/** EMP-02, PERM-16: staff see what is offered by those whose agenda they may read; a machine by those at its places. */
export async function checkReader(tx: ScopedTx, actor: ClinicActor, professionalId: string): Promise<void> {
  const { establishmentId, placeIds } = await getProfessional(tx, professionalId);
  const agenda = { establishmentId, professionalId, placeId: null, professionalPlaceIds: placeIds };
  refuseAny(refuseRead(actor, agenda));
}

/** SVC-02 or GRP-01, as the caller says, and LCGA-04. */
export async function getForWriting(
  tx: ScopedTx,
  actor: ClinicActor,
  professionalId: string,
  rule: string,
): Promise<ProfessionalFacts> {
  const professional = await getProfessional(tx, professionalId);
  refuseAny(refuseServiceWrite(actor, professional, rule));
  return professional;
}

/** EMP-21: who has no record any more is given nothing new to offer; what they offered stays, for the slots that list it. */
export async function getForOffering(
  tx: ScopedTx,
  actor: ClinicActor,
  professionalId: string,
  rule: string,
): Promise<ProfessionalFacts> {
  const professional = await getForWriting(tx, actor, professionalId, rule);
  if (!(await hasRecord(tx, professional))) throw refusal("NOT_FOUND");
  return professional;
}
