import { minuteMs, overlaps } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

export const serviceTypes = ["MF", "GMF", "GEN"] as const;
export type ServiceType = (typeof serviceTypes)[number];
export const visibilities = ["public", "private"] as const;
export type Visibility = (typeof visibilities)[number];

/** How much of an opening's time is taken. Neither part depends on the present, so that a row stays true while time passes. */
export interface OpeningState {
  /** As many seats are taken as the professional has. */
  busy: boolean;
  /** Holds take what is left until then; null when seats remain beside them, or when nothing remains to hold. */
  heldUntil: Instant | null;
}

/** A bookable start inside a complete slot, and the row of the same name. */
export interface Opening extends OpeningState {
  slotId: string;
  startAt: Instant;
  endAt: Instant;
  placeId: string;
  serviceType: ServiceType;
  consultationReasons: readonly string[];
  visibility: Visibility;
  openFrom: Instant | null;
}

/** SLOT-08: an incomplete slot has no openings, so that nobody finds it. This is what an opening needs of a complete one. */
export interface CompleteSlot {
  slotId: string;
  startAt: Instant;
  endAt: Instant;
  placeId: string;
  serviceType: ServiceType;
  durationMinutes: number;
  consultationReasons: readonly string[];
  visibility: Visibility;
  openFrom: Instant | null;
}

export interface TakenSeat {
  startAt: Instant;
  endAt: Instant;
  seat: number;
}

export interface HeldTime {
  startAt: Instant;
  endAt: Instant;
  expiresAt: Instant;
}

/**
 * Design, decision 8; HOLD-02, HOLD-13: of `capacity` seats, the distinct ones that active appointments overlap are
 * taken; each unexpired hold that overlaps takes one of the rest. A seat above the capacity (a clinic's overbooking)
 * counts like any other: it still fills the time when seat 1 is freed.
 */
export function openingState(
  capacity: number,
  overlappedSeats: Iterable<number>,
  holdExpiries: readonly Instant[],
): OpeningState {
  const left = capacity - new Set(overlappedSeats).size;
  if (left <= 0) return { busy: true, heldUntil: null };
  // Until the left-th last expiry, that many holds run at once.
  const latestFirst = [...holdExpiries].sort((a, b) => b - a);
  return { busy: false, heldUntil: latestFirst[left - 1] ?? null };
}

/** CASC-24, HOLD-08: an opening whose hold ends exactly now is free. */
export function isFree(state: OpeningState, now: Instant): boolean {
  return !state.busy && (state.heldUntil === null || state.heldUntil <= now);
}

/** SLOT-31: starts from the slot's start, one duration apart, while the whole duration fits. */
export function startsOf(slot: Pick<CompleteSlot, "startAt" | "endAt" | "durationMinutes">): Instant[] {
  const durationMs = slot.durationMinutes * minuteMs;
  const starts: Instant[] = [];
  for (let at = slot.startAt; at + durationMs <= slot.endAt; at += durationMs) starts.push(at);
  return starts;
}

/**
 * The openings of one professional's complete slots, given that professional's active appointments and holds: the
 * definition of the rows of `opening`. Overlapping slots have each their own (SLOT-19).
 */
export function openingsOf(
  slots: readonly CompleteSlot[],
  appointments: readonly TakenSeat[],
  holds: readonly HeldTime[],
  capacity: number,
): Opening[] {
  return slots.flatMap((slot) =>
    startsOf(slot).map((startAt): Opening => {
      const time = { startAt, endAt: startAt + slot.durationMinutes * minuteMs };
      const seats = appointments.filter((taken) => overlaps(taken, time)).map(({ seat }) => seat);
      const expiries = holds.filter((held) => overlaps(held, time)).map(({ expiresAt }) => expiresAt);
      return {
        slotId: slot.slotId,
        ...time,
        placeId: slot.placeId,
        serviceType: slot.serviceType,
        consultationReasons: slot.consultationReasons,
        visibility: slot.visibility,
        openFrom: slot.openFrom,
        ...openingState(capacity, seats, expiries),
      };
    }),
  );
}
