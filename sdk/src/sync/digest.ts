/** The digest of an agenda, computed as the hub does (`digest.get`; spec/digest-vectors.json has examples). */

/** A line of the digest: an active appointment, or a slot. */
export type DigestEntry = {
  professionalId: string;
  /** Your own identifier, or the hub's of what you have not named. */
  id: string;
  startAt: string;
  endAt: string;
} & ({ kind: "appointment"; attendance: string } | { kind: "slot"; visibility: string | null });

export interface DigestDay {
  professionalId: string;
  /** Local date of the place. */
  date: string;
  digest: string;
}

/** By professional and local date, in that order; a day without anything is not there. */
export async function digestDays(entries: Iterable<DigestEntry>, timeZone: string): Promise<DigestDay[]> {
  const dateOf = localDates(timeZone);
  const days = new Map<string, string[]>();
  for (const entry of entries) {
    const line = digestLine(entry);
    if (line === null) continue;
    const key = `${entry.professionalId} ${dateOf(Date.parse(entry.startAt))}`;
    days.set(key, [...(days.get(key) ?? []), line]);
  }
  return Promise.all(
    [...days.keys()].sort().map(async (key) => ({
      professionalId: key.slice(0, -11),
      date: key.slice(-10),
      digest: await sha256((days.get(key) ?? []).sort().join("")),
    })),
  );
}

/** A slot that is not complete has no visibility, and no place: it is in nobody's digest. */
function digestLine(entry: DigestEntry): string | null {
  const kind = entry.kind === "slot" ? "s" : "a";
  const rest = entry.kind === "slot" ? entry.visibility : entry.attendance;
  return rest === null ? null : `${kind}|${entry.id}|${second(entry.startAt)}|${second(entry.endAt)}|${rest}\n`;
}

function second(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `YYYY-MM-DD` of an instant in a zone: as Swedish writes a date. */
export function localDates(timeZone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat("sv", { timeZone });
  return (instant) => format.format(instant);
}

export const dayMs = 86_400_000;

/** Midnight, UTC, so many days after a date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString();
}
