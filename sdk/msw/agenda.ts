import type { ScopedTx } from "../../api/src/db/scope.ts";
import type { AgendaFilter } from "../../api/src/domain/agenda-filter.ts";
import { openingsOf } from "../../api/src/domain/opening.ts";
import type { CompleteSlot, Opening } from "../../api/src/domain/opening.ts";
import { overlaps } from "../../api/src/domain/time.ts";
import type { SlotRow } from "../../api/src/features/slots/store.ts";
import { memoryOf } from "./world.ts";
import type { MemoryTx } from "./world.ts";

/** Of one professional: what a row of `opening` holds. */
export interface OpeningRow extends Opening {
  establishmentId: string;
  professionalId: string;
}

/** Openings are not kept: they are what domain/opening.ts says they are. */
export function openingRows(tx: ScopedTx): OpeningRow[] {
  const memory = memoryOf(tx);
  const all = memory.derived("openings", ["slot", "appointment", "hold", "professional"], () =>
    memory.rows("professional").flatMap((professional) => rowsOf(memory, professional)),
  );
  return all.filter((row) => memory.owns(row) || (memory.scope.audience === "citizen" && row.visibility === "public"));
}

function rowsOf(
  memory: MemoryTx,
  { establishmentId, professionalId, capacity }: { establishmentId: string; professionalId: string; capacity: number },
): OpeningRow[] {
  const own = (row: { professionalId: string }) => row.professionalId === professionalId;
  const slots = memory.rows("slot").filter(own).flatMap(complete);
  const active = memory.rows("appointment").filter((row) => own(row) && row.status === "active");
  const holds = memory.rows("hold").filter(own);
  return openingsOf(slots, active, holds, capacity).map((opening) => ({ ...opening, establishmentId, professionalId }));
}

function complete(slot: SlotRow): CompleteSlot[] {
  const { placeId, visibility, serviceType, durationMinutes } = slot;
  if (placeId === null || visibility === null || serviceType === null || durationMinutes === null) return [];
  return [{ ...slot, placeId, visibility, serviceType, durationMinutes }];
}

/** What takes place in one of the spans of its professional. */
export function isInOneOf(
  row: { professionalId: string; startAt: number; endAt: number },
  spans: readonly { professionalId: string; startAt: number; endAt: number }[],
): boolean {
  return spans.some((span) => span.professionalId === row.professionalId && overlaps(row, span));
}

/** PERM-16, as SQL says it: of an agenda at a place. */
export function isReadable(
  { everything, professionalIds, placeIds, pairs }: AgendaFilter,
  { professionalId, placeId }: { professionalId: string; placeId: string },
): boolean {
  return (
    everything ||
    professionalIds.includes(professionalId) ||
    placeIds.includes(placeId) ||
    pairs.some((pair) => pair.professionalId === professionalId && pair.placeId === placeId)
  );
}

/** Of what is a professional's, wherever it is: their services, their incomplete slots. */
export function isReadableOf(
  { everything, professionalIds, placeIds, pairs }: AgendaFilter,
  professional: { professionalId: string; placeIds: readonly string[] } | undefined,
): boolean {
  if (everything || professional === undefined) return everything;
  return (
    professionalIds.includes(professional.professionalId) ||
    pairs.some((pair) => pair.professionalId === professional.professionalId) ||
    professional.placeIds.some((placeId) => placeIds.includes(placeId))
  );
}
