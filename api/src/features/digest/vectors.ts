import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { digestDays } from "../../domain/digest.ts";
import type { DigestEntry } from "../../domain/digest.ts";
import type { TimeZone } from "../../domain/time.ts";

/**
 * `spec/digest-vectors.json`: agendas and their digests, for whoever computes them in another language. A test keeps
 * the file equal to this; `node api/src/features/digest/vectors.ts` writes it.
 */
export const vectorsFile = new URL("../../../../spec/digest-vectors.json", import.meta.url);

interface Story {
  name: string;
  timeZone: TimeZone;
  entries: (Omit<DigestEntry, "startAt" | "endAt" | "kind"> & { startAt: string; endAt: string } & (
      { kind: "appointment"; attendance: string } | { kind: "slot"; visibility: string }
    ))[];
}

const professionalId = "pro_01m8qk5v0e7kqv8f0a3n6c9d2h";

function appointment(
  id: string,
  startAt: string,
  endAt: string,
  attendance = "unconfirmed",
  professional = professionalId,
) {
  return { kind: "appointment", professionalId: professional, id, startAt, endAt, attendance } as const;
}

function slot(id: string, startAt: string, endAt: string, visibility = "public") {
  return { kind: "slot", professionalId, id, startAt, endAt, visibility } as const;
}

const stories: Story[] = [
  { name: "nothing: no day", timeZone: "America/Toronto", entries: [] },
  {
    name: "one appointment; instants are UTC, the date is the place's",
    timeZone: "America/Toronto",
    entries: [appointment("4711", "2027-03-08T21:30:00-05:00", "2027-03-08T21:45:00-05:00")],
  },
  {
    name: "lines are sorted by bytes: a before s, 10 before 9, capitals before small letters, punctuation as it stands",
    timeZone: "America/Toronto",
    entries: [
      slot("101-2027-03-08-0830", "2027-03-08T08:30:00-05:00", "2027-03-08T12:00:00-05:00"),
      appointment("9", "2027-03-08T08:30:00-05:00", "2027-03-08T08:45:00-05:00", "present"),
      appointment("10", "2027-03-08T08:45:00-05:00", "2027-03-08T09:00:00-05:00", "absent"),
      appointment("a~1", "2027-03-08T09:00:00-05:00", "2027-03-08T09:15:00-05:00"),
      appointment("A|1", "2027-03-08T09:15:00-05:00", "2027-03-08T09:30:00-05:00"),
      appointment("Z", "2027-03-08T09:30:00-05:00", "2027-03-08T09:45:00-05:00"),
    ],
  },
  {
    name: "what the vendor has not named has the hub's id",
    timeZone: "America/Toronto",
    entries: [
      appointment("apt_01m8qk5v0e7kqv8f0a3n6c9d2h", "2027-03-08T09:00:00-05:00", "2027-03-08T09:15:00-05:00"),
      slot("slt_01m8qk5v0e7kqv8f0a3n6c9d2h", "2027-03-08T09:00:00-05:00", "2027-03-08T10:00:00-05:00", "private"),
    ],
  },
  {
    name: "the hour that the autumn change repeats: one local time, two instants, one date",
    timeZone: "America/Toronto",
    entries: [
      appointment("first", "2027-11-07T01:30:00-04:00", "2027-11-07T01:45:00-04:00"),
      appointment("second", "2027-11-07T01:30:00-05:00", "2027-11-07T01:45:00-05:00"),
    ],
  },
  {
    name: "the same instants are on other dates in Îles-de-la-Madeleine",
    timeZone: "America/Halifax",
    entries: [
      slot("soir", "2027-03-08T23:30:00-04:00", "2027-03-09T00:00:00-04:00"),
      appointment("minuit", "2027-03-08T23:30:00-05:00", "2027-03-08T23:45:00-05:00"),
    ],
  },
  {
    name: "Blanc-Sablon has no summer time",
    timeZone: "America/Blanc-Sablon",
    entries: [appointment("ete", "2027-07-05T23:30:00-04:00", "2027-07-05T23:45:00-04:00")],
  },
  {
    name: "an object is on the date of its start; fractions of a second do not count",
    timeZone: "America/Toronto",
    entries: [appointment("veille", "2027-12-31T23:50:00.999-05:00", "2028-01-01T00:10:00.001-05:00")],
  },
  {
    name: "two professionals have a day each",
    timeZone: "America/Toronto",
    entries: [
      appointment("1", "2027-03-08T09:00:00-05:00", "2027-03-08T09:15:00-05:00"),
      appointment(
        "2",
        "2027-03-08T09:00:00-05:00",
        "2027-03-08T09:15:00-05:00",
        "present",
        "pro_01m8qk5v0e7kqv8f0a3n6c9d2j",
      ),
      appointment("3", "2027-03-09T09:00:00-05:00", "2027-03-09T09:15:00-05:00"),
    ],
  },
];

export function digestOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

export function digestVectors(): unknown {
  return stories.map(({ name, timeZone, entries }) => {
    const days = digestDays(entries.map(entryOf), timeZone);
    return { name, timeZone, entries, days: days.map((day) => ({ ...day, digest: digestOf(day.text) })) };
  });
}

function entryOf(entry: Story["entries"][number]): DigestEntry {
  // The stories above use the words of the contract only.
  return { ...entry, startAt: Date.parse(entry.startAt), endAt: Date.parse(entry.endAt) } as DigestEntry;
}

if (import.meta.main) await writeFile(vectorsFile, `${JSON.stringify(digestVectors(), null, 2)}\n`);
