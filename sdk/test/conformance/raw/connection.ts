/** HTTP by hand: a signed assertion, a token, retries. No SDK: `fetch` and node:crypto. */
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../../../src/conformance/index.ts";
import type { Wrong } from "./behaviour.ts";

/** What the raw adapter reads of the hub's answers; it believes the contract. */
export interface Said {
  code?: string;
  items?: unknown[];
  nextCursor?: string | null;
  caughtUp?: boolean;
  version?: number;
  slot?: { slotId: string; version: number };
  appointment?: { appointmentId: string; version: number };
  current?: { version: number } | null;
}

export interface Answer {
  status: number;
  /** Empty where nothing was said, or nothing that is an object. */
  body: Said;
}

/** The hub could not be heard; what was sent waits. */
export class HubAway extends Error {}

export interface Connection {
  call(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
  close(): void;
}

const TRIES = 4;

export function connect({ baseUrl, clientId, privateKeyJwk }: Environment, wrong: Wrong): Connection {
  // A JWK is a JWK.
  const jwk = privateKeyJwk as JsonWebKey & { kid: string };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const closing = new AbortController();
  let token: string | null = null;
  let jti = randomUUID();

  async function send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...init, signal: AbortSignal.any([closing.signal, AbortSignal.timeout(10_000)]) });
    } catch {
      throw new HubAway();
    }
  }

  async function signIn(): Promise<string> {
    const found = await send(`${baseUrl}/.well-known/oauth-authorization-server`, {});
    if (found.status !== 200) throw new HubAway();
    const { issuer, token_endpoint: endpoint } = (await found.json()) as { issuer: string; token_endpoint: string };
    const now = Math.floor(Date.now() / 1_000);
    if (!wrong.sameJti) jti = randomUUID();
    const exp = now + (wrong.longAssertion ? 86_400 : 60);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const head = part({ alg: "ES256", typ: "client-authentication+jwt", kid: jwk.kid });
    const unsigned = `${head}.${part({ iss: clientId, sub: clientId, aud: issuer, iat: now, exp, jti })}`;
    const signature = sign("sha256", Buffer.from(unsigned), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
    const answer = await send(endpoint, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: `${unsigned}.${signature}`,
      }),
    });
    if (answer.status !== 200) throw new HubAway();
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  async function once(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<{ answer: Answer; after: number | null }> {
    if (token === null || wrong.tokenForEachCall) token = await signIn();
    const response = await send(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(wrong.createsSlotsWithoutName && method === "POST" && path === "/v1/slots"
          ? { "idempotency-key": randomUUID() }
          : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text().catch(() => {
      if (wrong.takesBrokenAnswers) return "";
      throw new HubAway();
    });
    let parsed: Said = {};
    try {
      if (text !== "") parsed = JSON.parse(text) as Said;
    } catch {
      if (!wrong.takesBrokenAnswers) throw new HubAway();
    }
    const after = response.headers.get("retry-after");
    return { answer: { status: response.status, body: parsed }, after: after === null ? null : Number(after) };
  }

  return {
    close: () => closing.abort(),
    async call(method, path, { body, headers = {} } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        let waits = wrong.retriesAtOnce ? 0 : 100 * 2 ** (attempt - 1);
        try {
          const { answer, after } = await once(method, path, body, headers);
          const { status } = answer;
          if (status === 401 && !wrong.neverRenewsToken && attempt < TRIES) {
            token = null;
            if (answer.body.code === "INVALID_TOKEN") continue;
          }
          const passing = status === 429 || (status >= 500 && !wrong.givesUpAtServerErrors);
          if (!passing) {
            if (status === 401) throw new HubAway(answer.body.code);
            return answer;
          }
          const obeys = !wrong.ignoresRetryAfter && (status === 429 || !wrong.waitsOnlyAfter429);
          if (after !== null && obeys) waits = after * 1_000;
        } catch (error) {
          if (!(error instanceof HubAway) || error.message !== "") throw error;
          if (wrong.takesSilenceForDone && method !== "GET") return { status: 204, body: {} };
        }
        if (attempt >= (wrong.retriesAtOnce ? 60 : TRIES)) throw new HubAway();
        await sleep(waits, undefined, { signal: closing.signal }).catch(() => {
          throw new HubAway("closed");
        });
      }
    },
  };
}
