import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, aPlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { aKeyedMachine, aMachineKey, anAssertion, askToken } from "../../../test/machine-keys.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { machineScopes } from "../../domain/actor.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Machine } from "./schema.ts";
import type { Vendor } from "../vendors/schema.ts";

let hub: TestHub;
let operator: string;
let vendorId: string;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  const vendor = await hub.request<Vendor>("POST", "/v1/vendors", { as: operator, body: { name: "Fleuve" } });
  vendorId = vendor.body.vendorId;
});
afterAll(() => hub.close());

const create = <T = Machine>(body: object) => hub.request<T>("POST", "/v1/machines", { as: operator, body });
const nothing = "mch_00000000000000000000000000";

async function aRegisteredMachine(alg = "ES256") {
  const key = await aMachineKey(alg);
  const { body } = await create({ vendorId, name: "Agenda", keys: [key.publicJwk] });
  return { machineId: body.machineId, key };
}

describe("machines.create", () => {
  test.each(["ES256", "EdDSA"])("PLACE-08 its id is its client_id, and its %s key proves it", async (alg) => {
    const key = await aMachineKey(alg);
    const created = await create({ vendorId, name: "Agenda du Fleuve", keys: [key.publicJwk] });
    expect(created.status).toBe(201);
    expect(created.headers.get("etag")).toBe('"v1"');
    expect(created.body).toMatchObject({ vendorId, version: 1, status: "active", scopes: machineScopes });
    const { kid, x } = key.publicJwk;
    expect(created.body.keys).toMatchObject([{ kid, x }]);
    const machine = { machineId: created.body.machineId, key };
    expect((await askToken(hub, await anAssertion(hub, machine))).status).toBe(200);
  });

  test("a token holds no more than the machine's scopes", async () => {
    const key = await aMachineKey();
    const scopes = ["slots.read", "slots.read", "places.read"];
    const { body } = await create({ vendorId, name: "Lecture", keys: [key.publicJwk], scopes });
    expect(body.scopes).toEqual(["slots.read", "places.read"]);
    const token = await askToken(hub, await anAssertion(hub, { machineId: body.machineId, key }));
    expect(token.body.scope.split(" ").sort()).toEqual(["places.read", "slots.read"]);
  });

  test("a private key is refused, and nowhere repeated", async () => {
    const { publicJwk } = await aMachineKey();
    const secret = "4DAOYnPbSLJY3Tz9lBv1ymbVkmHu2GLzyRw8ySkDnmY";
    const refused = await create<ProblemBody>({ vendorId, name: "Agenda", keys: [{ ...publicJwk, d: secret }] });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual(["CONTRACT INVALID_KEY /keys/0"]);
    expect(JSON.stringify(refused.body) + hub.logs.join()).not.toContain(secret);
  });

  test("every key that is not accepted is named", async () => {
    const { publicJwk } = await aMachineKey();
    const keys = [publicJwk, { kty: "RSA", n: "AQAB", e: "AQAB", kid: "r" }, { ...publicJwk, kid: undefined }];
    expect(refusalsOf(await create<ProblemBody>({ vendorId, name: "Agenda", keys }))).toEqual([
      "CONTRACT INVALID_KEY /keys/1",
      "CONTRACT INVALID_KEY /keys/2",
    ]);
  });

  test("an unknown vendor is not found", async () => {
    const { publicJwk } = await aMachineKey();
    const body = { vendorId: "vnd_00000000000000000000000000", name: "Agenda", keys: [publicJwk] };
    const refused = await create<ProblemBody>(body);
    expect(refused.status).toBe(404);
    expect(refusalsOf(refused)).toEqual(["CONTRACT NOT_FOUND /vendorId"]);
  });
});

test("machines.get and machines.list read them, by vendor", async () => {
  const { machineId } = await aRegisteredMachine();
  const other = await aKeyedMachine(hub);
  const read = await hub.request<Machine>("GET", `/v1/machines/${machineId}`, { as: operator });
  expect(read.body.machineId).toBe(machineId);
  const ids = async (query: string) => {
    const page = await hub.request<Page<Machine>>("GET", `/v1/machines${query}`, { as: operator });
    return page.body.items.map((machine) => machine.machineId);
  };
  expect(await ids("?limit=1000")).toEqual(expect.arrayContaining([machineId, other.machineId]));
  expect(await ids(`?vendorId=${other.vendorId}`)).toEqual([other.machineId]);
  expect((await hub.request("GET", `/v1/machines/${nothing}`, { as: operator })).status).toBe(404);
});

describe("machines.replaceKeys", () => {
  const replace = <T = Machine>(machineId: string, keys: object[], version: number | null) =>
    hub.request<T>("PUT", `/v1/machines/${machineId}/keys`, {
      as: operator,
      body: { keys },
      ...(version === null ? {} : { version }),
    });

  test("keys rotate: the old with the new, then the new alone", async () => {
    const { machineId, key } = await aRegisteredMachine();
    const next = await aMachineKey("EdDSA", "next");
    const both = await replace(machineId, [key.publicJwk, next.publicJwk], 1);
    expect(both.body.version).toBe(2);
    const ask = async (of: typeof key) => askToken(hub, await anAssertion(hub, { machineId, key: of }));
    expect([(await ask(key)).status, (await ask(next)).status]).toEqual([200, 200]);
    await replace(machineId, [next.publicJwk], 2);
    expect([(await ask(key)).status, (await ask(next)).status]).toEqual([401, 200]);
  });

  test("If-Match is required and a stale one answered with the machine as it is", async () => {
    const { machineId, key } = await aRegisteredMachine();
    expect((await replace(machineId, [key.publicJwk], null)).status).toBe(428);
    const stale = await replace<ProblemBody>(machineId, [key.publicJwk], 7);
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ machineId, version: 1 });
    expect((await replace(nothing, [key.publicJwk], 1)).status).toBe(404);
  });

  test("a refused key leaves the old ones", async () => {
    const { machineId, key } = await aRegisteredMachine();
    expect((await replace<ProblemBody>(machineId, [{ kty: "oct", k: "AAAA", kid: "s" }], 1)).body.code).toBe(
      "INVALID_KEY",
    );
    expect((await askToken(hub, await anAssertion(hub, { machineId, key }))).status).toBe(200);
  });
});

describe("machines.suspend and machines.resume", () => {
  test("hold at once: tokens in use are refused, no new one is given, until the machine is resumed", async () => {
    const clinic = await aClinic(hub);
    const { machineId, token } = await aKeyedMachine(hub, { places: [await aPlace(hub, clinic)] });
    const use = () => hub.request<ProblemBody>("GET", "/v1/places", { as: token });
    const set = (action: string) =>
      hub.request<Machine>("POST", `/v1/machines/${machineId}/${action}`, { as: operator });
    expect((await use()).status).toBe(200);
    const suspended = await set("suspend");
    expect(suspended.body).toMatchObject({ status: "suspended", version: 2 });
    const refused = await use();
    expect([refused.status, refused.body.code]).toEqual([401, "MACHINE_SUSPENDED"]);
    expect((await set("suspend")).body.version).toBe(2);
    expect((await set("resume")).body).toMatchObject({ status: "active", version: 3 });
    expect((await use()).status).toBe(200);
  });

  test("a suspended machine gets no token", async () => {
    const machine = await aRegisteredMachine();
    await hub.request("POST", `/v1/machines/${machine.machineId}/suspend`, { as: operator });
    expect((await askToken(hub, await anAssertion(hub, machine))).status).toBe(401);
  });

  test("an unknown machine is not found", async () => {
    for (const action of ["suspend", "resume"])
      expect((await hub.request("POST", `/v1/machines/${nothing}/${action}`, { as: operator })).status).toBe(404);
  });
});

test("only the operator knows of machines", async () => {
  const clinic = await aClinic(hub);
  const own = `/v1/machines/${clinic.machine.machineId}`;
  const { publicJwk } = await aMachineKey();
  const calls: [string, string, object?][] = [
    ["POST", "/v1/machines", { vendorId: clinic.machine.vendorId, name: "Moi", keys: [publicJwk] }],
    ["GET", "/v1/machines"],
    ["GET", own],
    ["PUT", `${own}/keys`, { keys: [publicJwk] }],
    ["POST", `${own}/suspend`],
    ["POST", `${own}/resume`],
  ];
  for (const as of [clinic.admin.token, clinic.machine.token]) {
    for (const [method, path, body] of calls) {
      const refused = await hub.request<ProblemBody>(method, path, { as, body, version: 1 });
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, "FORBIDDEN"]);
    }
  }
});
