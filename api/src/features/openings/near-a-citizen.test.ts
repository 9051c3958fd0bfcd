import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import {
  aCitizen,
  aClinic,
  aLink,
  aMachine,
  aPlace,
  aProfessional,
  aService,
  anEstablishment,
} from "../../../test/factories.ts";
import type { ACitizen, APlace } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { positionOfPostalCode } from "../../postal-codes.ts";
import type { OfferedPage } from "./citizen-search.ts";
import type { NearestPage } from "./schema.ts";

/** Cascade 3 by distance. Places are put due north of a postal code: a degree of latitude is 111.195 km. */

let hub: TestHub;
let citizen: ACitizen;
beforeAll(async () => {
  hub = await createTestHub();
  citizen = await aCitizen(hub);
});
afterAll(() => hub.close());

const quebec = "G1R 1R2";
const rimouski = "G5L 1A1";

/** So many kilometres north of a postal code. */
function north(postalCode: string, km: number) {
  const at = positionOfPostalCode(postalCode);
  if (at === null) throw new Error(`${postalCode} is nowhere`);
  return { latitude: at.latitude + km / 111.194927, longitude: at.longitude };
}

interface ClinicAt extends APlace {
  professionalId: string;
}

/** A place with a physician and quarter hours from nine o'clock on. */
async function aClinicAt(
  postalCode: string,
  km: number,
  { date = "2027-03-08", place = {}, professional = {}, quarters = 2 } = {},
): Promise<ClinicAt> {
  const establishment = await anEstablishment(hub);
  const at = await aPlace(hub, establishment, { ...north(postalCode, km), ...place });
  const physician = await aProfessional(hub, [at], professional);
  const service = await aService(hub, physician);
  const time = {
    startAt: `${date}T14:00:00Z`,
    endAt: new Date(Date.parse(`${date}T14:00:00Z`) + quarters * 900_000).toISOString(),
  };
  await aSlot(hub, { ...at, professionalId: physician.professionalId, service }, time);
  return { ...at, professionalId: physician.professionalId };
}

const search = async (asked: object, by = citizen): Promise<OfferedPage> => {
  const { status, body } = await searchAsCitizen(hub, by, { cascade: "3", ...asked });
  expect(status).toBe(200);
  return body;
};
const askNearest = <T = NearestPage>(asked: object, by = citizen) =>
  hub.request<T>("POST", "/v1/citizen/openings/nearest", {
    ...{ as: by.token, key: null, body: { consultationReason: "regular", ...asked } },
  });
const nearest = async (asked: object): Promise<NearestPage> => {
  const { status, body } = await askNearest(asked);
  expect(status).toBe(200);
  return body;
};
const placesIn = ({ items }: OfferedPage) => [...new Set(items.map(({ placeId }) => placeId))];

describe("rings", () => {
  test("CASC-17, CASC-21, SVC-12, SVC-14, SVC-16 in Québec up to 50 km, in five rings", async () => {
    const here: Record<string, string> = {};
    for (const km of [2, 9.9, 10.1, 29, 39, 49.9, 50.1, 80]) here[String(km)] = (await aClinicAt(quebec, km)).placeId;
    const named = (ids: readonly string[]) =>
      Object.entries(here)
        .filter(([, placeId]) => ids.includes(placeId))
        .map(([km]) => Number(km))
        .sort((a, b) => a - b);
    const inRing = async (perimeter?: string) =>
      named(placesIn(await search({ postalCode: quebec, ...(perimeter === undefined ? {} : { perimeter }) })));
    expect(await inRing("0-10")).toEqual([2, 9.9]);
    expect(await inRing("10-20")).toEqual([10.1]);
    expect(await inRing("20-30")).toEqual([29]);
    expect(await inRing("30-40")).toEqual([39]);
    expect(await inRing("40-50")).toEqual([49.9]);
    expect(await inRing()).toEqual([2, 9.9, 10.1, 29, 39, 49.9]);
    const { items } = await search({ postalCode: quebec, perimeter: "20-30" });
    expect(items[0]?.distanceKm).toBe(29);
  });

  test("CASC-18, CASC-20, SVC-13, SVC-15 in another region up to 100 km, in three", async () => {
    const [near, far, beyond] = [
      await aClinicAt(rimouski, 20),
      await aClinicAt(rimouski, 99.9),
      await aClinicAt(rimouski, 100.1),
    ];
    expect(placesIn(await search({ postalCode: rimouski, perimeter: "0-25" }))).toEqual([near.placeId]);
    expect(placesIn(await search({ postalCode: rimouski, perimeter: "50-100" }))).toEqual([far.placeId]);
    expect(placesIn(await search({ postalCode: rimouski }))).not.toContain(beyond.placeId);
  });

  test("CASC-19, SVC-14, SVC-15 a ring that the region has not is refused; so is one without a postal code", async () => {
    const refused = async (asked: object) => {
      const answer = await searchAsCitizen<ProblemBody>(hub, citizen, { cascade: "3", ...asked });
      return [answer.status, ...refusalsOf(answer)];
    };
    expect(await refused({ postalCode: quebec, perimeter: "0-25" })).toEqual([
      422,
      "CASC-19 INVALID_PERIMETER /perimeter",
    ]);
    expect(await refused({ postalCode: rimouski, perimeter: "10-20" })).toEqual([
      422,
      "CASC-19 INVALID_PERIMETER /perimeter",
    ]);
    expect(await refused({ perimeter: "0-10" })).toEqual([422, "CASC-19 REQUIRED_FIELD /postalCode"]);
    expect(await refused({ postalCode: "K1A 0B1" })).toEqual([422, "CASC-20 POSTAL_CODE_OUTSIDE_QUEBEC /postalCode"]);
    expect(await refused({})).toEqual([422, "CASC-06 REQUIRED_FIELD /postalCode"]);
    expect(refusalsOf(await askNearest<ProblemBody>({ postalCode: quebec, perimeter: "50-100" }))).toEqual([
      "CASC-19 INVALID_PERIMETER /perimeter",
    ]);
  });

  test("CASC-06 a place of which nobody knows where it is, is near nothing, and found by its name", async () => {
    const { placeId } = await aClinicAt("J4K 1A1", 1, {
      place: { latitude: null, longitude: null, postalCode: "H0H 0H0" },
    });
    expect(placesIn(await search({ postalCode: "J4K 1A1" }))).not.toContain(placeId);
    expect(placesIn(await search({ placeId }))).toEqual([placeId]);
    expect(placesIn(await search({ placeId, postalCode: "J4K 1A1" }))).toEqual([]);
  });
});

describe("a page over many places", () => {
  const gatineau = "J8X 1A1";
  let clinics: ClinicAt[];
  beforeAll(async () => {
    clinics = [];
    for (let n = 0; n < 9; n++)
      clinics.push(
        await aClinicAt(gatineau, 1 + n, { date: `2027-03-${String(10 + (n % 3)).padStart(2, "0")}`, quarters: 1 + n }),
      );
  });

  test("CASC-06 openings of all of them in order of start, page by page, each once", async () => {
    const whole = await search({ postalCode: gatineau, limit: 1000 });
    expect(whole.items).toHaveLength(45);
    const starts = whole.items.map(({ startAt, slotId }) => `${startAt} ${slotId}`);
    expect(starts).toEqual([...starts].sort());
    for (const limit of [1, 2, 7, 44]) {
      const seen: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const page: OfferedPage = await search({ postalCode: gatineau, limit, ...(cursor === "" ? {} : { cursor }) });
        seen.push(...page.items.map(({ startAt, slotId }) => `${startAt} ${slotId}`));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(starts);
    }
  });

  test("CASC-06 the nearest first, each with its first opening, page by page", async () => {
    const distances = (page: NearestPage) => page.items.map(({ distanceKm }) => distanceKm);
    const all = await nearest({ postalCode: gatineau });
    expect(distances(all)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(all.items[0]).toMatchObject({
      place: { placeId: clinics[0]?.placeId, city: "Québec", phone: "418-555-0100" },
      opening: { placeId: clinics[0]?.placeId, startAt: "2027-03-10T09:00:00-05:00", distanceKm: 1 },
    });
    const first = await nearest({ postalCode: gatineau, limit: 4 });
    const second = await nearest({ postalCode: gatineau, limit: 4, cursor: first.nextCursor });
    const third = await nearest({ postalCode: gatineau, limit: 4, cursor: second.nextCursor });
    expect([distances(first), distances(second), distances(third)]).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
    expect(third.nextCursor).toBeNull();
    const later = await nearest({ postalCode: gatineau, from: "2027-03-12T00:00:00-05:00" });
    expect(distances(later)).toEqual([3, 6, 9]);
    expect(distances(await nearest({ postalCode: gatineau, to: "2027-03-11T00:00:00-05:00" }))).toEqual([1, 4, 7]);
  });
});

describe("what the domain takes out of what places have", () => {
  const sherbrooke = "J1H 1A1";
  test("SEARCH-15, OPT-07, OPT-06, PLACE-07, EMP-16 who has left, is limited or works elsewhere, and the next one of the same place", async () => {
    const at = await aPlace(hub, await anEstablishment(hub), north(sherbrooke, 3));
    const offer = async (date: string, fields: Parameters<typeof aProfessional>[2] = {}, slot: object = {}) => {
      const professional = await aProfessional(hub, [at], fields);
      const service = await aService(hub, professional);
      const time = { startAt: `${date}T14:00:00Z`, endAt: `${date}T14:15:00Z` };
      await aSlot(hub, { ...at, ...professional, service }, { ...time, ...slot });
      return professional;
    };
    await offer("2027-03-08", { departureDate: "2027-02-28" });
    const limited = { limitFutureBooking: true, maxWeeks: 1 };
    await offer("2027-03-09", limited);
    const mover = await offer("2027-03-10");
    await hub.write(
      [at.establishmentId],
      (tx) => tx.sql`DELETE FROM professional_place WHERE professional_id = ${mover.professionalId}`,
    );
    await offer("2027-03-11", { departureDate: "2027-03-10" });
    await offer("2027-03-12", limited, { openFrom: "2027-02-01T08:00:00-05:00" });
    await offer("2027-03-13");
    const starts = (await search({ postalCode: sherbrooke, perimeter: "0-25" })).items.map(({ startAt }) =>
      startAt.slice(5, 10),
    );
    expect(starts).toEqual(["03-12", "03-13"]);
    expect(
      (await nearest({ postalCode: sherbrooke, perimeter: "0-25" })).items.map(({ opening }) =>
        opening.startAt.slice(5, 10),
      ),
    ).toEqual(["03-12"]);
    const byPlace = await search({ placeId: at.placeId });
    expect(byPlace.items.map(({ startAt }) => startAt.slice(5, 10))).toEqual(["03-12", "03-13"]);
  });

  test("REASON-09 a child who comes of the reason's age on the way", async () => {
    const at = await aClinicAt("J2S 1A1", 3, { date: "2027-03-08" });
    const { placeId, professionalId, establishmentId } = at;
    const service = await aService(hub, at, { consultationReason: "regular" });
    await aSlot(
      hub,
      { establishmentId, placeId, professionalId, service },
      {
        ...{ startAt: "2027-05-03T14:00:00Z", endAt: "2027-05-03T14:15:00Z" },
      },
    );
    const child = await aCitizen(hub, { birthDate: "2021-05-01" });
    const found = await search(
      { postalCode: "J2S 1A1", perimeter: "0-25", from: "2027-03-01T00:00:00-05:00", to: "2027-06-01T00:00:00-04:00" },
      child,
    );
    expect(found.items.map(({ startAt }) => startAt.slice(5, 10))).toEqual(["05-03"]);
  });

  test("PLACE-27 masks hold there too", async () => {
    const { professionalId } = await aClinicAt("J3B 1A1", 3, { place: { maskGen: true } });
    const found = await search({ postalCode: "J3B 1A1", perimeter: "0-25" });
    expect(found.items[0]).toMatchObject({ professionalId: null, professionalName: null });
    expect(JSON.stringify([found, await nearest({ postalCode: "J3B 1A1", perimeter: "0-25" })])).not.toContain(
      professionalId,
    );
  });
});

describe("SYNC-13, SYNC-14 how old what is shown is", () => {
  const trois = "G9A 1A1";
  test("SYNC-13 a stale agenda is left out, by distance, by place and by booking; SYNC-14 the age of the others is told", async () => {
    const [linked, kept] = [await aClinicAt(trois, 1), await aClinicAt(trois, 2)];
    await aLink(hub, await aMachine(hub), linked, { lateAfterMinutes: 120, staleAfterMinutes: 960 });
    const both = await search({ postalCode: trois, perimeter: "0-25" });
    expect(both.freshness).toEqual([
      { placeId: linked.placeId, state: "live", asOf: "2027-03-01T12:00:00.000Z" },
      { placeId: kept.placeId, state: "live", asOf: null },
    ]);
    const slotId = both.items.find(({ placeId }) => placeId === linked.placeId)?.slotId;
    hub.clock.advance(120 * 60_000);
    expect((await nearest({ postalCode: trois, perimeter: "0-25" })).freshness[0]).toMatchObject({
      placeId: linked.placeId,
      state: "late",
    });
    hub.clock.advance(840 * 60_000 - 1);
    expect(placesIn(await search({ postalCode: trois, perimeter: "0-25" }))).toEqual([linked.placeId, kept.placeId]);
    hub.clock.advance(1);
    expect(placesIn(await search({ postalCode: trois, perimeter: "0-25" }))).toEqual([kept.placeId]);
    expect((await nearest({ postalCode: trois, perimeter: "0-25" })).items.map(({ place }) => place.placeId)).toEqual([
      kept.placeId,
    ]);
    expect(placesIn(await search({ placeId: linked.placeId }))).toEqual([]);
    const opening = { slotId, startAt: "2027-03-08T09:00:00-05:00", consultationReason: "regular" };
    for (const [path, body] of [
      ["/v1/citizen/holds", opening],
      ["/v1/citizen/appointments", { ...opening, homePhone: "418-555-0192", communicationModes: ["phone"] }],
    ] as const) {
      const refused = await hub.request<ProblemBody>("POST", path, { as: citizen.token, body });
      expect([refused.status, refusalsOf(refused)]).toEqual([409, ["SYNC-13 OPENING_NOT_AVAILABLE /startAt"]]);
    }
    hub.clock.moveTo(defaultNow);
  });
});

describe("booking what was found near", () => {
  test("CASC-17, CASC-18 with the postal code of the search, the opening is held to its limit; without, it is not", async () => {
    const { placeId } = await aClinicAt(quebec, 60);
    const { items } = await search({ placeId });
    const { slotId = "", startAt = "" } = items[0] ?? {};
    const body = {
      slotId,
      startAt,
      consultationReason: "regular",
      homePhone: "418-555-0192",
      communicationModes: ["phone"],
    };
    const book = (fields: object) =>
      hub.request<ProblemBody>("POST", "/v1/citizen/appointments", { as: citizen.token, body: { ...body, ...fields } });
    const hold = (fields: object) =>
      hub.request<ProblemBody>("POST", "/v1/citizen/holds", {
        as: citizen.token,
        body: { slotId, startAt, ...fields },
      });
    expect(refusalsOf(await book({ postalCode: quebec }))).toEqual(["CASC-17 OPENING_NOT_AVAILABLE /startAt"]);
    expect(refusalsOf(await hold({ postalCode: quebec }))).toEqual(["CASC-17 OPENING_NOT_AVAILABLE /startAt"]);
    expect(refusalsOf(await book({ postalCode: "G5L 1A1" }))).toEqual(["CASC-18 OPENING_NOT_AVAILABLE /startAt"]);
    expect(refusalsOf(await book({ postalCode: "K1A 0B1" }))).toEqual([
      "CASC-20 POSTAL_CODE_OUTSIDE_QUEBEC /postalCode",
    ]);
    expect((await book({})).status).toBe(201);
  });
});

test("EST-05 a clinic is told by its own phone", async () => {
  const clinic = await aClinic(hub, { establishment: { phone: "418-555-9999" }, place: north("J5R 1A1", 1) });
  await aSlot(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T09:15:00-05:00" });
  expect(JSON.stringify(await nearest({ postalCode: "J5R 1A1" }))).not.toContain("418-555-9999");
});
