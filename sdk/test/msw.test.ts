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

test("what is not served says so, by its name", async () => {
  const named = client.weeks.delete({ body: { professionalId: clinic.professionalId, week: "2027-03-07" } });
  await expect(named).rejects.toMatchObject({ status: 501, code: "NOT_IN_MEMORY" });
  await expect(named).rejects.toThrow("weeks.delete");
  const operator = createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.operator()) });
  const half = operator.places.update({ placeId: clinic.placeId, ifMatch: 1, body: { abbreviation: "Rives" } });
  await expect(half).rejects.toThrow("places.update as it was asked");
});
