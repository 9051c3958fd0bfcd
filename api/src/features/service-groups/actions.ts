import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { refusal, settle } from "../../domain/decision.ts";
import { changedGroupFields, decideServiceGroup } from "../../domain/service-group.ts";
import type { ServiceGroupFacts } from "../../domain/service-group.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { checkReader, getForOffering, getForWriting, professionalIdOf } from "../services/offering.ts";
import { listServicesOf } from "../services/store.ts";
import { serviceGroupChange } from "./change.ts";
import type { NewServiceGroup, ServiceGroup, ServiceGroupChange, ServiceGroupQuery } from "./schema.ts";
import {
  deleteServiceGroup as deleteRow,
  getServiceGroup,
  insertServiceGroup,
  listServiceGroups,
  listServiceGroupsOf,
  lockServiceGroup,
  updateServiceGroups,
} from "./store.ts";
import type { ServiceGroupRow } from "./store.ts";

/** GRP-01 to GRP-08, LCGA-04. */
export async function createServiceGroup(
  deps: Deps,
  call: Call<ClinicActor>,
  input: NewServiceGroup,
): Promise<Settled<ServiceGroup>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const named = await professionalIdOf(tx, input.professionalId, "/professionalId");
    const professional = await getForOffering(tx, call.actor, named, "GRP-01");
    const { establishmentId, professionalId } = professional;
    const facts = await loadFacts(tx, professionalId, undefined);
    const content = settle(decideServiceGroup({ name: "", serviceIds: [] }, input, facts));
    const serviceGroupId = deps.ids.next("grp", now);
    const row = { establishmentId, serviceGroupId, professionalId, ...content, version: 1, createdAt: now };
    await insertServiceGroup(tx, row);
    await announce(tx, now, [{ author: call.actor, change: serviceGroupChange("created", row, professional) }]);
    return serviceGroupOf(row);
  });
}

export async function getOneServiceGroup(
  deps: Deps,
  call: Call<ClinicActor>,
  serviceGroupId: string,
): Promise<ServiceGroup> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getServiceGroup(tx, serviceGroupId);
    await checkReader(tx, call.actor, row.professionalId);
    return serviceGroupOf(row);
  });
}

export async function listSomeServiceGroups(
  deps: Deps,
  call: Call<ClinicActor>,
  query: ServiceGroupQuery,
): Promise<Page<ServiceGroup>> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const professionalId =
      query.professionalId && (await professionalIdOf(tx, query.professionalId, "/query/professionalId"));
    return paginate(deps, `serviceGroups.list|${professionalId ?? ""}`, query, async (after, limit) => {
      const rows = await listServiceGroups(tx, readableAgendas(call.actor), professionalId, after ?? "", limit);
      return { rows: rows.map(serviceGroupOf), positionOf: ({ serviceGroupId }) => serviceGroupId };
    });
  });
}

/** GRP-09; GRP-10: slots that were made with the group keep the services they have. */
export async function updateServiceGroup(
  deps: Deps,
  call: Call<ClinicActor>,
  serviceGroupId: string,
  input: ServiceGroupChange,
): Promise<ServiceGroup> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const { professionalId } = await getServiceGroup(tx, serviceGroupId);
    const professional = await getForWriting(tx, call.actor, professionalId, "GRP-01");
    // Services before the group: in the order in which a service's deletion locks them.
    const facts = await loadFacts(tx, professionalId, serviceGroupId);
    const current = await lockUnchanged(tx, call, serviceGroupId);
    const content = settle(decideServiceGroup(current, input, facts));
    const changed = changedGroupFields(current, content);
    if (changed.length === 0) return serviceGroupOf(current);
    const row = { ...current, ...content, version: current.version + 1 };
    await updateServiceGroups(tx, [row]);
    const change = serviceGroupChange("updated", row, professional, changed);
    await announce(tx, now, [{ author: call.actor, change }]);
    return serviceGroupOf(row);
  });
}

/** GRP-10: neither its services nor any slot changes. */
export async function deleteServiceGroup(deps: Deps, call: Call<ClinicActor>, serviceGroupId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const { professionalId } = await getServiceGroup(tx, serviceGroupId);
    const professional = await getForWriting(tx, call.actor, professionalId, "GRP-01");
    const row = await lockUnchanged(tx, call, serviceGroupId);
    await deleteRow(tx, row);
    await announce(tx, now, [{ author: call.actor, change: serviceGroupChange("deleted", row, professional) }]);
  });
}

/** The services are locked against deletion, so that none enters a group while it goes (SVC-21). */
async function loadFacts(tx: ScopedTx, professionalId: string, own: string | undefined): Promise<ServiceGroupFacts> {
  const [services, groups] = await Promise.all([
    listServicesOf(tx, [professionalId], { toWrite: true }),
    listServiceGroupsOf(tx, professionalId),
  ]);
  return {
    otherNames: groups.filter(({ serviceGroupId }) => serviceGroupId !== own).map(({ name }) => name),
    services: new Map(services.map((service) => [service.serviceId, service])),
  };
}

/** The group as the caller last saw it. */
async function lockUnchanged(tx: ScopedTx, call: Call<ClinicActor>, serviceGroupId: string): Promise<ServiceGroupRow> {
  const row = await lockServiceGroup(tx, serviceGroupId);
  if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: serviceGroupOf(row) });
  return row;
}

function serviceGroupOf({ serviceGroupId, version, professionalId, name, serviceIds }: ServiceGroupRow): ServiceGroup {
  return { serviceGroupId, version, professionalId, name, serviceIds: [...serviceIds] };
}
