import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertAppointments } from "../../../test/agenda-rows.ts";
import { anAppointment, appointmentInput } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ServiceGroup } from "../service-groups/schema.ts";
import type { Slot } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub, { place: { name: "Clinique du Faubourg", abbreviation: "Faubourg" } });
});
afterAll(() => hub.close());

interface Problem {
  code: string;
  violations: { rule: string; code: string; pointer: string }[];
  current?: Slot | null;
}
interface SlotPage {
  items: Slot[];
  nextCursor: string | null;
}

const morning = { startAt: "2027-03-08T08:00:00-05:00", endAt: "2027-03-08T12:00:00-05:00" };
const full = (change: object = {}) => ({
  professionalId: clinic.professionalId,
  ...morning,
  placeId: clinic.placeId,
  serviceIds: [clinic.service.serviceId],
  visibility: "public",
  ...change,
});
const create = <T = Slot>(as: string, body: object) => hub.request<T>("POST", "/v1/slots", { as, body });
const created = async (body: object = full(), as = clinic.admin.token): Promise<Slot> => {
  const answer = await create(as, body);
  expect(answer.status).toBe(201);
  return answer.body;
};
const edit = <T = Slot>(slot: Slot, body: object, as = clinic.admin.token, version = slot.version) =>
  hub.request<T>("PATCH", `/v1/slots/${slot.slotId}`, { as, version, body });
const remove = (slot: Slot, as = clinic.admin.token, version = slot.version) =>
  hub.request<Problem>("DELETE", `/v1/slots/${slot.slotId}`, { as, version });
const read = <T = Slot>(slotId: string, as = clinic.admin.token) =>
  hub.request<T>("GET", `/v1/slots/${slotId}`, { as });
const rulesOf = ({ status, body }: { status: number; body: Problem }) => [
  status,
  ...body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
];

async function openingsOf(slotId: string): Promise<unknown[]> {
  return hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql`
      SELECT to_char(start_at AT TIME ZONE 'America/Toronto', 'HH24:MI') AS start, busy, visibility, open_from
      FROM opening WHERE slot_id = ${slotId} ORDER BY start_at`),
  ]);
}

async function changesOf(slotId: string) {
  return hub.write([clinic.establishmentId], async (tx) => [
    ...(await tx.sql<Record<string, unknown>[]>`
      SELECT operation, version, place_ids, professional_id, start_at, end_at, status, changed, actor_type
      FROM change WHERE object_id = ${slotId} ORDER BY seq`),
  ]);
}

describe("creating", () => {
  test("SLOT-06 SLOT-31 PLACE-04 a complete slot, with its openings", async () => {
    const answer = await create(clinic.admin.token, full({ endAt: "2027-03-08T08:50:00-05:00" }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get("etag")).toBe('"v1"');
    expect(answer.body).toEqual({
      slotId: answer.body.slotId,
      version: 1,
      externalId: null,
      ...full({ endAt: "2027-03-08T08:50:00-05:00" }),
      placeLabel: "Faubourg",
      inactiveServiceIds: [],
      openFrom: null,
      status: "complete",
      serviceType: "GEN",
      durationMinutes: 15,
      consultationReasons: ["allReasons"],
    });
    const free = { busy: false, visibility: "public", open_from: null };
    expect(await openingsOf(answer.body.slotId)).toEqual([
      { start: "08:00", ...free },
      { start: "08:15", ...free },
      { start: "08:30", ...free },
    ]);
    expect((await read(answer.body.slotId)).body).toEqual(answer.body);
  });

  test("SLOT-02 SLOT-09 SLOT-10 SLOT-12 by hand, a start is enough", async () => {
    const slot = await created({ professionalId: clinic.professionalId, startAt: morning.startAt });
    expect(slot).toMatchObject({ ...full({ visibility: "private" }), status: "complete" });
  });

  test("SLOT-05 SLOT-11 SLOT-49 an explicit null leaves it incomplete, told in the zone of the first work place", async () => {
    const slot = await created({ professionalId: clinic.professionalId, ...morning, placeId: null });
    expect(slot).toMatchObject({
      ...morning,
      status: "incomplete",
      placeId: null,
      placeLabel: null,
      serviceIds: [],
      visibility: null,
      serviceType: null,
      durationMinutes: null,
    });
    expect(await openingsOf(slot.slotId)).toEqual([]);
  });

  test("SVC-22 a professional without services has incomplete slots", async () => {
    const professional = await aProfessional(hub, [clinic.place]);
    const slot = await created({ professionalId: professional.professionalId, ...morning });
    expect(slot.status).toBe("incomplete");
  });

  test("SLOT-19 overlap is no fault", async () => {
    await created();
    await created();
  });

  test.each([
    ["SLOT-03", { endAt: "2027-03-08T07:00:00-05:00" }, "SLOT-03 INVALID_INTERVAL /endAt"],
    ["SLOT-03 on the next day", { endAt: "2027-03-09T07:00:00-05:00" }, "SLOT-03 INVALID_INTERVAL /endAt"],
    ["SLOT-03 over years", { endAt: "2037-03-09T07:00:00-05:00" }, "SLOT-03 INVALID_INTERVAL /endAt"],
    [
      "SLOT-04",
      { startAt: "2027-02-26T08:00:00-05:00", endAt: "2027-02-26T12:00:00-05:00" },
      "SLOT-04 SLOT_IN_PAST /endAt",
    ],
    ["SLOT-07", { placeId: null, visibility: "public" }, "SLOT-07 SLOT_PARTIALLY_FILLED /placeId"],
    ["SLOT-14", { serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"] }, "SLOT-14 SERVICE_NOT_OFFERED /serviceIds"],
    ["SLOT-24", { visibility: "private", openFrom: morning.startAt }, "SLOT-24 OPEN_FROM_REQUIRES_PUBLIC /openFrom"],
    ["SLOT-25", { openFrom: "2027-03-08" }, "SLOT-25 REQUIRED_FIELD /openFrom"],
  ])("%s is refused", async (_title, change, rule) => {
    expect(rulesOf(await create<Problem>(clinic.admin.token, full(change)))).toEqual([422, rule]);
  });

  test("SLOT-13 PLACE-07 a place must be a work place that has not ended", async () => {
    const other = await aPlace(hub, clinic);
    expect(rulesOf(await create<Problem>(clinic.admin.token, full({ placeId: other.placeId })))).toEqual([
      422,
      "SLOT-13 PLACE_NOT_WORK_PLACE /placeId",
    ]);
    const ended = await aPlace(hub, clinic, { endDate: "2027-02-28" });
    const professional = await aProfessional(hub, [ended]);
    const service = await aService(hub, professional);
    const { professionalId } = professional;
    const body = full({ professionalId, placeId: ended.placeId, serviceIds: [service.serviceId] });
    expect(rulesOf(await create<Problem>(clinic.admin.token, body))).toEqual([422, "PLACE-07 PLACE_ENDED /placeId"]);
  });

  test("SLOT-15 SLOT-16 SLOT-17 services go together", async () => {
    const professional = await aProfessional(hub, [clinic.place]);
    const ids = [];
    for (const fields of [
      { consultationReason: "regular", durationMinutes: 15 },
      { consultationReason: "regular", durationMinutes: 30, type: "MF" },
      { consultationReason: "allReasons", durationMinutes: 15 },
    ])
      ids.push((await aService(hub, professional, fields)).serviceId);
    const { professionalId } = professional;
    expect(rulesOf(await create<Problem>(clinic.admin.token, full({ professionalId, serviceIds: ids })))).toEqual([
      422,
      "SLOT-15 MIXED_SERVICE_DURATION /serviceIds",
      "SLOT-16 MIXED_SERVICE_TYPE /serviceIds",
      "SLOT-17 ALL_REASONS_EXCLUSIVE /serviceIds",
    ]);
  });

  test("the same Idempotency-Key makes one slot", async () => {
    const request = { as: clinic.admin.token, body: full(), key: "slot-created-once" };
    const answers = await Promise.all([1, 2, 3].map(() => hub.request<Slot>("POST", "/v1/slots", request)));
    expect(new Set(answers.map(({ body }) => body.slotId)).size).toBe(1);
  });

  test("the log tells the place's readers; an incomplete slot those of every work place", async () => {
    const slot = await created();
    expect(await changesOf(slot.slotId)).toEqual([
      {
        ...{ operation: "created", version: 1, place_ids: [clinic.placeId], professional_id: clinic.professionalId },
        ...{ start_at: Date.parse(slot.startAt), end_at: Date.parse(slot.endAt), status: "complete" },
        ...{ changed: [], actor_type: "employee" },
      },
    ]);
    const incomplete = await created({ professionalId: clinic.professionalId, ...morning, placeId: null });
    expect(await changesOf(incomplete.slotId)).toMatchObject([{ place_ids: [clinic.placeId], status: "incomplete" }]);
  });
});

describe("who may write", () => {
  test("SLOT-01 a professional their own; a user what a grant names", async () => {
    await created(full(), clinic.professional.token);
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    const forbidden = [403, "SLOT-01 FORBIDDEN "];
    expect(rulesOf(await create<Problem>(user.token, full()))).toEqual(forbidden);
    await aGrant(hub, user, { ...clinic, access: "read" });
    expect(rulesOf(await create<Problem>(user.token, full()))).toEqual(forbidden);
    const slot = await created();
    expect(rulesOf(await edit<Problem>(slot, { visibility: "private" }, user.token))).toEqual(forbidden);
    expect(rulesOf(await remove(slot, user.token))).toEqual(forbidden);
    expect((await read(slot.slotId, user.token)).status).toBe(200);
  });

  test("PERM-19 a grant at one place is enough for an incomplete slot, and not for another place", async () => {
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, second]);
    const service = await aService(hub, professional);
    const { professionalId } = professional;
    const user = await anEmployee(hub, clinic, { places: [clinic.place, second] });
    await aGrant(hub, user, { professionalId, placeId: clinic.placeId, access: "write" });
    const slot = await created({ professionalId, ...morning, placeId: null }, user.token);
    const serviceIds = [service.serviceId];
    const there = await edit<Problem>(slot, { placeId: second.placeId, serviceIds }, user.token);
    expect(rulesOf(there)).toEqual([403, "SLOT-01 FORBIDDEN "]);
    expect((await edit(slot, { placeId: clinic.placeId, serviceIds }, user.token)).status).toBe(200);
  });

  test("LCGA-02 LCGA-03 a machine writes at its places only, and sees no others", async () => {
    const slot = await created(full(), clinic.machine.token);
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [second, clinic.place]);
    const { professionalId } = professional;
    const service = await aService(hub, professional);
    const body = full({ professionalId, placeId: second.placeId, serviceIds: [service.serviceId] });
    const notLinked = [403, "LCGA-02 MACHINE_NOT_LINKED "];
    expect(rulesOf(await create<Problem>(clinic.machine.token, body))).toEqual(notLinked);
    const elsewhere = await created(body);
    expect((await read(elsewhere.slotId, clinic.machine.token)).status).toBe(404);
    expect(rulesOf(await edit<Problem>(elsewhere, { visibility: "private" }, clinic.machine.token))).toEqual(notLinked);
    expect(rulesOf(await remove(elsewhere, clinic.machine.token))).toEqual(notLinked);
    const incomplete = await created({ professionalId, ...morning, placeId: null });
    expect((await read(incomplete.slotId, clinic.machine.token)).status).toBe(200);
    expect((await read(slot.slotId, clinic.machine.token)).status).toBe(200);
  });
});

describe("editing", () => {
  test("SLOT-40 times, place, services, visibility and opening date; openings follow; the log names the fields", async () => {
    const slot = await created();
    const openFrom = "2027-03-05T08:00:00-05:00";
    const change = { startAt: "2027-03-08T13:00:00-05:00", endAt: "2027-03-08T13:30:00-05:00", openFrom };
    const edited = await edit(slot, change);
    expect([edited.status, edited.headers.get("etag")]).toEqual([200, '"v2"']);
    expect(edited.body).toEqual({ ...slot, ...change, version: 2 });
    expect(await openingsOf(slot.slotId)).toEqual([
      { start: "13:00", busy: false, visibility: "public", open_from: Date.parse(openFrom) },
      { start: "13:15", busy: false, visibility: "public", open_from: Date.parse(openFrom) },
    ]);
    expect((await changesOf(slot.slotId))[1]).toMatchObject({
      operation: "updated",
      version: 2,
      changed: ["startAt", "endAt", "openFrom"],
    });
    const closed = await edit(edited.body, { visibility: "private" });
    // SLOT-27
    expect(closed.body).toMatchObject({ visibility: "private", openFrom: null, version: 3 });
  });

  test("SLOT-12 SLOT-42 an incomplete slot is completed, also after its end", async () => {
    const early = { startAt: "2027-03-01T06:30:00-05:00", endAt: "2027-03-01T07:30:00-05:00" };
    const slot = await created({ professionalId: clinic.professionalId, ...early, placeId: null });
    hub.clock.moveTo("2027-03-01T08:00:00-05:00");
    const done = await edit(slot, { placeId: clinic.placeId, serviceIds: [clinic.service.serviceId] });
    expect(done.body).toMatchObject({ status: "complete", visibility: "private" });
    // SLOT-41, SLOT-43: now that it is complete, and over, it stays as it is.
    expect(rulesOf(await edit<Problem>(done.body, { visibility: "public" }))).toEqual([422, "SLOT-41 SLOT_IN_PAST "]);
    expect(rulesOf(await remove(done.body))).toEqual([422, "SLOT-43 SLOT_IN_PAST "]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("a change that changes nothing writes and announces nothing", async () => {
    const slot = await created();
    const same = await edit(slot, { visibility: "public", startAt: "2027-03-08T13:00:00Z" });
    expect([same.status, same.body.version]).toEqual([200, 1]);
    expect(await changesOf(slot.slotId)).toHaveLength(1);
  });

  test("the version changed must be named and be the last; the answer shows the slot as it is", async () => {
    const slot = await created();
    const path = `/v1/slots/${slot.slotId}`;
    const bare = await hub.request<Problem>("PATCH", path, { as: clinic.admin.token, body: { visibility: "private" } });
    expect([bare.status, bare.body.code]).toEqual([428, "PRECONDITION_REQUIRED"]);
    const first = await edit(slot, { visibility: "private" });
    const stale = await edit<Problem>(slot, { visibility: "private" });
    expect([stale.status, stale.body.code, stale.body.current]).toEqual([412, "PRECONDITION_FAILED", first.body]);
  });

  test("of ten edits of one version at once, one wins", async () => {
    const slot = await created();
    const hours = Array.from({ length: 10 }, (_, hour) => `2027-03-08T${String(12 + hour)}:00:00-05:00`);
    const answers = await Promise.all(
      hours.map((endAt) => edit(slot, { endAt, startAt: "2027-03-08T11:00:00-05:00" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect((await read(slot.slotId)).body.version).toBe(2);
  });

  test("SLOT-40 the professional of a slot is not changed", async () => {
    const refused = await edit<Problem>(await created(), { professionalId: clinic.professionalId });
    expect([refused.status, refused.body.code]).toEqual([400, "UNKNOWN_FIELD"]);
  });

  test("the log tells the readers of both places when a slot moves", async () => {
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, second]);
    const service = await aService(hub, professional);
    const { professionalId } = professional;
    const slot = await created(full({ professionalId, serviceIds: [service.serviceId] }));
    await edit(slot, { placeId: second.placeId });
    const moved = (await changesOf(slot.slotId))[1];
    expect(moved?.["changed"]).toEqual(["placeId"]);
    expect(new Set(moved?.["place_ids"] as string[])).toEqual(new Set([clinic.placeId, second.placeId]));
  });
});

describe("appointments inside", () => {
  async function anAppointmentIn(startAt: string, endAt: string): Promise<string> {
    const appointmentId = hub.deps.ids.next("apt", hub.clock.now());
    const { establishmentId, professionalId, placeId } = clinic;
    await hub.write([establishmentId], (tx) =>
      insertAppointments(tx, [
        {
          ...{ establishmentId, appointmentId, professionalId, placeId, seat: 1 },
          ...{ startAt: Date.parse(startAt), endAt: Date.parse(endAt) },
          ...{ status: "active", attendance: "unconfirmed" },
        },
      ]),
    );
    return appointmentId;
  }
  const statusOf = async (appointmentId: string) =>
    hub.write([clinic.establishmentId], async (tx) => [
      ...(await tx.sql`SELECT status, version FROM appointment WHERE appointment_id = ${appointmentId}`),
    ]);

  test("SLOT-46 SLOT-47 stay active when the slot is shortened or deleted; a slot created over them is taken there", async () => {
    const [startAt, endAt] = ["2027-03-10T09:00:00-05:00", "2027-03-10T10:00:00-05:00"];
    const appointmentId = await anAppointmentIn("2027-03-10T09:15:00-05:00", "2027-03-10T09:30:00-05:00");
    const slot = await created(full({ startAt, endAt }));
    const busy = async () => (await openingsOf(slot.slotId)).map((each) => (each as { busy: boolean }).busy);
    expect(await busy()).toEqual([false, true, false, false]);
    const edited = await edit(slot, { endAt: "2027-03-10T09:15:00-05:00" });
    expect(await busy()).toEqual([false]);
    expect((await remove(edited.body)).status).toBe(204);
    expect(await statusOf(appointmentId)).toEqual([{ status: "active", version: 1 }]);
  });
});

test("SLOT-48 an appointment in a complete slot is at the slot's place, until the slot is edited", async () => {
  const second = await aPlace(hub, clinic);
  const professional = await aProfessional(hub, [clinic.place, second]);
  const { professionalId } = professional;
  const service = await aService(hub, professional);
  const slot = await created(full({ professionalId, serviceIds: [service.serviceId] }));
  const there = appointmentInput({ professionalId }, { placeId: second.placeId });
  const as = clinic.admin.token;
  const refused = await hub.request<Problem>("POST", "/v1/appointments", { as, body: there });
  expect([refused.status, refused.body.code]).toEqual([422, "PLACE_MISMATCH"]);
  expect((await edit(slot, { placeId: second.placeId })).status).toBe(200);
  const booked = await anAppointment(hub, { ...clinic, professionalId }, { placeId: second.placeId }, as);
  expect(booked.placeId).toBe(second.placeId);
});

describe("deleting", () => {
  test("SLOT-45 a slot under way may go, and its openings with it; the log keeps a tombstone", async () => {
    const slot = await created(full({ startAt: "2027-03-01T06:00:00-05:00", endAt: "2027-03-01T09:00:00-05:00" }));
    expect((await remove(slot)).status).toBe(204);
    expect(await openingsOf(slot.slotId)).toEqual([]);
    expect((await read(slot.slotId)).status).toBe(404);
    expect((await changesOf(slot.slotId))[1]).toMatchObject({ operation: "deleted", version: 2 });
  });

  test("SLOT-44 an incomplete slot may go after its end", async () => {
    const early = { startAt: "2027-03-01T06:30:00-05:00", endAt: "2027-03-01T07:30:00-05:00" };
    const slot = await created({ professionalId: clinic.professionalId, ...early, placeId: null });
    hub.clock.moveTo("2027-03-02T08:00:00-05:00");
    expect((await remove(slot)).status).toBe(204);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("the version deleted must be named and be the last", async () => {
    const slot = await created();
    const path = `/v1/slots/${slot.slotId}`;
    expect((await hub.request("DELETE", path, { as: clinic.admin.token })).status).toBe(428);
    expect((await remove(slot, clinic.admin.token, 9)).status).toBe(412);
  });
});

describe("listing", () => {
  test("by start, page by page, within a window", async () => {
    const professional = await aProfessional(hub, [clinic.place]);
    const { professionalId } = professional;
    const service = await aService(hub, professional);
    const days = ["2027-04-05", "2027-04-06", "2027-04-07", "2027-04-08"];
    const ids: string[] = [];
    for (const day of days) {
      const times = { startAt: `${day}T08:00:00-04:00`, endAt: `${day}T12:00:00-04:00` };
      ids.push((await created(full({ professionalId, serviceIds: [service.serviceId], ...times }))).slotId);
    }
    ids.push((await created({ professionalId, startAt: "2027-04-09T08:00:00-04:00", placeId: null })).slotId);
    const list = async (query: Record<string, string>) => {
      const search = new URLSearchParams({ professionalId, ...query }).toString();
      return (await hub.request<SlotPage>("GET", `/v1/slots?${search}`, { as: clinic.admin.token })).body;
    };
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: SlotPage = await list({ limit: "2", ...(cursor === "" ? {} : { cursor }) });
      seen.push(...page.items.map(({ slotId }) => slotId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids);
    // A slot under way at `from` is in; one that starts at `to` is not.
    const window = await list({ from: "2027-04-06T11:59:00-04:00", to: "2027-04-08T08:00:00-04:00" });
    expect(window.items.map(({ slotId }) => slotId)).toEqual(ids.slice(1, 3));
    const after = await list({ from: "2027-04-06T12:00:00-04:00", to: "2027-04-08T08:00:01-04:00" });
    expect(after.items.map(({ slotId }) => slotId)).toEqual(ids.slice(2, 4));
    const ofPlace = await list({ placeId: clinic.placeId });
    expect(ofPlace.items.map(({ slotId }) => slotId)).toEqual(ids.slice(0, 4));
  });

  test("VIEW-01 a professional or a place must be named", async () => {
    const refused = await hub.request<Problem>("GET", "/v1/slots", { as: clinic.admin.token });
    expect(rulesOf(refused)).toEqual([422, "VIEW-01 REQUIRED_FIELD /query/professionalId"]);
  });

  test("PERM-16 only what the caller may read", async () => {
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    const list = async () =>
      (await hub.request<SlotPage>("GET", `/v1/slots?placeId=${clinic.placeId}`, { as: user.token })).body.items;
    expect(await list()).toEqual([]);
    await aGrant(hub, user, { ...clinic, access: "read" });
    const slots = await list();
    expect(slots.length).toBeGreaterThan(0);
    expect(new Set(slots.map(({ professionalId }) => professionalId))).toEqual(new Set([clinic.professionalId]));
  });
});

describe("isolation", () => {
  test("another establishment's slot is not found, whoever asks", async () => {
    const slot = await created();
    const other = await aClinic(hub);
    for (const as of [other.admin.token, other.machine.token]) {
      expect((await read(slot.slotId, as)).status).toBe(404);
      expect((await edit<Problem>(slot, { visibility: "private" }, as)).status).toBe(404);
      expect((await remove(slot, as)).status).toBe(404);
      const foreign = await create<Problem>(as, full());
      expect(rulesOf(foreign)).toEqual([404, "CONTRACT NOT_FOUND /professionalId"]);
      for (const query of [`placeId=${clinic.placeId}`, `professionalId=${clinic.professionalId}`])
        expect((await hub.request<SlotPage>("GET", `/v1/slots?${query}`, { as })).body.items).toEqual([]);
    }
    const foreignPlace = full({ professionalId: other.professionalId, serviceIds: [other.service.serviceId] });
    expect(rulesOf(await create<Problem>(other.admin.token, foreignPlace))).toEqual([
      422,
      "SLOT-13 PLACE_NOT_WORK_PLACE /placeId",
    ]);
  });
});

describe("service groups", () => {
  const aGroup = async (
    name: string,
    serviceIds: readonly string[],
    { professionalId }: { professionalId: string },
  ) => {
    const body = { professionalId, name, serviceIds };
    const made = await hub.request<ServiceGroup>("POST", "/v1/service-groups", { as: clinic.admin.token, body });
    expect(made.status).toBe(201);
    return made.body.serviceGroupId;
  };
  const anOffer = async () => {
    const professional = await aProfessional(hub, [clinic.place]);
    const offer = async (consultationReason: string, durationMinutes: number) =>
      (await aService(hub, professional, { consultationReason, durationMinutes })).serviceId;
    const [regular, periodic] = [await offer("regular", 20), await offer("periodic", 20)];
    const longer = await offer("regular", 40);
    const { professionalId } = professional;
    const pair = await aGroup("Suivis", [regular, periodic], professional);
    return { professionalId, regular, periodic, longer, pair };
  };

  test("SLOT-18 adds the services of a group to those that are named, each once; the answer has services alone", async () => {
    const { professionalId, regular, periodic, pair } = await anOffer();
    const slot = await created(full({ professionalId, serviceIds: [regular], serviceGroupIds: [pair, pair] }));
    expect(slot).toMatchObject({
      serviceIds: [regular, periodic],
      consultationReasons: ["regular", "periodic"],
      durationMinutes: 20,
      status: "complete",
    });
    expect(slot).not.toHaveProperty("serviceGroupIds");
    expect((await openingsOf(slot.slotId)).length).toBe(12);
  });

  test("SLOT-18 SLOT-09 SLOT-12 by hand, a start and a group are enough", async () => {
    const { professionalId, regular, periodic, pair } = await anOffer();
    const slot = await created({ professionalId, startAt: morning.startAt, serviceGroupIds: [pair] });
    expect(slot).toMatchObject({ placeId: clinic.placeId, serviceIds: [regular, periodic], visibility: "private" });
  });

  test("SLOT-18 an edit adds to the services that stay, or replaces them; what is there already changes nothing", async () => {
    const { professionalId, regular, periodic, longer, pair } = await anOffer();
    const slot = await created(full({ professionalId, serviceIds: [regular] }));
    const more = (await edit(slot, { serviceGroupIds: [pair] })).body;
    expect([more.version, more.serviceIds]).toEqual([2, [regular, periodic]]);
    expect((await edit(more, { serviceGroupIds: [pair] })).body.version).toBe(2);
    const replaced = (await edit(more, { serviceIds: [longer] })).body;
    const mixed = await edit<Problem>(replaced, { serviceGroupIds: [pair] });
    expect(rulesOf(mixed)).toEqual([422, "SLOT-15 MIXED_SERVICE_DURATION /serviceGroupIds"]);
    const back = (await edit(replaced, { serviceIds: null, serviceGroupIds: [pair] })).body;
    expect(back.serviceIds).toEqual([regular, periodic]);
  });

  test("SLOT-14 a group of another professional, of another clinic or of nobody is not offered, SLOT-07 nor missing", async () => {
    const [own, other, elsewhere] = [await anOffer(), await anOffer(), await aClinic(hub)];
    const service = await aService(hub, elsewhere, { consultationReason: "regular" });
    const foreign = await hub.request<ServiceGroup>("POST", "/v1/service-groups", {
      as: elsewhere.admin.token,
      body: { professionalId: elsewhere.professionalId, name: "A", serviceIds: [service.serviceId] },
    });
    const nobody = "grp_01m8qk5v0e7kqv8f0a3n6c9d2h";
    const serviceGroupIds = [own.pair, other.pair, foreign.body.serviceGroupId, nobody];
    const { professionalId } = own;
    const body = full({ professionalId, serviceIds: undefined, serviceGroupIds });
    expect(rulesOf(await create<Problem>(clinic.admin.token, body))).toEqual([
      422,
      ...[1, 2, 3].map((index) => `SLOT-14 SERVICE_NOT_OFFERED /serviceGroupIds/${String(index)}`),
    ]);
  });
});
