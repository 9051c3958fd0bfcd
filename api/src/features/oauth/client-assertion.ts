import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK } from "jose";
import type { JWTPayload, ProtectedHeaderParameters } from "jose";
import type { Instant } from "../../clock.ts";
import type { PublicJwk } from "../../db/callers.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { DescribedViolation } from "../../http/problem.ts";
import { assertionAlgorithms } from "./schema.ts";

/**
 * private_key_jwt (RFC 7523), narrowed as FAPI 2.0 and 7523bis narrow it: one audience, the issuer; a short life; no
 * header that names a key of its own. A refusal says what is wrong, except whether the machine or its key exists.
 */

/** Seconds an assertion may live, and seconds its iat or nbf may lie ahead of our clock (FAPI 2.0 §5.3.2.1). */
const longestLife = 300;
const futureLimit = 60;

const acceptedTypes = ["jwt", "client-authentication+jwt"];
const keyCarryingHeaders = ["jku", "jwk", "x5u", "x5c", "crit", "b64"];

export interface Assertion {
  machineId: string;
  jti: string;
  expiresAt: Instant;
}

export function invalidClient(detail: string): Refusal {
  const described: DescribedViolation = { ...violation("CONTRACT", "INVALID_CLIENT"), detail };
  return new Refusal([described]);
}

/** Whom an assertion claims to come from, before anything of it is believed. */
export function claimedMachine(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion);
    if (sub !== undefined && sub.length <= 64) return sub;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  throw invalidClient("client_assertion must be a JWT whose iss and sub are the machine's id.");
}

export async function verifyAssertion(
  assertion: string,
  keys: readonly PublicJwk[],
  expected: { issuer: string; machineId: string; wall: Instant },
): Promise<Assertion> {
  const header = headerOf(assertion);
  await verifySignature(assertion, header, keys);
  return checkClaims(decodeJwt(assertion), expected);
}

function headerOf(assertion: string): ProtectedHeaderParameters & { alg: string; kid: string } {
  // claimedMachine has decoded the payload; the header may still be anything.
  let header: ProtectedHeaderParameters;
  try {
    header = decodeProtectedHeader(assertion);
  } catch {
    throw invalidClient("client_assertion is not a signed JWT.");
  }
  const { alg, kid, typ } = header;
  if (alg === undefined || !assertionAlgorithms.some((accepted) => accepted === alg))
    throw invalidClient(`alg must be one of ${assertionAlgorithms.join(", ")}.`);
  if (typeof kid !== "string") throw invalidClient("The assertion's header must name its key (kid).");
  if (typ !== undefined && !(typeof typ === "string" && acceptedTypes.includes(typ.toLowerCase())))
    throw invalidClient("typ must be client-authentication+jwt or JWT.");
  const refused = keyCarryingHeaders.find((name) => name in header);
  if (refused !== undefined)
    throw invalidClient(`The header ${refused} is not accepted: keys are those registered for the machine.`);
  return { ...header, alg, kid };
}

async function verifySignature(
  assertion: string,
  { alg, kid }: { alg: string; kid: string },
  keys: readonly PublicJwk[],
): Promise<void> {
  const jwk = keys.find((key) => key.kid === kid);
  try {
    if (jwk !== undefined) {
      await compactVerify(assertion, await importJWK({ ...jwk, alg }, alg), { algorithms: [alg] });
      return;
    }
  } catch {
    // A key of another type than alg, or a signature that is not its: the same to whoever tries.
  }
  throw invalidClient("The assertion is not signed by a key registered for this machine.");
}

function checkClaims(
  claims: JWTPayload,
  { issuer, machineId, wall }: { issuer: string; machineId: string; wall: Instant },
): Assertion {
  const { iss, sub, aud, exp, iat, nbf, jti } = claims;
  const now = wall / 1000;
  if (iss !== machineId || sub !== machineId) throw invalidClient("iss and sub must both be the machine's id.");
  if (aud !== issuer) throw invalidClient(`aud must be the issuer, ${issuer}, as one string.`);
  if (!isSeconds(exp) || exp <= now) throw invalidClient("exp must be in the future.");
  if (!isSeconds(iat) || iat - now >= futureLimit)
    throw invalidClient("iat is required and must not be in the future.");
  if (nbf !== undefined && (!isSeconds(nbf) || nbf - now >= futureLimit))
    throw invalidClient("nbf must not be in the future.");
  if (exp - Math.min(iat, now) > longestLife)
    throw invalidClient(`An assertion lives at most ${String(longestLife)} s, from iat to exp.`);
  if (typeof jti !== "string" || jti === "" || jti.length > 255)
    throw invalidClient("jti is required: 1 to 255 characters, never used before.");
  return { machineId, jti, expiresAt: exp * 1000 };
}

function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
