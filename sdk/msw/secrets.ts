import type { Secrets } from "../../api/src/secrets.ts";
import { Buffer } from "./bytes.ts";

/**
 * Nothing is secret here: invented people, in the memory of a test that ends. What is sealed is the text itself, and
 * what is only compared is a short hash, so that equal is equal and nothing looks like what it stands for.
 */
export function plainSecrets(): Secrets & { noKey: never } {
  return {
    // Bytes that only `open` reads.
    seal: (plain) => Buffer.from(plain) as never,
    open: (sealed) => new TextDecoder().decode(sealed),
    namIndex: (nam) => `v1:${hashOf(`nam ${nam}`)}`,
    keyedHash: (purpose, text) => hashOf(`${purpose} ${text}`),
    // Of a configuration whose keys nobody asks for.
    noKey: Buffer.from("") as never,
  };
}

/** 128 bits of FNV-1a in four lanes; enough that no two texts of a test meet. */
function hashOf(text: string): string {
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b]
    .map((basis) => {
      let hash = basis;
      for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) + (hash >>> 15);
      return (hash >>> 0).toString(16).padStart(8, "0");
    })
    .join("");
}
