import { agendaDayNames, lockNames } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { refusal, refuseAny } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import { deleteBindings, noteOwnWrites } from "../bindings/store.ts";
import { getProfessional } from "../professionals/store.ts";
import { slotAnswer } from "./answer.ts";
import { refuseSlotWrite } from "./edit.ts";
import { getSlot, listSlotsById } from "./store.ts";
import type { SlotRow } from "./store.ts";

/** A slot that a call names by its id: as the caller last saw it, and what its vendor's names of it become. */

/** The slot, which the caller may write by the rule it says (SLOT-01, SLOT-60). */
export async function getForWriting(
  tx: ScopedTx,
  call: Call<ClinicActor>,
  slotId: string,
  rule = "SLOT-01",
): Promise<SlotRow> {
  const row = await getSlot(tx, slotId);
  refuseAny(refuseSlotWrite(call.actor, await getProfessional(tx, row.professionalId), row.placeId, rule));
  await checkVersion(tx, call, row);
  return row;
}

/** Locks the days of the slot as it was and as it will be; who has written it in the meantime has made the caller stale. */
export async function lockUnchanged(
  tx: ScopedTx,
  call: Call<ClinicActor>,
  before: SlotRow,
  after: SlotRow,
): Promise<void> {
  await lockNames(tx, agendaDayNames([before, after]));
  const [row] = await listSlotsById(tx, [before.slotId]);
  if (row === undefined) throw refusal("NOT_FOUND");
  await checkVersion(tx, call, row);
}

async function checkVersion(tx: ScopedTx, call: Call<ClinicActor>, row: SlotRow): Promise<void> {
  if (call.ifMatch === row.version) return;
  throw refusal("PRECONDITION_FAILED", "", { current: await slotAnswer(tx, call.actor, row) });
}

/** A machine's own write by id: its next push of the slot is compared with nothing older. */
export async function noteWrite(tx: ScopedTx, actor: ClinicActor, row: SlotRow): Promise<void> {
  if (actor.kind !== "machine") return;
  const { establishmentId, slotId: objectId, version } = row;
  await noteOwnWrites(tx, actor.vendorId, "slot", [{ establishmentId, objectId, version }]);
}

/** A machine's own delete by id releases its name of the slot. */
export async function noteDeletion(tx: ScopedTx, actor: ClinicActor, { slotId }: SlotRow): Promise<void> {
  if (actor.kind === "machine") await deleteBindings(tx, actor.vendorId, "slot", [slotId]);
}
