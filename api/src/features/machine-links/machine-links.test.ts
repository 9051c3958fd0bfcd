import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aMachine, anEmployee, aPlace } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import { dayMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { pruneLog } from "../changes/store.ts";
import type { MachineLink } from "./schema.ts";

let hub: TestHub;
let operator: string;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

const nowhere = "plc_00000000000000000000000000";
const at = (placeId: string) => `/v1/places/${placeId}/machine-link`;
const put = (placeId: string, body: object, version?: number) =>
  hub.request<MachineLink & ProblemBody>("PUT", at(placeId), {
    as: operator,
    body,
    ...(version === undefined ? {} : { version }),
  });
const get = (placeId: string, as: string) => hub.request<MachineLink & ProblemBody>("GET", at(placeId), { as });
const remove = (placeId: string, version?: number) =>
  hub.request<ProblemBody>("DELETE", at(placeId), { as: operator, ...(version === undefined ? {} : { version }) });

async function changesOf(establishmentId: string) {
  return hub.write([establishmentId], async (tx) => {
    return tx.sql<{ operation: string; version: number; changed: string[] }[]>`
      SELECT operation, version, changed FROM change
      WHERE establishment_id = ${establishmentId} AND object_type = 'machineLink' ORDER BY seq`;
  });
}

describe("machineLinks.put", () => {
  test("LCGA-02 the machine acts at the place from the next call on", async () => {
    const place = await aPlace(hub, clinic);
    const machine = await aMachine(hub);
    const read = () => hub.request("GET", `/v1/places/${place.placeId}`, { as: machine.token });
    expect((await read()).status).toBe(404);
    const linked = await put(place.placeId, { machineId: machine.machineId, servicesManagedBy: "staff" });
    expect(linked.status).toBe(200);
    expect(linked.body).toEqual({
      placeId: place.placeId,
      version: 1,
      machineId: machine.machineId,
      vendorId: machine.vendorId,
      servicesManagedBy: "staff",
      linkedAt: "2027-03-01T12:00:00.000Z",
      lateAfterMinutes: 120,
      staleAfterMinutes: 960,
      answerWithinMinutes: null,
      importUntil: null,
      confirmedAt: null,
      freshness: {
        state: "live",
        since: "2027-03-01T12:00:00.000Z",
        asOf: "2027-03-01T12:00:00.000Z",
        lateAt: "2027-03-01T14:00:00.000Z",
        staleAt: "2027-03-02T04:00:00.000Z",
      },
    });
    expect((await read()).status).toBe(200);
  });

  test("LCGA-02 a place has one machine: another is refused until the first is unlinked", async () => {
    const place = await aPlace(hub, clinic);
    const [first, second] = [await aMachine(hub), await aMachine(hub)];
    await put(place.placeId, { machineId: first.machineId });
    const refused = await put(place.placeId, { machineId: second.machineId });
    expect(refused.status).toBe(409);
    expect(refusalsOf(refused)).toEqual(["LCGA-02 ALREADY_LINKED /machineId"]);
    await remove(place.placeId, 1);
    expect((await put(place.placeId, { machineId: second.machineId })).status).toBe(200);
  });

  test("PLACE-08 two vendors work in one establishment, and one machine in two", async () => {
    const [here, there] = [await aPlace(hub, clinic), await aPlace(hub, await aClinic(hub))];
    const machine = await aMachine(hub);
    for (const { placeId } of [here, there])
      expect((await put(placeId, { machineId: machine.machineId })).status).toBe(200);
    expect((await get(here.placeId, clinic.admin.token)).body.vendorId).toBe(machine.vendorId);
    expect((await get(clinic.placeId, clinic.admin.token)).body.vendorId).toBe(clinic.machine.vendorId);
  });

  test("LCGA-04 in the sandbox the machine keeps the services at first, in production staff do", async () => {
    const place = await aPlace(hub, clinic);
    const { machineId } = await aMachine(hub);
    expect((await put(place.placeId, { machineId })).body.servicesManagedBy).toBe("machine");
    hub.deps.config.mode = "production";
    try {
      const second = await aPlace(hub, clinic);
      expect((await put(second.placeId, { machineId })).body.servicesManagedBy).toBe("staff");
    } finally {
      hub.deps.config.mode = "sandbox";
    }
  });

  test("the same link again changes nothing; another keeper of the services does", async () => {
    const own = await aClinic(hub);
    const place = await aPlace(hub, own);
    const { machineId } = own.machine;
    const first = await put(place.placeId, { machineId, servicesManagedBy: "staff" });
    expect((await put(place.placeId, { machineId, servicesManagedBy: "staff" })).body).toEqual(first.body);
    expect((await put(place.placeId, { machineId })).body).toEqual(first.body);
    const changed = await put(place.placeId, { machineId, servicesManagedBy: "machine" }, 1);
    expect(changed.body).toEqual({ ...first.body, version: 2, servicesManagedBy: "machine" });
    expect(await changesOf(own.establishmentId)).toEqual([
      { operation: "created", version: 1, changed: [] },
      { operation: "updated", version: 2, changed: ["servicesManagedBy"] },
    ]);
  });

  test("several who link a place at once: one wins", async () => {
    const place = await aPlace(hub, clinic);
    const machines = [await aMachine(hub), await aMachine(hub), await aMachine(hub)];
    const answers = await Promise.all(machines.map(({ machineId }) => put(place.placeId, { machineId })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test("an unknown place, an unknown machine, a stale version", async () => {
    const { machineId } = clinic.machine;
    expect(refusalsOf(await put(nowhere, { machineId }))).toEqual(["CONTRACT NOT_FOUND "]);
    const place = await aPlace(hub, clinic);
    const unknown = await put(place.placeId, { machineId: "mch_00000000000000000000000000" });
    expect(unknown.status).toBe(404);
    expect(refusalsOf(unknown)).toEqual(["CONTRACT NOT_FOUND /machineId"]);
    const stale = await put(place.placeId, { machineId }, 1);
    expect(stale.status).toBe(412);
    expect(stale.body.current).toBeNull();
  });
});

describe("how long an agenda stays fresh", () => {
  test("SYNC-04 is set with the link, or later; what is not said stays", async () => {
    const own = await aClinic(hub);
    const place = await aPlace(hub, own);
    const { machineId } = own.machine;
    const first = await put(place.placeId, { machineId, lateAfterMinutes: 30 });
    expect(first.body).toMatchObject({ version: 1, lateAfterMinutes: 30, staleAfterMinutes: 960 });
    const second = await put(place.placeId, { machineId, staleAfterMinutes: 527_040 });
    expect(second.body).toMatchObject({ version: 2, lateAfterMinutes: 30, staleAfterMinutes: 527_040 });
    expect((await put(place.placeId, { machineId })).body).toEqual(second.body);
    expect(await changesOf(own.establishmentId)).toEqual([
      { operation: "created", version: 1, changed: [] },
      { operation: "updated", version: 2, changed: ["staleAfterMinutes"] },
    ]);
    expect((await get(place.placeId, own.admin.token)).body).toEqual(second.body);
  });

  test("SYNC-05 within bounds, and stale after late; with the other machine all is said at once", async () => {
    const place = await aPlace(hub, clinic);
    const { machineId } = clinic.machine;
    const refused = await put(place.placeId, { machineId, lateAfterMinutes: 4, staleAfterMinutes: 527_041 });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual([
      "SYNC-05 OUT_OF_RANGE /lateAfterMinutes",
      "SYNC-05 OUT_OF_RANGE /staleAfterMinutes",
    ]);
    await put(place.placeId, { machineId });
    const other = await aMachine(hub);
    const both = await put(place.placeId, { machineId: other.machineId, lateAfterMinutes: 960 });
    expect(refusalsOf(both)).toEqual(["LCGA-02 ALREADY_LINKED /machineId", "SYNC-05 OUT_OF_RANGE /lateAfterMinutes"]);
  });

  test("SYNC-01, SYNC-02, SYNC-03 without a confirmation it grows late and stale, and everybody reads so", async () => {
    const place = await aPlace(hub, clinic);
    await put(place.placeId, { machineId: clinic.machine.machineId, lateAfterMinutes: 5, staleAfterMinutes: 6 });
    const before = hub.clock.now();
    const states: string[] = [];
    for (const ms of [0, 5 * 60_000 - 1, 1, 59_999, 1]) {
      hub.clock.advance(ms);
      const { state, since } = (await get(place.placeId, clinic.admin.token)).body.freshness;
      states.push(`${state} since ${String((Date.parse(since ?? "") - before) / 60_000)}`);
    }
    hub.clock.moveTo(before);
    expect(states).toEqual(["live since 0", "live since 0", "late since 5", "late since 5", "stale since 6"]);
  });
});

describe("machineLinks.get", () => {
  test("the operator, staff and the machine itself read it", async () => {
    const user = await anEmployee(hub, clinic);
    for (const as of [operator, user.token, clinic.machine.token]) {
      const read = await get(clinic.placeId, as);
      expect(read.body).toMatchObject({ placeId: clinic.placeId, machineId: clinic.machine.machineId });
    }
  });

  test("a place without a link, another machine's, another establishment's: each as if there were none", async () => {
    const other = await aClinic(hub);
    const unlinked = await aPlace(hub, clinic);
    const elsewhere = await aPlace(hub, clinic);
    await put(elsewhere.placeId, { machineId: other.machine.machineId });
    for (const [placeId, as] of [
      [unlinked.placeId, clinic.admin.token],
      [unlinked.placeId, clinic.machine.token],
      [elsewhere.placeId, clinic.machine.token],
      [other.placeId, clinic.admin.token],
      [other.placeId, clinic.machine.token],
    ] as const) {
      const refused = await get(placeId, as);
      expect(refused.status).toBe(404);
      expect(withoutRequestId(refused)).toEqual(withoutRequestId(await get(nowhere, as)));
    }
  });
});

describe("machineLinks.delete", () => {
  test("LCGA-02 the machine no longer acts at the place, and the log says so", async () => {
    const own = await aClinic(hub);
    const read = () => hub.request("GET", `/v1/places/${own.placeId}`, { as: own.machine.token });
    expect((await read()).status).toBe(200);
    expect((await remove(own.placeId)).status).toBe(428);
    expect((await remove(own.placeId, 4)).status).toBe(412);
    expect((await remove(own.placeId, 1)).status).toBe(204);
    expect((await read()).status).toBe(404);
    expect((await remove(own.placeId, 1)).status).toBe(404);
    expect(await changesOf(own.establishmentId)).toEqual([{ operation: "deleted", version: 2, changed: [] }]);
    // Linked again it goes on counting: the first link's version is not good for the second.
    expect((await put(own.placeId, { machineId: own.machine.machineId })).body.version).toBe(3);
    expect((await remove(own.placeId, 1)).status).toBe(412);
  });
});

describe("leaving", () => {
  interface Told {
    objectType: string;
    objectId: string;
    operation: string;
    status: string | null;
    seq: number;
    prevSeq: number;
  }
  async function follow(as: string, cursor?: string): Promise<{ items: Told[]; nextCursor: string }> {
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    return (await hub.request<{ items: Told[]; nextCursor: string }>("GET", `/v1/changes${query}`, { as })).body;
  }
  const booked = (own: AClinic, time: string) =>
    anAppointment(hub, own, { placeId: own.placeId, startAt: `2027-03-08T${time}:00-05:00` }, own.admin.token);

  test("SYNC-55 the feed ends with the end of the link, after what was not read yet; nothing of what follows is told", async () => {
    const own = await aClinic(hub);
    const { nextCursor: start } = await follow(own.machine.token);
    const before = await booked(own, "09:00");
    await remove(own.placeId, 1);
    await booked(own, "10:00");
    const page = await follow(own.machine.token, start);
    expect(page.items.map(({ objectId, operation, status }) => [objectId, operation, status])).toEqual([
      [before.appointmentId, "created", "active"],
      [own.placeId, "deleted", "ended"],
    ]);
    expect(page.items[1]?.prevSeq).toBe(page.items[0]?.seq);
    await booked(own, "11:00");
    expect((await follow(own.machine.token, page.nextCursor)).items).toEqual([]);
    const now = await hub.request<{ nextCursor: string }>("GET", "/v1/changes?from=now", { as: own.machine.token });
    expect((await follow(own.machine.token, now.body.nextCursor)).items).toEqual([]);
    // Linked again, it reads on: from each of its cursors all that it missed since the end.
    await put(own.placeId, { machineId: own.machine.machineId });
    for (const cursor of [page.nextCursor, now.body.nextCursor])
      expect((await follow(own.machine.token, cursor)).items.map(({ objectType }) => objectType)).toEqual([
        "appointment",
        "appointment",
        "machineLink",
      ]);
  });

  test("SYNC-55 an old cursor of a clinic that was left is told what there is, rather than that it is too old", async () => {
    const own = await aClinic(hub);
    const other = await aClinic(hub);
    await put((await aPlace(hub, other)).placeId, { machineId: own.machine.machineId });
    const { nextCursor } = await follow(own.machine.token);
    await booked(own, "09:00");
    await remove(own.placeId, 1);
    const before = hub.clock.now();
    hub.clock.advance(20 * dayMs);
    await hub.write([own.establishmentId], (tx) => pruneLog(tx, own.establishmentId, before + dayMs, 1));
    const { items } = await follow(own.machine.token, nextCursor);
    expect(items.map(({ objectId, status }) => [objectId, status])).toEqual([[own.placeId, "ended"]]);
    hub.clock.moveTo(before);
  });

  test("SYNC-56 questions that nobody can answer any more are withdrawn; what was refused still waits for somebody", async () => {
    const own = await aClinic(hub);
    const [asked, refused] = [await booked(own, "09:00"), await booked(own, "10:00")];
    const lease = { as: own.machine.token, key: null, body: {} };
    const { items } = (await hub.request<{ items: { itemId: string }[] }>("POST", "/v1/inbox/lease", lease)).body;
    const body = { items: [{ itemId: items[1]?.itemId, reason: "timeTaken" }] };
    await hub.request("POST", "/v1/inbox/nack", { as: own.machine.token, key: null, body });
    await remove(own.placeId, 1);
    const statusOf = async ({ appointmentId }: { appointmentId: string }) =>
      (await hub.request("GET", `/v1/appointments/${appointmentId}`, { as: own.admin.token })).body["agendaStatus"];
    expect([await statusOf(asked), await statusOf(refused)]).toEqual([null, "rejected"]);
    await put(own.placeId, { machineId: own.machine.machineId });
    expect((await hub.request("POST", "/v1/inbox/lease", lease)).body).toEqual({ items: [], more: false });
  });
});

test("SYNC-53 the operator opens an import window, and closes it", async () => {
  const own = await aClinic(hub);
  const { machineId } = own.machine;
  const opened = await put(own.placeId, { machineId, importUntil: "2027-03-15T00:00:00-04:00" });
  expect(opened.body).toMatchObject({ importUntil: "2027-03-15T04:00:00.000Z", version: 2 });
  expect((await put(own.placeId, { machineId })).body).toMatchObject({ version: 2 });
  expect(refusalsOf(await put(own.placeId, { machineId, importUntil: "2027-04-01T00:00:00-04:00" }))).toEqual([
    "SYNC-53 OUT_OF_RANGE /importUntil",
  ]);
  expect((await put(own.placeId, { machineId, importUntil: null })).body).toMatchObject({
    importUntil: null,
    version: 3,
  });
});

test("EST-01 only the operator links and unlinks", async () => {
  for (const as of [clinic.admin.token, clinic.machine.token]) {
    const body = { machineId: clinic.machine.machineId };
    for (const method of ["PUT", "DELETE"]) {
      const refused = await hub.request<ProblemBody>(method, at(clinic.placeId), { as, body, version: 1 });
      expect([refused.status, refused.body.code]).toEqual([403, "FORBIDDEN"]);
    }
  }
});
