import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aClinic, aLink, aMachine, anEmployee, aPlace } from "../../../test/factories.ts";
import type { AClinic, APlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { announce } from "../../db/change-log.ts";
import type { Author, Change } from "../../db/change-log.ts";
import { withScope } from "../../db/scope.ts";
import { writeCursor } from "../../http/cursor.ts";
import { putBindings } from "../bindings/store.ts";
import type { ChangeItem, ChangePage } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

/** Announces changes in an establishment as the hub's actions do; by default an employee's, of slots. */
async function change(
  { establishmentId }: { establishmentId: string },
  changes: (Partial<Change> & { author?: Author })[],
  ended: "committed" | "rolledBack" = "committed",
): Promise<void> {
  const announcing = withScope(
    hub.deps.connection,
    { audience: "system", establishments: [establishmentId] },
    async (tx) => {
      const announcements = changes.map(({ author = { kind: "system" }, ...fields }) => ({
        author,
        change: {
          establishmentId,
          objectType: "slot",
          objectId: `slt_${String(hub.count())}`,
          operation: "created",
          version: 1,
          placeIds: [],
          ...fields,
        } satisfies Change,
      }));
      await announce(tx, hub.clock.now(), announcements);
      if (ended === "rolledBack") throw new Error("rolled back");
    },
  );
  await (ended === "rolledBack" ? expect(announcing).rejects.toThrow("rolled back") : announcing);
}

async function follow(token: string, query: Record<string, string | number> = {}): Promise<TestAnswer<ChangePage>> {
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return hub.request<ChangePage>("GET", `/v1/changes?${search.toString()}`, { as: token });
}

/** Every change from a cursor on, page by page. */
async function followAll(
  token: string,
  limit: number,
  from?: string,
): Promise<{ items: ChangeItem[]; cursor: string; pages: number }> {
  const items: ChangeItem[] = [];
  let cursor = from;
  for (let pages = 1; ; pages++) {
    const { status, body } = await follow(token, { limit, ...(cursor === undefined ? {} : { cursor }) });
    expect(status).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    items.push(...body.items);
    cursor = body.nextCursor;
    if (body.caughtUp) return { items, cursor, pages };
  }
}

const at = ({ placeId }: APlace, fields: Partial<Change> & { author?: Author } = {}) => ({
  placeIds: [placeId],
  ...fields,
});

function vendorOf(clinic: AClinic): Author {
  return { kind: "machine", ...clinic.machine, name: "", scopes: [], links: [] };
}

describe("what a change says", () => {
  test("ids, times in the place's zone, status, names of fields, who wrote it and the reader's own name of the object", async () => {
    const clinic = await aClinic(hub, { place: { timeZone: "America/Halifax" } });
    const { establishmentId, placeId, professionalId, machine } = clinic;
    const startAt = Date.parse("2027-03-08T13:00:00Z");
    await withScope(hub.deps.connection, { audience: "system", establishments: [establishmentId] }, (tx) =>
      putBindings(tx, machine.vendorId, [
        {
          establishmentId,
          objectType: "appointment",
          externalId: "rv-77",
          objectId: "apt_77",
          bodyHash: null,
          vendorVersion: 1,
        },
        // Another kind of object with the same id is another object.
        {
          establishmentId,
          objectType: "slot",
          externalId: "plage-77",
          objectId: "slt_77",
          bodyHash: null,
          vendorVersion: 1,
        },
      ]),
    );
    const { items } = await followAll(machine.token, 10);
    expect(items).toEqual([]);
    await change(clinic, [
      at(clinic, {
        objectType: "appointment",
        objectId: "apt_77",
        operation: "updated",
        version: 2,
        professionalId,
        startAt,
        endAt: startAt + 900_000,
        status: "active",
        changed: ["startAt", "endAt"],
        author: { kind: "citizen", nam: "ABCD00000000", namIndex: "v1:secret" },
      }),
      at(clinic, {
        objectType: "slot",
        objectId: "slt_77",
        operation: "deleted",
        version: 3,
        author: vendorOf(clinic),
      }),
    ]);
    const answer = await follow(machine.token);
    expect(answer.body.items).toEqual([
      {
        establishmentId,
        seq: 1,
        prevSeq: 0,
        at: "2027-03-01T12:00:00.000Z",
        objectType: "appointment",
        objectId: "apt_77",
        operation: "updated",
        version: 2,
        placeIds: [placeId],
        professionalId,
        startAt: "2027-03-08T09:00:00-04:00",
        endAt: "2027-03-08T09:15:00-04:00",
        status: "active",
        changed: ["startAt", "endAt"],
        origin: { actorType: "citizen", own: false },
        externalId: "rv-77",
      },
      // A tombstone, still under the vendor's own name.
      expect.objectContaining({
        seq: 2,
        prevSeq: 1,
        objectId: "slt_77",
        operation: "deleted",
        version: 3,
        externalId: "plage-77",
        origin: { actorType: "machine", own: true },
      }),
    ]);
    expect(answer.body.caughtUp).toBe(true);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|ABCD/);
  });

  test("own is the vendor's, whichever machine wrote; for staff, their own", async () => {
    const clinic = await aClinic(hub);
    const other = await aMachine(hub, { vendorId: clinic.machine.vendorId });
    const stranger = await aMachine(hub);
    const { employeeId, establishmentId } = clinic.admin;
    const employee = {
      kind: "employee",
      employeeId,
      establishmentId,
      name: "",
      profile: "user",
      professionalId: null,
      workPlaceIds: [],
      grants: [],
    } as const;
    const machine = (it: { machineId: string; vendorId: string }) =>
      ({ kind: "machine", ...it, name: "", scopes: [], links: [] }) as const;
    await change(clinic, [
      at(clinic, { author: machine(other) }),
      at(clinic, { author: machine(stranger) }),
      at(clinic, { author: employee }),
    ]);
    const own = async (token: string) => (await follow(token)).body.items.map(({ origin }) => origin.own);
    expect(await own(clinic.machine.token)).toEqual([true, false, false]);
    expect(await own(clinic.admin.token)).toEqual([false, false, true]);
  });

  test("a reader is told its own names only", async () => {
    const clinic = await aClinic(hub);
    const { establishmentId } = clinic;
    const stranger = await aMachine(hub);
    await withScope(hub.deps.connection, { audience: "system", establishments: [establishmentId] }, (tx) =>
      putBindings(tx, stranger.vendorId, [
        {
          establishmentId,
          objectType: "slot",
          externalId: "theirs",
          objectId: "slt_x",
          bodyHash: null,
          vendorVersion: 1,
        },
      ]),
    );
    await change(clinic, [at(clinic, { objectId: "slt_x" })]);
    for (const token of [clinic.machine.token, clinic.admin.token])
      expect((await follow(token)).body.items.map(({ externalId }) => externalId)).toEqual([null]);
  });
});

describe("what a reader sees", () => {
  test("LCGA-02 a machine the agenda objects of its places; staff everything; prevSeq chains what each was given", async () => {
    const clinic = await aClinic(hub);
    const { establishmentId } = clinic;
    const second = await aPlace(hub, clinic);
    const machine = await aMachine(hub, { places: [second] });
    await change(clinic, [
      at(clinic),
      at(second),
      { placeIds: [clinic.placeId, second.placeId] },
      { objectType: "employee", placeIds: [clinic.placeId] },
      { objectType: "establishment" },
      at(clinic, { objectType: "hold" }),
      at(second, { objectType: "machineLink" }),
    ]);
    const seen = async (token: string) =>
      (await followAll(token, 2)).items.map(({ seq, prevSeq, placeIds }) => ({ seq, prevSeq, placeIds }));
    const [first, other] = [clinic.placeId, second.placeId];
    expect(await seen(clinic.machine.token)).toEqual([
      { seq: 1, prevSeq: 0, placeIds: [first] },
      { seq: 3, prevSeq: 1, placeIds: [first] },
      { seq: 6, prevSeq: 3, placeIds: [first] },
    ]);
    expect(await seen(machine.token)).toEqual([
      { seq: 2, prevSeq: 0, placeIds: [other] },
      { seq: 3, prevSeq: 2, placeIds: [other] },
      { seq: 7, prevSeq: 3, placeIds: [other] },
    ]);
    expect(await seen(clinic.admin.token)).toMatchObject(
      [1, 2, 3, 4, 5, 6, 7].map((seq) => ({ seq, prevSeq: seq - 1 })),
    );
    const elsewhere = await aClinic(hub);
    expect(elsewhere.establishmentId).not.toBe(establishmentId);
    expect(await seen(elsewhere.machine.token)).toEqual([]);
    expect(await seen(elsewhere.admin.token)).toEqual([]);
  });

  test("EMP-02 a user hears of no employee's record but their own; who keeps records hears of all", async () => {
    const clinic = await aClinic(hub);
    const superUser = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
    const { professional } = clinic;
    await change(clinic, [
      { objectType: "employee", objectId: professional.employeeId },
      { objectType: "employee", objectId: superUser.employeeId },
      { objectType: "establishment" },
    ]);
    const seen = async ({ token }: { token: string }) => (await followAll(token, 100)).items.map(({ seq }) => seq);
    expect(await seen(professional)).toEqual([1, 3]);
    expect(await seen(superUser)).toEqual([1, 2, 3]);
    expect(await seen(clinic.admin)).toEqual([1, 2, 3]);
  });

  test("a machine of several establishments follows one cursor, by turns; a new one appears by itself", async () => {
    const one = await aClinic(hub);
    const two = await aClinic(hub);
    const here = await aPlace(hub, one);
    const machine = await aMachine(hub, { places: [here] });
    const there = await aPlace(hub, two);
    await change(
      one,
      Array.from({ length: 6 }, () => at(here)),
    );
    const before = await followAll(machine.token, 100);
    expect(before.items).toHaveLength(6);
    await change(
      two,
      Array.from({ length: 3 }, () => at(there)),
    );
    await aLink(hub, machine, there);
    await change(
      one,
      Array.from({ length: 6 }, () => at(here)),
    );
    const page = await follow(machine.token, { cursor: before.cursor, limit: 4 });
    expect(
      page.body.items.map(({ establishmentId }) => establishmentId).filter((id) => id === two.establishmentId),
    ).toHaveLength(2);
    const rest = await followAll(machine.token, 4, before.cursor);
    expect(rest.items).toHaveLength(9);
    for (const { establishmentId, expected } of [
      { establishmentId: one.establishmentId, expected: [7, 8, 9, 10, 11, 12] },
      { establishmentId: two.establishmentId, expected: [1, 2, 3] },
    ]) {
      const items = rest.items.filter((item) => item.establishmentId === establishmentId);
      expect(items.map(({ seq }) => seq)).toEqual(expected);
      expect(items.map(({ prevSeq }) => prevSeq)).toEqual(expected.map((seq) => seq - 1));
    }
  });

  test("what was rolled back is not there, and leaves no gap", async () => {
    const clinic = await aClinic(hub);
    await change(clinic, [at(clinic)]);
    await change(clinic, [at(clinic), at(clinic)], "rolledBack");
    await change(clinic, [at(clinic)]);
    expect((await follow(clinic.machine.token)).body.items.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("a log of which a reader sees next to nothing is passed over in one call", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    for (let i = 0; i < 3; i++)
      await change(
        clinic,
        Array.from({ length: 7_000 }, () => at(second)),
      );
    await change(clinic, [at(clinic)]);
    const { body } = await follow(clinic.machine.token);
    expect(body.items.map(({ seq, prevSeq }) => ({ seq, prevSeq }))).toEqual([{ seq: 21_001, prevSeq: 0 }]);
    expect(body.caughtUp).toBe(true);
  });
});

describe("cursors", () => {
  test("from=now begins with what is written from then on", async () => {
    const clinic = await aClinic(hub);
    await change(clinic, [at(clinic), at(clinic)]);
    const now = await follow(clinic.machine.token, { from: "now", wait: 30 });
    expect(now.body).toMatchObject({ items: [], caughtUp: true });
    await change(clinic, [at(clinic)]);
    const next = await follow(clinic.machine.token, { cursor: now.body.nextCursor });
    expect(next.body.items.map(({ seq, prevSeq }) => ({ seq, prevSeq }))).toEqual([{ seq: 3, prevSeq: 0 }]);
  });

  test("a page cut off goes on where it stopped; an empty answer keeps the place", async () => {
    const clinic = await aClinic(hub);
    await change(
      clinic,
      Array.from({ length: 7 }, () => at(clinic)),
    );
    const { items, cursor, pages } = await followAll(clinic.machine.token, 3);
    expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(pages).toBe(3);
    const again = await followAll(clinic.machine.token, 3, cursor);
    expect(again.items).toEqual([]);
    await change(clinic, [at(clinic)]);
    expect((await followAll(clinic.machine.token, 3, again.cursor)).items).toMatchObject([{ seq: 8, prevSeq: 7 }]);
  });

  test.each(["nonsense", "e30.AAAAAAAAAAAAAAAAAAAAAA", ""])(
    "refuses a cursor of its own making: %j",
    async (cursor) => {
      const clinic = await aClinic(hub);
      expect(await follow(clinic.machine.token, { cursor })).toMatchObject({
        status: 400,
        body: { code: "CURSOR_INVALID" },
      });
    },
  );

  test("refuses another reader's cursor, also of the same vendor, and a cursor together with from", async () => {
    const clinic = await aClinic(hub);
    const sibling = await aMachine(hub, { vendorId: clinic.machine.vendorId, places: [await aPlace(hub, clinic)] });
    const { cursor } = await followAll(clinic.machine.token, 10);
    for (const token of [sibling.token, clinic.admin.token])
      expect(await follow(token, { cursor })).toMatchObject({ status: 400, body: { code: "CURSOR_INVALID" } });
    expect(await follow(clinic.machine.token, { cursor, from: "now" })).toMatchObject({
      status: 400,
      body: { code: "INVALID_REQUEST", violations: [{ pointer: "/query/from" }] },
    });
  });

  test("SYNC-33 refuses what the log no longer holds, with 410 and the way back; at the very edge it goes on", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    await change(
      clinic,
      Array.from({ length: 4 }, () => at(clinic)),
    );
    const at2 = await follow(token, { limit: 2 });
    const at3 = await follow(token, { limit: 3 });
    await prune(clinic, 3);
    for (const query of [{ cursor: at2.body.nextCursor }, {}, { from: "beginning" }])
      expect(await follow(token, query)).toMatchObject({ status: 410, body: { code: "CURSOR_EXPIRED", recovery } });
    const staff = await follow(clinic.admin.token, {});
    expect(staff).toMatchObject({ status: 410, body: { code: "CURSOR_EXPIRED" } });
    expect(staff.body).not.toHaveProperty("recovery");
    expect((await follow(token, { cursor: at3.body.nextCursor })).body.items.map(({ seq }) => seq)).toEqual([4]);
    const fresh = await follow(token, { from: "now" });
    await change(clinic, [at(clinic)]);
    expect((await follow(token, { cursor: fresh.body.nextCursor })).body.items.map(({ seq }) => seq)).toEqual([5]);
  });

  test("SYNC-72 refuses a cursor that has passed the state to which the log was put back, however much is written again", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    const { token } = clinic.machine;
    await change(clinic, [at(clinic), at(clinic)]);
    const before = await followAll(token, 10);
    // The same object at the same moment, as where the clock stands still.
    const edited = { objectId: "slt_same", operation: "updated", version: 2 } as const;
    await change(clinic, [at(clinic, edited), at(second)]);
    const [cutOff, passed, fresh] = [
      await follow(token, { limit: 1, cursor: before.cursor }),
      await followAll(token, 10, before.cursor),
      await follow(token, { from: "now" }),
    ];
    const beyond = [cutOff.body.nextCursor, passed.cursor, fresh.body.nextCursor];
    await hub.write([clinic.establishmentId], async (tx) => {
      await tx.sql`DELETE FROM change WHERE establishment_id = ${clinic.establishmentId} AND seq > 2`;
      await tx.sql`UPDATE change_counter SET last_seq = 2 WHERE establishment_id = ${clinic.establishmentId}`;
    });
    const refused = { status: 410, body: { code: "CURSOR_EXPIRED", violations: [{ rule: "SYNC-72" }], recovery } };
    for (const cursor of beyond) expect(await follow(token, { cursor })).toMatchObject(refused);
    await change(clinic, [at(clinic, edited), at(second), at(clinic)]);
    for (const cursor of beyond) expect(await follow(token, { cursor })).toMatchObject(refused);
    const { items, cursor } = await followAll(token, 10, before.cursor);
    expect(items.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([
      [3, 2],
      [5, 3],
    ]);
    expect((await followAll(token, 10, cursor)).items).toEqual([]);
  });

  test("SYNC-72 takes a cursor, and goes on from a change, of before there were marks; and where a change is not kept any more", async () => {
    const clinic = await aClinic(hub);
    const { establishmentId } = clinic;
    const { token, machineId } = clinic.machine;
    await change(clinic, [at(clinic), at(clinic)]);
    const { cursor: kept } = await followAll(token, 10);
    const old = writeCursor(hub.deps.secrets, `changes.list|machine:${machineId}`, { [establishmentId]: [2, 1] });
    const following = async (cursor: string) => {
      const { items } = await followAll(token, 1, cursor);
      return items.map(({ seq, prevSeq }) => [seq, prevSeq]);
    };
    expect([await following(old), await following(kept)]).toEqual([[], []]);
    await hub.write([establishmentId], async (tx) => {
      await tx.sql`
        INSERT INTO change SELECT (jsonb_populate_record(c, '{"seq": 3, "mark": null}')).* FROM change c
        WHERE establishment_id = ${establishmentId} AND seq = 2`;
      await tx.sql`UPDATE change_counter SET last_seq = 3 WHERE establishment_id = ${establishmentId}`;
    });
    const { cursor: unmarked } = await followAll(token, 10, kept);
    await change(clinic, [at(clinic)]);
    expect([await following(old), await following(kept), await following(unmarked)]).toEqual([
      [
        [3, 1],
        [4, 3],
      ],
      [
        [3, 2],
        [4, 3],
      ],
      [[4, 3]],
    ]);
    await prune(clinic, 2);
    expect((await following(kept)).length).toBe(2);
  });

  const recovery = {
    operationId: "snapshots.create",
    method: "POST",
    href: "http://127.0.0.1:4700/v1/snapshots",
  };

  async function prune({ establishmentId }: AClinic, upTo: number): Promise<void> {
    await hub.write([establishmentId], async (tx) => {
      await tx.sql`DELETE FROM change WHERE establishment_id = ${establishmentId} AND seq <= ${upTo}`;
      await tx.sql`UPDATE change_counter SET pruned_seq = ${upTo} WHERE establishment_id = ${establishmentId}`;
    });
  }
});

describe("waiting", () => {
  test("ends as soon as there is something to see, not with what others see", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    const { cursor } = await followAll(clinic.machine.token, 10);
    let answered = false;
    const waiting = follow(clinic.machine.token, { cursor, wait: 10 }).finally(() => (answered = true));
    await change(clinic, [at(second)]);
    await sleep(500);
    expect(answered).toBe(false);
    await change(clinic, [at(clinic)]);
    const written = performance.now();
    const { body } = await waiting;
    expect(performance.now() - written).toBeLessThan(1000);
    expect(body.items).toMatchObject([{ seq: 2, prevSeq: 0 }]);
  });

  test("SYNC-55 goes on while others write where the link has ended, and ends when it is linked again", async () => {
    const clinic = await aClinic(hub);
    const operator = await hub.tokens.operator();
    const link = `/v1/places/${clinic.placeId}/machine-link`;
    const { token, machineId } = clinic.machine;
    await hub.request("DELETE", link, { as: operator, version: 1 });
    const { cursor: atEnd } = await followAll(token, 10);
    await change(clinic, [at(clinic)]);
    const { items, cursor } = await followAll(token, 10, atEnd);
    expect(items).toEqual([]);
    // Whoever begins now is no further either.
    const anew = await follow(token, { from: "now" });
    const waiting = follow(token, { cursor, wait: 10 });
    await change(clinic, [at(clinic)]);
    await sleep(300);
    await hub.request("PUT", link, { as: operator, body: { machineId } });
    expect((await waiting).body.items.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    for (const from of [cursor, anew.body.nextCursor])
      expect((await followAll(token, 10, from)).items.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  test("ends empty after the seconds asked for", async () => {
    const clinic = await aClinic(hub);
    const begun = performance.now();
    const { status, body } = await follow(clinic.machine.token, { wait: 1 });
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect({ status, body }).toMatchObject({ status: 200, body: { items: [], caughtUp: true } });
    await change(clinic, [at(clinic)]);
    expect((await follow(clinic.machine.token, { cursor: body.nextCursor })).body.items).toHaveLength(1);
  });

  test("takes no connection from others while many wait", async () => {
    const clinic = await aClinic(hub);
    const { cursor } = await followAll(clinic.machine.token, 10);
    const waiting = Array.from({ length: 100 }, () => follow(clinic.machine.token, { cursor, wait: 20 }));
    await sleep(300);
    const begun = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => follow(clinic.machine.token)));
    expect(performance.now() - begun).toBeLessThan(5000);
    await change(clinic, [at(clinic)]);
    for (const { body } of await Promise.all(waiting)) expect(body.items).toHaveLength(1);
  });

  test("ends when the caller goes and when the hub closes", async () => {
    const clinic = await aClinic(hub);
    const gone = new AbortController();
    const begun = performance.now();
    const headers = { authorization: `Bearer ${clinic.machine.token}` };
    const waiting = hub.app.request("/v1/changes?wait=30", { headers, signal: gone.signal });
    setTimeout(() => gone.abort(), 100);
    expect((await waiting).status).toBe(200);
    const second = await createTestHub({ database: hub.database, seed: "second" });
    const closing = second.request("GET", "/v1/changes?wait=30", { as: clinic.machine.token });
    setTimeout(() => second.hub.closing.abort(), 100);
    expect((await closing).status).toBe(200);
    await second.close();
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("ends when the connection of a caller closes, on a real server", async () => {
    const clinic = await aClinic(hub);
    const server = await new Promise<ReturnType<typeof listen>>((resolve) => {
      const listening = listen({ fetch: hub.app.fetch, port: 0, hostname: "127.0.0.1" }, () => {
        resolve(listening);
      });
    });
    const { port } = server.address() as AddressInfo;
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${clinic.machine.token}`, "x-request-id": "leaves-early" };
    const url = `http://127.0.0.1:${String(port)}/v1/changes?wait=30`;
    const calling = fetch(url, { headers, signal: gone.signal }).catch((error: unknown) => error);
    await sleep(300);
    const ended = () => hub.logs.some((line) => line.includes("leaves-early"));
    expect(ended()).toBe(false);
    gone.abort();
    expect(await calling).toMatchObject({ name: "AbortError" });
    await vi.waitFor(() => {
      expect(ended()).toBe(true);
    }, 5000);
    await new Promise((resolve) => server.close(resolve));
  });

  test("a machine suspended while it waits is told nothing", async () => {
    const clinic = await aClinic(hub);
    const waiting = follow(clinic.machine.token, { wait: 10 });
    await sleep(100);
    await hub.write(
      [],
      (tx) => tx.sql`UPDATE machine SET status = 'suspended' WHERE machine_id = ${clinic.machine.machineId}`,
    );
    await change(clinic, [at(clinic)]);
    expect(await waiting).toMatchObject({ status: 401, body: { code: "MACHINE_SUSPENDED" } });
  });

  test("more than 30 seconds are refused", async () => {
    const clinic = await aClinic(hub);
    expect(await follow(clinic.machine.token, { wait: 31 })).toMatchObject({
      status: 400,
      body: { code: "INVALID_REQUEST" },
    });
  });
});

test("refuses a machine without the scope, and whoever is neither machine nor staff", async () => {
  const clinic = await aClinic(hub);
  const blind = await aMachine(hub, { places: [await aPlace(hub, clinic)], scopes: ["slots.read"] });
  expect(await follow(blind.token)).toMatchObject({ status: 403, body: { code: "INSUFFICIENT_SCOPE" } });
  expect(await follow(await hub.tokens.operator())).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
  expect(await follow(await hub.tokens.citizen("ABCA80561500"))).toMatchObject({
    status: 403,
    body: { code: "FORBIDDEN" },
  });
});

test("a machine that is linked nowhere has an empty feed", async () => {
  const machine = await aMachine(hub);
  expect((await follow(machine.token)).body).toMatchObject({ items: [], caughtUp: true });
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
