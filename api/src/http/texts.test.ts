import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic } from "../../test/factories.ts";
import type { AClinic } from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";
import type { ProblemBody } from "./problem.ts";

/** What no column can hold is refused where it stands, and breaks nothing else. */

let hub: TestHub;
let clinic: AClinic;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

const aLine = (externalId: string, fields: object = {}) => ({
  externalId,
  professionalId: clinic.professionalId,
  startAt: "2027-03-08T09:00:00-05:00",
  endAt: "2027-03-08T10:00:00-05:00",
  ...fields,
});

describe("texts and times", () => {
  test.each([
    ["a NUL", "Clinique\0"],
    ["half a surrogate pair", "Clinique \ud83d"],
  ])("%s is refused where it stands", async (_what, name) => {
    const as = await hub.tokens.operator();
    const { status, body } = await hub.request("POST", "/v1/establishments", { as, body: { name, isGmf: false } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ violations: [{ code: "INVALID_REQUEST", pointer: "/name" }] });
  });

  test.each(["9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2200-01-01T00:00:00Z"])(
    "an instant outside the years of agendas is refused: %s",
    async (from) => {
      const path = `/v1/slots?placeId=${clinic.placeId}&from=${encodeURIComponent(from)}`;
      const { status, body } = await hub.request("GET", path, { as: clinic.machine.token });
      expect([status, body["code"]]).toEqual([400, "INVALID_REQUEST"]);
    },
  );
});

describe("nesting", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

  test.each([
    [33, "/0".repeat(32)],
    [50_000, "/0".repeat(32)],
  ])("a body of %d arrays in each other is refused where it is too deep", async (depth, pointer) => {
    const as = await hub.tokens.operator();
    const answer = await hub.request("POST", "/v1/establishments", { as, body: nested(depth) });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ violations: [{ code: "INVALID_REQUEST", pointer }] });
  });

  test("what is not too deep is refused for what it is", async () => {
    const as = await hub.tokens.operator();
    const answer = await hub.request("POST", "/v1/establishments", { as, body: nested(32) });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ violations: [{ code: "INVALID_REQUEST", pointer: "" }] });
  });

  test("a line too deep costs only itself", async () => {
    const lines = [aLine("shallow"), aLine("deep", { placeId: JSON.parse(nested(3000)) as unknown }), aLine("after")];
    const { body } = await hub.request<{ outcome: string; problem: { code: string } | null }[]>(
      "POST",
      "/v1/slots/batch",
      { as: clinic.machine.token, ndjson: true, body: lines },
    );
    expect(body.map(({ outcome, problem }) => [outcome, problem?.code ?? null])).toEqual([
      ["created", null],
      ["refused", "INVALID_REQUEST"],
      ["created", null],
    ]);
  });
});

describe("lines", () => {
  interface Result {
    index: number;
    outcome: string;
    problem: { code: string } | null;
  }

  test("an over-long line, or one with a NUL, costs only itself", async () => {
    const lines = [aLine("one"), { ...aLine("two"), filler: "x".repeat(300_000) }, aLine("th\0ree"), aLine("four")];
    const { body } = await hub.request<Result[]>("POST", "/v1/slots/batch", {
      as: clinic.machine.token,
      ndjson: true,
      body: lines,
    });
    expect(body.map(({ index, outcome, problem }) => [index, outcome, problem?.code ?? null])).toEqual([
      [0, "created", null],
      [1, "refused", "BODY_TOO_LARGE"],
      [2, "refused", "INVALID_REQUEST"],
      [3, "created", null],
    ]);
  });
});

describe("what a schema refuses, in both languages", () => {
  const asked = {
    "whole seconds": () => ["/v1/appointments", { startAt: "2027-03-08T09:00:00.5-05:00", patient: {} }],
    "another shape": () => [
      `/v1/agendas/${clinic.professionalId}/close`,
      {
        placeId: clinic.placeId,
        ...{ from: "2027-03-08T09:00:00-05:00", to: "2027-03-08T10:00:00-05:00", appointments: "burn" },
      },
    ],
  } as const satisfies Record<string, () => readonly [string, object]>;

  test.each([
    ["whole seconds", "/startAt", "Des secondes entières seulement.", "Whole seconds only."],
    [
      "another shape",
      "/appointments",
      'Option invalide : une valeur parmi "cancel"|"keep"|"move" attendue',
      "Invalid discriminator value. Expected 'cancel' | 'keep' | 'move'",
    ],
  ] as const)("%s", async (which, pointer, fr, en) => {
    const [path, body] = asked[which]();
    const told = [];
    for (const language of ["fr", "en"]) {
      const headers = { "accept-language": language };
      const answer = await hub.request<ProblemBody>("POST", path, { as: clinic.admin.token, body, headers });
      told.push(...answer.body.violations.map((each) => [each.pointer, each.detail]));
    }
    expect(told).toEqual([
      [pointer, fr],
      [pointer, en],
    ]);
  });
});

describe("content", () => {
  const latin1 = (body: object) => Buffer.from(JSON.stringify(body), "latin1");
  const send = async (
    path: string,
    body: Uint8Array<ArrayBuffer> | string | undefined,
    headers: Record<string, string>,
  ) => {
    const answer = await hub.app.request(path, {
      method: "POST",
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${clinic.machine.token}`, ...headers },
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const json = { "content-type": "application/json" };

  test("that is not UTF-8 is refused rather than read with its letters lost", async () => {
    const { status, text } = await send("/v1/inbox/lease", latin1({ limit: 1, é: 1 }), json);
    expect([status, JSON.parse(text)]).toMatchObject([400, { code: "MALFORMED_BODY" }]);
  });

  test("of a batch, the line alone", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`\uFEFF${JSON.stringify(aLine("été-1"))}\r\n`.replaceAll("été", "ete")),
      latin1(aLine("two", { note: "é" })),
      Buffer.from(`\n \t\r\n${JSON.stringify(aLine("three"))}`),
    ]);
    const { text } = await send("/v1/slots/batch", bytes, { "content-type": "application/x-ndjson" });
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { outcome: string; problem?: { code: string } });
    expect(lines.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual([
      ["created", undefined],
      ["refused", "MALFORMED_BODY"],
      ["created", undefined],
    ]);
  });

  test.each([
    ["/v1/inbox/lease", "application/json", { "content-type": "text/plain" }],
    ["/v1/inbox/lease", "application/json", { "content-type": "application/json; charset=iso-8859-1" }],
    ["/v1/inbox/lease", "application/json", { ...json, "content-encoding": "gzip" }],
    ["/v1/slots/batch", "application/x-ndjson", json],
    ["/v1/slots/batch", "application/x-ndjson", { "content-type": "application/x-ndjson", "content-encoding": "br" }],
  ])("%s takes %s alone, in UTF-8 and not compressed: %j", async (path, accepted, headers) => {
    const { status, headers: answered, text } = await send(path, "{}", headers);
    expect([status, answered.get("accept")]).toEqual([415, accepted]);
    expect(JSON.parse(text)).toMatchObject({
      code: "UNSUPPORTED_MEDIA_TYPE",
      detail: expect.stringContaining(accepted) as string,
    });
  });

  test("in UTF-8 by name", async () => {
    for (const charset of ["utf-8", "UTF8", '"utf-8"'])
      expect(
        (await send("/v1/inbox/lease", "{}", { "content-type": `application/json;charset=${charset}` })).status,
      ).toBe(200);
  });

  test("of an operation that takes none: an empty object, or a refusal of what is in it", async () => {
    const path = "/v1/webhook-deliveries/whd_01m8qk5v0e7kqv8f0a3n6c9d2h/redeliver";
    const key = { "idempotency-key": "0123456789abcdef" };
    for (const body of [undefined, "", "{}"])
      expect([body, (await send(path, body, { ...json, ...key })).status]).toEqual([body, 404]);
    const { status, text } = await send(path, '{"seq":1}', { ...json, ...key });
    expect([status, JSON.parse(text)]).toMatchObject([
      400,
      { violations: [{ code: "UNKNOWN_FIELD", pointer: "/seq" }] },
    ]);
  });
});

describe("what is not in the contract", () => {
  test.each([
    [{ "if-match": "v3" }, "", "/header/If-Match", 'attendu "v3".'],
    [{ "if-match": '"v3"' }, "?dryRun=TRUE", "/query/dryRun", "attendu true | false."],
  ])("%j %s says what would be", async (headers, query, pointer, expected) => {
    const path = `/v1/places/${clinic.placeId}${query}`;
    const answer = await hub.request<ProblemBody>("PATCH", path, { as: clinic.admin.token, headers, body: {} });
    expect(answer.body).toMatchObject({ code: "INVALID_REQUEST", violations: [{ pointer }] });
    expect(answer.body.detail).toContain(expected);
  });

  test("a short Idempotency-Key, a cursor of another list, a number twice", async () => {
    const as = clinic.machine.token;
    const path = "/v1/webhook-deliveries/whd_01m8qk5v0e7kqv8f0a3n6c9d2h/redeliver";
    const key = await hub.request<ProblemBody>("POST", path, { as, key: "short" });
    expect(key.body.violations).toMatchObject([{ pointer: "/header/Idempotency-Key" }]);
    const cursor = await hub.request<ProblemBody>("GET", "/v1/places?cursor=abc.def", { as });
    expect(cursor.body.violations).toMatchObject([{ code: "CURSOR_INVALID", pointer: "/query/cursor" }]);
    const twice = await hub.request<ProblemBody>("GET", "/v1/places?limit=1&limit=2", { as });
    expect(twice.body.violations).toMatchObject([{ pointer: "/query/limit", detail: "Attendu : un nombre." }]);
  });

  test("a name that looks like a health insurance number is not repeated", async () => {
    const as = clinic.machine.token;
    const body = { DIAF99533007: 1 };
    const answer = await hub.request<ProblemBody>("POST", "/v1/inbox/lease", { as, key: null, body });
    expect(answer.body.violations).toMatchObject([{ code: "UNKNOWN_FIELD", pointer: "/DIAF…" }]);
  });

  test.each([
    [{ limit: "one" }, "Attendu : un nombre.", "Invalid input: expected number, received string."],
    [{ limit: 0 }, "Au moins 1.", "Too small: expected number to be >=1."],
    [{ limit: 1e9 }, /^Au plus \d+\.$/, /^Too big: expected number to be <=\d+\.$/],
  ])("%j, in both languages, as sentences", async (body, fr, en) => {
    for (const [language, text] of [
      ["fr", fr],
      ["en", en],
    ] as const) {
      const headers = { "accept-language": language };
      const answer = await hub.request<ProblemBody>("POST", "/v1/inbox/lease", {
        as: clinic.machine.token,
        key: null,
        body,
        headers,
      });
      expect(answer.body.detail).toMatch(text);
    }
  });
});

describe("more than anybody reads", () => {
  const unknownFields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${String(i)}`, 1]));

  test("of 20,000 fields that do not exist, 100 are named and the others counted", async () => {
    const as = await hub.tokens.operator();
    const { status, body } = await hub.request<ProblemBody>("POST", "/v1/establishments", {
      as,
      body: { name: "Clinique", isGmf: false, ...unknownFields(20_000) },
    });
    expect([status, body.violations.length, body.violationsLeftOut]).toEqual([400, 100, 19_900]);
    expect(body.violations.at(-1)).toMatchObject({ code: "UNKNOWN_FIELD", pointer: "/f99" });
    const { body: few } = await hub.request<ProblemBody>("POST", "/v1/establishments", {
      as,
      body: { name: "Clinique", isGmf: false, ...unknownFields(100) },
    });
    expect([few.violations.length, "violationsLeftOut" in few]).toEqual([100, false]);
  });

  test.each(["/v1/slots/batch", "/v1/appointments/batch"])("nor of a line of %s", async (path) => {
    const { body } = await hub.request<{ problem: Pick<ProblemBody, "violations" | "violationsLeftOut"> }[]>(
      "POST",
      path,
      {
        ...{ as: clinic.machine.token, ndjson: true, key: null },
        body: [aLine("many", unknownFields(2000))],
      },
    );
    expect(body.map(({ problem }) => problem.violations.length)).toEqual([100]);
    expect(body[0]?.problem.violationsLeftOut).toBeGreaterThanOrEqual(1900);
  });

  test("nor by OAuth, whose refusal is one sentence after the other", async () => {
    const form = Object.fromEntries(Object.keys(unknownFields(100_000)).map((name) => [name, "1"]));
    const answer = await hub.request("POST", "/oauth/token", { form, key: null });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
  });
});
