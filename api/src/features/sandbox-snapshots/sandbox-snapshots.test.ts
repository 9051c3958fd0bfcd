import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEstablishment } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { watchWorld } from "../../sandbox/mode.ts";
import { seedSandbox } from "../../sandbox/seed.ts";
import type { SandboxMachines } from "../sandbox-machines/schema.ts";
import type { SnapshotBody } from "./schema.ts";

const start = "2027-03-04T07:00:00-05:00";
let hub: TestHub;
let owner: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub({ now: start });
  owner = postgres(hub.database.url, { max: 1, onnotice: () => undefined });
  await seed();
});
afterAll(async () => {
  await owner.end();
  await hub.close();
});

const seed = () => seedSandbox(hub.deps, (request) => hub.app.fetch(request));
const keep = async (name?: string) =>
  (await hub.request<SnapshotBody>("POST", "/sandbox/snapshots", { body: name === undefined ? {} : { name } })).body;
const restore = ({ snapshotId }: SnapshotBody) =>
  hub.request<SnapshotBody>("POST", `/sandbox/snapshots/${snapshotId}/restore`);
const machines = async () => (await hub.request<SandboxMachines>("GET", "/sandbox/machines")).body.machines;

/** Every row of every table of the world, in one text a table. */
async function everything(): Promise<Map<string, string>> {
  const tables = await owner<{ name: string }[]>`
    SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND relname NOT IN ('schema_migration', 'signing_key', 'assertion_jti', 'sandbox_clock') ORDER BY 1`;
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await owner<{ text: string }[]>`
      SELECT coalesce(string_agg(t::text, E'\n' ORDER BY t::text), '') AS text FROM ${owner(name)} t`;
    texts.set(name, row?.text ?? "");
  }
  return texts;
}

const nam = "DIAF99533007";
const contact = { mobilePhone: "418-555-0142", communicationModes: ["sms"] };

/** A citizen books the first opening at the first place: the reference number, or the refusal's code. */
async function book(as: string): Promise<string> {
  const placeId = (await machines())[0]?.places[1]?.placeId ?? "";
  const asked = { cascade: "3", consultationReason: "minorEmergency", placeId, limit: 1 };
  const found = await hub.request<{ items: { slotId: string; startAt: string }[] }>(
    "POST",
    "/v1/citizen/openings/search",
    { as, key: null, body: asked },
  );
  const { slotId, startAt } = found.body.items[0] ?? { slotId: "", startAt: "" };
  const body = { slotId, startAt, consultationReason: "minorEmergency", ...contact };
  const booked = await hub.request<{ referenceNumber?: string; code?: string }>("POST", "/v1/citizen/appointments", {
    as,
    body,
  });
  return booked.body.referenceNumber ?? booked.body.code ?? "";
}

describe("sandboxSnapshots", () => {
  test("put back everything: rows, the clock, the next reference number; tokens and callers stay good", async () => {
    const as = await hub.tokens.citizen(nam);
    const before = await everything();
    expect([...before].filter(([, text]) => text !== "").length).toBeGreaterThan(15);
    const kept = await keep("before");
    expect(kept).toMatchObject({ name: "before", now: "2027-03-04T12:00:00.000Z" });
    const first = await book(as);
    expect(first).toMatch(/^\d{10}$/);
    expect(await book(as)).not.toBe(first);
    hub.clock.advance(3_600_000);
    expect(await everything()).not.toEqual(before);

    expect((await restore(kept)).body).toEqual(kept);
    expect(await everything()).toEqual(before);
    expect(new Date(hub.clock.now()).toISOString()).toBe(kept.now);
    // The same command has the same outcome again, to the number.
    expect(await book(as)).toBe(first);
    expect((await restore(kept)).status).toBe(200);
  });

  test("what this process remembers of callers is forgotten with it", async () => {
    const [machine] = await machines();
    const token = await hub.tokens.machine(machine?.machineId ?? "");
    const ask = () => hub.request("GET", "/v1/machines", { as: token });
    const changes = async () => (await hub.request("GET", "/v1/changes", { as: token })).status;
    const kept = await keep();
    expect(kept.name).toBe(null);
    const operator = await hub.tokens.operator();
    const { version } = (
      await hub.request<{ version: number }>("GET", `/v1/machines/${machine?.machineId ?? ""}`, { as: operator })
    ).body;
    await hub.request("POST", `/v1/machines/${machine?.machineId ?? ""}/suspend`, { as: operator, version });
    expect(await changes()).toBe(401);
    await restore(kept);
    expect(await changes()).toBe(200);
    expect((await ask()).status).toBe(403);
  });

  test("SYNC-72 whoever follows the changes begins anew, though the same happens again at the same time", async () => {
    const as = await hub.tokens.citizen(nam);
    const [machine] = await machines();
    const token = await hub.tokens.machine(machine?.machineId ?? "");
    const follow = (query: string) =>
      hub.request<{ nextCursor: string; items: object[] }>("GET", `/v1/changes?${query}`, { as: token });
    const kept = await keep();
    const before = (await follow("from=now")).body.nextCursor;
    await book(as);
    const { nextCursor: after, items } = (await follow(`cursor=${before}`)).body;
    await restore(kept);
    expect((await follow(`cursor=${after}`)).status).toBe(410);
    await book(as);
    expect((await follow(`cursor=${after}`)).status).toBe(410);
    expect((await follow(`cursor=${before}`)).body.items).toHaveLength(items.length);
    await restore(kept);
  });

  test("are listed, dropped, and not found afterwards", async () => {
    const kept = await keep("one more");
    const list = async () => (await hub.request<{ items: SnapshotBody[] }>("GET", "/sandbox/snapshots")).body.items;
    expect(await list()).toContainEqual(kept);
    expect((await list())[0]?.name).toBe("seed");
    expect((await hub.request("DELETE", `/sandbox/snapshots/${kept.snapshotId}`)).status).toBe(204);
    expect(await list()).not.toContainEqual(kept);
    expect((await restore(kept)).status).toBe(404);
    expect((await hub.request("DELETE", `/sandbox/snapshots/${kept.snapshotId}`)).status).toBe(404);
  });

  test("are put back as often as is wanted: one for each test", async () => {
    const kept = await keep();
    const before = await everything();
    const as = await hub.tokens.citizen(nam);
    const numbers = new Set<string>();
    for (let i = 0; i < 5; i++) {
      numbers.add(await book(as));
      expect((await restore(kept)).status).toBe(200);
    }
    // Each time the same booking, as if the ones before had never been.
    expect(numbers.size).toBe(1);
    expect(await everything()).toEqual(before);
  });

  test("wait for those who write, and leave nothing of what they wrote", async () => {
    const as = await hub.tokens.citizen(nam);
    const kept = await keep();
    const before = await everything();
    const booked = book(as);
    const [, ...restored] = await Promise.all([booked, restore(kept), restore(kept)]);
    expect(restored.map(({ status }) => status)).toEqual([200, 200]);
    await restore(kept);
    expect(await everything()).toEqual(before);
  });

  test("an owner whom row-level security binds does it too, and leaves the policies forced", async () => {
    const [us] = await owner`SELECT rolsuper FROM pg_roles WHERE rolname = current_user`;
    // Who is bound already has shown it in every other test.
    if (us?.["rolsuper"] !== true) return;
    const forced = () => owner`SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY 1`;
    const before = [await everything(), await forced()];
    const kept = await keep();
    // Every right of the hub's owner in this database, none of a superuser.
    await owner.unsafe(`
      DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plain_owner') THEN
        CREATE ROLE plain_owner LOGIN PASSWORD 'plain' NOSUPERUSER; END IF; END $$;
      DO $$ DECLARE t record; BEGIN
        FOR t IN SELECT c.oid::regclass AS name, relkind FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
          WHERE (nspname IN ('public', 'sandbox_world') OR nspname LIKE 'snp%') AND relkind IN ('r', 'S') LOOP
          EXECUTE format('ALTER %s %s OWNER TO plain_owner', CASE t.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, t.name);
        END LOOP;
        FOR t IN SELECT nspname FROM pg_namespace WHERE nspname = 'sandbox_world' OR nspname LIKE 'snp%' LOOP
          EXECUTE format('ALTER SCHEMA %s OWNER TO plain_owner', t.nspname);
        END LOOP;
        EXECUTE format('GRANT CREATE ON DATABASE %I TO plain_owner', current_database());
      END $$`);
    await owner`GRANT USAGE ON SCHEMA public TO plain_owner`;
    const url = new URL(hub.database.url);
    [url.username, url.password] = ["plain_owner", "plain"];
    const { openWorld } = await import("../../sandbox/world.ts");
    const world = openWorld(url.href);
    try {
      await book(await hub.tokens.citizen(nam));
      expect(await everything()).not.toEqual(before[0]);
      await world.restore(kept.snapshotId);
      expect([await everything(), await forced()]).toEqual(before);
    } finally {
      await world.close();
      await owner`REASSIGN OWNED BY plain_owner TO CURRENT_USER`;
      await owner`DROP OWNED BY plain_owner`;
    }
  });
});

describe("sandbox.reset", () => {
  test("goes back to the seed, ends faults and empties the request log", async () => {
    const before = await machines();
    await book(await hub.tokens.citizen(nam));
    await hub.request("POST", "/sandbox/faults", { body: { fault: "unavailable" } });
    hub.clock.advance(86_400_000);
    const { status, body } = await hub.request<SnapshotBody>("POST", "/sandbox/reset", { body: {} });
    expect([status, body.name, body.now]).toEqual([200, "seed", "2027-03-04T12:00:00.000Z"]);
    expect(await machines()).toEqual(before);
    expect((await hub.request<{ items: unknown[] }>("GET", "/sandbox/faults")).body.items).toEqual([]);
    expect((await hub.request<{ items: unknown[] }>("GET", "/sandbox/requests")).body.items).toEqual([]);
    expect(new Date(hub.clock.now()).toISOString()).toBe(body.now);
  });

  test("seeds anew from another day, and later resets go back there", async () => {
    const before = await machines();
    const body = { now: "2028-06-05T07:00:00-04:00" };
    const again = await hub.request<SnapshotBody>("POST", "/sandbox/reset", { body });
    expect(again.body.now).toBe("2028-06-05T11:00:00.000Z");
    const after = await machines();
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(after[0]?.machineId).not.toBe(before[0]?.machineId);
    expect(await book(await hub.tokens.citizen(nam))).toMatch(/^\d{10}$/);
    hub.clock.advance(86_400_000);
    await hub.request("POST", "/sandbox/reset", { body: {} });
    expect(new Date(hub.clock.now()).toISOString()).toBe("2028-06-05T11:00:00.000Z");
  });
});

describe("a seeding that was interrupted", () => {
  test("begins anew: nothing of the half is left, and it is done once", async () => {
    const half = await createTestHub({ now: start, seed: "half" });
    try {
      let calls = 0;
      const dying = (request: Request) => {
        calls += 1;
        if (calls > 20) throw new Error("the process dies");
        return half.app.fetch(request);
      };
      await expect(seedSandbox(half.deps, dying)).rejects.toThrow("the process dies");
      const seeded = await Promise.all([1, 2].map(() => seedSandbox(half.deps, (request) => half.app.fetch(request))));
      expect(seeded.sort()).toEqual([false, true]);
      const as = await half.tokens.operator();
      const { body } = await half.request<{ items: { name: string }[] }>("GET", "/v1/establishments", { as });
      expect(body.items.map(({ name }) => name)).toEqual([
        "GMF des Rives",
        "Clinique du Havre",
        "Sans rendez-vous Laurier",
      ]);
    } finally {
      await half.close();
    }
  });

  test("what is there and was never a sandbox's is kept, whatever is asked", async () => {
    const other = await createTestHub({ now: start, seed: "other" });
    try {
      await anEstablishment(other, { name: "Déjà là" });
      const seedOther = () => seedSandbox(other.deps, (request) => other.app.fetch(request));
      expect(await seedOther()).toBe(false);
      const kept = await other.request<SnapshotBody>("POST", "/sandbox/snapshots", { body: {} });
      expect((await other.request("POST", "/sandbox/reset", { body: {} })).status).toBe(403);
      expect((await other.request("POST", `/sandbox/snapshots/${kept.body.snapshotId}/restore`)).status).toBe(403);
      const as = await other.tokens.operator();
      // Also at the next start, when a sandbox has handed out tokens.
      expect(await seedOther()).toBe(false);
      expect((await other.request("POST", "/sandbox/reset", { body: {} })).status).toBe(403);
      const { body } = await other.request<{ items: { name: string }[] }>("GET", "/v1/establishments", { as });
      expect(body.items.map(({ name }) => name)).toEqual(["Déjà là"]);
    } finally {
      await other.close();
    }
  });
});

test("another process forgets too what it knew of a world that is put back", async () => {
  const second = await createTestHub({ now: start, database: hub.database, seed: "second" });
  const watching = await watchWorld(second.hub);
  try {
    const [machine] = await machines();
    const [token, operator] = [await hub.tokens.machine(machine?.machineId ?? ""), await hub.tokens.operator()];
    const there = async () => (await second.request("GET", "/v1/changes?from=now", { as: token })).status;
    const kept = await keep();
    const { version } = (
      await hub.request<{ version: number }>("GET", `/v1/machines/${machine?.machineId ?? ""}`, { as: operator })
    ).body;
    await hub.request("POST", `/v1/machines/${machine?.machineId ?? ""}/suspend`, { as: operator, version });
    // Its own clock stands still: by itself it would believe this for ever.
    expect(await there()).toBe(401);
    await restore(kept);
    await expect.poll(there).toBe(200);
  } finally {
    await watching.unlisten();
    await second.close();
  }
});
