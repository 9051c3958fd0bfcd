import type { Announcement } from "../../db/change-log.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { planForSizes } from "../../db/plans.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import type { SlotContent } from "../../domain/slot.ts";
import { deleteBindings } from "../bindings/store.ts";
import { writeOpenings } from "../openings/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { slotChange } from "./edit.ts";
import { deleteSlots, insertSlots } from "./store.ts";
import type { SlotRow } from "./store.ts";

/**
 * Slots of one professional, written many at a time by what works on whole weeks: a statement a table, whatever their
 * number. Call lockAgenda first, and announce what is answered last.
 */

export async function lockAgenda(
  tx: ScopedTx,
  { establishmentId, professionalId }: ProfessionalFacts,
  spans: readonly { startAt: number; endAt: number }[],
): Promise<void> {
  await lockNames(
    tx,
    agendaDayNames(spans.map(({ startAt, endAt }) => ({ establishmentId, professionalId, startAt, endAt }))),
  );
}

export interface LaidOut {
  slots: SlotRow[];
  announcements: Announcement[];
}

/** New slots with what has been decided of them, and their openings. */
export async function layOut(
  { deps, tx, actor, now }: { deps: Deps; tx: ScopedTx; actor: ClinicActor; now: number },
  professional: ProfessionalFacts,
  contents: readonly SlotContent[],
): Promise<LaidOut> {
  const { establishmentId, professionalId, placeIds } = professional;
  await planForSizes(tx);
  const slots = contents.map((content): SlotRow => ({
    ...content,
    ...{ establishmentId, slotId: deps.ids.next("slt", now), professionalId },
    ...{ version: 1, createdAt: now, updatedAt: now },
  }));
  await Promise.all([insertSlots(tx, slots), writeOpenings(tx, slots, { replace: false })]);
  const announcements = slots.map((row) => ({ author: actor, change: slotChange("created", row, null, placeIds, []) }));
  return { slots, announcements };
}

/** SLOT-46: what is booked in them stays as it is, off-slot. A machine's own names of them are released, as by slots.delete. */
export async function clearAway(
  { tx, actor }: { tx: ScopedTx; actor: ClinicActor },
  { placeIds }: ProfessionalFacts,
  slots: readonly SlotRow[],
): Promise<Announcement[]> {
  const slotIds = slots.map(({ slotId }) => slotId);
  await deleteSlots(tx, slots);
  if (actor.kind === "machine") await deleteBindings(tx, actor.vendorId, "slot", slotIds);
  return slots.map((row) => ({ author: actor, change: slotChange("deleted", row, null, placeIds, []) }));
}
