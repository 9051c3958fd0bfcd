import { hash } from "node:crypto";
import { SignJWT, createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import type { CryptoKey, JWTPayload, JWTVerifyGetKey } from "jose";
import type { KeyPurpose } from "../db/callers.ts";
import type { Instant } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Deps } from "../deps.ts";
import { nurseMentions } from "../domain/actor.ts";
import type { Nurse } from "../domain/actor.ts";
import { refusal } from "../domain/decision.ts";
import { normaliseNam } from "../domain/nam.ts";
import type { Keyring } from "./signing-keys.ts";

/** Access tokens (RFC 9068): made for machines and for the sandbox's people, verified whoever made them. */

export const machineTokenSeconds = 300;
export const sandboxTokenSeconds = 3600;

/** What a verified token says; what its bearer may do is looked up anew for each request. */
export type TokenSubject =
  | { kind: "machine"; machineId: string; scopes: readonly string[] }
  | { kind: "operator"; operatorId: string }
  | { kind: "employee"; ramqIdentifier: string }
  | { kind: "citizen"; nam: string }
  | Nurse;

/** The sandbox's own identity issuer. Its tokens open nothing outside sandbox mode. */
export function sandboxIssuer(config: Config): string {
  return `${config.baseUrl}/sandbox/issuer`;
}

export async function issueMachineToken(
  deps: Deps,
  keyring: Keyring,
  machineId: string,
  scope: string,
): Promise<string> {
  const claims = { client_id: machineId, scope };
  return sign(deps, keyring, "access", deps.config.baseUrl, machineId, claims, machineTokenSeconds);
}

/** A token as the configured identity issuer would give it to a person who signed in. */
export async function issueSandboxToken(
  deps: Deps,
  keyring: Keyring,
  subject: Exclude<TokenSubject, { kind: "machine" }>,
): Promise<string> {
  const issuer = sandboxIssuer(deps.config);
  const of = (sub: string, claims: JWTPayload) =>
    sign(deps, keyring, "sandbox-issuer", issuer, sub, claims, sandboxTokenSeconds);
  switch (subject.kind) {
    case "operator":
      return of(subject.operatorId, { arrimage_role: "operator" });
    case "employee":
      return of(subject.ramqIdentifier, { arrimage_role: "employee", ramq_identifier: subject.ramqIdentifier });
    case "citizen":
      return of(deps.secrets.namIndex(subject.nam), { arrimage_role: "citizen", nam: subject.nam });
    case "nurse": {
      const { nurseId, name, mention } = subject;
      return of(nurseId, { arrimage_role: "nurse", name, nurse_mention: mention });
    }
  }
}

async function sign(
  deps: Deps,
  keyring: Keyring,
  purpose: KeyPurpose,
  issuer: string,
  subject: string,
  claims: JWTPayload,
  seconds: number,
): Promise<string> {
  const key = await keyring.get(purpose);
  const issuedAt = Math.floor(deps.clock.wall() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.kid })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(deps.config.baseUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .setJti(deps.ids.random(16).toString("base64url"))
    .sign(key.privateKey);
}

/** Whose tokens are accepted, and how each is told from another. */
interface TrustedIssuer {
  issuer: string;
  audience: string;
  algorithms: string[];
  /** Media types of the `typ` header, in lower case. */
  types: readonly string[];
  key: JWTVerifyGetKey;
  read: (claims: JWTPayload) => TokenSubject;
}

const cacheLimit = 20_000;

/** Verifies a token once (140 µs) and remembers the answer under its hash until it expires. */
export function createTokenVerifier(deps: Deps, keyring: Keyring): (token: string) => Promise<TokenSubject> {
  const trusted = trustedIssuers(deps.config, keyring);
  let known = new Map<string, Promise<{ subject: TokenSubject; expiresAt: Instant }>>();
  return async (token) => {
    const name = hash("sha256", token, "base64url");
    let verified = known.get(name);
    if (verified === undefined) {
      if (known.size >= cacheLimit) known = new Map();
      const into = known;
      verified = verify(trusted, token, deps.clock.wall());
      into.set(name, verified);
      verified.catch(() => into.delete(name));
    }
    const { subject, expiresAt } = await verified;
    if (deps.clock.wall() < expiresAt) return subject;
    known.delete(name);
    throw refusal("INVALID_TOKEN");
  };
}

async function verify(
  trusted: readonly TrustedIssuer[],
  token: string,
  wall: Instant,
): Promise<{ subject: TokenSubject; expiresAt: Instant }> {
  try {
    const issuer = decodeJwt(token).iss;
    const by = trusted.find((one) => one.issuer === issuer);
    if (by === undefined) throw refusal("INVALID_TOKEN");
    const { payload, protectedHeader } = await jwtVerify(token, by.key, {
      issuer: by.issuer,
      audience: by.audience,
      algorithms: by.algorithms,
      requiredClaims: ["exp", "iat", "sub"],
      currentDate: new Date(wall),
    });
    const type = (protectedHeader.typ ?? "").toLowerCase().replace(/^application\//, "");
    if (!by.types.includes(type) || payload.exp === undefined) throw refusal("INVALID_TOKEN");
    return { subject: by.read(payload), expiresAt: payload.exp * 1000 };
  } catch (error) {
    throw isTokensFault(error) ? refusal("INVALID_TOKEN") : error;
  }
}

/** jose's word on the token itself; a JWKS that cannot be had is somebody else's fault. */
function isTokensFault(error: unknown): boolean {
  const notTheTokens = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  return error instanceof errors.JOSEError && error.code !== "ERR_JOSE_GENERIC" && !notTheTokens;
}

function trustedIssuers(config: Config, keyring: Keyring): TrustedIssuer[] {
  const own = (purpose: KeyPurpose) => ({
    audience: config.baseUrl,
    algorithms: ["ES256"],
    types: ["at+jwt"],
    key: ownKey(keyring, purpose),
  });
  const issuers: TrustedIssuer[] = [{ issuer: config.baseUrl, ...own("access"), read: machineOf }];
  if (config.mode === "sandbox")
    issuers.push({ issuer: sandboxIssuer(config), ...own("sandbox-issuer"), read: personOf });
  if (config.identityIssuer !== undefined) {
    const { issuer, audience, jwksUri } = config.identityIssuer;
    issuers.push({
      issuer,
      audience,
      algorithms: ["ES256", "ES384", "PS256", "EdDSA", "RS256"],
      // Many identity servers still say JWT; the audience keeps their other tokens out.
      types: ["at+jwt", "jwt"],
      key: remoteKeys(jwksUri),
      read: personOf,
    });
  }
  return issuers;
}

function ownKey(keyring: Keyring, purpose: KeyPurpose): (header: { kid?: string }) => Promise<CryptoKey> {
  return async ({ kid }) => {
    const key = await keyring.get(purpose);
    if (kid !== key.kid) throw refusal("INVALID_TOKEN");
    return key.publicKey;
  };
}

/** Read again for an unknown `kid`, at most twice a minute, so that a stranger's tokens cannot make us hammer the issuer. */
function remoteKeys(uri: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(uri), {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 5_000,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      throw isTokensFault(error) ? error : refusal("UNAVAILABLE");
    }
  };
}

function machineOf(claims: JWTPayload): TokenSubject {
  const machineId = textOf(claims, "client_id");
  if (machineId !== claims.sub) throw refusal("INVALID_TOKEN");
  return { kind: "machine", machineId, scopes: textOf(claims, "scope").split(" ") };
}

function personOf(claims: JWTPayload): TokenSubject {
  switch (claims["arrimage_role"]) {
    case "operator":
      return { kind: "operator", operatorId: textOf(claims, "sub") };
    case "employee":
      return { kind: "employee", ramqIdentifier: textOf(claims, "ramq_identifier").toUpperCase() };
    case "citizen": {
      const nam = normaliseNam(textOf(claims, "nam"));
      if (nam === null) throw refusal("INVALID_TOKEN");
      return { kind: "citizen", nam };
    }
    case "nurse": {
      const mention = nurseMentions.find((each) => each === claims["nurse_mention"]);
      if (mention === undefined) throw refusal("INVALID_TOKEN");
      return { kind: "nurse", nurseId: textOf(claims, "sub"), name: textOf(claims, "name"), mention };
    }
    default:
      throw refusal("INVALID_TOKEN");
  }
}

function textOf(claims: JWTPayload, name: string): string {
  const value = claims[name];
  if (typeof value !== "string" || value === "") throw refusal("INVALID_TOKEN");
  return value;
}
