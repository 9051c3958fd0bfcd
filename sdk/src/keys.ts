/** A machine's private key, in the forms in which vendors keep it, as Web Crypto wants it. */
import { fromBase64, toBase64url } from "./base64url.ts";

/** Web Crypto's `CryptoKey`, by whichever of DOM's or Node's types are loaded. */
export type WebCryptoKey = Parameters<typeof crypto.subtle.sign>[1];

/** RFC 7517. P-256 (ES256) or Ed25519 (EdDSA), private. */
export interface PrivateJwk {
  kty?: string;
  crv?: string;
  x?: string;
  y?: string;
  d?: string;
  kid?: string;
  [member: string]: unknown;
}

/** Signs with a key that does not leave its module or service (HSM, KMS). */
export interface ExternalSigner {
  alg: "ES256" | "EdDSA";
  /** The registered key's `kid`. */
  keyId?: string | undefined;
  /** The signature of these bytes: of ES256 r and s side by side, 64 bytes (RFC 7518, 3.4), not ASN.1. */
  sign: (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
}

export interface Signer {
  alg: "ES256" | "EdDSA";
  keyId: string | undefined;
  sign: (data: string) => Promise<string>;
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const ED25519 = { name: "Ed25519" } as const;
/** DER of the object identifiers by which PKCS #8 names the key's kind: prime256v1, and RFC 8410's Ed25519. */
const P256_OID = "2a8648ce3d030107";
const ED25519_OID = "06032b6570";

/** @throws TypeError that says what is wrong with the key, never its content */
export async function createSigner(key: PrivateJwk | string | WebCryptoKey | ExternalSigner): Promise<Signer> {
  if (typeof key === "string") return signerOf(await importPem(key), undefined);
  if (isExternalSigner(key)) {
    const { alg, keyId, sign } = key;
    return { alg, keyId, sign: async (data) => toBase64url(await sign(new TextEncoder().encode(data))) };
  }
  if (isWebCryptoKey(key)) return signerOf(key, undefined);
  return signerOf(await importJwk(key), key.kid);
}

function signerOf(key: WebCryptoKey, keyId: string | undefined): Signer {
  const { name } = key.algorithm;
  const curve = "namedCurve" in key.algorithm ? key.algorithm.namedCurve : undefined;
  if (key.type !== "private") throw new TypeError("privateKey is not a private key.");
  const isP256 = name === P256.name && curve === P256.namedCurve;
  if (!isP256 && name !== ED25519.name) throw new TypeError("privateKey must be a P-256 or an Ed25519 key.");
  const algorithm = isP256 ? { name: "ECDSA", hash: "SHA-256" } : ED25519;
  return {
    alg: isP256 ? "ES256" : "EdDSA",
    keyId,
    // ECDSA in Web Crypto gives r and s side by side, which is JWS's form (RFC 7518, 3.4).
    sign: async (data) =>
      toBase64url(new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(data)))),
  };
}

function isExternalSigner(key: PrivateJwk | WebCryptoKey | ExternalSigner): key is ExternalSigner {
  return "sign" in key && typeof key.sign === "function";
}

function isWebCryptoKey(key: PrivateJwk | WebCryptoKey): key is WebCryptoKey {
  return "algorithm" in key && "usages" in key;
}

async function importJwk({ kty, crv, x = "", y = "", d }: PrivateJwk): Promise<WebCryptoKey> {
  if (d === undefined) throw new TypeError('privateKey is a public JWK: the member "d" is missing.');
  // Only what makes the key: runtimes disagree on "alg" (EdDSA or Ed25519) and enforce "use" and "key_ops".
  if (kty === "EC" && crv === "P-256") {
    return readable(crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, P256, false, ["sign"]));
  }
  if (kty === "OKP" && crv === "Ed25519") {
    return readable(crypto.subtle.importKey("jwk", { kty, crv, x, d }, ED25519, false, ["sign"]));
  }
  throw new TypeError("privateKey must be a P-256 or an Ed25519 key.");
}

async function importPem(pem: string): Promise<WebCryptoKey> {
  const [, label, content] = /-----BEGIN ([A-Z ]+)-----([^-]+)-----END \1-----/.exec(pem) ?? [];
  if (label !== "PRIVATE KEY" || content === undefined) {
    throw new TypeError(
      `privateKey must be PEM with "BEGIN PRIVATE KEY" (PKCS #8), not ${label ? `"BEGIN ${label}"` : "another text"}. ` +
        "Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem",
    );
  }
  const der = fromBase64(content);
  // The identifier stands in the first 30 bytes; further on are the key's own bytes, which could equal anything.
  const head = Array.from(der.subarray(0, 30), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (head.includes(P256_OID)) return readable(crypto.subtle.importKey("pkcs8", der, P256, false, ["sign"]));
  if (head.includes(ED25519_OID)) {
    return readable(crypto.subtle.importKey("pkcs8", der, ED25519, false, ["sign"]));
  }
  throw new TypeError("privateKey must be a P-256 or an Ed25519 key.");
}

/** The runtime's own error may quote parts of the key. */
async function readable(importing: Promise<WebCryptoKey>): Promise<WebCryptoKey> {
  try {
    return await importing;
  } catch {
    throw new TypeError("privateKey could not be read: its numbers do not make a key.");
  }
}
