import type { Ids } from "../../api/src/ids.ts";
import { base32 } from "../../api/src/ids.ts";
import { Buffer } from "./bytes.ts";

/** A counter in the place of randomness: every run makes the same ids, and those of one instant sort as they were made. */
export function countedIds(seed: string): Ids {
  const mark = new TextEncoder().encode(seed);
  let count = 0;
  /** The count in four bytes, then the seed. */
  const counted = (length: number) => {
    count += 1;
    return Array.from({ length }, (_, index) =>
      index < 4 ? (count >>> (8 * (3 - index))) & 0xff : (mark[(index - 4) % Math.max(1, mark.length)] ?? 0),
    );
  };
  return {
    next(prefix, at) {
      const time = Array.from({ length: 6 }, (_, index) => Math.floor(Math.max(0, at) / 256 ** (5 - index)) % 256);
      // RFC 9562: version 7 and the variant stand before the count, which loses nothing to them.
      return `${prefix}_${base32(new Uint8Array([...time, 0x70, 0, 0x80, ...counted(7)]))}`;
    },
    // The hub asks no more of it than that it becomes text.
    random: (length) => Buffer.from(counted(length)) as never,
  };
}
