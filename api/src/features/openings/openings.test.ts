import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertAppointments } from "../../../test/agenda-rows.ts";
import { anAppointment, appointmentInput } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, aMachine, anEmployee, aPlace, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic, AProfessional } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { ClinicOpening } from "./schema.ts";
import { refreshOpenings } from "./store.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub, { place: { name: "Clinique du Faubourg" } });
});
afterAll(() => hub.close());

interface Page {
  items: ClinicOpening[];
  nextCursor: string | null;
}
interface Problem {
  code: string;
  violations: { rule: string; code: string; pointer: string }[];
}

async function search(query: Record<string, string | string[]>, as = clinic.admin.token): Promise<Page> {
  const answer = await ask<Page>(query, as);
  expect(answer.status).toBe(200);
  return answer.body;
}
function ask<T>(query: Record<string, string | string[]>, as = clinic.admin.token) {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, each]),
  );
  return hub.request<T>("GET", `/v1/openings?${new URLSearchParams(pairs).toString()}`, { as });
}
const startsOf = ({ items }: Page) => items.map(({ startAt }) => startAt);

async function aSlot(owner: AProfessional, serviceId: string, day: string, change: object = {}): Promise<string> {
  const created = await hub.request<{ slotId: string }>("POST", "/v1/slots", {
    as: clinic.admin.token,
    body: {
      ...{
        professionalId: owner.professionalId,
        placeId: clinic.placeId,
        serviceIds: [serviceId],
        visibility: "public",
      },
      ...{ startAt: `${day}T09:00:00-05:00`, endAt: `${day}T09:30:00-05:00` },
      ...change,
    },
  });
  expect(created.status).toBe(201);
  return created.body.slotId;
}

/** A professional of the clinic with one service of 15 minutes. */
async function aColleague(fields: Parameters<typeof aService>[2] = {}) {
  const professional = await aProfessional(hub, [clinic.place]);
  const { serviceId } = await aService(hub, professional, fields);
  return { professional, professionalId: professional.professionalId, serviceId };
}

describe("what is found", () => {
  test("SEARCH-13 OPT-05 private and public ones, those not open yet and those beyond the limit in weeks", async () => {
    const professional = await aProfessional(hub, [clinic.place], { limitFutureBooking: true, maxWeeks: 1 });
    const { professionalId } = professional;
    const { serviceId } = await aService(hub, professional);
    await aSlot(professional, serviceId, "2027-03-09", { visibility: "private" });
    await aSlot(professional, serviceId, "2027-03-10", { openFrom: "2027-03-10T08:00:00-05:00" });
    const slotId = await aSlot(professional, serviceId, "2027-05-12", {
      startAt: "2027-05-12T09:00:00-04:00",
      endAt: "2027-05-12T09:20:00-04:00",
    });
    const found = await search({ professionalId });
    expect(startsOf(found)).toEqual([
      "2027-03-09T09:00:00-05:00",
      "2027-03-09T09:15:00-05:00",
      "2027-03-10T09:00:00-05:00",
      "2027-03-10T09:15:00-05:00",
      "2027-05-12T09:00:00-04:00",
    ]);
    expect(found.items.at(-1)).toEqual({
      ...{ slotId, professionalId, professionalName: `Dre Professionnelle ${professional.practiceNumber}` },
      ...{ placeId: clinic.placeId, placeName: "Clinique du Faubourg" },
      ...{ startAt: "2027-05-12T09:00:00-04:00", endAt: "2027-05-12T09:15:00-04:00", durationMinutes: 15 },
      ...{ serviceType: "GEN", consultationReasons: ["allReasons"] },
    });
  });

  test("SEARCH-11 only those to come; one that starts now is no past one", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    await aSlot(professional, serviceId, "2027-03-02");
    hub.clock.moveTo("2027-03-02T09:00:00-05:00");
    expect(await search({ professionalId })).toMatchObject({ items: [{}, {}] });
    hub.clock.moveTo("2027-03-02T09:00:01-05:00");
    expect(startsOf(await search({ professionalId, from: "2027-03-01T00:00:00-05:00" }))).toEqual([
      "2027-03-02T09:15:00-05:00",
    ]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("CASC-24 HOLD-02 never one that is taken, nor one that is held until the hold ends", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    await aSlot(professional, serviceId, "2027-03-09", { endAt: "2027-03-09T09:45:00-05:00" });
    const { establishmentId, placeId } = clinic;
    const [nine, half] = [Date.parse("2027-03-09T09:00:00-05:00"), Date.parse("2027-03-09T09:30:00-05:00")];
    const quarter = 900_000;
    await hub.write([establishmentId], async (tx) => {
      const appointmentId = hub.deps.ids.next("apt", hub.clock.now());
      await insertAppointments(tx, [
        {
          ...{ establishmentId, appointmentId, professionalId, placeId, startAt: nine, endAt: nine + quarter },
          ...{ seat: 1, status: "active", attendance: "unconfirmed" },
        },
      ]);
      await tx.sql`
        INSERT INTO hold (establishment_id, hold_id, professional_id, place_id, start_at, end_at, owner_type, owner_id,
          expires_at, version, created_at)
        VALUES (${establishmentId}, ${hub.deps.ids.next("hld", 0)}, ${professionalId}, ${placeId}, ${half},
          ${half + quarter}, 'employee', 'emp', ${hub.clock.now() + 300_000}, 1, ${hub.clock.now()})`;
      await refreshOpenings(tx, [{ establishmentId, professionalId, startAt: nine, endAt: half + quarter }]);
    });
    expect(startsOf(await search({ professionalId }))).toEqual(["2027-03-09T09:15:00-05:00"]);
    hub.clock.advance(300_000);
    expect(startsOf(await search({ professionalId }))).toEqual([
      "2027-03-09T09:15:00-05:00",
      "2027-03-09T09:30:00-05:00",
    ]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("SLOT-08 SEARCH-14 nothing of an incomplete slot", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    await aSlot(professional, serviceId, "2027-03-09", { placeId: null, serviceIds: null, visibility: null });
    expect((await search({ professionalId })).items).toEqual([]);
  });

  test("SEARCH-15 nothing of a professional who left before today", async () => {
    const leaving = await aProfessional(hub, [clinic.place], { departureDate: "2027-03-01" });
    const { serviceId } = await aService(hub, leaving);
    await aSlot(leaving, serviceId, "2027-03-09");
    const { professionalId } = leaving;
    expect((await search({ professionalId })).items).toHaveLength(2);
    hub.clock.moveTo("2027-03-02T00:00:00-05:00");
    expect((await search({ professionalId })).items).toEqual([]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });
});

test("SLOT-23 the clinic books before the opening date, what citizens do not see yet", async () => {
  const { professional, professionalId, serviceId } = await aColleague();
  const openFrom = "2027-03-08T08:00:00-05:00";
  const slotId = await aSlot(professional, serviceId, "2027-03-09", { openFrom });
  const [first] = (await search({ professionalId })).items;
  expect(first?.slotId).toBe(slotId);
  const booked = await anAppointment(
    hub,
    { ...clinic, professionalId },
    { startAt: first?.startAt, durationMinutes: 15 },
  );
  expect(booked.status).toBe("active");
  expect(startsOf(await search({ professionalId }))).toEqual(["2027-03-09T09:15:00-05:00"]);
});

describe("filters", () => {
  test("SEARCH-03 SEARCH-04 every professional of a place, by start; one of them when named", async () => {
    const place = await aPlace(hub, clinic);
    const service: string[] = [];
    const colleagues = [];
    for (let i = 0; i < 3; i++) {
      const professional = await aProfessional(hub, [place]);
      colleagues.push(professional);
      service.push((await aService(hub, professional)).serviceId);
    }
    for (const [i, professional] of colleagues.entries())
      await aSlot(professional, service[i] ?? "", `2027-03-1${String(2 - i)}`, { placeId: place.placeId });
    const { placeId } = place;
    const all = await search({ placeId });
    expect(startsOf(all).map((start) => start.slice(8, 10))).toEqual(["10", "10", "11", "11", "12", "12"]);
    const one = await search({ placeId, professionalId: colleagues[1]?.professionalId ?? "" });
    expect(new Set(one.items.map(({ professionalId }) => professionalId))).toEqual(
      new Set([colleagues[1]?.professionalId]),
    );
    expect(
      (await search({ placeId: clinic.placeId, professionalId: colleagues[1]?.professionalId ?? "" })).items,
    ).toEqual([]);
  });

  test("SEARCH-12 an opening that two share is listed for each of them, and a booking names one", async () => {
    const place = await aPlace(hub, clinic);
    const { placeId } = place;
    const two = [];
    for (let i = 0; i < 2; i++) {
      const professional = await aProfessional(hub, [place]);
      const { serviceId } = await aService(hub, professional);
      two.push(professional.professionalId);
      await aSlot(professional, serviceId, "2027-03-09", { placeId, endAt: "2027-03-09T09:15:00-05:00" });
    }
    const startAt = "2027-03-09T09:00:00-05:00";
    const { items } = await search({ placeId });
    expect(items.map((each) => `${each.professionalId} ${each.startAt}`).sort()).toEqual(
      two.map((professionalId) => `${professionalId} ${startAt}`).sort(),
    );
    const book = (names: object) =>
      hub.request<ProblemBody & { professionalId: string }>("POST", "/v1/appointments", {
        as: clinic.admin.token,
        body: { ...appointmentInput(clinic, { startAt, placeId }), professionalId: undefined, ...names },
      });
    const unnamed = await book({});
    expect(unnamed.status).toBe(422);
    expect(refusalsOf(unnamed)).toEqual(["SEARCH-12 REQUIRED_FIELD /professionalId"]);
    for (const { professionalId, slotId } of items) {
      const booked = await book({ slotId });
      expect([booked.status, booked.body.professionalId]).toEqual([201, professionalId]);
    }
    expect((await search({ placeId })).items).toEqual([]);
  });

  test("SEARCH-06 SEARCH-07 by reason: its own, or all reasons", async () => {
    const { professional, professionalId, serviceId: any } = await aColleague();
    const regular = await aService(hub, professional, { consultationReason: "regular" });
    const redirection = await aService(hub, professional, { consultationReason: "redirection" });
    await aSlot(professional, any, "2027-03-09");
    await aSlot(professional, regular.serviceId, "2027-03-10");
    await aSlot(professional, redirection.serviceId, "2027-03-11");
    const days = async (consultationReason: string) =>
      new Set(startsOf(await search({ professionalId, consultationReason })).map((start) => start.slice(8, 10)));
    expect(await days("regular")).toEqual(new Set(["09", "10"]));
    expect(await days("pregnancy")).toEqual(new Set(["09"]));
    expect(await days("redirection")).toEqual(new Set(["09", "11"]));
    expect(await days("allReasons")).toEqual(new Set(["09", "10", "11"]));
    expect((await search({ professionalId })).items).toHaveLength(6);
  });

  test("SEARCH-08 by days of the week, in the place's zone, over the clock change", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    for (const day of ["2027-03-13", "2027-03-14", "2027-03-15", "2027-03-22"]) {
      const offset = day < "2027-03-14" ? "-05:00" : "-04:00";
      const [startAt, endAt] = [`${day}T23:30:00${offset}`, `${day}T23:45:00${offset}`];
      await aSlot(professional, serviceId, day, { startAt, endAt });
    }
    const days = async (...weekdays: string[]) =>
      startsOf(await search({ professionalId, weekdays })).map((start) => start.slice(8, 10));
    expect(await days("monday")).toEqual(["15", "22"]);
    expect(await days("saturday", "sunday")).toEqual(["13", "14"]);
    expect(await days("tuesday")).toEqual([]);
  });

  test("a window, at most 92 days long", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    await aSlot(professional, serviceId, "2027-03-09");
    const from = "2027-03-09T09:15:00-05:00";
    expect(startsOf(await search({ professionalId, from }))).toEqual([from]);
    expect(startsOf(await search({ professionalId, to: from }))).toEqual(["2027-03-09T09:00:00-05:00"]);
    const long = await ask<Problem>({ professionalId, to: "2027-06-15T00:00:00-04:00" });
    expect([long.status, long.body.code, long.body.violations[0]?.pointer]).toEqual([422, "OUT_OF_RANGE", "/query/to"]);
  });

  test("page by page, with each opening once although two professionals start together", async () => {
    const place = await aPlace(hub, clinic);
    for (let i = 0; i < 2; i++) {
      const professional = await aProfessional(hub, [place]);
      const { serviceId } = await aService(hub, professional);
      const { placeId } = place;
      await aSlot(professional, serviceId, "2027-03-09", { placeId, endAt: "2027-03-09T10:15:00-05:00" });
    }
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Page = await search({ placeId: place.placeId, limit: "3", ...(cursor === "" ? {} : { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ slotId, startAt }) => `${slotId} ${startAt}`));
      cursor = page.nextCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([10, 10]);
    const otherList = await ask<Problem>({ placeId: clinic.placeId, cursor: "abc.def" });
    expect([otherList.status, otherList.body.code]).toEqual([400, "CURSOR_INVALID"]);
  });
});

describe("who asks", () => {
  test("SEARCH-02 the only place is implied; with several one must be chosen", async () => {
    const alone = await aClinic(hub);
    const slot = await hub.request("POST", "/v1/slots", {
      as: alone.admin.token,
      body: { professionalId: alone.professionalId, startAt: "2027-03-09T09:00:00-05:00", visibility: "public" },
    });
    expect(slot.status).toBe(201);
    for (const as of [alone.admin.token, alone.machine.token]) expect((await search({}, as)).items).toHaveLength(16);
    const second = await aPlace(hub, alone);
    const both = await anEmployee(hub, alone, { profile: "superUser", places: [alone.place, second] });
    const refused = await ask<Problem>({}, both.token);
    expect([refused.status, refused.body.violations[0]]).toMatchObject([
      422,
      { rule: "SEARCH-02", code: "REQUIRED_FIELD", pointer: "/query/placeId" },
    ]);
  });

  test("PERM-16 a user sees the agendas they may read; LCGA-02 a machine its places", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    await aSlot(professional, serviceId, "2027-03-09");
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect((await search({ professionalId }, user.token)).items).toEqual([]);
    await aGrant(hub, user, { professionalId, placeId: clinic.placeId, access: "read" });
    expect((await search({ professionalId }, user.token)).items).toHaveLength(2);
    const second = await aPlace(hub, clinic);
    const elsewhere = await aMachine(hub, { places: [second] });
    expect((await search({ professionalId }, elsewhere.token)).items).toEqual([]);
    expect((await search({ professionalId }, clinic.machine.token)).items).toHaveLength(2);
  });

  test("isolation: another establishment's place and professional hold nothing, whether they exist or not", async () => {
    const { professional, professionalId, serviceId } = await aColleague();
    await aSlot(professional, serviceId, "2027-03-09");
    const other = await aClinic(hub);
    for (const as of [other.admin.token, other.machine.token]) {
      for (const query of [
        { placeId: clinic.placeId },
        { professionalId },
        { placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h" },
      ] as Record<string, string>[])
        expect(await search(query, as)).toEqual({ items: [], nextCursor: null });
    }
  });

  test("a citizen does not search as a clinic", async () => {
    const token = await hub.tokens.citizen("TREA80561512");
    expect((await ask({ placeId: clinic.placeId }, token)).status).toBe(403);
  });
});
