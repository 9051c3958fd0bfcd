import type postgres from "postgres";
import type { ACitizen, AClinic } from "../factories.ts";
import { requestInit } from "../harness.ts";
import type { TestHub, TestRequest } from "../harness.ts";
import type { Draw } from "./draw.ts";

/** What others do at the hub to a clinic's agenda: its citizens, and its staff who work in RVSQ itself. */

export interface Others {
  /** One thing that somebody does. What the hub refuses, they do not do. */
  act(): Promise<void>;
  /** Appointments that somebody booked or made. */
  made: Set<string>;
  /** Appointments that somebody cancelled here. */
  cancelled: Set<string>;
}

const minute = 60_000;

export function othersOf(hub: TestHub, sql: postgres.Sql, clinic: AClinic, citizens: ACitizen[], draw: Draw): Others {
  const { establishmentId, professionalId, placeId, service, admin } = clinic;
  const made = new Set<string>();
  const cancelled = new Set<string>();
  const booked: { citizen: ACitizen; appointmentId: string; referenceNumber: string }[] = [];
  let keys = 0;

  async function ask<T>(method: string, path: string, request: TestRequest): Promise<T | undefined> {
    const init = requestInit(method, request, `others-${placeId}-${String((keys += 1))}`);
    const answer = await hub.app.request(path, init);
    const text = await answer.text();
    if (answer.status >= 500) throw new Error(`${path}: ${text}`);
    // A test's own request: its answer is what the document says.
    return answer.ok ? ((text === "" ? {} : JSON.parse(text)) as T) : undefined;
  }

  async function book(): Promise<void> {
    const openings = await sql<{ slotId: string; startAt: Date }[]>`
      SELECT slot_id AS "slotId", start_at AS "startAt" FROM opening
      WHERE professional_id = ${professionalId} AND NOT busy AND held_until IS NULL ORDER BY start_at`;
    if (openings.length === 0) return offer();
    const { slotId, startAt } = draw.one(openings);
    const citizen = draw.one(citizens);
    const booking = await ask<{ appointmentId: string; referenceNumber: string }>("POST", "/v1/citizen/appointments", {
      as: citizen.token,
      body: {
        ...{ slotId, startAt: startAt.toISOString(), consultationReason: "regular", homePhone: "418-555-0192" },
        communicationModes: ["phone"],
      },
    });
    if (booking === undefined) return;
    const [row] = await sql<{ appointmentId: string }[]>`
      SELECT appointment_id AS "appointmentId" FROM appointment WHERE reference_number = ${booking.referenceNumber}`;
    if (row === undefined) throw new Error("what was booked is not there");
    made.add(row.appointmentId);
    booked.push({ citizen, referenceNumber: booking.referenceNumber, ...row });
  }

  async function changeMind(): Promise<void> {
    if (booked.length === 0) return book();
    const { citizen, referenceNumber, appointmentId } = draw.one(booked);
    const body = { referenceNumber, nam: citizen.nam };
    const done = await ask("POST", "/v1/citizen/appointments/cancel", { as: citizen.token, body });
    if (done !== undefined) cancelled.add(appointmentId);
  }

  async function offer(): Promise<void> {
    const startAt = draw.morning();
    const body = {
      ...{ professionalId, placeId, serviceIds: [service.serviceId], visibility: draw.one(["public", "private"]) },
      ...{ startAt: new Date(startAt).toISOString(), endAt: new Date(startAt + 2 * 60 * minute).toISOString() },
    };
    await ask("POST", "/v1/slots", { as: admin.token, body });
  }

  async function someSlot() {
    const slots = await sql<{ slotId: string; version: number; startAt: Date }[]>`
      SELECT slot_id AS "slotId", version, start_at AS "startAt" FROM slot
      WHERE establishment_id = ${establishmentId} ORDER BY slot_id`;
    return slots.length === 0 ? undefined : draw.one(slots);
  }

  async function changeSlot(): Promise<void> {
    const slot = await someSlot();
    if (slot === undefined) return offer();
    const endAt = new Date(slot.startAt.getTime() + draw.whole(2, 8) * 30 * minute).toISOString();
    const body = draw.one<object>([{ visibility: "public" }, { visibility: "private" }, { endAt }, { endAt }]);
    await ask("PATCH", `/v1/slots/${slot.slotId}`, { as: admin.token, version: slot.version, body });
  }

  async function removeSlot(): Promise<void> {
    const slot = await someSlot();
    if (slot === undefined) return offer();
    await ask("DELETE", `/v1/slots/${slot.slotId}`, { as: admin.token, version: slot.version });
  }

  async function phone(): Promise<void> {
    const body = {
      ...{ professionalId, placeId, startAt: new Date(draw.quarter()).toISOString(), durationMinutes: 15 },
      patient: {
        ...{ firstName: "Jean", lastName: "Roy", sex: "M", birthDate: "1970-01-02", homePhone: "418-555-0111" },
      },
      communicationModes: ["phone"],
      acknowledge: ["HELD_BY_CITIZEN", "HELD_BY_COLLEAGUE"],
    };
    const done = await ask<{ appointmentId: string }>("POST", "/v1/appointments", { as: admin.token, body });
    if (done !== undefined) made.add(done.appointmentId);
  }

  async function someAppointment() {
    const appointments = await sql<{ appointmentId: string; version: number }[]>`
      SELECT appointment_id AS "appointmentId", version FROM appointment
      WHERE establishment_id = ${establishmentId} AND status = 'active' ORDER BY appointment_id`;
    return appointments.length === 0 ? undefined : draw.one(appointments);
  }

  async function change(method: string, verb: string, body: object): Promise<string | undefined> {
    const one = await someAppointment();
    if (one === undefined) {
      await phone();
      return undefined;
    }
    const { appointmentId, version } = one;
    const done = await ask(method, `/v1/appointments/${appointmentId}${verb}`, { as: admin.token, version, body });
    return done === undefined ? undefined : appointmentId;
  }

  const acts: readonly [weight: number, act: () => Promise<unknown>][] = [
    [6, book],
    [2, changeMind],
    [2, offer],
    [3, changeSlot],
    [1, removeSlot],
    [2, phone],
    [3, () => change("POST", "/move", { startAt: new Date(draw.quarter()).toISOString() })],
    [2, () => change("PATCH", "", { clinicNote: `Note ${String(draw.whole(1, 99))}` })],
    [
      1,
      async () => {
        const appointmentId = await change("POST", "/cancel", {});
        if (appointmentId !== undefined) cancelled.add(appointmentId);
      },
    ],
  ];
  return { made, cancelled, act: async () => void (await draw.weighted(acts)()) };
}
