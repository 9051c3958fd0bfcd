import { announce } from "../../db/change-log.ts";
import type { Change } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { Refusal, refusal, settle, violation } from "../../domain/decision.ts";
import { decideService, decideServiceDeletion, sameTriple } from "../../domain/service.ts";
import { withoutService } from "../../domain/service-group.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { listInactiveReasons } from "../consultation-reasons/store.ts";
import { getEstablishment } from "../establishments/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { serviceGroupChange } from "../service-groups/change.ts";
import { listServiceGroupsWith, updateServiceGroups } from "../service-groups/store.ts";
import { checkReader, getForOffering, getForWriting, professionalIdOf } from "./offering.ts";
import type { NewService, Service, ServiceQuery } from "./schema.ts";
import { deactivateService, getService, insertService, lastSlotEndOf, listServices, listServicesOf } from "./store.ts";
import type { ServiceRow } from "./store.ts";
import { serviceOf } from "./wire.ts";

/** SVC-01 to SVC-04, SVC-23, REASON-11, LCGA-04. A duplicate is answered with the service that is there already. */
export async function createService(deps: Deps, call: Call<ClinicActor>, input: NewService): Promise<Settled<Service>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const named = await professionalIdOf(tx, input.professionalId, "/professionalId");
    const professional = await getForOffering(tx, call.actor, named, "SVC-02");
    const { professionalId, establishmentId } = professional;
    const { isGmf } = await getEstablishment(tx, establishmentId);
    const services = await listServicesOf(tx, [professionalId]);
    const inactiveReasons = await listInactiveReasons(tx);
    const decision = decideService(input, { isGmf, services, inactiveReasons });
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
    await checkReader(tx, call.actor, row.professionalId);
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
    await getForWriting(tx, call.actor, row.professionalId, "SVC-02");
    throw new Refusal([violation("SVC-17", "SERVICE_IMMUTABLE")]);
  });
}

/** SVC-18, SVC-19, SVC-21: it leaves its groups with it. Deleting what is deleted already changes nothing. */
export async function deleteService(deps: Deps, call: Call<ClinicActor>, serviceId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const row = await getService(tx, serviceId, { lock: true });
    const professional = await getForWriting(tx, call.actor, row.professionalId, "SVC-02");
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: serviceOf(row) });
    if (!row.active) return;
    settle(decideServiceDeletion(await lastSlotEndOf(tx, row), now));
    await deactivateService(tx, row);
    const change = changeOf({ ...row, version: row.version + 1 }, professional, "deleted");
    const left = await leaveGroups(tx, row, professional);
    await announce(
      tx,
      now,
      [change, ...left].map((each) => ({ author: call.actor, change: each })),
    );
  });
}

/** SVC-21. A group that is being given the service waits for the lock on it, and then finds it deleted. */
async function leaveGroups(
  tx: ScopedTx,
  { serviceId }: ServiceRow,
  professional: ProfessionalFacts,
): Promise<Change[]> {
  const groups = await listServiceGroupsWith(tx, serviceId);
  const left = groups.map((group) => ({ ...withoutService(group, serviceId), version: group.version + 1 }));
  await updateServiceGroups(tx, left);
  return left.map((group) => serviceGroupChange("updated", group, professional, ["serviceIds"]));
}

function changeOf(
  row: ServiceRow,
  { placeIds }: Pick<ProfessionalFacts, "placeIds">,
  operation: Change["operation"],
): Change {
  const { establishmentId, serviceId, professionalId, version } = row;
  return { establishmentId, objectType: "service", objectId: serviceId, operation, version, placeIds, professionalId };
}
