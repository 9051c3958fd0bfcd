import { randomBytes } from "node:crypto";
import type { Instant } from "./clock.ts";

/** The only place where randomness is drawn. Ids are opaque: a prefix and a UUIDv7 (RFC 9562) in lower-case Crockford base 32. */

export type IdPrefix =
  | "est"
  | "plc"
  | "emp"
  | "pro"
  | "vnd"
  | "mch"
  | "svc"
  | "grp"
  | "slt"
  | "tpl"
  | "hld"
  | "apt"
  | "wgr"
  | "ibx"
  | "whe"
  | "whd"
  | "acc"
  | "flt"
  | "snp"
  | "req"
  | "key";

export interface Ids {
  /** A new id, sortable by `at` to the millisecond. */
  next(prefix: IdPrefix, at: Instant): string;
  random(bytes: number): Buffer;
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** 128 bits, most significant first, in 26 characters. */
export function base32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = alphabet.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}

export function idsFrom(random: (bytes: number) => Buffer): Ids {
  return {
    next(prefix, at) {
      const bytes = Buffer.concat([Buffer.alloc(6), random(10)]);
      bytes.writeUIntBE(Math.max(0, at), 0, 6);
      bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
      return `${prefix}_${base32(bytes)}`;
    },
    random,
  };
}

export const systemIds: Ids = idsFrom(randomBytes);

/** The pattern every id of this prefix follows, for schemas. */
export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`);
}
