import { and, eq } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { machine, machineLink } from "../../db/tables.ts";

export type MachineLinkRow = typeof machineLink.$inferSelect;
export type MachineLinkOfVendor = MachineLinkRow & { vendorId: string };

/** The link of a place, and the vendor of its machine. */
export async function findMachineLink(tx: ScopedTx, placeId: string): Promise<MachineLinkOfVendor | undefined> {
  const [row] = await tx.db
    .select({ link: machineLink, vendorId: machine.vendorId })
    .from(machineLink)
    .innerJoin(machine, eq(machine.machineId, machineLink.machineId))
    .where(eq(machineLink.placeId, placeId));
  return row && { ...row.link, vendorId: row.vendorId };
}

export async function insertMachineLink(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  const { establishmentId, placeId, machineId, servicesManagedBy, version, linkedAt } = row;
  await tx.db.insert(machineLink).values({ establishmentId, placeId, machineId, servicesManagedBy, version, linkedAt });
}

export async function updateMachineLink(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  await tx.db
    .update(machineLink)
    .set({ servicesManagedBy: row.servicesManagedBy, version: row.version })
    .where(keyOf(row));
}

export async function deleteMachineLink(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  await tx.db.delete(machineLink).where(keyOf(row));
}

function keyOf({ establishmentId, placeId }: MachineLinkRow) {
  return and(eq(machineLink.establishmentId, establishmentId), eq(machineLink.placeId, placeId));
}
