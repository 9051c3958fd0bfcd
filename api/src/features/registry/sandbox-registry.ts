import type { Connection } from "../../db/connection.ts";
import { withScope } from "../../db/scope.ts";
import type { InsuredPerson, Registry } from "../../registry.ts";
import { gather } from "../../lane/gather.ts";
import type { Secrets } from "../../secrets.ts";
import { findPersons } from "./store.ts";
import type { PersonRow } from "./store.ts";

const scope = { audience: "system", establishments: [] } as const;

const mostAtOnce = 64;

/**
 * The registry of a sandbox: invented persons, put there by PUT /sandbox/registry or the seed. Numbers that are asked for
 * while one statement runs are answered by the next, so that a rush of bookings leaves the pool to the bookings.
 */
export function createSandboxRegistry(deps: { connection: Connection; secrets: Secrets }): Registry {
  const findRow = gather(async (namIndexes: readonly string[]) => {
    const rows = await withScope(deps.connection, scope, (tx) => findPersons(tx, namIndexes));
    return namIndexes.map((namIndex) => rows.get(namIndex));
  }, mostAtOnce);
  return {
    async find(nam) {
      const row = await findRow(deps.secrets.namIndex(nam));
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
    registration: row.registration,
  };
}
