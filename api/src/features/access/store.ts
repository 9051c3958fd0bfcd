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

/** Design, decision 11: who read what, and why; one record for each establishment whose appointments were answered. */
export async function recordAccess(
  deps: Pick<Deps, "clock" | "ids">,
  tx: ScopedTx,
  { actor, requestId, purpose }: Access,
  read: readonly { establishmentId: string; appointmentId: string }[],
): Promise<void> {
  const byEstablishment = new Map<string, string[]>();
  for (const { establishmentId, appointmentId } of read)
    byEstablishment.set(establishmentId, [...(byEstablishment.get(establishmentId) ?? []), appointmentId]);
  const at = deps.clock.now();
  for (const [establishmentId, appointmentIds] of byEstablishment) {
    await tx.sql`
      INSERT INTO access_record (establishment_id, access_id, at, actor_type, actor_id, purpose, object_type, object_ids,
        request_id)
      VALUES (${establishmentId}, ${deps.ids.next("acc", at)}, ${at}, ${actor.kind}, ${actorIdOf(actor)}, ${purpose},
        'appointment', ${appointmentIds}::text[], ${requestId})`;
  }
}

/** A citizen is recorded by the blind index, as everywhere. */
function actorIdOf(actor: Actor): string {
  return actorKey(actor).slice(actor.kind.length + 1);
}
