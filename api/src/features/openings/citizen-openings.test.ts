import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, reachable } from "../../../test/an-appointment.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic, aPlace, aProfessional, aService, aTeam, anEstablishment } from "../../../test/factories.ts";
import type { ACitizen, AnEmployee, APlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { withScope } from "../../db/scope.ts";
import type { OfferedOpening } from "./schema.ts";

let hub: TestHub;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

interface Page {
  items: OfferedOpening[];
  nextCursor: string | null;
}
interface Problem {
  code: string;
  violations: { rule: string; code: string; pointer: string }[];
}
type Query = Record<string, unknown>;

const ask = <T>(citizen: Pick<ACitizen, "token">, query: Query) => searchAsCitizen<T>(hub, citizen, query);
async function search(citizen: ACitizen, query: Query): Promise<Page> {
  const answer = await ask<Page>(citizen, query);
  expect(answer.status).toBe(200);
  return answer.body;
}
async function refusal(citizen: ACitizen, query: Query): Promise<unknown[]> {
  const { status, body } = await ask<Problem>(citizen, query);
  return [status, ...body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)];
}
const typesIn = ({ items }: Page) => items.map(({ serviceType }) => serviceType).sort();

type Owner = { professionalId: string };

/** A slot of one opening: 20 minutes. */
async function aSlot(
  admin: AnEmployee,
  { professionalId }: Owner,
  { placeId }: APlace,
  serviceId: string,
  startAt: string,
  change: object = {},
): Promise<{ slotId: string; version: number }> {
  const endAt = new Date(Date.parse(startAt) + 20 * 60_000).toISOString();
  const body = { professionalId, placeId, serviceIds: [serviceId], visibility: "public", startAt, endAt, ...change };
  const created = await hub.request<{ slotId: string; version: number }>("POST", "/v1/slots", {
    as: admin.token,
    body,
  });
  expect(created.status).toBe(201);
  return created.body;
}

/** A professional with a service of each type and a public slot for each: MF at 9:00, GMF at 10:00, GEN at 11:00. */
async function anOfferOf(
  admin: AnEmployee,
  place: APlace,
  professional: Owner & { establishmentId: string },
  day = "2027-03-08",
): Promise<void> {
  for (const [hour, type] of [
    ["09", "MF"],
    ["10", "GMF"],
    ["11", "GEN"],
  ] as const) {
    const { serviceId } = await aService(hub, professional, {
      type,
      durationMinutes: 20,
      consultationReason: "regular",
    });
    await aSlot(admin, professional, place, serviceId, `${day}T${hour}:00:00-05:00`);
  }
}

/** A GMF with two physicians who each offer one opening of every type. */
async function aGmf(place: Parameters<typeof aPlace>[2] = {}) {
  const gmfNumber = `03-${String(hub.count())}`;
  const clinic = await aClinic(hub, { establishment: { isGmf: true, gmfNumber }, place });
  const own = await aProfessional(hub, [clinic.place]);
  const colleague = await aProfessional(hub, [clinic.place]);
  for (const professional of [own, colleague]) await anOfferOf(clinic.admin, clinic.place, professional);
  const { practiceNumber } = own;
  const patient = await aCitizen(hub, { registeredWith: { practiceNumber, gmfNumber } });
  return { ...clinic, gmfNumber, own, colleague, patient };
}

describe("cascades", () => {
  test("PLACE-24 SVC-05 CASC-02 1: own professional, every type at once by relationship", async () => {
    const { own, patient } = await aGmf({ displayMode: "byRelationship" });
    const found = await search(patient, { cascade: "1" });
    expect(typesIn(found)).toEqual(["GEN", "GMF", "MF"]);
    expect(new Set(found.items.map(({ professionalId }) => professionalId))).toEqual(new Set([own.professionalId]));
  });

  test("PLACE-25 SLOT-30 1: MF only by clientele", async () => {
    const { patient } = await aGmf({ displayMode: "byClientele" });
    expect(typesIn(await search(patient, { cascade: "1" }))).toEqual(["MF"]);
  });

  test("PLACE-24 PLACE-25 the display mode is each place's own", async () => {
    const gmf = await aGmf({ displayMode: "byRelationship" });
    const second = await aPlace(hub, gmf, { displayMode: "byClientele" });
    await hub.write(
      [gmf.establishmentId],
      (tx) => tx.sql`
      INSERT INTO professional_place VALUES (${gmf.establishmentId}, ${gmf.own.professionalId}, ${second.placeId})`,
    );
    for (const type of ["MF", "GEN"] as const) {
      const { serviceId } = await aService(hub, gmf.own, { type, durationMinutes: 25, consultationReason: "regular" });
      await aSlot(gmf.admin, gmf.own, second, serviceId, "2027-03-09T09:00:00-05:00", {
        endAt: "2027-03-09T09:25:00-05:00",
      });
    }
    const at = async ({ placeId }: APlace) => typesIn(await search(gmf.patient, { cascade: "1", placeId }));
    expect([await at(gmf.place), await at(second)]).toEqual([["GEN", "GMF", "MF"], ["MF"]]);
    expect(typesIn(await search(gmf.patient, { cascade: "1" }))).toEqual(["GEN", "GMF", "MF", "MF"]);
  });

  test("SVC-06 CASC-05 CASC-14 2.3: GMF openings of the whole group, the own professional's included", async () => {
    const { own, colleague, patient } = await aGmf();
    const found = await search(patient, { cascade: "2.3" });
    expect(typesIn(found)).toEqual(["GMF", "GMF"]);
    expect(new Set(found.items.map(({ professionalId }) => professionalId))).toEqual(
      new Set([own.professionalId, colleague.professionalId]),
    );
    const { professionalId } = colleague;
    expect(typesIn(await search(patient, { cascade: "2.3", professionalId }))).toEqual(["GMF"]);
  });

  test("SVC-07 CASC-15 3: GEN openings for everybody, at a place or with a professional", async () => {
    const { place, own, patient } = await aGmf();
    const orphan = await aCitizen(hub);
    for (const citizen of [patient, orphan]) {
      expect(typesIn(await search(citizen, { cascade: "3", placeId: place.placeId }))).toEqual(["GEN", "GEN"]);
      expect(typesIn(await search(citizen, { cascade: "3", professionalId: own.professionalId }))).toEqual(["GEN"]);
    }
    expect(await refusal(orphan, { cascade: "3" })).toEqual([422, "CASC-06 REQUIRED_FIELD /postalCode"]);
  });

  test("SVC-06 CASC-13 nothing of another GMF's group, and no MF of another's professional", async () => {
    const gmf = await aGmf();
    const stranger = await aGmf();
    expect(typesIn(await search(stranger.patient, { cascade: "2.3", placeId: gmf.placeId }))).toEqual([]);
    const { professionalId } = gmf.own;
    expect(typesIn(await search(stranger.patient, { cascade: "1", professionalId }))).toEqual([]);
  });

  test("CASC-07 without a family physician only cascade 3 is open; CASC-11 outside a GMF there is no 2.3", async () => {
    const orphan = await aCitizen(hub);
    for (const cascade of ["1", "2.1", "2.2", "2.3"])
      expect(await refusal(orphan, { cascade })).toEqual([403, "CASC-07 CASCADE_NOT_AVAILABLE /cascade"]);
    const { own } = await aGmf();
    const outside = await aCitizen(hub, { registeredWith: { practiceNumber: own.practiceNumber, gmfNumber: null } });
    expect(await refusal(outside, { cascade: "2.3" })).toEqual([403, "CASC-11 CASCADE_NOT_AVAILABLE /cascade"]);
    expect((await search(outside, { cascade: "1" })).items.length).toBeGreaterThan(0);
  });

  test("SVC-08 the registration counts as it is when the citizen searches", async () => {
    const gmf = await aGmf();
    const { nam } = gmf.patient;
    await aCitizen(hub, { nam });
    expect(await refusal(gmf.patient, { cascade: "1" })).toEqual([403, "CASC-07 CASCADE_NOT_AVAILABLE /cascade"]);
  });

  test("a team's openings are general ones; nobody is registered with it", async () => {
    const clinic = await aClinic(hub);
    const team = await aTeam(hub, [clinic.place], 2);
    await anOfferOf(clinic.admin, clinic.place, team);
    const orphan = await aCitizen(hub);
    expect(typesIn(await search(orphan, { cascade: "3", professionalId: team.professionalId }))).toEqual(["GEN"]);
  });
});

describe("masks", () => {
  test("PLACE-27 PLACE-26 the cascade's own mask hides the professional, in that cascade only", async () => {
    const { place, patient, own } = await aGmf({ displayMode: "byRelationship", maskGmf: true });
    const named = async (query: Query) =>
      new Set(
        (await search(patient, query)).items.flatMap(({ professionalId, professionalName }) => [
          professionalId,
          professionalName,
        ]),
      );
    expect(await named({ cascade: "2.3" })).toEqual(new Set([null]));
    expect(await named({ cascade: "1" })).toContain(own.professionalId);
    expect(await named({ cascade: "3", placeId: place.placeId })).toContain(own.professionalId);
    const masked = await ask(patient, { cascade: "2.3" });
    expect(JSON.stringify(masked.body)).not.toContain(own.professionalId);
    expect(JSON.stringify(masked.body)).not.toContain("Professionnelle");
  });

  test("PLACE-27 the mask of general openings", async () => {
    const { place, patient, own } = await aGmf({ maskGen: true });
    const found = await search(patient, { cascade: "3", placeId: place.placeId });
    expect(found.items.map(({ professionalId }) => professionalId)).toEqual([null, null]);
    const group = await search(patient, { cascade: "2.3" });
    expect(group.items.map(({ professionalId }) => professionalId)).toContain(own.professionalId);
  });

  test("PLACE-27 a masked professional is not found by name, as if they had nothing there", async () => {
    const gmf = await aGmf({ maskGmf: true, maskGen: true });
    const { professionalId } = gmf.own;
    const idle = await aProfessional(hub, [gmf.place]);
    for (const cascade of ["2.3", "3"]) {
      const { placeId } = gmf;
      expect((await search(gmf.patient, { cascade, placeId })).items).toHaveLength(2);
      for (const query of [
        { cascade, placeId },
        { cascade, postalCode: "G1R 1R2" },
      ]) {
        const named = await search(gmf.patient, { ...query, professionalId });
        expect(named).toEqual(await search(gmf.patient, { ...query, professionalId: idle.professionalId }));
        expect(named.items).toEqual([]);
      }
    }
    expect(typesIn(await search(gmf.patient, { cascade: "1", professionalId }))).not.toEqual([]);
  });

  test("PLACE-27 whoever is masked at one place is found by name at another", async () => {
    const { admin, place } = await aClinic(hub, { place: { maskGen: true } });
    const open = await aPlace(hub, place);
    const both = await aProfessional(hub, [place, open]);
    const { professionalId } = both;
    const service = { type: "GEN", durationMinutes: 20, consultationReason: "regular" } as const;
    const { serviceId } = await aService(hub, both, service);
    await aSlot(admin, both, place, serviceId, "2027-03-08T09:00:00-05:00");
    await aSlot(admin, both, open, serviceId, "2027-03-09T09:00:00-05:00");
    const found = await search(await aCitizen(hub), { cascade: "3", professionalId });
    expect(found.items.map((item) => [item.placeId, item.professionalId])).toEqual([[open.placeId, professionalId]]);
  });
});

describe("what is offered", () => {
  /** A clinic outside any GMF, its professional, and a citizen without a physician who searches it in cascade 3. */
  async function aGeneralOffer(
    fields: Parameters<typeof aProfessional>[2] = {},
    placeFields: Parameters<typeof aPlace>[2] = {},
  ) {
    const { admin, place } = await aClinic(hub, { place: placeFields });
    const professional = await aProfessional(hub, [place], fields);
    const service = await aService(hub, professional, { durationMinutes: 20, consultationReason: "regular" });
    const citizen = await aCitizen(hub);
    const slot = (startAt: string, change: object = {}, serviceId = service.serviceId) =>
      aSlot(admin, professional, place, serviceId, startAt, change);
    const days = async (query: Query = {}, by = citizen) => {
      const { professionalId } = professional;
      const { items } = await search(by, { cascade: "3", professionalId, ...query });
      return items.map(({ startAt }) => startAt.slice(5, 16));
    };
    return { admin, place, professional, service, citizen, slot, days };
  }

  test("SLOT-20 SLOT-21 SLOT-08 public and complete ones only", async () => {
    const { slot, days } = await aGeneralOffer();
    await slot("2027-03-08T09:00:00-05:00");
    await slot("2027-03-09T09:00:00-05:00", { visibility: "private" });
    await slot("2027-03-10T09:00:00-05:00", { placeId: null, serviceIds: null, visibility: null });
    expect(await days()).toEqual(["03-08T09:00"]);
  });

  test("SLOT-22 SLOT-26 SLOT-28 from the opening date on, at once when there is none or it is past", async () => {
    const { slot, days } = await aGeneralOffer();
    const opens = "2027-03-03T08:00:00-05:00";
    await slot("2027-03-08T09:00:00-05:00");
    await slot("2027-03-09T09:00:00-05:00", { openFrom: opens });
    await slot("2027-03-10T09:00:00-05:00", { openFrom: "2027-02-01T08:00:00-05:00" });
    expect(await days()).toEqual(["03-08T09:00", "03-10T09:00"]);
    hub.clock.moveTo(Date.parse(opens) - 1);
    expect(await days()).toHaveLength(2);
    hub.clock.moveTo(opens);
    expect(await days()).toEqual(["03-08T09:00", "03-09T09:00", "03-10T09:00"]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("OPT-03 OPT-04 OPT-06 within the professional's weeks, Sunday to Saturday, unless an opening date says otherwise", async () => {
    const { slot, days } = await aGeneralOffer({ limitFutureBooking: true, maxWeeks: 2 });
    await slot("2027-03-13T23:40:00-05:00");
    await slot("2027-03-14T00:00:00-05:00");
    await slot("2027-05-20T09:00:00-04:00", { openFrom: "2027-02-01T08:00:00-05:00" });
    await slot("2027-05-21T09:00:00-04:00");
    expect(await days()).toEqual(["03-13T23:40", "05-20T09:00"]);
    // On Sunday the next week begins.
    hub.clock.moveTo("2027-03-07T00:00:00-05:00");
    expect(await days()).toEqual(["03-13T23:40", "03-14T00:00", "05-20T09:00"]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("OPT-03 limits are each professional's own, also in one search of a place", async () => {
    const { admin, place } = await aClinic(hub);
    const limited = await aProfessional(hub, [place], { limitFutureBooking: true, maxWeeks: 1 });
    const free = await aProfessional(hub, [place]);
    for (const professional of [limited, free]) {
      const { serviceId } = await aService(hub, professional, { durationMinutes: 20 });
      for (const day of ["2027-03-05", "2027-03-08"])
        await aSlot(admin, professional, place, serviceId, `${day}T09:00:00-05:00`);
    }
    const { items } = await search(await aCitizen(hub), { cascade: "3", placeId: place.placeId });
    expect(items.map(({ professionalId, startAt }) => [professionalId, startAt.slice(5, 10)])).toEqual([
      ...[limited, free].map(({ professionalId }) => [professionalId, "03-05"]),
      [free.professionalId, "03-08"],
    ]);
  });

  test("CASC-24 nothing past, even when asked for; one that starts now is no past one", async () => {
    const { slot, days } = await aGeneralOffer();
    await slot("2027-03-02T09:00:00-05:00");
    hub.clock.moveTo("2027-03-02T09:00:00-05:00");
    expect(await days()).toHaveLength(1);
    hub.clock.moveTo("2027-03-02T09:00:01-05:00");
    expect(await days({ from: "2027-03-01T00:00:00-05:00" })).toEqual([]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test.each([
    ["PLACE-07 at a place", {}, { endDate: "2027-03-02" }, "PLACE-07"],
    ["EMP-18, EMP-19 of a professional", { departureDate: "2027-03-02" }, {}, "EMP-18"],
  ])("%s, nothing that starts after the last day, nor anything once it is over", async (_title, leaves, ends, rule) => {
    const { slot, days, citizen } = await aGeneralOffer(leaves, ends);
    await slot("2027-03-02T23:40:00-05:00");
    const { slotId } = await slot("2027-03-03T00:00:00-05:00");
    expect(await days()).toEqual(["03-02T23:40"]);
    const opening = { slotId, startAt: "2027-03-03T00:00:00-05:00", consultationReason: "regular" };
    const body = { ...opening, homePhone: "418-555-0192", communicationModes: ["phone"] };
    const refused = await hub.request<Problem>("POST", "/v1/citizen/appointments", { as: citizen.token, body });
    expect(refused.body.violations.map((each) => `${each.rule} ${each.code}`)).toEqual([
      `${rule} OPENING_NOT_AVAILABLE`,
    ]);
    hub.clock.moveTo("2027-03-03T00:00:00-05:00");
    await slot("2027-03-04T09:00:00-05:00").catch(() => undefined);
    expect(await days()).toEqual([]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("APPT-11 not on a day on which this citizen has an appointment, wherever it is and whoever made it", async () => {
    const { slot, days, citizen } = await aGeneralOffer();
    for (const date of ["2027-03-08", "2027-03-09"]) await slot(`${date}T09:00:00-05:00`);
    const elsewhere = await aClinic(hub);
    const patient = { ...reachable, nam: citizen.nam };
    const made = await anAppointment(hub, elsewhere, { startAt: "2027-03-08T15:00:00-05:00", patient });
    expect(await days()).toEqual(["03-09T09:00"]);
    expect(await days({}, await aCitizen(hub))).toEqual(["03-08T09:00", "03-09T09:00"]);
    const { version, appointmentId } = made;
    await hub.request("POST", `/v1/appointments/${appointmentId}/cancel`, {
      as: elsewhere.admin.token,
      version,
      body: {},
    });
    expect(await days()).toEqual(["03-08T09:00", "03-09T09:00"]);
  });

  test("SLOT-29 APPT-05 an edit and a deletion show at once", async () => {
    const { admin, slot, days } = await aGeneralOffer();
    const { slotId, version } = await slot("2027-03-08T09:00:00-05:00");
    const path = `/v1/slots/${slotId}`;
    await hub.request("PATCH", path, { as: admin.token, version, body: { startAt: "2027-03-08T08:00:00-05:00" } });
    expect(await days()).toEqual(["03-08T08:00", "03-08T08:20", "03-08T08:40", "03-08T09:00"]);
    await hub.request("DELETE", path, { as: admin.token, version: version + 1 });
    expect(await days()).toEqual([]);
  });

  test("a window and pages", async () => {
    const { slot, days, professional, citizen } = await aGeneralOffer();
    await slot("2027-03-08T09:00:00-05:00", { endAt: "2027-03-08T10:40:00-05:00" });
    const [from, to] = ["2027-03-08T09:20:00-05:00", "2027-03-08T10:00:00-05:00"];
    expect(await days({ from, to })).toEqual(["03-08T09:20", "03-08T09:40"]);
    const seen: string[] = [];
    const query = { cascade: "3", professionalId: professional.professionalId, limit: 2 };
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Page = await search(citizen, { ...query, ...(cursor === "" ? {} : { cursor }) });
      seen.push(...page.items.map(({ startAt }) => startAt.slice(11, 16)));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(["09:00", "09:20", "09:40", "10:00", "10:20"]);
    const { nextCursor } = await search(citizen, query);
    const stranger = await aCitizen(hub);
    expect((await ask(stranger, { ...query, cursor: String(nextCursor) })).status).toBe(400);
  });
});

describe("reasons", () => {
  async function anOfferFor(reasons: readonly string[]) {
    const { admin, place } = await aClinic(hub);
    const professional = await aProfessional(hub, [place]);
    const { professionalId } = professional;
    const serviceIds: string[] = [];
    for (const consultationReason of reasons)
      serviceIds.push((await aService(hub, professional, { durationMinutes: 20, consultationReason })).serviceId);
    for (const day of ["2027-03-08", "2027-06-08"])
      await aSlot(admin, professional, place, serviceIds[0] ?? "", `${day}T13:00:00Z`, { serviceIds });
    return (citizen: ACitizen, consultationReason: string, query: Query = {}) =>
      search(citizen, { cascade: "3", professionalId, consultationReason, ...query });
  }

  test("SVC-09 CASC-22 a specific reason answers a search for it only; SVC-10 all reasons answer every search", async () => {
    const citizen = await aCitizen(hub);
    const specific = await anOfferFor(["periodic", "pregnancy"]);
    expect((await specific(citizen, "periodic")).items).toHaveLength(2);
    expect((await specific(citizen, "pregnancy")).items).toHaveLength(2);
    expect((await specific(citizen, "priority")).items).toEqual([]);
    const any = await anOfferFor(["allReasons"]);
    expect((await any(citizen, "priority")).items).toHaveLength(2);
  });

  test("SVC-11 CASC-23 REASON-02 redirection is refused, hidden where it stands alone and unnamed beside another", async () => {
    const citizen = await aCitizen(hub);
    const place = await aPlace(hub, await anEstablishment(hub));
    expect(await refusal(citizen, { cascade: "3", placeId: place.placeId, consultationReason: "redirection" })).toEqual(
      [422, "CASC-23 REASON_NOT_ALLOWED /consultationReason"],
    );
    const only = await anOfferFor(["redirection"]);
    expect((await only(citizen, "minorEmergency")).items).toEqual([]);
    const beside = await anOfferFor(["redirection", "minorEmergency"]);
    expect((await beside(citizen, "minorEmergency")).items[0]?.consultationReasons).toEqual(["minorEmergency"]);
  });

  test("REASON-03 a citizen names a reason; all reasons is none", async () => {
    const citizen = await aCitizen(hub);
    const place = await aPlace(hub, await anEstablishment(hub));
    const query = { cascade: "3", placeId: place.placeId };
    expect((await ask(citizen, { ...query, consultationReason: "allReasons" })).status).toBe(400);
  });

  test("REASON-04 REASON-05 REASON-08 a reason that is not for the person's age is refused", async () => {
    const place = await aPlace(hub, await anEstablishment(hub));
    const query = { cascade: "3", placeId: place.placeId };
    const refused = [422, "REASON-08 REASON_NOT_ALLOWED /consultationReason"];
    const child = await aCitizen(hub, { birthDate: "2025-01-01" });
    expect(await refusal(child, { ...query, consultationReason: "regular" })).toEqual(refused);
    const adult = await aCitizen(hub);
    expect(await refusal(adult, { ...query, consultationReason: "childZeroToFive" })).toEqual(refused);
    expect((await ask(child, { ...query, consultationReason: "childZeroToFive" })).status).toBe(200);
    expect((await ask(child, { ...query, consultationReason: "minorEmergency" })).status).toBe(200);
  });

  test("REASON-09 the age is that of the appointment's date", async () => {
    // Six on 1 May: the first opening is before, the second after.
    const child = await aCitizen(hub, { birthDate: "2021-05-01" });
    const offer = await anOfferFor(["regular", "childZeroToFive"]);
    const days = async (reason: string) =>
      (await offer(child, reason)).items.map(({ startAt }) => startAt.slice(5, 10));
    expect(await days("childZeroToFive")).toEqual(["03-08"]);
    expect(await days("regular")).toEqual(["06-08"]);
    const early = { to: "2027-04-30T00:00:00-04:00" };
    expect((await ask(child, { cascade: "3", placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h", ...early })).status).toBe(422);
  });
});

describe("who asks", () => {
  test("PAT-02 somebody RAMQ does not know is told so", async () => {
    const token = await hub.tokens.citizen("ZZZZ80561512");
    const { status, body } = await ask<Problem>({ token }, { cascade: "1" });
    expect([status, body.code]).toEqual([422, "IDENTITY_UNKNOWN"]);
  });

  test("staff and machines do not search as citizens", async () => {
    const { admin, machine } = await aClinic(hub);
    for (const { token } of [admin, machine]) expect((await ask({ token }, { cascade: "1" })).status).toBe(403);
  });

  test("row-level security alone lets a citizen see no private opening", async () => {
    const clinic = await aClinic(hub);
    const times = ["2027-03-08T09:00:00-05:00", "2027-03-09T09:00:00-05:00"] as const;
    const { serviceId } = clinic.service;
    await aSlot(clinic.admin, clinic.professional, clinic.place, serviceId, times[0]);
    await aSlot(clinic.admin, clinic.professional, clinic.place, serviceId, times[1], { visibility: "private" });
    const rows = await withScope(hub.deps.connection, { audience: "citizen", establishments: [] }, async (tx) => [
      ...(await tx.sql`SELECT DISTINCT visibility FROM opening WHERE professional_id = ${clinic.professionalId}`),
    ]);
    expect(rows).toEqual([{ visibility: "public" }]);
  });
});
