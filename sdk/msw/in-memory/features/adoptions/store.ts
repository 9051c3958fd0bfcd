import type { Adoptable } from "../../../../../api/src/domain/adoption.ts";
import type * as real from "../../../../../api/src/features/adoptions/store.ts";
import { memoryOf } from "../../../world.ts";

export const findAdoptables: typeof real.findAdoptables = async (tx, ids) => {
  const memory = memoryOf(tx);
  const found = new Map<string, Adoptable>();
  for (const row of ids.slots.flatMap((id) => memory.find("slot", id) ?? []).filter(memory.owns)) {
    const professionalPlaceIds = memory.find("professional", row.professionalId)?.placeIds ?? [];
    const { establishmentId, professionalId, placeId, version } = row;
    found.set(row.slotId, { establishmentId, professionalId, placeId, version, professionalPlaceIds });
  }
  for (const row of ids.appointments.flatMap((id) => memory.find("appointment", id) ?? []).filter(memory.owns)) {
    const { establishmentId, professionalId, placeId, version } = row;
    found.set(row.appointmentId, { establishmentId, professionalId, placeId, version, professionalPlaceIds: [] });
  }
  return found;
};
