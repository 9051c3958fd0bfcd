import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { bearer, createClient } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";
import { createHubHandlers } from "@arrimage/sdk/msw";
import { openTable } from "../src/agenda-table.ts";
import { startSoftware } from "../src/software.ts";
import type { Software } from "../src/software.ts";

// Unit tests: the hub's own rules in this process, in milliseconds. What it takes to be sure is in conformance.test.ts.
const now = "2027-03-01T08:00:00-05:00";
const { handlers, hub } = createHubHandlers({ now, language: "en" });
const server = setupServer(...handlers);
beforeAll(() => server.listen());
afterAll(() => server.close());

let software: Software;
let client: Client;
let opening: { professionalId: string; serviceId: string; day: string; from: string; to: string };
beforeEach(() => {
  hub.reset();
  const { machineId, placeId, professionalId, serviceId } = hub.addClinic();
  const auth = bearer(() => hub.tokens.machine(machineId));
  client = createClient({ baseUrl: hub.baseUrl, auth });
  let names = 0;
  software = startSoftware({
    ...{ baseUrl: hub.baseUrl, auth, clinic: { placeId, timeZone: "America/Toronto" }, table: openTable(":memory:") },
    ...{ now: () => Date.parse(now), newId: (kind) => `${kind}-${String((names += 1))}`, background: false },
  });
  opening = { professionalId, serviceId, day: "2027-03-15", from: "09:00", to: "12:00" };
});
afterEach(() => software.stop());

test("an opening is at the hub under our own name, at the place's time after the clock change", async () => {
  const id = await software.open(opening);
  await software.sync.once();
  const { startAt } = await client.slots.getByExternalId({ externalId: id });
  expect(startAt).toBe("2027-03-15T09:00:00-04:00");
});

test("nothing leaves before it is sent, and nothing is sent twice", async () => {
  await software.open(opening);
  expect((await software.sync.pending()).outbox).toHaveLength(1);
  await software.sync.once();
  await software.sync.once();
  expect((await software.sync.pending()).outbox).toHaveLength(0);
  expect((await client.changes.list()).items).toHaveLength(1);
});

test("what the hub refuses is told to staff, and stops nothing else", async () => {
  const past = await software.open({ ...opening, day: "2027-02-15" });
  const good = await software.open(opening);
  await software.sync.once();
  expect([...(await software.refused())]).toEqual([past]);
  expect((await client.slots.getByExternalId({ externalId: good })).status).toBe("complete");
});
