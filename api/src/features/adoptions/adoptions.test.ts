import { afterAll, beforeAll, expect, test } from "vitest";
import { insertAppointments, insertSlots } from "../../../test/agenda-rows.ts";
import { aClinic, aMachine, aPlace } from "../../../test/factories.ts";
import type { AClinic, APlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { bindingsOfObjects, putBindings } from "../bindings/store.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const startAt = Date.parse("2027-03-08T14:00:00Z");

/** A slot and an appointment that staff made at a place; their ids. */
async function agendaAt(
  clinic: AClinic,
  place: APlace = clinic.place,
): Promise<{ slotId: string; appointmentId: string }> {
  const number = hub.count();
  const [slotId, appointmentId] = [hub.deps.ids.next("slt", startAt), hub.deps.ids.next("apt", startAt)];
  const common = { ...place, professionalId: clinic.professionalId, startAt, endAt: startAt + 900_000 };
  await hub.write([clinic.establishmentId], async (tx) => {
    await insertSlots(tx, [{ ...common, slotId, visibility: "public", serviceId: clinic.service.serviceId }]);
    await insertAppointments(tx, [
      { ...common, appointmentId, seat: number, status: "active", attendance: "unconfirmed" },
    ]);
  });
  return { slotId, appointmentId };
}

async function adopt(token: string, bindings: readonly object[], more: object = {}, key?: string) {
  return hub.request<ProblemBody & { bound: number; unchanged: number }>("POST", "/v1/adoptions", {
    as: token,
    body: { bindings, ...more },
    ...(key === undefined ? {} : { key }),
  });
}

async function boundTo(clinic: AClinic, vendorId: string, objectIds: readonly string[]) {
  return hub.write([clinic.establishmentId], async (tx) => [
    ...(await bindingsOfObjects(tx, vendorId, "slot", objectIds)).values(),
    ...(await bindingsOfObjects(tx, vendorId, "appointment", objectIds)).values(),
  ]);
}

async function lastSeq({ establishmentId }: AClinic): Promise<unknown> {
  return hub.write(
    [establishmentId],
    (tx) => tx.sql`SELECT last_seq FROM change_counter WHERE establishment_id = ${establishmentId}`,
  );
}

test("binds slots and appointments to the vendor's names, and writes nothing to the log", async () => {
  const clinic = await aClinic(hub);
  const { slotId, appointmentId } = await agendaAt(clinic);
  await hub.write([clinic.establishmentId], (tx) => tx.sql`UPDATE slot SET version = 6 WHERE slot_id = ${slotId}`);
  const before = await lastSeq(clinic);
  const lines = [
    { objectType: "slot", objectId: slotId, externalId: "plage-1" },
    { objectType: "appointment", objectId: appointmentId, externalId: "rv-1" },
  ];
  const answer = await adopt(
    clinic.machine.token,
    lines,
    { establishmentId: clinic.establishmentId },
    "adoption-key-1",
  );
  expect(answer).toMatchObject({ status: 200, body: { bound: 2, unchanged: 0 } });
  const common = { establishmentId: clinic.establishmentId, bodyHash: null };
  expect(await boundTo(clinic, clinic.machine.vendorId, [slotId, appointmentId])).toEqual([
    { ...common, objectType: "slot", externalId: "plage-1", objectId: slotId, vendorVersion: 6 },
    { ...common, objectType: "appointment", externalId: "rv-1", objectId: appointmentId, vendorVersion: 1 },
  ]);
  expect(await lastSeq(clinic)).toEqual(before);
  const replay = await adopt(
    clinic.machine.token,
    lines,
    { establishmentId: clinic.establishmentId },
    "adoption-key-1",
  );
  expect(replay.body).toEqual({ bound: 2, unchanged: 0 });
  expect(replay.headers.get("idempotency-replayed")).toBe("true");
});

test("binding again is fine and forgets nothing of the last push", async () => {
  const clinic = await aClinic(hub);
  const { slotId } = await agendaAt(clinic);
  const pushed = {
    establishmentId: clinic.establishmentId,
    objectType: "slot",
    externalId: "p",
    objectId: slotId,
    bodyHash: "h",
    vendorVersion: 1,
  } as const;
  await hub.write([clinic.establishmentId], (tx) => putBindings(tx, clinic.machine.vendorId, [pushed]));
  const answer = await adopt(clinic.machine.token, [{ objectType: "slot", objectId: slotId, externalId: "p" }]);
  expect(answer.body).toEqual({ bound: 0, unchanged: 1 });
  expect(await boundTo(clinic, clinic.machine.vendorId, [slotId])).toEqual([pushed]);
});

test("all or nothing, every line that cannot be kept is named", async () => {
  const clinic = await aClinic(hub);
  const elsewhere = await aClinic(hub);
  const unlinked = await aPlace(hub, clinic);
  const [mine, taken, theirs, apart] = [
    await agendaAt(clinic),
    await agendaAt(clinic),
    await agendaAt(elsewhere),
    await agendaAt(clinic, unlinked),
  ];
  await adopt(clinic.machine.token, [{ objectType: "slot", objectId: taken.slotId, externalId: "taken" }]);
  const answer = await adopt(clinic.machine.token, [
    { objectType: "slot", objectId: mine.slotId, externalId: "fine" },
    { objectType: "slot", objectId: theirs.slotId, externalId: "a" },
    { objectType: "slot", objectId: mine.appointmentId, externalId: "b" },
    { objectType: "appointment", objectId: "apt_unknown", externalId: "c" },
    { objectType: "appointment", objectId: apart.appointmentId, externalId: "d" },
    { objectType: "slot", objectId: taken.slotId, externalId: "other" },
  ]);
  expect(answer.status).toBe(404);
  expect(answer.body.violations.map(({ code, pointer }) => [code, pointer])).toEqual([
    ["NOT_FOUND", "/bindings/1/objectId"],
    ["NOT_FOUND", "/bindings/2/objectId"],
    ["NOT_FOUND", "/bindings/3/objectId"],
    ["MACHINE_NOT_LINKED", "/bindings/4/objectId"],
    ["EXTERNAL_ID_IN_USE", "/bindings/5/objectId"],
  ]);
  expect(await boundTo(clinic, clinic.machine.vendorId, [mine.slotId])).toEqual([]);
});

test("EXTERNAL_ID_IN_USE when the name already stands for another object", async () => {
  const clinic = await aClinic(hub);
  const [first, second] = [await agendaAt(clinic), await agendaAt(clinic)];
  await adopt(clinic.machine.token, [{ objectType: "slot", objectId: first.slotId, externalId: "p" }]);
  const answer = await adopt(clinic.machine.token, [{ objectType: "slot", objectId: second.slotId, externalId: "p" }]);
  expect(answer).toMatchObject({
    status: 409,
    body: { violations: [{ code: "EXTERNAL_ID_IN_USE", pointer: "/bindings/0/externalId" }] },
  });
});

test("names are the vendor's: another one may bind the same objects, another machine of the same one is unchanged", async () => {
  const clinic = await aClinic(hub);
  const { slotId } = await agendaAt(clinic);
  const line = { objectType: "slot", objectId: slotId, externalId: "p" };
  await adopt(clinic.machine.token, [line]);
  const replaceWith = async (machine: { machineId: string }) =>
    hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`UPDATE machine_link SET machine_id = ${machine.machineId} WHERE place_id = ${clinic.placeId}`,
    );
  const sibling = await aMachine(hub, { vendorId: clinic.machine.vendorId });
  await replaceWith(sibling);
  expect((await adopt(sibling.token, [line])).body).toEqual({ bound: 0, unchanged: 1 });
  const stranger = await aMachine(hub);
  await replaceWith(stranger);
  expect((await adopt(stranger.token, [line])).body).toEqual({ bound: 1, unchanged: 0 });
});

test("establishmentId narrows to one establishment", async () => {
  const clinic = await aClinic(hub);
  const { slotId } = await agendaAt(clinic);
  const elsewhere = await aClinic(hub);
  const answer = await adopt(clinic.machine.token, [{ objectType: "slot", objectId: slotId, externalId: "p" }], {
    establishmentId: elsewhere.establishmentId,
  });
  expect(answer).toMatchObject({ status: 404, body: { violations: [{ pointer: "/bindings/0/objectId" }] } });
});

test("refuses staff, a machine without the scope, no line, and more than a thousand", async () => {
  const clinic = await aClinic(hub);
  const { slotId, appointmentId } = await agendaAt(clinic);
  const line = { objectType: "slot", objectId: slotId, externalId: "p" };
  expect(await adopt(clinic.admin.token, [line])).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
  const slotsOnly = await hub.tokens.machine(clinic.machine.machineId, ["slots.write"]);
  expect(await adopt(slotsOnly, [{ ...line, objectType: "appointment", objectId: appointmentId }])).toMatchObject({
    status: 403,
    body: { code: "INSUFFICIENT_SCOPE" },
  });
  expect((await adopt(slotsOnly, [line])).status).toBe(200);
  expect((await adopt(slotsOnly, [])).status).toBe(400);
  const many = Array.from({ length: 1001 }, (_, i) => ({ ...line, externalId: String(i) }));
  expect((await adopt(slotsOnly, many)).status).toBe(400);
});

test("a thousand lines at once", async () => {
  const clinic = await aClinic(hub);
  const slots = Array.from({ length: 1000 }, (_, i) => ({
    establishmentId: clinic.establishmentId,
    slotId: hub.deps.ids.next("slt", startAt + i),
    professionalId: clinic.professionalId,
    placeId: clinic.placeId,
    startAt: startAt + i * 60_000,
    endAt: startAt + (i + 1) * 60_000,
    visibility: "public" as const,
    serviceId: clinic.service.serviceId,
  }));
  await hub.write([clinic.establishmentId], (tx) => insertSlots(tx, slots));
  const lines = slots.map(({ slotId }, i) => ({ objectType: "slot", objectId: slotId, externalId: `p${String(i)}` }));
  expect((await adopt(clinic.machine.token, lines)).body).toEqual({ bound: 1000, unchanged: 0 });
});
