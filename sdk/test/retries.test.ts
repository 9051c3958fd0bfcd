import { describe, expect, test } from "vitest";
import { ArrimageConnectionError, isArrimageProblem, retryAfterSeconds } from "../src/problems.ts";
import type { Answer } from "./fake-hub.ts";
import { failure, fakeHub, json, networkError, problem, slot, startOfTests } from "./fake-hub.ts";

const body = { startAt: slot.startAt, endAt: slot.endAt };
const reset = networkError("ECONNRESET");
const refused = networkError("ECONNREFUSED", "connect");
const unavailable = problem(503, "UNAVAILABLE", { retryable: true });

type Client = ReturnType<ReturnType<typeof fakeHub>["client"]>;
const calls = {
  GET: (client: Client) => client.slots.get({ slotId: "slt_1" }),
  "POST with a key": (client: Client) => client.slots.create({ body }),
  PUT: (client: Client) => client.slots.upsertByExternalId({ externalId: "a", body }),
  "list by POST": (client: Client) => client.appointments.search({ body: { nam: "invented" } }),
  "idempotent POST": (client: Client) => client.slots.batch({ body: [] }).collect(),
  "POST without a key": (client: Client) => client.appointments.cancel({ appointmentId: "apt_1", ifMatch: 1 }),
  "conditional PUT": (client: Client) => client.slots.upsertByExternalId({ externalId: "a", ifMatch: 1, body }),
  PATCH: (client: Client) => client.slots.update({ slotId: "slt_1", ifMatch: 1, body: {} }),
  DELETE: (client: Client) => client.slots.delete({ slotId: "slt_1", ifMatch: 1 }),
};
const repeatable = ["GET", "POST with a key", "PUT", "list by POST", "idempotent POST"] as const;
const careful = ["POST without a key", "conditional PUT", "PATCH", "DELETE"] as const;

async function requestsAfter(
  failing: Response | Error,
  call: (client: Client) => PromiseLike<unknown>,
): Promise<number> {
  const hub = fakeHub(failing);
  await failure(call(hub.client()));
  return hub.sent.length;
}

describe("what is repeated", () => {
  test.each(repeatable)("%s: whatever passes by itself", async (kind) => {
    for (const failing of [reset, refused, unavailable, problem(429, "RATE_LIMITED"), json({}, 502), json({}, 504)]) {
      expect(await requestsAfter(failing, calls[kind])).toBe(4);
    }
    expect(await requestsAfter(problem(500, "LOCKED_FOR_A_MOMENT", { retryable: true }), calls[kind])).toBe(4);
  });

  test.each(careful)("%s: only what certainly had no effect", async (kind) => {
    for (const failing of [refused, unavailable, problem(429, "RATE_LIMITED")]) {
      expect(await requestsAfter(failing, calls[kind])).toBe(4);
    }
    for (const failing of [reset, json({}, 502), json({}, 504), problem(500, "X", { retryable: true })]) {
      expect(await requestsAfter(failing, calls[kind])).toBe(1);
    }
  });

  test.each([
    [0, 1],
    [1, 2],
    [9, 4],
  ])("with retries: %d, %d requests", async (retries, requests) => {
    const get = (client: Client) => client.slots.get({ slotId: "slt_1" }, { retries });
    expect(await requestsAfter(unavailable, get)).toBe(requests);
  });

  test("a name that does not resolve and a connection refused on every address were never sent", async () => {
    const both = new AggregateError([1, 2].map(() => Object.assign(new Error("connect"), { syscall: "connect" })));
    expect(await requestsAfter(new TypeError("fetch failed", { cause: both }), calls.DELETE)).toBe(4);
    expect(await requestsAfter(networkError("ENOTFOUND", "getaddrinfo"), calls.DELETE)).toBe(4);
    expect(await requestsAfter(networkError("UND_ERR_CONNECT_TIMEOUT"), calls.DELETE)).toBe(4);
    expect(await requestsAfter(networkError("UND_ERR_SOCKET"), calls.DELETE)).toBe(1);
  });

  test.each([400, 401, 403, 404, 409, 410, 412, 422, 428, 500])("a refusal with %d is final", async (status) => {
    expect(await requestsAfter(problem(status, "NOT_FOUND"), calls["POST with a key"])).toBe(1);
  });

  test("a lost opening is lost, even if an answer called it retryable", async () => {
    expect(await requestsAfter(problem(409, "OPENING_TAKEN", { retryable: true }), calls["POST with a key"])).toBe(1);
  });

  test("a twin still being answered is waited for", async () => {
    const hub = fakeHub(
      problem(409, "IDEMPOTENCY_IN_PROGRESS", { retryable: true }, { "retry-after": "1" }),
      json(slot, 201, { "idempotency-replayed": "true" }),
    );
    expect(await hub.client().slots.create({ body })).toMatchObject({ id: "slt_1" });
    expect(hub.slept).toEqual([1_000]);
  });
});

describe("a repetition", () => {
  test("is the same request under the same key", async () => {
    const hub = fakeHub(reset, unavailable, json(slot, 201));
    await hub.client().slots.create({ body });
    const [first, ...others] = hub.sent.map(({ headers, ...sent }) => ({
      ...sent,
      headers: Object.fromEntries(headers),
    }));
    expect(first?.headers["idempotency-key"]).toMatch(/^[\w-]{22}$/);
    const again = (count: number) => ({
      ...first,
      headers: { ...first?.headers, "arrimage-retry-count": String(count) },
    });
    expect(first?.headers).not.toHaveProperty("arrimage-retry-count");
    expect(others).toEqual([again(1), again(2)]);
  });

  test("sends the lines of a generator again", async () => {
    const hub = fakeHub(reset, new Response('{"outcome":"unchanged"}\n{"outcome":"unchanged"}\n'));
    async function* lines() {
      yield { externalId: "a", startAt: slot.startAt };
      yield { externalId: "b", startAt: slot.startAt };
    }
    await hub.client().slots.batch({ body: lines() }).collect();
    expect(hub.sent[0]?.body.split("\n")).toHaveLength(3);
    expect(hub.sent[1]?.body).toBe(hub.sent[0]?.body);
  });

  test("waits with full jitter, longer each time", async () => {
    const hub = fakeHub(unavailable);
    await failure(hub.client().slots.get({ slotId: "slt_1" }));
    expect(hub.slept).toEqual([0.5 * 500, 0.5 * 1_000, 0.5 * 2_000]);
  });

  test("waits as long as Retry-After says, in seconds or until a date", async () => {
    const until = new Date(startOfTests + 7_000 + 12_000).toUTCString();
    const hub = fakeHub(
      problem(429, "RATE_LIMITED", {}, { "retry-after": "7" }),
      problem(503, "UNAVAILABLE", {}, { "retry-after": until }),
      json(slot),
    );
    await hub.client().slots.get({ slotId: "slt_1" });
    expect(hub.slept).toEqual([7_000, 12_000]);
  });

  test("is left out when the hub asks for more than a minute: coming early would be disobedience", async () => {
    const hub = fakeHub(problem(503, "UNAVAILABLE", { retryable: true }, { "retry-after": "90" }));
    expect(await failure(hub.client().slots.get({ slotId: "slt_1" }))).toMatchObject({ retryAfterSeconds: 90 });
    expect(hub.slept).toEqual([]);
  });

  test("does not go beyond a minute in all", async () => {
    const hub = fakeHub(problem(503, "UNAVAILABLE", {}, { "retry-after": "25" }));
    await failure(hub.client().slots.get({ slotId: "slt_1" }));
    expect(hub.slept).toEqual([25_000, 25_000]);
  });

  test("stops when the caller does", async () => {
    const stop = new AbortController();
    const hub = fakeHub(() => {
      stop.abort(new Error("the clinic closes"));
      return unavailable.clone();
    });
    const error = await failure(hub.client().slots.get({ slotId: "slt_1" }, { signal: stop.signal }));
    expect(error).toBe(stop.signal.reason);
    expect(hub.sent).toHaveLength(1);
  });
});

describe("no answer", () => {
  const never: Answer = () => new Promise<Response>(() => undefined);

  test("within the time given is a connection error that says what to do", async () => {
    const hub = fakeHub(never);
    const error = await failure(
      hub.client().appointments.cancel({ appointmentId: "apt_1", ifMatch: 1 }, { timeoutMs: 5 }),
    );
    expect(error).toBeInstanceOf(ArrimageConnectionError);
    // The document declares no key for it, so none may be promised.
    expect(error).toMatchObject({ maybeReceived: true, idempotencyKey: undefined });
    expect(String(error)).toContain("no answer within 5 ms. It may have reached the hub: read before you write again");
    expect(hub.sent).toHaveLength(1);
  });

  test("ends at once when the caller aborts, also when fetch does not listen", async () => {
    const stop = new AbortController();
    const work = fakeHub(never).client().slots.get({ slotId: "slt_1" }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 5);
    expect(await failure(work)).toBe(stop.signal.reason);
  });

  test("names the key with which a write may be repeated", async () => {
    const hub = fakeHub(reset);
    const error = await failure(hub.client().slots.create({ body }));
    expect(error).toBeInstanceOf(ArrimageConnectionError);
    expect(error).toMatchObject({ maybeReceived: true, idempotencyKey: "AQEBAQEBAQEBAQEBAQEBAQ", cause: reset });
    expect(String(error)).toContain("slots.create: read ECONNRESET. It may have reached the hub: repeat it with");
  });

  test("because nothing listens says so", async () => {
    const error = await failure(fakeHub(refused).client().slots.get({ slotId: "slt_1" }));
    expect(error).toMatchObject({ maybeReceived: false });
    expect(String(error)).toContain("It has not reached the hub.");
    expect(isArrimageProblem(error)).toBe(false);
  });

  test("and half an answer is none", async () => {
    const cutOff = () =>
      new Response(new ReadableStream({ start: (controller) => controller.error(networkError("UND_ERR_SOCKET")) }));
    const hub = fakeHub(cutOff, json(slot));
    expect(await hub.client().slots.get({ slotId: "slt_1" })).toMatchObject({ id: "slt_1" });
  });
});

test("a long poll may be silent for as long as it was asked to be", async () => {
  const limits: number[] = [];
  const hub = fakeHub(json({ items: [], nextCursor: "c" }));
  const setTimeoutOfMachine = globalThis.setTimeout;
  // Only records; the answer comes at once.
  globalThis.setTimeout = ((work: () => void, limit: number) => {
    limits.push(limit);
    return setTimeoutOfMachine(work, limit);
  }) as typeof setTimeout;
  try {
    await hub.client().changes.list({ wait: 45 });
    await hub.client().changes.list({});
  } finally {
    globalThis.setTimeout = setTimeoutOfMachine;
  }
  expect(limits).toEqual([75_000, 30_000]);
});

test.each([
  ["7", 7],
  [" 0 ", 0],
  ["Thu, 04 Mar 2027 12:00:30 GMT", 30],
  ["Thu, 04 Mar 2027 11:00:00 GMT", 0],
  ["-3", null],
  ["soon", null],
  [null, null],
])("Retry-After %j is %j s", (header, seconds) => {
  expect(retryAfterSeconds(header, startOfTests)).toBe(seconds);
});
