import type { ScopedTx } from "../db/scope.ts";
import { putCitizenDays } from "../features/appointments/store.ts";
import { insertAppointments, updateAppointments } from "../features/appointments/write-store.ts";
import { noteOwnWrites, putBindings } from "../features/bindings/store.ts";
import { deleteHolds, putHolds } from "../features/holds/store.ts";
import { refreshOpenings } from "../features/openings/store.ts";
import type { AgendaSpan } from "../db/locks.ts";
import type { Writes } from "./book.ts";

/**
 * A statement for each kind of row, whatever the number of commands, sent together. Changes of existing appointments go
 * before new ones, which may take the time they free. Answers the reference numbers of what was inserted.
 */
export async function store(tx: ScopedTx, writes: Writes): Promise<Map<string, string>> {
  const [, references] = await Promise.all([
    updateAppointments(tx, writes.updated),
    insertAppointments(tx, writes.inserted),
    deleteHolds(tx, writes.deletedHolds),
    putHolds(tx, writes.putHolds),
    putCitizenDays(tx, writes.citizenDays),
    ...byVendor(writes.bindings).map(([vendorId, bindings]) => putBindings(tx, vendorId, bindings)),
    ...byVendor(writes.ownWrites).map(([vendorId, rows]) => noteOwnWrites(tx, vendorId, "appointment", rows)),
    refreshOpenings(tx, merged(writes.spans)),
  ]);
  return references;
}

function byVendor<T extends { vendorId: string }>(rows: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(row.vendorId, [...(groups.get(row.vendorId) ?? []), row]);
  return [...groups];
}

/** Spans of one professional that touch or overlap become one, so that a hundred bookings of one slot refresh it once. */
function merged(spans: readonly AgendaSpan[]): AgendaSpan[] {
  const result: AgendaSpan[] = [];
  const sorted = [...spans].sort(
    (a, b) =>
      compare(a.establishmentId, b.establishmentId) ||
      compare(a.professionalId, b.professionalId) ||
      a.startAt - b.startAt,
  );
  for (const span of sorted) {
    const last = result.at(-1);
    if (
      last?.establishmentId === span.establishmentId &&
      last.professionalId === span.professionalId &&
      span.startAt <= last.endAt
    )
      last.endAt = Math.max(last.endAt, span.endAt);
    else result.push({ ...span });
  }
  return result;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
