import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Employee, Machine } from "../../domain/actor.ts";
import { refusal } from "../../domain/decision.ts";
import { mayRead } from "../../domain/permission.ts";
import { addDays, daysBetween, startOfDay } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { getPlace } from "../places/store.ts";
import type { Digest, DigestQuery } from "./schema.ts";
import { listDigests } from "./store.ts";

/** LCGA-02, PERM-15: the agendas at a place that the caller may read; a place a machine is not linked with is not shown. */
export async function getDigest(deps: Deps, { actor }: Call<Machine | Employee>, query: DigestQuery): Promise<Digest> {
  const { placeId, from, to } = query;
  if (actor.kind === "machine" && !actor.links.some((link) => link.placeId === placeId)) throw refusal("NOT_FOUND");
  return withScope(deps.connection, scopeOf({ actor }), async (tx) => {
    const place = await getPlace(tx, placeId);
    const { establishmentId, timeZone } = place;
    const dates = Array.from({ length: daysBetween(from, to) + 1 }, (_, day) => addDays(from, day));
    const midnights = dates.map((date) => startOfDay(date, timeZone));
    const rows = await listDigests(tx, place, actor.kind === "machine" ? actor.vendorId : null, midnights);
    const days = rows
      .filter(({ professionalId }) => mayRead(actor, { establishmentId, professionalId, placeId }))
      .map(({ day, ...row }) => ({ ...row, date: dates[day] ?? from }));
    return { placeId, timeZone, from, to, days };
  });
}
