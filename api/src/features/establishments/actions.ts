import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Employee, Machine, Operator } from "../../domain/actor.ts";
import { settle } from "../../domain/decision.ts";
import { decideGmf, defaultPastLimitDays } from "../../domain/establishment.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import type { Establishment, NewEstablishment } from "./schema.ts";
import { getEstablishment, insertEstablishment, listEstablishments } from "./store.ts";
import type { EstablishmentRow } from "./store.ts";

/** EST-01: only the operator creates establishments. */
export async function createEstablishment(
  deps: Deps,
  call: Call<Operator>,
  input: NewEstablishment,
): Promise<Settled<Establishment>> {
  const establishmentId = deps.ids.next("est", deps.clock.now());
  return withScopeOnce(deps, scopeOf(call, [establishmentId]), call.once, async (tx) => {
    const now = deps.clock.now();
    const gmf = settle(decideGmf({ isGmf: input.isGmf, gmfNumber: input.gmfNumber ?? null }));
    const row: EstablishmentRow = {
      establishmentId,
      name: input.name,
      email: input.email ?? null,
      phone: input.phone ?? null,
      ...gmf,
      pastLimitDays: input.pastLimitDays ?? defaultPastLimitDays,
      version: 1,
      createdAt: now,
    };
    await insertEstablishment(tx, row);
    const change = {
      establishmentId,
      objectType: "establishment",
      objectId: establishmentId,
      operation: "created",
      version: 1,
      placeIds: [],
    } as const;
    await announce(tx, now, [{ author: call.actor, change }]);
    return establishmentOf(row);
  });
}

export async function getOneEstablishment(
  deps: Deps,
  call: Call<Operator | Employee | Machine>,
  establishmentId: string,
): Promise<Establishment> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    establishmentOf(await getEstablishment(tx, establishmentId)),
  );
}

export async function listAllEstablishments(
  deps: Deps,
  call: Call<Operator | Employee | Machine>,
  query: PageQuery,
): Promise<Page<Establishment>> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate(deps, `establishments.list|${call.actor.kind}`, query, async (after, limit) => {
      const rows = await listEstablishments(tx, after ?? "", limit);
      return { rows: rows.map(establishmentOf), positionOf: (row) => row.establishmentId };
    }),
  );
}

export function establishmentOf(row: EstablishmentRow): Establishment {
  return {
    establishmentId: row.establishmentId,
    version: row.version,
    name: row.name,
    email: row.email,
    phone: row.phone,
    isGmf: row.isGmf,
    gmfNumber: row.gmfNumber,
    // The column's constraint allows these two values only.
    pastLimitDays: row.pastLimitDays === 365 ? 365 : 90,
  };
}
