import { afterAll, beforeAll, expect, test } from "vitest";
import { aClinic, aNurse } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

test("LCGA-02 a machine sees the places it is linked with, and no other", async () => {
  const clinic = await aClinic(hub);
  await aClinic(hub);
  const { status, body } = await hub.request("GET", "/v1/caller", { as: clinic.machine.token });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    kind: "machine",
    machineId: clinic.machine.machineId,
    links: [{ establishmentId: clinic.establishmentId, placeId: clinic.placeId, servicesManagedBy: "machine" }],
  });
});

test("APPT-43 a nurse sees the mention that is kept with what they book", async () => {
  const { body } = await hub.request("GET", "/v1/caller", {
    as: (await aNurse(hub, { mention: "redirection" })).token,
  });
  expect(body).toEqual({
    ...{ kind: "nurse", nurseMention: "redirection", machineId: null, employeeId: null, professionalId: null },
    ...{ profile: null, scopes: [], links: [] },
  });
});

test("PERM-01 an employee sees the profile they hold", async () => {
  const { admin } = await aClinic(hub);
  const { body } = await hub.request("GET", "/v1/caller", { as: admin.token });
  expect(body).toMatchObject({ kind: "employee", employeeId: admin.employeeId, profile: "localAdmin" });
});
