/** What a vendor writes and reads when an agenda is kept in step with the hub. */
import type { HubSchemas } from "../generated/hub.ts";
import type { Client } from "../index.ts";
import type { Runtime } from "../runtime.ts";
import type { Kept, SyncStore } from "./store.ts";

export type Slot = HubSchemas["Slot"];
export type Appointment = HubSchemas["Appointment"];
export type SyncedType = "slot" | "appointment";

interface Named {
  /** Your own identifier; the hub's for what you have not named. The key to store it under. */
  id: string;
  objectId: string;
  version: number;
}

/** An object of the hub as your agenda should now hold it. */
export type IncomingChange = Named &
  (
    | { objectType: "slot"; /** Null: it is gone, take it out of your agenda. */ object: Slot | null }
    | {
        objectType: "appointment";
        /** Null: it is gone or cancelled, take it out of your agenda. */
        object: Appointment | null;
        /** What was cancelled; null when it is not there to read any more. */
        cancelled: Appointment | null;
      }
  );

/** An object as your agenda holds it; `body: null` when it was taken out of it (an appointment: cancelled). */
export type LocalChange =
  | { objectType: "slot"; id: string; body: HubSchemas["PushedSlot"] | null }
  | { objectType: "appointment"; id: string; body: HubSchemas["PushedAppointment"] | null };
/** The same, of what is there. */
export type LocalEntry =
  | { objectType: "slot"; id: string; body: HubSchemas["PushedSlot"] }
  | { objectType: "appointment"; id: string; body: HubSchemas["PushedAppointment"] };

/** Local dates of the place, `to` excluded. */
export interface AgendaWindow {
  placeId: string;
  from: string;
  to: string;
}

/**
 * What the engine needs of your agenda.
 *
 * @typeParam Tx your store's transaction, as `SyncStore.transaction` gives it
 */
export interface AgendaAdapter<Tx = unknown> {
  /**
   * Makes your agenda hold the object as it is given: create, change, or take out. In `tx`, so that it is kept together
   * with the engine's own notes. Called again after a crash or a failure: find the object by `id` before you create one.
   * If you give what is new an identifier of your own, answer it once: from then on it is `id`.
   */
  apply(change: IncomingChange, tx: Tx): void | { id: string } | Promise<void | { id: string }>;
  /**
   * What your agenda holds in these days; more than that does no harm. Bodies are whole; one whose time
   * nobody can read is left out of the comparison. Without this function the engine
   * neither repairs nor confirms, and citizens stop seeing the agenda after some hours.
   */
  read?(window: AgendaWindow): Iterable<LocalEntry> | AsyncIterable<LocalEntry> | Promise<Iterable<LocalEntry>>;
  /** Changes of anything else (services, places, links), as they come; when it throws, the next ones follow all the same. */
  other?(change: HubSchemas["Change"], tx: Tx): void | Promise<void>;
}

/**
 * Who prevails when both sides changed the same thing of an object since they last agreed: the hub, your agenda, or who
 * did it first. Different things (its time, its contact, a note…) do not conflict: both changes stay. What was cancelled
 * at the hub stays cancelled under each of them.
 */
export type ConflictPolicy = "hubWins" | "agendaWins" | "firstWins";

/** What a client must have: `createClient` gives it. */
export type SyncClient = Pick<Client, "adoptions" | "appointments" | "changes" | "places" | "slots" | "snapshots">;

export interface SyncConfig<Tx = unknown> {
  client: SyncClient;
  store: SyncStore<Tx>;
  agenda: AgendaAdapter<Tx>;
  /** `hubWins` when absent. */
  policy?: ConflictPolicy | undefined;
  /** The places to keep in step; all those that the machine is linked with when absent. */
  placeIds?: readonly string[] | undefined;
  /** How many days, from today on, are compared by `repair`: 60 when absent, 29 at least. */
  repairDays?: number | undefined;
  /** How often `run` repairs and confirms, in milliseconds: every 15 minutes when absent. */
  repairEveryMs?: number | undefined;
  onProgress?: ((event: SyncEvent) => void) | undefined;
  /** Clock, jitter and sleep, for deterministic tests and for a sandbox whose clock was moved. */
  runtime?: Partial<Pick<Runtime, "now" | "random" | "sleep">> | undefined;
}

interface About {
  objectType: SyncedType;
  id: string;
}

/** Told after what it says has been stored. Ids and codes only: fit for a log. */
export type SyncEvent =
  | { type: "snapshot"; objects: number }
  | { type: "caughtUp"; changes: number }
  | ({ type: "applied"; objectId: string; version: number; gone: boolean } & About)
  | ({ type: "pushed"; outcome: "created" | "updated" | "unchanged" | "removed" | "named" } & About)
  /** `AgendaAdapter.other` threw: that change is not told again. */
  | { type: "otherFailed"; objectId: string; error: unknown }
  /** `fields` were changed on both sides. */
  | ({ type: "conflict"; fields: string[]; winner: "hub" | "agenda" } & About)
  /** Your agenda threw; it is tried again, `tries` of 5. */
  | ({ type: "applyFailed"; tries: number; error: unknown } & About)
  /** Set aside until it changes again, or `retry()`: what comes from the hub after 5 tries, what the hub refused at once. */
  | ({ type: "quarantined"; direction: "toAgenda" | "toHub"; code: string; error: unknown } & About)
  | { type: "differs"; placeId: string; days: { professionalId: string; date: string }[] }
  | { type: "confirmed"; placeId: string }
  /** The hub could not be reached, or your store failed; it is tried again after `delayMs`. */
  | { type: "offline"; error: unknown; delayMs: number };

export interface Pending {
  /** On their way to the hub. */
  outbox: About[];
  quarantined: (About & { direction: "toAgenda" | "toHub"; code: string })[];
}

export interface Sync {
  /**
   * Keeps a change of your agenda for the hub. Inside `store.transaction(async (kept, tx) => …)` give `kept`, and it is
   * stored together with the change itself. What equals what the hub holds already is dropped: also call it for what
   * `apply` has written, if that is easier. What is pushed without `kept` while `apply` runs is stored right after it. It
   * leaves at once when `run` runs.
   */
  push(change: LocalChange | readonly LocalChange[], kept?: Kept): Promise<void>;
  /** Follows the hub until nothing is left. From a snapshot when there is no cursor, when it is too old, or when a place is linked. */
  pull(options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** One round: follow, and send what waits. For software that has its own timer. */
  once(options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Compares both agendas by digest, reads again the days that differ, and confirms to the hub that they agree.
   *
   * @returns the places that agree now
   */
  repair(options?: { signal?: AbortSignal | undefined }): Promise<string[]>;
  /** All of it, until the signal aborts; then it resolves. Failures are told to `onProgress` and tried again. */
  run(options: { signal: AbortSignal }): Promise<void>;
  /** Follow now: a webhook came, or the network is back. */
  wake(): void;
  pending(): Promise<Pending>;
  /** Tries again what is quarantined. */
  retry(): Promise<void>;
}
