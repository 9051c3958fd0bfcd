import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  createEmployee,
  deleteOneEmployee,
  getOneEmployee,
  listSomeEmployees,
  replacePermissions,
  updateEmployee,
} from "./actions.ts";
import {
  deletionQuery,
  employeeChangeExample,
  employeeChangeSchema,
  employeeExample,
  employeeId,
  employeePage,
  employeeQuery,
  employeeSchema,
  newEmployeeExample,
  newEmployeeSchema,
  permissionsExample,
  permissionsSchema,
} from "./schema.ts";

const create = operation({
  operationId: "employees.create",
  method: "post",
  path: "/v1/employees",
  tag: "configuration",
  summary: "Register an employee",
  description:
    "EMP-01: the operator, local administrators and super users. EMP-03: the body carries exactly one identifier; RAMQ's " +
    "registry of online services says whose it is (EMP-09). One who has a practice number is a professional, with an " +
    "agenda at each work place. LCGA-04: kept in RVSQ, so agenda software is refused.",
  actors: ["operator", "employee", "machine"],
  body: newEmployeeSchema,
  idempotent: true,
  status: 201,
  result: employeeSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "MANAGED_IN_RVSQ",
    "INVALID_IDENTIFIER",
    "UNKNOWN_PRACTICE_CLASS",
    "NOT_REGISTERED_WITH_RAMQ",
    "FIELD_NOT_EDITABLE",
    "EMPLOYEE_ALREADY_EXISTS",
    "REQUIRED_FIELD",
    "OUT_OF_RANGE",
    "WORK_PLACE_REQUIRED",
    "PLACE_NOT_WORK_PLACE",
    "PROFESSIONAL_NOT_AT_PLACE",
  ],
  example: { body: newEmployeeExample, result: employeeExample },
});

const get = operation({
  operationId: "employees.get",
  method: "get",
  path: "/v1/employees/{employeeId}",
  tag: "configuration",
  summary: "Read an employee's record",
  description: "EMP-02: a user reads their own only.",
  actors: ["operator", "employee"],
  params: z.object({ employeeId }),
  status: 200,
  result: employeeSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: employeeExample },
});

const list = operation({
  operationId: "employees.list",
  method: "get",
  path: "/v1/employees",
  tag: "configuration",
  summary: "List the employees of an establishment",
  description: "EMP-02: a user's list holds their own record only.",
  actors: ["operator", "employee"],
  query: employeeQuery,
  status: 200,
  result: employeePage,
  list: true,
  problems: ["REQUIRED_FIELD"],
  example: { result: { items: [employeeExample], nextCursor: null } },
});

const update = operation({
  operationId: "employees.update",
  method: "patch",
  path: "/v1/employees/{employeeId}",
  tag: "configuration",
  summary: "Change an employee's record",
  description:
    "EMP-01: the operator, local administrators and super users. EMP-16: a work place that is taken away leaves slots and " +
    "appointments there as they are. EMP-18: with a departure date the record is active through that day. LCGA-04: kept " +
    "in RVSQ, so agenda software is refused.",
  actors: ["operator", "employee", "machine"],
  params: z.object({ employeeId }),
  body: employeeChangeSchema,
  condition: "required",
  status: 200,
  result: employeeSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "MANAGED_IN_RVSQ",
    "FIELD_NOT_EDITABLE",
    "REQUIRED_FIELD",
    "OUT_OF_RANGE",
    "WORK_PLACE_REQUIRED",
  ],
  example: { body: employeeChangeExample, result: { ...employeeExample, version: 2, ...employeeChangeExample } },
});

const remove = operation({
  operationId: "employees.delete",
  method: "delete",
  path: "/v1/employees/{employeeId}",
  tag: "configuration",
  summary: "Delete an employee's record, for good",
  description:
    "EMP-21: nothing brings it back; the person may be registered anew, as somebody the clinic has not met. A " +
    "professional's slots and appointments stay: no appointment is cancelled, and nothing is offered any more. They leave " +
    "their work groups; WG-19: a group of which they are the only member is deleted too, once the warning is " +
    "acknowledged. LCGA-04: kept in RVSQ, so agenda software is refused.",
  actors: ["operator", "employee", "machine"],
  params: z.object({ employeeId }),
  query: deletionQuery,
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND", "MANAGED_IN_RVSQ", "WORK_GROUP_DUPLICATE", "CONFIRMATION_REQUIRED"],
  example: {},
});

const permissions = operation({
  operationId: "employees.replacePermissions",
  method: "put",
  path: "/v1/employees/{employeeId}/permissions",
  tag: "configuration",
  summary: "Set an employee's profile and grants",
  description:
    "PERM-04: `localAdmin` by a local administrator or the operator; PERM-05, PERM-09: the rest by super users too, and " +
    "of another employee. LCGA-04: kept in RVSQ, so agenda software is refused.",
  actors: ["operator", "employee", "machine"],
  params: z.object({ employeeId }),
  body: permissionsSchema,
  condition: "required",
  status: 200,
  result: employeeSchema,
  etag: true,
  problems: ["NOT_FOUND", "MANAGED_IN_RVSQ", "PLACE_NOT_WORK_PLACE", "PROFESSIONAL_NOT_AT_PLACE"],
  example: { body: permissionsExample, result: { ...employeeExample, version: 2, ...permissionsExample } },
});

export function employeeRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createEmployee(deps, call, body);
    hub.authenticate.invalidate?.();
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneEmployee(deps, call, params.employeeId) }));
  serve(hub, list, async (call, { query }) => ({ body: await listSomeEmployees(deps, call, query) }));
  serve(hub, update, async (call, { params, body }) => {
    const employee = await updateEmployee(deps, call, params.employeeId, body);
    hub.authenticate.invalidate?.();
    return { body: employee };
  });
  serve(hub, remove, async (call, { params, query }) => {
    await deleteOneEmployee(deps, call, params.employeeId, query.acknowledge === undefined ? [] : [query.acknowledge]);
    hub.authenticate.invalidate?.();
    return {};
  });
  serve(hub, permissions, async (call, { params, body }) => {
    const employee = await replacePermissions(deps, call, params.employeeId, body);
    hub.authenticate.invalidate?.();
    return { body: employee };
  });
}
