import type { Instant } from "../../clock.ts";
import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { scopeOfObject } from "../../db/scope-of-object.ts";
import type { Deps } from "../../deps.ts";
import type { Employee, Machine, Operator } from "../../domain/actor.ts";
import { Refusal, refusal, settle } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import {
  decideEstablishment,
  decideGmf,
  defaultPastLimitDays,
  establishmentFields,
  refuseRegistration,
} from "../../domain/establishment.ts";
import { refuseFields } from "../../domain/field-editor.ts";
import { mayReadAt } from "../../domain/permission.ts";
import { localDateOf } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import type { Establishment, EstablishmentChange, NewEstablishment } from "./schema.ts";
import {
  findEstablishment,
  getEstablishment,
  insertEstablishment,
  listAdministrators,
  listEstablishments,
  listPlaceIds,
  lockEstablishment,
  updateEstablishmentRow,
} from "./store.ts";
import type { EstablishmentRow } from "./store.ts";

type Reader = Operator | Employee | Machine;

/** EST-01: only the operator creates establishments. */
export async function createEstablishment(
  deps: Deps,
  call: Call<Reader>,
  input: NewEstablishment,
): Promise<Settled<Establishment>> {
  const forbidden = refuseRegistration(call.actor);
  if (forbidden !== undefined) throw new Refusal([forbidden]);
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
    // It has neither employees nor places yet.
    return establishmentOf(row, { administrators: [], places: [] });
  });
}

export async function getOneEstablishment(
  deps: Deps,
  call: Call<Reader>,
  establishmentId: string,
): Promise<Establishment> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    described(tx, call.actor, await getEstablishment(tx, establishmentId), deps.clock.now()),
  );
}

/** EST-02, EST-03, EST-06, EST-07, EST-09, LCGA-04. */
export async function updateEstablishment(
  deps: Deps,
  call: Call<Reader>,
  establishmentId: string,
  input: EstablishmentChange,
): Promise<{ establishment: Establishment; notices: Violation[] }> {
  const { actor } = call;
  const scope = await scopeOfObject(deps, call, (tx) => findEstablishment(tx, establishmentId));
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const row = await lockEstablishment(tx, establishmentId);
    const placeIds = (await listPlaceIds(tx, [establishmentId])).map(({ placeId }) => placeId);
    const refused = refuseFields(actor, { establishmentId, placeIds }, input, establishmentFields);
    if (refused.length > 0) throw new Refusal(refused);
    if (call.ifMatch !== row.version)
      throw refusal("PRECONDITION_FAILED", "", { current: await described(tx, actor, row, now) });
    const { information, changed, notices } = settle(decideEstablishment(row, input));
    if (changed.length === 0) return { establishment: await described(tx, actor, row, now), notices };
    const version = row.version + 1;
    await updateEstablishmentRow(tx, { establishmentId, version }, information);
    const change = {
      establishmentId,
      objectType: "establishment",
      objectId: establishmentId,
      operation: "updated",
      version,
      placeIds: [],
      changed,
    } as const;
    const establishment = await described(tx, actor, { ...row, ...information, version }, now);
    await announce(tx, now, [{ author: actor, change }]);
    return { establishment, notices };
  });
}

export async function listAllEstablishments(
  deps: Deps,
  call: Call<Reader>,
  query: PageQuery,
): Promise<Page<Establishment>> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate(deps, `establishments.list|${call.actor.kind}`, query, async (after, limit) => {
      const rows = await listEstablishments(tx, after ?? "", limit);
      return { rows: await describe(tx, call.actor, rows, deps.clock.now()), positionOf: (row) => row.establishmentId };
    }),
  );
}

async function described(tx: ScopedTx, actor: Reader, row: EstablishmentRow, now: Instant): Promise<Establishment> {
  const [establishment] = await describe(tx, actor, [row], now);
  if (establishment === undefined) throw new Error("one row was described as none");
  return establishment;
}

/**
 * EST-04: with their administrators of this moment. LCGA-02: a machine is told of the places linked with it, and of no
 * employee.
 */
async function describe(
  tx: ScopedTx,
  actor: Reader,
  rows: readonly EstablishmentRow[],
  now: Instant,
): Promise<Establishment[]> {
  const ids = rows.map(({ establishmentId }) => establishmentId);
  // EMP-18, as for those who call: an establishment has no zone, Québec's own is taken.
  const today = localDateOf(now, "America/Toronto");
  const [administrators, places] = await Promise.all([listAdministrators(tx, ids, today), listPlaceIds(tx, ids)]);
  const shown = places.filter(({ establishmentId, placeId }) =>
    mayReadAt(actor, { establishmentId, placeIds: [placeId] }),
  );
  return rows.map((row) => {
    const own = ({ establishmentId }: { establishmentId: string }) => establishmentId === row.establishmentId;
    return establishmentOf(row, {
      administrators:
        actor.kind === "machine"
          ? null
          : administrators
              .filter(own)
              .map(({ employeeId, firstName, lastName }) => ({ employeeId, firstName, lastName })),
      places: shown.filter(own).map(({ placeId }) => placeId),
    });
  });
}

function establishmentOf(
  row: EstablishmentRow,
  { administrators, places }: Pick<Establishment, "administrators" | "places">,
): Establishment {
  return {
    establishmentId: row.establishmentId,
    version: row.version,
    name: row.name,
    administrators,
    email: row.email,
    phone: row.phone,
    isGmf: row.isGmf,
    gmfNumber: row.gmfNumber,
    places,
    // The column's constraint allows these two values only.
    pastLimitDays: row.pastLimitDays === 365 ? 365 : 90,
  };
}
