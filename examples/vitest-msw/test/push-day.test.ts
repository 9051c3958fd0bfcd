import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bearer, createClient } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";
import { createHubHandlers } from "@arrimage/sdk/msw";
import { holdForCitizen, pushDay } from "../src/push-day.ts";
import type { Agenda } from "../src/push-day.ts";

// No network and no database: the hub's own rules, in this process.
const { handlers, hub } = createHubHandlers({ now: "2027-03-01T08:00:00-05:00", language: "en" });
const server = setupServer(...handlers);
beforeAll(() => server.listen());
afterAll(() => server.close());

let client: Client;
let agenda: Agenda;
beforeEach(() => {
  hub.reset();
  const { machineId, professionalId, placeId, serviceId } = hub.addClinic();
  client = createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.machine(machineId)) });
  agenda = { professionalId, placeId, serviceIds: [serviceId] };
});

const slot = (id: string, day: string, from: string, to: string) => ({
  id,
  startAt: `${day}T${from}:00-05:00`,
  endAt: `${day}T${to}:00-05:00`,
});

test("a day is kept, and once: sent again, nothing is announced", async () => {
  const day = [slot("am", "2027-03-08", "09:00", "12:00"), slot("pm", "2027-03-08", "13:00", "16:00")];
  expect(await pushDay(client, agenda, day)).toEqual({ kept: ["am", "pm"], refused: [] });
  await pushDay(client, agenda, day);
  const { items } = await client.changes.list();
  expect(items.map(({ operation, externalId }) => [operation, externalId])).toEqual([
    ["created", "am"],
    ["created", "pm"],
  ]);
});

test("yesterday is refused by the hub's own rule, and stops no other", async () => {
  const day = [slot("late", "2027-02-26", "09:00", "12:00"), slot("good", "2027-03-08", "09:00", "12:00")];
  expect(await pushDay(client, agenda, day)).toEqual({
    kept: ["good"],
    refused: [{ id: "late", code: "SLOT_IN_PAST", field: "/endAt" }],
  });
});

test("the second citizen reads what else is free", async () => {
  await pushDay(client, agenda, [slot("am", "2027-03-08", "09:00", "10:00")]);
  const { slotId } = await client.slots.getByExternalId({ externalId: "am" });
  const citizens = ["DIAF99533007", "GAGA80560301"].map((nam) => {
    hub.addCitizen({ nam });
    return createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.citizen(nam)) });
  });
  const [one, other] = citizens;
  if (one === undefined || other === undefined) throw new Error("two citizens");
  expect(await holdForCitizen(one, slotId, "2027-03-08T09:00:00-05:00")).toMatch(/^held until 2027-03-01/);
  expect(await holdForCitizen(other, slotId, "2027-03-08T09:00:00-05:00")).toMatch(/^gone; [1-3] others$/);
});
