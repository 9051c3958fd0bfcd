import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic, aGrant, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Explained, Explanation } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const nine = "2027-03-08T09:00:00-05:00";
const hour = { startAt: nine, endAt: "2027-03-08T10:00:00-05:00" };

async function explain(
  { admin, professionalId }: AClinic,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Explanation> {
  const search = new URLSearchParams({ professionalId, startAt: nine, ...query }).toString();
  const answer = await hub.request<Explanation>("GET", `/v1/openings/explain?${search}`, { as: admin.token, headers });
  expect(answer.status).toBe(200);
  return answer.body;
}
async function explainFor(clinic: AClinic, { nam }: Pick<ACitizen, "nam">, body: object = {}): Promise<Explanation> {
  const asked = { professionalId: clinic.professionalId, startAt: nine, consultationReason: "regular", nam, ...body };
  const answer = await hub.request<Explanation>("POST", "/v1/openings/explain", {
    ...{ as: clinic.admin.token, key: null, body: asked },
  });
  expect(answer.status).toBe(200);
  return answer.body;
}
const hold = ({ token }: Pick<ACitizen, "token">, slotId: string, startAt = nine) =>
  hub.request<{ holdId: string }>("POST", "/v1/citizen/holds", { as: token, body: { slotId, startAt } });

function only({ items }: Explanation): Explained {
  const [first, ...others] = items;
  if (first === undefined || others.length > 0) throw new Error(`${String(items.length)} items`);
  return first;
}
/** The rules that do not hold, of a search and of a booking. */
const against = (item: Explained) => ({
  search: item.search.filter(({ holds }) => !holds).map(({ rule, code }) => `${rule} ${String(code)}`),
  booking: item.booking.filter(({ holds }) => !holds).map(({ rule, code }) => `${rule} ${String(code)}`),
});
const notAvailable = (rule: string) => `${rule} OPENING_NOT_AVAILABLE`;

describe("openings.explain", () => {
  test("SEARCH-13 a free opening: every rule that was asked, each in its own words", async () => {
    const clinic = await aClinic(hub);
    const { slotId } = await aSlot(hub, clinic, { ...hour, visibility: "private" });
    const explained = await explain(clinic, {}, { "accept-language": "en" });
    expect(explained).toMatchObject({ professionalId: clinic.professionalId, startAt: nine, offered: true });
    const item = only(explained);
    expect(item).toMatchObject({ slotId, placeId: clinic.placeId, cascade: null, offered: true, bookable: true });
    expect(item.search.map(({ rule }) => rule)).toEqual(["EMP-15", "SEARCH-15", "SEARCH-11", "APPT-09", "HOLD-02"]);
    expect(item.booking.map(({ rule }) => rule)).toEqual(["APPT-49", "APPT-19", "APPT-17", "APPT-01"]);
    for (const { rule, href, holds, code, detail } of [...item.search, ...item.booking]) {
      expect([holds, code]).toEqual([true, null]);
      expect(href).toBe(`${hub.deps.config.baseUrl}/docs/rules/${rule}`);
      expect(detail).not.toBe("");
    }
    expect(item.search[2]?.detail).toContain("Only availabilities in the future are returned");
  });

  test("APPT-09, APPT-08 what is taken is not shown, and may be booked beside", async () => {
    const clinic = await aClinic(hub);
    await aSlot(hub, clinic, hour);
    await anAppointment(hub, clinic, { startAt: nine });
    const item = only(await explain(clinic));
    expect(against(item)).toEqual({ search: [notAvailable("APPT-09")], booking: [] });
    expect(item).toMatchObject({ offered: false, bookable: true, warnings: [] });
    expect(item.search.map(({ rule }) => rule)).not.toContain("HOLD-02");
  });

  test("HOLD-02, HOLD-12 what a citizen holds is not shown, and a booking would be warned", async () => {
    const clinic = await aClinic(hub);
    const { slotId } = await aSlot(hub, clinic, hour);
    expect((await hold(await aCitizen(hub), slotId)).status).toBe(201);
    const item = only(await explain(clinic));
    expect(against(item)).toEqual({ search: [notAvailable("HOLD-02")], booking: [] });
    expect(item.warnings.map(({ rule, code }) => `${rule} ${code}`)).toEqual(["HOLD-12 HELD_BY_CITIZEN"]);
  });

  test("SEARCH-11, APPT-01 what is past is not shown; it is booked for ninety days", async () => {
    const clinic = await aClinic(hub);
    await aSlot(hub, clinic, hour);
    hub.clock.moveTo("2027-03-08T09:00:01-05:00");
    expect(against(only(await explain(clinic)))).toEqual({ search: [notAvailable("SEARCH-11")], booking: [] });
    hub.clock.moveTo("2027-06-07T09:00:00-04:00");
    expect(against(only(await explain(clinic))).booking).toEqual(["APPT-01 PAST_LIMIT_EXCEEDED"]);
    hub.clock.moveTo(defaultNow);
  });

  test("APPT-49, PERM-15 a reader sees it offered, and may not book it", async () => {
    const clinic = await aClinic(hub);
    await aSlot(hub, clinic, hour);
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    const path = `/v1/openings/explain?${new URLSearchParams({ professionalId: clinic.professionalId, startAt: nine }).toString()}`;
    const refused = await hub.request<ProblemBody>("GET", path, { as: user.token });
    expect([refused.status, refusalsOf(refused)]).toEqual([403, ["PERM-16 FORBIDDEN "]]);
    await aGrant(hub, user, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "read" });
    const { body } = await hub.request<Explanation>("GET", path, { as: user.token });
    expect(against(only(body))).toEqual({ search: [], booking: ["APPT-49 FORBIDDEN"] });
  });

  test("EMP-15, SEARCH-15 the professional works there no more, or has left", async () => {
    const clinic = await aClinic(hub);
    const elsewhere = await aPlace(hub, clinic);
    await aSlot(hub, { ...clinic, placeId: elsewhere.placeId }, hour);
    expect(against(only(await explain(clinic))).search).toEqual([notAvailable("EMP-15")]);
    const gone = await aClinic(hub, { professional: { departureDate: "2027-02-28" } });
    await aSlot(hub, gone, hour);
    expect(against(only(await explain(gone))).search).toEqual([notAvailable("SEARCH-15")]);
  });

  test("design: what fills the time at another place is told as that and nothing more", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, second]);
    const here = { ...clinic, professionalId: professional.professionalId };
    const at = { startAt: nine, placeId: second.placeId };
    const { appointmentId } = await anAppointment(hub, here, at, clinic.admin.token);
    await aSlot(hub, here, hour);
    const explained = await explain(here);
    expect(against(only(explained)).search).toEqual(["APPT-09 BUSY_ELSEWHERE"]);
    expect(JSON.stringify(explained)).not.toContain(appointmentId);
    expect(JSON.stringify(explained)).not.toContain(second.placeId);
  });

  test.each([
    ["SLOT-31 inside a complete slot, between two openings", {}, "SLOT-31"],
    ["SLOT-08 inside an incomplete slot", { placeId: null }, "SLOT-08"],
    [
      "SEARCH-14 outside any slot",
      { startAt: "2027-03-08T11:00:00-05:00", endAt: "2027-03-08T12:00:00-05:00" },
      "SEARCH-14",
    ],
  ])("%s nothing is offered, and the clinic may book", async (_title, fields, rule) => {
    const clinic = await aClinic(hub);
    await aSlot(hub, clinic, { ...hour, ...fields });
    const item = only(await explain(clinic, { startAt: "2027-03-08T09:05:00-05:00" }));
    expect(item).toMatchObject({ slotId: null, placeId: null, offered: false, bookable: true });
    expect(against(item)).toEqual({ search: [notAvailable(rule)], booking: [] });
  });

  test("SLOT-19 overlapping slots each have their own; a place narrows it down", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, second]);
    const here = { ...clinic, professionalId: professional.professionalId };
    for (const placeId of [clinic.placeId, second.placeId]) await aSlot(hub, { ...here, placeId }, hour);
    expect((await explain(here)).items.map(({ placeId }) => placeId).sort()).toEqual(
      [clinic.placeId, second.placeId].sort(),
    );
    expect(only(await explain(here, { placeId: second.placeId })).placeId).toBe(second.placeId);
  });

  test("another clinic's professional is not there, as one that does not exist", async () => {
    const [clinic, other] = [await aClinic(hub), await aClinic(hub)];
    for (const professionalId of [other.professionalId, "pro_01m8qk5v0e7kqv8f0a3n6c9d2h"]) {
      const search = new URLSearchParams({ professionalId, startAt: nine }).toString();
      const refused = await hub.request<ProblemBody>("GET", `/v1/openings/explain?${search}`, {
        as: clinic.admin.token,
      });
      expect([refused.status, refusalsOf(refused)]).toEqual([404, ["CONTRACT NOT_FOUND "]]);
    }
  });
});

describe("openings.explainForPatient", () => {
  const gmf = { establishment: { isGmf: true, gmfNumber: "03-117" } } as const;

  test("CASC-01, SLOT-30 what their search decides by: the cascade that offers it, or why none does", async () => {
    const clinic = await aClinic(hub, gmf);
    await aSlot(hub, clinic, { ...hour, serviceType: "GMF" });
    const { practiceNumber } = clinic.professional;
    const own = await aCitizen(hub, { registeredWith: { practiceNumber, gmfNumber: "03-117" } });
    const item = only(await explainFor(clinic, own));
    expect(item).toMatchObject({ cascade: "2.3", offered: true, bookable: true });
    expect(item.search.every(({ holds }) => holds)).toBe(true);
    const stranger = await aCitizen(hub);
    expect(against(only(await explainFor(clinic, stranger)))).toEqual({
      search: [notAvailable("SVC-06")],
      booking: [notAvailable("SVC-06")],
    });
    expect(against(only(await explainFor(clinic, own, { cascade: "1" }))).search).toEqual([notAvailable("SVC-06")]);
    expect(against(only(await explainFor(clinic, stranger, { cascade: "1" }))).search).toEqual([
      "CASC-07 CASCADE_NOT_AVAILABLE",
      notAvailable("SVC-05"),
      notAvailable("SVC-06"),
    ]);
  });

  test("SLOT-21, SLOT-22, OPT-07, REASON-08, CASC-23 each rule that stands against it is told, not only the first", async () => {
    const clinic = await aClinic(hub, { professional: { limitFutureBooking: true, maxWeeks: 1 } });
    await aSlot(hub, clinic, { ...hour, visibility: "private", consultationReasons: ["pregnancy"] });
    const child = await aCitizen(hub, { birthDate: "2025-01-01" });
    expect(against(only(await explainFor(clinic, child))).search).toEqual([
      notAvailable("SLOT-21"),
      notAvailable("SVC-09"),
      "REASON-08 REASON_NOT_ALLOWED",
      notAvailable("OPT-07"),
    ]);
    expect(against(only(await explainFor(clinic, child, { consultationReason: "redirection" }))).search).toContain(
      "CASC-23 REASON_NOT_ALLOWED",
    );
    const later = await aClinic(hub);
    await aSlot(hub, later, { ...hour, openFrom: "2027-03-05T08:00:00-05:00" });
    expect(against(only(await explainFor(later, child, { consultationReason: "priority" }))).search).toEqual([
      notAvailable("SLOT-22"),
    ]);
  });

  test("HOLD-11, APPT-11 their own hold hides it from their search and not from their booking; one a day", async () => {
    const clinic = await aClinic(hub);
    const { slotId } = await aSlot(hub, clinic, hour);
    const citizen = await aCitizen(hub);
    expect((await hold(citizen, slotId)).status).toBe(201);
    expect(against(only(await explainFor(clinic, citizen)))).toEqual({
      search: [notAvailable("HOLD-11")],
      booking: [],
    });
    expect(against(only(await explainFor(clinic, await aCitizen(hub)))).booking).toEqual([notAvailable("HOLD-11")]);
    const body = {
      slotId,
      startAt: nine,
      consultationReason: "regular",
      homePhone: "418-555-0192",
      communicationModes: ["phone"],
    };
    expect((await hub.request("POST", "/v1/citizen/appointments", { as: citizen.token, body })).status).toBe(201);
    const quarter = only(await explainFor(clinic, citizen, { startAt: "2027-03-08T09:15:00-05:00" }));
    const oneADay = ["APPT-11 PATIENT_ALREADY_BOOKED_THAT_DAY"];
    expect(against(quarter)).toEqual({ search: oneADay, booking: oneADay });
    expect([quarter.offered, quarter.bookable]).toEqual([false, false]);
  });

  test("design: that a person was asked about is recorded, by blind index", async () => {
    const clinic = await aClinic(hub);
    await aSlot(hub, clinic, hour);
    const citizen = await aCitizen(hub);
    await explainFor(clinic, citizen);
    const rows = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
        SELECT actor_type, purpose, object_type, object_ids FROM access_record
        WHERE establishment_id = ${clinic.establishmentId}`,
    );
    expect([...rows]).toEqual([
      {
        ...{ actor_type: "employee", purpose: "openings.explainForPatient", object_type: "patient" },
        object_ids: [hub.deps.secrets.namIndex(citizen.nam)],
      },
    ]);
  });

  test("SLOT-31 where no opening starts, why; PAT-02 of whom RAMQ does not know, nothing", async () => {
    const clinic = await aClinic(hub);
    await aSlot(hub, clinic, hour);
    const item = only(await explainFor(clinic, await aCitizen(hub), { startAt: "2027-03-08T09:05:00-05:00" }));
    expect(against(item)).toEqual({ search: [notAvailable("SLOT-31")], booking: [notAvailable("SLOT-31")] });
    const ask = (nam: string) =>
      hub.request<ProblemBody>("POST", "/v1/openings/explain", {
        ...{ as: clinic.admin.token, key: null },
        body: { professionalId: clinic.professionalId, startAt: nine, consultationReason: "regular", nam },
      });
    expect(refusalsOf(await ask("INCO80561510"))).toEqual(["PAT-02 IDENTITY_UNKNOWN /nam"]);
    expect(refusalsOf(await ask("INCONNU"))).toEqual(["PAT-01 INVALID_NAM /nam"]);
  });
});

describe("citizenOpenings.explain", () => {
  const ask = async ({ token }: Pick<ACitizen, "token">, body: object) => {
    const asked = { startAt: nine, consultationReason: "regular", ...body };
    const answer = await hub.request<Explanation>("POST", "/v1/citizen/openings/explain", {
      ...{ as: token, key: null, body: asked },
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  test("CASC-24 an opening that is offered, and one that is taken meanwhile", async () => {
    const clinic = await aClinic(hub);
    const { slotId } = await aSlot(hub, clinic, hour);
    const citizen = await aCitizen(hub);
    const free = await ask(citizen, { slotId });
    expect([free.professionalId, free.offered, only(free).cascade]).toEqual([clinic.professionalId, true, "3"]);
    await anAppointment(hub, clinic, { startAt: nine });
    expect(against(only(await ask(citizen, { slotId })))).toEqual({
      search: [notAvailable("APPT-09")],
      booking: [notAvailable("APPT-09")],
    });
  });

  test("SLOT-21 a private slot, one that does not exist and a start that is none are told alike", async () => {
    const clinic = await aClinic(hub);
    const { slotId } = await aSlot(hub, clinic, { ...hour, visibility: "private" });
    const open = await aSlot(hub, clinic, { startAt: "2027-03-09T09:00:00-05:00", endAt: "2027-03-09T10:00:00-05:00" });
    const citizen = await aCitizen(hub);
    const told = [
      await ask(citizen, { slotId }),
      await ask(citizen, { slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
      await ask(citizen, { slotId: open.slotId }),
    ];
    for (const each of told) {
      expect(each).toEqual(told[0]);
      expect(against(only(each)).search).toEqual([notAvailable("CASC-24")]);
      expect(each.professionalId).toBeNull();
    }
  });

  test("PLACE-27 nobody's name where the cascade is masked", async () => {
    const clinic = await aClinic(hub, { place: { maskGen: true } });
    const { slotId } = await aSlot(hub, clinic, hour);
    const explained = await ask(await aCitizen(hub), { slotId });
    expect([explained.offered, explained.professionalId]).toEqual([true, null]);
    expect(JSON.stringify(explained)).not.toContain(clinic.professionalId);
  });

  test("PLACE-27 nor by the name of a cascade that has no mask and does not show the opening", async () => {
    const gmfNumber = `03-${String(hub.count())}`;
    const masks = { maskGmf: true, maskGen: true, displayMode: "byClientele" } as const;
    const clinic = await aClinic(hub, { establishment: { isGmf: true, gmfNumber }, place: masks });
    const other = await aProfessional(hub, [clinic.place]);
    const own = await aCitizen(hub, { registeredWith: { ...clinic.professional, gmfNumber } });
    const others = await aCitizen(hub, { registeredWith: { ...other, gmfNumber } });
    const nextDay = { startAt: "2027-03-09T09:00:00-05:00", endAt: "2027-03-09T10:00:00-05:00" };
    const general = { startAt: nine, slotId: (await aSlot(hub, clinic, hour)).slotId };
    const ofGroup = { ...nextDay, slotId: (await aSlot(hub, clinic, { ...nextDay, serviceType: "GMF" })).slotId };
    for (const citizen of [await aCitizen(hub), others, own])
      for (const cascade of [undefined, "1", "2.1", "2.2", "2.3", "3"])
        for (const { slotId, startAt } of [general, ofGroup]) {
          const explained = await ask(citizen, { slotId, startAt, ...(cascade === undefined ? {} : { cascade }) });
          expect([cascade, explained.professionalId]).toEqual([cascade, null]);
          expect(JSON.stringify(explained)).not.toMatch(new RegExp(`${clinic.professionalId}|Professionnelle`));
        }
  });

  test("PLACE-27 one's own professional is named where their openings are shown, masked elsewhere or not", async () => {
    const clinic = await aClinic(hub, { place: { maskGmf: true, maskGen: true, displayMode: "byRelationship" } });
    const { slotId } = await aSlot(hub, clinic, hour);
    const own = await aCitizen(hub, { registeredWith: { ...clinic.professional, gmfNumber: null } });
    const named = async (body: object) => (await ask(own, { slotId, ...body })).professionalId;
    expect(await named({ cascade: "1" })).toBe(clinic.professionalId);
    expect(await named({ cascade: "3" })).toBeNull();
  });
});
