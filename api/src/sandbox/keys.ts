import { createHash, createPrivateKey } from "node:crypto";

/** A machine's private key in a sandbox: known to everybody, the same after every reset (RFC 8037). */
export interface SandboxKey {
  kty: "OKP";
  crv: "Ed25519";
  kid: string;
  alg: "EdDSA";
  x: string;
  d: string;
}

/** PKCS #8 of an Ed25519 key is this prefix and the 32 bytes of its seed (RFC 8410). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

export function sandboxKey(name: string): SandboxKey {
  const seed = createHash("sha256").update(`arrimage sandbox machine ${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });
  const { x, d } = key.export({ format: "jwk" });
  if (x === undefined || d === undefined) throw new Error("an Ed25519 key has x and d");
  return { kty: "OKP", crv: "Ed25519", kid: `${name}-1`, alg: "EdDSA", x, d };
}

export function publicPart({ d: _private, ...shown }: SandboxKey): Omit<SandboxKey, "d"> {
  return shown;
}
