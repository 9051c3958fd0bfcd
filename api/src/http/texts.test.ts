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
