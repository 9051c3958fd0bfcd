import { announce } from "../../db/change-log.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { scopeOfObject } from "../../db/scope-of-object.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, Operator } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { Refusal, refusal, settle, violation } from "../../domain/decision.ts";
import { decideProfessionalOptions } from "../../domain/option.ts";
import { mayReadRecord } from "../../domain/employee.ts";
import { mayReadAt, refuseConfigurationWrite } from "../../domain/permission.ts";
import { localDateOf, perZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import type { Professional, ProfessionalOptions, ProfessionalOptionsChange, ProfessionalQuery } from "./schema.ts";
import {
  findProfessional,
  findProfessionalOfEmployee,
  getProfessional,
  hasRecord,
  listProfessionals,
  lockProfessional,
  updateProfessionalOptions,
} from "./store.ts";
import type { ProfessionalFacts } from "./store.ts";
import { professionalOf } from "./wire.ts";

type Reader = Operator | ClinicActor;

export async function getOneProfessional(
  deps: Deps,
  call: Call<Reader>,
  professionalId: string,
): Promise<Professional> {
  const scope = await scopeOfObject(deps, call, (tx) => findProfessional(tx, professionalId));
  return withScope(deps.connection, scope, async (tx) =>
    professionalOf(call.actor, await readable(tx, call.actor, professionalId)),
  );
}

/**
 * EMP-19: who has left before today is no longer listed. LCGA-02: a machine lists those who work at linked places. VIEW-05:
 * by name, among those whose agenda the caller may read; without one the establishment's staff know who works there.
 */
export async function listSomeProfessionals(
  deps: Deps,
  call: Call<Reader>,
  query: ProfessionalQuery,
): Promise<Page<Professional>> {
  const { actor } = call;
  const { establishmentId, placeId, practiceNumber, name } = query;
  if (actor.kind === "operator" && establishmentId === undefined)
    throw refusal("REQUIRED_FIELD", "/query/establishmentId");
  const linked = actor.kind === "machine" ? actor.links.map((link) => link.placeId) : undefined;
  const placeIds = placeId === undefined ? linked : [placeId].filter((id) => linked?.includes(id) ?? true);
  const scope = scopeOf(call, actor.kind === "operator" ? [establishmentId ?? ""] : undefined);
  const madeFor = `professionals.list|${establishmentId ?? ""}|${placeId ?? ""}|${practiceNumber ?? ""}|${name ?? ""}`;
  const readable = name === undefined || actor.kind === "operator" ? undefined : readableAgendas(actor);
  const now = deps.clock.now();
  const today = perZone((zone) => localDateOf(now, zone));
  return withScope(deps.connection, scope, async (tx) =>
    paginate(deps, madeFor, query, async (after, limit) => {
      const filter = { establishmentId, placeIds, practiceNumber, today, name, readable };
      const rows = await listProfessionals(tx, filter, after ?? "", limit);
      return { rows: rows.map((row) => professionalOf(actor, row)), positionOf: (row) => row.professionalId };
    }),
  );
}

/** EMP-02, EMP-21: a section of the employee's record, which a user reads of themself only. */
export async function getProfessionalOptions(
  deps: Deps,
  call: Call<Reader>,
  reference: string,
): Promise<ProfessionalOptions> {
  const scope = await scopeOfObject(deps, call, (tx) => establishmentOf(tx, reference));
  return withScope(deps.connection, scope, async (tx) => {
    const professional = await readable(tx, call.actor, await professionalIdOf(tx, reference));
    if (call.actor.kind !== "machine" && !mayReadRecord(call.actor, professional.employeeId ?? ""))
      throw new Refusal([violation("EMP-02", "FORBIDDEN")]);
    if (!(await hasRecord(tx, professional))) throw refusal("NOT_FOUND");
    return optionsOf(professional);
  });
}

/** OPT-02, OPT-08, EMP-21, LCGA-04. */
export async function replaceProfessionalOptions(
  deps: Deps,
  call: Call<ClinicActor>,
  reference: string,
  wanted: ProfessionalOptionsChange,
): Promise<ProfessionalOptions> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const professional = await lockProfessional(tx, await professionalIdOf(tx, reference));
    const forbidden = refuseConfigurationWrite(call.actor, professional, "OPT-08");
    if (forbidden !== undefined) throw new Refusal([forbidden]);
    if (!(await hasRecord(tx, professional))) throw refusal("NOT_FOUND");
    if (call.ifMatch !== professional.version)
      throw refusal("PRECONDITION_FAILED", "", { current: optionsOf(professional) });
    const { limitFutureBooking, maxWeeks = null } = wanted;
    const options = settle(decideProfessionalOptions({ limitFutureBooking, maxWeeks }));
    const names = ["limitFutureBooking", "maxWeeks"] as const;
    const changed = names.filter((name) => options[name] !== professional[name]);
    if (changed.length === 0) return optionsOf(professional);
    const updated: ProfessionalFacts = { ...professional, ...options, version: professional.version + 1 };
    await updateProfessionalOptions(tx, updated);
    const { establishmentId, professionalId, version, placeIds } = updated;
    const change = {
      establishmentId,
      objectType: "professional",
      objectId: professionalId,
      operation: "updated",
      version,
      placeIds,
      professionalId,
      changed,
    } as const;
    await announce(tx, now, [{ author: call.actor, change }]);
    return optionsOf(updated);
  });
}

/** LCGA-02: a machine is shown nobody who works elsewhere only. */
async function readable(tx: ScopedTx, reader: Reader, professionalId: string): Promise<ProfessionalFacts> {
  const professional = await getProfessional(tx, professionalId);
  if (!mayReadAt(reader, professional)) throw refusal("NOT_FOUND");
  return professional;
}

/** EMP-20: an employee who is not a professional has no options. */
async function professionalIdOf(tx: ScopedTx, reference: string): Promise<string> {
  if (!reference.startsWith("emp_")) return reference;
  const found = await findProfessionalOfEmployee(tx, reference);
  if (found === undefined) throw refusal("NOT_FOUND");
  if (found.professionalId === null)
    throw new Refusal([violation("EMP-20", "NOT_A_PROFESSIONAL", "/path/professionalId")]);
  return found.professionalId;
}

function establishmentOf(tx: ScopedTx, reference: string): Promise<{ establishmentId: string } | undefined> {
  return reference.startsWith("emp_") ? findProfessionalOfEmployee(tx, reference) : findProfessional(tx, reference);
}

function optionsOf({ professionalId, version, limitFutureBooking, maxWeeks }: ProfessionalFacts): ProfessionalOptions {
  return { professionalId, version, limitFutureBooking, maxWeeks };
}
