import { createHash } from "node:crypto";
import { wallClock } from "./local-time.ts";
import type { PushPlan } from "./plan-push.ts";

/** One professional's local day: `sha256` in lower-case hexadecimal. */
export interface DayDigest {
  professionalNumber: string;
  date: string;
  sha256: string;
}

const NOTHING = sha256([]);

/**
 * The digest of design, Synchronisation 2, from what the files say: per professional and local date of the start, the SHA-256 of
 * the sorted, LF-terminated UTF-8 lines `a|id|startAt|endAt|attendance` and `s|id|startAt|endAt|visibility`, instants in UTC to
 * the second. `without`: appointments the hub refused, so that both sides speak of the same ones.
 */
export function agendaDigest(
  plan: Pick<PushPlan, "slots" | "appointments">,
  zone: string,
  without: ReadonlySet<string> = new Set(),
): DayDigest[] {
  const days = new Map<string, { professionalNumber: string; date: string; lines: string[] }>();
  const put = (professionalNumber: string, startAt: Date, line: string): void => {
    const { date } = wallClock(startAt, zone);
    const key = `${professionalNumber} ${date}`;
    const day = days.get(key) ?? { professionalNumber, date, lines: [] };
    day.lines.push(line);
    days.set(key, day);
  };

  for (const slot of plan.slots) {
    const startAt = new Date(slot.startAt);
    const fields = ["s", slot.externalId, utcSecond(startAt), utcSecond(new Date(slot.endAt)), slot.visibility];
    put(slot.professionalNumber, startAt, fields.join("|"));
  }
  for (const appointment of plan.appointments) {
    if (without.has(appointment.externalId)) continue;
    const startAt = new Date(appointment.startAt);
    const endAt = new Date(startAt.getTime() + appointment.durationMinutes * 60_000);
    const fields = ["a", appointment.externalId, utcSecond(startAt), utcSecond(endAt), appointment.attendance];
    put(appointment.professionalNumber, startAt, fields.join("|"));
  }
  return [...days.values()].map(({ professionalNumber, date, lines }) => ({
    professionalNumber,
    date,
    sha256: sha256(lines),
  }));
}

/** Days on which either side has anything, and those of them that are not equal on both. */
export function compareDigests(
  ours: readonly DayDigest[],
  theirs: readonly DayDigest[],
): { days: number; different: { professionalNumber: string; date: string }[] } {
  const mine = byDay(ours);
  const other = byDay(theirs);
  const keys = [...new Set([...mine.keys(), ...other.keys()])].sort();
  const different = keys
    .filter((key) => mine.get(key)?.sha256 !== other.get(key)?.sha256)
    .flatMap((key) => mine.get(key) ?? other.get(key) ?? [])
    .map(({ professionalNumber, date }) => ({ professionalNumber, date }));
  return { days: keys.length, different };
}

/** A day that holds nothing says the same as a day that is not listed. */
function byDay(digests: readonly DayDigest[]): Map<string, DayDigest> {
  const filled = digests.filter((day) => day.sha256 !== NOTHING);
  return new Map(filled.map((day) => [`${day.professionalNumber} ${day.date}`, day]));
}

/** Sorted by bytes, as the hub's database sorts: JavaScript's own order differs beyond the first 65,536 characters. */
function sha256(lines: readonly string[]): string {
  const sorted = lines.map((line) => Buffer.from(`${line}\n`, "utf8")).sort((a, b) => Buffer.compare(a, b));
  return createHash("sha256").update(Buffer.concat(sorted)).digest("hex");
}

/** `2027-03-04T12:00:00Z` */
function utcSecond(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}
