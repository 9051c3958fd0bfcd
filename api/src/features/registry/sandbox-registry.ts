import type { Connection } from "../../db/connection.ts";
import { withScope } from "../../db/scope.ts";
import type { InsuredPerson, Registry } from "../../registry.ts";
import type { Secrets } from "../../secrets.ts";
import { findPerson } from "./store.ts";
import type { PersonRow } from "./store.ts";

const scope = { audience: "system", establishments: [] } as const;

/** The registry of a sandbox: invented persons, put there by PUT /sandbox/registry or the seed. */
export function createSandboxRegistry(deps: { connection: Connection; secrets: Secrets }): Registry {
  return {
    async find(nam) {
      const row = await withScope(deps.connection, scope, (tx) => findPerson(tx, deps.secrets.namIndex(nam)));
      return row === undefined ? null : personOf(row);
    },
  };
}

export function personOf(row: PersonRow): InsuredPerson {
  return {
    firstName: row.first_name,
    lastName: row.last_name,
    sex: row.sex,
    birthDate: row.birth_date,
    eligible: row.eligible,
    registration:
      row.practice_number === null ? null : { practiceNumber: row.practice_number, gmfNumber: row.gmf_number },
  };
}
