import type { ScopedTx } from "../../db/scope.ts";
import type { machine } from "../../db/tables.ts";
import { refusal } from "../../domain/decision.ts";
import type { PublicKey } from "../../domain/machine.ts";

/** Machines belong to no establishment. Their keys are written and read as one JSON document. */
export type MachineRow = Omit<typeof machine.$inferSelect, "jwks"> & { jwks: { keys: PublicKey[] } };

/** In order of id, after one; of one vendor when it is named. */
export async function listMachines(
  tx: ScopedTx,
  vendorId: string | undefined,
  after: string,
  limit: number,
): Promise<MachineRow[]> {
  return tx.sql<MachineRow[]>`
    SELECT ${columns(tx)} FROM machine
    WHERE machine_id > ${after} AND (${vendorId ?? null}::text IS NULL OR vendor_id = ${vendorId ?? null})
    ORDER BY machine_id LIMIT ${limit}`;
}

export async function findMachine(tx: ScopedTx, machineId: string): Promise<MachineRow | undefined> {
  const [row] = await tx.sql<MachineRow[]>`SELECT ${columns(tx)} FROM machine WHERE machine_id = ${machineId}`;
  return row;
}

export async function getMachine(tx: ScopedTx, machineId: string): Promise<MachineRow> {
  const row = await findMachine(tx, machineId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** The machine until the end of the transaction; who would change it waits. */
export async function lockMachine(tx: ScopedTx, machineId: string): Promise<MachineRow> {
  const [row] = await tx.sql<MachineRow[]>`
    SELECT ${columns(tx)} FROM machine WHERE machine_id = ${machineId} FOR UPDATE`;
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

export async function insertMachine(tx: ScopedTx, row: MachineRow): Promise<void> {
  await tx.sql`
    INSERT INTO machine (machine_id, vendor_id, name, jwks, scopes, status, version, created_at)
    VALUES (${row.machineId}, ${row.vendorId}, ${row.name}, ${tx.sql.json(row.jwks)}, ${row.scopes}::text[],
      ${row.status}, ${row.version}, ${row.createdAt})`;
}

export async function updateMachine(
  tx: ScopedTx,
  row: Pick<MachineRow, "machineId" | "jwks" | "status" | "version">,
): Promise<void> {
  await tx.sql`
    UPDATE machine SET jwks = ${tx.sql.json(row.jwks)}, status = ${row.status}, version = ${row.version}
    WHERE machine_id = ${row.machineId}`;
}

function columns(tx: ScopedTx) {
  return tx.sql`machine_id AS "machineId", vendor_id AS "vendorId", name, jwks, scopes, status, version,
    created_at AS "createdAt"`;
}
