import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { decideSlotDeletion } from "./slot.ts";
import type { SlotContent } from "./slot.ts";

/** Instants, the first included and the second not. */
export interface Window {
  from: number;
  to: number;
}

/**
 * SYNC-34: each line starts in the window, or the same call again would neither find nor remove what it has made; and it
 * bears a name that no other bears.
 */
export function refuseLines(
  lines: readonly { externalId: string | null; startAt: number }[],
  { from, to }: Window,
): Violation[] {
  const names = new Set<string | null>();
  return lines.flatMap(({ externalId, startAt }, position) => {
    const at = `/slots/${String(position)}`;
    const again = names.has(externalId);
    names.add(externalId);
    return [
      ...(startAt < from || startAt >= to ? [violation("SYNC-34", "OUT_OF_RANGE", `${at}/startAt`)] : []),
      ...(again ? [violation("SYNC-34", "INVALID_REQUEST", `${at}/externalId`, { expected: "1 × externalId" })] : []),
    ];
  });
}

/**
 * SYNC-35, SYNC-36: of the slots that bear the vendor's names, those that it no longer names: they go, but for those that
 * have ended, which stay where they were (SLOT-43).
 */
export function noLongerNamed<Named extends SlotContent & { externalId: string }>(
  named: readonly Named[],
  wanted: ReadonlySet<string>,
  now: number,
): { removed: Named[]; past: Named[] } {
  const left = named.filter(({ externalId }) => !wanted.has(externalId));
  const goes = (slot: Named) => decideSlotDeletion(slot, now).ok;
  return { removed: left.filter(goes), past: left.filter((slot) => !goes(slot)) };
}

/** SYNC-36: whether nothing but its being over stands against a line: history is told and left, not refused. */
export function isOver(violations: readonly Pick<Violation, "code">[]): boolean {
  return violations.length > 0 && violations.every(({ code }) => code === "SLOT_IN_PAST");
}
