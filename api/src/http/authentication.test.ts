import { afterAll, beforeAll, expect, test } from "vitest";
import { aCitizen, aClinic } from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const path = "/v1/establishments";

test("a machine, an employee and the operator read, each with a token of its own", async () => {
  const clinic = await aClinic(hub);
  for (const as of [clinic.machine.token, clinic.admin.token, clinic.professional.token]) {
    const { status, body } = await hub.request<{ items: { establishmentId: string }[] }>("GET", path, { as });
    expect(status).toBe(200);
    expect(body.items.map(({ establishmentId }) => establishmentId)).toEqual([clinic.establishmentId]);
  }
  const operator = await hub.request("GET", path, { as: await hub.tokens.operator() });
  expect(operator.status).toBe(200);
  const citizen = await aCitizen(hub);
  expect((await hub.request("GET", path, { as: citizen.token })).body).toMatchObject({
    status: 403,
    code: "FORBIDDEN",
  });
});
