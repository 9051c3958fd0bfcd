/** A small agenda, as a vendor's might be: entries on a disk that survives restarts, shown in the place's local time. */
import type { Wrong } from "./behaviour.ts";

export interface Opening {
  kind: "opening";
  ref: string;
  startAt: number;
  endAt: number;
  hubId: string | null;
  version: number | null;
}

export interface Booked {
  kind: "appointment";
  ref: string;
  startAt: number;
  endAt: number;
  hubId: string | null;
  version: number | null;
  attendance: string;
  patient: {
    nam: string | null;
    firstName: string;
    lastName: string;
    sex: string;
    birthDate: string;
    mobilePhone?: string;
  };
  cancelled: boolean;
  refused: boolean;
  /** Booked at the hub, by somebody else. */
  fromHub: boolean;
}

/** What the hub has not confirmed yet, in order. */
export interface Waiting {
  op: "putSlot" | "deleteSlot" | "putAppointment" | "cancelAppointment" | "bindSlot" | "bindAppointment";
  ref: string;
  key: string;
}

export interface Disk {
  entries: Map<string, Opening | Booked>;
  outbox: Waiting[];
  cursor: string | null;
  /** By hub id: the version applied last; also of what is gone. */
  versions: Map<string, number>;
  nextRef: number;
}

export const emptyDisk = (): Disk => ({
  entries: new Map(),
  outbox: [],
  cursor: null,
  versions: new Map(),
  nextRef: 1,
});

export function localOf(instant: number, zone: string): { day: string; time: string } {
  const shown = new Date(instant).toLocaleString("sv-SE", { timeZone: zone });
  return { day: shown.slice(0, 10), time: shown.slice(11, 16) };
}

export function instantOf(day: string, time: string, zone: string, today: string, wrong: Wrong): number {
  const asUtc = Date.parse(`${day}T${time}:00Z`);
  if (wrong.localTimeAsUtc) return asUtc;
  if (wrong.fixedOffset === "-05:00") return asUtc + 5 * 3_600_000;
  if (wrong.fixedOffset === "today's")
    return asUtc + instantOf(today, "12:00", zone, today, {}) - Date.parse(`${today}T12:00:00Z`);
  const candidates = [2, 3, 4, 5, 6].map((hours) => asUtc + hours * 3_600_000);
  const right = candidates.filter((it) => {
    const local = localOf(it, zone);
    return local.day === day && local.time === time;
  });
  const chosen = wrong.secondOfTwo ? right.at(-1) : right[0];
  if (chosen === undefined) throw new Error(`${day} ${time} does not exist.`);
  return chosen;
}
