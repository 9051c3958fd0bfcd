import { afterAll, beforeAll, expect, test } from "vitest";
import { aClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Vendor } from "./schema.ts";

let hub: TestHub;
let operator: string;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
});
afterAll(() => hub.close());

test("vendors.create registers a vendor, once for each key; vendors.list pages through them", async () => {
  const create = (name: string, key?: string) =>
    hub.request<Vendor>("POST", "/v1/vendors", { as: operator, body: { name }, ...(key === undefined ? {} : { key }) });
  const first = await create("Agendas du Fleuve inc.", "a-key-of-vendors");
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({ version: 1, name: "Agendas du Fleuve inc." });
  expect(first.body.vendorId).toMatch(/^vnd_/);
  expect((await create("Agendas du Fleuve inc.", "a-key-of-vendors")).body).toEqual(first.body);
  const second = await create("Logiciels Saint-Laurent");
  const pageOne = await hub.request<Page<Vendor>>("GET", "/v1/vendors?limit=1", { as: operator });
  expect(pageOne.body.items).toEqual([first.body]);
  const next = `/v1/vendors?limit=1&cursor=${String(pageOne.body.nextCursor)}`;
  const pageTwo = await hub.request<Page<Vendor>>("GET", next, { as: operator });
  expect(pageTwo.body).toEqual({ items: [second.body], nextCursor: null });
});

test("only the operator knows of vendors", async () => {
  const clinic = await aClinic(hub);
  for (const as of [clinic.admin.token, clinic.machine.token]) {
    for (const [method, body] of [["POST", { name: "Moi" }] as const, ["GET", undefined] as const]) {
      const refused = await hub.request<ProblemBody>(method, "/v1/vendors", { as, body });
      expect([refused.status, refused.body.code]).toEqual([403, "FORBIDDEN"]);
    }
  }
});
