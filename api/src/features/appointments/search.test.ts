import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, reachable } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic, aGrant, aLink, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

type Answer = TestAnswer<{ items: AppointmentBody[]; nextCursor: string | null } & Omit<ProblemBody, "status">>;
const search = (criteria: object, as = clinic.machine.token): Promise<Answer> =>
  hub.request("POST", "/v1/appointments/search", { as, body: criteria, key: null });
const idsOf = ({ body }: Answer) => body.items.map(({ appointmentId }) => appointmentId);
const at = (day: string, time = "09:00") => `2027-04-${day}T${time}:00-04:00`;
/** An appointment of a clinic of its own unless told otherwise: what is found is what the test made. */
const made = (of: AClinic, fields: object = {}, patient: object = {}, as?: string) =>
  anAppointment(hub, of, { startAt: at("05"), ...fields, patient: { ...reachable, ...patient } }, as);

describe("criteria", () => {
  const marie = {
    firstName: "Marie-Ève",
    lastName: "L’Écuyer",
    birthDate: "1991-02-28",
    email: "Marie.Lecuyer@Example.org",
    homePhone: "(418) 555-0171 poste 4",
    mobilePhone: "+1 581 555 0172",
  };
  let own: AClinic;
  let wanted: AppointmentBody;
  let nam: string;
  beforeAll(async () => {
    own = await aClinic(hub);
    ({ nam } = await aCitizen(hub));
    wanted = await made(own, { startAt: at("06"), consultationReason: "pregnancy" }, { ...marie, nam });
    await made(own, { startAt: at("05") });
    await made(own, { startAt: at("07") });
  });

  test.each<[string, () => object]>([
    ["the reference number", () => ({ referenceNumber: wanted.referenceNumber })],
    ["both dates", () => ({ startDate: "2027-04-06", endDate: "2027-04-06" })],
    ["the number, however it is written", () => ({ nam: `${nam.slice(0, 4).toLowerCase()} ${nam.slice(4)}` })],
    ["the first name", () => ({ firstName: "Marie-Ève" })],
    ["the first name in other letters", () => ({ firstName: "MARIE EVE" })],
    ["the beginning of the first name", () => ({ firstName: "mar" })],
    ["the last name", () => ({ lastName: "L'ECUYER" })],
    ["the beginning of the last name", () => ({ lastName: "lé" })],
    ["the birth date", () => ({ birthDate: "1991-02-28" })],
    ["the e-mail address in other letters", () => ({ email: "marie.lecuyer@example.ORG" })],
    ["the home phone, written otherwise", () => ({ homePhone: "418.555.0171" })],
    ["the mobile phone, written otherwise", () => ({ mobilePhone: "5815550172" })],
    ["the reason beside another one", () => ({ startDate: "2027-04-01", consultationReason: "pregnancy" })],
    [
      "all of them",
      () => ({
        ...{ ...marie, nam, referenceNumber: wanted.referenceNumber, startDate: "2027-04-06", endDate: "2027-04-06" },
        consultationReason: "pregnancy",
      }),
    ],
  ])("SEARCH-20 %s", async (_title, criteria) => {
    const answer = await search(criteria(), own.machine.token);
    expect([answer.status, answer.body.items, answer.body.nextCursor]).toEqual([200, [wanted], null]);
  });

  test.each<[string, object]>([
    ["another reference number", { referenceNumber: "9999999999" }],
    ["a number of nobody", { nam: "INCO 8056 1500" }],
    ["what a name only contains", { lastName: "cuyer" }],
    ["more than a name", { firstName: "Marie-Èves" }],
    ["a part of an address", { email: "lecuyer@example.org" }],
    ["the mobile phone as home phone", { homePhone: "581-555-0172" }],
    ["the home phone as mobile phone", { mobilePhone: "418-555-0171" }],
  ])("SEARCH-24 zero are found by %s", async (_title, criteria) => {
    expect((await search(criteria, own.machine.token)).body).toEqual({ items: [], nextCursor: null });
  });

  test("SEARCH-24 each criterion narrows what the others find", async () => {
    const by = async (criteria: object) => (await search(criteria, own.machine.token)).body.items.length;
    expect(await by({ startDate: "2027-04-05" })).toBe(3);
    expect(await by({ startDate: "2027-04-05", lastName: "Tremblay" })).toBe(2);
    expect(await by({ startDate: "2027-04-06", lastName: "Tremblay" })).toBe(1);
    expect(await by({ startDate: "2027-04-06", lastName: "Tremblay", birthDate: "1991-02-28" })).toBe(0);
  });

  test("SEARCH-22, SEARCH-23 one date is enough, and every reason is meant", async () => {
    const [before, , after] = idsOf(await search({ startDate: "2027-04-05" }, own.machine.token));
    expect(idsOf(await search({ startDate: "2027-04-07" }, own.machine.token))).toEqual([after]);
    expect(idsOf(await search({ endDate: "2027-04-05" }, own.machine.token))).toEqual([before]);
    const every = await search({ endDate: "2027-04-06", consultationReason: "allReasons" }, own.machine.token);
    expect(idsOf(every)).toEqual([before, wanted.appointmentId]);
  });

  test("SEARCH-21 without any, or with the reason alone", async () => {
    for (const criteria of [
      {},
      { consultationReason: "regular" },
      { consultationReason: "allReasons" },
      { limit: 5 },
    ]) {
      const answer = await search(criteria);
      expect([answer.status, refusalsOf(answer)]).toEqual([422, ["SEARCH-21 CRITERION_REQUIRED "]]);
    }
  });

  test("SEARCH-22 a range that ends before it starts; PAT-01 what is no number; what is no name", async () => {
    const range = { startDate: "2027-04-06", endDate: "2027-04-05" };
    const reversed = await search(range);
    expect(refusalsOf(reversed)).toEqual(["SEARCH-22 INVALID_INTERVAL /endDate"]);
    expect(reversed.body.detail).toBe("`endDate` ne peut précéder `startDate`.");
    expect(refusalsOf(await search({ nam: "ABC" }))).toEqual(["PAT-01 INVALID_NAM /nam"]);
    for (const lastName of ["-", "’ ."])
      expect(refusalsOf(await search({ lastName }))).toEqual(["CONTRACT INVALID_REQUEST /lastName"]);
  });
});

test("SEARCH-22 the dates are local to the place", async () => {
  const two = await aClinic(hub);
  const islands = await aPlace(hub, two, { timeZone: "America/Halifax" });
  const there = await aProfessional(hub, [islands]);
  const late = "2027-04-05T23:30:00-04:00";
  const here = await made(two, { startAt: late });
  // Half past midnight there.
  const tomorrow = await made(two, { professionalId: there.professionalId, startAt: late }, {}, two.admin.token);
  expect(tomorrow.date).toBe("2027-04-06");
  const of = async (date: string) => idsOf(await search({ startDate: date, endDate: date }, two.admin.token));
  expect(await of("2027-04-05")).toEqual([here.appointmentId]);
  expect(await of("2027-04-06")).toEqual([tomorrow.appointmentId]);
});

test("SEARCH-20 what the clinic has corrected is found as it is now", async () => {
  const own = await aClinic(hub);
  const before = await made(own);
  const body = { patient: { lastName: "Gagnon", homePhone: "418-555-0181", email: "gagnon@example.org" } };
  await hub.request("PATCH", `/v1/appointments/${before.appointmentId}`, { as: own.machine.token, version: 1, body });
  const by = async (criteria: object) => idsOf(await search(criteria, own.machine.token)).length;
  expect([await by({ lastName: "Tremblay" }), await by({ lastName: "gagnon" })]).toEqual([0, 1]);
  expect([await by({ homePhone: reachable.homePhone }), await by({ homePhone: "4185550181" })]).toEqual([0, 1]);
  expect([await by({ email: reachable.email }), await by({ email: "gagnon@example.org" })]).toEqual([0, 1]);
});

test("SEARCH-27 a cancelled one is not found, by whatever criterion", async () => {
  const own = await aClinic(hub);
  const { appointmentId, referenceNumber } = await made(own);
  await hub.request("POST", `/v1/appointments/${appointmentId}/cancel`, {
    as: own.machine.token,
    version: 1,
    body: {},
  });
  for (const criteria of [{ referenceNumber }, { lastName: "Tremblay" }, { startDate: "2027-04-05" }])
    expect(idsOf(await search(criteria, own.machine.token))).toEqual([]);
});

describe("who finds what", () => {
  test("SEARCH-25, SEARCH-26, CANCEL-16 by grants, with what may be done to each", async () => {
    const own = await aClinic(hub);
    const other = await aPlace(hub, own);
    const colleague = await aProfessional(hub, [own.place, other]);
    const first = await made(own);
    const of = { professionalId: colleague.professionalId, startAt: at("06") };
    const second = await made(own, { ...of, placeId: own.placeId }, {}, own.admin.token);
    const third = await made(own, { ...of, startAt: at("07"), placeId: other.placeId }, {}, own.admin.token);
    const user = async (...grants: Parameters<typeof aGrant>[2][]) => {
      const person = await anEmployee(hub, own, { places: [own.place, other] });
      for (const grant of grants) await aGrant(hub, person, grant);
      return person.token;
    };
    const seen = async (as: string) =>
      (await search({ lastName: "Tremblay" }, as)).body.items.map(({ appointmentId, access, cancellable }) => [
        appointmentId,
        access,
        cancellable,
      ]);
    const all = [first, second, third].map(({ appointmentId }) => appointmentId);
    expect(await seen(own.admin.token)).toEqual(all.map((id) => [id, "write", true]));
    expect(await seen(colleague.token)).toEqual(all.slice(1).map((id) => [id, "write", true]));
    const grant = { placeId: own.placeId, professionalId: own.professionalId };
    expect(await seen(await user({ ...grant, access: "read" }))).toEqual([[all[0], "read", false]]);
    const mixed = await user(
      { ...grant, access: "write" },
      { placeId: other.placeId, professionalId: colleague.professionalId, access: "read" },
    );
    expect(await seen(mixed)).toEqual([
      [all[0], "write", true],
      [all[2], "read", false],
    ]);
    expect(await seen(await user())).toEqual([]);
    // LCGA-02: linked with one of the two places.
    expect(await seen(own.machine.token)).toEqual(all.slice(0, 2).map((id) => [id, "write", true]));
  });

  test("SEARCH-25 what is found for reading only is neither changed nor cancelled", async () => {
    const own = await aClinic(hub);
    const { appointmentId } = await made(own);
    const reader = await anEmployee(hub, own, { places: [own.place] });
    await aGrant(hub, reader, { placeId: own.placeId, professionalId: own.professionalId, access: "read" });
    expect((await search({ lastName: "Tremblay" }, reader.token)).body.items[0]?.access).toBe("read");
    const as = { as: reader.token, version: 1 };
    const path = `/v1/appointments/${appointmentId}`;
    expect((await hub.request("GET", path, as)).status).toBe(200);
    for (const answer of [
      await hub.request<ProblemBody>("PATCH", path, { ...as, body: { attendance: "present" } }),
      await hub.request<ProblemBody>("POST", `${path}/cancel`, { ...as, body: {} }),
    ])
      expect(refusalsOf(answer)).toEqual(["APPT-49 FORBIDDEN "]);
  });

  test("SEARCH-26 another establishment's are not found; a machine of both finds them together, in order of time", async () => {
    const [own, other] = [await aClinic(hub), await aClinic(hub)];
    const made1 = await made(own, { startAt: at("05") });
    const made2 = await made(other, { startAt: at("06") });
    const made3 = await made(own, { startAt: at("07") });
    expect(idsOf(await search({ lastName: "Tremblay" }, other.machine.token))).toEqual([made2.appointmentId]);
    expect(idsOf(await search({ referenceNumber: made1.referenceNumber }, other.admin.token))).toEqual([]);
    await aLink(hub, own.machine, await aPlace(hub, other));
    expect(idsOf(await search({ lastName: "Tremblay" }, own.machine.token))).toEqual([
      made1.appointmentId,
      made3.appointmentId,
    ]);
    await hub.write(
      [other.establishmentId],
      (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${other.placeId}`,
    );
    await aLink(hub, own.machine, other.place);
    const found = await search({ lastName: "Tremblay" }, own.machine.token);
    expect(idsOf(found)).toEqual([made1.appointmentId, made2.appointmentId, made3.appointmentId]);
    const first = await search({ lastName: "Tremblay", limit: 2 }, own.machine.token);
    const rest = await search({ lastName: "Tremblay", limit: 2, cursor: first.body.nextCursor }, own.machine.token);
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(idsOf(found));
  });
});

describe("pages", () => {
  test("in order of time, stable while others are booked and cancelled", async () => {
    const own = await aClinic(hub);
    const times = ["09:00", "09:15", "09:15", "09:30", "10:00"];
    const all: AppointmentBody[] = [];
    for (const time of times) all.push(await made(own, { startAt: at("05", time) }));
    const page = (cursor?: string | null) =>
      search({ lastName: "trem", limit: 2, ...(cursor ? { cursor } : {}) }, own.machine.token);
    const first = await page();
    expect(first.body.items.map(({ startTime }) => startTime)).toEqual(["09:00", "09:15"]);
    const [gone] = first.body.items;
    await hub.request("POST", `/v1/appointments/${gone?.appointmentId ?? ""}/cancel`, {
      as: own.machine.token,
      version: 1,
      body: {},
    });
    await made(own, { startAt: at("05", "09:10") });
    await made(own, { startAt: at("05", "09:20") });
    const second = await page(first.body.nextCursor);
    expect(second.body.items.map(({ startTime }) => startTime)).toEqual(["09:15", "09:20"]);
    const third = await page(second.body.nextCursor);
    expect(third.body.items.map(({ startTime }) => startTime)).toEqual(["09:30", "10:00"]);
    expect(third.body.nextCursor).toBeNull();
  });

  test("a cursor is good for its own criteria and its own reader, and says nothing of them", async () => {
    const own = await aClinic(hub);
    for (const time of ["09:00", "09:15"]) await made(own, { startAt: at("05", time) });
    const { nextCursor } = (await search({ lastName: "Tremblay", limit: 1 }, own.machine.token)).body;
    const cursor = nextCursor ?? "";
    const [position = ""] = cursor.split(".");
    expect(Buffer.from(position, "base64url").toString()).not.toMatch(/tremblay/i);
    const misused = [
      await search({ lastName: "Trem", limit: 1, cursor }, own.machine.token),
      await search({ lastName: "Tremblay", limit: 1, cursor }),
    ];
    for (const answer of misused) expect([answer.status, answer.body.code]).toEqual([400, "CURSOR_INVALID"]);
    expect((await search({ lastName: "Tremblay", limit: 1, cursor }, own.machine.token)).status).toBe(200);
  });
});

test("what was found leaves an access record; nothing found leaves none, and no criterion is logged", async () => {
  const own = await aClinic(hub);
  const [first, second] = [await made(own), await made(own, { startAt: at("06") })];
  await search({ lastName: "Tremblay" }, own.admin.token);
  await search({ lastName: "Introuvable" }, own.admin.token);
  const records = await hub.write(
    [own.establishmentId],
    (tx) => tx.sql<{ actor: string; ids: string[] }[]>`
      SELECT actor_type || ' ' || actor_id AS actor, object_ids AS ids FROM access_record
      WHERE establishment_id = ${own.establishmentId} AND purpose = 'appointments.search'`,
  );
  expect(records).toEqual([
    { actor: `employee ${own.admin.employeeId}`, ids: [first.appointmentId, second.appointmentId] },
  ]);
  expect(hub.logs.join("")).not.toMatch(/tremblay|introuvable|lecuyer/i);
});
