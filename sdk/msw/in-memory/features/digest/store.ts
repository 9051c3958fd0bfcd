import { digestLine, digestText } from "../../../../../api/src/domain/digest.ts";
import type { DigestEntry } from "../../../../../api/src/domain/digest.ts";
import type * as real from "../../../../../api/src/features/digest/store.ts";
import { memoryOf, sortBy } from "../../../world.ts";
import type { MemoryTx } from "../../../world.ts";

export const listDigests: typeof real.listDigests = async (tx, { placeId }, vendorId, midnights) => {
  const memory = memoryOf(tx);
  const days = new Map<string, DigestEntry[]>();
  for (const entry of entriesOf(memory, placeId, vendorId)) {
    const day = dayOf(midnights, entry.startAt);
    const key = `${entry.professionalId} ${String(day)}`;
    if (day !== undefined) days.set(key, [...(days.get(key) ?? []), entry]);
  }
  const rows = await Promise.all(
    [...days.values()].map(async (entries) => ({
      professionalId: entries[0]?.professionalId ?? "",
      day: dayOf(midnights, entries[0]?.startAt ?? 0) ?? 0,
      digest: await sha256(digestText(entries.map(digestLine))),
      appointments: entries.filter(({ kind }) => kind === "appointment").length,
      slots: entries.filter(({ kind }) => kind === "slot").length,
    })),
  );
  return sortBy(
    rows,
    ({ professionalId }) => professionalId,
    ({ day }) => day,
  );
};

function entriesOf(memory: MemoryTx, placeId: string, vendorId: string | null): DigestEntry[] {
  const appointments = memory
    .rows("appointment")
    .filter((row) => row.placeId === placeId && row.status === "active")
    .map(({ professionalId, appointmentId, startAt, endAt, attendance }) => {
      const id = memory.nameOf(vendorId, "appointment", appointmentId) ?? appointmentId;
      return { kind: "appointment" as const, professionalId, id, startAt, endAt, attendance };
    });
  const slots = memory.rows("slot").flatMap(({ professionalId, slotId, startAt, endAt, visibility, ...row }) => {
    if (row.placeId !== placeId || visibility === null) return [];
    const id = memory.nameOf(vendorId, "slot", slotId) ?? slotId;
    return [{ kind: "slot" as const, professionalId, id, startAt, endAt, visibility }];
  });
  return [...appointments, ...slots];
}

/** The position of the date that an instant belongs to; undefined before the first and after the last. */
function dayOf(midnights: readonly number[], at: number): number | undefined {
  const day = midnights.findLastIndex((midnight) => midnight <= at);
  return day < 0 || day === midnights.length - 1 ? undefined : day;
}

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
