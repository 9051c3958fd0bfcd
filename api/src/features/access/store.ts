import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { actorKey } from "../../domain/actor.ts";
import type { Actor } from "../../domain/actor.ts";
import { recordReadings } from "./readings-store.ts";

/** Why patient data was read: the operation. */
export interface Access {
  actor: Actor;
  requestId: string;
  purpose: string;
}

type Recording = Pick<Deps, "clock" | "ids">;

/** An appointment whose patient somebody was told of. */
export interface Shown {
  establishmentId: string;
  appointmentId: string;
  /** Where it is read as part of an agenda; a command's own appointment is not. */
  placeId?: string;
  professionalId?: string;
}

/**
 * Design, decision 11: who read what, and why; one record for each establishment whose appointments were answered. SYNC-57:
 * and whose agendas these are.
 */
export async function recordAccess(
  deps: Recording,
  tx: ScopedTx,
  access: Access,
  shown: readonly Shown[],
): Promise<void> {
  await recordAccesses(deps, tx, [{ access, shown }]);
  const agendas = shown.flatMap(({ establishmentId, placeId, professionalId }) =>
    placeId === undefined || professionalId === undefined ? [] : [{ establishmentId, placeId, professionalId }],
  );
  await recordReadings(deps, tx, access.actor, agendas);
}

/** recordAccess for several callers, whom one transaction answers: one statement. */
export async function recordAccesses(
  deps: Recording,
  tx: ScopedTx,
  all: readonly { access: Access; shown: readonly Shown[] }[],
): Promise<void> {
  await insertRecords(
    deps,
    tx,
    all.flatMap(({ access, shown }) => {
      const establishments = new Set(shown.map(({ establishmentId }) => establishmentId));
      return [...establishments].map((establishmentId) => ({
        ...{ access, establishmentId, objectType: "appointment" as const },
        objectIds: shown.filter((one) => one.establishmentId === establishmentId).map((one) => one.appointmentId),
      }));
    }),
  );
}

/** A person whom the clinic looked up with RAMQ, before there is any appointment: by the blind index, never the number. */
export async function recordLookup(
  deps: Recording,
  tx: ScopedTx,
  access: Access,
  { establishmentId, namIndex }: { establishmentId: string; namIndex: string },
): Promise<void> {
  await insertRecords(deps, tx, [{ access, establishmentId, objectType: "patient", objectIds: [namIndex] }]);
}

/** A person whom a nurse looked up with RAMQ: for no establishment, hence apart. By the blind index, never the number. */
export async function recordPersonLookup(
  deps: Recording,
  tx: ScopedTx,
  { actor, requestId, purpose }: Access,
  namIndex: string,
): Promise<void> {
  const at = deps.clock.now();
  await tx.sql`
    INSERT INTO person_lookup (access_id, at, actor_type, actor_id, purpose, nam_index, request_id)
    VALUES (${deps.ids.next("acc", at)}, ${at}, ${actor.kind}, ${actorIdOf(actor)}, ${purpose}, ${namIndex},
      ${requestId})`;
}

interface AccessRecord {
  access: Access;
  establishmentId: string;
  objectType: "appointment" | "patient";
  objectIds: readonly string[];
}

async function insertRecords(deps: Recording, tx: ScopedTx, records: readonly AccessRecord[]): Promise<void> {
  if (records.length === 0) return;
  const at = deps.clock.now();
  const rows = records.map(({ access: { actor, requestId, purpose }, establishmentId, objectType, objectIds }) => ({
    establishment_id: establishmentId,
    access_id: deps.ids.next("acc", at),
    actor_type: actor.kind,
    actor_id: actorIdOf(actor),
    purpose,
    object_type: objectType,
    object_ids: objectIds,
    request_id: requestId,
  }));
  await tx.sql`
    INSERT INTO access_record (establishment_id, access_id, at, actor_type, actor_id, purpose, object_type, object_ids,
      request_id)
    SELECT r.establishment_id, r.access_id, ${at}, r.actor_type, r.actor_id, r.purpose, r.object_type, r.object_ids,
      r.request_id
    FROM jsonb_to_recordset(${tx.sql.json(rows)}) AS r(establishment_id text, access_id text, actor_type text,
      actor_id text, purpose text, object_type text, object_ids text[], request_id text)`;
}

/** A citizen is recorded by the blind index, as everywhere. */
function actorIdOf(actor: Actor): string {
  return actorKey(actor).slice(actor.kind.length + 1);
}
