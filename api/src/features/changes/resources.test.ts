import { afterAll, beforeAll, expect, test } from "vitest";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, aLink, aMachine, anEmployee, aPlace } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { machineScopes } from "../../domain/actor.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { ChangePage, ListedChange } from "./schema.ts";

/** `include=resource`: a change and the object that it names. */

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

async function follow(as: string, query = "include=resource&limit=1000"): Promise<ListedChange[]> {
  const { status, body } = await hub.request<ChangePage>("GET", `/v1/changes?${query}`, { as });
  expect(status).toBe(200);
  return body.items;
}

async function aSlot(clinic: AClinic, fields: object = {}): Promise<string> {
  const { professionalId, placeId, service } = clinic;
  const times = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" };
  const body = { professionalId, placeId, serviceIds: [service.serviceId], visibility: "public", ...times, ...fields };
  const made = await hub.request<{ slotId: string }>("POST", "/v1/slots", { as: clinic.admin.token, body });
  expect(made.status).toBe(201);
  return made.body.slotId;
}

test("each change of a service, slot or appointment brings it as its own GET shows it now; the others bring null", async () => {
  const clinic = await aClinic(hub);
  const { token } = clinic.machine;
  const service = await hub.request<{ serviceId: string }>("POST", "/v1/services", {
    as: token,
    body: { professionalId: clinic.professionalId, type: "GEN", consultationReason: "regular", durationMinutes: 20 },
  });
  const slotId = await aSlot(clinic);
  const gone = await aSlot(clinic, { startAt: "2027-03-08T11:00:00-05:00", endAt: "2027-03-08T12:00:00-05:00" });
  const { appointmentId } = await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
  const as = clinic.admin.token;
  await hub.request("PATCH", `/v1/slots/${slotId}`, { as, version: 1, body: { visibility: "private" } });
  await hub.request("DELETE", `/v1/slots/${gone}`, { as, version: 1 });
  const items = await follow(token);
  const shown = items.filter(({ resource }) => resource !== null);
  expect(shown.map(({ objectId, operation }) => [objectId, operation])).toEqual([
    [service.body.serviceId, "created"],
    [slotId, "created"],
    [appointmentId, "created"],
    [slotId, "updated"],
  ]);
  for (const { objectType, objectId, resource } of shown)
    expect(resource).toEqual((await hub.request("GET", `/v1/${objectType}s/${objectId}`, { as: token })).body);
  expect(items.filter(({ objectId }) => objectId === gone).map(({ operation }) => operation)).toEqual([
    "created",
    "deleted",
  ]);
  expect((await follow(token, "")).some((item) => "resource" in item)).toBe(false);
});

test("what has moved to a place that is not the reader's is gone for it, in the changes before the move too", async () => {
  const clinic = await aClinic(hub);
  const second = await aPlace(hub, clinic);
  const elsewhere = await aMachine(hub);
  await aLink(hub, elsewhere, second);
  const slotId = await aSlot(clinic);
  await hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`
    INSERT INTO professional_place (establishment_id, professional_id, place_id)
    VALUES (${clinic.establishmentId}, ${clinic.professionalId}, ${second.placeId})`,
  );
  const moved = { as: clinic.admin.token, version: 1, body: { placeId: second.placeId } };
  expect((await hub.request("PATCH", `/v1/slots/${slotId}`, moved)).status).toBe(200);
  const of = (items: ListedChange[]) =>
    items
      .filter(({ objectId }) => objectId === slotId)
      .map(({ operation, resource }) => [operation, resource === null]);
  expect(of(await follow(clinic.machine.token))).toEqual([
    ["created", true],
    ["deleted", true],
  ]);
  expect(of(await follow(elsewhere.token))).toEqual([["updated", false]]);
});

test("staff are shown what they may read: PERM-16", async () => {
  const clinic = await aClinic(hub);
  const { professionalId, placeId } = clinic;
  const { appointmentId } = await anAppointment(hub, clinic);
  const reader = await anEmployee(hub, clinic, { places: [clinic.place] });
  await aGrant(hub, reader, { placeId, professionalId, access: "read" });
  const other = await anEmployee(hub, clinic, { places: [clinic.place] });
  const own = await hub.request("GET", `/v1/appointments/${appointmentId}`, { as: reader.token });
  const found = (await follow(reader.token)).find(({ objectId }) => objectId === appointmentId);
  expect(found?.resource).toEqual(own.body);
  expect((await follow(other.token)).filter(({ objectId }) => objectId === appointmentId)).toEqual([]);
});

test.each(["services.read", "slots.read", "appointments.read"] as const)(
  "needs %s, which following alone does not",
  async (scope) => {
    const { machine } = await aClinic(hub);
    const as = await hub.tokens.machine(
      machine.machineId,
      machineScopes.filter((other) => other !== scope),
    );
    const refused = await hub.request<ProblemBody>("GET", "/v1/changes?include=resource", { as });
    expect([refused.status, refused.body.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(await follow(as, "")).toEqual([]);
  },
);
