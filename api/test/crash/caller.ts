import type { AppointmentBody } from "../../src/features/appointments/schema.ts";
import type { Booked } from "../../src/features/citizen-bookings/schema.ts";
import type { CitizenHoldBody } from "../../src/features/holds/schema.ts";
import type { ACitizen } from "../factories.ts";
import type { Mirrored, MirroredType } from "../mirror.ts";
import type { Insistence } from "./insistence.ts";

/** Where the callers of a crash test work. */
export interface CrashSite {
  placeId: string;
  agendas: readonly { professionalId: string; serviceId: string }[];
  /** Tokens end: asked for anew by whoever works longer than they last. */
  machine(this: void): Promise<string>;
  admin: string;
}

export interface OwnSlot {
  externalId: string;
  slotId: string;
  visibility: "public" | "private";
  startAt: number;
}

export interface OwnPush {
  externalId: string;
  appointmentId: string;
  startAt: number;
  durationMinutes: number;
}

export interface OwnHold extends CitizenHoldBody {
  professionalId: string;
  citizen: ACitizen;
}

export interface OwnBooking {
  citizen: ACitizen;
  booked: Booked;
  professionalId: string;
}

/**
 * One who works with a hub that is being killed: software, a person at a desk and some citizens in one, choosing by
 * dice. What it makes is nobody else's, so that it can say what must be there; the agendas it shares with all others.
 */
export interface Caller {
  name: string;
  random: () => number;
  agenda: CrashSite["agendas"][number];
  citizens: readonly ACitizen[];
  slots: OwnSlot[];
  /** Appointments pushed, booked by staff and booked online, as long as they are active. */
  pushes: OwnPush[];
  staff: AppointmentBody[];
  online: OwnBooking[];
  holds: OwnHold[];
}

/** What all callers have in common. */
export interface Work {
  site: CrashSite;
  insist: Insistence;
  memory: Memory;
  freshKey(this: void): string;
  freshName(this: void, caller: Caller): string;
}

/** What the hub has said is there, by id. */
export interface Memory {
  readonly known: ReadonlyMap<string, Mirrored>;
  keep(objectType: MirroredType, objectId: string, professionalId: string, said: Said): void;
  forget(objectId: string): void;
}

export interface Said {
  version: number;
  startAt: string | number;
  endAt: string | number;
  status?: string;
}

export function createMemory(): Memory {
  const known = new Map<string, Mirrored>();
  const instant = (at: string | number) => (typeof at === "number" ? at : Date.parse(at));
  return {
    known,
    keep(objectType, objectId, professionalId, { version, startAt, endAt, status = "active" }) {
      known.set(objectId, {
        ...{ objectType, version, professionalId },
        ...{ startAt: instant(startAt), endAt: instant(endAt) },
        status: objectType === "appointment" ? status : null,
      });
    },
    forget(objectId) {
      known.delete(objectId);
    },
  };
}

export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Eight in the morning in Québec, a week after the hubs' now. */
const firstDay = Date.parse("2027-03-08T13:00:00Z");
const days = 10;

/** The morning of one of the ten days that everybody works on. */
export function someMorning({ random }: Caller): number {
  return firstDay + Math.floor(random() * days) * dayMs;
}

export function textOf(at: number): string {
  return new Date(at).toISOString();
}

export const contact = { homePhone: "418-555-0111", email: "jean.roy@example.org" };
