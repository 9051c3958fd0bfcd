import { systemIds } from "../src/ids.ts";
import type { BenchAgenda } from "./agenda.ts";
import { pushRaw } from "./references.ts";
import type { RawSlot } from "./references.ts";
import { addRow } from "./report.ts";
import type { Setting } from "./setting.ts";

const pushed = 10_000;
const yearRounds = 5;
const [weeksAYear, hoursADay] = [52, 8];
const weekMs = 7 * 86_400_000;

/** A first push and the same again. */
export async function measurePush({ hub, as, runtime, owner, agenda, now }: Setting): Promise<void> {
  const slots = newSlots(agenda, now, 90);
  const began = performance.now();
  await pushRaw(runtime, agenda, slots, now);
  const rawSeconds = (performance.now() - began) / 1000;
  await owner`DELETE FROM change WHERE seq > 1000000000`;
  const body = newSlots(agenda, now, 400)
    .map((slot, n) =>
      JSON.stringify({
        externalId: `bench-${String(n)}`,
        professionalId: slot.professionalId,
        startAt: new Date(slot.startAt).toISOString(),
        endAt: new Date(slot.endAt).toISOString(),
        placeId: agenda.placeId,
        serviceIds: [slot.serviceId],
        visibility: "public",
      }),
    )
    .join("\n");
  const push = async () => {
    const start = performance.now();
    const answer = await fetch(`${hub.url}/v1/slots/batch`, {
      method: "POST",
      headers: { ...as, "content-type": "application/x-ndjson", "idempotency-key": systemIds.next("key", now) },
      body,
    });
    const text = await answer.text();
    const outcomes = new Map<string, number>();
    for (const line of text.trim().split("\n")) {
      const { outcome } = JSON.parse(line) as { outcome: string };
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    process.stderr.write(`push: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    return (performance.now() - start) / 1000;
  };
  const first = await push();
  const again = await push();
  addRow({
    what: "first push of 10,000 slots",
    unit: "slots/s",
    hub: pushed / first,
    reference: pushed / rawSeconds,
    referenceIs: "the same rows, set-wise, 1,000 a transaction",
  });
  addRow({
    what: "the same push again, nothing changed",
    unit: "slots/s",
    hub: pushed / again,
    reference: pushed / first,
    referenceIs: "the first push",
  });
}

/** A professional's whole year in one call, from a week of 40 slots that is there; each round another professional's. */
export async function measureYear({ hub, as, runtime, owner, agenda, now }: Setting): Promise<void> {
  // Where nothing else of the bench is: from a Sunday on, five years ahead.
  const sunday = Math.ceil(now / weekMs) * weekMs + 3 * 86_400_000 + 260 * weekMs;
  const weekOf = (professional: number, at: number): RawSlot[] => {
    const { professionalId = "", serviceId = "" } = agenda.professionals[professional] ?? {};
    return Array.from({ length: 5 * hoursADay }, (_, n) => {
      const startAt = at + (1 + Math.floor(n / hoursADay)) * 86_400_000 + (13 + (n % hoursADay)) * 3_600_000;
      return { slotId: systemIds.next("slt", now), professionalId, serviceId, startAt, endAt: startAt + 3_600_000 };
    });
  };
  let [copied, hubSeconds, rawSeconds] = [0, 0, 0];
  for (let round = 0; round < yearRounds; round++) {
    const [mine, reference] = [2 * round, 2 * round + 1];
    await pushRaw(runtime, agenda, weekOf(mine, sunday), now);
    await owner`DELETE FROM change WHERE seq > 1000000000`;
    const professionalId = agenda.professionals[mine]?.professionalId;
    const sourceWeek = new Date(sunday).toISOString().slice(0, 10);
    const began = performance.now();
    const answer = await fetch(`${hub.url}/v1/weeks/copy`, {
      method: "POST",
      headers: { ...as, "content-type": "application/json", "idempotency-key": systemIds.next("key", now) },
      body: JSON.stringify({ professionalId, sourceWeek, weeks: weeksAYear, interval: 1 }),
    });
    const { created = 0 } = (await answer.json()) as { created?: number };
    hubSeconds += (performance.now() - began) / 1000;
    copied += created;
    const year = Array.from({ length: weeksAYear }, (_, k) => weekOf(reference, sunday + (k + 1) * weekMs)).flat();
    const rawBegan = performance.now();
    await pushRaw(runtime, agenda, year, now, year.length);
    rawSeconds += (performance.now() - rawBegan) / 1000;
    await owner`DELETE FROM change WHERE seq > 1000000000`;
    process.stderr.write(
      `year: ${String(created)} slots, ${hubSeconds.toFixed(2)} s against ${rawSeconds.toFixed(2)} s so far\n`,
    );
  }
  addRow({
    what: "a professional's year, 52 weeks copied in one call",
    unit: "slots/s",
    hub: copied / hubSeconds,
    reference: (yearRounds * weeksAYear * 5 * hoursADay) / rawSeconds,
    referenceIs: "the same rows, set-wise, in one transaction",
  });
}

/** 10,000 slots of one hour, from a day on: five an agenda and day. */
function newSlots(agenda: BenchAgenda, now: number, fromDay: number): RawSlot[] {
  return Array.from({ length: pushed }, (_, n) => {
    const { professionalId = "", serviceId = "" } = agenda.professionals[n % agenda.professionals.length] ?? {};
    const ordinal = Math.floor(n / agenda.professionals.length);
    const startAt = agenda.firstDay + (fromDay + Math.floor(ordinal / 5)) * 86_400_000 + (ordinal % 5) * 3_600_000;
    return { slotId: systemIds.next("slt", now), professionalId, serviceId, startAt, endAt: startAt + 3_600_000 };
  });
}
