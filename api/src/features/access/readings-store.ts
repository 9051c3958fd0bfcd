import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../domain/actor.ts";

/** A professional at a place. */
export interface ReadAgenda {
  establishmentId: string;
  placeId: string;
  professionalId: string;
}

/**
 * SYNC-57: who of the clinic or its software was shown which agendas, counted by day of the place: an agenda without
 * appointments leaves no access record, and its reader is to be known all the same. Always in the same order, so that two
 * readings of one caller follow each other.
 */
export async function recordReadings(
  { clock }: Pick<Deps, "clock">,
  tx: ScopedTx,
  actor: Actor,
  agendas: readonly ReadAgenda[],
): Promise<void> {
  if (agendas.length === 0 || (actor.kind !== "machine" && actor.kind !== "employee")) return;
  const at = clock.now();
  const actorId = actor.kind === "machine" ? actor.machineId : actor.employeeId;
  await tx.sql`
    INSERT INTO agenda_reading AS kept (establishment_id, place_id, local_date, actor_type, actor_id, professional_id,
      readings, last_at)
    SELECT DISTINCT r.establishment_id, r.place_id, (${at}::timestamptz AT TIME ZONE p.time_zone)::date, ${actor.kind},
      ${actorId}, r.professional_id, 1, ${at}::timestamptz
    FROM unnest(${agendas.map(({ establishmentId }) => establishmentId)}::text[],
      ${agendas.map(({ placeId }) => placeId)}::text[], ${agendas.map(({ professionalId }) => professionalId)}::text[])
      AS r(establishment_id, place_id, professional_id)
    JOIN place p ON p.establishment_id = r.establishment_id AND p.place_id = r.place_id
    ORDER BY r.establishment_id, r.place_id, r.professional_id
    ON CONFLICT (establishment_id, place_id, local_date, actor_type, actor_id, professional_id) DO UPDATE
    SET readings = kept.readings + 1, last_at = greatest(kept.last_at, excluded.last_at)`;
}

/** As old as what is pruned from the log. */
export async function deleteReadings(tx: ScopedTx, establishmentId: string, before: number): Promise<void> {
  await tx.sql`DELETE FROM agenda_reading WHERE establishment_id = ${establishmentId} AND last_at < ${before}`;
}
