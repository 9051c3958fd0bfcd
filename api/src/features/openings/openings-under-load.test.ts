import { afterAll, beforeAll, expect, test } from "vitest";
import { aClinic, aTeam, aService } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { openingsOf } from "../../domain/opening.ts";
import type { CompleteSlot, HeldTime, Opening, TakenSeat } from "../../domain/opening.ts";

/** Slots change while bookings are made and cancelled at the same times: the rows stay what openingsOf says. */

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

const nine = Date.parse("2027-03-08T09:00:00-05:00");
const quarter = 900_000;
const text = (at: number) => new Date(at).toISOString();

interface Agenda {
  professionalId: string;
  serviceId: string;
}

interface Answer {
  status: number;
  body: { slotId?: string; appointmentId?: string; holdId?: string; version?: number };
}

async function anAgenda(capacity: number): Promise<Agenda> {
  const { professionalId, establishmentId } = await aTeam(hub, [clinic.place], capacity);
  const { serviceId } = await aService(hub, { establishmentId, professionalId }, { durationMinutes: 15 });
  return { professionalId, serviceId };
}

const as = () => ({ as: clinic.admin.token });

function pushSlot({ professionalId, serviceId }: Agenda, name: string, from: number, length: number): Promise<Answer> {
  const [startAt, endAt] = [text(nine + from * quarter), text(nine + (from + length) * quarter)];
  return hub.request("PUT", `/v1/slots/by-external-id/${professionalId}-${name}`, {
    as: clinic.machine.token,
    body: { professionalId, placeId: clinic.placeId, serviceIds: [serviceId], visibility: "public", startAt, endAt },
  });
}

function removeSlot({ professionalId }: Agenda, name: string): Promise<Answer> {
  return hub.request("DELETE", `/v1/slots/by-external-id/${professionalId}-${name}`, { as: clinic.machine.token });
}

function book({ professionalId }: Agenda, from: number): Promise<Answer> {
  return hub.request("POST", "/v1/appointments", {
    ...as(),
    body: {
      ...{ professionalId, placeId: clinic.placeId, startAt: text(nine + from * quarter), durationMinutes: 20 },
      ...{ communicationModes: ["phone"], acknowledge: ["OVERLAPS_APPOINTMENT", "HELD_BY_COLLEAGUE"] },
      patient: {
        ...{ firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15", homePhone: "418-555-0192" },
      },
    },
  });
}

async function bookAndCancel(agenda: Agenda, from: number): Promise<Answer> {
  const { body } = await book(agenda, from);
  const { appointmentId = "", version = 0 } = body;
  return hub.request("POST", `/v1/appointments/${appointmentId}/cancel`, { ...as(), version, body: {} });
}

function hold({ professionalId }: Agenda, from: number): Promise<Answer> {
  return hub.request("POST", "/v1/holds", {
    ...as(),
    body: {
      ...{ professionalId, placeId: clinic.placeId, startAt: text(nine + from * quarter), durationMinutes: 30 },
      acknowledge: ["OVERLAPS_APPOINTMENT", "HELD_BY_COLLEAGUE"],
    },
  });
}

test("SLOT-31 slots, bookings, cancellations and holds of the same hours, all at once", async () => {
  for (const capacity of [1, 2]) {
    const agenda = await anAgenda(capacity);
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all([
        pushSlot(agenda, "a", round, 8),
        book(agenda, round * 2),
        pushSlot(agenda, "b", 4, 6 - round),
        bookAndCancel(agenda, round * 2 + 1),
        hold(agenda, round + 3),
        pushSlot(agenda, "c", 2, 4 + round),
        book(agenda, round * 2 + 4),
        round === 1 ? removeSlot(agenda, "c") : pushSlot(agenda, "d", 0, 5 + round),
      ]);
      // 404: the deletion came before the push. Nothing fails for being at the same time as something else.
      expect(answers.map(({ status }) => status).filter((status) => status >= 400 && status !== 404)).toEqual([]);
    }
    expect(await stored(agenda)).toEqual(await defined(agenda, capacity));
    expect((await stored(agenda)).some(({ busy }) => busy)).toBe(true);
  }
});

const inOrder = (openings: Opening[]) =>
  openings.sort((a, b) => a.startAt - b.startAt || (a.slotId < b.slotId ? -1 : 1));

async function stored({ professionalId }: Agenda): Promise<Opening[]> {
  const rows = await hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql<Opening[]>`
      SELECT slot_id AS "slotId", start_at AS "startAt", end_at AS "endAt", place_id AS "placeId",
        service_type AS "serviceType", consultation_reasons AS "consultationReasons", visibility,
        open_from AS "openFrom", busy, held_until AS "heldUntil"
      FROM opening WHERE professional_id = ${professionalId}`),
  ]);
  return inOrder(rows);
}

async function defined({ professionalId }: Agenda, capacity: number): Promise<Opening[]> {
  return hub.write([clinic.establishmentId], async ({ sql }) => {
    const slots = await sql<CompleteSlot[]>`
      SELECT slot_id AS "slotId", start_at AS "startAt", end_at AS "endAt", place_id AS "placeId",
        service_type AS "serviceType", duration_minutes AS "durationMinutes",
        consultation_reasons AS "consultationReasons", visibility, open_from AS "openFrom"
      FROM slot WHERE professional_id = ${professionalId} AND place_id IS NOT NULL`;
    const appointments = await sql<TakenSeat[]>`
      SELECT start_at AS "startAt", end_at AS "endAt", seat FROM appointment
      WHERE professional_id = ${professionalId} AND status = 'active'`;
    const holds = await sql<HeldTime[]>`
      SELECT start_at AS "startAt", end_at AS "endAt", expires_at AS "expiresAt" FROM hold
      WHERE professional_id = ${professionalId}`;
    return inOrder(openingsOf(slots, appointments, holds, capacity));
  });
}
