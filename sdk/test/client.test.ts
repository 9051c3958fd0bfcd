import { describe, expect, expectTypeOf, test } from "vitest";
import { connect } from "../src/client.ts";
import type { ClinicOperations, ClinicSchemas } from "./generated/clinic.ts";
import { clinicOperations } from "./generated/clinic.ts";
import { failure, fakeHub, json, problem, slot } from "./fake-hub.ts";

describe("a call", () => {
  test("puts path, query, version and body where the document says", async () => {
    const hub = fakeHub(json(slot));
    const client = hub.client();
    await client.slots.update({ slotId: "slt_1/é", ifMatch: 3, body: { endAt: slot.endAt } });
    await client.slots.list({ placeId: "plc 1", from: undefined, limit: 5 });
    await client.agendas.days.close({ professionalId: "pro_1", date: "2027-03-08" });

    const [update, list, close] = hub.sent;
    expect(update).toMatchObject({
      method: "PATCH",
      target: "/v1/slots/slt_1%2F%C3%A9",
      body: JSON.stringify({ endAt: slot.endAt }),
    });
    expect(Object.fromEntries(update?.headers ?? [])).toMatchObject({
      accept: "application/json, application/problem+json",
      authorization: "Bearer a-token",
      "content-type": "application/json",
      "if-match": '"v3"',
    });
    expect(list).toMatchObject({ method: "GET", target: "/v1/slots?placeId=plc+1&limit=5", body: "" });
    expect(list?.headers.has("content-type")).toBe(false);
    expect(close).toMatchObject({ method: "POST", target: "/v1/agendas/pro_1/close?date=2027-03-08" });
  });

  test("sends an ETag as it was answered", async () => {
    const hub = fakeHub(new Response(null, { status: 204 }));
    expect(await hub.client().slots.delete({ slotId: "slt_1", ifMatch: '"v7"' })).toBeUndefined();
    expect(hub.sent[0]?.headers.get("if-match")).toBe('"v7"');
  });

  test("writes lists in the query as the document says", async () => {
    const hub = fakeHub(json({ items: [], nextCursor: null }));
    await hub.client().appointments.list({ ids: ["apt_1", "apt_2"], status: ["active", "cancelled"] });
    expect(hub.sent[0]?.target).toBe("/v1/appointments?ids=apt_1%2Capt_2&status=active&status=cancelled");
  });

  test("carries language and establishment as headers", async () => {
    const hub = fakeHub(json(slot));
    const client = hub.client({ language: "en" });
    await client.slots.get({ slotId: "slt_1" });
    await client.slots.get({ slotId: "slt_1" }, { language: "fr", establishmentId: "est_1" });
    expect(hub.sent.map(({ headers }) => headers.get("accept-language"))).toEqual(["en", "fr"]);
    expect(hub.sent.map(({ headers }) => headers.get("arrimage-establishment"))).toEqual([null, "est_1"]);
  });

  test("gives every POST an idempotency key of 128 bits, or the caller's, and no other method one", async () => {
    const hub = fakeHub(json(slot, 201));
    const client = hub.client();
    const body = { startAt: slot.startAt, endAt: slot.endAt };
    await client.slots.create({ body });
    await client.slots.create({ body }, { idempotencyKey: "mine-0001" });
    await client.slots.upsertByExternalId({ externalId: "a", body });
    expect(hub.sent.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
      "AQEBAQEBAQEBAQEBAQEBAQ",
      "mine-0001",
      null,
    ]);
  });

  test("sends a form without a token where none is needed, and reads text", async () => {
    const hub = fakeHub(json({ access_token: "t" }), new Response("alive"));
    const client = hub.client();
    await client.oauth.token({ body: { grant_type: "client_credentials" } });
    expect(await client.meta.live()).toBe("alive");
    expect(hub.sent[0]).toMatchObject({ body: "grant_type=client_credentials" });
    expect(hub.sent.map(({ headers }) => headers.has("authorization"))).toEqual([false, false]);
  });

  test("keeps fields that it does not know", async () => {
    const hub = fakeHub(json({ ...slot, colour: "green", state: "of next year" }));
    expect(await hub.client().slots.get({ slotId: "slt_1" })).toMatchObject({ colour: "green", state: "of next year" });
  });

  test("keeps a path below the host", async () => {
    const hub = fakeHub(json(slot));
    await hub.client({ baseUrl: "http://proxy.test/hub/" }).slots.get({ slotId: "slt_1" });
    expect(hub.sent[0]?.target).toBe("/hub/v1/slots/slt_1");
  });

  test("answers with its request id on demand", async () => {
    const hub = fakeHub(json(slot, 200, { "x-request-id": "req_9", etag: '"v3"' }));
    const { data, response } = await hub.client().slots.get({ slotId: "slt_1" }).withResponse();
    expect(data.id).toBe("slt_1");
    expect(response).toMatchObject({ status: 200, requestId: "req_9" });
    expect(response.headers.get("etag")).toBe('"v3"');
  });

  test("that fails is one rejection, also when only its response was asked for", async () => {
    // An unhandled second one would fail the run.
    const error = await failure(fakeHub(problem(404, "NOT_FOUND")).client().slots.get({ slotId: "x" }).withResponse());
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(error).toMatchObject({ code: "NOT_FOUND" });
  });

  test("leaves no timer behind: a script ends when its work does", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const client = fakeHub(json(slot), problem(404, "NOT_FOUND"), new Response("{}\n")).client();
    await client.slots.get({ slotId: "slt_1" });
    await failure(client.slots.get({ slotId: "slt_1" }));
    await client.snapshots.create().collect();
    expect(timers()).toBe(before);
  });

  test("tells its hooks what happens, without values", async () => {
    const hub = fakeHub(json({}, 503), json(slot));
    const events: unknown[] = [];
    const hooks = {
      onRequest: (event: object) => events.push(["request", event]),
      onResponse: (event: object) => events.push(["response", event]),
      onRetry: ({ error, ...event }: { error: Error }) => events.push(["retry", error.name, event]),
    };
    await hub.client({ hooks }).slots.get({ slotId: "slt_secret" });
    const operationId = "slots.get";
    expect(events).toEqual([
      ["request", { operationId, attempt: 1 }],
      ["response", { operationId, attempt: 1, status: 503, requestId: "req_1", milliseconds: 0 }],
      ["retry", "ArrimageProblem", { operationId, attempt: 1, delayMilliseconds: 250 }],
      ["request", { operationId, attempt: 2 }],
      ["response", { operationId, attempt: 2, status: 200, requestId: "req_1", milliseconds: 0 }],
    ]);
  });
});

describe("a mistake in the call is told before anything is sent", () => {
  // What a JavaScript caller can write although the types forbid it.
  const careless = (method: unknown) => method as (params?: object) => Promise<unknown>;

  test.each([
    ["a missing path parameter", {}, 'slots.get needs "slotId"'],
    ["an empty one, which would reach the list", { slotId: "" }, 'slots.get needs "slotId"'],
    ["two dots, which would reach another operation", { slotId: ".." }, 'slots.get needs "slotId"'],
    ["an object where a text belongs", { slotId: new Date(0) }, 'slots.get needs "slotId" as text'],
    ["a parameter that does not exist", { slotId: "slt_1", slotID: "x" }, 'slots.get has no parameter "slotID"'],
  ])("%s", async (_, params, message) => {
    const hub = fakeHub();
    const error = await failure(careless(hub.client().slots.get)(params));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(hub.sent).toEqual([]);
  });

  test("lines that are no iterable", async () => {
    const hub = fakeHub();
    const batch = hub.client().slots.batch as unknown as (params: object) => { collect(): Promise<unknown> };
    expect(String(await failure(batch({ body: { externalId: "a" } }).collect()))).toContain(
      "slots.batch takes its lines",
    );
    expect(hub.sent).toEqual([]);
  });

  test("a base URL that is none", () => {
    expect(() => connect<ClinicOperations>(clinicOperations, { baseUrl: "hub.test" })).toThrow(
      "baseUrl is not an address",
    );
  });
});

test("types follow the document", () => {
  // Never called: the types are what is tested.
  const check = (client: ClinicOperations) => {
    expectTypeOf(client.slots.get).parameter(0).toEqualTypeOf<{ slotId: string }>();
    expectTypeOf(client.slots.update)
      .parameter(0)
      .toEqualTypeOf<{ slotId: string; ifMatch: string | number; body: ClinicSchemas["UpdateSlot"] }>();
    expectTypeOf(client.slots.upsertByExternalId)
      .parameter(0)
      .toHaveProperty("ifMatch")
      .toEqualTypeOf<string | number | undefined>();
    expectTypeOf(client.slots.list).parameter(0).toHaveProperty("from").toEqualTypeOf<string | undefined>();
    expectTypeOf(client.snapshots.create)
      .parameter(0)
      .toEqualTypeOf<{ body?: { placeId?: string } | undefined } | undefined>();
    expectTypeOf(client.meta.live).toBeCallableWith();
    expectTypeOf(client.meta.live()).resolves.toEqualTypeOf<string>();
    expectTypeOf(client.slots.delete({ slotId: "", ifMatch: 1 })).resolves.toEqualTypeOf<undefined>();
    expectTypeOf(client.slots.get({ slotId: "" })).resolves.toEqualTypeOf<ClinicSchemas["Slot"]>();
    expectTypeOf(client.slots.list({ placeId: "" }).collect()).resolves.toEqualTypeOf<ClinicSchemas["Slot"][]>();
    expectTypeOf(client.slots.batch)
      .parameter(0)
      .toEqualTypeOf<{ body: Iterable<ClinicSchemas["SlotLine"]> | AsyncIterable<ClinicSchemas["SlotLine"]> }>();
    expectTypeOf(client.slots.batch({ body: [] }).collect()).resolves.toEqualTypeOf<ClinicSchemas["SlotResult"][]>();
    // @ts-expect-error a required parameter is missing
    void client.slots.list({});
    // @ts-expect-error a conditional write needs its version
    void client.slots.delete({ slotId: "" });
    // What was read may be sent back, an enum that a request takes included.
    const sendBack = ({ startAt, endAt, visibility }: ClinicSchemas["Slot"]) =>
      client.slots.create({ body: { startAt, endAt, visibility } });
    // An answer of next year type-checks; a misspelt request does not.
    expectTypeOf<"of next year">().toExtend<ClinicSchemas["Slot"]["state"]>();
    // @ts-expect-error not a visibility
    void client.slots.create({ body: { startAt: "", endAt: "", visibility: "publik" } });
    // The members of a union can be told apart.
    const told = (result: ClinicSchemas["SlotResult"]) => (result.outcome === "refused" ? result.problem : result.slot);
    return [sendBack, told];
  };
  expectTypeOf(check).toBeFunction();
});
