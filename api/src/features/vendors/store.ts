import { asc, eq, gt } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { vendor } from "../../db/tables.ts";

/** Vendors belong to no establishment; only the operator's operations reach them. */
export type VendorRow = typeof vendor.$inferSelect;

export async function findVendor(tx: ScopedTx, vendorId: string): Promise<VendorRow | undefined> {
  const [row] = await tx.db.select().from(vendor).where(eq(vendor.vendorId, vendorId));
  return row;
}

/** In order of id, after one. */
export async function listVendors(tx: ScopedTx, after: string, limit: number): Promise<VendorRow[]> {
  return tx.db.select().from(vendor).where(gt(vendor.vendorId, after)).orderBy(asc(vendor.vendorId)).limit(limit);
}

export async function insertVendor(tx: ScopedTx, row: VendorRow): Promise<void> {
  await tx.db.insert(vendor).values(row);
}
