import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { reachable } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic, aGrant, aMachine, aPlace, aProfessional, anEmployee } from "../../../test/factories.ts";
import type { AClinic, APlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { ProfessionalAgendas } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

type Query = Record<string, string>;
const rulesOf = ({ status, body }: { status: number; body: ProblemBody }) => [
  status,
  ...body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
];
const ask = <T>(as: string, path: string, query: Query = {}) =>
  hub.request<T>("GET", `${path}?${new URLSearchParams(query).toString()}`, { as });
const monday = { date: "2027-03-08" };

async function read(as: string, professionalId: string, query: Query = monday): Promise<ProfessionalAgendas> {
  const answer = await ask<ProfessionalAgendas>(as, `/v1/agendas/${professionalId}`, query);
  expect(answer.status).toBe(200);
  return answer.body;
}
const refused = async (as: string, professionalId: string, query: Query = monday) =>
  rulesOf(await ask<ProblemBody>(as, `/v1/agendas/${professionalId}`, query));

type Page = { items: ProfessionalAgendas[]; nextCursor: string | null };
async function list(as: string, query: Query): Promise<Page> {
  const answer = await ask<Page>(as, "/v1/agendas", { ...monday, ...query });
  expect(answer.status).toBe(200);
  return answer.body;
}
const whoIn = ({ items }: Page) => items.map(({ professionalId }) => professionalId);

async function book(clinic: AClinic, fields: object): Promise<AppointmentBody> {
  const { professionalId, placeId, admin } = clinic;
  const made = await hub.request<AppointmentBody>("POST", "/v1/appointments", {
    as: admin.token,
    body: {
      professionalId,
      placeId,
      startAt: "2027-03-08T09:00:00-05:00",
      durationMinutes: 15,
      patient: reachable,
      communicationModes: ["email"],
      ...fields,
    },
  });
  expect(made.status).toBe(201);
  return made.body;
}

const morning = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" };

const worksAt = (clinic: { establishmentId: string; professionalId: string }, { placeId }: APlace) =>
  hub.write(
    [clinic.establishmentId],
    (tx) =>
      tx.sql`INSERT INTO professional_place VALUES (${clinic.establishmentId}, ${clinic.professionalId}, ${placeId})`,
  );

describe("one professional", () => {
  test("VIEW-01 slots, appointments and holds of the day at the place; off-slot ones are told", async () => {
    const clinic = await aClinic(hub, { place: { abbreviation: "Faubourg" } });
    const { admin, professionalId, placeId, establishmentId } = clinic;
    const slot = await aSlot(hub, clinic, morning);
    await aSlot(hub, clinic, { startAt: "2027-03-09T09:00:00-05:00", endAt: "2027-03-09T10:00:00-05:00" });
    const inside = await book(clinic, {});
    const outside = await book(clinic, { startAt: "2027-03-08T15:00:00-05:00" });
    await book(clinic, { startAt: "2027-03-09T09:00:00-05:00" });
    const hold = await hub.request<{ holdId: string }>("POST", "/v1/holds", {
      as: clinic.machine.token,
      body: { slotId: slot.slotId, startAt: "2027-03-08T09:30:00-05:00" },
    });
    expect(hold.status).toBe(201);
    const found = await read(admin.token, professionalId);
    expect(found).toMatchObject({
      professionalId,
      establishmentId,
      readAt: new Date(hub.clock.now()).toISOString(),
      incompleteSlots: [],
    });
    const [agenda, ...others] = found.agendas;
    expect(others).toEqual([]);
    expect(agenda).toMatchObject({
      placeId,
      placeLabel: "Faubourg",
      timeZone: "America/Toronto",
      from: "2027-03-08",
      to: "2027-03-08",
    });
    expect(agenda?.slots.map(({ slotId }) => slotId)).toEqual([slot.slotId]);
    expect(agenda?.appointments.map(({ appointmentId, slotId }) => [appointmentId, slotId])).toEqual([
      [inside.appointmentId, slot.slotId],
      [outside.appointmentId, null],
    ]);
    // As appointments.get answers.
    expect(agenda?.appointments).toEqual([inside, outside]);
    expect(agenda?.holds.map(({ holdId, owner }) => [holdId, owner])).toEqual([
      [hold.body.holdId, { type: "machine", own: false }],
    ]);
    expect(agenda?.slots[0]?.openings).toEqual({ total: 4, taken: 1, free: 2 });
    const own = await read(clinic.machine.token, professionalId);
    expect(own.agendas[0]?.holds[0]?.owner).toEqual({ type: "machine", own: true });
  });

  test("SYNC-03, SYNC-06 each agenda tells how fresh it is: linked, or kept by staff", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`UPDATE machine_link SET late_after_minutes = 5, stale_after_minutes = 960
        WHERE place_id = ${clinic.placeId}`,
    );
    const before = hub.clock.now();
    hub.clock.advance(5 * 60_000);
    const { agendas } = await read(clinic.admin.token, clinic.professionalId);
    hub.clock.moveTo(before);
    const [linkedAt, lateAt, staleAt] = [0, 5, 960].map((minutes) => new Date(before + minutes * 60_000).toISOString());
    expect(new Map(agendas.map(({ placeId, freshness }) => [placeId, freshness]))).toEqual(
      new Map<string, object>([
        [clinic.placeId, { state: "late", since: lateAt, asOf: linkedAt, lateAt, staleAt }],
        [second.placeId, { state: "live", since: null, asOf: null, lateAt: null, staleAt: null }],
      ]),
    );
  });

  test("SLOT-49 each slot tells its start, end, type, length, and that it is public when it is", async () => {
    const clinic = await aClinic(hub, { place: { name: "Clinique du Lac", abbreviation: null } });
    const open = await aSlot(hub, clinic, { ...morning, serviceType: "MF" });
    const closed = await aSlot(hub, clinic, { ...morning, visibility: "private", durationMinutes: 30 });
    const [agenda] = (await read(clinic.admin.token, clinic.professionalId)).agendas;
    const one = await hub.request<object>("GET", `/v1/slots/${open.slotId}`, { as: clinic.admin.token });
    expect(agenda?.slots[0]).toEqual({ ...one.body, public: true, openings: { total: 4, taken: 0, free: 4 } });
    expect(agenda?.slots[0]).toMatchObject({
      startAt: "2027-03-08T09:00:00-05:00",
      endAt: "2027-03-08T10:00:00-05:00",
      serviceType: "MF",
      durationMinutes: 15,
      placeLabel: "Clinique du Lac",
    });
    const hidden = agenda?.slots.find(({ slotId }) => slotId === closed.slotId);
    expect(hidden).not.toHaveProperty("public");
    expect(hidden).toMatchObject({ visibility: "private", durationMinutes: 30, openings: { total: 2 } });
  });

  test("SLOT-49 what is past or held is not free; SVC-20 a service that was deleted is told", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId, service } = clinic;
    await aSlot(hub, clinic, { startAt: "2027-03-01T08:00:00-05:00", endAt: "2027-03-01T09:00:00-05:00" });
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`UPDATE service SET active = false WHERE service_id = ${service.serviceId}`,
    );
    const slotsAt = async (at: string) => {
      const before = hub.clock.now();
      hub.clock.moveTo(at);
      const found = await read(admin.token, professionalId, { date: "2027-03-01" });
      hub.clock.moveTo(before);
      return found.agendas[0]?.slots[0];
    };
    expect(await slotsAt("2027-03-01T08:15:00-05:00")).toMatchObject({
      openings: { total: 4, taken: 0, free: 3 },
      inactiveServiceIds: [service.serviceId],
    });
    expect((await slotsAt("2027-03-01T08:15:01-05:00"))?.openings.free).toBe(2);
  });

  test("VIEW-01 one agenda for each place, or the one that is named; PERM-19 slots without a place apart", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId, placeId } = clinic;
    const halifax = await aPlace(hub, clinic, { timeZone: "America/Halifax" });
    await worksAt(clinic, halifax);
    const here = await aSlot(hub, clinic, morning);
    const there = await aSlot(hub, { ...clinic, ...halifax }, morning);
    const incomplete = await aSlot(hub, clinic, { ...morning, placeId: null });
    const all = await read(admin.token, professionalId);
    expect(
      all.agendas.map(({ placeId: at, timeZone, slots }) => [at, timeZone, slots.map(({ slotId }) => slotId)]),
    ).toEqual([
      [placeId, "America/Toronto", [here.slotId]],
      [halifax.placeId, "America/Halifax", [there.slotId]],
    ]);
    expect(all.agendas[1]?.slots[0]?.startAt).toBe("2027-03-08T10:00:00-04:00");
    expect(all.incompleteSlots.map(({ slotId, status, placeLabel }) => [slotId, status, placeLabel])).toEqual([
      [incomplete.slotId, "incomplete", null],
    ]);
    const one = await read(admin.token, professionalId, { ...monday, placeId: halifax.placeId });
    expect(one.agendas.map(({ placeId: at }) => at)).toEqual([halifax.placeId]);
    expect(one.incompleteSlots).toEqual([]);
  });

  test("VIEW-01 a day is that of each place: what is at 23:30 in Toronto is tomorrow in Halifax", async () => {
    const clinic = await aClinic(hub);
    const halifax = await aPlace(hub, clinic, { timeZone: "America/Halifax" });
    await worksAt(clinic, halifax);
    const late = { startAt: "2027-03-08T23:30:00-05:00", endAt: "2027-03-08T23:45:00-05:00" };
    for (const at of [clinic, { ...clinic, ...halifax }]) await aSlot(hub, at, late);
    const countOn = async (date: string) =>
      (await read(clinic.admin.token, clinic.professionalId, { date })).agendas.map(({ slots }) => slots.length);
    expect(await countOn("2027-03-08")).toEqual([1, 0]);
    expect(await countOn("2027-03-09")).toEqual([0, 1]);
  });

  test("VIEW-01 a week from Sunday to Saturday, the days that come, days between dates, today", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId } = clinic;
    for (const day of ["06", "07", "13", "14"]) {
      const offset = day === "14" ? "-04:00" : "-05:00";
      await aSlot(hub, clinic, {
        startAt: `2027-03-${day}T09:00:00${offset}`,
        endAt: `2027-03-${day}T10:00:00${offset}`,
      });
    }
    const daysIn = async (query: Query) => {
      const [agenda] = (await read(admin.token, professionalId, query)).agendas;
      return [agenda?.from, agenda?.to, ...(agenda?.slots.map(({ startAt }) => startAt.slice(8, 10)) ?? [])];
    };
    expect(await daysIn({ view: "week", date: "2027-03-10" })).toEqual(["2027-03-07", "2027-03-13", "07", "13"]);
    expect(await daysIn({ view: "upcoming", date: "2027-03-06", days: "2" })).toEqual([
      "2027-03-06",
      "2027-03-07",
      "06",
      "07",
    ]);
    expect(await daysIn({ view: "upcoming" })).toEqual(["2027-03-01", "2027-03-14", "06", "07", "13", "14"]);
    expect(await daysIn({ from: "2027-03-13", to: "2027-03-14" })).toEqual(["2027-03-13", "2027-03-14", "13", "14"]);
    expect(await daysIn({})).toEqual(["2027-03-01", "2027-03-01"]);
    expect(await refused(admin.token, professionalId, { from: "2027-03-08" })).toEqual([
      422,
      "CONTRACT REQUIRED_FIELD /query/to",
    ]);
    expect(await refused(admin.token, professionalId, { from: "2027-03-08", to: "2027-04-08" })).toEqual([
      422,
      "CONTRACT OUT_OF_RANGE /query/to",
    ]);
    const reversed = { from: "2027-03-08", to: "2027-03-07" };
    const { body } = await ask<ProblemBody>(admin.token, `/v1/agendas/${professionalId}`, reversed);
    expect([body.code, body.detail]).toEqual(["INVALID_INTERVAL", "`to` ne peut précéder `from`."]);
  });

  test("APPT-06 one professional's agenda by day, by week, or the days that come: what is booked in each", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId } = clinic;
    const booked: AppointmentBody[] = [];
    for (const day of ["01", "08", "10", "15"])
      booked.push(await book(clinic, { startAt: `2027-03-${day}T15:00:00-0${day === "15" ? "4" : "5"}:00` }));
    const [today, monday, wednesday, later] = booked.map(({ appointmentId }) => appointmentId);
    const shown = async (query: Query) => {
      const [agenda] = (await read(admin.token, professionalId, query)).agendas;
      return agenda?.appointments.map(({ appointmentId }) => appointmentId);
    };
    expect(await shown({ view: "day", date: "2027-03-10" })).toEqual([wednesday]);
    expect(await shown({ view: "week", date: "2027-03-10" })).toEqual([monday, wednesday]);
    expect(await shown({ view: "upcoming" })).toEqual([today, monday, wednesday]);
    expect(await shown({ view: "upcoming", date: "2027-03-10", days: "7" })).toEqual([wednesday, later]);
  });

  test("APPT-05 the clinic reads a public slot as it is, at once: created, changed, taken, deleted", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId, placeId } = clinic;
    const seen = async () =>
      (await read(admin.token, professionalId)).agendas[0]?.slots.map(({ startAt, visibility, openings }) =>
        [startAt.slice(11, 16), visibility, openings.free].join(" "),
      );
    const slot = await hub.request<{ slotId: string }>("POST", "/v1/slots", {
      as: admin.token,
      body: { ...morning, professionalId, placeId, visibility: "public", serviceIds: [clinic.service.serviceId] },
    });
    expect(slot.status).toBe(201);
    expect(await seen()).toEqual(["09:00 public 4"]);
    const path = `/v1/slots/${slot.body.slotId}`;
    const later = { as: admin.token, version: 1, body: { startAt: "2027-03-08T09:15:00-05:00" } };
    expect((await hub.request("PATCH", path, later)).status).toBe(200);
    expect(await seen()).toEqual(["09:15 public 3"]);
    await book(clinic, { startAt: "2027-03-08T09:15:00-05:00" });
    expect(await seen()).toEqual(["09:15 public 2"]);
    expect((await hub.request("DELETE", path, { as: admin.token, version: 2 })).status).toBe(204);
    expect(await seen()).toEqual([]);
  });

  test("CANCEL-01, SEARCH-27 a cancelled appointment disappears from the agenda; by its id it is still there", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId } = clinic;
    const { appointmentId } = await book(clinic, {});
    const shown = async () => [
      ...((await read(admin.token, professionalId)).agendas[0]?.appointments ?? []),
      ...((await list(admin.token, { professionalIds: "all" })).items[0]?.agendas[0]?.appointments ?? []),
    ];
    expect(await shown()).toHaveLength(2);
    const path = `/v1/appointments/${appointmentId}`;
    await hub.request("POST", `${path}/cancel`, { as: admin.token, version: 1, body: {} });
    expect(await shown()).toEqual([]);
    expect((await hub.request("GET", path, { as: admin.token })).body).toMatchObject({ status: "cancelled" });
  });

  test("EMP-16 what a professional has left at a place is shown there, and an empty place is not", async () => {
    const clinic = await aClinic(hub);
    const former = await aPlace(hub, clinic);
    await aPlace(hub, clinic);
    const kept = await aSlot(hub, { ...clinic, ...former }, morning);
    const { agendas } = await read(clinic.admin.token, clinic.professionalId);
    expect(agendas.map(({ placeId, slots }) => [placeId, slots.map(({ slotId }) => slotId)])).toEqual([
      [clinic.placeId, []],
      [former.placeId, [kept.slotId]],
    ]);
    const next = await read(clinic.admin.token, clinic.professionalId, { date: "2027-03-09" });
    expect(next.agendas.map(({ placeId }) => placeId)).toEqual([clinic.placeId]);
  });

  test("EMP-19 who has left before today has no agenda; on the last day they have", async () => {
    const clinic = await aClinic(hub);
    const leaving = await aProfessional(hub, [clinic.place], { departureDate: "2027-03-01" });
    const gone = await aProfessional(hub, [clinic.place], { departureDate: "2027-02-28" });
    expect((await read(clinic.admin.token, leaving.professionalId)).agendas).toHaveLength(1);
    expect(await refused(clinic.admin.token, gone.professionalId)).toEqual([404, "EMP-19 NOT_FOUND "]);
    expect(whoIn(await list(clinic.admin.token, { professionalIds: "all" }))).toEqual([
      clinic.professionalId,
      leaving.professionalId,
    ]);
    expect(whoIn(await list(clinic.admin.token, { professionalIds: gone.professionalId }))).toEqual([]);
  });
});

describe("who may read, and manage", () => {
  test("VIEW-06 manageable only with WRITE, at each place; PERM-16 nothing without a grant", async () => {
    const clinic = await aClinic(hub);
    const { professionalId, placeId } = clinic;
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    for (const at of [clinic, { ...clinic, ...second }]) await aSlot(hub, at, morning);
    await aSlot(hub, clinic, { ...morning, placeId: null });
    const secretary = await anEmployee(hub, clinic, { places: [clinic.place, second] });
    expect(await refused(secretary.token, professionalId)).toEqual([403, "PERM-16 FORBIDDEN "]);
    const grant = (at: string, access: "read" | "write") =>
      aGrant(hub, secretary, { placeId: at, professionalId, access });
    await grant(placeId, "read");
    const seen = async () => {
      const { manageable, agendas, incompleteSlots } = await read(secretary.token, professionalId);
      return [manageable, agendas.map((agenda) => [agenda.placeId, agenda.manageable]), incompleteSlots.length];
    };
    expect(await seen()).toEqual([false, [[placeId, false]], 1]);
    expect(await refused(secretary.token, professionalId, { placeId: second.placeId })).toEqual([
      403,
      "PERM-16 FORBIDDEN ",
    ]);
    await grant(second.placeId, "write");
    expect(await seen()).toEqual([
      true,
      [
        [placeId, false],
        [second.placeId, true],
      ],
      1,
    ]);
    for (const as of [clinic.admin.token, clinic.professional.token])
      expect((await read(as, professionalId)).agendas.map(({ manageable }) => manageable)).toEqual([true, true]);
    expect((await read(clinic.admin.token, professionalId)).manageable).toBe(true);
  });

  test("LCGA-02 agenda software reads the linked places, and manages them; others do not exist for it", async () => {
    const clinic = await aClinic(hub);
    const { machine, professionalId, placeId } = clinic;
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    const away = await aProfessional(hub, [second]);
    for (const at of [clinic, { ...clinic, ...second }]) await aSlot(hub, at, morning);
    await hub.request("PUT", "/v1/slots/by-external-id/plage-1", {
      as: machine.token,
      body: { professionalId, startAt: "2027-03-08T11:00:00-05:00", endAt: "2027-03-08T12:00:00-05:00" },
    });
    const found = await read(machine.token, professionalId);
    expect(found.agendas.map((agenda) => [agenda.placeId, agenda.manageable])).toEqual([[placeId, true]]);
    expect(found.incompleteSlots.map(({ externalId }) => externalId)).toEqual(["plage-1"]);
    const none = [404, "CONTRACT NOT_FOUND "];
    expect(await refused(machine.token, professionalId, { placeId: second.placeId })).toEqual(none);
    expect(await refused(machine.token, away.professionalId)).toEqual(none);
    const other = await aClinic(hub);
    for (const as of [machine.token, clinic.admin.token]) {
      expect(await refused(as, other.professionalId)).toEqual(none);
      expect(await refused(as, professionalId, { placeId: other.placeId })).toEqual(none);
    }
    expect(whoIn(await list(machine.token, {}))).toEqual([professionalId]);
    expect(whoIn(await list(machine.token, { professionalIds: away.professionalId }))).toEqual([]);
    expect(whoIn(await list(machine.token, { placeId: second.placeId }))).toEqual([]);
  });

  test("an agenda holds slots and appointments: agenda software needs both scopes", async () => {
    const clinic = await aClinic(hub);
    for (const scope of ["slots.read", "appointments.read"] as const) {
      const half = await aMachine(hub, { scopes: [scope], vendorId: clinic.machine.vendorId });
      for (const path of ["/v1/agendas", `/v1/agendas/${clinic.professionalId}`])
        expect((await ask<ProblemBody>(half.token, path)).body.code).toBe("INSUFFICIENT_SCOPE");
    }
  });

  test("every read of a patient's data leaves an access record, of what was shown and no more", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId, establishmentId } = clinic;
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    const here = await book(clinic, {});
    const there = await book(clinic, { placeId: second.placeId, startAt: "2027-03-08T11:00:00-05:00" });
    const accesses = () =>
      hub.write(
        [establishmentId],
        (tx) => tx.sql<{ purpose: string; ids: string[] }[]>`
          SELECT purpose, object_ids AS ids FROM access_record
          WHERE purpose LIKE 'agendas.%' AND establishment_id = ${establishmentId} ORDER BY access_id`,
      );
    const both = [here.appointmentId, there.appointmentId];
    await read(admin.token, professionalId, { date: "2027-03-09" });
    expect([...(await accesses())]).toEqual([]);
    await read(clinic.machine.token, professionalId);
    await read(admin.token, professionalId);
    await list(admin.token, { professionalIds: "all", placeId: second.placeId });
    expect([...(await accesses())]).toEqual([
      { purpose: "agendas.get", ids: [here.appointmentId] },
      { purpose: "agendas.get", ids: both },
      { purpose: "agendas.list", ids: [there.appointmentId] },
    ]);
  });
});

describe("several professionals, one date", () => {
  test("VIEW-02 a professional who names nobody has their own; VIEW-03 another user has none", async () => {
    const clinic = await aClinic(hub);
    const colleague = await aProfessional(hub, [clinic.place]);
    const { professionalId } = colleague;
    const secretary = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, secretary, { placeId: clinic.placeId, professionalId, access: "write" });
    await aGrant(hub, colleague, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "read" });
    expect(whoIn(await list(colleague.token, {}))).toEqual([professionalId]);
    expect(whoIn(await list(secretary.token, {}))).toEqual([]);
    expect(whoIn(await list(clinic.admin.token, {}))).toEqual([]);
    const chief = await aProfessional(hub, [clinic.place], { profile: "superUser" });
    expect(whoIn(await list(chief.token, {}))).toEqual([chief.professionalId]);
  });

  test("VIEW-04 those who are named, or all, as far as the caller may read", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId: first, placeId } = clinic;
    const second = await aProfessional(hub, [clinic.place]);
    const third = await aProfessional(hub, [clinic.place]);
    const slot = await aSlot(hub, { ...clinic, ...second }, morning);
    const named = [first, second.professionalId].join();
    const everyone = [first, second.professionalId, third.professionalId];
    const both = await list(admin.token, { professionalIds: named });
    expect(whoIn(both)).toEqual([first, second.professionalId]);
    expect(both.items[1]?.agendas[0]?.slots.map(({ slotId }) => slotId)).toEqual([slot.slotId]);
    expect(whoIn(await list(admin.token, { professionalIds: "all" }))).toEqual(everyone);
    const secretary = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, secretary, { placeId, professionalId: second.professionalId, access: "read" });
    await aGrant(hub, secretary, { placeId: "all", professionalId: third.professionalId, access: "write" });
    const readable = await list(secretary.token, { professionalIds: "all" });
    expect(readable.items.map(({ professionalId, manageable }) => [professionalId, manageable])).toEqual([
      [second.professionalId, false],
      [third.professionalId, true],
    ]);
    expect(whoIn(await list(secretary.token, { professionalIds: named }))).toEqual([second.professionalId]);
    expect(whoIn(await list(second.token, { professionalIds: "all" }))).toEqual([second.professionalId]);
    const other = await aClinic(hub);
    expect(whoIn(await list(admin.token, { professionalIds: other.professionalId }))).toEqual([]);
  });

  test("APPT-07 on a date, the agendas of several professionals, of those the caller may read", async () => {
    const clinic = await aClinic(hub);
    const colleague = await aProfessional(hub, [clinic.place]);
    const [own, other] = [await book(clinic, {}), await book(clinic, { professionalId: colleague.professionalId })];
    await book(clinic, { startAt: "2027-03-09T09:00:00-05:00" });
    const shown = async (as: string) =>
      (await list(as, { professionalIds: "all" })).items.map(({ professionalId, agendas }) => [
        professionalId,
        agendas.flatMap(({ appointments }) => appointments.map(({ appointmentId }) => appointmentId)),
      ]);
    const mine = [clinic.professionalId, [own.appointmentId]];
    const theirs = [colleague.professionalId, [other.appointmentId]];
    expect(await shown(clinic.admin.token)).toEqual([mine, theirs]);
    expect(await shown(colleague.token)).toEqual([theirs]);
    const secretary = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect(await shown(secretary.token)).toEqual([]);
    await aGrant(hub, secretary, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "read" });
    expect(await shown(secretary.token)).toEqual([mine]);
  });

  test("VIEW-04 at one place: who works there, or has something there that day (EMP-16)", async () => {
    const clinic = await aClinic(hub);
    const { admin, establishmentId } = clinic;
    const second = await aPlace(hub, clinic);
    const there = await aProfessional(hub, [second]);
    const formerly = await aProfessional(hub, [clinic.place]);
    const visited = await aProfessional(hub, [clinic.place]);
    await aSlot(hub, { ...clinic, ...second, professionalId: formerly.professionalId }, morning);
    const moved = await book({ ...clinic, professionalId: visited.professionalId }, {});
    await hub.write(
      [establishmentId],
      (tx) => tx.sql`UPDATE appointment SET place_id = ${second.placeId} WHERE appointment_id = ${moved.appointmentId}`,
    );
    const at = (date: string) => list(admin.token, { professionalIds: "all", placeId: second.placeId, date });
    const found = await at("2027-03-08");
    expect(whoIn(found)).toEqual([there.professionalId, formerly.professionalId, visited.professionalId]);
    expect(found.items.flatMap(({ agendas }) => agendas.map(({ placeId }) => placeId))).toEqual(
      found.items.map(() => second.placeId),
    );
    expect(whoIn(await at("2027-03-09"))).toEqual([there.professionalId]);
    const granted = await anEmployee(hub, clinic, { places: [clinic.place, second] });
    for (const { professionalId } of [there, formerly])
      await aGrant(hub, granted, { placeId: clinic.placeId, professionalId, access: "read" });
    expect(whoIn(await list(granted.token, { professionalIds: "all", placeId: second.placeId }))).toEqual([]);
  });

  test("VIEW-04 a page goes on where the last one ended; too many names are refused", async () => {
    const clinic = await aClinic(hub);
    const others = [await aProfessional(hub, [clinic.place]), await aProfessional(hub, [clinic.place])];
    const first = await list(clinic.admin.token, { professionalIds: "all", limit: "2" });
    const rest = await list(clinic.admin.token, { professionalIds: "all", limit: "2", cursor: first.nextCursor ?? "" });
    expect([...whoIn(first), ...whoIn(rest)]).toEqual([
      clinic.professionalId,
      ...others.map(({ professionalId }) => professionalId),
    ]);
    expect([whoIn(first).length, rest.nextCursor]).toEqual([2, null]);
    const many = Array.from({ length: 101 }, (_, index) => String(index)).join();
    const tooMany = await ask<ProblemBody>(clinic.admin.token, "/v1/agendas", { professionalIds: many });
    expect(rulesOf(tooMany)).toEqual([400, "CONTRACT INVALID_REQUEST /query/professionalIds"]);
  });

  test("VIEW-04 without a date, today", async () => {
    const clinic = await aClinic(hub);
    const { items } = (await ask<Page>(clinic.admin.token, "/v1/agendas", { professionalIds: "all" })).body;
    expect(items[0]?.agendas[0]).toMatchObject({ from: "2027-03-01", to: "2027-03-01" });
  });
});

describe("VIEW-07", () => {
  test("VIEW-07 a booking on a public slot is decided on what there is, not on the agenda read before", async () => {
    const clinic = await aClinic(hub);
    const { admin, professionalId } = clinic;
    const slot = await aSlot(hub, clinic, morning);
    const opening = { slotId: slot.slotId, startAt: "2027-03-08T09:00:00-05:00" };
    const before = await read(admin.token, professionalId);
    expect(before.agendas[0]?.slots[0]?.openings.free).toBe(4);
    hub.clock.advance(1000);
    const [first, second] = [await aCitizen(hub), await aCitizen(hub)];
    const taken = await hub.request("POST", "/v1/citizen/appointments", {
      as: first.token,
      body: { ...opening, consultationReason: "regular", homePhone: "418-555-0192", communicationModes: ["phone"] },
    });
    const held = await hub.request("POST", "/v1/citizen/holds", {
      as: second.token,
      body: { ...opening, startAt: "2027-03-08T09:15:00-05:00" },
    });
    expect([taken.status, held.status]).toEqual([201, 201]);
    const wish = { patient: reachable, communicationModes: ["email"] };
    const heldFor = await hub.request<ProblemBody>("POST", "/v1/appointments", {
      as: admin.token,
      body: { ...wish, ...opening, startAt: "2027-03-08T09:15:00-05:00" },
    });
    expect([heldFor.status, heldFor.body.code]).toEqual([409, "HELD_BY_CITIZEN"]);
    const beside = await hub.request<AppointmentBody>("POST", "/v1/appointments", {
      as: admin.token,
      body: { ...wish, ...opening },
    });
    // APPT-08: the clinic may, and is told.
    expect([beside.status, beside.body.concurrent]).toEqual([201, true]);
    const after = await read(admin.token, professionalId);
    expect(after.agendas[0]?.slots[0]?.openings).toEqual({ total: 4, taken: 1, free: 2 });
    expect(Date.parse(after.readAt) - Date.parse(before.readAt)).toBe(1000);
  });
});
