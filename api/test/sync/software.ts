import { bearer, createClient } from "@arrimage/sdk";
import { createSync } from "@arrimage/sdk/sync";
import type { ConflictPolicy, LocalChange, Sync, SyncEvent } from "@arrimage/sdk/sync";
import { expect } from "vitest";
import { aCitizen, aClinic } from "../factories.ts";
import type { AClinic } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import { adapterOf, createAgendaStore, edit } from "./agenda.ts";
import type { AgendaStore, Entry } from "./agenda.ts";

/** An agenda whose software runs the engine against the hub, and what citizens and staff do at the hub meanwhile. */

export interface Software {
  clinic: AClinic;
  store: AgendaStore;
  sync: Sync;
  events: SyncEvent[];
  types: () => string[];
  /** Keeps it in the agenda, with what the engine is to tell of it. */
  edit: (change: LocalChange) => Promise<void>;
  entry: (id: string) => Entry | undefined;
}

export const slotBody = ({ professionalId, placeId, service }: AClinic, fields: object = {}) => ({
  ...{ professionalId, placeId, serviceIds: [service.serviceId], visibility: "public" as const },
  ...{ startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T12:00:00-05:00" },
  ...fields,
});
export const appointmentBody = ({ professionalId, placeId }: AClinic, fields: object = {}) => ({
  ...{ professionalId, placeId, startAt: "2027-03-09T09:00:00-05:00", durationMinutes: 15 },
  patient: {
    ...{ firstName: "Alice", lastName: "Tremblay", sex: "F" as const, birthDate: "1980-06-15" },
    ...{ homePhone: "418-555-0192" },
  },
  communicationModes: ["phone" as const],
  ...fields,
});
type SlotFields = Parameters<typeof slotBody>[1];
export const aSlot = (clinic: AClinic, id: string, fields: SlotFields = {}) =>
  ({ objectType: "slot", id, body: slotBody(clinic, fields) }) as const;
export const anAppointment = (clinic: AClinic, id: string, fields: object = {}) =>
  ({ objectType: "appointment", id, body: appointmentBody(clinic, fields) }) as const;

/** @param at the hub of the file, which its `beforeAll` makes */
export function clinicsAt(at: () => TestHub) {
  async function software(
    options: {
      policy?: ConflictPolicy;
      ownIds?: boolean;
      clinic?: AClinic;
      onApply?: () => void;
      other?: () => void;
      fetch?: (url: string, init: RequestInit) => Response | Promise<Response>;
    } = {},
  ): Promise<Software> {
    const clinic = options.clinic ?? (await aClinic(at()));
    const store = createAgendaStore();
    const events: SyncEvent[] = [];
    const opened = store.open();
    const sync = createSync({
      client: createClient({
        baseUrl: "http://hub.test",
        auth: bearer(clinic.machine.token),
        fetch: options.fetch ?? ((url, init) => at().app.request(url, init)),
      }),
      store: opened,
      agenda: {
        ...adapterOf(store, { ownIds: options.ownIds ?? true, onApply: options.onApply ?? (() => undefined) }),
        ...(options.other === undefined ? {} : { other: options.other }),
      },
      policy: options.policy,
      onProgress: (event) => events.push(event),
      runtime: { now: () => at().clock.now() },
    });
    return {
      ...{ clinic, store, sync, events },
      types: () => events.map(({ type }) => type),
      edit: (change) =>
        opened.transaction(async (kept, entries) => {
          edit(entries, change);
          await sync.push(change, kept);
        }),
      entry: (id) => [...store.entries().values()].find((entry) => entry.id === id),
    };
  }

  async function book(clinic: AClinic, externalId: string, startAt: string) {
    const { body: slot } = await at().request<{ slotId: string }>("GET", `/v1/slots/by-external-id/${externalId}`, {
      as: clinic.machine.token,
    });
    const citizen = await aCitizen(at());
    const booked = await at().request<{ appointmentId: string; referenceNumber: string }>(
      "POST",
      "/v1/citizen/appointments",
      {
        as: citizen.token,
        body: {
          ...{ slotId: slot.slotId, startAt, consultationReason: "regular", homePhone: "418-555-0192" },
          communicationModes: ["phone"],
        },
      },
    );
    expect(booked.status).toBe(201);
    return { citizen, ...booked.body };
  }

  async function asStaff<T = Record<string, unknown>>(
    { admin }: AClinic,
    method: string,
    path: string,
    body: object | undefined,
    version?: number,
  ) {
    const answer = await at().request<T>(method, path, {
      as: admin.token,
      ...(body === undefined ? {} : { body }),
      ...(version === undefined ? {} : { version }),
    });
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  }

  return { software, book, asStaff };
}
