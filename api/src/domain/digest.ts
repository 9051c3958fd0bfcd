import { localDateOf } from "./time.ts";
import type { TimeZone } from "./time.ts";

/**
 * What hub and vendor compare to know that they agree (design, Synchronisation 2). The digest of a professional's local
 * date is the SHA-256, in lower-case hexadecimal, of the UTF-8 text that digestText makes of its lines; the hub computes
 * it in SQL (features/digest/store.ts) and a test holds the two equal. `spec/digest-vectors.json` is made from this file.
 */
export type DigestEntry = {
  professionalId: string;
  /** The reader's own identifier of the object, or else the hub's. Visible ASCII. */
  id: string;
  /** Milliseconds; what is below the second does not count. */
  startAt: number;
  endAt: number;
} & (
  | { kind: "appointment"; attendance: "unconfirmed" | "present" | "absent" }
  | { kind: "slot"; visibility: "public" | "private" }
);

/** `a|id|startAt|endAt|attendance` of an active appointment, `s|id|startAt|endAt|visibility` of a slot. */
export function digestLine(entry: DigestEntry): string {
  const times = `${entry.id}|${utcSecond(entry.startAt)}|${utcSecond(entry.endAt)}`;
  return entry.kind === "appointment" ? `a|${times}|${entry.attendance}` : `s|${times}|${entry.visibility}`;
}

/** Sorted by bytes, each ended by a line feed. The lines are ASCII, for which JavaScript's own order is that of the bytes. */
export function digestText(lines: readonly string[]): string {
  return [...lines]
    .sort()
    .map((line) => `${line}\n`)
    .join("");
}

export interface DigestDay {
  professionalId: string;
  /** `YYYY-MM-DD`, where the entries begin, in the zone of the place. */
  date: string;
  /** What is hashed. */
  text: string;
  appointments: number;
  slots: number;
}

/** The entries of one place by professional and local date, in that order; a day without any is not there. */
export function digestDays(entries: readonly DigestEntry[], zone: TimeZone): DigestDay[] {
  const days = new Map<string, DigestEntry[]>();
  for (const entry of entries) {
    const key = `${entry.professionalId} ${localDateOf(entry.startAt, zone)}`;
    days.set(key, [...(days.get(key) ?? []), entry]);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, ofDay]) => {
      const appointments = ofDay.filter(({ kind }) => kind === "appointment").length;
      const text = digestText(ofDay.map(digestLine));
      return {
        professionalId: key.slice(0, -11),
        date: key.slice(-10),
        text,
        appointments,
        slots: ofDay.length - appointments,
      };
    });
}

function utcSecond(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
