import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { digestDays } from "../src/sync.ts";
import type { DigestEntry } from "../src/sync.ts";

interface Vector {
  name: string;
  timeZone: string;
  entries: DigestEntry[];
  days: { professionalId: string; date: string; text: string; digest: string }[];
}

// The file's own form; the hub's tests hold it to the code that makes it.
const vectors = JSON.parse(
  await readFile(new URL("../../spec/digest-vectors.json", import.meta.url), "utf8"),
) as Vector[];

test.each(vectors)("the digest of the published vector: $name", async ({ timeZone, entries, days }) => {
  expect(await digestDays(entries, timeZone)).toEqual(
    days.map(({ professionalId, date, digest }) => ({ professionalId, date, digest })),
  );
});

test("each vector's digest is the hash of its text", () => {
  for (const { text, digest } of vectors.flatMap(({ days }) => days))
    expect(createHash("sha256").update(text).digest("hex")).toBe(digest);
  expect(vectors.length).toBeGreaterThan(5);
});

test("a slot that is not complete is in no digest", async () => {
  const times = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" };
  const entry = { kind: "slot", professionalId: "pro_1", id: "1", visibility: null, ...times } as const;
  expect(await digestDays([entry], "America/Toronto")).toEqual([]);
});
