import type { Connection } from "../../db/connection.ts";
import { withScope } from "../../db/scope.ts";
import type { RegisteredPerson } from "../../domain/employee.ts";
import type { StaffRegistry } from "../../staff-registry.ts";
import { findStaff } from "./store.ts";
import type { StaffRow } from "./store.ts";

const scope = { audience: "system", establishments: [] } as const;

/** The registry of a sandbox: invented people, put there by PUT /sandbox/staff-registry or the seed. */
export function createSandboxStaffRegistry({ connection }: { connection: Connection }): StaffRegistry {
  return {
    async find({ by, value }) {
      const named = by === "pseudonym" ? value.toLowerCase() : value;
      const row = await withScope(connection, scope, (tx) => findStaff(tx, by, named));
      return row === undefined ? null : registeredPersonOf(row);
    },
  };
}

export function registeredPersonOf({ passwordHash: _kept, ...person }: StaffRow): RegisteredPerson {
  return person;
}
