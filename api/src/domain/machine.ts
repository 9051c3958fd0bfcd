import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { dayMs } from "./time.ts";

/** A public key as it is kept (RFC 7517): P-256 for ES256, or Ed25519 for EdDSA. */
export type PublicKey =
  | { kty: "EC"; crv: "P-256"; x: string; y: string; kid: string }
  | { kty: "OKP"; crv: "Ed25519"; x: string; kid: string };

/** A key as a vendor sends it: what is not understood is ignored (RFC 7517 §4), what is private is refused. */
export type WantedKey = Readonly<Record<string, unknown>>;

/** Members that only a private or a symmetric key has (RFC 7518 §6). */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * The keys a machine proves itself with, each with a `kid` of its own. A private part is refused, not dropped: its
 * owner has to learn that the key has left their hands.
 */
export function decideKeys(keys: readonly WantedKey[]): Decision<PublicKey[]> {
  const accepted: PublicKey[] = [];
  const violations: Violation[] = [];
  keys.forEach((wanted, position) => {
    const key = publicKey(wanted);
    if (key === undefined || accepted.some(({ kid }) => kid === key.kid))
      violations.push(violation("CONTRACT", "INVALID_KEY", `/keys/${String(position)}`));
    else accepted.push(key);
  });
  return violations.length > 0 ? refuse(...violations) : accept(accepted);
}

function publicKey(wanted: WantedKey): PublicKey | undefined {
  const { kty, crv, x, y, kid, use, alg } = wanted;
  if (privateMembers.some((name) => name in wanted)) return undefined;
  if (typeof kid !== "string" || !/^[\x21-\x7e]{1,128}$/.test(kid)) return undefined;
  if (use !== undefined && use !== "sig") return undefined;
  if (kty === "EC" && crv === "P-256" && (alg === undefined || alg === "ES256"))
    return isCoordinate(x) && isCoordinate(y) && isOnP256(x, y) ? { kty, crv, x, y, kid } : undefined;
  // RFC 9864 names EdDSA over this curve "Ed25519".
  if (kty === "OKP" && crv === "Ed25519" && (alg === undefined || alg === "EdDSA" || alg === "Ed25519"))
    return isCoordinate(x) ? { kty, crv, x, kid } : undefined;
  return undefined;
}

/** 32 bytes in base64url without padding; the last of its 43 characters carries four bits. */
function isCoordinate(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(value);
}

/** FIPS 186-5, curve P-256. A point beside the curve would be noticed only when its machine asks for a token. */
const p256 = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
};

function isOnP256(x: string, y: string): boolean {
  const [a, o] = [numberOf(x), numberOf(y)];
  if (a >= p256.p || o >= p256.p) return false;
  return (o * o - (a * a * a - 3n * a + p256.b)) % p256.p === 0n;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The number of 32 bytes in base64url: 258 bits are read, the last two are not part of it. */
function numberOf(text: string): bigint {
  let value = 0n;
  for (const letter of text) value = (value << 6n) | BigInt(alphabet.indexOf(letter));
  return value >> 2n;
}

/** SYNC-53: how far ahead an import window may end. */
export const longestImportDays = 30;

/** SYNC-53: what is not said stays as it is; null, or an instant that has passed: no window is open. */
export function decideImportUntil(
  current: { importUntil: number | null } | undefined,
  wanted: number | null | undefined,
  now: number,
): Decision<{ importUntil: number | null }> {
  const importUntil = wanted === undefined ? (current?.importUntil ?? null) : wanted;
  if (wanted !== undefined && wanted !== null && wanted > now + longestImportDays * dayMs)
    return refuse(violation("SYNC-53", "OUT_OF_RANGE", "/importUntil"));
  return accept({ importUntil });
}

/** SYNC-54: whether what the clinic makes is taken over from elsewhere. The end of the window is no longer in it. */
export function isImporting({ importUntil }: { importUntil: number | null }, now: number): boolean {
  return importUntil !== null && now < importUntil;
}

export type ServicesManagedBy = "machine" | "staff";

/**
 * LCGA-02: a place has one machine; another one has to be unlinked first. LCGA-04: staff keep the services unless the
 * link says otherwise, as it does at first in the sandbox.
 */
export function decideLink(
  current: { machineId: string; servicesManagedBy: ServicesManagedBy } | undefined,
  wanted: { machineId: string; servicesManagedBy?: ServicesManagedBy | undefined },
  mode: "sandbox" | "production",
): Decision<{ servicesManagedBy: ServicesManagedBy }> {
  if (current !== undefined && current.machineId !== wanted.machineId)
    return refuse(violation("LCGA-02", "ALREADY_LINKED", "/machineId"));
  const atFirst = mode === "sandbox" ? "machine" : "staff";
  return accept({ servicesManagedBy: wanted.servicesManagedBy ?? current?.servicesManagedBy ?? atFirst });
}
