import { afterAll, beforeAll, expect, test } from "vitest";
import { aClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { Establishment } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

const register = async (body: object, as?: string) =>
  hub.request<Establishment>("POST", "/v1/establishments", { as: as ?? (await hub.tokens.operator()), body });

test("EST-01 the operator registers an establishment, and nobody else does", async () => {
  const { status, body } = await register({ name: "GMF du Lac", isGmf: true, gmfNumber: "03-117" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: "GMF du Lac", gmfNumber: "03-117", version: 1 });
  const clinic = await aClinic(hub);
  for (const token of [clinic.admin.token, clinic.machine.token])
    expect((await register({ name: "Autre", isGmf: false }, token)).status).toBe(403);
});

test.each([
  ["EST-06", { isGmf: true }, "REQUIRED_FIELD"],
  ["EST-07", { isGmf: false, gmfNumber: "03-117" }, "NOT_A_GMF"],
])("%s is refused with its id and where it stands", async (rule, fields, code) => {
  const { status, body } = await register({ name: "Clinique", ...fields });
  expect(status).toBe(422);
  expect(body).toMatchObject({ violations: [{ rule, code, pointer: "/gmfNumber" }] });
});

test("APPT-02, APPT-03 the past limit is 90 days, or the 365 that the operator sets", async () => {
  expect((await register({ name: "Clinique", isGmf: false })).body.pastLimitDays).toBe(90);
  expect((await register({ name: "Clinique", isGmf: false, pastLimitDays: 365 })).body.pastLimitDays).toBe(365);
});
