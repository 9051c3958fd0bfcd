import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import { hashPassword } from "./password.ts";
import { registeredPersonOf } from "./sandbox-staff-registry.ts";
import type { ListedStaff, NewStaff } from "./schema.ts";
import { listStaff, putStaff } from "./store.ts";
import type { StaffRow } from "./store.ts";

const scope = { audience: "system", establishments: [] } as const;

/** Invents people who are registered with RAMQ's online services, or changes them. */
export async function putStaffPersons(deps: Deps, { persons }: NewStaff): Promise<{ persons: number }> {
  const rows: StaffRow[] = [];
  for (const { pseudonym = null, practiceNumber = null, password, ...person } of persons) {
    const passwordHash = password === undefined ? null : await hashPassword(deps.ids, password);
    rows.push({ ...person, pseudonym, practiceNumber, passwordHash });
  }
  await withScope(deps.connection, scope, async (tx) => {
    for (const row of rows) await putStaff(tx, row);
  });
  return { persons: rows.length };
}

export async function listStaffPersons(deps: Deps, query: PageQuery): Promise<Page<ListedStaff>> {
  return withScope(deps.connection, scope, (tx) =>
    paginate(deps, "staffRegistry.list", query, async (after, limit) => ({
      rows: (await listStaff(tx, after ?? "", limit)).map(registeredPersonOf),
      positionOf: (person) => person.ramqIdentifier,
    })),
  );
}
