import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const create = (body: unknown) =>
  hub.request<{ accessToken: string; tokenType: string; expiresIn: number }>("POST", "/sandbox/tokens", {
    body,
    key: null,
  });

describe("tokens.create", () => {
  test("hands out the operator, who reads", async () => {
    const { status, body } = await create({ as: "operator" });
    expect([status, body.tokenType, body.expiresIn]).toEqual([200, "Bearer", 3600]);
    expect((await hub.request("GET", "/v1/establishments", { as: body.accessToken })).status).toBe(200);
  });

  test("hands out an employee, however the identifier is written", async () => {
    const clinic = await aClinic(hub);
    const ramqIdentifier = `IP${clinic.admin.ramqIdentifier.slice(2).toLowerCase()}`;
    const { body } = await create({ as: "employee", ramqIdentifier });
    const read = await hub.request("GET", `/v1/establishments/${clinic.establishmentId}`, { as: body.accessToken });
    expect(read.status).toBe(200);
  });

  test("hands out a citizen, whose subject tells nothing of the NAM", async () => {
    const { nam } = await aCitizen(hub);
    const { body } = await create({ as: "citizen", nam: `${nam.slice(0, 4)} ${nam.slice(4, 8)} ${nam.slice(8)}` });
    const claims = decodeJwt(body.accessToken);
    expect(claims).toMatchObject({ arrimage_role: "citizen", nam, sub: hub.deps.secrets.namIndex(nam) });
  });

  test("APPT-43 hands out a nurse, the same for the same name and mention", async () => {
    const of = async (name: string, mention: string) =>
      decodeJwt((await create({ as: "nurse", name, mention })).body.accessToken);
    const claims = await of("Nathalie Gagnon", "811");
    expect(claims).toMatchObject({ arrimage_role: "nurse", name: "Nathalie Gagnon", nurse_mention: "811" });
    expect((await of("Nathalie Gagnon", "811")).sub).toBe(claims.sub);
    const others = [await of("Nathalie Gagnon", "redirection"), await of("Sylvie Roy", "811")];
    expect(new Set([claims, ...others].map(({ sub }) => sub)).size).toBe(3);
    const { accessToken } = (await create({ as: "nurse", name: "Nathalie Gagnon", mention: "redirection" })).body;
    const { body } = await hub.request("GET", "/v1/caller", { as: accessToken });
    expect(body).toMatchObject({ kind: "nurse", nurseMention: "redirection" });
  });

  test("hands out a machine by its name, as /oauth/token would", async () => {
    const clinic = await aClinic(hub);
    const { body: machine } = await hub.request<{ name: string }>("GET", `/v1/machines/${clinic.machine.machineId}`, {
      as: (await create({ as: "operator" })).body.accessToken,
    });
    const { body } = await create({ as: "machine", name: machine.name });
    expect(body.expiresIn).toBe(300);
    const { body: caller } = await hub.request("GET", "/v1/caller", { as: body.accessToken });
    expect(caller).toMatchObject({ kind: "machine" });
    expect((await create({ as: "machine", name: "nobody's" })).status).toBe(404);
  });

  test("its tokens verify with the keys the sandbox publishes", async () => {
    const { body: keys } = await hub.request<JSONWebKeySet>("GET", "/sandbox/issuer/jwks.json");
    const { body } = await create({ as: "operator" });
    const { payload } = await jwtVerify(body.accessToken, createLocalJWKSet(keys), {
      issuer: `${hub.deps.config.baseUrl}/sandbox/issuer`,
      audience: hub.deps.config.baseUrl,
      currentDate: new Date(hub.clock.wall()),
    });
    expect(payload["arrimage_role"]).toBe("operator");
  });

  test("refuses a NAM that cannot be one, without repeating it", async () => {
    const answer = await create({ as: "citizen", nam: "TREM 8013 1501" });
    expect([answer.status, answer.body]).toMatchObject([422, { code: "INVALID_NAM" }]);
    expect(JSON.stringify(answer.body)).not.toContain("8013");
  });

  test.each([
    {},
    { as: "nurse" },
    { as: "nurse", name: "N" },
    { as: "nurse", name: " ", mention: "811" },
    { as: "employee" },
    { as: "employee", ramqIdentifier: "123456" },
    { as: "citizen" },
  ])("refuses %o", async (body) => {
    expect((await create(body)).status).toBe(400);
  });

  test("refuses a field of another person", async () => {
    expect((await create({ as: "operator", nam: "TREM80561501" })).body).toMatchObject({ code: "UNKNOWN_FIELD" });
  });
});
