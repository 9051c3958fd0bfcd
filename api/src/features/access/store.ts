import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { actorKey } from "../../domain/actor.ts";
import type { Actor } from "../../domain/actor.ts";

/** Why patient data was read: the operation. */
export interface Access {
  actor: Actor;
  requestId: string;
  purpose: string;
}

type Recording = Pick<Deps, "clock" | "ids">;

/** Design, decision 11: who read what, and why; one record for each establishment whose appointments were answered. */
export async function recordAccess(
  deps: Recording,
  tx: ScopedTx,
  access: Access,
  read: readonly { establishmentId: string; appointmentId: string }[],
): Promise<void> {
  const byEstablishment = new Map<string, string[]>();
  for (const { establishmentId, appointmentId } of read)
    byEstablishment.set(establishmentId, [...(byEstablishment.get(establishmentId) ?? []), appointmentId]);
  for (const [establishmentId, appointmentIds] of byEstablishment)
    await insertRecord(deps, tx, access, { establishmentId, objectType: "appointment", objectIds: appointmentIds });
}

/** A person whom the clinic looked up with RAMQ, before there is any appointment: by the blind index, never the number. */
export async function recordLookup(
  deps: Recording,
  tx: ScopedTx,
  access: Access,
  { establishmentId, namIndex }: { establishmentId: string; namIndex: string },
): Promise<void> {
  await insertRecord(deps, tx, access, { establishmentId, objectType: "patient", objectIds: [namIndex] });
}

async function insertRecord(
  deps: Recording,
  tx: ScopedTx,
  { actor, requestId, purpose }: Access,
  read: { establishmentId: string; objectType: "appointment" | "patient"; objectIds: readonly string[] },
): Promise<void> {
  const at = deps.clock.now();
  await tx.sql`
    INSERT INTO access_record (establishment_id, access_id, at, actor_type, actor_id, purpose, object_type, object_ids,
      request_id)
    VALUES (${read.establishmentId}, ${deps.ids.next("acc", at)}, ${at}, ${actor.kind}, ${actorIdOf(actor)}, ${purpose},
      ${read.objectType}, ${[...read.objectIds]}::text[], ${requestId})`;
}

/** A citizen is recorded by the blind index, as everywhere. */
function actorIdOf(actor: Actor): string {
  return actorKey(actor).slice(actor.kind.length + 1);
}
