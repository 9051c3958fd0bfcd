import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import type { Ids } from "./ids.ts";

/**
 * What the hub encrypts and what it only compares.
 *
 * Encryption is AES-256-GCM with the key's id in the value, so that keys rotate: the first configured key encrypts,
 * all of them decrypt. The additional data binds a value to where it stands: moved to another row it no longer opens.
 * Equality goes through a keyed blind index (HMAC-SHA-256, one hub-wide key), because a NAM holds too little entropy
 * for a plain hash.
 */
export interface Secrets {
  seal(plain: string, boundTo: string): Buffer;
  open(sealed: Uint8Array, boundTo: string): string;
  /** The blind index of a normalised NAM: 32 hexadecimal characters behind the version of its key. */
  namIndex(nam: string): string;
  /** A keyed hash for fingerprints and cursors, in base64url. */
  keyedHash(purpose: string, text: string): string;
}

export interface SecretKeys {
  /** Newest first; each 32 bytes. */
  dataKeys: { id: string; key: Buffer }[];
  indexKey: Buffer;
}

export function createSecrets(keys: SecretKeys, ids: Ids): Secrets {
  const current = keys.dataKeys[0];
  if (current === undefined) throw new Error("at least one data key is needed");
  const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", keys.indexKey, "arrimage", purpose, 32));
  const namKey = derived("nam-index/v1");
  const hashKey = derived("keyed-hash/v1");
  return {
    seal(plain, boundTo) {
      const iv = ids.random(12);
      const cipher = createCipheriv("aes-256-gcm", current.key, iv);
      cipher.setAAD(Buffer.from(boundTo));
      const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      const keyId = Buffer.from(current.id);
      return Buffer.concat([Buffer.from([1, keyId.length]), keyId, iv, cipher.getAuthTag(), text]);
    },
    open(sealed, boundTo) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== 1) throw new Error("sealed value of an unknown version");
      const idEnd = 2 + bytes.readUInt8(1);
      const keyId = bytes.subarray(2, idEnd).toString();
      const key = keys.dataKeys.find(({ id }) => id === keyId);
      if (key === undefined) throw new Error("sealed with a data key that is not configured");
      const decipher = createDecipheriv("aes-256-gcm", key.key, bytes.subarray(idEnd, idEnd + 12));
      decipher.setAAD(Buffer.from(boundTo));
      decipher.setAuthTag(bytes.subarray(idEnd + 12, idEnd + 28));
      return decipher.update(bytes.subarray(idEnd + 28), undefined, "utf8") + decipher.final("utf8");
    },
    namIndex: (nam) => `v1:${createHmac("sha256", namKey).update(nam).digest("hex").slice(0, 32)}`,
    keyedHash: (purpose, text) =>
      createHmac("sha256", hashKey).update(purpose).update("\0").update(text).digest("base64url"),
  };
}

/** The sandbox's keys are public on purpose: it holds invented people only, and any two processes must agree. */
export function sandboxKeys(): SecretKeys {
  const key = (name: string) => createHash("sha256").update(`arrimage sandbox ${name}`).digest();
  return { dataKeys: [{ id: "sandbox", key: key("data") }], indexKey: key("index") };
}
