import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment, appointmentInput, changesOf } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, aLink, aMachine, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { dayMs, minuteMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { endWaits } from "../../jobs/end-waits.ts";
import { pruneChanges } from "../../jobs/prune-changes.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { AttentionItem } from "../attention/schema.ts";
import type { Acceptance, AnsweredItem, InboxItem, InboxLease } from "./schema.ts";

/** SYNC-40 to SYNC-52 through HTTP; what becomes of an answer is in domain/inbox.ts. */

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  clinic = await aClinic(hub);
});

const at = (time: string, date = "2027-03-08") => `${date}T${time}:00-05:00`;

async function leased(request: object = {}, as = clinic.machine.token): Promise<InboxLease> {
  const answer = await hub.request<InboxLease>("POST", "/v1/inbox/lease", { as, key: null, body: request });
  expect(answer.status).toBe(200);
  return answer.body;
}
async function only(as?: string): Promise<InboxItem> {
  const { items } = await leased({}, as);
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${String(items.length)} items`);
  return item;
}
async function answered(path: "ack" | "nack", items: object[], as = clinic.machine.token): Promise<AnsweredItem[]> {
  const request = { as, key: null, body: { items } };
  const answer = await hub.request<{ items: AnsweredItem[] }>("POST", `/v1/inbox/${path}`, request);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body.items;
}
const ack = (item: { itemId: string }, fields: object = {}) => answered("ack", [{ itemId: item.itemId, ...fields }]);
const nack = (item: { itemId: string }, reason: string, fields: object = {}) =>
  answered("nack", [{ itemId: item.itemId, reason, ...fields }]);
const told = (items: readonly AnsweredItem[]) => items.map(({ outcome, agendaStatus }) => [outcome, agendaStatus]);

/** By the clinic's staff, hence for its software. */
const book = (time: string, fields: object = {}) =>
  anAppointment(hub, clinic, { placeId: clinic.placeId, startAt: at(time), ...fields }, clinic.admin.token);
async function read({ appointmentId }: { appointmentId: string }): Promise<AppointmentBody> {
  return (await hub.request<AppointmentBody>("GET", `/v1/appointments/${appointmentId}`, { as: clinic.admin.token }))
    .body;
}
const statusOf = async (appointment: { appointmentId: string }) => {
  const { agendaStatus, agendaReason } = await read(appointment);
  return [agendaStatus, agendaReason];
};
async function move(appointment: { appointmentId: string }, time: string, as = clinic.admin.token) {
  const { version } = await read(appointment);
  const request = { as, version, body: { startAt: at(time) } };
  const answer = await hub.request<AppointmentBody>(
    "POST",
    `/v1/appointments/${appointment.appointmentId}/move`,
    request,
  );
  expect(answer.status).toBe(200);
  return answer.body;
}
async function cancel(appointment: { appointmentId: string }) {
  const { version } = await read(appointment);
  const request = { as: clinic.admin.token, version, body: {} };
  expect((await hub.request("POST", `/v1/appointments/${appointment.appointmentId}/cancel`, request)).status).toBe(200);
}
async function attention(kind: RegExp): Promise<[string, string | null, string | null][]> {
  const path = `/v1/places/${clinic.placeId}/attention`;
  const { items } = (await hub.request<{ items: AttentionItem[] }>("GET", path, { as: clinic.admin.token })).body;
  return items.filter((item) => kind.test(item.kind)).map((item) => [item.kind, item.agendaReason, item.since]);
}
const withLimit = (minutes: number | null) =>
  hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`UPDATE machine_link SET answer_within_minutes = ${minutes} WHERE place_id = ${clinic.placeId}`,
  );

describe("what is in it", () => {
  test("SYNC-40 what others wrote of slots and appointments, with the object as it is; not what the vendor wrote", async () => {
    await anAppointment(hub, clinic, { placeId: clinic.placeId, startAt: at("08:00") });
    const booked = await book("09:00");
    await hub.request("POST", "/v1/holds", {
      as: clinic.admin.token,
      body: { professionalId: clinic.professionalId, startAt: at("11:00"), durationMinutes: 15 },
    });
    const slot = await hub.request<{ slotId: string }>("POST", "/v1/slots", {
      as: clinic.admin.token,
      body: { professionalId: clinic.professionalId, startAt: at("13:00"), endAt: at("14:00") },
    });
    const { items, more } = await leased();
    expect(more).toBe(false);
    expect(items.map(({ change, attempt }) => [change.objectId, change.operation, change.origin.own, attempt])).toEqual(
      [
        [booked.appointmentId, "created", false, 1],
        [slot.body.slotId, "created", false, 1],
      ],
    );
    expect(items[0]?.resource).toMatchObject({ referenceNumber: booked.referenceNumber, agendaStatus: "pending" });
    expect(items[1]?.resource).toMatchObject({ slotId: slot.body.slotId });
    expect(items[0]?.leasedUntil).toBe("2027-03-01T12:01:00.000Z");
    const seqs = items.map(({ change }) => [change.prevSeq, change.seq]);
    expect(seqs[1]?.[0]).toBe(seqs[0]?.[1]);
  });

  test("SYNC-40 of places linked with the machine, since they are; who left for another place is gone", async () => {
    const other = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, other]);
    const beyond = await aMachine(hub, { vendorId: clinic.machine.vendorId, places: [other] });
    const booked = await book("09:00", { professionalId: professional.professionalId });
    await ack(await only());
    const there = { as: clinic.admin.token, version: 1, body: { placeId: other.placeId } };
    expect((await hub.request("POST", `/v1/appointments/${booked.appointmentId}/move`, there)).status).toBe(200);
    const left = await only();
    expect([left.change.operation, left.change.placeIds, left.resource]).toEqual(["deleted", [clinic.placeId], null]);
    const came = await only(beyond.token);
    expect([came.change.operation, came.resource]).toMatchObject(["updated", { placeId: other.placeId }]);
    // The place that it left answers for nothing any more.
    expect(told(await ack(left))).toEqual([["acknowledged", "pending"]]);
    expect(told(await answered("ack", [{ itemId: came.itemId }], beyond.token))).toEqual([
      ["acknowledged", "accepted"],
    ]);
    // Another's item is none.
    expect(told(await ack(came))).toEqual([["refused", null]]);
  });

  test("SYNC-40 a link that begins later begins its inbox; a machine without links has nothing", async () => {
    const place = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [place]);
    const machine = await aMachine(hub);
    await anAppointment(hub, { ...clinic, ...professional }, { startAt: at("09:00") }, clinic.admin.token);
    const link = { as: await hub.tokens.operator(), body: { machineId: machine.machineId } };
    expect((await leased({}, machine.token)).items).toEqual([]);
    await hub.request("PUT", `/v1/places/${place.placeId}/machine-link`, link);
    expect((await leased({}, machine.token)).items).toEqual([]);
    const later = await anAppointment(
      hub,
      { ...clinic, ...professional },
      { startAt: at("10:00") },
      clinic.admin.token,
    );
    expect((await only(machine.token)).change.objectId).toBe(later.appointmentId);
  });

  test("SYNC-40 a machine of several places and establishments leases from all of them", async () => {
    const other = await aClinic(hub);
    await hub.write(
      [other.establishmentId],
      (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${other.placeId}`,
    );
    await aLink(hub, clinic.machine, other.place);
    const here = await book("09:00");
    const there = await anAppointment(hub, other, { startAt: at("09:00") }, other.admin.token);
    const { items } = await leased();
    expect(items.map(({ change }) => change.objectId).sort()).toEqual([here.appointmentId, there.appointmentId].sort());
    expect(
      told(
        await answered(
          "ack",
          items.map(({ itemId }) => ({ itemId })),
        ),
      ),
    ).toEqual([
      ["acknowledged", "accepted"],
      ["acknowledged", "accepted"],
    ]);
  });

  test("it needs the scopes of what it shows", async () => {
    const { machineId } = clinic.machine;
    for (const missing of ["appointments.read", "slots.read"] as const) {
      const scopes = (["changes.read", "appointments.read", "slots.read"] as const).filter((each) => each !== missing);
      const as = await hub.tokens.machine(machineId, scopes);
      const answer = await hub.request<ProblemBody>("POST", "/v1/inbox/lease", { as, key: null, body: {} });
      expect([answer.status, ...refusalsOf(answer)]).toEqual([403, "CONTRACT INSUFFICIENT_SCOPE "]);
    }
  });
});

describe("leases", () => {
  test("SYNC-41 an item is out until its lease ends, and then comes back with the next attempt", async () => {
    await book("09:00");
    const first = await only();
    expect((await leased()).items).toEqual([]);
    hub.clock.advance(59_000);
    expect((await leased()).items).toEqual([]);
    hub.clock.advance(1_000);
    const second = await only();
    expect([second.itemId, second.attempt]).toEqual([first.itemId, 2]);
    expect(told(await ack(first, { attempt: 1 }))).toEqual([["leaseLost", "pending"]]);
    expect(told(await ack(first, { attempt: 2 }))).toEqual([["acknowledged", "accepted"]]);
    hub.clock.advance(dayMs);
    expect((await leased()).items).toEqual([]);
  });

  test("SYNC-41 twelve installations on two hubs lease at once: each item once, none left", async () => {
    const other = await createTestHub({ database: hub.database, seed: "another hub" });
    const days = ["2027-03-08", "2027-03-09", "2027-03-10"];
    for (const date of days)
      for (let hour = 8; hour < 18; hour++)
        await book(`${String(hour).padStart(2, "0")}:00`, { startAt: at(`${String(hour).padStart(2, "0")}:00`, date) });
    const given: string[] = [];
    const lease = async (at: TestHub) => {
      for (;;) {
        const request = { as: clinic.machine.token, key: null, body: { limit: 2 } };
        const { body } = await at.request<InboxLease>("POST", "/v1/inbox/lease", request);
        given.push(...body.items.map(({ itemId }) => itemId));
        if (!body.more) return;
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, index) => lease(index % 2 === 0 ? hub : other)));
    await other.close();
    expect([given.length, new Set(given).size]).toEqual([30, 30]);
  });

  test("SYNC-42 of an appointment one change at a time, in order; others are not held up", async () => {
    const booked = await book("09:00");
    await move(booked, "10:00");
    await move(booked, "11:00");
    const another = await book("14:00");
    const first = await leased();
    expect(first.items.map(({ change }) => [change.objectId, change.version])).toEqual([
      [booked.appointmentId, 1],
      [another.appointmentId, 1],
    ]);
    expect(await leased()).toEqual({ items: [], more: false });
    await answered(
      "ack",
      first.items.map(({ itemId }) => ({ itemId })),
    );
    const second = await only();
    expect(second.change.version).toBe(2);
    await nack(second, "busy");
    expect((await only()).itemId).toBe(second.itemId);
    await nack(second, "other");
    expect((await only()).change.version).toBe(3);
  });

  test("SYNC-42, SYNC-43 what a place that is left has held up comes when its link ends", async () => {
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, second]);
    await aLink(hub, clinic.machine, second);
    const booked = await book("09:00", { professionalId: professional.professionalId });
    const there = { as: clinic.admin.token, version: 1, body: { placeId: second.placeId } };
    expect((await hub.request("POST", `/v1/appointments/${booked.appointmentId}/move`, there)).status).toBe(200);
    expect((await only()).change.version).toBe(1);
    expect((await leased()).items).toEqual([]);
    const ended = { as: await hub.tokens.operator(), version: 1 };
    expect((await hub.request("DELETE", `/v1/places/${clinic.placeId}/machine-link`, ended)).status).toBe(204);
    expect((await only()).change.version).toBe(2);
  });

  test("SYNC-42 more says that there is more; a limit is kept", async () => {
    for (const time of ["09:00", "10:00", "11:00"]) await book(time);
    const first = await leased({ limit: 2 });
    expect([first.items.length, first.more]).toEqual([2, true]);
    const second = await leased({ limit: 2 });
    expect([second.items.length, second.more]).toEqual([1, false]);
  });

  test("SYNC-41 a call that waits is answered by what is written meanwhile, and by a lease that runs out", async () => {
    const waiting = leased({ wait: 10 });
    await new Promise((resolve) => setTimeout(resolve, 250));
    const booked = await book("09:00");
    expect((await waiting).items.map(({ change }) => change.objectId)).toEqual([booked.appointmentId]);
    const back = leased({ wait: 10 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    hub.clock.advance(60_000);
    // The test's clock stands still: something else that is written ends the wait.
    await hub.request("POST", "/v1/slots", {
      as: clinic.machine.token,
      body: { professionalId: clinic.professionalId, startAt: at("13:00"), endAt: at("14:00") },
    });
    expect((await back).items.map(({ attempt }) => attempt)).toEqual([2]);
  });

  test("SYNC-43 an item outlives its change in the log, and what was answered goes after as long", async () => {
    const [first, second] = [await book("09:00"), await book("10:00")];
    await ack((await leased({ limit: 1 })).items[0] ?? { itemId: "" });
    const third = await book("11:00");
    hub.clock.advance(31 * dayMs);
    await pruneChanges.run(hub.deps);
    expect(await changesOf(hub, clinic.establishmentId)).toEqual([]);
    const { items } = await leased();
    expect(items.map(({ change }) => change.objectId)).toEqual([second.appointmentId, third.appointmentId]);
    expect(first.appointmentId).toBeDefined();
    const kept = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`SELECT 1 FROM inbox_item WHERE machine_id = ${clinic.machine.machineId}`,
    );
    expect(kept).toHaveLength(2);
  });
});

describe("answers", () => {
  test("SYNC-44, SYNC-46, SYNC-47, SYNC-51 an acknowledgement accepts and binds; the version stays; nobody is asked again", async () => {
    const booked = await book("09:00");
    expect([booked.agendaStatus, booked.version]).toEqual(["pending", 1]);
    const item = await only();
    expect(await ack(item, { externalId: "rv-1" })).toEqual([
      { itemId: item.itemId, outcome: "acknowledged", agendaStatus: "accepted", problem: null },
    ]);
    expect(told(await ack(item, { externalId: "rv-1" }))).toEqual([["acknowledged", "accepted"]]);
    const own = await hub.request<AppointmentBody>("GET", "/v1/appointments/by-external-id/rv-1", {
      as: clinic.machine.token,
    });
    expect(own.body).toMatchObject({ appointmentId: booked.appointmentId, version: 1, agendaStatus: "accepted" });
    const changes = await changesOf(hub, clinic.establishmentId);
    expect(changes.map(({ operation, version, changed }) => [operation, version, changed])).toEqual([
      ["created", 1, []],
      ["updated", 1, ["agendaStatus"]],
    ]);
    expect(await leased()).toEqual({ items: [], more: false });
  });

  test("SYNC-44 a name that is bound elsewhere is refused, and the item stays out", async () => {
    const [first, second] = [await book("09:00"), await book("10:00")];
    const { items } = await leased();
    expect(items.map(({ change }) => change.objectId)).toEqual([first.appointmentId, second.appointmentId]);
    const [one, two] = await answered(
      "ack",
      items.map(({ itemId }) => ({ itemId, externalId: "rv-1" })),
    );
    expect([one?.outcome, two?.outcome, two?.agendaStatus]).toEqual(["acknowledged", "refused", "pending"]);
    expect(two?.problem?.violations.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["EXTERNAL_ID_IN_USE", "/items/1/externalId"],
    ]);
    const [, again] = items;
    expect(told(await ack(again ?? { itemId: "" }, { externalId: "rv-2" }))).toEqual([["acknowledged", "accepted"]]);
    const unknown = await ack({ itemId: "ibx_01m8qk5v0e7kqv8f0a3n6c9d2h" });
    expect(unknown[0]?.problem?.violations.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["NOT_FOUND", "/items/0/itemId"],
    ]);
  });

  test("SYNC-44 a slot of the clinic's is bound too", async () => {
    const slot = await aSlot(hub, clinic, { startAt: at("08:00"), endAt: at("12:00") });
    const withdrawn = { as: clinic.admin.token, version: 1, body: { endAt: at("11:00") } };
    expect((await hub.request("PATCH", `/v1/slots/${slot.slotId}`, withdrawn)).status).toBe(200);
    const item = await only();
    expect(told(await ack(item, { externalId: "plage-1" }))).toEqual([["acknowledged", null]]);
    const own = await hub.request("GET", "/v1/slots/by-external-id/plage-1", { as: clinic.machine.token });
    expect(own.body["slotId"]).toBe(slot.slotId);
  });

  test("SYNC-45, SYNC-47, SYNC-52 a refusal cancels nothing, and waits for somebody until a later acknowledgement", async () => {
    const booked = await book("09:00");
    const item = await only();
    expect(told(await nack(item, "timeTaken"))).toEqual([["rejected", "rejected"]]);
    expect(await read(booked)).toMatchObject({
      status: "active",
      version: 1,
      agendaStatus: "rejected",
      agendaReason: "timeTaken",
    });
    expect(await attention(/^agenda/)).toEqual([["agendaRejected", "timeTaken", "2027-03-01T12:00:00.000Z"]]);

    expect(told(await ack(item))).toEqual([["acknowledged", "accepted"]]);
    expect(await attention(/^agenda/)).toEqual([]);
    expect(told(await nack(item, "invalid"))).toEqual([["acknowledged", "accepted"]]);
  });

  test("SYNC-45 busy gives it back, at once or later", async () => {
    const booked = await book("09:00");
    const item = await only();
    expect(told(await nack(item, "busy", { retryAfterSeconds: 30 }))).toEqual([["givenBack", "pending"]]);
    expect((await leased()).items).toEqual([]);
    hub.clock.advance(30_000);
    expect((await only()).attempt).toBe(2);
    expect(told(await nack(item, "busy", { attempt: 1 }))).toEqual([["leaseLost", "pending"]]);
    expect((await leased()).items).toEqual([]);
    expect(await statusOf(booked)).toEqual(["pending", null]);
    const body = { items: [{ itemId: item.itemId, reason: "other", retryAfterSeconds: 5 }] };
    const refused = await hub.request<ProblemBody>("POST", "/v1/inbox/nack", {
      as: clinic.machine.token,
      key: null,
      body,
    });
    expect([refused.status, ...refusalsOf(refused)]).toEqual([
      400,
      "CONTRACT INVALID_REQUEST /items/0/retryAfterSeconds",
    ]);
  });

  test("SYNC-46, SYNC-47 a move asks again, and an answer to what was before it settles nothing", async () => {
    const booked = await book("09:00");
    const before = await only();
    await move(booked, "10:00");
    expect(told(await nack(before, "timeTaken"))).toEqual([["rejected", "pending"]]);
    const after = await only();
    expect(told(await nack(after, "professionalAbsent"))).toEqual([["rejected", "rejected"]]);
    expect(await attention(/^agenda/)).toHaveLength(1);
    const moved = await move(booked, "11:00");
    expect([moved.agendaStatus, moved.agendaReason]).toEqual(["pending", null]);
    expect(await attention(/^agenda/)).toEqual([]);
    const changes = await changesOf(hub, clinic.establishmentId);
    expect(changes.at(-1)?.changed).toEqual(["agendaReason", "agendaStatus", "endAt", "startAt"]);
    await cancel(booked);
    expect(await statusOf(booked)).toEqual([null, null]);
    const { items } = await leased();
    expect(
      told(
        await answered(
          "ack",
          items.map(({ itemId }) => ({ itemId })),
        ),
      ),
    ).toEqual([["acknowledged", null]]);
  });

  test("SYNC-46, SYNC-48 the machine's own are not asked about; its own write of what was is an answer", async () => {
    const own = await anAppointment(hub, clinic, { placeId: clinic.placeId, startAt: at("08:00") });
    expect(own.agendaStatus).toBeNull();
    const booked = await book("09:00");
    await nack(await only(), "timeTaken");
    const patch = { as: clinic.machine.token, version: 1, body: { clinicNote: "Vue" } };
    const answer = await hub.request<AppointmentBody>("PATCH", `/v1/appointments/${booked.appointmentId}`, patch);
    expect(answer.body.agendaStatus).toBe("accepted");
    expect(await statusOf(booked)).toEqual(["accepted", null]);
    const moved = await move(booked, "10:00", clinic.machine.token);
    expect(moved.agendaStatus).toBeNull();
  });

  test("SYNC-48 so is an adoption", async () => {
    const booked = await book("09:00");
    const bindings = [{ objectType: "appointment", objectId: booked.appointmentId, externalId: "rv-7" }];
    const answer = await hub.request("POST", "/v1/adoptions", { as: clinic.machine.token, body: { bindings } });
    expect(answer.status).toBe(200);
    expect(await statusOf(booked)).toEqual(["accepted", null]);
  });

  test("SYNC-46 where no software is linked nobody is asked, and nobody sends what only an answer says", async () => {
    const place = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [place]);
    const made = await anAppointment(hub, { ...clinic, ...professional }, { startAt: at("09:00") }, clinic.admin.token);
    expect(made.agendaStatus).toBeNull();
    const body = { ...appointmentInput(clinic), agendaStatus: "accepted", agendaReason: null };
    const refused = await hub.request<ProblemBody>("POST", "/v1/appointments", { as: clinic.admin.token, body });
    expect(refusalsOf(refused)).toEqual([
      "SYNC-46 FIELD_NOT_EDITABLE /agendaStatus",
      "SYNC-46 FIELD_NOT_EDITABLE /agendaReason",
    ]);
  });
});

describe("time and staff", () => {
  test("SYNC-49, SYNC-52 what is not answered in time waits for somebody, still booked; an answer comes late and counts", async () => {
    await withLimit(30);
    const [early, late] = [await book("09:00"), await book("10:00")];
    hub.clock.advance(30 * minuteMs - 1);
    expect(await endWaits.run(hub.deps)).toEqual({ count: 0, more: false });
    hub.clock.advance(1);
    const { items } = await leased();
    await ack(items[0] ?? { itemId: "" });
    expect(await endWaits.run(hub.deps)).toEqual({ count: 1, more: false });
    expect([await statusOf(early), await statusOf(late)]).toEqual([
      ["accepted", null],
      ["timedOut", null],
    ]);
    expect(await read(late)).toMatchObject({ status: "active", version: 1 });
    expect(await attention(/^agenda/)).toEqual([["agendaTimedOut", null, "2027-03-01T12:30:00.000Z"]]);
    expect(await endWaits.run(hub.deps)).toEqual({ count: 0, more: false });
    // That it is late is told to others, and asks nobody again.
    const last = (await changesOf(hub, clinic.establishmentId)).at(-1);
    expect([last?.objectId, last?.changed]).toEqual([late.appointmentId, ["agendaStatus"]]);
    expect(told(await ack(items[1] ?? { itemId: "" }))).toEqual([["acknowledged", "accepted"]]);
    expect((await leased()).items).toEqual([]);
    expect(await attention(/^agenda/)).toEqual([]);
  });

  test("SYNC-49 the limit is the link's when it was asked; without one an answer is never late", async () => {
    const booked = await book("09:00");
    const operator = await hub.tokens.operator();
    const path = `/v1/places/${clinic.placeId}/machine-link`;
    const put = (answerWithinMinutes: number | null) =>
      hub.request("PUT", path, { as: operator, body: { machineId: clinic.machine.machineId, answerWithinMinutes } });
    expect((await put(5)).body).toMatchObject({ answerWithinMinutes: 5, version: 2 });
    expect((await put(5)).body).toMatchObject({ version: 2 });
    expect(
      refusalsOf(
        await hub.request<ProblemBody>("PUT", path, {
          as: operator,
          body: { machineId: clinic.machine.machineId, answerWithinMinutes: 0 },
        }),
      ),
    ).toEqual(["SYNC-49 OUT_OF_RANGE /answerWithinMinutes"]);
    hub.clock.advance(dayMs);
    expect(await endWaits.run(hub.deps)).toEqual({ count: 0, more: false });
    await move(booked, "10:00");
    hub.clock.advance(5 * minuteMs);
    expect(await endWaits.run(hub.deps)).toEqual({ count: 1, more: false });
    expect((await put(null)).body).toMatchObject({ answerWithinMinutes: null });
  });

  test("SYNC-50 staff with WRITE accept it, by a read grant one does not; the booking is not touched", async () => {
    const booked = await book("09:00");
    await nack(await only(), "other");
    const reader = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, reader, { ...clinic, access: "read" });
    const accept = <T = Acceptance>(as: string, query = "") =>
      hub.request<T>("POST", `/v1/appointments/${booked.appointmentId}/accept${query}`, { as, key: null });
    expect(refusalsOf(await accept<ProblemBody>(reader.token))).toEqual(["APPT-49 FORBIDDEN "]);
    expect((await accept(clinic.admin.token, "?dryRun=true")).body.agendaStatus).toBe("accepted");
    expect(await statusOf(booked)).toEqual(["rejected", "other"]);
    const accepted = { appointmentId: booked.appointmentId, version: 1, agendaStatus: "accepted", agendaReason: null };
    expect((await accept(clinic.admin.token)).body).toEqual(accepted);
    expect((await accept(clinic.admin.token)).body).toEqual(accepted);
    expect(await attention(/^agenda/)).toEqual([]);
    expect((await leased()).items).toEqual([]);
    await cancel(booked);
    expect(refusalsOf(await accept<ProblemBody>(clinic.admin.token))).toEqual(["APPT-69 APPOINTMENT_CANCELLED "]);
    const own = await anAppointment(hub, clinic, { placeId: clinic.placeId, startAt: at("13:00") });
    const path = `/v1/appointments/${own.appointmentId}/accept`;
    expect((await hub.request("POST", path, { as: clinic.admin.token, key: null })).body["agendaStatus"]).toBeNull();
  });

  test("SYNC-47 answers and moves at once: the last placement is the one that is asked about", async () => {
    const booked = await book("09:00");
    const item = await only();
    await Promise.all([ack(item), move(booked, "10:00"), ack(item)]);
    expect(await statusOf(booked)).toEqual(["pending", null]);
    const after = await only();
    expect(told(await ack(after))).toEqual([["acknowledged", "accepted"]]);
  });
});
