/**
 * A world as data: what the oracle reads, and what write-world.ts puts into a database. Instants in milliseconds, dates
 * `YYYY-MM-DD`. It knows nothing of the hub.
 */

export type Zone = "America/Toronto" | "America/Halifax" | "America/Blanc-Sablon";
export type Type = "MF" | "GMF" | "GEN";
export const cascades = ["1", "2.1", "2.2", "2.3", "3"] as const;
export type Cascade = (typeof cascades)[number];

export const reasons = [
  "minorEmergency",
  "priority",
  "regular",
  "pregnancy",
  "childZeroToFive",
  "redirection",
] as const;
export type Reason = (typeof reasons)[number];

export interface Establishment {
  establishmentId: string;
  gmfNumber: string | null;
  groups: Group[];
}

/** A work group and its relay teams: professionals. */
export interface Group {
  members: string[];
  team1: string[];
  team2: string[];
}

export interface Place {
  establishmentId: string;
  placeId: string;
  zone: Zone;
  endDate: string | null;
  byRelationship: boolean;
  /** Of the cascades 2.1 to 2.3, and of cascade 3: no professional is named there. */
  maskGmf: boolean;
  maskGen: boolean;
  /** Kilometres due north of the citizens' postal code. */
  northKm: number;
  /** Of the machine link: when it goes stale. */
  staleAt: number | null;
}

export interface Professional {
  establishmentId: string;
  professionalId: string;
  practiceNumber: string | null;
  departureDate: string | null;
  maxWeeks: number | null;
  capacity: number;
  /** Where they work now. */
  placeIds: string[];
}

export interface Slot {
  slotId: string;
  professionalId: string;
  placeId: string;
  startAt: number;
  endAt: number;
  durationMinutes: number;
  type: Type;
  reasons: (Reason | "allReasons")[];
  visibility: "public" | "private";
  openFrom: number | null;
}

export interface Appointment {
  professionalId: string;
  placeId: string;
  startAt: number;
  endAt: number;
  seat: number;
  /** Index of a citizen, whose day it takes. */
  citizen: number | null;
}

export interface Hold {
  professionalId: string;
  placeId: string;
  startAt: number;
  endAt: number;
  expiresAt: number;
}

export interface Registration {
  practiceNumber: string;
  delegatedPracticeNumber: string | null;
  gmfNumber: string | null;
  endDate: string | null;
  gmfEndDate: string | null;
}

export interface Citizen {
  nam: string;
  birthDate: string;
  registration: Registration | null;
}

export interface World {
  establishments: Establishment[];
  places: Place[];
  professionals: Professional[];
  slots: Slot[];
  appointments: Appointment[];
  holds: Hold[];
  citizens: Citizen[];
  inactiveReasons: Reason[];
}

/** Themself, or a nurse of one kind for them. */
export const askers = ["citizen", "811", "redirection"] as const;
export type Asker = (typeof askers)[number];

/** What is asked for a citizen, by whom, and when. */
export interface Question {
  citizen: number;
  asker: Asker;
  cascade: Cascade;
  reason: Reason;
  /** Near the postal code of all; else everywhere that the cascade looks. */
  near: boolean;
  /** In cascade 3 without a postal code: the place that is named. */
  placeId: string | null;
  /** Only this professional. */
  professionalId: string | null;
  now: number;
}

export interface Opening {
  slot: Slot;
  startAt: number;
  endAt: number;
}

/** Every start of a slot, one duration apart, while the whole duration fits. */
export function openingsOf(slot: Slot): Opening[] {
  const length = slot.durationMinutes * 60_000;
  const openings: Opening[] = [];
  for (let startAt = slot.startAt; startAt + length <= slot.endAt; startAt += length)
    openings.push({ slot, startAt, endAt: startAt + length });
  return openings;
}
