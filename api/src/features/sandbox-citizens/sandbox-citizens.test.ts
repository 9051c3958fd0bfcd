import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { dayMs } from "../../domain/time.ts";
import { normaliseNam } from "../../domain/nam.ts";
import { inventedCitizen } from "../../sandbox/invented-citizens.ts";
import { seedSandbox } from "../../sandbox/seed.ts";
import type { SandboxMachines } from "../sandbox-machines/schema.ts";
import type { Done } from "./schema.ts";

let hub: TestHub;
let placeId: string;
beforeAll(async () => {
  hub = await createTestHub({ now: "2027-03-04T07:00:00-05:00" });
  await seedSandbox(hub.deps, (request) => hub.app.fetch(request));
  const { machines } = (await hub.request<SandboxMachines>("GET", "/sandbox/machines")).body;
  placeId = machines.find(({ name }) => name === "oscar-pont")?.places[0]?.placeId ?? "";
});
afterAll(() => hub.close());
beforeEach(async () => {
  await hub.request("POST", "/sandbox/reset", { body: {} });
});

async function act(behaviour: string, fields: object = {}): Promise<Done[]> {
  const body = { behaviour, placeId, ...fields };
  return (await hub.request<{ items: Done[] }>("POST", "/sandbox/citizens/act", { body })).body.items;
}
const didOf = (items: Done[]) => items.map(({ did }) => did);

/** As the clinic sees it. */
async function appointments(): Promise<{ attendance: string; startAt: string }[]> {
  const as = await hub.tokens.employee("IP200001");
  const from = "2027-03-01T00:00:00Z";
  const query = `placeId=${placeId}&from=${from}&limit=1000`;
  return (
    await hub.request<{ items: { attendance: string; startAt: string }[] }>("GET", `/v1/appointments?${query}`, { as })
  ).body.items;
}

test("book and cancel: the clinic sees it, and the log of changes tells it", async () => {
  const [booked] = await act("book");
  expect(booked).toMatchObject({ did: "booked", placeId, code: null });
  expect((await appointments()).map(({ startAt }) => startAt)).toEqual([booked?.startAt]);
  const [cancelled] = await act("cancel");
  expect(cancelled).toMatchObject({ did: "cancelled", appointmentId: booked?.appointmentId });
  expect(await appointments()).toEqual([]);
  // Without one there is to cancel, one is made for it.
  expect(didOf(await act("cancel"))).toEqual(["booked", "cancelled"]);
});

test("changeMind: the time is given back and another taken by the same citizen", async () => {
  const acts = await act("changeMind");
  expect(didOf(acts)).toEqual(["booked", "cancelled", "booked"]);
  expect(new Set(acts.map(({ citizen }) => citizen)).size).toBe(1);
  expect(acts[2]?.startAt).not.toBe(acts[0]?.startAt);
  expect(await appointments()).toHaveLength(1);
});

test("doubleClick: two identical POSTs, one appointment", async () => {
  const acts = await act("doubleClick");
  expect(didOf(acts)).toEqual(["booked", "replayed"]);
  expect(acts[0]?.appointmentId).toBe(acts[1]?.appointmentId);
  expect(await appointments()).toHaveLength(1);
});

test("race: twelve citizens, one opening, one appointment", async () => {
  const acts = await act("race", { count: 12 });
  expect(acts).toHaveLength(12);
  expect(acts.filter(({ did }) => did === "booked")).toHaveLength(1);
  expect(new Set(acts.filter(({ did }) => did === "refused").map(({ code }) => code))).toEqual(
    new Set(["OPENING_NOT_AVAILABLE"]),
  );
  expect(new Set(acts.map(({ startAt }) => startAt)).size).toBe(1);
});

test("noShow: whoever was not seen is marked as absent by the clinic once the time has come", async () => {
  const [booked] = await act("noShow");
  expect(booked?.did).toBe("booked");
  hub.clock.moveTo(Date.parse(booked?.startAt ?? "") + dayMs);
  const [absent] = await act("noShow");
  expect(absent).toMatchObject({ did: "absent", appointmentId: booked?.appointmentId });
  expect((await appointments()).map(({ attendance }) => attendance)).toEqual(["absent"]);
});

test("a place or professional that there is not is said", async () => {
  const body = { behaviour: "book", placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h" };
  const { status } = await hub.request("POST", "/sandbox/citizens/act", { body });
  expect(status).toBe(404);
});

test("simulate does the same for the same seed in the same world, and something else for another", async () => {
  const simulate = async (seed: number, fields: object = {}) => {
    const body = { seed, steps: 25, ...fields };
    const { items } = (await hub.request<{ items: Done[] }>("POST", "/sandbox/citizens/simulate", { body })).body;
    await hub.request("POST", "/sandbox/reset", { body: {} });
    // Ids are made anew; who wins a race is for the hub to say.
    return items
      .map(({ behaviour, did, code, citizen, startAt, slotId }) =>
        [behaviour, did, code, behaviour === "race" ? "" : citizen, startAt, slotId].join(" "),
      )
      .join("\n");
  };
  const sorted = (text: string) => text.split("\n").sort();
  const first = await simulate(7);
  expect(sorted(await simulate(7))).toEqual(sorted(first));
  expect(await simulate(8)).not.toBe(first);
  for (const behaviour of ["book", "cancel", "changeMind", "doubleClick", "race"])
    expect(first).toMatch(new RegExp(`^${behaviour} (booked|cancelled)`, "m"));
  expect(await simulate(7, { mix: { cancel: 1 }, steps: 3 })).not.toMatch(/^(book|race)/m);
});

test("robots are invented, different and nobody's", () => {
  const nams = Array.from({ length: 87_360 }, (_, n) => inventedCitizen(n).nam);
  expect(new Set(nams).size).toBe(nams.length);
  expect(nams.every((nam) => normaliseNam(nam) === nam && nam[10] === "0")).toBe(true);
});
