/** Milliseconds since the epoch. */
type Instant = number;

/** A seat of a professional's time, and the active appointment's interval that takes it. */
export interface SeatTaken {
  seat: number;
  startAt: Instant;
  endAt: Instant;
}

/**
 * APPT-08, APPT-09: an appointment takes the lowest seat that is free during the whole of it, counted from 1. Concurrent
 * appointments of a clinic sit beside each other; the exclusion constraint `appt_09_seat_exclusive` allows nothing else.
 * SYNC-15: whatever the place and its software, the seats are those of the professional in the establishment.
 */
export function lowestFreeSeat(taken: readonly SeatTaken[], time: { startAt: Instant; endAt: Instant }): number {
  const used = new Set(
    taken.filter(({ startAt, endAt }) => startAt < time.endAt && time.startAt < endAt).map(({ seat }) => seat),
  );
  let seat = 1;
  while (used.has(seat)) seat += 1;
  return seat;
}
