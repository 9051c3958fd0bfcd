import { announce } from "../../db/change-log.ts";
import type { Change } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { Refusal, refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { refuseRead } from "../../domain/permission.ts";
import { decideService, decideServiceDeletion, refuseServiceWrite, sameTriple } from "../../domain/service.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { getEstablishment } from "../establishments/store.ts";
import { findProfessionalOfEmployee, getProfessional } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type { NewService, Service, ServiceQuery } from "./schema.ts";
import { deactivateService, getService, insertService, lastSlotEndOf, listServices, listServicesOf } from "./store.ts";
import type { ServiceRow } from "./store.ts";

/** SVC-01 to SVC-04, SVC-23, LCGA-04. A duplicate is answered with the service that is there already. */
export async function createService(deps: Deps, call: Call<ClinicActor>, input: NewService): Promise<Settled<Service>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const professional = await getProfessional(tx, await professionalIdOf(tx, input.professionalId, "/professionalId"));
    const forbidden = refuseServiceWrite(call.actor, professional);
    if (forbidden !== undefined) throw new Refusal([forbidden]);
    const { professionalId, establishmentId } = professional;
    const { isGmf } = await getEstablishment(tx, establishmentId);
    const services = await listServicesOf(tx, [professionalId]);
    const decision = decideService(input, { isGmf, services });
    const twin = services.find((service) => service.active && sameTriple(service, input));
    if (!decision.ok && twin !== undefined) throw new Refusal(decision.violations, { current: serviceOf(twin) });
    const { type, consultationReason, durationMinutes } = settle(decision);
    const row: ServiceRow = {
      establishmentId,
      serviceId: deps.ids.next("svc", now),
      professionalId,
      type,
      consultationReason,
      durationMinutes,
      active: true,
      version: 1,
      createdAt: now,
    };
    await insertService(tx, row);
    await announce(tx, now, [{ author: call.actor, change: changeOf(row, professional, "created") }]);
    return serviceOf(row);
  });
}

export async function getOneService(deps: Deps, call: Call<ClinicActor>, serviceId: string): Promise<Service> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getService(tx, serviceId);
    await checkReader(tx, call.actor, row);
    return serviceOf(row);
  });
}

export async function listSomeServices(
  deps: Deps,
  call: Call<ClinicActor>,
  query: ServiceQuery,
): Promise<Page<Service>> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const professionalId =
      query.professionalId && (await professionalIdOf(tx, query.professionalId, "/query/professionalId"));
    const active = query.active === undefined ? undefined : query.active === "true";
    const madeFor = `services.list|${professionalId ?? ""}|${query.active ?? ""}`;
    return paginate(deps, madeFor, query, async (after, limit) => {
      const filter = { professionalId, active };
      const rows = await listServices(tx, readableAgendas(call.actor), filter, after ?? "", limit);
      return { rows: rows.map(serviceOf), positionOf: ({ serviceId }) => serviceId };
    });
  });
}

/** SVC-17: a service is deleted and made again, never changed. */
export async function updateService(deps: Deps, call: Call<ClinicActor>, serviceId: string): Promise<Service> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getService(tx, serviceId);
    await checkWriter(tx, call.actor, row);
    throw new Refusal([violation("SVC-17", "SERVICE_IMMUTABLE")]);
  });
}

/** SVC-18, SVC-19. Deleting what is deleted already changes nothing. */
export async function deleteService(deps: Deps, call: Call<ClinicActor>, serviceId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const row = await getService(tx, serviceId, { lock: true });
    const professional = await checkWriter(tx, call.actor, row);
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: serviceOf(row) });
    if (!row.active) return;
    settle(decideServiceDeletion(await lastSlotEndOf(tx, row), now));
    await deactivateService(tx, row);
    const change = changeOf({ ...row, version: row.version + 1 }, professional, "deleted");
    await announce(tx, now, [{ author: call.actor, change }]);
  });
}

/** EMP-20: an employee who is not a professional has no services. */
async function professionalIdOf(tx: ScopedTx, reference: string, pointer: string): Promise<string> {
  if (!reference.startsWith("emp_")) return reference;
  const found = await findProfessionalOfEmployee(tx, reference);
  if (found === undefined) throw refusal("NOT_FOUND");
  if (found.professionalId === null) throw new Refusal([violation("EMP-20", "NOT_A_PROFESSIONAL", pointer)]);
  return found.professionalId;
}

/** EMP-02, PERM-16: staff see the services of those whose agenda they may read; a machine those at its places. */
async function checkReader(tx: ScopedTx, actor: ClinicActor, row: ServiceRow): Promise<void> {
  const { establishmentId, professionalId, placeIds } = await getProfessional(tx, row.professionalId);
  const agenda = { establishmentId, professionalId, placeId: null, professionalPlaceIds: placeIds };
  refuseAny(refuseRead(actor, agenda));
}

async function checkWriter(tx: ScopedTx, actor: ClinicActor, row: ServiceRow): Promise<ProfessionalFacts> {
  const professional = await getProfessional(tx, row.professionalId);
  const forbidden = refuseServiceWrite(actor, professional);
  if (forbidden !== undefined) throw new Refusal([forbidden]);
  return professional;
}

function changeOf(
  row: ServiceRow,
  { placeIds }: Pick<ProfessionalFacts, "placeIds">,
  operation: Change["operation"],
): Change {
  const { establishmentId, serviceId, professionalId, version } = row;
  return { establishmentId, objectType: "service", objectId: serviceId, operation, version, placeIds, professionalId };
}

function serviceOf(row: ServiceRow): Service {
  const { serviceId, version, professionalId, type, consultationReason, durationMinutes, active } = row;
  return { serviceId, version, professionalId, type, consultationReason, durationMinutes, active };
}
