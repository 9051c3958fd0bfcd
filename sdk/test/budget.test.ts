import { generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Deprecation } from "../src/exchange.ts";
import { createSigner } from "../src/keys.ts";
import { createRetryBudget } from "../src/retries.ts";
import { failure, fakeHub, json, problem, slot } from "./fake-hub.ts";

const unavailable = problem(503, "UNAVAILABLE", { retryable: true });

describe("a hub in trouble", () => {
  test("gets ten repetitions more than usual, and then one for ten calls", async () => {
    const hub = fakeHub(unavailable);
    const client = hub.client({ runtime: { ...hub.runtime, now: () => 0, sleep: () => Promise.resolve() } });
    for (let calls = 0; calls < 200; calls += 1) await failure(client.slots.get({ slotId: "slt_1" }));
    const repetitions = hub.sent.filter(({ headers }) => headers.has("arrimage-retry-count")).length;
    // Ten that were saved, and a tenth of the calls.
    expect(repetitions).toBeGreaterThanOrEqual(29);
    expect(repetitions).toBeLessThanOrEqual(30);
  });

  test("is asked again freely by a client that calls seldom", async () => {
    const hub = fakeHub(unavailable);
    const client = hub.client();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      await failure(client.slots.get({ slotId: "slt_1" }));
      hub.time.now += 60_000;
    }
    expect(hub.sent).toHaveLength(20);
  });

  test("each repetition says the how-manieth it is", async () => {
    const hub = fakeHub(unavailable, unavailable, json(slot));
    await hub.client().slots.get({ slotId: "slt_1" });
    expect(hub.sent.map(({ headers }) => headers.get("arrimage-retry-count"))).toEqual([null, "1", "2"]);
  });

  test("a clock that goes back gives nothing away", () => {
    let now = 1_000_000;
    const budget = createRetryBudget(() => now);
    for (let repetitions = 0; repetitions < 10; repetitions += 1) expect(budget.take()).toBe(true);
    now = 0;
    expect(budget.take()).toBe(false);
    now = 20_000;
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  });
});

test("an operation that will go is told once, with its dates and where to read more", async () => {
  const headers = {
    deprecation: "@1798761600",
    sunset: "Fri, 31 Dec 2027 23:59:59 GMT",
    link: '<https://hub.test/docs>; rel="deprecation"',
  };
  const hub = fakeHub(json(slot, 200, headers));
  const told: Deprecation[] = [];
  const client = hub.client({ hooks: { onDeprecation: (event) => told.push(event) } });
  await client.slots.get({ slotId: "slt_1" });
  await client.slots.get({ slotId: "slt_2" });
  await client.slots.create({ body: { startAt: slot.startAt, endAt: slot.endAt } });
  expect(told.map(({ operationId }) => operationId)).toEqual(["slots.get", "slots.create"]);
  expect(told[0]).toEqual({
    operationId: "slots.get",
    deprecatedAt: new Date("2027-01-01T00:00:00Z"),
    sunsetAt: new Date("2027-12-31T23:59:59Z"),
    link: headers.link,
  });
});

test("a deprecation that cannot be read is told without its dates; no header, nothing told", async () => {
  const told: Deprecation[] = [];
  const hub = fakeHub(json(slot), json(slot, 200, { deprecation: "true", sunset: "soon" }));
  const client = hub.client({ hooks: { onDeprecation: (event) => told.push(event) } });
  await client.slots.get({ slotId: "slt_1" });
  expect(told).toEqual([]);
  await client.slots.get({ slotId: "slt_1" });
  expect(told).toEqual([{ operationId: "slots.get", deprecatedAt: null, sunsetAt: null, link: null }]);
});

describe("request, for what has no method here", () => {
  test("carries token, query, body, version and key", async () => {
    const hub = fakeHub(json({ made: true }, 201));
    const made = await hub.client().request<{ made: boolean }>({
      method: "POST",
      path: "/v1/new-things",
      query: { dryRun: true, from: undefined },
      body: { name: "x" },
      ifMatch: 3,
    });
    expect(made.made).toBe(true);
    const [sent] = hub.sent;
    expect(sent).toMatchObject({ method: "POST", target: "/v1/new-things?dryRun=true", body: '{"name":"x"}' });
    expect(Object.fromEntries(sent?.headers ?? [])).toMatchObject({
      authorization: "Bearer a-token",
      "content-type": "application/json",
      "if-match": '"v3"',
    });
    expect(sent?.headers.get("idempotency-key")).toMatch(/^[\w-]{22}$/);
  });

  test("is repeated when it is a GET, and names no path in what is reported", async () => {
    const told: string[] = [];
    const hub = fakeHub(json({}, 502), json({ items: [] }));
    const client = hub.client({ hooks: { onRequest: ({ operationId }) => told.push(operationId) } });
    expect(await client.request({ method: "GET", path: "/v1/patients/secret" })).toEqual({ items: [] });
    expect(told).toEqual(["request", "request"]);
    const once = fakeHub(json({}, 502));
    await failure(once.client().request({ method: "POST", path: "/v1/x", body: {} }));
    expect(once.sent).toHaveLength(1);
  });

  test("a refusal is the problem that it is", async () => {
    const error = await failure(fakeHub(problem(404, "NOT_FOUND")).client().request({ method: "GET", path: "/v1/x" }));
    expect(error).toMatchObject({ code: "NOT_FOUND", status: 404 });
  });
});

test("a key that stays in its module signs there", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = await createSigner({
    alg: "ES256",
    keyId: "hsm-1",
    sign: async (data) => new Uint8Array(sign("sha256", data, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  });
  expect(signer).toMatchObject({ alg: "ES256", keyId: "hsm-1" });
  const signature = Buffer.from(await signer.sign("header.claims"), "base64url");
  expect(verify("sha256", Buffer.from("header.claims"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(
    true,
  );
});
