/** A vendor's unit test: MSW, and the hub behind it. The same requests against the real hub: api/test/in-memory.test.ts. */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { buildMemoryHub } from "../msw/bundle.ts";
import { bearer, createClient, isArrimageProblem, privateKeyJwt } from "../src/index.ts";
import type { Client } from "../src/index.ts";
import { createSandboxClient } from "../src/sandbox.ts";
import { bodyOf, createSync, memoryStore } from "../src/sync.ts";
import type { LocalEntry, SyncEvent } from "../src/sync.ts";
import type * as msw from "../src/msw.ts";

let folder = "";
let server: ReturnType<typeof setupServer>;
let hub: msw.MemoryHub;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-msw-"));
  await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await buildMemoryHub(join(folder, "msw.mjs"));
  // Built of src/msw.ts.
  const { createHubHandlers } = (await import(pathToFileURL(join(folder, "msw.mjs")).href)) as typeof msw;
  const made = createHubHandlers({ now: "2027-03-01T08:00:00-05:00", language: "en" });
  hub = made.hub;
  server = setupServer(...made.handlers);
  server.listen();
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

let clinic: msw.Clinic;
let client: Client;
beforeEach(() => {
  hub.reset();
  clinic = hub.addClinic();
  client = createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.machine(clinic.machineId)) });
});

const monday = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" };
function aSlot() {
  const { professionalId, placeId, serviceId } = clinic;
  return { professionalId, placeId, serviceIds: [serviceId], visibility: "public" as const, ...monday };
}

test("a slot that is pushed is there, and in the log", async () => {
  const { slotId } = await client.slots.create({ body: aSlot() });
  expect(await client.slots.get({ slotId })).toMatchObject({ status: "complete", durationMinutes: 15 });
  const { items } = await client.changes.list();
  expect(items).toMatchObject([{ seq: 1, prevSeq: 0, objectId: slotId, origin: { own: true } }]);
});

test("a refusal is the hub's: code, rule, pointer, text", async () => {
  const body = { ...aSlot(), startAt: "2027-02-08T09:00:00-05:00", endAt: "2027-02-08T10:00:00-05:00" };
  const refused = await client.slots.create({ body }).catch((error: unknown) => error);
  if (!isArrimageProblem(refused, "SLOT_IN_PAST")) throw refused;
  expect(refused).toMatchObject({ status: 422, violations: [{ rule: "SLOT-04", pointer: "/endAt" }] });
  expect(refused.message).toContain("This slot is in the past.");
});

test("a version that is not the present one is 412, with the object as it is", async () => {
  const { slotId } = await client.slots.create({ body: aSlot() });
  await client.slots.update({ slotId, ifMatch: 1, body: { visibility: "private" } });
  const stale = client.slots.update({ slotId, ifMatch: 1, body: { visibility: "public" } });
  await expect(stale).rejects.toMatchObject({ code: "PRECONDITION_FAILED", problem: { current: { version: 2 } } });
});

test("the same key does a thing once; a dry run not at all", async () => {
  const idempotencyKey = "one-and-the-same";
  await client.slots.create({ body: aSlot(), dryRun: true });
  const first = await client.slots.create({ body: aSlot() }, { idempotencyKey });
  expect(await client.slots.create({ body: aSlot() }, { idempotencyKey })).toEqual(first);
  expect(await client.slots.list({ placeId: clinic.placeId }).collect({ max: 10 })).toHaveLength(1);
});

test("citizens take what is pushed, and whoever is late is offered something else", async () => {
  const { slotId } = await client.slots.create({ body: aSlot() });
  const booking = async () => {
    const { nam } = hub.addCitizen();
    const { accessToken } = await createSandboxClient({ baseUrl: hub.baseUrl }).tokens.create({
      body: { as: "citizen", nam },
    });
    const contact = { mobilePhone: "418-555-0142", communicationModes: ["sms" as const] };
    const body = { slotId, startAt: monday.startAt, consultationReason: "minorEmergency" as const, ...contact };
    return createClient({ baseUrl: hub.baseUrl, auth: bearer(accessToken) }).citizenAppointments.book({ body });
  };
  await booking();
  const late = await booking().catch((error: unknown) => error);
  if (!isArrimageProblem(late, "OPENING_NOT_AVAILABLE")) throw late;
  expect(late.alternatives).toHaveLength(3);
});

test("a machine proves itself with its own key", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) throw new Error("no key");
  const own = hub.addClinic({ publicKeys: [{ kty, crv, x, y, kid: "one" }] });
  const auth = (privateKey: typeof pair.privateKey) =>
    privateKeyJwt({ clientId: own.machineId, privateKey, keyId: "one" });
  const proven = createClient({ baseUrl: hub.baseUrl, auth: auth(pair.privateKey) });
  expect(await proven.places.list().collect({ max: 10 })).toMatchObject([{ placeId: own.placeId }]);
  const other = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const stranger = createClient({ baseUrl: hub.baseUrl, auth: auth(other.privateKey) });
  await expect(stranger.places.list()).rejects.toMatchObject({ code: "INVALID_CLIENT" });
});

test("the sync engine keeps an agenda with identifiers of its own: takes over, names, pushes, repairs, confirms", async () => {
  const { ramqIdentifier } = hub.addEmployee({ placeIds: [clinic.placeId], profile: "localAdmin" });
  const staff = createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.employee(ramqIdentifier)) });
  const visit = (startAt: string) => ({
    ...{ professionalId: clinic.professionalId, placeId: clinic.placeId, startAt, durationMinutes: 15 },
    patient: {
      ...{ firstName: "Alice", lastName: "Tremblay", sex: "F" as const, birthDate: "1980-06-15" },
      homePhone: "418-555-0192",
    },
    communicationModes: ["phone" as const],
  });
  const agenda = new Map<string, LocalEntry>();
  const events: SyncEvent[] = [];
  const sync = createSync({
    ...{ client, store: memoryStore() },
    onProgress: (event) => events.push(event),
    runtime: { now: () => hub.clock.now(), sleep: () => Promise.resolve() },
    agenda: {
      apply(change) {
        const id = change.id === change.objectId ? `own-${String(agenda.size + 1)}` : change.id;
        if (change.object === null) agenda.delete(id);
        else if (change.objectType === "slot")
          agenda.set(id, { objectType: "slot", id, body: bodyOf("slot", change.object) });
        else agenda.set(id, { objectType: "appointment", id, body: bodyOf("appointment", change.object) });
        return { id };
      },
      read: () => agenda.values(),
    },
  });
  await staff.appointments.create({ body: visit("2027-03-09T09:00:00-05:00") });
  // From a snapshot, then from the log.
  await sync.once();
  const asked = await staff.appointments.create({ body: visit("2027-03-09T10:00:00-05:00") });
  await sync.once();
  await sync.once();
  expect([...agenda.keys()]).toEqual(["own-1", "own-2"]);
  const named = await client.appointments.getByExternalId({ externalId: "own-2" });
  expect([named.appointmentId, named.agendaStatus]).toEqual([asked.appointmentId, "accepted"]);

  const slot = { objectType: "slot" as const, id: "own-3", body: aSlot() };
  agenda.set("own-3", slot);
  await sync.push(slot);
  await sync.once();
  const { slotId } = await client.slots.getByExternalId({ externalId: "own-3" });
  expect(await client.slots.get({ slotId })).toMatchObject({ visibility: "public" });
  await staff.appointments.cancel({ appointmentId: asked.appointmentId, ifMatch: asked.version, body: {} });
  await sync.once();
  expect([...agenda.keys()]).toEqual(["own-1", "own-3"]);

  // Lost in the agenda, without a word.
  agenda.delete("own-1");
  expect(await sync.repair()).toEqual([clinic.placeId]);
  expect([...agenda.keys()].sort()).toEqual(["own-1", "own-3"]);
  expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["snapshot", "differs", "confirmed"]));
});

test("what is not served says so, by its name", async () => {
  const named = client.weeks.delete({ body: { professionalId: clinic.professionalId, week: "2027-03-07" } });
  await expect(named).rejects.toMatchObject({ status: 501, code: "NOT_IN_MEMORY" });
  await expect(named).rejects.toThrow("weeks.delete");
  const operator = createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.operator()) });
  const half = operator.places.update({ placeId: clinic.placeId, ifMatch: 1, body: { abbreviation: "Rives" } });
  await expect(half).rejects.toThrow("places.update as it was asked");
});
