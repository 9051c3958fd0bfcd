import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, changesOf, openingsOf } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { AvailabilityRemoved, Slot } from "./schema.ts";

/** SLOT-60 to SLOT-67 through HTTP; what remains of a slot is decided in domain/availability-removal.ts. */

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

/** A clinic of its own for each test: overlapping slots of one agenda would tell of each other. */
async function aFreshClinic(): Promise<AClinic> {
  clinic = await aClinic(hub);
  return clinic;
}

const at = (time: string) => `2027-03-08T${time}:00-05:00`;
const full = (change: object = {}) => ({
  professionalId: clinic.professionalId,
  startAt: at("08:00"),
  endAt: at("10:00"),
  placeId: clinic.placeId,
  serviceIds: [clinic.service.serviceId],
  visibility: "public",
  openFrom: at("07:00").replace("03-08", "03-02"),
  ...change,
});
const incomplete = { placeId: null, serviceIds: null, visibility: null, openFrom: null };
const created = async (change: object = {}): Promise<Slot> => {
  const answer = await hub.request<Slot>("POST", "/v1/slots", { as: clinic.admin.token, body: full(change) });
  expect(answer.status).toBe(201);
  return answer.body;
};
const remove = <T = AvailabilityRemoved>(
  { slotId, version }: Pick<Slot, "slotId" | "version">,
  body: object,
  as = clinic.admin.token,
) => hub.request<T>("POST", `/v1/slots/${slotId}/remove-availability`, { as, version, body });
const removeAt = <T = AvailabilityRemoved>(
  { appointmentId, version }: Pick<AppointmentBody, "appointmentId" | "version">,
  body: object = {},
  as = clinic.admin.token,
) => hub.request<T>("POST", `/v1/appointments/${appointmentId}/remove-availability`, { as, version, body });
const read = <T = Slot>(slotId: string) => hub.request<T>("GET", `/v1/slots/${slotId}`, { as: clinic.admin.token });
const readAppointment = async ({ appointmentId }: AppointmentBody) =>
  (await hub.request<AppointmentBody>("GET", `/v1/appointments/${appointmentId}`, { as: clinic.machine.token })).body;
const told = (answer: TestAnswer<ProblemBody>) => [answer.status, ...refusalsOf(answer)];
const timesOf = ({ slots }: AvailabilityRemoved) =>
  slots.map(({ startAt, endAt }) => `${startAt.slice(11, 16)}-${endAt.slice(11, 16)}`);
const startsOf = async (slotId: string) =>
  (await openingsOf(hub, clinic.establishmentId, slotId)).map((text) =>
    text.replace(/^(\d\d)/, (hours) => String(Number(hours) - 5).padStart(2, "0")),
  );
const slotChanges = async (from = 0) =>
  (await changesOf(hub, clinic.establishmentId))
    .filter(({ objectType }) => objectType === "slot")
    .slice(from)
    .map(({ objectId, operation, version, changed }) => [objectId, operation, version, ...changed].join(" "));

describe("what remains", () => {
  test("SLOT-61 SLOT-64 without bounds the whole slot, which is deleted", async () => {
    await aFreshClinic();
    const slot = await created();
    const { status, body } = await remove(slot, {});
    expect([status, body]).toEqual([200, { outcome: "deleted", slotId: slot.slotId, slots: [] }]);
    expect((await read(slot.slotId)).status).toBe(404);
    expect(await openingsOf(hub, clinic.establishmentId, slot.slotId)).toEqual([]);
    expect(await slotChanges(1)).toEqual([`${slot.slotId} deleted 2`]);
  });

  test("SLOT-64 the beginning shortens it; its openings step from where it starts now (SLOT-31)", async () => {
    await aFreshClinic();
    const slot = await created();
    const { body } = await remove(slot, { to: at("09:05") });
    expect(body).toEqual({
      outcome: "shortened",
      slotId: slot.slotId,
      slots: [{ ...slot, version: 2, startAt: at("09:05") }],
    });
    expect((await read(slot.slotId)).body).toEqual(body.slots[0]);
    expect(await startsOf(slot.slotId)).toEqual(["09:05 free", "09:20 free", "09:35 free"]);
    expect(await slotChanges(1)).toEqual([`${slot.slotId} updated 2 startAt`]);
  });

  test("SLOT-64 the end shortens it, an incomplete slot too", async () => {
    await aFreshClinic();
    const slot = await created(incomplete);
    const { body } = await remove(slot, { from: at("09:30") });
    expect(body).toMatchObject({ outcome: "shortened", slots: [{ ...slot, version: 2, endAt: at("09:30") }] });
    expect(await slotChanges(1)).toEqual([`${slot.slotId} updated 2 endAt`]);
  });

  test("SLOT-65 a middle leaves two: the first keeps its id, the second is new, with the same content", async () => {
    await aFreshClinic();
    const slot = await created();
    const { body } = await remove(slot, { from: at("08:30"), to: at("09:10") });
    const [first, second] = body.slots;
    expect([body.outcome, body.slotId]).toEqual(["split", slot.slotId]);
    expect(first).toEqual({ ...slot, version: 2, endAt: at("08:30") });
    expect(second).toEqual({ ...slot, slotId: second?.slotId, version: 1, startAt: at("09:10") });
    expect(second?.slotId).not.toBe(slot.slotId);
    expect((await read(String(second?.slotId))).body).toEqual(second);
    expect(await startsOf(slot.slotId)).toEqual(["08:00 free", "08:15 free"]);
    expect(await startsOf(String(second?.slotId))).toEqual(["09:10 free", "09:25 free", "09:40 free"]);
    expect(await slotChanges(1)).toEqual([`${slot.slotId} updated 2 endAt`, `${String(second?.slotId)} created 1`]);
  });

  test("SLOT-65 of an incomplete slot, two incomplete ones", async () => {
    await aFreshClinic();
    const { body } = await remove(await created(incomplete), { from: at("08:30"), to: at("09:00") });
    expect([timesOf(body), body.slots.map(({ status }) => status)]).toEqual([
      ["08:00-08:30", "09:00-10:00"],
      ["incomplete", "incomplete"],
    ]);
  });

  test("SLOT-66 who is booked in the removed part stays, unchanged and off-slot", async () => {
    await aFreshClinic();
    const slot = await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const beside = await anAppointment(hub, clinic, { startAt: at("09:05") });
    expect([booked.slotId, beside.slotId]).toEqual([slot.slotId, slot.slotId]);
    const { body } = await remove(slot, { from: at("08:30"), to: at("09:00") });
    expect(await readAppointment(booked)).toEqual({ ...booked, slotId: null });
    expect(await readAppointment(beside)).toEqual({ ...beside, slotId: body.slots[1]?.slotId });
    // The new slot's openings know who is there already.
    const starts = await startsOf(String(body.slots[1]?.slotId));
    expect(starts).toEqual(["09:00 busy", "09:15 busy", "09:30 free", "09:45 free"]);
  });

  test("SLOT-67 a slot over the same time stays as it is, with its openings", async () => {
    await aFreshClinic();
    const [slot, twin] = [await created(), await created()];
    await remove(slot, { from: at("08:30"), to: at("09:00") });
    expect((await read(twin.slotId)).body).toEqual(twin);
    expect(await startsOf(twin.slotId)).toHaveLength(8);
  });
});

describe("of a selected appointment", () => {
  test("SLOT-61 SLOT-65 SLOT-66 its own time is removed of the slot around it; it stays, off-slot", async () => {
    await aFreshClinic();
    const slot = await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const { status, body } = await removeAt(booked);
    expect([status, body.outcome, body.slotId, timesOf(body)]).toEqual([
      200,
      "split",
      slot.slotId,
      ["08:00-08:30", "08:45-10:00"],
    ]);
    expect(await readAppointment(booked)).toEqual({ ...booked, slotId: null });
  });

  test("SLOT-61 of one that ends after its slot, what lies in the slot", async () => {
    await aFreshClinic();
    await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("09:50"), durationMinutes: 30 });
    const { body } = await removeAt(booked);
    expect([body.outcome, timesOf(body)]).toEqual(["shortened", ["08:00-09:50"]]);
  });

  test("SLOT-61 a bound that is given counts for that of the appointment", async () => {
    await aFreshClinic();
    await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    expect(timesOf((await removeAt(booked, { from: at("08:00") })).body)).toEqual(["08:45-10:00"]);
  });

  test("SLOT-61 SLOT-67 of two slots over it, the one that it is in", async () => {
    await aFreshClinic();
    const other = await aPlace(hub, clinic);
    await hub.write([clinic.establishmentId], async (tx) => {
      await tx.sql`INSERT INTO professional_place (establishment_id, professional_id, place_id)
        VALUES (${clinic.establishmentId}, ${clinic.professionalId}, ${other.placeId})`;
    });
    const elsewhere = await created({ placeId: other.placeId });
    const slot = await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30"), placeId: clinic.placeId });
    expect((await removeAt(booked)).body.slotId).toBe(slot.slotId);
    expect((await read(elsewhere.slotId)).body).toEqual(elsewhere);
  });

  test("SLOT-61 outside any slot there is nothing to remove", async () => {
    await aFreshClinic();
    const booked = await anAppointment(hub, clinic, { startAt: at("14:00"), placeId: clinic.placeId });
    expect(told(await removeAt<ProblemBody>(booked))).toEqual([422, "SLOT-61 APPOINTMENT_OFF_SLOT "]);
    await created();
    const inside = await anAppointment(hub, clinic, { startAt: at("08:30") });
    await removeAt(inside);
    expect(told(await removeAt<ProblemBody>(inside))).toEqual([422, "SLOT-61 APPOINTMENT_OFF_SLOT "]);
  });

  test("SLOT-61 a cancelled appointment selects nothing", async () => {
    await aFreshClinic();
    await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const path = `/v1/appointments/${booked.appointmentId}/cancel`;
    const { version } = booked;
    expect((await hub.request("POST", path, { as: clinic.machine.token, version, body: {} })).status).toBe(200);
    const refused = await removeAt<ProblemBody>({ ...booked, version: version + 1 });
    expect(told(refused)).toEqual([409, "SLOT-61 APPOINTMENT_CANCELLED "]);
  });

  test("the version is the appointment's: who has moved it since has made the caller stale", async () => {
    await aFreshClinic();
    const slot = await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const moved = await hub.request("POST", `/v1/appointments/${booked.appointmentId}/move`, {
      as: clinic.machine.token,
      version: booked.version,
      body: { startAt: at("09:00") },
    });
    expect(moved.status).toBe(200);
    expect(told(await removeAt<ProblemBody>(booked))).toEqual([412, "CONTRACT PRECONDITION_FAILED "]);
    expect((await read(slot.slotId)).body).toEqual(slot);
  });

  test("SLOT-62 one that is past takes nothing from its slot", async () => {
    await aFreshClinic();
    await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const now = hub.clock.now();
    hub.clock.moveTo(at("09:00"));
    expect(told(await removeAt<ProblemBody>(booked))).toEqual([
      422,
      "SLOT-63 AVAILABILITY_IN_PAST /from",
      "SLOT-62 AVAILABILITY_IN_PAST /to",
    ]);
    hub.clock.moveTo(now);
  });
});

describe("what is refused", () => {
  test("SLOT-62 SLOT-63 the past, of complete and of incomplete slots", async () => {
    await aFreshClinic();
    const [slot, empty] = [await created(), await created(incomplete)];
    const now = hub.clock.now();
    hub.clock.moveTo(at("09:00"));
    for (const each of [slot, empty]) {
      expect(told(await remove<ProblemBody>(each, {}))).toEqual([422, "SLOT-63 AVAILABILITY_IN_PAST /from"]);
      expect(told(await remove<ProblemBody>(each, { from: at("08:30"), to: at("08:45") }))).toEqual([
        422,
        "SLOT-62 AVAILABILITY_IN_PAST /from",
        "SLOT-62 AVAILABILITY_IN_PAST /to",
      ]);
      // SLOT-63: from the present on.
      expect(timesOf((await remove(each, { from: at("09:00") })).body)).toEqual(["08:00-09:00"]);
    }
    hub.clock.moveTo(now);
  });

  test("SLOT-61 bounds outside the slot, or an end before the start", async () => {
    await aFreshClinic();
    const slot = await created();
    expect(told(await remove<ProblemBody>(slot, { from: at("07:00"), to: at("11:00") }))).toEqual([
      422,
      "AvailabilityRemoval.from OUT_OF_RANGE /from",
      "AvailabilityRemoval.to OUT_OF_RANGE /to",
    ]);
    expect(told(await remove<ProblemBody>(slot, { from: at("09:00"), to: at("08:30") }))).toEqual([
      422,
      "AvailabilityRemoval.to INVALID_INTERVAL /to",
    ]);
    expect((await read(slot.slotId)).body).toEqual(slot);
  });

  test("SLOT-60 a user needs WRITE on the agenda; READ is not enough", async () => {
    await aFreshClinic();
    const slot = await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    const refused = async () => {
      expect(told(await remove<ProblemBody>(slot, {}, user.token))).toEqual([403, "SLOT-60 FORBIDDEN "]);
      expect(told(await removeAt<ProblemBody>(booked, {}, user.token))).toEqual([403, "SLOT-60 FORBIDDEN "]);
    };
    await refused();
    await aGrant(hub, user, { ...clinic, access: "read" });
    await refused();
    const writer = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, writer, { ...clinic, access: "write" });
    const { body } = await remove(slot, { to: at("08:15") }, writer.token);
    expect(timesOf(body)).toEqual(["08:15-10:00"]);
    expect((await removeAt(booked, {}, clinic.professional.token)).status).toBe(200);
  });

  test("SLOT-60 of an appointment in a slot without a place, WRITE where the appointment is", async () => {
    await aFreshClinic();
    const other = await aPlace(hub, clinic);
    const { professionalId } = await aProfessional(hub, [clinic.place, other]);
    await created({ ...incomplete, professionalId });
    const { placeId } = clinic;
    const booked = await anAppointment(hub, clinic, { professionalId, placeId, startAt: at("08:30") });
    const elsewhere = await anEmployee(hub, clinic, { places: [clinic.place, other] });
    await aGrant(hub, elsewhere, { placeId: other.placeId, professionalId, access: "write" });
    expect(told(await removeAt<ProblemBody>(booked, {}, elsewhere.token))).toEqual([403, "SLOT-60 FORBIDDEN "]);
    await aGrant(hub, elsewhere, { placeId, professionalId, access: "write" });
    expect((await removeAt(booked, {}, elsewhere.token)).status).toBe(200);
  });

  test("LCGA-02 a machine at other places", async () => {
    await aFreshClinic();
    const other = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [other]);
    const slot = await created({ ...incomplete, professionalId: professional.professionalId });
    expect(told(await remove<ProblemBody>(slot, {}, clinic.machine.token))).toEqual([
      403,
      "LCGA-02 MACHINE_NOT_LINKED ",
    ]);
  });

  test("the version must be named and be the last one", async () => {
    await aFreshClinic();
    const slot = await created();
    const path = `/v1/slots/${slot.slotId}/remove-availability`;
    const without = await hub.request("POST", path, { as: clinic.admin.token, body: {} });
    expect(without.status).toBe(428);
    const stale = await remove<ProblemBody>({ ...slot, version: 7 }, {});
    expect([stale.status, stale.body.current]).toEqual([412, slot]);
  });

  test("of ten removals of one version, one is made", async () => {
    await aFreshClinic();
    const slot = await created();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => remove(slot, { from: at("08:30"), to: at("09:00") })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect(await slotChanges()).toHaveLength(3);
  });

  test("another establishment's slots and appointments are not found", async () => {
    await aFreshClinic();
    const slot = await created();
    const booked = await anAppointment(hub, clinic, { startAt: at("08:30") });
    const other = await aClinic(hub);
    for (const as of [other.admin.token, other.machine.token]) {
      expect((await remove(slot, {}, as)).status).toBe(404);
      expect((await removeAt(booked, {}, as)).status).toBe(404);
    }
  });
});

describe("a machine's names", () => {
  const push = async (body: object, version?: number) => {
    const answer = await hub.request<Slot & { slot?: Slot }>("PUT", "/v1/slots/by-external-id/plage-1", {
      as: clinic.machine.token,
      body,
      ...(version === undefined ? {} : { version }),
    });
    return { ...answer, body: answer.body.slot ?? answer.body };
  };

  test("SLOT-65 its name stays with the first part, and its next push of any body writes", async () => {
    await aFreshClinic();
    const slot = (await push(full())).body;
    const { body } = await remove(slot, { from: at("08:30"), to: at("09:00") }, clinic.machine.token);
    expect(body.slots.map(({ externalId }) => externalId)).toEqual(["plage-1", null]);
    const again = await push(full());
    expect([again.status, again.body.version, again.body.endAt]).toEqual([200, 3, at("10:00")]);
  });

  test("SLOT-65 after staff have removed time, another body needs the version", async () => {
    await aFreshClinic();
    const slot = (await push(full())).body;
    const [first] = (await remove(slot, { from: at("09:00") })).body.slots;
    expect((await push(full())).body.endAt).toBe(at("09:00"));
    expect((await push(full({ endAt: at("09:30") }))).status).toBe(412);
    expect((await push(full({ endAt: at("09:30") }), first?.version)).status).toBe(200);
  });

  test("SLOT-64 what it removes wholly releases the name", async () => {
    await aFreshClinic();
    const slot = (await push(full())).body;
    expect((await remove(slot, {}, clinic.machine.token)).body.outcome).toBe("deleted");
    const anew = await push(full());
    expect([anew.status, anew.body.version]).toEqual([200, 1]);
    expect(anew.body.slotId).not.toBe(slot.slotId);
  });
});
