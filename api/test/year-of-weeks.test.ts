import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChangePage } from "../src/features/changes/schema.ts";
import type { Digest } from "../src/features/digest/schema.ts";
import type { Slot, SlotLineResult } from "../src/features/slots/schema.ts";
import type { WeekCopied } from "../src/features/weeks/schema.ts";
import { aClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { replay } from "./mirror.ts";

/** A vendor's software copies a week onto a year in one call, follows the feed, and proves that both sides agree. */

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

async function expected<T>(status: number, asked: Promise<TestAnswer<T>>): Promise<T> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${String(answer.status)}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const weeks = 52;
const weekdays = [8, 9, 10, 11, 12];
const hours = [8, 9, 10, 11, 13, 14, 15, 16];

/** The vendor's own knowledge of Québec's clock in that year, without the hub's code. */
function instantText(date: string, hour: number): string {
  const summer = date >= "2027-03-14" && date < "2027-11-07";
  return `${date}T${String(hour).padStart(2, "0")}:00:00${summer ? "-04:00" : "-05:00"}`;
}

function utcText(local: string): string {
  return `${new Date(local).toISOString().slice(0, 19)}Z`;
}

function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

test("SCHED-14 SCHED-15 of a year copied in one call, the feed tells every slot and the digest is the vendor's own", async () => {
  const clinic = await aClinic(hub);
  const { professionalId, placeId, machine } = clinic;
  const as = machine.token;
  const source = weekdays.flatMap((day) =>
    hours.map((hour) => {
      const date = `2027-03-${String(day).padStart(2, "0")}`;
      return { externalId: `s-${String(day)}-${String(hour)}`, date, hour };
    }),
  );
  const body = source.map(({ externalId, date, hour }) => ({
    ...{ externalId, professionalId, placeId, serviceIds: [clinic.service.serviceId], visibility: "public" },
    startAt: instantText(date, hour),
    endAt: instantText(date, hour + 1),
  }));
  const pushed = await expected(
    200,
    hub.request<SlotLineResult[]>("POST", "/v1/slots/batch", { as, body, ndjson: true, key: null }),
  );
  const nameOf = new Map(pushed.map(({ slotId, externalId }) => [slotId, externalId]));

  const copy = { professionalId, sourceWeek: "2027-03-10", weeks, interval: 1 };
  const copied = await expected(201, hub.request<WeekCopied>("POST", "/v1/weeks/copy", { as, body: copy }));
  expect(copied.created).toBe(weeks * source.length);
  expect(copied.weeks).toEqual(
    Array.from({ length: weeks }, (_, k) => ({ weekStart: dateAfter("2027-03-07", 7 * (k + 1)), created: 40 })),
  );
  expect(copied.warnings).toEqual([]);

  // What the vendor's agenda holds: its own slots, and each copy where its source says it is.
  const sourceOf = new Map(source.map((slot) => [slot.externalId, slot]));
  const agenda = source.map(({ externalId, date, hour }) => ({ id: externalId, date, hour }));
  for (const [position, { slotId, sourceSlotId, startAt }] of copied.slots.entries()) {
    const slot = sourceOf.get(nameOf.get(sourceSlotId) ?? "");
    if (slot === undefined) throw new Error("a copy of nothing");
    const date = dateAfter(slot.date, 7 * (Math.floor(position / source.length) + 1));
    expect(startAt).toBe(instantText(date, slot.hour));
    agenda.push({ id: slotId, date, hour: slot.hour });
  }

  const mirror = await replay(async (cursor) => {
    const query = new URLSearchParams({ limit: "1000", ...(cursor === undefined ? {} : { cursor }) });
    return expected(200, hub.request<ChangePage>("GET", `/v1/changes?${query.toString()}`, { as }));
  });
  const told = [...mirror.objects].map(([id, { startAt, endAt }]) => [nameOf.get(id) ?? id, startAt, endAt]);
  const held = agenda.map(({ id, date, hour }) => [
    id,
    Date.parse(instantText(date, hour)),
    Date.parse(instantText(date, hour + 1)),
  ]);
  expect(told.sort()).toEqual(held.sort());

  const path = `/v1/digest?placeId=${placeId}&from=2027-03-07&to=2028-03-07`;
  const digest = await expected(200, hub.request<Digest>("GET", path, { as }));
  const dates = [...new Set(agenda.map(({ date }) => date))].filter((date) => date < "2028-03-07").sort();
  expect(digest.days).toEqual(
    dates.map((date) => {
      const lines = agenda
        .filter((slot) => slot.date === date)
        .map(({ id, hour }) => {
          const [start, end] = [utcText(instantText(date, hour)), utcText(instantText(date, hour + 1))];
          return `s|${id}|${start}|${end}|public`;
        });
      const text = lines
        .sort()
        .map((line) => `${line}\n`)
        .join("");
      return {
        professionalId,
        date,
        digest: createHash("sha256").update(text).digest("hex"),
        appointments: 0,
        slots: 8,
      };
    }),
  );

  // Both clock changes are behind: 09:00 is 09:00, and the openings are there.
  const lastDay = await expected(
    200,
    hub.request<{ items: Slot[] }>(
      "GET",
      `/v1/slots?professionalId=${professionalId}&from=${encodeURIComponent("2028-03-06T00:00:00-05:00")}`,
      { as },
    ),
  );
  expect(lastDay.items).toHaveLength(40);
  const openings = await hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql<{ count: number }[]>`
      SELECT count(*)::integer AS count FROM opening WHERE professional_id = ${professionalId}`),
  ]);
  expect(openings).toEqual([{ count: 53 * 40 * 4 }]);
});
