import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { appointmentInput } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub, requestInit } from "../../../test/harness.ts";
import type { TestHub, TestRequest } from "../../../test/harness.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { FaultBody } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let slots: string;
let base: string;
let stop: () => void;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
  slots = `/v1/slots?professionalId=${clinic.professionalId}`;
  const server = serve({ fetch: hub.app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  // A TCP server that listens has an address and a port.
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  stop = () => server.close();
});
afterAll(async () => {
  stop();
  await hub.close();
});
afterEach(async () => {
  await hub.request("DELETE", "/sandbox/faults");
});

async function rule(fault: string, fields: object = {}): Promise<FaultBody> {
  const { status, body } = await hub.request<FaultBody>("POST", "/sandbox/faults", { body: { fault, ...fields } });
  expect(status).toBe(201);
  return body;
}
const list = async () =>
  (await hub.request<{ items: FaultBody[]; met: { fault: string; count: number }[] }>("GET", "/sandbox/faults")).body;
const countsOf = async () => (await list()).items.map(({ fault, asked, met, missed }) => [fault, asked, met, missed]);
const read = <T = ProblemBody>(request: TestRequest = {}) =>
  hub.request<T>("GET", slots, { as: clinic.machine.token, ...request });

/** Over a real connection. */
const over = (method: string, path: string, request: TestRequest = {}) =>
  fetch(
    `${base}${path}`,
    requestInit(method, { as: clinic.machine.token, ...request }, `over-the-wire-${String(hub.count())}`),
  );
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => "answered",
    (error: unknown) => String(error),
  );

/** An opening of the clinic at which a citizen may book, each time another. */
let hour = 8;
async function anOpening(): Promise<{ slotId: string; startAt: string }> {
  hour += 1;
  const day = 8 + Math.floor(hour / 20);
  const at = (minutes: string) =>
    `2027-03-${String(day).padStart(2, "0")}T${String(8 + (hour % 12)).padStart(2, "0")}:${minutes}:00-05:00`;
  const { slotId } = await aSlot(hub, clinic, { startAt: at("00"), endAt: at("15") });
  return { slotId, startAt: at("00") };
}
const contact = { mobilePhone: "418-555-0142", communicationModes: ["sms"], consultationReason: "minorEmergency" };
async function appointmentsAt({ startAt }: { startAt: string }): Promise<number> {
  const rows = await hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`SELECT FROM appointment WHERE start_at = ${Date.parse(startAt)} AND status = 'active'`,
  );
  return rows.length;
}

describe("faults by rule", () => {
  test("answer in the hub's stead, as the hub itself would", async () => {
    const expected = [
      ["tooManyRequests", 429, "TOO_MANY_REQUESTS", "7"],
      ["internal", 500, "INTERNAL", null],
      ["unavailable", 503, "UNAVAILABLE", "7"],
      ["tokenExpired", 401, "INVALID_TOKEN", null],
      ["machineSuspended", 401, "MACHINE_SUSPENDED", null],
    ] as const;
    for (const [fault, status, code, retryAfter] of expected) {
      const { faultId } = await rule(fault, { retryAfterSeconds: 7, times: 1 });
      const answer = await read();
      expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([status, code, retryAfter]);
      if (status === 429) expect(answer.headers.get("ratelimit")).toBe('"default";r=0;t=7');
      expect((await read()).status).toBe(200);
      await hub.request("DELETE", `/sandbox/faults/${faultId}`);
    }
    expect((await hub.request("DELETE", "/sandbox/faults/flt_01m8qk5v0e7kqv8f0a3n6c9d2h")).status).toBe(404);
  });

  test("a gateway answers in its own form; behind 504 the command was carried out, behind 502 it was not", async () => {
    for (const [fault, status, done] of [
      ["badGateway", 502, 0],
      ["gatewayTimeout", 504, 1],
    ] as const) {
      await rule(fault, { times: 1 });
      const opening = await anOpening();
      const answer = await over("POST", "/v1/appointments", { body: appointmentInput(clinic, opening) });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html"]);
      expect(await appointmentsAt(opening)).toBe(done);
      await hub.request("DELETE", "/sandbox/faults");
    }
  });

  test("only what a rule names is befallen; the sandbox's own operations and health checks never are", async () => {
    await rule("internal", { match: { operationId: "slots.list", method: "get", clientId: clinic.machine.machineId } });
    await rule("unavailable", { match: { path: "/v1/serv*" } });
    expect((await read()).status).toBe(500);
    expect((await read({ as: clinic.admin.token })).status).toBe(200);
    expect((await hub.request("GET", "/v1/services", { as: clinic.admin.token })).status).toBe(503);
    await rule("internal");
    expect((await hub.request("GET", "/livez")).status).toBe(200);
    expect((await hub.request("GET", "/sandbox/clock")).status).toBe(200);
    expect((await hub.request<ProblemBody>("POST", "/oauth/token", { form: { grant_type: "x" } })).status).toBe(500);
    expect(await countsOf()).toEqual([
      ["internal", 1, 1, 0],
      ["unavailable", 1, 1, 0],
      ["internal", 1, 1, 0],
    ]);
  });

  test("which calls are befallen is the seed's to say, and each rule counts", async () => {
    const run = async (seed: number) => {
      await rule("unavailable", { probability: 0.5, seed, times: 4 });
      const statuses: number[] = [];
      for (let i = 0; i < 12; i++) statuses.push((await read()).status);
      const [counts] = await countsOf();
      await hub.request("DELETE", "/sandbox/faults");
      return { statuses, counts };
    };
    const first = await run(7);
    expect(first.statuses.filter((status) => status === 503)).toHaveLength(4);
    expect(first.counts?.slice(2)).toEqual([4, 0]);
    expect(await run(7)).toEqual(first);
    expect((await run(8)).statuses).not.toEqual(first.statuses);
  });

  test("a rule that contradicts itself is refused", async () => {
    for (const body of [
      { fault: "latency", match: { eventType: "appointment.created" } },
      { fault: "webhookDropped", match: { path: "/v1/*" } },
      { fault: "nothing" },
    ])
      expect((await hub.request<ProblemBody>("POST", "/sandbox/faults", { body })).body.code).toBe("INVALID_REQUEST");
  });
});

describe("faults by header", () => {
  const headers = (value: string) => ({ "arrimage-sandbox-fault": value });

  test("befall that call, several in their order, and are counted", async () => {
    const began = performance.now();
    const answer = await read({ headers: headers("latency;ms=60, tooManyRequests;retryAfter=3") });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(performance.now() - began).toBeGreaterThan(55);
    expect((await read()).status).toBe(200);
    expect((await list()).met).toEqual([
      { fault: "latency", count: 1 },
      { fault: "tooManyRequests", count: 1 },
    ]);
  });

  test("one that is not understood is refused", async () => {
    for (const value of ["nonsense", "latency;ms=soon", "webhookDropped", ""]) {
      const { status, body } = await read({ headers: headers(value) });
      expect([value, status, body.violations[0]?.pointer]).toEqual([value, 400, "/header/Arrimage-Sandbox-Fault"]);
    }
  });

  test("what cannot happen does not count as met", async () => {
    for (const fault of ["staleEtag", "cursorExpired", "conflict"]) await rule(fault);
    expect((await read()).status).toBe(200);
    expect(await countsOf()).toEqual([
      ["staleEtag", 1, 0, 1],
      ["cursorExpired", 1, 0, 1],
      ["conflict", 1, 0, 1],
    ]);
  });

  test("what cannot happen to a call that asks for it is told by the request log", async () => {
    expect(
      (await read({ headers: headers("staleEtag, latency;ms=1, lostResponse, unavailable, badGateway") })).status,
    ).toBe(503);
    expect((await read({ headers: headers("staleEtag") })).status).toBe(200);
    const log = await hub.request<{ items: { faults: string[]; missedFaults: string[] }[] }>(
      "GET",
      "/sandbox/requests?operationId=slots.list",
    );
    expect(log.body.items.slice(-2).map(({ faults, missedFaults }) => ({ faults, missedFaults }))).toEqual([
      { faults: ["latency", "unavailable"], missedFaults: ["staleEtag", "lostResponse", "badGateway"] },
      { faults: [], missedFaults: ["staleEtag"] },
    ]);
  });
});

describe("what is lost for good", () => {
  test("conflict: a robot citizen has really taken the opening", async () => {
    const [opening, citizen] = [await anOpening(), await aCitizen(hub)];
    await rule("conflict", { times: 1 });
    const book = () =>
      hub.request<ProblemBody>("POST", "/v1/citizen/appointments", {
        as: citizen.token,
        body: { ...opening, ...contact },
      });
    const lost = await book();
    expect([lost.status, lost.body.code]).toEqual([409, "OPENING_NOT_AVAILABLE"]);
    expect(await appointmentsAt(opening)).toBe(1);
    expect([(await book()).status, await countsOf()]).toEqual([409, [["conflict", 1, 1, 0]]]);
  });

  test("conflict: where the clinic may book beside, a robot citizen holds the time", async () => {
    const opening = await anOpening();
    const book = (fields: object) =>
      hub.request<ProblemBody>("POST", "/v1/appointments", {
        as: clinic.machine.token,
        body: appointmentInput(clinic, { ...opening, ...fields }),
        headers: { "arrimage-sandbox-fault": "conflict" },
      });
    const lost = await book({});
    expect([lost.status, lost.body.code]).toEqual([409, "HELD_BY_CITIZEN"]);
    expect((await book({ acknowledge: ["HELD_BY_CITIZEN"] })).status).toBe(201);
  });

  test("staleEtag: 412 with the object as it is", async () => {
    const { slotId } = await anOpening();
    await rule("staleEtag", { times: 1 });
    const change = (version: number) =>
      hub.request<ProblemBody & { current: { version: number } }>("PATCH", `/v1/slots/${slotId}`, {
        as: clinic.machine.token,
        version,
        body: { visibility: "private" },
      });
    const stale = await change(1);
    expect([stale.status, stale.body.code, stale.body.current.version]).toEqual([412, "PRECONDITION_FAILED", 1]);
    expect((await change(1)).status).toBe(200);
  });

  test("cursorExpired: 410 to whoever goes on from a cursor", async () => {
    const as = clinic.machine.token;
    await rule("cursorExpired", { times: 1 });
    const { body } = await hub.request<{ nextCursor: string }>("GET", "/v1/changes?from=now", { as });
    const follow = () => hub.request<ProblemBody>("GET", `/v1/changes?cursor=${body.nextCursor}`, { as });
    const expired = await follow();
    expect([expired.status, expired.body.code]).toEqual([410, "CURSOR_EXPIRED"]);
    expect((await follow()).status).toBe(200);
  });
});

describe("faults of the connection", () => {
  /** Over a real connection, and in process as `fetch`. */
  const ways = [
    ["over HTTP", (path: string, init: RequestInit) => fetch(`${base}${path}`, init)],
    ["in process", async (path: string, init: RequestInit) => hub.app.request(path, init)],
  ] as const;

  describe.each(ways)("%s", (_way, call) => {
    const post = (opening: object) =>
      call(
        "/v1/appointments",
        requestInit(
          "POST",
          { as: clinic.machine.token, body: appointmentInput(clinic, opening) },
          `either-way-${String(hub.count())}`,
        ),
      );
    const get = (init: RequestInit = {}) =>
      call(slots, { ...requestInit("GET", { as: clinic.machine.token }, ""), ...init });

    test("resetBeforeCommit: nothing was done", async () => {
      await rule("resetBeforeCommit", { times: 1 });
      const opening = await anOpening();
      expect(await failureOf(post(opening))).toBe("TypeError: fetch failed");
      expect(await appointmentsAt(opening)).toBe(0);
    });

    test("lostResponse: it was done, and nobody is told", async () => {
      await rule("lostResponse", { times: 1 });
      const opening = await anOpening();
      expect(await failureOf(post(opening))).toBe("TypeError: fetch failed");
      expect(await appointmentsAt(opening)).toBe(1);
    });

    test("truncatedBody: it was done, half of the answer comes", async () => {
      await rule("truncatedBody", { times: 1 });
      const opening = await anOpening();
      const answer = await post(opening);
      expect(answer.status).toBe(201);
      expect(await failureOf(answer.text())).toContain("terminated");
      expect(await appointmentsAt(opening)).toBe(1);
    });

    test("slowBody: all of it comes, drop by drop", async () => {
      const plain = await (await get()).text();
      await rule("slowBody", { milliseconds: 100, times: 1 });
      const began = performance.now();
      expect(await (await get()).text()).toBe(plain);
      expect(performance.now() - began).toBeGreaterThan(90);
    });

    test("neverAnswers: until the caller gives up, or the time is over", async () => {
      await rule("neverAnswers", { times: 1 });
      expect(await failureOf(get({ signal: AbortSignal.timeout(50) }))).toMatch(/Timeout|fetch failed|aborted/);
      await rule("neverAnswers", { times: 1, milliseconds: 50 });
      expect(await failureOf(get())).toBe("TypeError: fetch failed");
    });
  });
});

test("the request log tells what came in, with the verdict of validation and what befell it", async () => {
  interface Logged {
    operationId: string | null;
    status: number | null;
    code: string | null;
    verdict: string | null;
    faults: string[];
    actorKind: string | null;
    fingerprint: string | null;
    idempotencyKeyHash: string | null;
    seq: number;
  }
  const requests = async (query = "") =>
    (await hub.request<{ items: Logged[] }>("GET", `/sandbox/requests${query}`)).body.items;
  await hub.request("DELETE", "/sandbox/requests");
  const opening = await anOpening();
  const [as, body] = [clinic.machine.token, appointmentInput(clinic, opening)];
  await hub.request("POST", "/v1/appointments", { as, body, key: "key-number-one" });
  await hub.request("POST", "/v1/appointments", { as, body, key: "key-number-one" });
  await hub.request("POST", "/v1/appointments", { as, body: { ...body, colour: "red" }, key: "key-number-two" });
  await hub.request("POST", "/v1/appointments", { as, body, key: null });
  await hub.request("GET", "/v1/slot", { as });
  await hub.request("POST", "/v1/slots/batch", { as, ndjson: true, body: [{ colour: "red" }] });
  await read({ headers: { "arrimage-sandbox-fault": "unavailable" } });
  const logged = await requests();
  expect(
    logged.map(({ operationId, status, code, verdict, faults }) => [operationId, status, code, verdict, ...faults]),
  ).toEqual([
    ["appointments.create", 201, null, "valid"],
    ["appointments.create", 201, null, "valid"],
    ["appointments.create", 400, "UNKNOWN_FIELD", "invalid"],
    ["appointments.create", 400, "IDEMPOTENCY_KEY_REQUIRED", "invalid"],
    [null, 404, null, "unknownOperation"],
    ["slots.batch", 200, null, "invalid"],
    ["slots.list", 503, "UNAVAILABLE", null, "unavailable"],
  ]);
  const [first, again, other] = logged;
  expect([again?.fingerprint, again?.idempotencyKeyHash]).toEqual([first?.fingerprint, first?.idempotencyKeyHash]);
  expect(first?.fingerprint).not.toBe(other?.fingerprint);
  expect(first?.idempotencyKeyHash).not.toBe(other?.idempotencyKeyHash);
  expect(logged.every(({ actorKind }) => actorKind === "machine" || actorKind === null)).toBe(true);
  expect(JSON.stringify(logged)).not.toMatch(/Alice|Tremblay|key-number/);
  // By machine, by operation, behind a sequence number.
  expect(await requests(`?operationId=slots.batch`)).toHaveLength(1);
  expect(await requests(`?clientId=mch_01m8qk5v0e7kqv8f0a3n6c9d2h`)).toEqual([]);
  expect(await requests(`?clientId=${clinic.machine.machineId}&since=${String(first?.seq)}`)).toHaveLength(6);
});
