import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertAppointments } from "../../../test/agenda-rows.ts";
import { aClinic, aPlace, aService, aTeam } from "../../../test/factories.ts";
import type { AClinic, APlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { openingsOf } from "../../domain/opening.ts";
import type { CompleteSlot, HeldTime, Opening, TakenSeat } from "../../domain/opening.ts";
import { refreshOpenings } from "./store.ts";

/** Design, decision 8: the rows of `opening` are what openingsOf says of the slots, appointments and holds there are. */

let hub: TestHub;
let clinic: AClinic;
let otherPlace: APlace;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
  otherPlace = await aPlace(hub, clinic);
});
afterAll(() => hub.close());

const quarter = 15 * 60_000;
const nine = Date.parse("2027-03-08T09:00:00-05:00");
const at = (quarters: number) => nine + quarters * quarter;

const interval = fc
  .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 4 }))
  .map(([start, length]) => ({ startAt: at(start), endAt: at(start + length) }));
const slotBody = fc.record({
  time: interval,
  /** Null: an incomplete slot. */
  at: fc.option(fc.constantFrom("first", "second"), { freq: 5 }),
  service: fc.constantFrom("short", "long"),
  visibility: fc.constantFrom("public", "private"),
});

/** What may happen to an agenda, mostly bookings and holds; `which` picks among what is there. */
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ does: fc.constant("create"), body: slotBody }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("edit"), which: fc.nat(), body: slotBody }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("delete"), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("book"), time: interval }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("cancel"), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant("hold"), time: interval, minutes: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("release"), which: fc.nat() }) },
);

/** Two hours of long openings, in which several appointments find room. */
const firstSlot = {
  time: { startAt: at(0), endAt: at(12) },
  at: "first",
  service: "long",
  visibility: "public",
} as const;

type ValueOf<A> = A extends fc.Arbitrary<infer Value> ? Value : never;
type Step = ValueOf<typeof step>;
type Body = ValueOf<typeof slotBody>;
type Interval = ValueOf<typeof interval>;

interface World {
  professionalId: string;
  capacity: number;
  services: Record<"short" | "long", string>;
  slotIds: string[];
  appointments: (TakenSeat & { appointmentId: string })[];
  holds: (HeldTime & { holdId: string })[];
}

test("the rows equal openingsOf after any sequence of slots, appointments and holds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { minLength: 6, maxLength: 16 }),
      async (capacity, steps) => {
        const world = await aWorld(capacity);
        await createSlot(world, firstSlot);
        for (const each of steps) await act(world, each);
        expect(await storedOpenings(world)).toEqual(await definedOpenings(world));
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);

async function aWorld(capacity: number): Promise<World> {
  const { professionalId, establishmentId } = await aTeam(hub, [clinic.place, otherPlace], capacity);
  const owner = { establishmentId, professionalId };
  const short = await aService(hub, owner, { durationMinutes: 15 });
  const long = await aService(hub, owner, { durationMinutes: 40, consultationReason: "regular" });
  const services = { short: short.serviceId, long: long.serviceId };
  return { professionalId, capacity, services, slotIds: [], appointments: [], holds: [] };
}

async function act(world: World, each: Step): Promise<void> {
  switch (each.does) {
    case "create":
      return createSlot(world, each.body);
    case "edit":
      return editSlot(world, pick(world.slotIds, each.which), each.body);
    case "delete":
      return deleteSlot(world, pick(world.slotIds, each.which));
    case "book":
      return book(world, each.time);
    case "cancel":
      return cancel(world, pick(world.appointments, each.which));
    case "hold":
      return hold(world, each.time, each.minutes);
    case "release":
      return release(world, pick(world.holds, each.which));
  }
}

function pick<T>(list: readonly T[], which: number): T | undefined {
  return list[which % Math.max(1, list.length)];
}

const text = (instant: number) => new Date(instant).toISOString();

function bodyOf(world: World, { time, at: where, service, visibility }: Body) {
  const times = { startAt: text(time.startAt), endAt: text(time.endAt) };
  if (where === null) return { ...times, placeId: null, serviceIds: null, visibility: null };
  const placeId = where === "first" ? clinic.placeId : otherPlace.placeId;
  return { ...times, placeId, serviceIds: [world.services[service]], visibility };
}

interface SlotAnswer {
  slotId: string;
  version: number;
}

async function createSlot(world: World, body: Body): Promise<void> {
  const { professionalId } = world;
  const created = await hub.request<SlotAnswer>("POST", "/v1/slots", {
    as: clinic.admin.token,
    body: { professionalId, ...bodyOf(world, body) },
  });
  expect(created.status).toBe(201);
  world.slotIds.push(created.body.slotId);
}

async function editSlot(world: World, slotId: string | undefined, body: Body): Promise<void> {
  if (slotId === undefined) return;
  const as = clinic.admin.token;
  const { version } = (await hub.request<SlotAnswer>("GET", `/v1/slots/${slotId}`, { as })).body;
  const edited = await hub.request("PATCH", `/v1/slots/${slotId}`, { as, version, body: bodyOf(world, body) });
  expect(edited.status).toBe(200);
}

async function deleteSlot(world: World, slotId: string | undefined): Promise<void> {
  if (slotId === undefined) return;
  const as = clinic.admin.token;
  const { version } = (await hub.request<SlotAnswer>("GET", `/v1/slots/${slotId}`, { as })).body;
  expect((await hub.request("DELETE", `/v1/slots/${slotId}`, { as, version })).status).toBe(204);
  world.slotIds = world.slotIds.filter((each) => each !== slotId);
}

/** As the lane does: rows first, then the openings of their spans. */
async function changing(world: World, time: Interval, run: (tx: ScopedTx) => Promise<unknown>): Promise<void> {
  const { establishmentId } = clinic;
  await hub.write([establishmentId], async (tx) => {
    await run(tx);
    await refreshOpenings(tx, [{ establishmentId, professionalId: world.professionalId, ...time }]);
  });
}

async function book(world: World, time: Interval): Promise<void> {
  const { establishmentId, placeId } = clinic;
  const overlapping = world.appointments.filter((each) => each.startAt < time.endAt && time.startAt < each.endAt);
  let seat = 1;
  while (overlapping.some((each) => each.seat === seat)) seat += 1;
  const appointmentId = hub.deps.ids.next("apt", hub.clock.now());
  const { professionalId } = world;
  const row = { establishmentId, appointmentId, professionalId, placeId, ...time, seat };
  await changing(world, time, (tx) =>
    insertAppointments(tx, [{ ...row, status: "active", attendance: "unconfirmed" }]),
  );
  world.appointments.push({ ...time, seat, appointmentId });
}

async function cancel(world: World, appointment: World["appointments"][number] | undefined): Promise<void> {
  if (appointment === undefined) return;
  const { startAt, endAt, appointmentId } = appointment;
  await changing(
    world,
    { startAt, endAt },
    (tx) => tx.sql`
      UPDATE appointment SET status = 'cancelled', cancelled_at = start_at, cancelled_by = 'clinic'
      WHERE appointment_id = ${appointmentId}`,
  );
  world.appointments = world.appointments.filter((each) => each !== appointment);
}

async function hold(world: World, time: Interval, minutes: number): Promise<void> {
  const { establishmentId, placeId } = clinic;
  const holdId = hub.deps.ids.next("hld", hub.clock.now());
  const expiresAt = hub.clock.now() + minutes * 60_000;
  await changing(
    world,
    time,
    (tx) => tx.sql`
      INSERT INTO hold (establishment_id, hold_id, professional_id, place_id, slot_id, start_at, end_at, owner_type,
        owner_id, expires_at, version, created_at)
      VALUES (${establishmentId}, ${holdId}, ${world.professionalId}, ${placeId}, NULL, ${time.startAt}, ${time.endAt},
        'employee', 'emp', ${expiresAt}, 1, ${hub.clock.now()})`,
  );
  world.holds.push({ ...time, expiresAt, holdId });
}

async function release(world: World, held: World["holds"][number] | undefined): Promise<void> {
  if (held === undefined) return;
  const { startAt, endAt, holdId } = held;
  await changing(world, { startAt, endAt }, (tx) => tx.sql`DELETE FROM hold WHERE hold_id = ${holdId}`);
  world.holds = world.holds.filter((each) => each !== held);
}

/** In one order, whatever the database's. */
function sorted(openings: Opening[]): Opening[] {
  return openings.sort((a, b) => a.startAt - b.startAt || (a.slotId < b.slotId ? -1 : 1));
}

async function storedOpenings({ professionalId }: World): Promise<Opening[]> {
  const rows = await hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql<Opening[]>`
      SELECT slot_id AS "slotId", start_at AS "startAt", end_at AS "endAt", place_id AS "placeId",
        service_type AS "serviceType", consultation_reasons AS "consultationReasons", visibility,
        open_from AS "openFrom", busy, held_until AS "heldUntil"
      FROM opening WHERE professional_id = ${professionalId}`),
  ]);
  return sorted(rows);
}

async function definedOpenings({ professionalId, capacity, appointments, holds }: World): Promise<Opening[]> {
  const slots = await hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql<CompleteSlot[]>`
      SELECT slot_id AS "slotId", start_at AS "startAt", end_at AS "endAt", place_id AS "placeId",
        service_type AS "serviceType", duration_minutes AS "durationMinutes",
        consultation_reasons AS "consultationReasons", visibility, open_from AS "openFrom"
      FROM slot WHERE professional_id = ${professionalId} AND place_id IS NOT NULL`),
  ]);
  return sorted(openingsOf(slots, appointments, holds, capacity));
}
