import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertAppointments, insertSlots } from "../../../test/agenda-rows.ts";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aLink, aMachine, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { machineScopes } from "../../domain/actor.ts";
import { dayMs, minuteMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { ChangePage } from "../changes/schema.ts";
import type { NewSnapshot, SnapshotLine, SnapshotObject } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

interface Snapshot {
  objects: SnapshotObject[];
  end: Extract<SnapshotLine, { type: "end" }>;
}

async function snapshot(token: string, body: NewSnapshot = {}): Promise<Snapshot> {
  const answer = await ask<SnapshotLine[]>(token, body);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  const objects = answer.body.filter((line) => line.type === "object");
  const end = answer.body.at(-1);
  if (end?.type !== "end") throw new Error("the last line is the end");
  expect(objects).toHaveLength(answer.body.length - 1);
  return { objects, end };
}

function ask<T = ProblemBody>(as: string, body: NewSnapshot): Promise<TestAnswer<T>> {
  return hub.request<T>("POST", "/v1/snapshots", { as, body, key: null });
}

function follow(as: string, cursor: string): Promise<TestAnswer<ChangePage>> {
  return hub.request<ChangePage>("GET", `/v1/changes?cursor=${cursor}`, { as });
}

async function aSlot(clinic: AClinic, startAt: string, fields: object = {}, as = clinic.admin.token): Promise<string> {
  const { professionalId, placeId, service } = clinic;
  const endAt = new Date(Date.parse(startAt) + 60 * minuteMs).toISOString();
  const whole = { placeId, serviceIds: [service.serviceId], visibility: "public" };
  const body = { professionalId, startAt, endAt, ...whole, ...fields };
  const made = await hub.request<{ slotId: string }>("POST", "/v1/slots", { as, body });
  expect(made.status).toBe(201);
  return made.body.slotId;
}

function idsOf({ objects }: Snapshot): string[] {
  return objects.map(({ objectId }) => objectId);
}

describe("what is listed", () => {
  test("SYNC-30 each object as its own GET shows it, services first, with the vendor's name or none", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const slotId = await aSlot(clinic, "2027-03-08T09:00:00-05:00");
    const bound = await hub.request<{ slot: { slotId: string } }>("PUT", "/v1/slots/by-external-id/p-1", {
      as: token,
      body: {
        ...{ professionalId: clinic.professionalId, placeId: clinic.placeId, serviceIds: [clinic.service.serviceId] },
        ...{ startAt: "2027-03-09T09:00:00-05:00", endAt: "2027-03-09T10:00:00-05:00", visibility: "private" },
      },
    });
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
    const { objects, end } = await snapshot(token);
    expect(objects.map(({ objectType, objectId, externalId }) => [objectType, objectId, externalId])).toEqual([
      ["service", clinic.service.serviceId, null],
      ["slot", slotId, null],
      ["slot", bound.body.slot.slotId, "p-1"],
      ["appointment", appointmentId, null],
    ]);
    for (const { objectType, objectId, version, object } of objects) {
      const own = await hub.request(`GET`, `/v1/${objectType}s/${objectId}`, { as: token });
      expect([object, version]).toEqual([own.body, own.body["version"]]);
    }
    expect(end.counts).toEqual({ services: 1, slots: 2, appointments: 1 });
  });

  test("SYNC-30 cancelled appointments are listed, deleted services and slots are not", async () => {
    const clinic = await aClinic(hub);
    const slotId = await aSlot(clinic, "2027-03-08T09:00:00-05:00");
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: "2027-03-09T09:00:00-05:00" });
    const as = clinic.admin.token;
    const answers = [
      await hub.request("POST", `/v1/appointments/${appointmentId}/cancel`, { as, version: 1, body: {} }),
      await hub.request("DELETE", `/v1/slots/${slotId}`, { as, version: 1 }),
      await hub.request("DELETE", `/v1/services/${clinic.service.serviceId}`, { as, version: 1 }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 204, 204]);
    const { objects } = await snapshot(clinic.machine.token);
    expect(objects).toMatchObject([{ objectId: appointmentId, object: { status: "cancelled" } }]);
  });

  test("SYNC-30 only the kinds and places asked for; an empty agenda has its end too", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const second = await aPlace(hub, clinic);
    await aLink(hub, clinic.machine, second);
    const slotId = await aSlot(clinic, "2027-03-08T09:00:00-05:00");
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
    expect(idsOf(await snapshot(token, { objectTypes: ["appointment"] }))).toEqual([appointmentId]);
    expect(idsOf(await snapshot(token, { objectTypes: ["appointment", "slot"] }))).toEqual([slotId, appointmentId]);
    const empty = await snapshot(token, { placeIds: [second.placeId] });
    expect([empty.objects, empty.end.counts]).toEqual([[], { services: 0, slots: 0, appointments: 0 }]);
    const unlinked = await aMachine(hub);
    expect((await snapshot(unlinked.token)).objects).toEqual([]);
  });

  test("SYNC-31 from today of each place on, or the dates asked for; an incomplete slot by the widest", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const past = { placeId: clinic.placeId, professionalId: clinic.professionalId, visibility: "public" } as const;
    const row = (slotId: string, startAt: string) => ({
      ...{ ...past, establishmentId: clinic.establishmentId, slotId, serviceId: clinic.service.serviceId },
      ...{ startAt: Date.parse(startAt), endAt: Date.parse(startAt) + 60 * minuteMs },
    });
    const yesterday = hub.deps.ids.next("slt", hub.clock.now());
    await hub.write([clinic.establishmentId], (tx) => insertSlots(tx, [row(yesterday, "2027-02-28T22:30:00-05:00")]));
    const today = await aSlot(clinic, "2027-03-01T08:00:00-05:00");
    const whole = { placeId: null, serviceIds: null, visibility: null };
    const incomplete = await aSlot(clinic, "2027-03-02T08:00:00-05:00", whole);
    const later = await aSlot(clinic, "2027-03-03T08:00:00-05:00");
    const slots = async (dates: NewSnapshot) => idsOf(await snapshot(token, { objectTypes: ["slot"], ...dates }));
    expect(await slots({})).toEqual([today, later, incomplete]);
    expect(await slots({ from: "2027-02-28" })).toEqual([yesterday, today, later, incomplete]);
    expect(await slots({ from: "2027-03-01", to: "2027-03-02" })).toEqual([today]);
    expect(await slots({ from: "2027-03-02", to: "2027-03-03" })).toEqual([incomplete]);
    expect(await slots({ to: "2027-03-03" })).toEqual([today, incomplete]);
  });

  test("SYNC-30 more than a page of each, every object once, across places", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    await aLink(hub, clinic.machine, second);
    const { establishmentId, professionalId, service } = clinic;
    const begin = Date.parse("2027-03-08T09:00:00-05:00");
    const slots = Array.from({ length: 1204 }, (_, index) => ({
      ...{ establishmentId, professionalId, serviceId: service.serviceId, visibility: "public" as const },
      slotId: hub.deps.ids.next("slt", begin + index),
      placeId: index % 3 === 0 ? second.placeId : clinic.placeId,
      // Many start together: the position is a start and an id.
      ...{ startAt: begin + (index % 2) * dayMs, endAt: begin + (index % 2) * dayMs + 15 * minuteMs },
    }));
    await hub.write([establishmentId], (tx) => insertSlots(tx, slots));
    const listed = idsOf(await snapshot(clinic.machine.token, { objectTypes: ["slot"] }));
    expect([...listed].sort()).toEqual(slots.map(({ slotId }) => slotId).sort());
  });
});

describe("the cursor", () => {
  test("SYNC-30 was taken before the first object: what is written during the reading is in the tail", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const first = await aSlot(clinic, "2027-03-08T09:00:00-05:00");
    const lines = reading(await open(token));
    expect((await lines.next()).value).toContain(clinic.service.serviceId);
    const during = await aSlot(clinic, "2027-03-09T09:00:00-05:00");
    const rest: SnapshotLine[] = [];
    // Lines of the answer are the operation's.
    for await (const text of { [Symbol.asyncIterator]: () => lines }) rest.push(JSON.parse(text) as SnapshotLine);
    const end = rest.at(-1);
    if (end?.type !== "end") throw new Error("the last line is the end");
    const after = await aSlot(clinic, "2027-03-10T09:00:00-05:00");
    const tail = await follow(token, end.cursor);
    expect(tail.body.items.map(({ objectId }) => objectId)).toEqual([during, after]);
    expect(tail.body.items.map(({ prevSeq }) => prevSeq)[0]).toBe(0);
    expect(rest.flatMap((line) => (line.type === "object" ? [line.objectId] : []))).toContain(first);
  });

  test("is the machine's own: that of a sibling at the same vendor goes on nowhere", async () => {
    const clinic = await aClinic(hub);
    const sibling = await aMachine(hub, { vendorId: clinic.machine.vendorId, places: [await aPlace(hub, clinic)] });
    const { end } = await snapshot(clinic.machine.token);
    expect((await follow(clinic.machine.token, end.cursor)).status).toBe(200);
    expect((await follow(sibling.token, end.cursor)).status).toBe(400);
  });
});

describe("who takes one", () => {
  test("a place of another machine, of another clinic or of none is the same: not there", async () => {
    const [clinic, other] = [await aClinic(hub), await aClinic(hub)];
    const unlinked = await aPlace(hub, clinic);
    for (const placeId of [unlinked.placeId, other.placeId, "plc_00000000000000000000000000"]) {
      const refused = await ask(clinic.machine.token, { placeIds: [clinic.placeId, placeId] });
      expect([refused.status, refused.body.violations.map(({ pointer }) => pointer)]).toEqual([404, ["/placeIds/1"]]);
    }
  });

  test("sees nothing of the agendas of the same establishment that are kept elsewhere", async () => {
    const clinic = await aClinic(hub);
    const elsewhere = await aPlace(hub, clinic);
    const machine = await aMachine(hub, { places: [elsewhere] });
    const theirs = await aProfessional(hub, [elsewhere]);
    await aSlot(clinic, "2027-03-08T09:00:00-05:00");
    const incomplete = { placeId: null, serviceIds: null, visibility: null };
    await aSlot(clinic, "2027-03-09T09:00:00-05:00", incomplete);
    await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
    expect((await snapshot(machine.token)).objects).toEqual([]);
    const own = { professionalId: theirs.professionalId, ...incomplete };
    const slotId = await aSlot(clinic, "2027-03-09T09:00:00-05:00", own);
    expect(idsOf(await snapshot(machine.token))).toEqual([slotId]);
  });

  test.each([
    ["services.read", "service"],
    ["slots.read", "slot"],
    ["appointments.read", "appointment"],
  ] as const)("without %s no %s is shown, and the refusal names what is missing", async (scope, type) => {
    const clinic = await aClinic(hub);
    const scopes = machineScopes.filter((other) => other !== scope);
    const as = await hub.tokens.machine(clinic.machine.machineId, scopes);
    const refused = await ask(as, {});
    expect([refused.status, refused.body.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(refused.headers.get("www-authenticate")).toContain(`scope="${scope}"`);
    const others = (["service", "slot", "appointment"] as const).filter((other) => other !== type);
    expect((await ask<SnapshotLine[]>(as, { objectTypes: others })).status).toBe(200);
  });

  test("SYNC-31 an end that is not after the beginning is refused", async () => {
    const { machine } = await aClinic(hub);
    const refused = await ask(machine.token, { from: "2027-03-08", to: "2027-03-08" });
    expect([refused.status, refused.body.violations.map(({ pointer }) => pointer)]).toEqual([400, ["/to"]]);
  });
});

describe("a reader who takes their time", () => {
  const slots = 3000;

  async function aLargeClinic(): Promise<AClinic> {
    const clinic = await aClinic(hub);
    const { establishmentId, professionalId, placeId, service } = clinic;
    const begin = Date.parse("2027-03-08T09:00:00-05:00");
    const rows = Array.from({ length: slots }, (_, index) => ({
      ...{ establishmentId, professionalId, placeId, serviceId: service.serviceId, visibility: "private" as const },
      slotId: hub.deps.ids.next("slt", begin),
      ...{ startAt: begin + index * 60_000, endAt: begin + index * 60_000 + 15 * minuteMs },
    }));
    await hub.write([establishmentId], (tx) => insertSlots(tx, rows));
    return clinic;
  }

  test("holds no connection and no transaction, and the pages come only as they are read", async () => {
    const { machine, establishmentId } = await aLargeClinic();
    // More readers than connections, each stopped within the first page.
    const readers = await Promise.all(
      Array.from({ length: hub.deps.config.databasePool * 3 }, () => open(machine.token)),
    );
    const started = readers.map(reading);
    for (const lines of started) await lines.next();
    const open_ = await hub.write(
      [],
      (tx) => tx.sql<{ count: number }[]>`
      SELECT count(*)::integer AS count FROM pg_stat_activity
      WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()`,
    );
    expect(open_[0]?.count).toBe(0);
    // What is written between two pages shows in the later one: nothing was read ahead.
    await hub.write([establishmentId], (tx) => tx.sql`UPDATE slot SET version = 2`);
    for (const lines of started) {
      const versions = [0, 0, 0];
      for await (const text of { [Symbol.asyncIterator]: () => lines }) {
        // Lines of the answer are the operation's.
        const line = JSON.parse(text) as SnapshotLine;
        if (line.type === "object" && line.objectType === "slot")
          versions[line.version] = (versions[line.version] ?? 0) + 1;
      }
      const [, first = 0, second = 0] = versions;
      expect(first + second).toBeGreaterThanOrEqual(slots - 1);
      expect(first).toBeLessThanOrEqual(500);
    }
  }, 30_000);

  test("SYNC-32 a machine suspended, or a place unlinked, during the reading: the answer breaks off without its end", async () => {
    for (const end of ["suspended", "unlinked"]) {
      const { machine, establishmentId, placeId } = await aLargeClinic();
      const lines = reading(await open(machine.token));
      await lines.next();
      await hub.write([establishmentId], async (tx) => {
        if (end === "suspended")
          await tx.sql`UPDATE machine SET status = 'suspended' WHERE machine_id = ${machine.machineId}`;
        else await tx.sql`DELETE FROM machine_link WHERE place_id = ${placeId}`;
      });
      const read: string[] = [];
      const rest = (async () => {
        for await (const text of { [Symbol.asyncIterator]: () => lines }) read.push(text);
      })();
      await expect(rest).rejects.toThrow("the answer broke off");
      expect(read.length).toBeLessThanOrEqual(1000);
      expect(read.join("")).not.toContain('"end"');
    }
  });

  test("SYNC-32 a token that ends meanwhile does not break it off: it was good when it was asked", async () => {
    const { machine } = await aLargeClinic();
    const lines = reading(await open(machine.token));
    await lines.next();
    hub.clock.advanceWall(10 * minuteMs);
    let last = "";
    for await (const text of { [Symbol.asyncIterator]: () => lines }) last = text;
    hub.clock.advanceWall(-10 * minuteMs);
    expect(JSON.parse(last)).toMatchObject({ type: "end", counts: { slots } });
  });
});

test("what is shown of patients is recorded, page by page, under the request", async () => {
  const clinic = await aClinic(hub);
  const { establishmentId, professionalId, placeId } = clinic;
  const begin = Date.parse("2027-03-08T09:00:00-05:00");
  const rows = Array.from({ length: 600 }, (_, index) => ({
    ...{ establishmentId, professionalId, placeId, appointmentId: hub.deps.ids.next("apt", begin) },
    ...{ seat: 1, status: "active" as const, attendance: "unconfirmed" as const },
    ...{ startAt: begin + index * 15 * minuteMs, endAt: begin + (index + 1) * 15 * minuteMs },
  }));
  await hub.write([establishmentId], (tx) => insertAppointments(tx, rows));
  const shown: string[] = [];
  for await (const text of reading(await open(clinic.machine.token, { "x-request-id": "whole" }))) {
    // Lines of the answer are the operation's.
    const line = JSON.parse(text) as SnapshotLine;
    if (line.type === "object" && line.objectType === "appointment") shown.push(line.objectId);
  }
  const records = await hub.write(
    [establishmentId],
    (tx) => tx.sql<{ ids: string[]; purpose: string }[]>`
    SELECT object_ids AS ids, purpose FROM access_record WHERE request_id = 'whole'`,
  );
  expect(records.map(({ purpose }) => purpose)).toEqual(["snapshots.create", "snapshots.create"]);
  expect(records.flatMap(({ ids }) => ids).sort()).toEqual(shown.sort());
  expect(shown).toHaveLength(600);
});

async function open(token: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await hub.app.request("/v1/snapshots", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: "{}",
  });
  expect(response.status).toBe(200);
  return response;
}

/** The lines of an answer, taken from it only as they are asked for. */
async function* reading({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body as ReadableStream<Uint8Array<ArrayBuffer>>) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    yield* pieces;
  }
}
