import { localDateOf, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Instants between which something has to lie, at least in part, to be in a snapshot. */
export interface SnapshotWindow {
  from: number;
  /** Absent: without end. */
  to?: number;
}

/** SYNC-31: dates are those of the place, `to` excluded; a snapshot that names no date begins with today. */
export function snapshotWindow(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: number,
  zone: TimeZone,
): SnapshotWindow {
  return {
    from: startOfDay(from ?? localDateOf(now, zone), zone),
    ...(to === undefined ? {} : { to: startOfDay(to, zone) }),
  };
}

/** The window that holds all of these: for what has no place yet, hence no dates of its own. */
export function widestWindow(windows: readonly SnapshotWindow[]): SnapshotWindow {
  const ends = windows.flatMap(({ to }) => (to === undefined ? [] : [to]));
  return {
    from: Math.min(...windows.map(({ from }) => from)),
    ...(ends.length < windows.length ? {} : { to: Math.max(...ends) }),
  };
}
