import { createHmac } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { SignJWT } from "jose";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOwner } from "../../test/database.ts";
import {
  aCitizen,
  aClinic,
  aGrant,
  aLink,
  aMachine,
  anEmployee,
  anEstablishment,
  aPlace,
  aProfessional,
} from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";
import { aKeyedMachine, anAssertion } from "../../test/machine-keys.ts";
import { withScope } from "../db/scope.ts";
import { machine as machineTable } from "../db/tables.ts";
import type { Actor } from "../domain/actor.ts";
import { operation } from "./operation.ts";
import { serve } from "./serve.ts";
import { createKeyring } from "./signing-keys.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
  mirror(hub);
});
afterAll(() => hub.close());

/** Answers who is calling; machines need slots.read. */
function mirror({ hub: served }: TestHub): void {
  const whoAmI = operation({
    operationId: "test.whoAmI",
    method: "get",
    path: "/test/who-am-i",
    tag: "meta",
    summary: "Who is calling",
    actors: ["machine", "employee", "citizen", "nurse", "operator"],
    scope: "slots.read",
    status: 200,
    result: z.unknown(),
    problems: [],
    example: {},
  });
  serve(served, whoAmI, async ({ actor }) => ({ body: actor }));
}

function whoAmI(token: string | undefined, headers: Record<string, string> = {}, at: TestHub = hub) {
  const as = token === undefined ? {} : { as: token };
  return at.request<Actor & { code?: string }>("GET", "/test/who-am-i", { ...as, headers });
}

async function expectRefusal(answer: ReturnType<typeof whoAmI>, status: number, code: string, rule = "CONTRACT") {
  const refused = await answer;
  expect(refused.body).toMatchObject({ code, violations: [{ rule, code }] });
  expect(refused.status).toBe(status);
  return refused;
}

/** An access token signed with the hub's own key, right except for what is changed. */
async function aToken(
  machineId: string,
  changes: { claims?: Record<string, unknown>; header?: Record<string, unknown> } = {},
): Promise<string> {
  const { kid, privateKey } = await createKeyring(hub.deps).get("access");
  const now = Math.floor(hub.clock.wall() / 1000);
  const { baseUrl } = hub.deps.config;
  const claims = { iss: baseUrl, sub: machineId, client_id: machineId, aud: baseUrl, scope: "slots.read" };
  return new SignJWT({ ...claims, iat: now, exp: now + 300, ...changes.claims })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid, ...changes.header })
    .sign(privateKey);
}

describe("a bearer token", () => {
  test("is required, and the answer says how", async () => {
    const { headers } = await expectRefusal(whoAmI(undefined), 401, "UNAUTHENTICATED");
    expect(headers.get("www-authenticate")).toBe("Bearer");
  });

  test("is not looked for in the query string or the body", async () => {
    const { token } = await aMachine(hub);
    const answer = await hub.request<{ code: string }>("GET", `/test/who-am-i?access_token=${token}`);
    expect([answer.status, answer.body.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  test("control: the token that the refused ones are made of is accepted", async () => {
    const { machineId } = await aMachine(hub);
    expect((await whoAmI(await aToken(machineId))).status).toBe(200);
  });

  const wrong: [string, (machineId: string) => Promise<string> | string][] = [
    ["of another scheme's form", () => "not a token"],
    ["that is no JWT", () => "abc"],
    ["of another audience", (id) => aToken(id, { claims: { aud: "https://other.example" } })],
    ["of another issuer", (id) => aToken(id, { claims: { iss: "https://other.example" } })],
    ["without an issuer", (id) => aToken(id, { claims: { iss: undefined } })],
    ["with typ JWT", (id) => aToken(id, { header: { typ: "JWT" } })],
    ["without typ", (id) => aToken(id, { header: { typ: undefined } })],
    ["that has expired", (id) => aToken(id, { claims: { exp: Math.floor(hub.clock.wall() / 1000) } })],
    ["without an expiry", (id) => aToken(id, { claims: { exp: undefined } })],
    ["that is not valid yet", (id) => aToken(id, { claims: { nbf: Math.floor(hub.clock.wall() / 1000) + 90 } })],
    ["signed under an unknown kid", (id) => aToken(id, { header: { kid: "retired" } })],
    ["without a kid", (id) => aToken(id, { header: { kid: undefined } })],
    ["whose client_id is not its subject", (id) => aToken(id, { claims: { sub: "mch_other" } })],
    ["of a machine that does not exist", () => aToken("mch_none")],
    ["whose payload was altered", async (id) => altered(await aToken(id), { scope: "slots.read slots.write" })],
    ["whose signature was taken away", async (id) => (await aToken(id)).replace(/[^.]+$/, "")],
    ["with alg none", async (id) => unsecured(await aToken(id))],
    ["with HS256 over the public key", async (id) => symmetric(await aToken(id))],
  ];
  test.each(wrong)("%s is refused", async (_name, make) => {
    const { machineId } = await aMachine(hub);
    const { headers } = await expectRefusal(whoAmI(await make(machineId)), 401, "INVALID_TOKEN");
    expect(headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });

  test("an assertion used as access token is refused", async () => {
    const machine = await aKeyedMachine(hub);
    await expectRefusal(whoAmI(await anAssertion(hub, machine)), 401, "INVALID_TOKEN");
    const dressed = await anAssertion(hub, machine, {
      header: { typ: "at+jwt" },
      claims: { client_id: machine.machineId, scope: "slots.read" },
    });
    await expectRefusal(whoAmI(dressed), 401, "INVALID_TOKEN");
  });

  test("two of them are one too many; other schemes are none", async () => {
    const { token } = await aMachine(hub);
    for (const authorization of [
      `Bearer ${token}, Bearer ${token}`,
      "Basic eDp5",
      `DPoP ${token}`,
      "Bearer",
      "Bearer ",
    ])
      await expectRefusal(whoAmI(undefined, { authorization }), 401, "INVALID_TOKEN");
    expect((await whoAmI(undefined, { authorization: `bearer ${token}` })).status).toBe(200);
  });

  test("accepted once is refused from the moment it expires", async () => {
    const own = await createTestHub();
    mirror(own);
    try {
      const { token } = await aMachine(own);
      own.clock.advanceWall(299_999);
      expect((await whoAmI(token, {}, own)).status).toBe(200);
      own.clock.advanceWall(1);
      await expectRefusal(whoAmI(token, {}, own), 401, "INVALID_TOKEN");
    } finally {
      await own.close();
    }
  });

  test("the hub's own time may be anywhere: tokens follow the wall", async () => {
    const { token } = await aMachine(hub);
    const now = hub.clock.now();
    hub.clock.moveTo("2031-01-01T00:00:00Z");
    expect((await whoAmI(token)).status).toBe(200);
    hub.clock.moveTo(now);
  });

  test("of a key that was retired is refused; the new key's is accepted", async () => {
    const own = await createTestHub();
    const { machineId, token } = await aMachine(own);
    await asOwner(own.database.url, (sql) => sql`DELETE FROM signing_key WHERE purpose = 'access'`);
    const restarted = await createTestHub({ database: own.database, seed: "restarted" });
    mirror(restarted);
    try {
      await expectRefusal(whoAmI(token, {}, restarted), 401, "INVALID_TOKEN");
      expect((await whoAmI(await restarted.tokens.machine(machineId), {}, restarted)).status).toBe(200);
    } finally {
      await restarted.close();
      await own.close();
    }
  });
});

function altered(token: string, claims: JWTPayload): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const changed: unknown = { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as JWTPayload), ...claims };
  return [header, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
}

function reheaded(token: string, header: object): string {
  return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${token.split(".")[1] ?? ""}`;
}

function unsecured(token: string): string {
  return `${reheaded(token, { alg: "none", typ: "at+jwt" })}.`;
}

async function symmetric(token: string): Promise<string> {
  const { kid, publicJwk } = await createKeyring(hub.deps).get("access");
  const text = reheaded(token, { alg: "HS256", typ: "at+jwt", kid });
  return `${text}.${createHmac("sha256", JSON.stringify(publicJwk)).update(text).digest("base64url")}`;
}

describe("a machine", () => {
  test("comes with its vendor, its links and what scopes its token and its registration share", async () => {
    const clinic = await aClinic(hub);
    const { machineId, vendorId } = await aMachine(hub, { scopes: ["slots.read", "places.read"] });
    const other = await aPlace(hub, clinic, {});
    await aLink(hub, { machineId }, other, { servicesManagedBy: "staff" });
    const token = await hub.tokens.machine(machineId, ["slots.read", "slots.write"]);
    expect((await whoAmI(token)).body).toEqual({
      kind: "machine",
      machineId,
      vendorId,
      name: expect.any(String) as string,
      scopes: ["slots.read"],
      links: [{ establishmentId: clinic.establishmentId, placeId: other.placeId, servicesManagedBy: "staff" }],
    });
  });

  test("without the operation's scope is refused, and told which", async () => {
    const { machineId } = await aMachine(hub);
    const { headers, body } = await expectRefusal(
      whoAmI(await hub.tokens.machine(machineId, ["places.read"])),
      403,
      "INSUFFICIENT_SCOPE",
    );
    expect(headers.get("www-authenticate")).toBe('Bearer error="insufficient_scope", scope="slots.read"');
    expect(JSON.stringify(body)).toContain("slots.read");
  });

  test("loses a scope that was taken away since the token was made", async () => {
    const { machineId, token } = await aMachine(hub);
    expect((await whoAmI(token)).status).toBe(200);
    await setMachine(hub, machineId, { scopes: ["places.read"] });
    hub.clock.advanceWall(500);
    await expectRefusal(whoAmI(token), 403, "INSUFFICIENT_SCOPE");
  });

  test("is not let into an operation of others", async () => {
    const { token } = await aMachine(hub);
    const answer = await hub.request<{ code: string }>("POST", "/v1/vendors", { as: token, body: {} });
    expect([answer.status, answer.body.code]).toEqual([403, "FORBIDDEN"]);
  });
});

type MachineFields = Partial<typeof machineTable.$inferInsert>;

/** As another process would write it: the hub under test is told nothing. */
async function setMachine({ deps }: TestHub, machineId: string, fields: MachineFields): Promise<void> {
  await withScope(deps.connection, { audience: "operator", establishments: [] }, (tx) =>
    tx.db.update(machineTable).set(fields).where(eq(machineTable.machineId, machineId)),
  );
}

describe("what is known of a caller", () => {
  test("is at most half a second old: a suspension holds in every process, and so does its end", async () => {
    const second = await createTestHub({ database: hub.database, seed: "second", wall: hub.clock.wall() });
    mirror(second);
    try {
      const { machineId, token } = await aMachine(hub);
      for (const at of [hub, second]) expect((await whoAmI(token, {}, at)).status).toBe(200);
      await setMachine(hub, machineId, { status: "suspended" });
      // Control: the facts are cached, so the refusal below is the cache's doing and not a read per request.
      for (const at of [hub, second]) {
        at.clock.advanceWall(499);
        expect((await whoAmI(token, {}, at)).status).toBe(200);
        at.clock.advanceWall(1);
        await expectRefusal(whoAmI(token, {}, at), 401, "MACHINE_SUSPENDED");
      }
      await setMachine(hub, machineId, { status: "active" });
      for (const at of [hub, second]) {
        at.clock.advanceWall(500);
        expect((await whoAmI(token, {}, at)).status).toBe(200);
      }
    } finally {
      await second.close();
    }
  });

  test("is not trusted when the machine's time was set back", async () => {
    const { machineId, token } = await aMachine(hub);
    expect((await whoAmI(token)).status).toBe(200);
    await setMachine(hub, machineId, { status: "suspended" });
    hub.clock.advanceWall(-1);
    await expectRefusal(whoAmI(token), 401, "MACHINE_SUSPENDED");
    hub.clock.advanceWall(1);
  });

  test("is read anew at once in the process that writes it, whatever becomes of the write", async () => {
    const own = await createTestHub();
    mirror(own);
    const suspend = operation({
      operationId: "test.suspend",
      method: "post",
      path: "/test/suspend/{machineId}/{fails}",
      tag: "operator",
      summary: "Suspend",
      actors: ["operator"],
      params: z.object({ machineId: z.string(), fails: z.string() }),
      status: 204,
      problems: [],
      example: {},
    });
    serve(own.hub, suspend, async (_call, { params }) => {
      await setMachine(own, params.machineId, { status: "suspended" });
      if (params.fails === "yes") throw new Error("the answer is lost after the commit");
      return {};
    });
    try {
      const as = await own.tokens.operator();
      for (const [fails, status] of [
        ["no", 204],
        ["yes", 500],
      ] as const) {
        const { machineId, token } = await aMachine(own);
        expect((await whoAmI(token, {}, own)).status).toBe(200);
        expect((await own.request("POST", `/test/suspend/${machineId}/${fails}`, { as })).status).toBe(status);
        await expectRefusal(whoAmI(token, {}, own), 401, "MACHINE_SUSPENDED");
      }
    } finally {
      await own.close();
    }
  });
});

describe("an employee", () => {
  test("comes with work places, grants and, a professional, with their own agenda", async () => {
    const clinic = await aClinic(hub);
    const other = await aPlace(hub, clinic, {});
    const nurse = await anEmployee(hub, clinic, { places: [clinic.place, other] });
    const grant = { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "write" } as const;
    await aGrant(hub, nurse, grant);
    expect((await whoAmI(nurse.token)).body).toEqual({
      kind: "employee",
      employeeId: nurse.employeeId,
      establishmentId: clinic.establishmentId,
      name: expect.any(String) as string,
      profile: "user",
      professionalId: null,
      workPlaceIds: [clinic.placeId, other.placeId].sort(),
      grants: [grant],
    });
    expect((await whoAmI(clinic.professional.token)).body).toMatchObject({ professionalId: clinic.professionalId });
    expect((await whoAmI(clinic.admin.token)).body).toMatchObject({ profile: "localAdmin", professionalId: null });
  });

  test("AUTH-03 a person without an employee record is refused and told whom to ask", async () => {
    const { body } = await expectRefusal(
      whoAmI(await hub.tokens.employee("IPNOBODY")),
      403,
      "NOT_ACTIVE_IN_RVSQ",
      "AUTH-03",
    );
    expect(JSON.stringify(body)).toContain("administrateur");
  });

  test("EMP-18 the record is active through the day of departure, in Québec's time without a work place, and AUTH-03 refuses from the next", async () => {
    const own = await createTestHub({ now: "2027-03-01T23:59:59-05:00" });
    mirror(own);
    try {
      const clinic = await aClinic(own);
      const { token } = await anEmployee(own, clinic, { departureDate: "2027-03-01" });
      expect((await whoAmI(token, {}, own)).status).toBe(200);
      own.clock.advance(1_000);
      await expectRefusal(whoAmI(token, {}, own), 403, "NOT_ACTIVE_IN_RVSQ", "AUTH-03");
    } finally {
      await own.close();
    }
  });

  test("AUTH-06 of several establishments names one in Arrimage-Establishment; of exactly one, it is implied", async () => {
    const [here, there] = [await aClinic(hub), await aClinic(hub)];
    const person = await anEmployee(hub, here, { ramqIdentifier: "CE7H3RE0" });
    expect((await whoAmI(person.token)).body).toMatchObject({ establishmentId: here.establishmentId });
    const second = await anEmployee(hub, there, { ramqIdentifier: "CE7H3RE0", profile: "superUser" });
    await expectRefusal(whoAmI(person.token), 400, "ESTABLISHMENT_REQUIRED", "AUTH-06");
    const chosen = await whoAmI(person.token, { "Arrimage-Establishment": there.establishmentId });
    expect(chosen.body).toMatchObject({ employeeId: second.employeeId, profile: "superUser" });
  });

  test("AUTH-06 a record that ended does not count as an establishment", async () => {
    const [here, there] = [await aClinic(hub), await aClinic(hub)];
    const person = await anEmployee(hub, here, { ramqIdentifier: "CE00LEFT" });
    await anEmployee(hub, there, { ramqIdentifier: "CE00LEFT", departureDate: "2027-02-28" });
    expect((await whoAmI(person.token)).body).toMatchObject({ establishmentId: here.establishmentId });
  });

  test("AUTH-03 an establishment that does not employ the person answers like one that does not exist", async () => {
    const [mine, foreign] = [await aClinic(hub), await anEstablishment(hub)];
    const answers = [];
    for (const establishment of [foreign.establishmentId, "est_00000000000000000000000000", "*"]) {
      const headers = { "Arrimage-Establishment": establishment, "X-Request-Id": "same" };
      answers.push(await expectRefusal(whoAmI(mine.admin.token, headers), 403, "NOT_ACTIVE_IN_RVSQ", "AUTH-03"));
    }
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(answers[2]?.body).toEqual(answers[0]?.body);
  });

  test("sees their own establishment's rights only", async () => {
    const [here, there] = [await aClinic(hub), await aClinic(hub)];
    const colleague = await aProfessional(hub, [there.place]);
    await aGrant(hub, colleague, { placeId: there.placeId, professionalId: there.professionalId, access: "read" });
    const { body } = await whoAmI(here.professional.token);
    expect(body).toMatchObject({ workPlaceIds: [here.placeId], grants: [] });
  });
});

describe("a nurse", () => {
  test("APPT-43 is known by identifier, name and mention, all of them the token's", async () => {
    const nurse = { nurseId: "f:811:42", name: "Nathalie Gagnon", mention: "redirection" } as const;
    expect((await whoAmI(await hub.tokens.nurse(nurse))).body).toEqual({ kind: "nurse", ...nurse });
  });

  test("has nothing to say where citizens or staff are asked for", async () => {
    const token = await hub.tokens.nurse({ nurseId: "f:811:42", name: "Nathalie Gagnon", mention: "811" });
    for (const path of ["/v1/places", "/v1/appointments"])
      expect((await hub.request("GET", path, { as: token })).body).toMatchObject({ code: "FORBIDDEN" });
    const find = await hub.request("POST", "/v1/citizen/appointments/find", { as: token, body: {} });
    expect([find.status, find.body["code"]]).toEqual([403, "FORBIDDEN"]);
  });
});

describe("a citizen", () => {
  test("comes with a normalised NAM and its blind index, and neither is ever logged", async () => {
    const { nam } = await aCitizen(hub);
    const written = `${nam.slice(0, 4).toLowerCase()} ${nam.slice(4, 8)}-${nam.slice(8)}`;
    const { body } = await whoAmI(await hub.tokens.citizen(written));
    expect(body).toEqual({ kind: "citizen", nam, namIndex: hub.deps.secrets.namIndex(nam) });
    expect(hub.logs.join("")).not.toContain(nam);
  });

  test.each(["", "TREM", "TREM 8013 1501", "TREM 8002 3001", "T3EM 8056 1501"])(
    "with %o for a NAM is refused",
    async (nam) => {
      await expectRefusal(whoAmI(await hub.tokens.citizen(nam)), 401, "INVALID_TOKEN");
    },
  );
});
