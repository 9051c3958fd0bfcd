import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { machineScopes } from "../../domain/actor.ts";
import type { Operator } from "../../domain/actor.ts";
import { refusal, settle } from "../../domain/decision.ts";
import { decideKeys } from "../../domain/machine.ts";
import type { PublicKey } from "../../domain/machine.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { findVendor } from "../vendors/store.ts";
import type { Machine, MachineKeys, MachineQuery, NewMachine } from "./schema.ts";
import { getMachine, insertMachine, listMachines, lockMachine, updateMachine } from "./store.ts";
import type { MachineRow } from "./store.ts";

/** Nothing here is announced: the log is an establishment's, and a machine belongs to none. */
export async function createMachine(deps: Deps, call: Call<Operator>, input: NewMachine): Promise<Settled<Machine>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    if ((await findVendor(tx, input.vendorId)) === undefined) throw refusal("NOT_FOUND", "/vendorId");
    const keys = settle(decideKeys(input.keys));
    const row: MachineRow = {
      machineId: deps.ids.next("mch", now),
      vendorId: input.vendorId,
      name: input.name,
      jwks: { keys },
      scopes: input.scopes === undefined ? [...machineScopes] : [...new Set(input.scopes)],
      status: "active",
      version: 1,
      createdAt: now,
    };
    await insertMachine(tx, row);
    return machineOf(row);
  });
}

export async function getOneMachine(deps: Deps, call: Call<Operator>, machineId: string): Promise<Machine> {
  return withScope(deps.connection, scopeOf(call), async (tx) => machineOf(await getMachine(tx, machineId)));
}

export async function listSomeMachines(deps: Deps, call: Call<Operator>, query: MachineQuery): Promise<Page<Machine>> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate(deps, `machines.list|${query.vendorId ?? ""}`, query, async (after, limit) => {
      const rows = await listMachines(tx, query.vendorId, after ?? "", limit);
      return { rows: rows.map(machineOf), positionOf: (row) => row.machineId };
    }),
  );
}

/** Keys rotate beneath a lasting machine identifier: assertions of a key that is left out are refused from now on. */
export async function replaceMachineKeys(
  deps: Deps,
  call: Call<Operator>,
  machineId: string,
  input: MachineKeys,
): Promise<Machine> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await lockMachine(tx, machineId);
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: machineOf(row) });
    const keys = settle(decideKeys(input.keys));
    const updated: MachineRow = { ...row, jwks: { keys }, version: row.version + 1 };
    await updateMachine(tx, updated);
    return machineOf(updated);
  });
}

/** Holds in every process within a second (design, decision 10); asked for again, it changes nothing. */
export async function setMachineStatus(
  deps: Deps,
  call: Call<Operator>,
  machineId: string,
  status: MachineRow["status"],
): Promise<Machine> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await lockMachine(tx, machineId);
    if (row.status === status) return machineOf(row);
    const updated: MachineRow = { ...row, status, version: row.version + 1 };
    await updateMachine(tx, updated);
    return machineOf(updated);
  });
}

function machineOf(row: MachineRow): Machine {
  const { machineId, version, vendorId, name, jwks, scopes, status } = row;
  return { machineId, version, vendorId, name, keys: jwks.keys.map(keyOf), scopes, status };
}

/** Rows that did not come through here (seeds) may hold more of a key. */
function keyOf(key: PublicKey): PublicKey {
  const { kid, x } = key;
  return key.kty === "EC" ? { kty: key.kty, crv: key.crv, x, y: key.y, kid } : { kty: key.kty, crv: key.crv, x, kid };
}
