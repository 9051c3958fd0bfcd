import { announce } from "../../db/change-log.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, Employee, Machine } from "../../domain/actor.ts";
import { differingDays, refuseWindow } from "../../domain/confirmation.ts";
import { Refusal, refusal, violation } from "../../domain/decision.ts";
import { freshnessOf } from "../../domain/freshness.ts";
import { mayRead, mayReadAt } from "../../domain/permission.ts";
import { addDays, daysBetween, localDateOf, startOfDay } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { lockMachineLink, updateConfirmation } from "../machine-links/store.ts";
import { freshnessBody, utcTextOrNull } from "../machine-links/wire.ts";
import { getPlace } from "../places/store.ts";
import type { PlaceRow } from "../places/store.ts";
import type { Confirmation, Digest, DigestQuery, NewConfirmation } from "./schema.ts";
import { listDigests } from "./store.ts";

/** LCGA-02, PERM-15: the agendas at a place that the caller may read; a place a machine is not linked with is not shown. */
export async function getDigest(deps: Deps, { actor }: Call<Machine | Employee>, query: DigestQuery): Promise<Digest> {
  const { placeId, from, to } = query;
  if (actor.kind === "machine" && !actor.links.some((link) => link.placeId === placeId)) throw refusal("NOT_FOUND");
  return withScope(deps.connection, scopeOf({ actor }), async (tx) => {
    const place = await getPlace(tx, placeId);
    return { placeId, timeZone: place.timeZone, from, to, days: await readDays(tx, actor, place, query) };
  });
}

/**
 * SYNC-08 to SYNC-12: the software shows that its agenda is the hub's. What both had was the same at some moment of the
 * transaction: a booking between the software's computation and this one is a mismatch.
 *
 * No answer is kept under an Idempotency-Key: software that sends the same body again asks about the present, and an
 * answer of an hour ago would be none.
 */
export async function confirmPlace(
  deps: Deps,
  call: Call<Machine>,
  placeId: string,
  input: NewConfirmation,
): Promise<Confirmation> {
  const { actor } = call;
  if (!actor.scopes.includes("changes.read"))
    throw new Refusal([violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: "changes.read" })]);
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const place = await getPlace(tx, placeId);
    const { establishmentId, timeZone } = place;
    if (!mayReadAt(actor, { establishmentId, placeIds: [placeId] })) throw notLinked();
    const found = refuseWindow(input, localDateOf(now, timeZone));
    if (found.length > 0) throw new Refusal(found);
    const differing = differingDays(input.days, await readDays(tx, actor, place, input));
    if (differing.length > 0)
      throw new Refusal([violation("SYNC-11", "DIGEST_MISMATCH", "/days")], { differingDays: differing });
    // Read last, so that it is locked briefly: the actor's own links may be a second old.
    const link = await lockMachineLink(tx, place);
    if (link?.machineId !== actor.machineId) throw notLinked();
    const returns = freshnessOf(link, now).state !== "live";
    const confirmed = {
      ...link,
      confirmedAt: Math.max(now, link.confirmedAt ?? now),
      version: returns ? link.version + 1 : link.version,
    };
    await updateConfirmation(tx, confirmed);
    if (returns) {
      const change = {
        establishmentId,
        objectType: "machineLink",
        objectId: placeId,
        operation: "updated",
        version: confirmed.version,
        placeIds: [placeId],
        changed: ["confirmedAt"],
      } as const;
      await announce(tx, now, [{ author: actor, change }]);
    }
    return {
      placeId,
      confirmedAt: utcTextOrNull(confirmed.confirmedAt),
      freshness: freshnessBody(freshnessOf(confirmed, now)),
    };
  });
}

/** SYNC-08, LCGA-02 */
function notLinked(): Refusal {
  return new Refusal([violation("SYNC-08", "MACHINE_NOT_LINKED")]);
}

/** The digests of the agendas at a place that the caller may read, under the names that the caller has for what they hold. */
async function readDays(
  tx: ScopedTx,
  actor: ClinicActor,
  place: PlaceRow,
  { from, to }: Pick<DigestQuery, "from" | "to">,
): Promise<Digest["days"]> {
  const { establishmentId, placeId, timeZone } = place;
  const dates = Array.from({ length: daysBetween(from, to) + 1 }, (_, day) => addDays(from, day));
  const midnights = dates.map((date) => startOfDay(date, timeZone));
  const rows = await listDigests(tx, place, actor.kind === "machine" ? actor.vendorId : null, midnights);
  return rows
    .filter(({ professionalId }) => mayRead(actor, { establishmentId, professionalId, placeId }))
    .map(({ day, ...row }) => ({ ...row, date: dates[day] ?? from }));
}
