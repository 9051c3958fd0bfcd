import { asc } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { machine, machineLink, place } from "../../db/tables.ts";

export async function listMachinesAndLinks(tx: ScopedTx) {
  const machines = await tx.db.select().from(machine).orderBy(asc(machine.machineId));
  const links = await tx.db.select().from(machineLink).orderBy(asc(machineLink.placeId));
  const places = await tx.db.select({ placeId: place.placeId, name: place.name }).from(place);
  return { machines, links, places };
}
