import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertAppointments } from "../../../test/agenda-rows.ts";
import { aClinic, aPlace, aProfessional, aService, aTeam } from "../../../test/factories.ts";
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

const minute = 60_000;
const quarter = 15 * minute;
/** Three Mondays at nine; the clocks change after the first. */
const mondays = ["2027-03-08", "2027-03-15", "2027-03-22"] as const;
const nine = ["2027-03-08T09:00:00-05:00", "2027-03-15T09:00:00-04:00", "2027-03-22T09:00:00-04:00"].map(Date.parse);
const at = (quarters: number, week = 0) => (nine[week] ?? 0) + quarters * quarter;

/** Mostly of the first week, which is copied onto the others. */
const week = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 2) });
const interval = fc
  .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 4 }), week)
  .map(([start, length, of]) => ({ startAt: at(start, of), endAt: at(start + length, of) }));
const slotBody = fc.record({
  time: interval,
  /** Null: an incomplete slot. */
  at: fc.option(fc.constantFrom("first", "second"), { freq: 5 }),
  service: fc.constantFrom("short", "long"),
  visibility: fc.constantFrom("public", "private"),
});

/** A Monday's slots for a whole week at once. */
const monday = fc.constantFrom(0, 1, 2);
const anyWeek = fc.record({
  does: fc.constantFrom("quickCreate", "copyWeek", "deleteWeek", "applyTemplate"),
  week: monday,
  body: slotBody,
});

/** What may happen to an agenda, mostly bookings and holds; `which` picks among what is there. */
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ does: fc.constant("create"), body: slotBody }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("edit"), which: fc.nat(), body: slotBody }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("delete"), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("remove"), which: fc.nat(), from: fc.nat(), length: fc.nat() }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("removeBooked"), which: fc.nat() }) },
  { weight: 2, arbitrary: anyWeek },
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
type WeekStep = ValueOf<typeof anyWeek>;

/** Each write of many slots, where it is not refused. */
const everyWrite: Step[] = [
  { does: "book", time: { startAt: at(1), endAt: at(2) } },
  { does: "remove", which: 0, from: 65, length: 20 },
  { does: "removeBooked", which: 0 },
  { does: "quickCreate", week: 1, body: firstSlot },
  { does: "book", time: { startAt: at(2, 2), endAt: at(3, 2) } },
  { does: "copyWeek", week: 0, body: firstSlot },
  { does: "deleteWeek", week: 0, body: firstSlot },
  { does: "hold", time: { startAt: at(1, 1), endAt: at(2, 1) }, minutes: 5 },
  { does: "applyTemplate", week: 1, body: firstSlot },
];
const made = new Set<string>();

interface World {
  professionalId: string;
  capacity: number;
  services: Record<"short" | "long", string>;
  /** Null of a team, for which there are no templates (TPL-36). */
  templateId: string | null;
  slotIds: string[];
  appointments: (TakenSeat & { appointmentId: string })[];
  holds: (HeldTime & { holdId: string })[];
}

test("SLOT-31 the rows equal openingsOf after any sequence of slots, removals, weeks, appointments and holds", async () => {
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
    { numRuns: 40, endOnFailure: true, examples: [[1, everyWrite]] },
  );
  // By the example at least: none is always refused.
  expect([...made].sort()).toEqual([
    "applyTemplate",
    "copyWeek",
    "deleteWeek",
    "quickCreate",
    "remove",
    "removeBooked",
  ]);
}, 240_000);

async function aWorld(capacity: number): Promise<World> {
  const places = [clinic.place, otherPlace] as const;
  const { professionalId, establishmentId } =
    capacity === 1 ? await aProfessional(hub, places) : await aTeam(hub, places, capacity);
  const owner = { establishmentId, professionalId };
  const short = await aService(hub, owner, { durationMinutes: 15 });
  const long = await aService(hub, owner, { durationMinutes: 40, consultationReason: "regular" });
  const services = { short: short.serviceId, long: long.serviceId };
  const templateId = capacity === 1 ? await aTemplate(professionalId) : null;
  return { professionalId, capacity, services, templateId, slotIds: [], appointments: [], holds: [] };
}

/** A Monday morning of quarter hours. */
async function aTemplate(professionalId: string): Promise<string> {
  const services = [{ type: "GEN", consultationReason: "allReasons", durationMinutes: 15 }];
  const slot = { weekday: "monday", startTime: "08:50", endTime: "10:25", services, visibility: "public" };
  const { status, body } = await hub.request<{ templateId: string }>("POST", "/v1/schedule-templates", {
    as: clinic.admin.token,
    body: {
      placeId: clinic.placeId,
      name: `Semaine ${String(hub.count())}`,
      professions: ["physician"],
      professionalIds: [professionalId],
      slots: [slot],
    },
  });
  expect(status).toBe(201);
  return body.templateId;
}

async function act(world: World, each: Step): Promise<void> {
  switch (each.does) {
    case "create":
      return createSlot(world, each.body);
    case "edit":
      return editSlot(world, pick(world.slotIds, each.which), each.body);
    case "delete":
      return deleteSlot(world, pick(world.slotIds, each.which));
    case "remove":
      return remove(world, pick(world.slotIds, each.which), each);
    case "removeBooked":
      return removeBooked(world, pick(world.appointments, each.which));
    case "quickCreate":
    case "copyWeek":
    case "deleteWeek":
    case "applyTemplate":
      return changeWeek(world, each);
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

/** SLOT-64, SLOT-65: a part of it, to the minute, whatever its openings are. */
async function remove(world: World, slotId: string | undefined, cut: { from: number; length: number }): Promise<void> {
  if (slotId === undefined) return;
  const as = clinic.admin.token;
  const path = `/v1/slots/${slotId}`;
  const slot = (await hub.request<SlotAnswer & { startAt: string; endAt: string }>("GET", path, { as })).body;
  const [start, end] = [Date.parse(slot.startAt), Date.parse(slot.endAt)];
  const minutes = (end - start) / minute;
  const from = cut.from % minutes;
  const to = from + 1 + (cut.length % (minutes - from));
  const answer = await hub.request("POST", `${path}/remove-availability`, {
    as,
    version: slot.version,
    body: { from: text(start + from * minute), to: text(start + to * minute) },
  });
  expect(answer.status).toBe(200);
  await noteSlots(world, "remove");
}

/** SLOT-61: where somebody is booked, if that is in a slot. */
async function removeBooked(world: World, booked: World["appointments"][number] | undefined): Promise<void> {
  if (booked === undefined) return;
  const path = `/v1/appointments/${booked.appointmentId}/remove-availability`;
  const { status } = await hub.request("POST", path, { as: clinic.admin.token, version: 1, body: {} });
  expect([200, 422]).toContain(status);
  await noteSlots(world, status === 200 ? "removeBooked" : null);
}

/** A whole week of the agenda at once; a quick creation may find it filled (SCHED-04). */
async function changeWeek(world: World, { does, week: of, body }: WeekStep): Promise<void> {
  const { professionalId, templateId } = world;
  if (does === "applyTemplate" && templateId === null) return;
  const monday = mondays[of];
  const post = async (operation: string, fields: object) =>
    hub.request("POST", `/v1/weeks/${operation}`, { as: clinic.admin.token, body: { professionalId, ...fields } });
  const { status } = await (async () => {
    switch (does) {
      case "quickCreate": {
        const slot = bodyOf(world, { ...body, time: { startAt: at(0, of), endAt: at(5, of) } });
        return post("quick-create", { weekStart: monday, slots: [slot] });
      }
      case "copyWeek":
        return post("copy", { sourceWeek: monday, weeks: 2 - of || 1, interval: 1 });
      case "deleteWeek":
        return post("delete", { week: monday });
      case "applyTemplate":
        return post("apply-template", { templateId, placeId: clinic.placeId, week: monday, additionalWeeks: 1 });
    }
  })();
  expect([200, 201, ...(does === "quickCreate" ? [409] : [])]).toContain(status);
  await noteSlots(world, status < 300 ? does : null);
}

/** What the agenda holds after a step that makes and deletes several; and that it has been made. */
async function noteSlots(world: World, step: string | null): Promise<void> {
  if (step !== null) made.add(step);
  const rows = await hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql<{ slotId: string }[]>`
      SELECT slot_id AS "slotId" FROM slot WHERE professional_id = ${world.professionalId} ORDER BY start_at, slot_id`),
  ]);
  world.slotIds = rows.map(({ slotId }) => slotId);
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
