import { createHmac } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machine as machineTable } from "../../db/tables.ts";
import { createKeyring } from "../../http/signing-keys.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { aKeyedMachine, aMachineKey, anAssertion, askToken, tokenForm } from "../../../test/machine-keys.ts";
import type { AssertionChanges, KeyedMachine } from "../../../test/machine-keys.ts";
import { eq } from "drizzle-orm";

let hub: TestHub;
let machine: KeyedMachine;
beforeAll(async () => {
  hub = await createTestHub();
  machine = await aKeyedMachine(hub, { scopes: ["places.read", "slots.read", "slots.write"] });
});
afterAll(() => hub.close());

const seconds = () => Math.floor(hub.clock.wall() / 1000);

describe("what works", () => {
  for (const alg of ["ES256", "EdDSA"]) {
    test(`${alg}: a machine gets a token of five minutes and reads with it`, async () => {
      const own = await aKeyedMachine(hub, { alg });
      const { status, body, headers } = await askToken(hub, await anAssertion(hub, own));
      expect(status).toBe(200);
      expect(body).toMatchObject({ token_type: "Bearer", expires_in: 300 });
      expect(headers.get("cache-control")).toBe("no-store");
      const read = await hub.request("GET", "/v1/establishments", { as: body.access_token });
      expect(read.status).toBe(200);
    });
  }

  test("Ed25519, the new name of EdDSA (RFC 9864), is the same", async () => {
    const own = await aKeyedMachine(hub, { alg: "EdDSA" });
    const { status } = await askToken(hub, await anAssertion(hub, own, { header: { alg: "Ed25519" } }));
    expect(status).toBe(200);
  });

  test("the token is RFC 9068's", async () => {
    const { body } = await askToken(hub, await anAssertion(hub, machine), { scope: "slots.read" });
    const { jti, ...claims } = decodeJwt(body.access_token);
    expect(claims).toEqual({
      iss: hub.deps.config.baseUrl,
      sub: machine.machineId,
      client_id: machine.machineId,
      aud: hub.deps.config.baseUrl,
      scope: "slots.read",
      iat: seconds(),
      exp: seconds() + 300,
    });
    expect(Buffer.from(jti ?? "", "base64url")).toHaveLength(16);
    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg: "ES256", typ: "at+jwt" });
  });

  test("without a scope it has all of the machine's; with one, that one", async () => {
    const all = await askToken(hub, await anAssertion(hub, machine));
    expect(all.body.scope).toBe("places.read slots.read slots.write");
    const one = await askToken(hub, await anAssertion(hub, machine), { scope: "slots.write" });
    expect(one.body.scope).toBe("slots.write");
  });

  test.each([
    ["typ JWT", { header: { typ: "JWT" } }],
    ["no typ", { header: { typ: undefined } }],
    ["a life of 300 s", { claims: () => ({ exp: seconds() + 300 }) }],
    ["iat 10 s ahead", { claims: () => ({ iat: seconds() + 10, exp: seconds() + 70 }) }],
    ["nbf 10 s ahead", { claims: () => ({ nbf: seconds() + 10 }) }],
  ])("%s is accepted", async (_name, { claims, header }: LazyChanges) => {
    const changes = {
      ...(claims === undefined ? {} : { claims: claims() }),
      ...(header === undefined ? {} : { header }),
    };
    expect((await askToken(hub, await anAssertion(hub, machine, changes))).status).toBe(200);
  });
});

interface LazyChanges {
  claims?: () => Record<string, unknown>;
  header?: Record<string, unknown>;
}

describe("an assertion is refused", () => {
  async function refused(changes: AssertionChanges, reason: RegExp, of: KeyedMachine = machine) {
    const { status, body } = await askToken(hub, await anAssertion(hub, of, changes));
    expect(body).toEqual({ error: "invalid_client", error_description: expect.stringMatching(reason) as string });
    expect(status).toBe(401);
  }
  const unsigned = (header: object, claims: object) =>
    [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const rightClaims = () => ({
    iss: machine.machineId,
    sub: machine.machineId,
    aud: hub.deps.config.baseUrl,
    iat: seconds(),
    exp: seconds() + 60,
    jti: `by-hand-${String(hub.count())}`,
  });

  test("wrong key", async () => {
    await refused({ key: await aMachineKey() }, /not signed by a key registered/);
  });
  test("unknown kid", () => refused({ header: { kid: "other" } }, /not signed by a key registered/));
  test("no kid", () => refused({ header: { kid: undefined } }, /kid/));
  test("alg: none", async () => {
    const assertion = `${unsigned({ alg: "none", kid: "main" }, rightClaims())}.`;
    expect((await askToken(hub, assertion)).body).toMatchObject({ error: "invalid_client" });
  });
  test("HS256 with the public key as secret", async () => {
    for (const secret of [JSON.stringify(machine.key.publicJwk), String(machine.key.publicJwk["x"])]) {
      const text = unsigned({ alg: "HS256", kid: "main" }, rightClaims());
      const assertion = `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
      expect((await askToken(hub, assertion)).body).toMatchObject({ error: "invalid_client" });
    }
  });
  for (const alg of ["RS256", "PS256", "ES384"]) {
    test(`${alg}, even with a key of that kind registered`, async () => {
      const own = await aKeyedMachine(hub, { alg });
      await refused({}, /alg must be one of ES256, EdDSA, Ed25519/, own);
    });
  }
  test("EdDSA named over a P-256 key", async () => {
    const other = await aMachineKey("EdDSA");
    await refused({ key: other, header: { alg: "EdDSA" } }, /not signed by a key registered/);
  });
  test("aud is the token endpoint", () =>
    refused({ claims: { aud: `${hub.deps.config.baseUrl}/oauth/token` } }, /aud must be the issuer/));
  test("aud is an array of two values", () =>
    refused({ claims: { aud: [hub.deps.config.baseUrl, "https://other.example"] } }, /aud must be the issuer/));
  test("aud is an array of the issuer alone", () =>
    refused({ claims: { aud: [hub.deps.config.baseUrl] } }, /aud must be the issuer/));
  test("aud is another server", () => refused({ claims: { aud: "https://other.example" } }, /aud must be the issuer/));
  test("iss differs from sub", () => refused({ claims: { iss: "mch_other" } }, /iss and sub/));
  test("another client's id, signed with one's own key", async () => {
    const other = await aKeyedMachine(hub);
    await refused({ claims: { iss: other.machineId, sub: other.machineId } }, /not signed by a key registered/);
  });
  test("an unknown client, in the same words as a wrong key", () =>
    refused(
      { claims: { iss: "mch_none", sub: "mch_none" } },
      /^The assertion is not signed by a key registered for this machine\.$/,
    ));
  test("no sub", () => refused({ claims: { sub: undefined } }, /iss and sub/));
  test("expired", () => refused({ claims: { iat: seconds() - 61, exp: seconds() - 1 } }, /exp/));
  test("expired this second", () => refused({ claims: { iat: seconds() - 60, exp: seconds() } }, /exp/));
  test("exp one year ahead", () => refused({ claims: { exp: seconds() + 31_536_000 } }, /lives at most 300 s/));
  test("exp 301 s ahead", () => refused({ claims: { exp: seconds() + 301 } }, /lives at most 300 s/));
  test("made long ago for now", () =>
    refused({ claims: { iat: seconds() - 86_400, exp: seconds() + 60 } }, /lives at most 300 s/));
  test("iat 61 s ahead", () => refused({ claims: { iat: seconds() + 61, exp: seconds() + 121 } }, /iat/));
  test("no iat", () => refused({ claims: { iat: undefined } }, /iat/));
  test("nbf 61 s ahead", () => refused({ claims: { nbf: seconds() + 61 } }, /nbf/));
  test("exp as text", () => refused({ claims: { exp: String(seconds() + 60) } }, /exp/));
  test("missing jti", () => refused({ claims: { jti: undefined } }, /jti/));
  test("empty jti", () => refused({ claims: { jti: "" } }, /jti/));
  test("replayed jti", async () => {
    const assertion = await anAssertion(hub, machine);
    expect((await askToken(hub, assertion)).status).toBe(200);
    expect((await askToken(hub, assertion)).body).toEqual({
      error: "invalid_client",
      error_description: "This jti has already been used.",
    });
    const again = { claims: { jti: decodeJwt(assertion).jti } };
    await refused(again, /already been used/);
  });
  test("unknown crit", () =>
    refused({ header: { crit: ["urn:example:unknown"], "urn:example:unknown": "x" } }, /header crit/));
  test("jku pointing elsewhere", () => refused({ header: { jku: "https://other.example/jwks" } }, /header jku/));
  test("x5u pointing elsewhere", () => refused({ header: { x5u: "https://other.example/cert" } }, /header x5u/));
  test("jwk of one's own", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    await refused({ header: { jwk: await exportJWK(publicKey) }, key: { privateKey } }, /header jwk/);
  });
  test("typ of another kind of token", () => refused({ header: { typ: "at+jwt" } }, /typ must be/));
  test("an access token used as assertion", async () => {
    const { body } = await askToken(hub, await anAssertion(hub, machine));
    const again = await askToken(hub, body.access_token);
    expect([again.status, again.body.error]).toEqual([401, "invalid_client"]);
  });
  test("something that is no JWT", async () => {
    for (const text of ["x", "a.b.c", "", "e30.e30.", `${"x".repeat(8000)}`]) {
      const answer = await askToken(hub, text);
      expect([answer.status, answer.body.error]).toEqual([401, "invalid_client"]);
    }
  });
  test("a client_id that is not the assertion's", async () => {
    const answer = await askToken(hub, await anAssertion(hub, machine), { client_id: "mch_other" });
    expect([answer.status, answer.body.error]).toEqual([401, "invalid_client"]);
  });
});

test("50 times the same assertion at once, in two processes: exactly one passes", async () => {
  const second = await createTestHub({ database: hub.database, seed: "second" });
  try {
    const assertion = await anAssertion(hub, machine);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => askToken(i % 2 === 0 ? hub : second, assertion)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(49).fill(401)]);
  } finally {
    await second.close();
  }
});

test("a jti is remembered beyond its assertion's life, then forgotten", async () => {
  const own = await createTestHub();
  try {
    const client = await aKeyedMachine(own);
    const remembered = async () => {
      const rows = await own.write([], (tx) => tx.sql<{ count: number }[]>`SELECT count(*)::int FROM assertion_jti`);
      return rows[0]?.count;
    };
    await askToken(own, await anAssertion(own, client));
    own.clock.advanceWall(119_000);
    await askToken(own, await anAssertion(own, client));
    expect(await remembered()).toBe(2);
    own.clock.advanceWall(2_000);
    await askToken(own, await anAssertion(own, client));
    expect(await remembered()).toBe(2);
  } finally {
    await own.close();
  }
});

describe("the request is refused", () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    hub.request<Record<string, string>>("POST", "/oauth/token", {
      body,
      key: null,
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  const right = async () => new URLSearchParams(tokenForm(await anAssertion(hub, machine))).toString();

  test("client_assertion given twice", async () => {
    const { status, body } = await post(`${await right()}&client_assertion=x`);
    expect([status, body["error"]]).toEqual([400, "invalid_request"]);
  });
  test("any parameter given twice", async () => {
    const { status, body } = await post(`${await right()}&unheard=1&unheard=2`);
    expect([status, body["error"]]).toEqual([400, "invalid_request"]);
  });
  test("assertion and secret together", async () => {
    const { status, body } = await post(`${await right()}&client_secret=s`);
    expect([status, body["error"]]).toEqual([400, "invalid_request"]);
  });
  test("assertion and an Authorization header together", async () => {
    const { status, body } = await post(await right(), { authorization: "Basic eDp5" });
    expect([status, body["error"]]).toEqual([400, "invalid_request"]);
  });
  test("another grant", async () => {
    for (const grant of ["authorization_code", "password", "refresh_token"]) {
      const { status, body } = await post((await right()).replace("client_credentials", grant));
      expect([status, body["error"]]).toEqual([400, "unsupported_grant_type"]);
    }
  });
  test("no grant", async () => {
    const { status, body } = await post("scope=slots.read");
    expect([status, body["error"]]).toEqual([400, "invalid_request"]);
  });
  test("no assertion, or of another type", async () => {
    expect((await post("grant_type=client_credentials")).body["error"]).toBe("invalid_client");
    const other = (await right()).replace("jwt-bearer", "saml2-bearer");
    expect((await post(other)).body["error"]).toBe("invalid_client");
  });
  test("JSON instead of a form", async () => {
    const { status, body } = await post(JSON.stringify({ grant_type: "client_credentials" }), {
      "content-type": "application/json",
    });
    expect([status, body["error"]]).toEqual([415, "invalid_request"]);
  });
  test("parameters in the query string", async () => {
    const path = `/oauth/token?${await right()}`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status } = await hub.request("POST", path, { body: "", key: null, headers });
    expect(status).toBe(400);
  });
  test.each(["appointments.write", "slots.read appointments.write", "slots.read unheard.of", "", " slots.read"])(
    "scope %o is more than the machine has",
    async (scope) => {
      const { status, body } = await askToken(hub, await anAssertion(hub, machine), { scope });
      expect([status, body.error]).toEqual([400, "invalid_scope"]);
    },
  );
  test("a failure keeps to ASCII, is not stored by caches, and is answered in OAuth's form in every language", async () => {
    const { headers, body } = await post("grant_type=x", { "accept-language": "fr" });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toContain("application/json");
    expect(body["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });
});

describe("keys and suspension", () => {
  const change = (machineId: string, fields: { status?: "active" | "suspended"; jwks?: unknown }) =>
    hub.write([], (tx) => tx.db.update(machineTable).set(fields).where(eq(machineTable.machineId, machineId)));

  test("a rotated key: the old one is refused, the new one accepted, the machine is the same", async () => {
    const own = await aKeyedMachine(hub);
    const next = await aMachineKey("EdDSA", "next");
    await change(own.machineId, { jwks: { keys: [next.publicJwk] } });
    expect((await askToken(hub, await anAssertion(hub, own))).status).toBe(401);
    const { status, body } = await askToken(hub, await anAssertion(hub, { ...own, key: next }));
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ client_id: own.machineId, sub: own.machineId });
  });

  test("two keys registered at once: both are accepted", async () => {
    const own = await aKeyedMachine(hub);
    const next = await aMachineKey("ES256", "next");
    await change(own.machineId, { jwks: { keys: [own.key.publicJwk, next.publicJwk] } });
    for (const key of [own.key, next])
      expect((await askToken(hub, await anAssertion(hub, { ...own, key }))).status).toBe(200);
  });

  test("a suspended machine gets no token until it is active again, and a refusal uses no jti up", async () => {
    const own = await aKeyedMachine(hub);
    await change(own.machineId, { status: "suspended" });
    const assertion = await anAssertion(hub, own);
    expect((await askToken(hub, assertion)).body).toEqual({
      error: "invalid_client",
      error_description: "This machine is suspended.",
    });
    await change(own.machineId, { status: "active" });
    expect((await askToken(hub, assertion)).status).toBe(200);
  });

  test("only who holds the key learns of a suspension", async () => {
    const own = await aKeyedMachine(hub);
    await change(own.machineId, { status: "suspended" });
    const forged = await askToken(hub, await anAssertion(hub, own, { key: await aMachineKey() }));
    expect(forged.body.error_description).toMatch(/not signed by a key registered/);
  });
});

describe("metadata", () => {
  test("issuer is the address used, and every address is one that answers", async () => {
    const { body } = await hub.request<Record<string, string>>("GET", "/.well-known/oauth-authorization-server");
    const { baseUrl } = hub.deps.config;
    expect(body["issuer"]).toBe(baseUrl);
    const keys = await hub.request("GET", String(body["jwks_uri"]).replace(baseUrl, ""));
    expect(keys.status).toBe(200);
    expect(body["token_endpoint"]).toBe(`${baseUrl}/oauth/token`);
  });

  test("algorithms announced are algorithms accepted", async () => {
    const { body } = await hub.request<Record<string, string[]>>("GET", "/.well-known/oauth-authorization-server");
    expect(body["token_endpoint_auth_methods_supported"]).toEqual(["private_key_jwt"]);
    expect(body["grant_types_supported"]).toEqual(["client_credentials"]);
    const announced = body["token_endpoint_auth_signing_alg_values_supported"] ?? [];
    expect(announced).not.toHaveLength(0);
    for (const alg of announced) {
      const own = await aKeyedMachine(hub, { alg });
      expect([alg, (await askToken(hub, await anAssertion(hub, own))).status]).toEqual([alg, 200]);
    }
  });

  test("the JWKS holds the key that signs, and nothing private", async () => {
    const { body } = await hub.request<{ keys: Record<string, unknown>[] }>("GET", "/.well-known/jwks.json");
    const { body: token } = await askToken(hub, await anAssertion(hub, machine));
    expect(body.keys.map(({ kid }) => kid)).toEqual([decodeProtectedHeader(token.access_token).kid]);
    expect(Object.keys(body.keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
  });
});

test("two processes that start at once agree on one key, and accept each other's tokens", async () => {
  const first = await createTestHub();
  const others = await Promise.all(["b", "c", "d"].map((seed) => createTestHub({ database: first.database, seed })));
  const hubs = [first, ...others];
  try {
    const keys = await Promise.all(hubs.map(({ deps }) => createKeyring(deps).get("access")));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    const own = await aKeyedMachine(first);
    for (const issuing of hubs) {
      const { body } = await askToken(
        issuing,
        await anAssertion(issuing, own, { claims: { jti: `of-${String(hubs.indexOf(issuing))}` } }),
      );
      for (const reading of hubs)
        expect((await reading.request("GET", "/v1/establishments", { as: body.access_token })).status).toBe(200);
    }
  } finally {
    for (const other of others) await other.close();
    await first.close();
  }
});
