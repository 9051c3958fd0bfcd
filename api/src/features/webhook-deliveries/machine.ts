import type { Connection } from "../../db/connection.ts";
import { findMachineRecord } from "../../db/callers.ts";
import { withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Machine } from "../../domain/actor.ts";

/** A machine as it stands, when it does not call itself; a suspended one is as good as none. In the scope of the machine. */
export async function findActiveMachine(tx: ScopedTx, machineId: string): Promise<Machine | undefined> {
  const record = await findMachineRecord(tx, machineId);
  if (record?.status !== "active") return undefined;
  const { vendorId, name, scopes, links, endedLinks } = record;
  return { kind: "machine", machineId, vendorId, name, scopes, links, endedLinks };
}

export async function readActiveMachine(connection: Connection, machineId: string): Promise<Machine | undefined> {
  const scope = { audience: "machine", subject: machineId, establishments: [] } as const;
  return withScope(connection, scope, (tx) => findActiveMachine(tx, machineId));
}
