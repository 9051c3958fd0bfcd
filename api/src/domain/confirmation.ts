import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { addDays } from "./time.ts";

/** A day of a professional at the place, with the digest of what is on it (domain/digest.ts). */
export interface DayDigest {
  professionalId: string;
  /** `YYYY-MM-DD`, local to the place. */
  date: string;
  digest: string;
}

/** A day on which hub and software do not agree; `digest` is the hub's, null when it has nothing there. */
export type DifferingDay = Omit<DayDigest, "digest"> & { digest: string | null };

/** SYNC-09: how far from today a confirmation has to reach. */
export const confirmedDays = 28;

/** SYNC-09: the window, `to` excluded, includes today and reaches far enough; what is sent lies in it. */
export function refuseWindow(
  { from, to, days }: { from: string; to: string; days: readonly DayDigest[] },
  today: string,
): Violation[] {
  return [
    ...(from > today ? [outOfRange("/from")] : []),
    ...(to < addDays(today, confirmedDays) ? [outOfRange("/to")] : []),
    ...days.flatMap(({ date }, position) =>
      date < from || date >= to ? [outOfRange(`/days/${String(position)}/date`)] : [],
    ),
  ];
}

/**
 * SYNC-10, SYNC-11: where what the software sent and what the hub has are not the same, by professional and date. Two
 * digests for one day differ from any one.
 */
export function differingDays(sent: readonly DayDigest[], own: readonly DayDigest[]): DifferingDay[] {
  const ownText = new Set(own.map(textOf));
  const sentText = new Set(sent.map(textOf));
  const differing = new Map<string, DifferingDay>();
  for (const day of sent) {
    const { professionalId, date } = day;
    if (!ownText.has(textOf(day))) differing.set(keyOf(day), { professionalId, date, digest: null });
  }
  for (const day of own) {
    const { professionalId, date, digest } = day;
    if (!sentText.has(textOf(day)) || differing.has(keyOf(day)))
      differing.set(keyOf(day), { professionalId, date, digest });
  }
  return [...differing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
}

function keyOf({ professionalId, date }: Pick<DayDigest, "professionalId" | "date">): string {
  return `${professionalId} ${date}`;
}

function textOf(day: DayDigest): string {
  return `${keyOf(day)} ${day.digest}`;
}

function outOfRange(pointer: string): Violation {
  return violation("SYNC-09", "OUT_OF_RANGE", pointer);
}
