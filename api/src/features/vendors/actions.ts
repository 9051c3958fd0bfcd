import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Operator } from "../../domain/actor.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import type { NewVendor, Vendor } from "./schema.ts";
import { insertVendor, listVendors } from "./store.ts";
import type { VendorRow } from "./store.ts";

/** Nothing is announced: the log is an establishment's, and a vendor belongs to none. */
export async function createVendor(deps: Deps, call: Call<Operator>, input: NewVendor): Promise<Settled<Vendor>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const row = { vendorId: deps.ids.next("vnd", now), name: input.name, version: 1, createdAt: now };
    await insertVendor(tx, row);
    return vendorOf(row);
  });
}

export async function listAllVendors(deps: Deps, call: Call<Operator>, query: PageQuery): Promise<Page<Vendor>> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate(deps, "vendors.list", query, async (after, limit) => {
      const rows = await listVendors(tx, after ?? "", limit);
      return { rows: rows.map(vendorOf), positionOf: (row) => row.vendorId };
    }),
  );
}

function vendorOf({ vendorId, version, name }: VendorRow): Vendor {
  return { vendorId, version, name };
}
