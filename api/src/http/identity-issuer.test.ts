import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic } from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestHub } from "../../test/harness.ts";
import { aMachineKey } from "../../test/machine-keys.ts";
import type { MachineKey } from "../../test/machine-keys.ts";

/** A production hub and the identity issuer it is configured with. */

const issuer = "https://identity.example";
const audience = "https://hub.example";

interface IssuerServer {
  server: Server;
  uri: string;
  /** What it publishes, how often it was asked, and whether it fails. */
  keys: MachineKey[];
  asked: number;
  failing: boolean;
}

async function listen(): Promise<IssuerServer> {
  const server = createServer((_request, response) => {
    state.asked += 1;
    response.statusCode = state.failing ? 500 : 200;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ keys: state.keys.map(({ publicJwk }) => publicJwk) }));
  });
  const state: IssuerServer = { server, uri: "", keys: [], asked: 0, failing: false };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has a port.
  const { port } = server.address() as AddressInfo;
  state.uri = `http://127.0.0.1:${String(port)}/jwks`;
  return state;
}

let sandbox: TestHub;
let hub: TestHub;
let identity: IssuerServer;
let key: MachineKey;
let elliptic: MachineKey;
beforeAll(async () => {
  identity = await listen();
  [key, elliptic] = [await aMachineKey("RS256", "rsa"), await aMachineKey("ES256", "ec")];
  identity.keys = [key, elliptic];
  sandbox = await createTestHub();
  hub = await productionHub(identity.uri, "production");
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
  identity.server.close();
});

function productionHub(jwksUri: string, seed: string): Promise<TestHub> {
  const config = { mode: "production", identityIssuer: { issuer, audience, jwksUri } } as const;
  return createTestHub({ database: sandbox.database, seed, config });
}

function aPersonsToken(
  changes: { claims?: Record<string, unknown>; header?: Record<string, unknown>; by?: MachineKey } = {},
): Promise<string> {
  const by = changes.by ?? key;
  const now = Math.floor(hub.clock.wall() / 1000);
  const claims = { iss: issuer, aud: audience, sub: "0a1b", iat: now, exp: now + 600, arrimage_role: "operator" };
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: "at+jwt", ...changes.header })
    .sign(by.privateKey);
}

const read = (as: string, at: TestHub = hub) => at.request<{ code?: string }>("GET", "/v1/establishments", { as });

describe("a token of the configured issuer", () => {
  test("is accepted, by each of its keys and under both usual types", async () => {
    for (const by of [key, elliptic])
      for (const typ of ["at+jwt", "application/at+jwt", "JWT"])
        expect((await read(await aPersonsToken({ by, header: { typ } }))).status).toBe(200);
  });

  test("stands for the employee of its ramq_identifier", async () => {
    const clinic = await aClinic(sandbox);
    const claims = { arrimage_role: "employee", ramq_identifier: clinic.admin.ramqIdentifier.toLowerCase() };
    expect((await read(await aPersonsToken({ claims }))).status).toBe(200);
  });

  test("stands for the nurse of its subject, name and mention", async () => {
    const who = { arrimage_role: "nurse", sub: "f:811:42", name: "Nathalie Gagnon" };
    for (const mention of ["811", "redirection"]) {
      const as = await aPersonsToken({ claims: { ...who, nurse_mention: mention } });
      expect((await hub.request("GET", "/v1/caller", { as })).body).toMatchObject({
        kind: "nurse",
        nurseMention: mention,
      });
    }
  });

  const soon = () => Math.floor(hub.clock.wall() / 1000);
  const wrong: [string, () => Parameters<typeof aPersonsToken>[0]][] = [
    ["another audience", () => ({ claims: { aud: "https://other.example" } })],
    ["no audience", () => ({ claims: { aud: undefined } })],
    ["another issuer", () => ({ claims: { iss: "https://other.example" } })],
    [
      "the hub's own issuer",
      () => ({ claims: { iss: hub.deps.config.baseUrl, client_id: "0a1b", scope: "places.read" } }),
    ],
    ["an expiry in the past", () => ({ claims: { exp: soon() - 1 } })],
    ["no expiry", () => ({ claims: { exp: undefined } })],
    ["no subject", () => ({ claims: { sub: undefined } })],
    ["no role", () => ({ claims: { arrimage_role: undefined } })],
    ["an unheard-of role", () => ({ claims: { arrimage_role: "pharmacist" } })],
    ["a nurse's role without a mention", () => ({ claims: { arrimage_role: "nurse", name: "N" } })],
    [
      "a nurse's role with another mention",
      () => ({ claims: { arrimage_role: "nurse", name: "N", nurse_mention: "Réorientation" } }),
    ],
    ["a nurse's role without a name", () => ({ claims: { arrimage_role: "nurse", nurse_mention: "811" } })],
    ["an employee's role without an identifier", () => ({ claims: { arrimage_role: "employee" } })],
    ["a citizen's role without a NAM", () => ({ claims: { arrimage_role: "citizen" } })],
    ["the type of a logout token", () => ({ header: { typ: "logout+jwt" } })],
    ["no type", () => ({ header: { typ: undefined } })],
  ];
  test.each(wrong)("is refused with %s", async (_name, changes) => {
    const { status, body } = await read(await aPersonsToken(changes()));
    expect([status, body.code]).toEqual([401, "INVALID_TOKEN"]);
  });

  test("is refused when a stranger's key signed it under a known kid", async () => {
    const stranger = await aMachineKey("RS256", "rsa");
    expect((await read(await aPersonsToken({ by: stranger }))).body.code).toBe("INVALID_TOKEN");
  });

  test("under unknown kids makes the issuer be asked no more than once more", async () => {
    await read(await aPersonsToken());
    const before = identity.asked;
    for (let i = 0; i < 5; i++) {
      const { body } = await read(await aPersonsToken({ by: { ...key, kid: `unknown-${String(i)}` } }));
      expect(body.code).toBe("INVALID_TOKEN");
    }
    expect(identity.asked - before).toBeLessThanOrEqual(1);
  });
});

test("an issuer that is away is no fault of the token: 503, and accepted once it is back", async () => {
  const away = await listen();
  away.keys = [key];
  away.failing = true;
  const own = await productionHub(away.uri, "away");
  try {
    const token = await aPersonsToken();
    const refused = await read(token, own);
    expect([refused.status, refused.body.code]).toEqual([503, "UNAVAILABLE"]);
    expect(refused.headers.get("retry-after")).toBe("1");
    away.failing = false;
    expect((await read(token, own)).status).toBe(200);
  } finally {
    await own.close();
    away.server.close();
  }
});

describe("the sandbox's issuer", () => {
  test("opens nothing in production, over the same database and keys", async () => {
    const token = await sandbox.tokens.operator();
    expect((await read(token, sandbox)).status).toBe(200);
    expect((await read(token)).body.code).toBe("INVALID_TOKEN");
  });

  test("does not exist in production", async () => {
    for (const [method, path] of [
      ["POST", "/sandbox/tokens"],
      ["GET", "/sandbox/issuer/jwks.json"],
    ] as const) {
      const { status } = await hub.request(method, path, method === "POST" ? { body: { as: "operator" } } : {});
      expect(status).toBe(404);
    }
  });
});
