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
import { decideEmployee, mayReadRecord } from "../../domain/employee.ts";
import type { NewEmployeeFacts, WantedEmployee } from "../../domain/employee.ts";
import { defaultProfessionalOptions } from "../../domain/option.ts";
import { decidePermissions, managesConfiguration } from "../../domain/permission.ts";
import type { GrantedProfessional, RecordKeeper } from "../../domain/permission.ts";
import { localDateOf } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { getEstablishment } from "../establishments/store.ts";
import { listPlacesById } from "../places/store.ts";
import { insertProfessional, listProfessionalsById } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type { Employee, EmployeeQuery, NewEmployee, Permissions } from "./schema.ts";
import {
  findEmployed,
  findEmployee,
  getEmployee,
  insertEmployee,
  listEmployees,
  lockEmployee,
  updatePermissions,
} from "./store.ts";
import type { EmployeeFacts } from "./store.ts";

/** EMP-01, EMP-04 to EMP-07, EMP-12 to EMP-14, LCGA-04; a professional's agenda exists from the same moment. */
export async function createEmployee(
  deps: Deps,
  call: Call<RecordKeeper | Machine>,
  input: NewEmployee,
): Promise<Settled<Employee>> {
  const { actor } = call;
  const scope = actor.kind === "operator" ? scopeOf(call, [input.establishmentId]) : scopeOf(call);
  return withScopeOnce(deps, scope, call.once, async (tx) => {
    const now = deps.clock.now();
    const { establishmentId } = await getEstablishment(tx, input.establishmentId);
    if (actor.kind === "machine") throw new Refusal([violation("LCGA-04", "MANAGED_IN_RVSQ")]);
    const wanted = {
      ramqIdentifier: input.ramqIdentifier,
      practiceNumber: input.practiceNumber ?? null,
      startDate: input.startDate,
      departureDate: input.departureDate ?? null,
      workPlaceIds: [...new Set(input.workPlaceIds)],
      localAdmin: input.localAdmin ?? false,
      superUser: input.superUser ?? false,
      grants: input.grants ?? [],
    };
    const facts = await newEmployeeFacts(tx, establishmentId, wanted, now);
    const { profession, ...record } = settle(decideEmployee(wanted, actor, facts));
    const professionalId = profession === null ? null : deps.ids.next("pro", now);
    const row: EmployeeFacts = {
      ...wanted,
      ...record,
      establishmentId,
      employeeId: deps.ids.next("emp", now),
      firstName: input.firstName,
      lastName: input.lastName,
      professionalId,
      version: 1,
    };
    await insertEmployee(tx, row, now);
    const announcements: Announcement[] = [
      { author: actor, change: changeOf(row, "created", "employee", row.employeeId) },
    ];
    if (profession !== null && professionalId !== null) {
      await insertProfessional(tx, { ...professionalOf(row), professionalId, profession }, now);
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
    // A stale version is told to those who may write; others are not given the record.
    if (managesConfiguration(actor) && call.ifMatch !== row.version)
      throw refusal("PRECONDITION_FAILED", "", { current: employeeOf(row) });
    const { changed, grants, ...profiles } = settle(decision);
    if (changed.length === 0) return employeeOf(row);
    const updated: EmployeeFacts = { ...row, ...profiles, grants: [...grants], version: row.version + 1 };
    await updatePermissions(tx, updated);
    const change = { ...changeOf(updated, "updated", "employee", employeeId), changed };
    await announce(tx, now, [{ author: actor, change }]);
    return employeeOf(await getEmployee(tx, employeeId));
  });
}

async function newEmployeeFacts(
  tx: ScopedTx,
  establishmentId: string,
  wanted: WantedEmployee,
  now: Instant,
): Promise<NewEmployeeFacts> {
  // The operator sees places and professionals of every establishment.
  const places = (await listPlacesById(tx, wanted.workPlaceIds)).filter((at) => at.establishmentId === establishmentId);
  const first = places.find(({ placeId }) => placeId === wanted.workPlaceIds[0]);
  return {
    alreadyEmployed: await findEmployed(tx, establishmentId, wanted),
    establishmentPlaceIds: places.map(({ placeId }) => placeId),
    today: first === undefined ? null : localDateOf(now, first.timeZone),
    professionals: await grantedProfessionals(tx, establishmentId, wanted.grants),
  };
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
  return professionals.filter((professional) => professional.establishmentId === establishmentId);
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
    firstName: row.firstName,
    lastName: row.lastName,
    practiceNumber: row.practiceNumber,
    isProfessional: row.professionalId !== null,
    professionalId: row.professionalId,
    startDate: row.startDate,
    departureDate: row.departureDate,
    workPlaceIds: row.workPlaceIds,
    localAdmin: row.localAdmin,
    superUser: row.superUser,
    user: true,
    grants: row.grants,
  };
}
