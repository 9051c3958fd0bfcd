import { importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesOf } from "../../test/an-appointment.ts";
import { aClinic } from "../../test/factories.ts";
import { searchAsCitizen } from "../../test/citizen-search.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";
import { createSandboxRegistry } from "../features/registry/sandbox-registry.ts";
import type { SandboxMachines } from "../features/sandbox-machines/schema.ts";
import type { WorkGroup } from "../features/work-groups/schema.ts";
import { citizens, clinics } from "./clinics.ts";
import { seedSandbox } from "./seed.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub({ now: "2027-03-04T07:00:00-05:00" });
  expect(await seedSandbox(hub.deps, (request) => hub.app.fetch(request))).toBe(true);
});
afterAll(async () => hub.close());

describe("a fresh sandbox", () => {
  test("has three clinics, one of them a GMF with work groups", async () => {
    const as = await hub.tokens.operator();
    const { body } = await hub.request<{ items: { establishmentId: string; name: string; isGmf: boolean }[] }>(
      "GET",
      "/v1/establishments",
      { as },
    );
    expect(body.items.map(({ name, isGmf }) => [name, isGmf])).toEqual([
      ["GMF des Rives", true],
      ["Clinique du Havre", false],
      ["Sans rendez-vous Laurier", false],
    ]);
    const [{ establishmentId = "" } = {}] = body.items;
    const groups = await hub.request<{ items: WorkGroup[] }>("GET", "/v1/work-groups", {
      as: await hub.tokens.employee("IP100001"),
    });
    expect(
      groups.body.items.map(({ professionalIds, relayTeams }) => [
        professionalIds.length,
        ...relayTeams.map((team) => `${String(team.number)}: ${String(team.professionalIds.length)}`),
      ]),
    ).toEqual([
      [1, "1: 1", "2: 1"],
      [1, "1: 2"],
    ]);
    // Through the hub's own operation: the log knows of them.
    const changes = await changesOf(hub, establishmentId);
    expect(changes.filter(({ objectType }) => objectType === "workGroup")).toHaveLength(2);
  });

  test("offers four weeks from its clock's today, in the zone of each place", async () => {
    const { machines } = await sandboxMachines();
    const citizen = await hub.tokens.citizen("DIAF99533007");
    const havre = machines.find(({ name }) => name === "oscar-pont")?.places[0]?.placeId ?? "";
    const { body } = await searchAsCitizen(
      hub,
      { token: citizen },
      { cascade: "3", consultationReason: "minorEmergency", placeId: havre, limit: 1000 },
    );
    const days = new Set(body.items.map(({ startAt }) => startAt.slice(0, 10)));
    expect(days.size).toBe(20);
    expect(body.items[0]?.startAt).toBe("2027-03-04T09:00:00-04:00");
    expect(body.items.at(-1)?.startAt).toBe("2027-03-31T11:45:00-03:00");
  });

  test("knows its citizens, none of whom can be real", async () => {
    const registry = createSandboxRegistry(hub.deps);
    for (const { nam, firstName, registration } of citizens) {
      expect(nam[10]).toBe("0");
      expect(await registry.find(nam)).toMatchObject({ firstName, registration });
    }
  });

  test("shows its machines' keys, and each opens the hub as a machine does", async () => {
    const { machines } = await sandboxMachines();
    expect(machines.map(({ name, places }) => [name, places.map((place) => place.name)])).toEqual([
      ["agenda-plus", ["Clinique des Rives", "Sans rendez-vous Laurier"]],
      ["oscar-pont", ["Clinique du Havre"]],
    ]);
    for (const { machineId, privateKey } of machines) {
      const assertion = await new SignJWT()
        .setProtectedHeader({ alg: "EdDSA", kid: privateKey.kid })
        .setIssuer(machineId)
        .setSubject(machineId)
        .setAudience(hub.deps.config.baseUrl)
        .setIssuedAt(hub.clock.wall() / 1000)
        .setExpirationTime(hub.clock.wall() / 1000 + 60)
        .setJti(`test-${machineId}`)
        .sign(await importJWK(privateKey, "EdDSA"));
      const { status } = await hub.request("POST", "/oauth/token", {
        key: null,
        form: {
          grant_type: "client_credentials",
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: assertion,
        },
      });
      expect(status).toBe(200);
    }
  });

  test("is seeded once: what is there stays", async () => {
    expect(await seedSandbox(hub.deps, (request) => hub.app.fetch(request))).toBe(false);
    expect(clinics).toHaveLength(3);
  });

  test("shows no key but those it made", async () => {
    await aClinic(hub);
    expect((await sandboxMachines()).machines).toHaveLength(2);
  });
});

async function sandboxMachines(): Promise<SandboxMachines> {
  return (await hub.request<SandboxMachines>("GET", "/sandbox/machines")).body;
}
