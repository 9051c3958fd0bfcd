import type { RelayedGroup } from "../../api/src/domain/cascade.ts";
import type { LinkColumns } from "../../api/src/features/machine-links/store.ts";
import type { MemoryTx } from "./world.ts";

/** The link of a place, as statements join it. */
export function linkColumnsOf(memory: MemoryTx, placeId: string): LinkColumns {
  const link = memory.find("link", placeId);
  return {
    linkedAt: link?.linkedAt ?? null,
    confirmedAt: link?.confirmedAt ?? null,
    lateAfterMinutes: link?.lateAfterMinutes ?? null,
    staleAfterMinutes: link?.staleAfterMinutes ?? null,
  };
}

/** The groups of an establishment, as cascades see them. */
export function relayedGroupsOf(memory: MemoryTx, establishmentId: string): RelayedGroup[] {
  return memory
    .rows("workGroup")
    .filter((group) => group.establishmentId === establishmentId)
    .map(({ professionalIds, relayTeam1, relayTeam2 }) => ({
      practiceNumbers: professionalIds.flatMap((id) => memory.find("professional", id)?.practiceNumber ?? []),
      relayTeam1: [...relayTeam1],
      relayTeam2: [...relayTeam2],
    }));
}
