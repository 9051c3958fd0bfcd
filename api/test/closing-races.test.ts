import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { agendaDayNames, lockNames } from "../src/db/locks.ts";
import type { AgendaClosed } from "../src/features/agenda-closures/schema.ts";
import { aSlot } from "./a-slot.ts";
import { anAppointment } from "./an-appointment.ts";
import { sendAtOnce } from "./at-once.ts";
import type { Sending } from "./at-once.ts";
import { aClinic, aProfessional, manyCitizens } from "./factories.ts";
import type { ACitizen, AClinic } from "./factories.ts";
import { instantOf } from "./harness.ts";
import type { TestAnswer } from "./harness.ts";
import { send, startHubs } from "./hubs-over-http.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { countBy, taking } from "./race.ts";
import type { Taken } from "./race.ts";

/**
 * An agenda is closed while it is booked, over HTTP against two hub processes over one database: what is booked at that
 * moment is settled with the others, or refused; nobody is left in a closed agenda unseen.
 */

let hubs: HubsOverHttp;
let urls: string[];
beforeAll(async () => {
  hubs = await startHubs(2);
  urls = hubs.processes.map(({ url }) => url);
});
afterAll(() => hubs.close());
afterEach(() => {
  for (const hub of hubs.processes) expect(hub.readLog().slice(0, 2000)).toBe("");
});

const day = "2027-03-08";
const at = (time: string) => `${day}T${time}:00-05:00`;
const quarterMs = 15 * 60_000;

interface Morning {
  clinic: AClinic;
  slotId: string;
  closing: Sending;
}

const openings = 32;

/** Quarter hours from eight to four, and what closes them. */
async function aMorning(url: string | undefined, outcome: "cancelled" | "moved" = "cancelled"): Promise<Morning> {
  const clinic = await aClinic(hubs.world);
  const { slotId } = await aSlot(hubs.world, clinic, { startAt: at("08:00"), endAt: at("16:00") });
  const { professionalId: toProfessionalId } = await aProfessional(hubs.world, [clinic.place]);
  const treatment = outcome === "moved" ? { appointments: "move", toProfessionalId } : { appointments: "cancel" };
  const closing = {
    ...{ url: url ?? "", method: "POST", path: `/v1/agendas/${clinic.professionalId}/close`, as: clinic.admin.token },
    body: { placeId: clinic.placeId, from: at("08:00"), to: at("16:00"), ...treatment },
  };
  return { clinic, slotId, closing };
}

const ask = <T>({ url, method, path, ...request }: Sending) => send<T>(hubs.world, url, method, path, request);

/** Whoever was told that they have it is among those settled; everybody else was refused; nobody is in the agenda. */
async function expectNobodyUnseen(
  { clinic, slotId }: Morning,
  closed: TestAnswer<AgendaClosed>,
  booked: readonly TestAnswer<Taken>[],
  outcome: "cancelled" | "moved" = "cancelled",
): Promise<Record<string, number>> {
  expect([closed.status, closed.body.slots.deleted.map((slot) => slot.slotId)]).toEqual([200, [slotId]]);
  const outcomes = countBy(booked.map(({ status, body: { code = "" } }) => `${String(status)} ${code}`.trim()));
  expect(Object.keys(outcomes).filter((each) => !["201", "409 OPENING_NOT_AVAILABLE"].includes(each))).toEqual([]);
  const { professionalId } = clinic;
  const rows = await hubs.owner<{ id: string; left: boolean }[]>`
    SELECT appointment_id AS id, professional_id <> ${professionalId} OR status = 'cancelled' AS left
    FROM appointment WHERE establishment_id = ${clinic.establishmentId} ORDER BY start_at`;
  expect(rows.map(({ left }) => left)).toEqual(Array.from({ length: outcomes["201"] ?? 0 }, () => true));
  expect(closed.body.appointments.map((each) => [each.appointmentId, each.outcome])).toEqual(
    rows.map(({ id }) => [id, outcome]),
  );
  expect([...(await hubs.owner`SELECT FROM opening WHERE professional_id = ${professionalId}`)]).toEqual([]);
  expect([...(await hubs.owner`SELECT FROM hold WHERE professional_id = ${professionalId}`)]).toEqual([]);
  return outcomes;
}

const start = (n: number) => new Date(instantOf(at("08:00")) + n * quarterMs).toISOString();
const bookingOf = (url: string | undefined, { slotId }: Morning, n: number, citizen: ACitizen) =>
  taking(url ?? "", "booking", { slotId, startAt: start(n) }, citizen);

test.each([
  ["CLOSE-04", "cancelled"],
  ["CLOSE-10", "moved"],
] as const)(
  "%s thirty-two citizens book one opening each, four at a time, and in their midst the agenda is closed: %s",
  async (_rule, outcome) => {
    for (let round = 0; round < 4; round++) {
      const morning = await aMorning(urls[round % 2], outcome);
      const people = await manyCitizens(hubs.world, openings);
      const booked: TestAnswer<Taken>[] = [];
      let closing: Promise<TestAnswer<AgendaClosed>> | undefined;
      let next = 0;
      const someBook = async (url: string | undefined): Promise<void> => {
        for (let n = next++; n < openings; n = next++) {
          const citizen = people[n];
          if (citizen === undefined) throw new Error("no citizen");
          if (n === 8) closing = ask<AgendaClosed>(morning.closing);
          booked.push(await ask<Taken>(bookingOf(url, morning, n, citizen)));
        }
      };
      await Promise.all([...urls, ...urls].map(someBook));
      if (closing === undefined) throw new Error("nobody closes");
      const outcomes = await expectNobodyUnseen(morning, await closing, booked, outcome);
      // Both orders have happened, or it was no race.
      expect(Object.keys(outcomes).sort()).toEqual(["201", "409 OPENING_NOT_AVAILABLE"]);
    }
  },
);

test.each(["the booking first", "the closing first"])(
  "CLOSE-04 a citizen and a closing wait for the same day, %s",
  async (order) => {
    const morning = await aMorning(urls[0]);
    const [citizen] = await manyCitizens(hubs.world, 1);
    if (citizen === undefined) throw new Error("no citizen");
    const booking = bookingOf(urls[1], morning, 4, citizen);
    const { establishmentId, professionalId } = morning.clinic;
    const span = { establishmentId, professionalId, startAt: instantOf(at("08:00")), endAt: instantOf(at("12:00")) };
    const first = order === "the booking first";
    const asked = await hubs.world.write([establishmentId], async (tx) => {
      await lockNames(tx, agendaDayNames([span]));
      // Both have looked before either may decide.
      const one = ask<AgendaClosed & Taken>(first ? booking : morning.closing);
      await untilWaiting(1);
      const other = ask<AgendaClosed & Taken>(first ? morning.closing : booking);
      await untilWaiting(2);
      return [one, other] as const;
    });
    const [one, other] = await Promise.all(asked);
    const [closed, booked] = first ? [other, one] : [one, other];
    const outcomes = await expectNobodyUnseen(morning, closed, [booked]);
    expect(outcomes).toEqual(first ? { 201: 1 } : { "409 OPENING_NOT_AVAILABLE": 1 });
  },
);

test("CLOSE-10 two agendas closed at once, each into the other: both are answered, and nobody is lost", async () => {
  const morning = await aMorning(urls[0]);
  const { clinic } = morning;
  const colleague = await aProfessional(hubs.world, [clinic.place]);
  const both = [clinic.professionalId, colleague.professionalId];
  for (const professionalId of both)
    for (let n = 0; n < 6; n++) await anAppointment(hubs.world, { ...clinic, professionalId }, { startAt: start(n) });
  for (let round = 0; round < 4; round++) {
    const closings = both.map((professionalId, n): Sending => ({
      ...{ url: urls[n] ?? "", method: "POST", path: `/v1/agendas/${professionalId}/close`, as: clinic.admin.token },
      body: {
        ...{ placeId: clinic.placeId, from: at("08:00"), to: at("12:00"), appointments: "move" },
        ...{ toProfessionalId: both[1 - n], acknowledge: ["OVERLAPS_APPOINTMENT"] },
      },
    }));
    const answers = await sendAtOnce<AgendaClosed>(hubs.world, closings);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const moved = answers.flatMap(({ body }) => body.appointments);
    expect(moved.filter(({ outcome }) => outcome !== "moved")).toEqual([]);
    // Whoever came second moved what the first had moved there, too.
    const counts = answers.map(({ body }) => body.appointments.length);
    if (round === 0) expect(counts.toSorted((a, b) => a - b)).toEqual([6, 12]);
  }
  const [row] = await hubs.owner<{ active: number }[]>`
    SELECT count(*)::integer AS active FROM appointment
    WHERE professional_id = ANY (${both}) AND status = 'active'`;
  expect(row?.active).toBe(12);
});

/** Until so many wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const [row] = await hubs.owner<{ waiting: number }[]>`
      SELECT count(*)::integer AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if (row !== undefined && row.waiting >= count) return;
    await sleep(5);
  }
  throw new Error("nobody waits");
}
