import { isArrimageProblem } from "@arrimage/sdk";
import type { CitizensBooking } from "./citizens.ts";
import { seededRandom } from "./seeded-random.ts";
import type { LinkedClinic } from "./set-up.ts";

export interface Cancellations {
  cancelled: number;
  refusedCancellations: { code: string }[];
}

const MOST_IN_TIME = 5;
const MINUTE = 60_000;

/** Some cancel well ahead; then the clock moves inside the delay of one more, who comes too late. */
export async function citizensCancel(
  { sandbox }: LinkedClinic,
  bookings: readonly CitizensBooking[],
  clock: Date,
  seed: number,
): Promise<Cancellations> {
  const { inTime, late } = chooseCancellations(bookings, clock, seed);
  const codes = await Promise.all(inTime.map(tryToCancel));
  if (late) {
    const tooLate = new Date(Date.parse(late.booked.onlineCancelUntil) + MINUTE);
    if (tooLate > clock) await sandbox.clock.set({ body: { now: tooLate.toISOString(), running: false } });
    codes.push(await tryToCancel(late));
  }
  return {
    cancelled: codes.filter((code) => code === null).length,
    refusedCancellations: codes.filter((code) => code !== null).map((code) => ({ code })),
  };
}

type Chosen = Pick<CitizensBooking, "raced"> & { booked: { startAt: string; onlineCancelUntil: string } };

/**
 * The one who will be late has the first appointment that may still be cancelled, so that the clock moves as little as can
 * be. Without any, somebody is late already. A race's winner differs from run to run, and cancels only when nobody else could.
 */
export function chooseCancellations<Booking extends Chosen>(
  bookings: readonly Booking[],
  clock: Date,
  seed: number,
): { inTime: Booking[]; late: Booking | undefined } {
  const byStart = [...bookings].sort((a, b) => Date.parse(a.booked.startAt) - Date.parse(b.booked.startAt));
  const open = byStart.filter(({ booked }) => Date.parse(booked.onlineCancelUntil) >= clock.getTime());
  // A single booking is better cancelled than refused.
  if (open.length === 1 && byStart.length === 1) return { inTime: open, late: undefined };
  const late = open.find(({ raced }) => !raced) ?? open[0] ?? byStart[0];
  const others = open.filter((booking) => booking !== late);
  const random = seededRandom(seed);
  const order = [...random.shuffled(others.filter(({ raced }) => !raced)), ...others.filter(({ raced }) => raced)];
  return { inTime: order.slice(0, MOST_IN_TIME), late };
}

/** By reference number and NAM. Null: cancelled; otherwise the code of the refusal. */
async function tryToCancel({ citizen, booked }: CitizensBooking): Promise<string | null> {
  const { referenceNumber } = booked;
  try {
    await citizen.client.citizenAppointments.cancel({ body: { referenceNumber, nam: citizen.person.nam } });
    return null;
  } catch (error) {
    if (isArrimageProblem(error) && error.status < 500) return error.code;
    throw error;
  }
}
