import type { Change } from "../../db/change-log.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import type { Violation } from "../../domain/decision.ts";
import { refuseWrite } from "../../domain/permission.ts";
import { changedFields, decideSlot, statusOf } from "../../domain/slot.ts";
import type { SlotWish } from "../../domain/slot.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type { AgendaFacts } from "./facts.ts";
import type { SlotRow } from "./store.ts";

/** SLOT-01 or SLOT-60, as the caller says, PERM-19, LCGA-02, LCGA-03. */
export function refuseSlotWrite(
  actor: ClinicActor,
  { establishmentId, professionalId, placeIds }: ProfessionalFacts,
  placeId: string | null,
  rule = "SLOT-01",
): Violation | undefined {
  const agenda = { establishmentId, professionalId, placeId, professionalPlaceIds: placeIds };
  return refuseWrite(actor, agenda, rule);
}

export type Edited =
  | { ok: false; violations: readonly Violation[] }
  /** Without a change the slot says already what was wished: nothing is written or announced. */
  | { ok: true; row: SlotRow; change?: Change };

/** An edit by whoever: right to write the slot as it is and as it is to be, the rules of slots, the next version. */
export function editSlot(
  { actor, facts, now }: { actor: ClinicActor; facts: AgendaFacts; now: number },
  current: SlotRow,
  wish: SlotWish & { endAt: number },
): Edited {
  const professional = facts.professional(current.professionalId);
  const slotFacts = facts.slotFacts(current.professionalId);
  if (professional === undefined || slotFacts === undefined)
    throw new Error("a slot was read without its professional");
  const forbidden =
    refuseSlotWrite(actor, professional, current.placeId) ?? refuseSlotWrite(actor, professional, wish.placeId ?? null);
  if (forbidden !== undefined) return { ok: false, violations: [forbidden] };
  const decision = decideSlot(wish, slotFacts, current, now);
  if (!decision.ok) return decision;
  const changed = changedFields(current, decision.value);
  if (changed.length === 0) return { ok: true, row: current };
  const row = { ...current, ...decision.value, version: current.version + 1, updatedAt: now };
  return { ok: true, row, change: slotChange("updated", row, current, professional.placeIds, changed) };
}

/** Readers of the place it is at, of the one it was at, and of every work place when it has none. */
export function slotChange(
  operation: Change["operation"],
  row: SlotRow,
  before: SlotRow | null,
  workPlaceIds: readonly string[],
  changed: readonly string[],
): Change {
  const places = [row, before ?? row].flatMap(({ placeId }) => (placeId === null ? workPlaceIds : [placeId]));
  return {
    establishmentId: row.establishmentId,
    objectType: "slot",
    objectId: row.slotId,
    operation,
    version: operation === "deleted" ? row.version + 1 : row.version,
    placeIds: [...new Set(places)],
    professionalId: row.professionalId,
    startAt: row.startAt,
    endAt: row.endAt,
    status: statusOf(row),
    changed,
  };
}
