import type { Connection } from "../src/db/connection.ts";
import { openingAt } from "./agenda.ts";
import type { BenchAgenda } from "./agenda.ts";
import { overHttp, repeatedly } from "./load.ts";
import { bookRaw } from "./references.ts";
import { add } from "./report.ts";
import type { Setting } from "./setting.ts";
import { connections } from "./stage.ts";

export async function measureBooking({ hub, runtime, agenda, now, seconds }: Setting): Promise<void> {
  // Each booking takes another opening for another citizen; the references' come after the hub's.
  const citizens = await Promise.all(agenda.citizens.slice(0, 12_000).map((nam) => hub.citizenToken(nam)));
  const slots = await slotIds(runtime, agenda);
  const booked = await overHttp({
    url: hub.url,
    connections,
    amount: Math.min(citizens.length, 1000 * seconds),
    next: (n) => bookingRequest(agenda, slots, citizens[n % citizens.length] ?? "", n),
  });
  const rawBooked = await repeatedly(connections, seconds, (n) => bookRaw(runtime, agenda, 15_000 + n, now));
  add(
    "citizen booking",
    "bookings/s",
    { ...booked, perSecond: (booked.perSecond * booked.ok) / (booked.ok + booked.refused + booked.failed) },
    rawBooked,
    "one durable statement a booking",
  );
}

async function slotIds(runtime: Connection, agenda: BenchAgenda): Promise<Map<string, string>> {
  const found = await runtime<{ slot_id: string; professional_id: string; start_at: number }[]>`
    SELECT slot_id, professional_id, start_at FROM slot WHERE establishment_id = ${agenda.establishmentId}`;
  return new Map(
    found.map(({ slot_id, professional_id, start_at }) => [`${professional_id}${String(start_at)}`, slot_id]),
  );
}

function bookingRequest(agenda: BenchAgenda, slots: Map<string, string>, token: string, n: number) {
  const { professional, startAt } = openingAt(agenda, n);
  const { professionalId = "" } = agenda.professionals[professional] ?? {};
  const dayStart = agenda.firstDay + Math.floor((startAt - agenda.firstDay) / 86_400_000) * 86_400_000;
  const body = {
    slotId: slots.get(`${professionalId}${String(dayStart)}`),
    startAt: new Date(startAt).toISOString(),
    consultationReason: "minorEmergency",
    communicationModes: ["email"],
    communicationLanguage: "fr",
    email: "alice@example.org",
    mobilePhone: "418-555-0100",
  };
  return {
    method: "POST" as const,
    path: "/v1/citizen/appointments",
    body: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": `bench-booking-${String(n)}`,
    },
  };
}
