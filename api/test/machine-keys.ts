import { CompactSign, exportJWK, generateKeyPair } from "jose";
import type { CryptoKey } from "jose";
import { aMachine } from "./factories.ts";
import type { AMachine, MachineFields } from "./factories.ts";
import type { TestAnswer, TestHub } from "./harness.ts";

/** A machine's key pair, as a vendor's installation would make it. */
export interface MachineKey {
  alg: string;
  kid: string;
  publicJwk: Record<string, unknown>;
  privateKey: CryptoKey;
}

export async function aMachineKey(alg = "ES256", kid = "main"): Promise<MachineKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" }, privateKey };
}

export interface KeyedMachine extends AMachine {
  key: MachineKey;
}

/** A machine that can prove itself at /oauth/token. */
export async function aKeyedMachine(
  hub: TestHub,
  fields: MachineFields & { alg?: string } = {},
): Promise<KeyedMachine> {
  const key = await aMachineKey(fields.alg);
  return { ...(await aMachine(hub, { ...fields, jwks: { keys: [key.publicJwk] } })), key };
}

export interface AssertionChanges {
  /** Undefined leaves a claim or a header out. */
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: { privateKey: CryptoKey | Uint8Array };
}

/** A right assertion, except for what is changed. Times follow the hub's wall. */
export async function anAssertion(
  hub: TestHub,
  machine: { machineId: string; key: MachineKey },
  { claims = {}, header = {}, key = machine.key }: AssertionChanges = {},
): Promise<string> {
  const now = Math.floor(hub.clock.wall() / 1000);
  const payload = {
    iss: machine.machineId,
    sub: machine.machineId,
    aud: hub.deps.config.baseUrl,
    iat: now,
    exp: now + 60,
    jti: `assertion-${String(hub.count())}`,
    ...claims,
  };
  const protectedHeader = { alg: machine.key.alg, kid: machine.key.kid, typ: "client-authentication+jwt", ...header };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader(protectedHeader)
    .sign(key.privateKey, { crit: { "urn:example:unknown": true } });
}

export function tokenForm(assertion: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
    ...more,
  };
}

export interface TokenAnswer {
  access_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
  error?: string;
  error_description?: string;
}

export function askToken(hub: TestHub, assertion: string, more: Record<string, string> = {}) {
  const form = tokenForm(assertion, more);
  return hub.request<TokenAnswer>("POST", "/oauth/token", { form, key: null }) satisfies Promise<
    TestAnswer<TokenAnswer>
  >;
}
