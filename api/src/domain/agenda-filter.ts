import type { ClinicActor } from "./actor.ts";
import { everyWorkPlace } from "./permission.ts";

/**
 * What mayRead (domain/permission.ts) lets through, as data that a query can filter by: all agendas of the
 * establishment, or those named by professional, by place or by both. A test holds the two equal.
 */
export interface AgendaFilter {
  everything: boolean;
  /** Every agenda of these professionals. */
  professionalIds: string[];
  /** Every agenda at these places, and the incomplete slots of those who work there. */
  placeIds: string[];
  /** Agendas by grant; an incomplete slot of such a professional is readable too (PERM-19). */
  pairs: { professionalId: string; placeId: string }[];
}

/** PERM-16 to PERM-19, LCGA-02. */
export function readableAgendas(actor: ClinicActor): AgendaFilter {
  const filter: AgendaFilter = { everything: false, professionalIds: [], placeIds: [], pairs: [] };
  switch (actor.kind) {
    case "machine":
      return { ...filter, placeIds: actor.links.map(({ placeId }) => placeId) };
    case "employee":
      if (actor.profile !== "user") return { ...filter, everything: true };
      return {
        ...filter,
        professionalIds: actor.professionalId === null ? [] : [actor.professionalId],
        pairs: actor.grants.flatMap(({ professionalId, placeId }) =>
          placeId === everyWorkPlace
            ? actor.workPlaceIds.map((workPlaceId) => ({ professionalId, placeId: workPlaceId }))
            : [{ professionalId, placeId }],
        ),
      };
  }
}

/** SYNC-19: of whom it lets the agenda at one place through; null: of everybody. */
export function readableAt(filter: AgendaFilter, placeId: string): string[] | null {
  if (filter.everything || filter.placeIds.includes(placeId)) return null;
  const granted = filter.pairs.filter((pair) => pair.placeId === placeId);
  return [...filter.professionalIds, ...granted.map(({ professionalId }) => professionalId)];
}
