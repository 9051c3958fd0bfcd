import type { SlotContent } from "../src/domain/slot.ts";
import { insertSlots } from "../src/features/slots/store.ts";
import { writeOpenings } from "../src/features/openings/store.ts";
import type { TestHub } from "./harness.ts";
import { instantOf } from "./harness.ts";

export interface ASlot {
  slotId: string;
  startAt: number;
  endAt: number;
}

export interface SlotFields {
  startAt: string;
  endAt: string;
  visibility?: "public" | "private";
  openFrom?: string;
  serviceType?: "MF" | "GMF" | "GEN";
  durationMinutes?: number;
  consultationReasons?: SlotContent["consultationReasons"];
  /** Null: incomplete. */
  placeId?: string | null;
}

/** A public slot of quarter hours for everybody and every reason unless told otherwise, with its openings, as slots.create leaves it. */
export async function aSlot(
  hub: TestHub,
  agenda: { establishmentId: string; professionalId: string; placeId: string; service: { serviceId: string } },
  fields: SlotFields,
): Promise<ASlot> {
  const { establishmentId, professionalId } = agenda;
  const placeId = fields.placeId === undefined ? agenda.placeId : fields.placeId;
  const complete = placeId !== null;
  const row = {
    establishmentId,
    slotId: hub.deps.ids.next("slt", hub.clock.now()),
    professionalId,
    startAt: instantOf(fields.startAt),
    endAt: instantOf(fields.endAt),
    placeId,
    serviceIds: complete ? [agenda.service.serviceId] : [],
    visibility: complete ? (fields.visibility ?? "public") : null,
    openFrom: fields.openFrom === undefined ? null : instantOf(fields.openFrom),
    serviceType: complete ? (fields.serviceType ?? "GEN") : null,
    durationMinutes: complete ? (fields.durationMinutes ?? 15) : null,
    consultationReasons: complete ? (fields.consultationReasons ?? (["allReasons"] as const)) : [],
    version: 1,
    createdAt: hub.clock.now(),
    updatedAt: hub.clock.now(),
  };
  await hub.write([establishmentId], async (tx) => {
    await insertSlots(tx, [row]);
    await writeOpenings(tx, [row], { replace: false });
  });
  return row;
}
