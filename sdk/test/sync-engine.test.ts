import { describe, expect, test } from "vitest";
import { bodyOf, createSync, memoryStore } from "../src/sync.ts";
import type { SyncConfig, SyncEvent } from "../src/sync.ts";
import { problem, slotBody, slotHub } from "./slot-hub.ts";

/** The engine where the hub, or the agenda, does what the real ones cannot be brought to do at will. */

const aSlot = (id: string, fields: object = {}) => ({ objectType: "slot", id, body: slotBody(fields) }) as const;

function engine(config: Partial<SyncConfig<undefined>> = {}) {
  const hub = slotHub();
  const events: SyncEvent[] = [];
  const time = { now: Date.parse("2027-03-01T12:00:00Z") };
  const sync = createSync<undefined>({
    ...{ client: hub.client, store: memoryStore(), agenda: { apply: () => undefined } },
    onProgress: (event) => events.push(event),
    runtime: { now: () => time.now, random: () => 0.5 },
    ...config,
  });
  return { hub, sync, events, time };
}

test.each(["CURSOR_EXPIRED", "CURSOR_INVALID"])(
  "%s of a cursor that a snapshot has just given is thrown, for the next round to try again",
  async (code) => {
    const { hub, sync } = engine();
    await sync.once();
    expect(hub.snapshots).toBe(1);
    let left = 20;
    hub.onChanges = () => {
      if ((left -= 1) >= 0) throw problem(410, code);
    };
    await expect(sync.once()).rejects.toMatchObject({ code });
    expect(hub.snapshots).toBe(2);
    left = 1;
    await sync.once();
    expect(hub.snapshots).toBe(3);
  },
);

test("what the agenda does not take, and staff change too, stops nothing else", async () => {
  let throws = false;
  const { hub, sync, events, time } = engine({
    agenda: {
      apply: ({ id }) => {
        if (throws && id === "bad") throw new Error("no room");
      },
    },
  });
  await sync.push(aSlot("bad"));
  await sync.once();
  throws = true;
  hub.change("bad", { visibility: "private" });
  for (const seconds of [0, 1, 4, 16, 64]) {
    time.now += seconds * 1_000;
    await sync.once();
  }
  expect(events.filter(({ type }) => type === "quarantined")).toHaveLength(1);
  await sync.push(aSlot("bad", { endAt: "2027-03-08T13:00:00-05:00" }));
  const others = Array.from({ length: 20 }, (_, n) => `s${String(n)}`);
  for (const id of others) await sync.push(aSlot(id));
  await sync.once();
  expect([...hub.slots.keys()]).toEqual(["bad", ...others]);
  // Both are told: the agenda does not take it, and the hub will not be told over what it never took.
  expect(await sync.pending()).toEqual({
    outbox: [],
    quarantined: [
      { objectType: "slot", id: "bad", direction: "toHub", code: "PRECONDITION_FAILED" },
      { objectType: "slot", id: "bad", direction: "toAgenda", code: "APPLY_FAILED" },
    ],
  });
  throws = false;
  await sync.retry();
  await sync.once();
  expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
  expect(hub.slots.get("bad")).toMatchObject({ visibility: "private", endAt: "2027-03-08T13:00:00-05:00" });
});

test("what is corrected while its faulty body is on its way is sent, and the faulty one forgotten", async () => {
  const { hub, sync, events } = engine();
  const faulty = "2027-03-08T08:00:00-05:00";
  let corrected = false;
  hub.onUpsert = async ({ body }) => {
    if (body["endAt"] !== faulty) return;
    if (!corrected) await sync.push(aSlot("s1"));
    corrected = true;
    throw problem(422, "INVALID_INTERVAL");
  };
  await sync.push(aSlot("s1", { endAt: faulty }));
  await sync.once();
  expect(hub.slots.get("s1")?.["endAt"]).toBe(slotBody().endAt);
  expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
  expect(events.map(({ type }) => type)).toEqual(["snapshot", "pushed"]);
});

test("repair of an agenda with a time that nobody can read compares the rest", async () => {
  const good = aSlot("s1");
  const unreadable = aSlot("s2", { startAt: "8 mars, 9 h" });
  const { hub, sync, events } = engine({ agenda: { apply: () => undefined, read: () => [good, unreadable] } });
  await sync.push([good, unreadable]);
  hub.onUpsert = ({ externalId }) => {
    if (externalId === "s2") throw problem(422, "INVALID_REQUEST");
  };
  expect(await sync.repair()).toEqual(["plc_1"]);
  expect(hub.confirmed.map(({ date }) => date)).toEqual(["2027-03-08"]);
  expect(events.map(({ type }) => type)).toEqual(["snapshot", "pushed", "quarantined", "confirmed"]);
});

test("what a firewall never lets through is set aside after five rounds, and the rest is sent", async () => {
  const { hub, sync } = engine();
  let status = 502;
  hub.onUpsert = ({ externalId }) => {
    if (externalId === "s1") throw problem(status, "UNEXPECTED_ANSWER");
  };
  await sync.push(aSlot("s1"));
  // Whatever answers 502 will be gone again.
  for (let round = 0; round < 10; round += 1) await expect(sync.once()).rejects.toMatchObject({ status: 502 });
  status = 403;
  const others = Array.from({ length: 20 }, (_, n) => `s${String(n + 2)}`);
  for (const id of others) await sync.push(aSlot(id));
  for (let round = 0; round < 4; round += 1) await expect(sync.once()).rejects.toMatchObject({ status: 403 });
  await sync.once();
  expect([...hub.slots.keys()]).toEqual(others);
  expect(await sync.pending()).toEqual({
    outbox: [],
    quarantined: [{ objectType: "slot", id: "s1", direction: "toHub", code: "UNEXPECTED_ANSWER" }],
  });
});

/** Sleeps until it is told to wake up, or aborted. */
function sleeper() {
  const sleeping: { milliseconds: number; wakeUp: () => void }[] = [];
  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      sleeping.push({ milliseconds, wakeUp: resolve });
      // Whatever aborts names a reason; it is passed on as it is.
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  return { sleeping, sleep };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("run, when the hub asks to be left alone", () => {
  test("waits as long as that, whatever is pushed meanwhile; of its own delay a wake spares it the rest", async () => {
    const { sleeping, sleep } = sleeper();
    const { hub, sync, events } = engine({ runtime: { random: () => 0.5, sleep } });
    let asked = 0;
    hub.onChanges = () => {
      asked += 1;
      if (asked < 3) throw problem(503, "UNAVAILABLE", {}, asked === 1 ? 0.3 : null);
    };
    const stop = new AbortController();
    const running = sync.run({ signal: stop.signal });
    await settled();
    expect(sleeping.map(({ milliseconds }) => milliseconds)).toEqual([300]);
    for (const id of ["s1", "s2", "s3"]) await sync.push(aSlot(id));
    sync.wake();
    await settled();
    expect(asked).toBe(1);
    sleeping[0]?.wakeUp();
    await settled();
    expect(asked).toBe(2);
    expect(events.filter(({ type }) => type === "offline")).toMatchObject([{ delayMs: 500 }, { delayMs: 1_000 }]);
    // Nothing was asked for the second time.
    sleeping.at(-1)?.wakeUp();
    await settled();
    sync.wake();
    await settled();
    expect(asked).toBeGreaterThan(2);
    expect([...hub.slots.keys()]).toEqual(["s1", "s2", "s3"]);
    stop.abort();
    await running;
  });

  test("ends at once when it is told to", async () => {
    const { sleeping, sleep } = sleeper();
    const { hub, sync } = engine({ runtime: { random: () => 0.5, sleep } });
    hub.onChanges = () => {
      throw problem(429, "TOO_MANY_REQUESTS", {}, 60);
    };
    const stop = new AbortController();
    const running = sync.run({ signal: stop.signal });
    await settled();
    expect(sleeping).toHaveLength(1);
    stop.abort();
    await running;
  });

  test("a wait for changes that a wake cuts short is not repeated by the client", async () => {
    const { hub, sync } = engine();
    const stop = new AbortController();
    const calls: { isCut: boolean; retries: number | undefined }[] = [];
    hub.onChanges = ({ signal, retries }) => void calls.push({ isCut: signal !== stop.signal, retries });
    const running = sync.run({ signal: stop.signal });
    await settled();
    await sync.push(aSlot("s1"));
    await settled();
    expect(calls).toEqual([
      { isCut: false, retries: undefined },
      { isCut: true, retries: 0 },
      { isCut: false, retries: undefined },
      // What has just been sent is in the log.
      { isCut: false, retries: undefined },
      { isCut: true, retries: 0 },
    ]);
    expect([...hub.slots.keys()]).toEqual(["s1"]);
    stop.abort();
    await running;
  });
});

describe("a push while the agenda is asked", () => {
  const late = () => new Promise((resolve) => setTimeout(resolve, 1));

  test("of what apply wrote: it is waited for, and what the hub has already is not sent", async () => {
    const { hub, sync } = engine({
      agenda: {
        async apply({ objectType, id, object }) {
          await late();
          if (objectType === "slot" && object) await sync.push({ objectType, id, body: bodyOf("slot", object) });
        },
      },
    });
    await sync.push(aSlot("s1"));
    await sync.once();
    hub.change("s1", { visibility: "private" });
    await sync.once();
    expect(hub.asked).toEqual(["s1"]);
    expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
  });

  test("of something else: it is kept with that transaction's end, and sent in the same round", async () => {
    let fails = true;
    const { hub, sync, time } = engine({
      agenda: {
        async apply() {
          await late();
          await sync.push(aSlot("s2", { visibility: "private" }));
          if (fails) throw new Error("no room");
        },
        other: () => sync.push(aSlot("s3")),
      },
    });
    await sync.push(aSlot("s1"));
    await sync.once();
    hub.change("s1", { visibility: "private" });
    await sync.pull();
    expect((await sync.pending()).outbox).toEqual([{ objectType: "slot", id: "s2" }]);
    fails = false;
    time.now += 1_000;
    hub.tell({ objectType: "place", objectId: "plc_1" });
    await sync.once();
    expect([...hub.slots.keys()]).toEqual(["s1", "s2", "s3"]);
    expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
  });
});

test("what ended long ago is forgotten, and what is changed of it all the same is taken as by a new engine", async () => {
  const store = memoryStore();
  const applied: [id: string, version: number][] = [];
  const { hub, sync, time } = engine({
    store,
    agenda: { apply: ({ id, version }) => void applied.push([id, version]), read: () => [] },
  });
  const known = () => store.transaction(async (kept) => [...(await kept.list("base/"))].length);
  const later = { startAt: "2027-08-09T09:00:00-04:00", endAt: "2027-08-09T12:00:00-04:00" };
  await sync.push([aSlot("s1"), aSlot("s2"), aSlot("s3", later)]);
  await sync.repair();
  time.now = Date.parse("2027-06-01T12:00:00Z");
  // It ended long ago, and was agreed on again just now.
  await sync.push(aSlot("s2", { visibility: "private" }));
  await sync.repair();
  expect(await known()).toBe(3);
  time.now = Date.parse("2027-06-17T12:00:00Z");
  await sync.repair();
  expect(await known()).toBe(2);
  hub.change("s1", { visibility: "private" });
  await sync.once();
  expect(applied).toEqual([["s1", 2]]);
  await sync.push(aSlot("s1"));
  await sync.once();
  expect(hub.slots.get("s1")).toMatchObject({ visibility: "public", version: 3 });
  expect(hub.slots.size).toBe(3);
});

test("of the places to keep in step, a snapshot asks for those that are linked", async () => {
  const { hub, sync } = engine({ placeIds: ["plc_1", "plc_2"] });
  await sync.once();
  expect(hub.askedPlaces).toEqual(["plc_1"]);
});

test("a name that was refused is given with the next change of its object", async () => {
  const { hub, sync, events } = engine({ agenda: { apply: () => ({ id: "X" }) } });
  hub.slots.set("slt_9", { slotId: "slt_9", externalId: null as unknown as string, version: 1, ...slotBody() });
  let taken = true;
  const adoptions: string[] = [];
  hub.onAdoption = (externalId) => {
    adoptions.push(externalId);
    if (taken) throw problem(409, "EXTERNAL_ID_IN_USE");
    hub.slots.delete("slt_9");
    hub.slots.set(externalId, { slotId: "slt_9", externalId, version: 1, ...slotBody() });
  };
  await sync.once();
  expect(await sync.pending()).toMatchObject({ outbox: [], quarantined: [{ id: "X", code: "EXTERNAL_ID_IN_USE" }] });
  await sync.push(aSlot("X", { endAt: "2027-03-08T13:00:00-05:00" }));
  await sync.once();
  // Still taken: it is told again, and nothing waits unseen behind it.
  expect(events.filter(({ type }) => type === "quarantined")).toHaveLength(2);
  expect(await sync.pending()).toMatchObject({ outbox: [], quarantined: [{ id: "X", code: "EXTERNAL_ID_IN_USE" }] });
  taken = false;
  await sync.push(aSlot("X", { endAt: "2027-03-08T14:00:00-05:00" }));
  await sync.once();
  expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
  expect(hub.slots.get("X")).toMatchObject({ slotId: "slt_X", endAt: "2027-03-08T14:00:00-05:00" });
  expect(adoptions).toEqual(["X", "X", "X"]);
});
