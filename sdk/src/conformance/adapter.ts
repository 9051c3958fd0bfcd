/** What a vendor writes so that the kit can drive its agenda: a few functions, as staff would use the software. */
import type { PrivateJwk } from "../keys.ts";

/** What the operator and the clinic would tell whoever installs the software. */
export interface Environment {
  /** Where the hub is: the kit's proxy stands there, and nothing else is to be spoken to. */
  baseUrl: string;
  /** The machine identifier and its private key (P-256, with `kid`). */
  clientId: string;
  privateKeyJwk: PrivateJwk;
  /** The hub's time at the start (RFC 3339): in a sandbox it may not be the machine's. */
  now: string;
  placeId: string;
  /** Of the place: every `day` and time of day below is local there. */
  timeZone: string;
  professionalId: string;
  /** What the professional offers, and how long it takes. */
  serviceId: string;
  durationMinutes: number;
  /** For software that makes choices by chance. */
  seed: number;
  /** Where webhooks will be posted, and what they are signed with: listen there, or leave it and follow the log only. */
  webhookUrl: string;
  webhookSecret: string;
}

/** The vendor's own name of an entry of its agenda. */
export type LocalRef = string;

/** An interval in which the professional receives: `from` and `to` are local times (`09:00`), `day` a local date. */
export interface NewOpening {
  professionalId: string;
  serviceId: string;
  day: string;
  from: string;
  to: string;
}

/** Somebody who phones the clinic. Without `nam` the hub knows them by what is said here. */
export interface Patient {
  nam: string | null;
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  birthDate: string;
  mobilePhone: string;
}

export interface NewBooking {
  professionalId: string;
  day: string;
  from: string;
  durationMinutes: number;
  patient: Patient;
}

/** A line of the agenda as staff see it: openings whole, whether booked or not; cancelled appointments are left out. */
export interface AgendaEntry {
  ref: LocalRef;
  kind: "opening" | "appointment";
  professionalId: string;
  from: string;
  to: string;
  /** Of an appointment: as shown to staff. */
  lastName?: string | null;
  /** The hub refused it: staff see that it does not stand. */
  refused?: boolean;
}

export interface Adapter {
  /** Name and version of the software, for the report. */
  name: string;
  version: string;
  /** False: webhooks are not received, and checks of them are skipped. */
  webhooks: boolean;
  /** Starts the software as after a restart: what it had written down is still there. */
  start(environment: Environment): Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  stop(): Promise<void>;
  /** Forgets everything: an agenda without any entry, never linked. Called while it is stopped. */
  reset(): Promise<void>;
  createOpening(opening: NewOpening): Promise<LocalRef>;
  blockOpening(ref: LocalRef): Promise<void>;
  bookLocally(booking: NewBooking): Promise<LocalRef>;
  /** Of an appointment of either side, by the name that `listAgenda` gives. */
  cancelLocally(ref: LocalRef): Promise<void>;
  listAgenda(day: string): Promise<AgendaEntry[]>;
  /** Exchanges with the hub what there is to exchange, now. Speeds a run up tenfold. */
  syncNow?(): Promise<void>;
}

/** What a module exports by default: an adapter, or a function that makes one. */
export type AdapterModule = Adapter | (() => Adapter | Promise<Adapter>);
