import type { webcrypto } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { bearer, privateKeyJwt } from "../src/auth.ts";
import type { PrivateJwk } from "../src/keys.ts";
import type { Answer, Sent } from "./fake-hub.ts";
import { baseUrl, failure, fakeHub, json, networkError, problem, slot, startOfTests } from "./fake-hub.ts";

const kinds = {
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, signature: { name: "ECDSA", hash: "SHA-256" } },
  EdDSA: { key: { name: "Ed25519" }, signature: { name: "Ed25519" } },
} as const;
type Kind = keyof typeof kinds;
const pairs = new Map<Kind, webcrypto.CryptoKeyPair>();

beforeAll(async () => {
  for (const kind of ["ES256", "EdDSA"] as const) pairs.set(kind, await generate(kind));
});

async function generate(kind: Kind): Promise<webcrypto.CryptoKeyPair> {
  const pair = await crypto.subtle.generateKey(kinds[kind].key, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("not a pair");
  return pair;
}
function pairOf(kind: Kind): webcrypto.CryptoKeyPair {
  const pair = pairs.get(kind);
  if (!pair) throw new Error(kind);
  return pair;
}
async function jwkOf(kind: Kind): Promise<PrivateJwk> {
  return { ...(await crypto.subtle.exportKey("jwk", pairOf(kind).privateKey)) };
}
async function pemOf(kind: Kind): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", pairOf(kind).privateKey)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.replaceAll(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
}

interface TestIssuer {
  /** Answers before the issuer does, by request: the n-th of all. */
  interrupt?: (sent: Sent, count: number) => Response | Error | undefined;
  /** Whether the API accepts this token. */
  accepts?: (token: string) => boolean;
  date?: () => string;
}

/** A hub with discovery and a token endpoint whose tokens are "token-1", "token-2" …, of 300 s. */
function issuingHub({ interrupt, accepts = () => true, date }: TestIssuer = {}) {
  let issued = 0;
  const answer: Answer = (sent, count) => {
    const interrupted = interrupt?.(sent, count);
    if (interrupted instanceof Error) throw interrupted;
    if (interrupted) return interrupted;
    const headers: Record<string, string> = date ? { date: date() } : {};
    if (sent.target === "/.well-known/oauth-authorization-server") {
      return json({ issuer: "https://issuer.test", token_endpoint: `${baseUrl}/oauth/token` }, 200, headers);
    }
    if (sent.target === "/oauth/token") {
      issued += 1;
      return json({ access_token: `token-${issued}`, token_type: "Bearer", expires_in: 300 }, 200, headers);
    }
    const token = sent.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    return accepts(token) ? json(slot) : problem(401, "INVALID_TOKEN");
  };
  const hub = fakeHub(answer);
  const to = (target: string) => hub.sent.filter((sent) => sent.target === target);
  return {
    ...hub,
    tokenRequests: () => to("/oauth/token"),
    discoveries: () => to("/.well-known/oauth-authorization-server"),
    bearers: () => to("/v1/slots/slt_1").map(({ headers }) => headers.get("authorization")),
  };
}

function assertionOf(sent: Sent | undefined) {
  const jwt = new URLSearchParams(sent?.body).get("client_assertion") ?? "";
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  const decode = (part: string): Record<string, unknown> =>
    // A part of a JWT is a JSON object.
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const signed = new TextEncoder().encode(`${header}.${claims}`);
  return { header: decode(header), claims: decode(claims), signed, signature: Buffer.from(signature, "base64url") };
}

const machine = async () => ({ clientId: "mch_1", privateKey: await jwkOf("ES256") });
const get = (client: ReturnType<ReturnType<typeof issuingHub>["client"]>) => client.slots.get({ slotId: "slt_1" });

describe("the assertion", () => {
  test.each(["ES256", "EdDSA"] as const)("%s: verifies, whichever form the key has", async (kind) => {
    for (const privateKey of [await jwkOf(kind), await pemOf(kind), pairOf(kind).privateKey]) {
      const hub = issuingHub();
      await get(hub.client({}, privateKeyJwt({ clientId: "mch_1", privateKey, keyId: "key-1", scope: "slots.write" })));
      const { header, claims, signed, signature } = assertionOf(hub.tokenRequests()[0]);
      expect(header).toEqual({ alg: kind, typ: "client-authentication+jwt", kid: "key-1" });
      expect(await crypto.subtle.verify(kinds[kind].signature, pairOf(kind).publicKey, signature, signed)).toBe(true);
      const iat = startOfTests / 1_000;
      const jti = expect.stringMatching(/^[\w-]{22}$/) as unknown;
      expect(claims).toEqual({ iss: "mch_1", sub: "mch_1", aud: "https://issuer.test", iat, exp: iat + 60, jti });
      expect(hub.bearers()).toEqual(["Bearer token-1"]);
    }
  });

  test("is sent as a form", async () => {
    const hub = issuingHub();
    await get(hub.client({}, privateKeyJwt({ ...(await machine()), scope: "slots.read slots.write" })));
    const [sent] = hub.tokenRequests();
    expect(sent?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: expect.any(String) as unknown,
      scope: "slots.read slots.write",
    });
  });

  test("names a JWK's own kid, and none when there is none", async () => {
    const jwk = await jwkOf("EdDSA");
    const hubs = [issuingHub(), issuingHub()] as const;
    await get(
      hubs[0].client(
        {},
        privateKeyJwt({ clientId: "mch_1", privateKey: { ...jwk, kid: "own", alg: "EdDSA", use: "sig" } }),
      ),
    );
    await get(hubs[1].client({}, privateKeyJwt({ clientId: "mch_1", privateKey: jwk })));
    expect(assertionOf(hubs[0].tokenRequests()[0]).header).toHaveProperty("kid", "own");
    expect(assertionOf(hubs[1].tokenRequests()[0]).header).not.toHaveProperty("kid");
  });

  test("is a new one for each attempt", async () => {
    const interrupt = (sent: Sent, count: number) =>
      sent.target !== "/oauth/token"
        ? undefined
        : count === 2
          ? networkError("ECONNRESET")
          : count === 3
            ? json({}, 503)
            : undefined;
    const hub = issuingHub({ interrupt });
    await get(hub.client({}, privateKeyJwt(await machine())));
    const ids = hub.tokenRequests().map((sent) => assertionOf(sent).claims["jti"]);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  test("follows the hub's clock when the machine's is wrong", async () => {
    const hubTime = startOfTests - 3_600_000;
    const hub = issuingHub({ date: () => new Date(hubTime).toUTCString() });
    await get(hub.client({}, privateKeyJwt(await machine())));
    expect(assertionOf(hub.tokenRequests()[0]).claims).toMatchObject({
      iat: hubTime / 1_000,
      exp: hubTime / 1_000 + 60,
    });
  });
});

describe("the token", () => {
  test("serves all calls, and is asked for once when many need it at the same time", async () => {
    const hub = issuingHub();
    const client = hub.client({}, privateKeyJwt(await machine()));
    await Promise.all(Array.from({ length: 20 }, () => get(client)));
    await get(client);
    expect([hub.discoveries().length, hub.tokenRequests().length]).toEqual([1, 1]);
    expect(new Set(hub.bearers())).toEqual(new Set(["Bearer token-1"]));
  });

  test("is renewed at 80 % of its life, without a call waiting for it", async () => {
    const hub = issuingHub();
    const client = hub.client({}, privateKeyJwt(await machine()));
    await get(client);
    hub.time.now = startOfTests + 239_999;
    await get(client);
    expect(hub.tokenRequests()).toHaveLength(1);
    hub.time.now = startOfTests + 240_000;
    await get(client);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await get(client);
    expect(hub.tokenRequests()).toHaveLength(2);
    expect(hub.discoveries()).toHaveLength(1);
    expect(hub.bearers()).toEqual([1, 1, 1, 2].map((number) => `Bearer token-${number}`));
  });

  test("that has expired is waited for", async () => {
    const hub = issuingHub();
    const client = hub.client({}, privateKeyJwt(await machine()));
    await get(client);
    hub.time.now = startOfTests + 300_000;
    await get(client);
    expect(hub.bearers()).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("still serves while its renewal fails", async () => {
    let away = false;
    const hub = issuingHub({
      interrupt: ({ target }) => (away && target === "/oauth/token" ? json({}, 500) : undefined),
    });
    const client = hub.client({}, privateKeyJwt(await machine()));
    await get(client);
    away = true;
    hub.time.now = startOfTests + 250_000;
    await get(client);
    await new Promise((resolve) => setTimeout(resolve, 10));
    away = false;
    await get(client);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await get(client);
    expect(hub.bearers()).toEqual([1, 1, 1, 2].map((number) => `Bearer token-${number}`));
    // After a failure the issuer is looked up again: it may have moved, and its clock may say why it failed.
    expect(hub.discoveries()).toHaveLength(2);
  });

  test("is renewed once, and the call repeated once, after INVALID_TOKEN", async () => {
    const hub = issuingHub({ accepts: (token) => token !== "token-1" });
    const client = hub.client({}, privateKeyJwt(await machine()));
    expect(await client.slots.update({ slotId: "slt_1", ifMatch: 1, body: {} })).toMatchObject({ id: "slt_1" });
    expect(hub.bearers()).toEqual(["Bearer token-1", "Bearer token-2"]);

    const refusing = issuingHub({ accepts: () => false });
    const error = await failure(get(refusing.client({}, privateKeyJwt(await machine()))));
    expect(error).toMatchObject({ code: "INVALID_TOKEN", status: 401 });
    expect(refusing.bearers()).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("refused to many calls at once is renewed once for all", async () => {
    const hub = issuingHub({ accepts: (token) => token !== "token-1" });
    const client = hub.client({}, privateKeyJwt(await machine()));
    await Promise.all(Array.from({ length: 5 }, () => get(client)));
    expect(hub.tokenRequests()).toHaveLength(2);
  });

  test("other 401s are final: a suspended machine does not knock again", async () => {
    const interrupt = ({ target }: Sent) =>
      target === "/v1/slots/slt_1" ? problem(401, "MACHINE_SUSPENDED") : undefined;
    const hub = issuingHub({ interrupt });
    expect(await failure(get(hub.client({}, privateKeyJwt(await machine()))))).toMatchObject({
      code: "MACHINE_SUSPENDED",
    });
    expect(hub.tokenRequests()).toHaveLength(1);
    expect(hub.bearers()).toHaveLength(1);
  });

  test("refused by the issuer is the caller's problem, after one request", async () => {
    const interrupt = ({ target }: Sent) =>
      target === "/oauth/token" ? Response.json({ error: "invalid_client" }, { status: 401 }) : undefined;
    const hub = issuingHub({ interrupt });
    expect(await failure(get(hub.client({}, privateKeyJwt(await machine()))))).toMatchObject({
      code: "INVALID_CLIENT",
    });
    expect(hub.tokenRequests()).toHaveLength(1);
    expect(hub.bearers()).toHaveLength(0);
  });

  test("is still fetched for the others when one caller gives up", async () => {
    const stop = new AbortController();
    const hub = issuingHub();
    const client = hub.client({}, privateKeyJwt(await machine()));
    const givenUp = failure(client.slots.get({ slotId: "slt_1" }, { signal: stop.signal }));
    const waiting = get(client);
    await Promise.resolve();
    stop.abort(new Error("no longer"));
    expect(await givenUp).toBe(stop.signal.reason);
    expect(await waiting).toMatchObject({ id: "slt_1" });
    expect(hub.tokenRequests()).toHaveLength(1);
  });
});

describe("a key that cannot be used is explained", () => {
  test.each([
    ["a public JWK", async () => ({ ...(await jwkOf("ES256")), d: undefined }), "is a public JWK"],
    ["another curve", async () => ({ kty: "EC", crv: "P-384", d: "AA" }), "must be a P-256 or an Ed25519 key"],
    ["a broken JWK", async () => ({ ...(await jwkOf("ES256")), d: "AA" }), "could not be read"],
    ["SEC 1", async () => "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----", "openssl pkcs8 -topk8"],
    ["a file name", async () => "./machine.pem", "not another text"],
    [
      "another kind of PEM",
      async () => "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      "must be a P-256",
    ],
    ["a public CryptoKey", async () => pairOf("EdDSA").publicKey, "is not a private key"],
  ])("%s", async (_, key, message) => {
    const privateKey = (await key()) as PrivateJwk | string;
    const hub = issuingHub();
    const error = await failure(get(hub.client({}, privateKeyJwt({ clientId: "mch_1", privateKey }))));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(hub.tokenRequests()).toHaveLength(0);
  });
});

describe("bearer", () => {
  test("a fixed token is final when it is refused", async () => {
    const hub = issuingHub({ accepts: () => false });
    expect(await failure(get(hub.client({}, bearer("fixed"))))).toMatchObject({ code: "INVALID_TOKEN" });
    expect(hub.bearers()).toEqual(["Bearer fixed"]);
  });

  test("a function is asked again once", async () => {
    let asked = 0;
    const hub = issuingHub({ accepts: (token) => token === "asked-2" });
    await get(
      hub.client(
        {},
        bearer(async () => `asked-${(asked += 1)}`),
      ),
    );
    expect(hub.bearers()).toEqual(["Bearer asked-1", "Bearer asked-2"]);
  });
});
