import type { ProblemCode } from "../domain/problems.ts";
import { Refusal, violation } from "../domain/decision.ts";

/** A database error as postgres.js throws it. Its message and detail hold bound values and never leave this file. */
interface DatabaseError extends Error {
  code: string;
  constraint_name?: string;
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && error.name === "PostgresError" && "code" in error && typeof error.code === "string";
}

/** Drizzle wraps the driver's error; the cause is what counts. */
function databaseError(error: unknown): DatabaseError | undefined {
  if (isDatabaseError(error)) return error;
  if (error instanceof Error && error.cause !== undefined) return databaseError(error.cause);
  return undefined;
}

/** Serialisation failure or deadlock: the transaction may be run again. */
export function isTransient(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === "40001" || code === "40P01";
}

/** The database is not there or is going away: the caller may try again later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const found = databaseError(error);
  if (found !== undefined) return found.code.startsWith("57P") || found.code === "53300" || found.code === "55P03";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return [
    "CONNECTION_CLOSED",
    "CONNECTION_ENDED",
    "CONNECTION_DESTROYED",
    "CONNECT_TIMEOUT",
    "ECONNREFUSED",
    "ECONNRESET",
  ].includes(code);
}

/** Constraints that keep a rule by themselves, when two writers decided at the same time. */
const constraints: Readonly<Record<string, { rule: string; code: ProblemCode; pointer: string }>> = {
  svc_23_unique_active: { rule: "SVC-23", code: "SERVICE_DUPLICATE", pointer: "" },
  grp_02_unique_name: { rule: "GRP-02", code: "GROUP_NAME_TAKEN", pointer: "/name" },
  tpl_35_name_per_place: { rule: "TPL-35", code: "TEMPLATE_NAME_TAKEN", pointer: "/name" },
  wg_07_unique_members: { rule: "WG-07", code: "WORK_GROUP_DUPLICATE", pointer: "/professionalIds" },
  appt_09_seat_exclusive: { rule: "APPT-09", code: "OPENING_NOT_AVAILABLE", pointer: "/startAt" },
  emp_07_once_per_establishment: { rule: "EMP-07", code: "EMPLOYEE_ALREADY_EXISTS", pointer: "" },
  emp_07_practice_number_once: { rule: "EMP-07", code: "EMPLOYEE_ALREADY_EXISTS", pointer: "" },
  external_binding_pkey: { rule: "CONTRACT", code: "EXTERNAL_ID_IN_USE", pointer: "/externalId" },
  external_binding_of_object: { rule: "CONTRACT", code: "EXTERNAL_ID_IN_USE", pointer: "/externalId" },
  machine_link_pkey: { rule: "LCGA-02", code: "ALREADY_LINKED", pointer: "" },
};

/** The refusal a constraint stands for; anything else stays the unknown failure that it is. */
export function refusalOf(error: unknown): Refusal | undefined {
  const name = databaseError(error)?.constraint_name;
  const known = name === undefined ? undefined : constraints[name];
  return known && new Refusal([violation(known.rule, known.code, known.pointer)]);
}
