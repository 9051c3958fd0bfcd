import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anAppointment, appointmentInput, openingsOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import type { ASlot } from "../../../test/a-slot.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { untilHeldUp } from "../../../test/held-up.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { removeExpiredHolds } from "../../jobs/remove-expired-holds.ts";
import type { ChangePage } from "../changes/schema.ts";
import type { HoldBody } from "./schema.ts";
import { deleteHolds, listHoldsById } from "./store.ts";

/** How a hold ends, as the clinic's software follows it. */

let hub: TestHub;
let clinic: AClinic;
let slot: ASlot;
/** Two openings a day, 09:00 and 09:15, on a day of its own for each test. */
let day = 0;
const at = (time: string, days = day) =>
  `${new Date(Date.parse("2027-03-20T00:00:00Z") + days * 86_400_000).toISOString().slice(0, 10)}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
beforeEach(async () => {
  hub.clock.moveTo(defaultNow);
  day += 2;
  slot = await aSlot(hub, clinic, { startAt: at("09:00"), endAt: at("09:30") });
});
afterAll(async () => hub.close());

/** `operation status author` of everything that was said of a hold. */
async function toldOf(holdId: string): Promise<string[]> {
  const { body } = await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as: clinic.machine.token });
  return body.items
    .filter(({ objectId }) => objectId === holdId)
    .map(({ operation, status, origin }) => `${operation} ${String(status)} ${origin.actorType}`);
}

async function held(as = clinic.machine.token, fields: object = {}): Promise<string> {
  const body = { professionalId: clinic.professionalId, startAt: at("09:00"), durationMinutes: 15, ...fields };
  const answer = await hub.request<HoldBody>("POST", "/v1/holds", { as, body });
  expect(answer.status).toBe(201);
  return answer.body.holdId;
}

async function heldBy({ token }: ACitizen): Promise<string> {
  const body = { slotId: slot.slotId, startAt: at("09:00") };
  const answer = await hub.request<HoldBody>("POST", "/v1/citizen/holds", { as: token, body });
  expect(answer.status).toBe(201);
  return answer.body.holdId;
}

function book({ token }: ACitizen, fields: object = {}) {
  const { homePhone, email } = reachable;
  const body = { slotId: slot.slotId, startAt: at("09:00"), consultationReason: "regular", homePhone, email };
  return hub.request("POST", "/v1/citizen/appointments", { as: token, body: { ...body, ...fields } });
}

describe("the clinic's", () => {
  test("HOLD-07, HOLD-09 active as long as it is extended, then released", async () => {
    const holdId = await held();
    hub.clock.advance(290_000);
    const { machine } = clinic;
    expect((await hub.request("POST", `/v1/holds/${holdId}/extend`, { as: machine.token, body: {} })).status).toBe(200);
    expect((await hub.request("DELETE", `/v1/holds/${holdId}`, { as: machine.token })).status).toBe(204);
    expect(await toldOf(holdId)).toEqual([
      "created active machine",
      "updated active machine",
      "deleted released machine",
    ]);
  });

  test("HOLD-09 consumed by its owner's booking, in the same breath", async () => {
    const holdId = await held(clinic.admin.token);
    const fields = { startAt: at("09:00"), holdId };
    const { appointmentId } = await anAppointment(hub, clinic, fields, clinic.admin.token);
    expect(await toldOf(holdId)).toEqual(["created active employee", "deleted consumed employee"]);
    const [made, gone] = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql<{ seq: number }[]>`
        SELECT seq FROM change WHERE object_id = ${appointmentId} OR (object_id = ${holdId} AND operation = 'deleted')
        ORDER BY seq`,
    );
    expect((gone?.seq ?? 0) - (made?.seq ?? 0)).toBe(1);
  });

  test.each([
    ["a booking that does not name it", { method: "POST", path: "/v1/appointments", from: undefined }],
    ["a push", { method: "PUT", path: "/v1/appointments/by-external-id/held-1", from: undefined }],
    ["a push to its time", { method: "PUT", path: "/v1/appointments/by-external-id/held-2", from: "10:00" }],
  ])("HOLD-09 consumed by its owner's appointment of that time: %s", async (_title, { method, path, from }) => {
    const as = clinic.machine.token;
    const write = async (time: string) =>
      (await hub.request(method, path, { as, body: appointmentInput(clinic, { startAt: at(time) }) })).status;
    const status = method === "POST" ? 201 : 200;
    if (from !== undefined) expect(await write(from)).toBe(status);
    const holdId = await held();
    expect(await write("09:00")).toBe(status);
    expect(await toldOf(holdId)).toEqual(["created active machine", "deleted consumed machine"]);
  });

  test("HOLD-09 consumed by its owner's move to that time, another's stays", async () => {
    const as = clinic.admin.token;
    const beside = { acknowledge: ["HELD_BY_COLLEAGUE"] };
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: at("10:00") }, as);
    const [holdId, others] = [await held(as), await held(undefined, beside)];
    const moved = await hub.request("POST", `/v1/appointments/${appointmentId}/move`, {
      as,
      version: 1,
      body: { startAt: at("09:00"), ...beside },
    });
    expect(moved.status).toBe(200);
    expect(await toldOf(holdId)).toEqual(["created active employee", "deleted consumed employee"]);
    expect(await toldOf(others)).toEqual(["created active machine"]);
  });

  test("HOLD-09 as a whole: one that began on the day before, in the hub's days, waits for whoever is there", async () => {
    const as = clinic.machine.token;
    const evening = await aSlot(hub, clinic, { startAt: at("19:30"), endAt: at("20:30") });
    const { professionalId, establishmentId } = clinic;
    const body = { professionalId, startAt: at("19:30"), durationMinutes: 60 };
    const { holdId } = (await hub.request<HoldBody>("POST", "/v1/holds", { as, body })).body;
    const before = { startAt: Date.parse(at("19:30")), endAt: Date.parse(at("19:45")) };
    let isMade = false;
    const { asked } = await hub.write([establishmentId], async (tx) => {
      await lockNames(tx, agendaDayNames([{ establishmentId, professionalId, ...before }]));
      const answer = anAppointment(hub, clinic, { startAt: at("20:15") }).then(() => (isMade = true));
      await untilHeldUp(tx, answer);
      expect(isMade).toBe(false);
      return { asked: answer };
    });
    await asked;
    expect(await toldOf(holdId)).toEqual(["created active machine", "deleted consumed machine"]);
    expect(await openingsOf(hub, establishmentId, evening.slotId)).toEqual([
      "23:30 free",
      "23:45 free",
      "00:00 free",
      "00:15 busy",
    ]);
  });

  test("HOLD-08, HOLD-15 expired by itself when its owner books after its end, and by nobody", async () => {
    const holdId = await held();
    hub.clock.advance(300_000);
    await anAppointment(hub, clinic, { startAt: at("09:00"), holdId });
    expect(await toldOf(holdId)).toEqual(["created active machine", "deleted expired system"]);
    await removeExpiredHolds.run(hub.deps);
    expect(await toldOf(holdId)).toHaveLength(2);
  });
});

describe("a citizen's", () => {
  test("HOLD-09 released", async () => {
    const alice = await aCitizen(hub);
    const holdId = await heldBy(alice);
    expect((await hub.request("DELETE", `/v1/citizen/holds/${holdId}`, { as: alice.token })).status).toBe(204);
    expect(await toldOf(holdId)).toEqual(["created active citizen", "deleted released citizen"]);
  });

  test.each([
    ["named", true],
    ["not named", false],
  ])("HOLD-09 consumed by their booking, %s", async (_title, named) => {
    const alice = await aCitizen(hub);
    const holdId = await heldBy(alice);
    expect((await book(alice, named ? { holdId } : {})).status).toBe(201);
    expect(await toldOf(holdId)).toEqual(["created active citizen", "deleted consumed citizen"]);
  });

  test("HOLD-08 expired when its time is over, one millisecond before it is consumed", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const [hers, his] = [await heldBy(alice), await heldAt(bob, "09:15")];
    hub.clock.advance(299_999);
    expect(await removeExpiredHolds.run(hub.deps)).toEqual({ count: 0, more: false });
    expect((await book(alice, { holdId: hers })).status).toBe(201);
    hub.clock.advance(1);
    await removeExpiredHolds.run(hub.deps);
    expect(await toldOf(hers)).toEqual(["created active citizen", "deleted consumed citizen"]);
    expect(await toldOf(his)).toEqual(["created active citizen", "deleted expired system"]);
  });

  test("HOLD-15 expired, once, when its owner books by its name after its end", async () => {
    const alice = await aCitizen(hub);
    const holdId = await heldBy(alice);
    hub.clock.advance(300_000);
    expect((await book(alice, { holdId })).status).toBe(201);
    await removeExpiredHolds.run(hub.deps);
    expect(await toldOf(holdId)).toEqual(["created active citizen", "deleted expired system"]);
  });

  async function heldAt({ token }: ACitizen, time: string): Promise<string> {
    const body = { slotId: slot.slotId, startAt: at(time) };
    return (await hub.request<HoldBody>("POST", "/v1/citizen/holds", { as: token, body })).body.holdId;
  }
});

describe("one named by a booking of another day", () => {
  /** The agenda day of the hold is somebody else's at that moment: its end is settled there, once, before the booking. */
  async function bookedWhileItsEndIsSettled(holdId: string, booking: () => Promise<{ status: number }>) {
    const { asked } = await hub.write([clinic.establishmentId], async (tx) => {
      const [hold] = await listHoldsById(tx, [holdId]);
      if (hold === undefined) throw new Error("no hold");
      await lockNames(tx, agendaDayNames([hold]));
      const answer = booking();
      await untilHeldUp(tx, answer);
      await deleteHolds(tx, [hold]);
      return { asked: answer };
    });
    expect((await asked).status).toBe(201);
    // This writer has announced nothing; the booking found the hold gone, and has nothing to announce.
    expect(await toldOf(holdId)).toHaveLength(1);
  }

  test("HOLD-09 ends once: the clinic's", async () => {
    const holdId = await held();
    const body = appointmentInput(clinic, { startAt: at("10:00", day + 1), holdId });
    await bookedWhileItsEndIsSettled(holdId, () =>
      hub.request("POST", "/v1/appointments", { as: clinic.machine.token, body }),
    );
  });

  test("HOLD-09 ends once: a citizen's", async () => {
    const alice = await aCitizen(hub);
    const holdId = await heldBy(alice);
    const other = await aSlot(hub, clinic, { startAt: at("09:00", day + 1), endAt: at("09:15", day + 1) });
    const fields = { slotId: other.slotId, startAt: at("09:00", day + 1), holdId };
    await bookedWhileItsEndIsSettled(holdId, () => book(alice, fields));
  });
});
