import { lockKey } from "./idempotency.ts";
import type { ScopedTx } from "./scope.ts";
import { utcDatesOf } from "../domain/time.ts";
import type { Instant } from "../clock.ts";

/** A stretch of a professional's time: what is locked before it is read and decided upon. */
export interface AgendaSpan {
  establishmentId: string;
  professionalId: string;
  startAt: Instant;
  endAt: Instant;
}

/** Names of the agenda days a span touches: the professional and every UTC date. */
export function agendaDayNames(spans: readonly AgendaSpan[]): string[] {
  return spans.flatMap(({ establishmentId, professionalId, startAt, endAt }) =>
    utcDatesOf(startAt, endAt).map((date) => `day:${establishmentId}:${professionalId}:${date}`),
  );
}

/**
 * Takes advisory locks until the end of the transaction, in one order for everybody (by key), so that two writers
 * never wait for each other. Citizen days and agenda days go in one call, before anything is read.
 */
export async function lockNames(tx: ScopedTx, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const keys = [...new Set(names.map(lockKey))].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  // unnest answers in the order of its array; without a sort node the locks are taken in that order.
  await tx.sql`SELECT pg_advisory_xact_lock(key) FROM unnest(${keys}::bigint[]) AS key`;
}

/** The same without waiting, in whatever order: whether all of them were free. What was taken goes with the transaction. */
export async function tryLockNames(tx: ScopedTx, names: readonly string[]): Promise<boolean> {
  const keys = [...new Set(names.map(lockKey))];
  const rows = await tx.sql<{ locked: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(key) AS locked FROM unnest(${keys}::bigint[]) AS key`;
  return rows.every(({ locked }) => locked);
}
