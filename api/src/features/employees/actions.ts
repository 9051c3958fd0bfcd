import type { Instant } from "../../clock.ts";
import { announce } from "../../db/change-log.ts";
import type { Announcement, Change } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { scopeOfObject } from "../../db/scope-of-object.ts";
import type { Deps } from "../../deps.ts";
import type { Grant, Machine } from "../../domain/actor.ts";
import { Refusal, refusal, settle, violation } from "../../domain/decision.ts";
import {
  decideDeletion,
  decideEmployee,
  decideLookup,
  decideRecordChange,
  detailsOf,
  mayReadRecord,
  noDetails,
  registryFields,
} from "../../domain/employee.ts";
import type { NewEmployeeFacts, RegisteredPerson, WantedEmployee } from "../../domain/employee.ts";
import { defaultProfessionalOptions } from "../../domain/option.ts";
import { decidePermissions, managesConfiguration } from "../../domain/permission.ts";
import type { GrantedProfessional, RecordKeeper } from "../../domain/permission.ts";
import { addDays, localDateOf, timeZones } from "../../domain/time.ts";
import { changedWorkGroupFields } from "../../domain/work-group.ts";
import type { GroupsLeft } from "../../domain/work-group.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { getEstablishment } from "../establishments/store.ts";
import { listPlacesById } from "../places/store.ts";
import type { PlaceRow } from "../places/store.ts";
import {
  insertProfessional,
  listProfessionalsById,
  lockProfessional,
  updateEmployment,
  withRecord,
} from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { workGroupChange } from "../work-groups/change.ts";
import { deleteWorkGroup, lockWorkGroups, updateWorkGroup } from "../work-groups/store.ts";
import type { WorkGroupRow } from "../work-groups/store.ts";
import type { Employee, EmployeeChange, EmployeeQuery, NewEmployee, Permissions } from "./schema.ts";
import {
  deleteEmployee,
  findEmployee,
  getEmployee,
  insertEmployee,
  isEmployed,
  listEmployees,
  lockEmployee,
  updatePermissions,
  updateRecord,
} from "./store.ts";
import type { EmployeeFacts } from "./store.ts";

/** EMP-01, EMP-03 to EMP-14, LCGA-04; a professional's agenda exists from the same moment. */
export async function createEmployee(
  deps: Deps,
  call: Call<RecordKeeper | Machine>,
  input: NewEmployee,
): Promise<Settled<Employee>> {
  const { actor } = call;
  const lookup = decideLookup(input);
  const person = lookup.ok && managesConfiguration(actor) ? await deps.staffRegistry.find(lookup.value) : null;
  const scope = actor.kind === "operator" ? scopeOf(call, [input.establishmentId]) : scopeOf(call);
  return withScopeOnce(deps, scope, call.once, async (tx) => {
    const now = deps.clock.now();
    const { establishmentId } = await getEstablishment(tx, input.establishmentId);
    if (actor.kind === "machine") throw new Refusal([violation("LCGA-04", "MANAGED_IN_RVSQ")]);
    const wanted = {
      lookup,
      registryFieldsSent: sentOf(["firstName", "lastName"], input),
      startDate: input.startDate,
      departureDate: input.departureDate ?? null,
      workPlaceIds: [...new Set(input.workPlaceIds)],
      localAdmin: input.localAdmin ?? false,
      superUser: input.superUser ?? false,
      grants: input.grants ?? [],
    };
    const facts = await newEmployeeFacts(tx, establishmentId, person, wanted, now);
    const decided = settle(decideEmployee(wanted, actor, facts));
    const { practiceClass, startDate, localAdmin, superUser } = decided;
    const professionalId = practiceClass === null ? null : deps.ids.next("pro", now);
    const row: EmployeeFacts = {
      establishmentId,
      employeeId: deps.ids.next("emp", now),
      professionalId,
      ...decided.person,
      ...detailsOf(noDetails, input),
      ...{ startDate, departureDate: wanted.departureDate, workPlaceIds: wanted.workPlaceIds },
      ...{ localAdmin, superUser, grants: wanted.grants },
      version: 1,
    };
    await insertEmployee(tx, row, now);
    const announcements: Announcement[] = [
      { author: actor, change: changeOf(row, "created", "employee", row.employeeId) },
    ];
    if (practiceClass !== null && professionalId !== null) {
      await insertProfessional(tx, { ...professionalOf(row), professionalId, profession: practiceClass }, now);
      announcements.push({
        author: actor,
        change: { ...changeOf(row, "created", "professional", professionalId), professionalId },
      });
    }
    await announce(tx, now, announcements);
    return employeeOf(await getEmployee(tx, row.employeeId));
  });
}

/** EMP-02: a user reads their own record only. */
export async function getOneEmployee(deps: Deps, call: Call<RecordKeeper>, employeeId: string): Promise<Employee> {
  const scope = await scopeOfObject(deps, call, (tx) => findEmployee(tx, employeeId));
  return withScope(deps.connection, scope, async (tx) => {
    const row = await getEmployee(tx, employeeId);
    if (!mayReadRecord(call.actor, employeeId)) throw new Refusal([violation("EMP-02", "FORBIDDEN")]);
    return employeeOf(row);
  });
}

/** EMP-02: those who keep records list them all, a user their own. */
export async function listSomeEmployees(
  deps: Deps,
  call: Call<RecordKeeper>,
  query: EmployeeQuery,
): Promise<Page<Employee>> {
  const { actor } = call;
  const establishmentId = query.establishmentId ?? (actor.kind === "employee" ? actor.establishmentId : undefined);
  if (establishmentId === undefined) throw refusal("REQUIRED_FIELD", "/query/establishmentId");
  const own = actor.kind === "employee" && !managesConfiguration(actor) ? actor.employeeId : undefined;
  const scope = actor.kind === "operator" ? scopeOf(call, [establishmentId]) : scopeOf(call);
  return withScope(deps.connection, scope, async (tx) =>
    paginate(deps, `employees.list|${establishmentId}|${own ?? ""}`, query, async (after, limit) => {
      const rows = await listEmployees(tx, { establishmentId, employeeId: own }, after ?? "", limit);
      return { rows: rows.map(employeeOf), positionOf: (row) => row.employeeId };
    }),
  );
}

/** PERM-02 to PERM-09, PERM-11 to PERM-13, PERM-28. */
export async function replacePermissions(
  deps: Deps,
  call: Call<RecordKeeper | Machine>,
  employeeId: string,
  wanted: Permissions,
): Promise<Employee> {
  const { actor } = call;
  const scope = await scopeOfObject(deps, call, (tx) => findEmployee(tx, employeeId));
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const row = await lockEmployee(tx, employeeId);
    if (actor.kind === "machine") throw new Refusal([violation("LCGA-04", "MANAGED_IN_RVSQ")]);
    const decision = decidePermissions(
      { localAdmin: wanted.localAdmin, superUser: wanted.superUser, grants: wanted.grants },
      actor,
      {
        employeeId,
        current: row,
        workPlaceIds: row.workPlaceIds,
        professionals: await grantedProfessionals(tx, row.establishmentId, wanted.grants ?? []),
      },
    );
    refuseStale(call, row);
    const { changed, grants, ...profiles } = settle(decision);
    if (changed.length === 0) return employeeOf(row);
    const updated: EmployeeFacts = { ...row, ...profiles, grants: [...grants], version: row.version + 1 };
    await updatePermissions(tx, updated);
    const change = { ...changeOf(updated, "updated", "employee", employeeId), changed };
    await announce(tx, now, [{ author: actor, change }]);
    return employeeOf(await getEmployee(tx, employeeId));
  });
}

/** EMP-01, EMP-11, EMP-13 to EMP-18, LCGA-04. */
export async function updateEmployee(
  deps: Deps,
  call: Call<RecordKeeper | Machine>,
  employeeId: string,
  sent: EmployeeChange,
): Promise<Employee> {
  const { actor } = call;
  const scope = await scopeOfObject(deps, call, (tx) => findEmployee(tx, employeeId));
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const row = await lockEmployee(tx, employeeId);
    if (actor.kind === "machine") throw new Refusal([violation("LCGA-04", "MANAGED_IN_RVSQ")]);
    const places = await placesOf(tx, row.establishmentId, sent.workPlaceIds ?? []);
    const decision = decideRecordChange({ ...sent, registryFieldsSent: sentOf(registryFields, sent) }, actor, {
      current: row,
      establishmentPlaceIds: places.map(({ placeId }) => placeId),
    });
    refuseStale(call, row);
    const { changed, grants, workPlaceIds, ...record } = settle(decision);
    if (changed.length === 0) return employeeOf(row);
    const updated: EmployeeFacts = {
      ...row,
      ...record,
      workPlaceIds: [...workPlaceIds],
      grants: [...grants],
      version: row.version + 1,
    };
    await updateRecord(tx, updated);
    const employment = await moveAgenda(tx, updated);
    // Who reads what is at a place that was taken away hears of it.
    const placeIds = [...new Set([...row.workPlaceIds, ...workPlaceIds])].sort();
    const change = { ...changeOf(updated, "updated", "employee", employeeId), placeIds, changed };
    const announcements = [change, ...employment.map((one) => ({ ...one, placeIds }))];
    await announce(
      tx,
      now,
      announcements.map((one) => ({ author: actor, change: one })),
    );
    return employeeOf(await getEmployee(tx, employeeId));
  });
}

/**
 * EMP-01, EMP-21 to EMP-23, EMP-25, LCGA-04, WG-19, WG-20: the record is read by nobody any more, and its person may be
 * registered anew (EMP-07), with a record and an agenda of their own. A professional's slots and appointments stay, for
 * whoever has them to see to: nothing is cancelled, and like that of one who left yesterday the agenda is offered to
 * nobody.
 */
export async function deleteOneEmployee(
  deps: Deps,
  call: Call<RecordKeeper | Machine>,
  employeeId: string,
  acknowledge: readonly string[],
): Promise<void> {
  const { actor } = call;
  const scope = await scopeOfObject(deps, call, (tx) => findEmployee(tx, employeeId));
  await withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const row = await lockEmployee(tx, employeeId);
    if (actor.kind === "machine") throw new Refusal([violation("LCGA-04", "MANAGED_IN_RVSQ")]);
    const groups = await lockWorkGroups(tx, row.establishmentId);
    const decision = decideDeletion(actor, row.professionalId, groups);
    refuseStale(call, row);
    const left = settle(decision, acknowledge);
    const deleted: EmployeeFacts = { ...row, version: row.version + 1 };
    await deleteEmployee(tx, deleted, now);
    const changes = [
      changeOf(deleted, "deleted", "employee", employeeId),
      ...(await closeAgenda(tx, row.professionalId, now)),
      ...(await leaveGroups(tx, groups, left)),
    ];
    await announce(
      tx,
      now,
      changes.map((change) => ({ author: actor, change })),
    );
  });
}

/** A stale version is told to those who may write; others are not given the record. */
function refuseStale(call: Call<RecordKeeper | Machine>, row: EmployeeFacts): void {
  if (managesConfiguration(call.actor) && call.ifMatch !== row.version)
    throw refusal("PRECONDITION_FAILED", "", { current: employeeOf(row) });
}

/** The professional works where their record says, and until when it says. */
async function moveAgenda(tx: ScopedTx, record: EmployeeFacts): Promise<Change[]> {
  if (record.professionalId === null) return [];
  const professional = await lockProfessional(tx, record.professionalId);
  const { departureDate, workPlaceIds: placeIds } = record;
  return changeEmployment(tx, professional, { departureDate, placeIds });
}

/** EMP-19: an agenda whose last day was yesterday, wherever it is still early in the day. */
async function closeAgenda(tx: ScopedTx, professionalId: string | null, now: Instant): Promise<Change[]> {
  if (professionalId === null) return [];
  const professional = await lockProfessional(tx, professionalId);
  const [today = ""] = timeZones.map((zone) => localDateOf(now, zone)).sort();
  const yesterday = addDays(today, -1);
  const { departureDate: already, placeIds } = professional;
  const departureDate = already !== null && already < yesterday ? already : yesterday;
  return changeEmployment(tx, professional, { departureDate, placeIds });
}

async function changeEmployment(
  tx: ScopedTx,
  professional: ProfessionalFacts,
  next: Pick<ProfessionalFacts, "departureDate" | "placeIds">,
): Promise<Change[]> {
  const changed = [
    ...(next.departureDate === professional.departureDate ? [] : ["departureDate"]),
    ...(next.placeIds.join() === professional.placeIds.join() ? [] : ["placeIds"]),
  ];
  if (changed.length === 0) return [];
  const updated = { ...professional, ...next, version: professional.version + 1 };
  await updateEmployment(tx, updated);
  const { establishmentId, professionalId, version, placeIds } = updated;
  const object = { objectType: "professional", objectId: professionalId, operation: "updated" } as const;
  return [{ establishmentId, ...object, version, placeIds, professionalId, changed }];
}

async function leaveGroups(tx: ScopedTx, groups: readonly WorkGroupRow[], left: GroupsLeft): Promise<Change[]> {
  const changes: Change[] = [];
  for (const before of groups) {
    const next = left.changed.find((group) => group.workGroupId === before.workGroupId);
    if (left.deleted.some((group) => group.workGroupId === before.workGroupId)) {
      await deleteWorkGroup(tx, before);
      changes.push(workGroupChange("deleted", before));
    } else if (next !== undefined) {
      const row = { ...before, ...next, version: before.version + 1 };
      await updateWorkGroup(tx, row);
      changes.push(workGroupChange("updated", row, changedWorkGroupFields(before, next)));
    }
  }
  return changes;
}

/** Those of the fields that the body has, whatever it says in them. */
function sentOf<Field extends string>(
  fields: readonly Field[],
  body: Readonly<Partial<Record<Field, unknown>>>,
): Field[] {
  return fields.filter((field) => body[field] !== undefined);
}

async function newEmployeeFacts(
  tx: ScopedTx,
  establishmentId: string,
  person: RegisteredPerson | null,
  wanted: WantedEmployee,
  now: Instant,
): Promise<NewEmployeeFacts> {
  const places = await placesOf(tx, establishmentId, wanted.workPlaceIds);
  const first = places.find(({ placeId }) => placeId === wanted.workPlaceIds[0]);
  return {
    person,
    alreadyEmployed: person !== null && (await isEmployed(tx, establishmentId, person)),
    establishmentPlaceIds: places.map(({ placeId }) => placeId),
    today: first === undefined ? null : localDateOf(now, first.timeZone),
    professionals: await grantedProfessionals(tx, establishmentId, wanted.grants),
  };
}

/** The operator sees places and professionals of every establishment. */
async function placesOf(tx: ScopedTx, establishmentId: string, placeIds: readonly string[]): Promise<PlaceRow[]> {
  return (await listPlacesById(tx, [...placeIds])).filter((place) => place.establishmentId === establishmentId);
}

async function grantedProfessionals(
  tx: ScopedTx,
  establishmentId: string,
  grants: readonly Grant[],
): Promise<GrantedProfessional[]> {
  const professionals = await listProfessionalsById(
    tx,
    grants.map(({ professionalId }) => professionalId),
  );
  const here = professionals.filter((professional) => professional.establishmentId === establishmentId);
  // EMP-21: nobody is given access to the agenda of a record that is gone.
  return withRecord(tx, here);
}

/** A person's agenda takes one appointment at a time, and shows the whole of it at first (OPT-01). */
function professionalOf(row: EmployeeFacts): Omit<ProfessionalFacts, "professionalId" | "profession"> {
  return {
    establishmentId: row.establishmentId,
    employeeId: row.employeeId,
    displayName: `${row.firstName} ${row.lastName}`,
    practiceNumber: row.practiceNumber,
    capacity: 1,
    ...defaultProfessionalOptions,
    departureDate: row.departureDate,
    version: 1,
    placeIds: row.workPlaceIds,
  };
}

function changeOf(
  row: EmployeeFacts,
  operation: Change["operation"],
  objectType: "employee" | "professional",
  objectId: string,
): Change {
  const { establishmentId, version, workPlaceIds } = row;
  return { establishmentId, objectType, objectId, operation, version, placeIds: workPlaceIds };
}

function employeeOf(row: EmployeeFacts): Employee {
  return {
    employeeId: row.employeeId,
    version: row.version,
    establishmentId: row.establishmentId,
    ramqIdentifier: row.ramqIdentifier,
    pseudonym: row.pseudonym,
    firstName: row.firstName,
    lastName: row.lastName,
    practiceNumber: row.practiceNumber,
    isProfessional: row.professionalId !== null,
    professionalId: row.professionalId,
    ...detailsOf(row, {}),
    startDate: row.startDate,
    departureDate: row.departureDate,
    workPlaceIds: row.workPlaceIds,
    localAdmin: row.localAdmin,
    superUser: row.superUser,
    user: true,
    grants: row.grants,
  };
}
