import type { ScopedTx } from "../../db/scope.ts";
import type { SlotFacts } from "../../domain/slot.ts";
import { zoneOf } from "../../domain/slot.ts";
import type { TimeZone } from "../../domain/time.ts";
import { listPlacesById } from "../places/store.ts";
import type { PlaceRow } from "../places/store.ts";
import { listProfessionalsById } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { listServiceGroupsById } from "../service-groups/store.ts";
import { listServicesOf } from "../services/store.ts";
import type { SlotRow } from "./store.ts";

/** What slots of some professionals are decided upon and told with. */
export interface AgendaFacts {
  professional(professionalId: string): ProfessionalFacts | undefined;
  slotFacts(professionalId: string): SlotFacts | undefined;
  place(placeId: string): PlaceRow | undefined;
  zoneOfSlot(slot: Pick<SlotRow, "professionalId" | "placeId">): TimeZone;
}

/** When a professional has no work place at all: nothing of theirs can be offered, only told. */
const zoneOfNowhere: TimeZone = "America/Toronto";

/**
 * Professionals, their services and their places; `keptPlaceIds` are places that slots have kept (EMP-16). `toWrite`
 * shares a lock on the services, so that none is deleted while a slot takes it (SVC-18). `serviceGroupIds` are the
 * groups that wishes name (SLOT-18), read after the services are locked: what they hold is what there is.
 */
export async function loadAgendaFacts(
  tx: ScopedTx,
  professionalIds: readonly string[],
  keptPlaceIds: readonly (string | null)[],
  { toWrite, serviceGroupIds = [] }: { toWrite: boolean; serviceGroupIds?: readonly string[] },
): Promise<AgendaFacts> {
  const [professionals, services, groups] = await Promise.all([
    listProfessionalsById(tx, professionalIds),
    listServicesOf(tx, [...new Set(professionalIds)], { toWrite }),
    listServiceGroupsById(tx, [...new Set(serviceGroupIds)]),
  ]);
  const kept = keptPlaceIds.filter((placeId) => placeId !== null);
  const rows = await listPlacesById(tx, [...professionals.flatMap(({ placeIds }) => placeIds), ...kept]);
  const places = new Map(rows.map((row) => [row.placeId, row]));
  const zoned = new Map(rows.map(({ placeId, timeZone, endDate }) => [placeId, { timeZone, endDate }]));
  const facts = new Map(
    professionals.map((professional): [string, SlotFacts] => {
      const { professionalId, placeIds } = professional;
      const own = services.filter((service) => service.professionalId === professionalId);
      const ownGroups = groups.filter((group) => group.professionalId === professionalId);
      return [
        professionalId,
        {
          workPlaceIds: placeIds,
          places: zoned,
          timeZone: zoned.get(placeIds[0] ?? "")?.timeZone ?? zoneOfNowhere,
          services: new Map(own.map((service) => [service.serviceId, service])),
          serviceGroups: new Map(ownGroups.map((group) => [group.serviceGroupId, group.serviceIds])),
        },
      ];
    }),
  );
  const byId = new Map(professionals.map((professional) => [professional.professionalId, professional]));
  return {
    professional: (professionalId) => byId.get(professionalId),
    slotFacts: (professionalId) => facts.get(professionalId),
    place: (placeId) => places.get(placeId),
    zoneOfSlot: ({ professionalId, placeId }) => {
      const known = facts.get(professionalId);
      return known === undefined ? zoneOfNowhere : zoneOf(placeId, known);
    },
  };
}
