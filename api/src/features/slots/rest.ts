import type { Announcement } from "../../db/change-log.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import type { Removal } from "../../domain/availability-removal.ts";
import { changedFields } from "../../domain/slot.ts";
import { deleteBindings, noteOwnWrites } from "../bindings/store.ts";
import { writeOpenings } from "../openings/store.ts";
import { slotChange } from "./edit.ts";
import { deleteSlots, insertSlots, updateSlots } from "./store.ts";
import type { SlotRow } from "./store.ts";

/** A slot, and what a removal leaves of it. */
export interface SlotRest {
  slot: SlotRow;
  kept: SlotRow | null;
  added: SlotRow | null;
}

/**
 * What remains first keeps the slot's id, and with it a vendor's name of it; what remains after a removed middle is a
 * slot of its own.
 */
export function restOf(deps: Pick<Deps, "ids">, slot: SlotRow, { remaining }: Removal, now: number): SlotRest {
  const [first, second] = remaining;
  return {
    slot,
    kept: first === undefined ? null : { ...slot, ...first, version: slot.version + 1, updatedAt: now },
    added:
      second === undefined
        ? null
        : { ...slot, ...second, slotId: deps.ids.next("slt", now), version: 1, createdAt: now, updatedAt: now },
  };
}

export function remaining({ kept, added }: SlotRest): SlotRow[] {
  return [kept, added].filter((row) => row !== null);
}

/**
 * A statement a table, whatever the number of slots, all of one professional. Under the locks of their days; announce
 * what is answered last. A machine's own write by id: its next push of the slot is compared with nothing older, and its
 * name of a slot that is gone is released.
 */
export async function writeRests(
  { tx, actor }: { tx: ScopedTx; actor: ClinicActor },
  workPlaceIds: readonly string[],
  rests: readonly SlotRest[],
): Promise<Announcement[]> {
  const gone = rests.filter(({ kept }) => kept === null).map(({ slot }) => slot);
  const kept = rests.flatMap((rest) => rest.kept ?? []);
  const added = rests.flatMap((rest) => rest.added ?? []);
  await Promise.all([deleteSlots(tx, gone), updateSlots(tx, kept), insertSlots(tx, added)]);
  await writeOpenings(tx, [...kept, ...added], { replace: true });
  if (actor.kind === "machine") {
    const { vendorId } = actor;
    const goneIds = gone.map(({ slotId }) => slotId);
    const own = kept.map(({ establishmentId, slotId: objectId, version }) => ({ establishmentId, objectId, version }));
    await Promise.all([deleteBindings(tx, vendorId, "slot", goneIds), noteOwnWrites(tx, vendorId, "slot", own)]);
  }
  return rests.flatMap((rest) => changesOf(rest, workPlaceIds).map((change) => ({ author: actor, change })));
}

function changesOf({ slot, kept, added }: SlotRest, workPlaceIds: readonly string[]) {
  return [
    kept === null
      ? slotChange("deleted", slot, null, workPlaceIds, [])
      : slotChange("updated", kept, slot, workPlaceIds, changedFields(slot, kept)),
    ...(added === null ? [] : [slotChange("created", added, null, workPlaceIds, [])]),
  ];
}
