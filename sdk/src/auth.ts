/** How a client proves who it is: a machine's private key, or a token that the caller obtains. */
import { toBase64url } from "./base64url.ts";
import { raceAbort } from "./race-abort.ts";
import { exchange } from "./exchange.ts";
import type { Hooks } from "./exchange.ts";
import { readJson } from "./json.ts";
import type { ExternalSigner, PrivateJwk, Signer, WebCryptoKey } from "./keys.ts";
import { createSigner } from "./keys.ts";
import type { RetryBudget } from "./retries.ts";
import { TOTAL_DEADLINE } from "./retries.ts";
import type { Runtime } from "./runtime.ts";

/** Given to `createClient`; the client connects it to its own `fetch` and clock. */
export type Auth = (connection: {
  baseUrl: string;
  runtime: Runtime;
  hooks: Hooks;
  budget?: RetryBudget | undefined;
}) => TokenSource;

export interface TokenSource {
  token(signal?: AbortSignal): Promise<string>;
  /** The hub did not accept this token (401 `INVALID_TOKEN`). True when `token` may have another. */
  refused(token: string): boolean;
}

/** A token obtained elsewhere, or the function that obtains one: asked for each request, and again after a 401. */
export function bearer(token: string | (() => string | Promise<string>)): Auth {
  return () => ({
    token: async () => (typeof token === "string" ? token : token()),
    refused: () => typeof token === "function",
  });
}

export interface MachineKey {
  /** The machine identifier. */
  clientId: string;
  /** P-256 or Ed25519: a JWK, PEM (PKCS #8), a `CryptoKey` with the usage "sign", or what signs with a key kept elsewhere. */
  privateKey: PrivateJwk | string | WebCryptoKey | ExternalSigner;
  /** The registered key's `kid`; a JWK's own when absent. */
  keyId?: string | undefined;
  /** Scopes separated by spaces; all that the machine has when absent. */
  scope?: string | undefined;
}

interface AccessToken {
  value: string;
  /** Milliseconds since 1970 on the client's clock. */
  renewAt: number;
  expiresAt: number;
}

/** RFC 8414; its other members do not matter here. */
interface Metadata {
  issuer: string;
  token_endpoint: string;
}

const ATTEMPT_LIMIT = 10_000;
const ASSERTION_SECONDS = 60;
const RENEW_AT = 0.8;

/**
 * OAuth 2.0 client credentials with a signed assertion (RFC 7523, `private_key_jwt`): no secret leaves the machine.
 * One token serves all calls; it is renewed in the background at 80 % of its life, and once after a 401.
 */
export function privateKeyJwt(machine: MachineKey): Auth {
  return ({ baseUrl, runtime, hooks, budget }) => {
    let current: AccessToken | undefined;
    let renewal: Promise<AccessToken> | undefined;
    let metadata: Metadata | undefined;
    let signer: Promise<Signer> | undefined;
    /** Milliseconds that the hub's clock is ahead; at most the truth, so that no assertion is from the future. */
    let skew = 0;
    const adjust = (headers: Headers): void => {
      const date = Date.parse(headers.get("date") ?? "");
      if (!Number.isNaN(date)) skew = date - runtime.now();
    };

    const plain = { budget, repeatable: true, attemptLimit: ATTEMPT_LIMIT, totalLimit: TOTAL_DEADLINE };
    const discover = async (): Promise<Metadata> => {
      const url = `${baseUrl}/.well-known/oauth-authorization-server`;
      const request = { method: "GET", url, headers: { accept: "application/json" } };
      const call = { ...plain, operationId: "auth.discovery", request: () => request, read: readJson };
      const { data, response } = await exchange(runtime, hooks, call);
      adjust(response.headers);
      if (!hasStrings(data, "issuer", "token_endpoint"))
        throw new TypeError(`${url} names no issuer or token_endpoint.`);
      return data;
    };

    const renew = async (): Promise<AccessToken> => {
      const { issuer, token_endpoint: url } = (metadata ??= await discover());
      const sign = await (signer ??= createSigner(machine.privateKey));
      const started = runtime.now();
      const { data, response } = await exchange(runtime, hooks, {
        ...plain,
        operationId: "auth.token",
        // A new assertion for each attempt: its `jti` may be used only once.
        request: async () => ({
          method: "POST",
          url,
          headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
          body: tokenRequest(machine.scope, await assertion(machine, sign, issuer, runtime, skew)),
        }),
        read: readJson,
      });
      adjust(response.headers);
      if (!hasStrings(data, "access_token")) throw new TypeError(`${url} answered no access_token.`);
      // RFC 6749 lets expires_in be absent; five minutes is this hub's life of a token.
      const life = 1_000 * ("expires_in" in data && typeof data.expires_in === "number" ? data.expires_in : 300);
      return { value: data.access_token, renewAt: started + RENEW_AT * life, expiresAt: started + life };
    };

    /** One for all who need it; who stops waiting leaves it running for the others. */
    const startRenewal = (): Promise<AccessToken> =>
      (renewal ??= renew()
        .then((token) => (current = token))
        .catch((error: unknown) => {
          // The next try asks again where the endpoint is and what time it is there.
          metadata = undefined;
          throw error;
        })
        .finally(() => (renewal = undefined)));

    return {
      async token(signal) {
        signal?.throwIfAborted();
        const now = runtime.now();
        if (current && now < current.renewAt) return current.value;
        const renewed = startRenewal();
        if (!current || now >= current.expiresAt) return (await raceAbort(renewed, signal)).value;
        // The old one still serves: a hub that is slow or away for a moment stops nobody, and the next call tries again.
        renewed.catch(() => undefined);
        return current.value;
      },
      refused(token) {
        if (current?.value === token) current = undefined;
        return true;
      },
    };
  };
}

function tokenRequest(scope: string | undefined, clientAssertion: string): string {
  return new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: clientAssertion,
    ...(scope === undefined ? {} : { scope }),
  }).toString();
}

/** RFC 7523, with the header type that keeps it from being taken for another kind of token. */
async function assertion(
  { clientId, keyId }: MachineKey,
  signer: Signer,
  issuer: string,
  runtime: Runtime,
  skew: number,
): Promise<string> {
  const kid = keyId ?? signer.keyId;
  const iat = Math.floor((runtime.now() + skew) / 1_000);
  const header = { alg: signer.alg, typ: "client-authentication+jwt", ...(kid === undefined ? {} : { kid }) };
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: issuer,
    iat,
    exp: iat + ASSERTION_SECONDS,
    jti: toBase64url(runtime.randomBytes(16)),
  };
  const encode = (part: object): string => toBase64url(new TextEncoder().encode(JSON.stringify(part)));
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${await signer.sign(signed)}`;
}

function hasStrings<K extends string>(value: unknown, ...keys: K[]): value is Record<K, string> {
  if (typeof value !== "object" || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  return keys.every((key) => typeof entries.get(key) === "string");
}
