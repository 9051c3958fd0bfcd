import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import { findSigningKey, insertSigningKey } from "../db/callers.ts";
import type { KeyPurpose, OwnJwk, SigningKeyRow } from "../db/callers.ts";
import { withScope } from "../db/scope.ts";
import type { Deps } from "../deps.ts";

/** A key pair of the hub, ES256. */
export interface SigningKey {
  kid: string;
  publicJwk: OwnJwk;
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

export interface Keyring {
  /** The key for a purpose, made on first use. */
  get(purpose: KeyPurpose): Promise<SigningKey>;
}

const scope = { audience: "system", establishments: [] } as const;

/**
 * The hub's own keys. They live in the database, the private half sealed, so that every process signs and accepts
 * the same tokens and a restart invalidates none.
 */
export function createKeyring(deps: Deps): Keyring {
  const known = new Map<KeyPurpose, Promise<SigningKey>>();
  return {
    get(purpose) {
      const found = known.get(purpose);
      if (found !== undefined) return found;
      const loading = getOrCreate(deps, purpose).then((row) => openKey(deps, row));
      known.set(purpose, loading);
      // A database that was away for a moment must not be remembered.
      loading.catch(() => known.delete(purpose));
      return loading;
    },
  };
}

async function getOrCreate(deps: Deps, purpose: KeyPurpose): Promise<SigningKeyRow> {
  const existing = await withScope(deps.connection, scope, (tx) => findSigningKey(tx, purpose));
  if (existing !== undefined) return existing;
  const made = await makeKey(deps);
  await withScope(deps.connection, scope, (tx) =>
    insertSigningKey(tx, { ...made, purpose, createdAt: deps.clock.wall() }),
  );
  // Not necessarily the one just made: the first of several processes wins.
  const row = await withScope(deps.connection, scope, (tx) => findSigningKey(tx, purpose));
  if (row === undefined) throw new Error("signing key neither found nor made");
  return row;
}

async function makeKey(deps: Deps): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const exported = await exportJWK(publicKey);
  const { x, y } = exported;
  if (x === undefined || y === undefined) throw new Error("a P-256 key without coordinates");
  const kid = await calculateJwkThumbprint(exported);
  const publicJwk = { kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" } as const;
  const privateJwk = deps.secrets.seal(JSON.stringify(await exportJWK(privateKey)), boundTo(kid));
  return { kid, publicJwk, privateJwk };
}

async function openKey(deps: Deps, row: SigningKeyRow): Promise<SigningKey> {
  // Only makeKey writes this column.
  const privateJwk = JSON.parse(deps.secrets.open(row.privateJwk, boundTo(row.kid))) as JWK;
  return {
    kid: row.kid,
    publicJwk: row.publicJwk,
    publicKey: await importEs256(row.publicJwk),
    privateKey: await importEs256(privateJwk),
  };
}

async function importEs256(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, "ES256");
  if (key instanceof Uint8Array) throw new Error("a signing key is not symmetric");
  return key;
}

function boundTo(kid: string): string {
  return `signing_key|${kid}`;
}
