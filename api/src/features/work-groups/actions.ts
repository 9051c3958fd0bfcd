import type { Instant } from "../../clock.ts";
import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Employee } from "../../domain/actor.ts";
import { refusal, refuseAny, settle } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { hasLeft } from "../../domain/employee.ts";
import { localDateOf, perZone } from "../../domain/time.ts";
import {
  changedWorkGroupFields,
  decideWorkGroup,
  memberProfessions,
  refuseWorkGroupCall,
} from "../../domain/work-group.ts";
import type { WorkGroupFacts, WorkGroupWish } from "../../domain/work-group.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import { utcText } from "../../http/time.ts";
import { getEstablishment } from "../establishments/store.ts";
import type { Professional } from "../professionals/schema.ts";
import { listProfessionals } from "../professionals/store.ts";
import { professionalOf } from "../professionals/wire.ts";
import { workGroupChange } from "./change.ts";
import type { NewWorkGroup, WorkGroup } from "./schema.ts";
import {
  deleteWorkGroup,
  getWorkGroup,
  insertWorkGroup,
  listNamedEmployees,
  listUngroupedIds,
  listWorkGroups,
  lockWorkGroups,
  updateWorkGroup,
} from "./store.ts";
import type { WorkGroupRow } from "./store.ts";

/** A group that was written, and what its writer should know of it. */
export interface Saved {
  workGroup: WorkGroup;
  notices: readonly Violation[];
}

/** WG-01, WG-02, WG-04 to WG-12, WG-14, WG-21. */
export async function createWorkGroup(deps: Deps, call: Call<Employee>, input: NewWorkGroup): Promise<Settled<Saved>> {
  const { actor } = call;
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const { establishmentId } = actor;
    const others = await lockWorkGroups(tx, establishmentId);
    await refuseCall(tx, actor, "create");
    const wish = wishOf(input);
    const facts = await loadFacts(tx, establishmentId, wish, others, now);
    const { content, notices } = settle(decideWorkGroup(wish, facts, null));
    const row = { establishmentId, workGroupId: deps.ids.next("wgr", now), ...content, version: 1, createdAt: now };
    await insertWorkGroup(tx, row);
    await announce(tx, now, [{ author: actor, change: workGroupChange("created", row) }]);
    return { workGroup: workGroupOf(row), notices };
  });
}

export async function getOneWorkGroup(deps: Deps, call: Call<Employee>, workGroupId: string): Promise<WorkGroup> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    await refuseCall(tx, call.actor, "read");
    return workGroupOf(await getWorkGroup(tx, call.actor.establishmentId, workGroupId));
  });
}

export async function listSomeWorkGroups(deps: Deps, call: Call<Employee>, query: PageQuery): Promise<Page<WorkGroup>> {
  const { establishmentId } = call.actor;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    await refuseCall(tx, call.actor, "read");
    return paginate(deps, "workGroups.list", query, async (after, limit) => {
      const rows = await listWorkGroups(tx, establishmentId, after ?? "", limit);
      return { rows: rows.map(workGroupOf), positionOf: (row) => row.workGroupId };
    });
  });
}

/** WG-03 to WG-08, WG-11, WG-12, WG-14 to WG-17, WG-21. */
export async function replaceWorkGroup(
  deps: Deps,
  call: Call<Employee>,
  workGroupId: string,
  input: NewWorkGroup,
): Promise<Saved> {
  const { actor } = call;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const { current, others } = await lockForWriting(tx, call, workGroupId);
    const wish = wishOf(input);
    const facts = await loadFacts(tx, actor.establishmentId, wish, others, now);
    const { content, notices } = settle(decideWorkGroup(wish, facts, current));
    const changed = changedWorkGroupFields(current, content);
    if (changed.length === 0) return { workGroup: workGroupOf(current), notices };
    const row = { ...current, ...content, version: current.version + 1 };
    await updateWorkGroup(tx, row);
    await announce(tx, now, [{ author: actor, change: workGroupChange("updated", row, changed) }]);
    return { workGroup: workGroupOf(row), notices };
  });
}

/** WG-03, WG-18. */
export async function removeWorkGroup(deps: Deps, call: Call<Employee>, workGroupId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const { current } = await lockForWriting(tx, call, workGroupId);
    await deleteWorkGroup(tx, current);
    await announce(tx, now, [{ author: call.actor, change: workGroupChange("deleted", current) }]);
  });
}

/** WG-13. EMP-19: whoever has left before today is not among them. */
export async function listUngroupedProfessionals(
  deps: Deps,
  call: Call<Employee>,
  query: PageQuery,
): Promise<Page<Professional>> {
  const { actor } = call;
  const { establishmentId } = actor;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    await refuseCall(tx, actor, "read");
    const filter = {
      ...{ establishmentId, practiceNumber: undefined, placeIds: undefined },
      professionalIds: await listUngroupedIds(tx, establishmentId, memberProfessions),
      today: perZone((zone) => localDateOf(now, zone)),
    };
    return paginate(deps, "workGroups.listUngrouped", query, async (after, limit) => {
      const rows = await listProfessionals(tx, filter, after ?? "", limit);
      return { rows: rows.map((row) => professionalOf(actor, row)), positionOf: (row) => row.professionalId };
    });
  });
}

/** EST-08, WG-01 to WG-03. */
async function refuseCall(tx: ScopedTx, actor: Employee, call: "read" | "create" | "change"): Promise<void> {
  const { isGmf } = await getEstablishment(tx, actor.establishmentId);
  refuseAny(refuseWorkGroupCall(actor, isGmf, call));
}

/** The group as the caller last saw it, which they may change, and the others. */
async function lockForWriting(
  tx: ScopedTx,
  { actor, ifMatch }: Call<Employee>,
  workGroupId: string,
): Promise<{ current: WorkGroupRow; others: WorkGroupRow[] }> {
  const groups = await lockWorkGroups(tx, actor.establishmentId);
  await refuseCall(tx, actor, "change");
  const current = groups.find((group) => group.workGroupId === workGroupId);
  if (current === undefined) throw refusal("NOT_FOUND");
  if (ifMatch !== current.version) throw refusal("PRECONDITION_FAILED", "", { current: workGroupOf(current) });
  return { current, others: groups.filter((group) => group !== current) };
}

async function loadFacts(
  tx: ScopedTx,
  establishmentId: string,
  { professionalIds, relayTeams }: WorkGroupWish,
  others: readonly WorkGroupRow[],
  now: Instant,
): Promise<WorkGroupFacts> {
  const names = [professionalIds, ...relayTeams.map((team) => team.professionalIds)].flat();
  const rows = await listNamedEmployees(tx, establishmentId, names);
  const named = rows.map(({ name, professionalId, profession, departureDate, timeZone }) => {
    const employee = { professionalId, profession, hasLeft: hasLeft(departureDate, localDateOf(now, timeZone)) };
    return [name, employee] as const;
  });
  return { named: new Map(named), others };
}

function wishOf({ professionalIds, relayTeams = [] }: NewWorkGroup): WorkGroupWish {
  return { professionalIds, relayTeams };
}

function workGroupOf(row: WorkGroupRow): WorkGroup {
  const { workGroupId, version, establishmentId, professionalIds, relayTeam1, relayTeam2, createdAt } = row;
  const teams: WorkGroup["relayTeams"] = [
    { number: 1, professionalIds: [...relayTeam1] },
    { number: 2, professionalIds: [...relayTeam2] },
  ];
  return {
    ...{ workGroupId, version, establishmentId },
    professionalIds: [...professionalIds],
    relayTeams: teams.filter((team) => team.professionalIds.length > 0),
    createdAt: utcText(createdAt),
  };
}
