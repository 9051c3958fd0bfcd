import { createClient, privateKeyJwt } from "@arrimage/sdk";
import type { Auth, Client, PrivateJwk } from "@arrimage/sdk";
import { bodyOf, createSync, sqliteStore } from "@arrimage/sdk/sync";
import type { LocalChange, LocalEntry, Sync } from "@arrimage/sdk/sync";
import { instantOf } from "./local-time.ts";
import type { AgendaTable } from "./agenda-table.ts";

/** A small agenda software, as a clinic has it: staff write into their agenda, and it is kept in step with the hub. */

export interface Clinic {
  placeId: string;
  timeZone: string;
}

export interface Patient {
  nam: string | null;
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  birthDate: string;
  mobilePhone: string;
}

export interface Software {
  open(opening: { professionalId: string; serviceId: string; day: string; from: string; to: string }): Promise<string>;
  book(booking: {
    professionalId: string;
    day: string;
    from: string;
    durationMinutes: number;
    patient: Patient;
  }): Promise<string>;
  remove(objectType: "slot" | "appointment", id: string): Promise<void>;
  entries(): LocalEntry[];
  /** What the hub does not take: staff have to be told. */
  refused(): Promise<ReadonlySet<string>>;
  sync: Sync;
  client: Client;
  stop(): Promise<void>;
}

export interface Settings {
  baseUrl: string;
  auth: Auth;
  clinic: Clinic;
  table: AgendaTable;
  /** The hub's time: a sandbox's clock can be anywhere. */
  now: () => number;
  newId: (kind: string) => string;
  /** Exchanges on its own, until it is stopped. */
  background: boolean;
}

export function machineAuth(clientId: string, privateKey: PrivateJwk): Auth {
  return privateKeyJwt({ clientId, privateKey });
}

export function startSoftware({ baseUrl, auth, clinic, table, now, newId, background }: Settings): Software {
  const { placeId, timeZone } = clinic;
  const client = createClient({ baseUrl, auth });
  const store = sqliteStore(table.database);
  const sync = createSync({
    client,
    store,
    agenda: {
      apply({ objectType, id, objectId, object }) {
        // What the hub has that we have not named gets a name of ours, once, by which both sides know it.
        const own = id === objectId && object !== null ? newId(objectType) : id;
        // The body is of the same kind as the object.
        table.write({ objectType, id: own, body: object === null ? null : bodyOf(objectType, object) } as LocalChange);
        return { id: own };
      },
      read: () => table.entries(),
    },
    placeIds: [placeId],
    runtime: { now },
  });
  const closing = new AbortController();
  const running = background ? sync.run({ signal: closing.signal }) : Promise.resolve();

  /** The change and the note to send it are one transaction: neither is kept without the other. */
  const save = (change: LocalChange) =>
    store.transaction(async (kept) => {
      table.write(change);
      await sync.push(change, kept);
    });
  const at = (day: string, time: string) => instantOf(day, time, timeZone);

  return {
    async open({ professionalId, serviceId, day, from, to }) {
      const id = newId("opening");
      const times = { startAt: at(day, from), endAt: at(day, to) };
      const body = { professionalId, placeId, ...times, serviceIds: [serviceId], visibility: "public" as const };
      await save({ objectType: "slot", id, body });
      return id;
    },
    async book({ professionalId, day, from, durationMinutes, patient }) {
      const id = newId("booking");
      const startAt = at(day, from);
      const communicationModes: ["sms"] = ["sms"];
      const body = { professionalId, placeId, startAt, durationMinutes, patient, communicationModes };
      await save({ objectType: "appointment", id, body });
      return id;
    },
    remove: (objectType, id) => save({ objectType, id, body: null }),
    entries: () => table.entries(),
    async refused() {
      const { quarantined } = await sync.pending();
      return new Set(quarantined.filter(({ direction }) => direction === "toHub").map(({ id }) => id));
    },
    sync,
    client,
    async stop() {
      closing.abort();
      await running;
    },
  };
}
