import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional, aService } from "../../../test/factories.ts";
import type { APlace, AProfessional, AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { ClinicOpening, NextOpenings, WeekPage } from "./schema.ts";

/** The clinic's other two ways through free openings: week by week, and the next one of each agenda. */

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const gmf = { establishment: { isGmf: true, gmfNumber: "03-117" } } as const;

function ask<T>(path: string, query: Record<string, string>, as: string) {
  return hub.request<T>("GET", `${path}?${new URLSearchParams(query).toString()}`, { as });
}
async function week({ admin, placeId }: AClinic, query: Record<string, string> = {}): Promise<WeekPage> {
  const { status, body } = await ask<WeekPage>("/v1/openings/week", { placeId, ...query }, admin.token);
  expect(status).toBe(200);
  return body;
}
/** A quarter of an hour at nine. */
async function opening(place: APlace, professional: AProfessional, date: string, fields: object = {}) {
  const service = await aService(hub, professional, { consultationReason: `x${date}${String(hub.count())}` });
  const agenda = { ...place, professionalId: professional.professionalId, service };
  await aSlot(hub, agenda, { startAt: `${date}T14:00:00Z`, endAt: `${date}T14:15:00Z`, ...fields });
}
const daysOf = (items: readonly ClinicOpening[]) => items.map(({ startAt }) => startAt.slice(5, 10));
const shape = ({ items, week: sunday, previousWeek, nextWeek, warnings }: WeekPage) => ({
  ...{ week: sunday.slice(5), days: daysOf(items) },
  ...{ previous: previousWeek?.slice(5) ?? null, next: nextWeek?.slice(5) ?? null },
  warnings: warnings.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
});

describe("openings.week", () => {
  test("SEARCH-09 weeks without an opening are passed over in both directions, and SEARCH-10 the ends are told", async () => {
    const clinic = await aClinic(hub);
    const { place, professional } = clinic;
    for (const date of ["2027-03-03", "2027-03-06", "2027-03-23", "2027-05-02"])
      await opening(place, professional, date);
    const none = (pointer: string) => `SEARCH-10 NO_OPENING_FOUND ${pointer}`;
    const first = {
      week: "02-28",
      days: ["03-03", "03-06"],
      previous: null,
      next: "03-21",
      warnings: [none("/previousWeek")],
    };
    expect(shape(await week(clinic))).toEqual(first);
    expect(shape(await week(clinic, { week: "2027-03-21" }))).toEqual({
      ...{ week: "03-21", days: ["03-23"], previous: "02-28", next: "05-02", warnings: [] },
    });
    // A Saturday is of the week that ends with it, a Sunday begins one.
    expect(shape(await week(clinic, { week: "2027-03-27" })).week).toBe("03-21");
    expect(shape(await week(clinic, { week: "2027-05-02" }))).toEqual({
      ...{ week: "05-02", days: ["05-02"], previous: "03-21", next: null, warnings: [none("/nextWeek")] },
    });
    expect(shape(await week(clinic, { week: "2027-04-07" }))).toEqual({
      ...{ week: "04-04", days: [], previous: "03-21", next: "05-02", warnings: [] },
    });
  });

  test("SEARCH-10 nothing at all: this week, and both ends are told", async () => {
    const clinic = await aClinic(hub);
    const nothing = ["SEARCH-10 NO_OPENING_FOUND /previousWeek", "SEARCH-10 NO_OPENING_FOUND /nextWeek"];
    expect(shape(await week(clinic))).toEqual({
      ...{ week: "02-28", days: [], previous: null, next: null, warnings: nothing },
    });
    const { body } = await hub.request<WeekPage>("GET", `/v1/openings/week?placeId=${clinic.placeId}`, {
      as: clinic.admin.token,
      headers: { "accept-language": "en" },
    });
    expect(body.warnings.map(({ detail }) => detail)).toEqual([
      "No appointment available.",
      "No appointment available.",
    ]);
  });

  test("SEARCH-11 what is past is in no week, not even in the one under way", async () => {
    const clinic = await aClinic(hub);
    for (const date of ["2027-03-02", "2027-03-04"]) await opening(clinic.place, clinic.professional, date);
    hub.clock.moveTo("2027-03-03T07:00:00-05:00");
    expect(shape(await week(clinic))).toMatchObject({ week: "02-28", days: ["03-04"], previous: null });
    hub.clock.moveTo("2027-03-10T07:00:00-05:00");
    expect(shape(await week(clinic, { week: "2027-03-03" }))).toMatchObject({ days: [], previous: null, next: null });
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("SEARCH-08 weekdays and SEARCH-07 reasons count when weeks are passed over", async () => {
    const clinic = await aClinic(hub);
    const { place, professional } = clinic;
    await opening(place, professional, "2027-03-03", { consultationReasons: ["pregnancy"] });
    await opening(place, professional, "2027-03-16");
    await opening(place, professional, "2027-03-31", { consultationReasons: ["pregnancy"] });
    expect(shape(await week(clinic, { weekdays: "wednesday" }))).toMatchObject({ week: "02-28", next: "03-28" });
    expect(shape(await week(clinic, { weekdays: "tuesday" }))).toMatchObject({
      week: "03-14",
      previous: null,
      next: null,
    });
    const regular = { consultationReason: "regular" };
    expect(shape(await week(clinic, regular))).toMatchObject({ week: "03-14", previous: null, next: null });
  });

  test("a week comes in pages", async () => {
    const clinic = await aClinic(hub);
    for (const date of ["2027-03-03", "2027-03-04", "2027-03-05"])
      await opening(clinic.place, clinic.professional, date);
    const first = await week(clinic, { limit: "2" });
    expect(daysOf(first.items)).toEqual(["03-03", "03-04"]);
    const second = await week(clinic, { limit: "2", cursor: String(first.nextCursor) });
    expect([daysOf(second.items), second.nextCursor]).toEqual([["03-05"], null]);
  });

  test("SEARCH-09 the pages of a week that nobody named are of the one that was the first", async () => {
    const clinic = await aClinic(hub);
    const { place, professional } = clinic;
    for (const date of ["2027-03-09", "2027-03-10", "2027-03-11"]) await opening(place, professional, date);
    const first = await week(clinic, { limit: "1" });
    expect([first.week, daysOf(first.items)]).toEqual(["2027-03-07", ["03-09"]]);
    const cursor = String(first.nextCursor);
    await opening(place, professional, "2027-03-03");
    const second = await week(clinic, { limit: "1", cursor });
    expect(shape(second)).toEqual({
      ...{ week: "03-07", days: ["03-10"], previous: "02-28", next: null },
      warnings: ["SEARCH-10 NO_OPENING_FOUND /nextWeek"],
    });
    const third = await week(clinic, { limit: "1", cursor: String(second.nextCursor) });
    expect([daysOf(third.items), third.nextCursor]).toEqual([["03-11"], null]);
    // By its name too, as the answer said it or by another of its days; not for another week, nor for another question.
    for (const named of ["2027-03-07", "2027-03-11"])
      expect(daysOf((await week(clinic, { limit: "1", cursor, week: named })).items)).toEqual(["03-10"]);
    for (const other of [{ week: "2027-03-14" }, { consultationReason: "regular" }]) {
      const asked = { placeId: clinic.placeId, limit: "1", cursor, ...other };
      const refused = await ask<ProblemBody>("/v1/openings/week", asked, clinic.admin.token);
      expect([refused.status, refused.body.code]).toEqual([400, "CURSOR_INVALID"]);
    }
  });

  test("the week is the place's: midnight of Sunday in Halifax", async () => {
    const clinic = await aClinic(hub, { place: { timeZone: "America/Halifax" } });
    await opening(clinic.place, clinic.professional, "2027-03-06", {
      ...{ startAt: "2027-03-07T00:00:00-04:00", endAt: "2027-03-07T00:15:00-04:00" },
    });
    expect(shape(await week(clinic))).toMatchObject({ week: "03-07", days: ["03-07"] });
  });
});

describe("who is looked for", () => {
  test("SEARCH-01 place, profession, professional or all, reason or all, weekdays and week, all at once", async () => {
    const clinic = await aClinic(hub, gmf);
    const { place, professional } = clinic;
    const resident = await aProfessional(hub, [place], { profession: "resident" });
    const elsewhere = await aPlace(hub, clinic);
    const pregnancy = { consultationReasons: ["pregnancy"] };
    await opening(place, professional, "2027-03-10", { consultationReasons: ["regular"] });
    await opening(place, professional, "2027-03-11", pregnancy);
    await opening(place, professional, "2027-03-17", { consultationReasons: ["regular"] });
    await opening(place, resident, "2027-03-10", { consultationReasons: ["regular"] });
    await opening(elsewhere, professional, "2027-03-10", {
      startAt: "2027-03-10T18:00:00Z",
      endAt: "2027-03-10T18:15:00Z",
    });
    const week9 = { week: "2027-03-10" };
    const all = await week(clinic, week9);
    expect(daysOf(all.items)).toEqual(["03-10", "03-10", "03-11"]);
    const one = { profession: "physician", professionalId: professional.professionalId };
    const chosen = await week(clinic, { ...week9, ...one, consultationReason: "regular", weekdays: "wednesday" });
    expect([daysOf(chosen.items), chosen.items[0]?.professionalId]).toEqual([["03-10"], professional.professionalId]);
    const none = await week(clinic, { ...week9, ...one, consultationReason: "regular", weekdays: "thursday" });
    expect(none.items).toEqual([]);
  });

  test("SEARCH-02, SEARCH-03 the caller's only place, and whoever alone is there", async () => {
    const clinic = await aClinic(hub);
    await opening(clinic.place, clinic.professional, "2027-03-03");
    const { status, body } = await ask<WeekPage>("/v1/openings/week", {}, clinic.professional.token);
    expect([status, daysOf(body.items)]).toEqual([200, ["03-03"]]);
    const second = await aPlace(hub, clinic);
    const roaming = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place, second] });
    const refused = await ask<ProblemBody>("/v1/openings/week", {}, roaming.token);
    expect(refusalsOf(refused)).toEqual(["SEARCH-02 REQUIRED_FIELD /query/placeId"]);
  });

  test("SEARCH-05 a profession of the GMF, none that it has not, and no such filter elsewhere", async () => {
    const clinic = await aClinic(hub, gmf);
    const nurse = await aProfessional(hub, [clinic.place], { profession: "nurse" });
    await opening(clinic.place, clinic.professional, "2027-03-03");
    await opening(clinic.place, nurse, "2027-03-04");
    for (const path of ["/v1/openings", "/v1/openings/week"]) {
      const of = (profession: string) =>
        ask<WeekPage & ProblemBody>(path, { placeId: clinic.placeId, profession }, clinic.admin.token);
      expect(daysOf((await of("nurse")).body.items)).toEqual(["03-04"]);
      expect(daysOf((await of("physician")).body.items)).toEqual(["03-03"]);
      expect(refusalsOf(await of("resident"))).toEqual(["SEARCH-05 OUT_OF_RANGE /query/profession"]);
    }
    const other = await aClinic(hub);
    const refused = await ask<ProblemBody>(
      "/v1/openings",
      { placeId: other.placeId, profession: "physician" },
      other.admin.token,
    );
    expect([refused.status, refusalsOf(refused)]).toEqual([422, ["SEARCH-05 NOT_A_GMF /query/profession"]]);
  });
});

describe("openings.next", () => {
  const next = async (query: Record<string, string>, as: string) => {
    const { status, body } = await ask<NextOpenings>("/v1/openings/next", query, as);
    expect(status).toBe(200);
    return body.items.map(({ professionalId, startAt }) => `${professionalId} ${startAt.slice(5, 10)}`);
  };

  test("SEARCH-04, SEARCH-11, SEARCH-13 the first of each agenda, the soonest first; who has none is not there", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    const [late, idle] = [await aProfessional(hub, [clinic.place, second]), await aProfessional(hub, [clinic.place])];
    const { professional, admin } = clinic;
    for (const date of ["2027-03-10", "2027-03-03"]) await opening(clinic.place, professional, date);
    await opening(clinic.place, late, "2027-03-08", { visibility: "private" });
    await opening(second, late, "2027-03-02");
    const ids = [idle, late, professional].map(({ professionalId }) => professionalId).join();
    const [own, other] = [professional.professionalId, late.professionalId];
    expect(await next({ professionalIds: ids }, admin.token)).toEqual([
      `${other} 03-02`,
      `${own} 03-03`,
      `${other} 03-08`,
    ]);
    expect(await next({ professionalIds: ids, placeIds: clinic.placeId }, admin.token)).toEqual([
      `${own} 03-03`,
      `${other} 03-08`,
    ]);
    expect(await next({ placeIds: `${clinic.placeId},${second.placeId}` }, admin.token)).toHaveLength(3);
    expect(await next({ professionalIds: ids, from: "2027-03-09T00:00:00-05:00" }, admin.token)).toEqual([
      `${own} 03-10`,
    ]);
    expect(await next({ professionalIds: ids, to: "2027-03-03T00:00:00-05:00" }, admin.token)).toEqual([
      `${other} 03-02`,
    ]);
    expect(await next({ professionalIds: ids, weekdays: "monday" }, admin.token)).toEqual([`${other} 03-08`]);
  });

  test("SEARCH-07 for a reason; SEARCH-15 of who is still there", async () => {
    const clinic = await aClinic(hub);
    const { placeId, place, professional, admin } = clinic;
    const gone = await aProfessional(hub, [place], { departureDate: "2027-02-28" });
    await opening(place, gone, "2027-03-02");
    await opening(place, professional, "2027-03-03", { consultationReasons: ["pregnancy"] });
    await opening(place, professional, "2027-03-05");
    const of = (consultationReason: string) => next({ placeIds: placeId, consultationReason }, admin.token);
    expect(await of("pregnancy")).toEqual([`${professional.professionalId} 03-03`]);
    expect(await of("regular")).toEqual([`${professional.professionalId} 03-05`]);
  });

  test("PERM-16 what the caller may not read is left out, and another clinic's is not there", async () => {
    const clinic = await aClinic(hub);
    const other = await aClinic(hub);
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    for (const each of [clinic, other]) await opening(each.place, each.professional, "2027-03-03");
    const both = { professionalIds: `${clinic.professionalId},${other.professionalId}` };
    expect(await next(both, user.token)).toEqual([]);
    expect(await next(both, clinic.admin.token)).toEqual([`${clinic.professionalId} 03-03`]);
    await aGrant(hub, user, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "read" });
    expect(await next(both, user.token)).toEqual([`${clinic.professionalId} 03-03`]);
  });

  test("SEARCH-02 professionals or places are asked for, up to fifty of each; the only place of whoever has one", async () => {
    const { admin, placeId, ...clinic } = await aClinic(hub);
    await opening(clinic.place, clinic.professional, "2027-03-03");
    expect(await next({}, admin.token)).toEqual([`${clinic.professionalId} 03-03`]);
    const ofTwo = await anEmployee(hub, clinic, { places: [clinic.place, await aPlace(hub, clinic)] });
    const refused = await ask<ProblemBody>("/v1/openings/next", {}, ofTwo.token);
    expect(refusalsOf(refused)).toEqual(["SEARCH-02 REQUIRED_FIELD /query/placeIds"]);
    const many = Array.from({ length: 51 }, () => placeId).join();
    const tooMany = await ask<ProblemBody>("/v1/openings/next", { placeIds: many }, admin.token);
    expect(refusalsOf(tooMany)).toEqual(["CONTRACT INVALID_REQUEST /query/placeIds"]);
    const far = { placeIds: placeId, to: "2030-03-01T00:00:00-05:00" };
    expect(refusalsOf(await ask<ProblemBody>("/v1/openings/next", far, admin.token))).toEqual([
      "CONTRACT OUT_OF_RANGE /query/to",
    ]);
  });
});
