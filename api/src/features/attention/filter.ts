import type { ScopedTx } from "../../db/scope.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { readableAgendas, readableAt } from "../../domain/agenda-filter.ts";
import { whenEnded, whenGone } from "../../domain/attention.ts";
import type { Ended } from "../../domain/attention.ts";
import type { PlaceRow } from "../places/store.ts";
import { listGoneProfessionals } from "./store.ts";
import type { AttentionFilter } from "./store.ts";

/** What at a place wants somebody's attention, as far as this caller may read it (SYNC-19). */
export async function attentionFilter(
  tx: ScopedTx,
  actor: ClinicActor,
  place: PlaceRow,
  now: number,
): Promise<{ filter: AttentionFilter; ended: Ended | null; gone: ReadonlyMap<string, Ended> }> {
  const { establishmentId, placeId, timeZone } = place;
  const ended = whenEnded(place);
  const gone = new Map<string, Ended>();
  for (const professional of await listGoneProfessionals(tx, establishmentId)) {
    const from = whenGone(professional, timeZone);
    if (from !== null) gone.set(professional.professionalId, from);
  }
  const filter = {
    ...{ establishmentId, placeId, now },
    readable: readableAt(readableAgendas(actor), placeId),
    endedFrom: ended?.from ?? null,
    gone: [...gone].map(([professionalId, { from }]) => ({ professionalId, from })),
  };
  return { filter, ended, gone };
}
