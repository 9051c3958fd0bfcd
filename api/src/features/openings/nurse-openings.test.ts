import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import type { SlotFields } from "../../../test/a-slot.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { asOwner } from "../../../test/database.ts";
import { aCitizen, aClinic, aNurse, aProfessional } from "../../../test/factories.ts";
import type { ACitizen, AClinic, ANurse } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { OfferedPage } from "./citizen-search.ts";
import type { NearestPage } from "./schema.ts";

/** APPT-43, CASC-23: what nurses find for a patient, beside what the patient finds. */

let hub: TestHub;
let clinic: AClinic;
let ofTriage: ANurse;
let of811: ANurse;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
  [ofTriage, of811] = [await aNurse(hub, { mention: "redirection" }), await aNurse(hub)];
});
afterAll(async () => hub.close());

type Answer = TestAnswer<OfferedPage & ProblemBody>;
type Patient = Pick<ACitizen, "nam">;
const ask = (
  { token }: ANurse,
  { nam }: Patient,
  asked: object,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  hub.request("POST", "/v1/nurse/openings/search", {
    ...{ as: token, key: null, headers },
    body: { nam, cascade: "3", consultationReason: "regular", ...asked },
  });
const search = async (...asked: Parameters<typeof ask>): Promise<OfferedPage> => {
  const { status, body } = await ask(...asked);
  expect(status).toBe(200);
  return body;
};
const startsIn = ({ items }: OfferedPage) => items.map(({ startAt }) => startAt.slice(5, 16));

/** A physician of their own at the clinic, with a slot of one quarter hour for each of these. */
async function anOffer(...slots: (Partial<SlotFields> & { startAt: string })[]): Promise<{ professionalId: string }> {
  const { professionalId } = await aProfessional(hub, [clinic.place]);
  for (const slot of slots) {
    const endAt = new Date(Date.parse(slot.startAt) + 15 * 60_000).toISOString();
    await aSlot(hub, { ...clinic, professionalId }, { endAt, ...slot });
  }
  return { professionalId };
}

describe("the reason redirection", () => {
  const redirection = { consultationReason: "redirection" };

  test("CASC-23, REASON-02, SVC-11 is searched by triage nurses of hospitals' emergencies, who find what offers it alone", async () => {
    const offer = await anOffer(
      { startAt: "2027-03-08T09:00:00-05:00", consultationReasons: ["redirection"] },
      { startAt: "2027-03-08T10:00:00-05:00", consultationReasons: ["redirection", "regular"] },
      { startAt: "2027-03-08T11:00:00-05:00", consultationReasons: ["allReasons"] },
      { startAt: "2027-03-08T12:00:00-05:00", consultationReasons: ["regular"] },
    );
    const patient = await aCitizen(hub);
    const found = await search(ofTriage, patient, { ...offer, ...redirection });
    expect(startsIn(found)).toEqual(["03-08T09:00", "03-08T10:00", "03-08T11:00"]);
    expect(found.items.map(({ consultationReasons }) => consultationReasons)).toEqual([
      ["redirection"],
      ["redirection", "regular"],
      ["allReasons"],
    ]);
    const regular = await search(ofTriage, patient, offer);
    expect(startsIn(regular)).toEqual(["03-08T10:00", "03-08T11:00", "03-08T12:00"]);
    expect(regular.items[0]?.consultationReasons).toEqual(["redirection", "regular"]);
  });

  test("CASC-23, REASON-02, SVC-11 is refused to citizens and to nurses of 811, who do not read it either", async () => {
    const offer = await anOffer(
      { startAt: "2027-03-08T09:00:00-05:00", consultationReasons: ["redirection"] },
      { startAt: "2027-03-08T10:00:00-05:00", consultationReasons: ["redirection", "regular"] },
    );
    const patient = await aCitizen(hub);
    const refused = ["CASC-23 REASON_NOT_ALLOWED /consultationReason"];
    expect(refusalsOf(await ask(of811, patient, { ...offer, ...redirection }))).toEqual(refused);
    const asked = { cascade: "3", ...offer, ...redirection };
    expect(refusalsOf(await searchAsCitizen<ProblemBody>(hub, patient, asked))).toEqual(refused);
    const { items } = await search(of811, patient, offer);
    expect(items.map(({ startAt, consultationReasons }) => [startAt.slice(11, 16), consultationReasons])).toEqual([
      ["10:00", ["regular"]],
    ]);
  });

  test("REASON-11 is refused to triage nurses too while it is inactive", async () => {
    const operator = await hub.tokens.operator();
    const set = async (active: boolean, version: number) =>
      expect(
        (
          await hub.request("PATCH", "/v1/consultation-reasons/redirection", {
            ...{ as: operator, version, body: { active } },
          })
        ).status,
      ).toBe(200);
    const offer = await anOffer({ startAt: "2027-03-08T09:00:00-05:00", consultationReasons: ["redirection"] });
    await set(false, 1);
    expect(refusalsOf(await ask(ofTriage, await aCitizen(hub), { ...offer, ...redirection }))).toEqual([
      "REASON-11 INACTIVE_REASON /consultationReason",
    ]);
    await set(true, 2);
  });

  test("CASC-06, CASC-23 is searched by distance too, place by place", async () => {
    const away = await aClinic(hub, { place: { postalCode: "G5L 1A1" } });
    const time = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T09:15:00-05:00" };
    await aSlot(hub, away, { ...time, consultationReasons: ["redirection"] });
    const { nam } = await aCitizen(hub);
    const body = { nam, ...redirection, postalCode: "G5L 1A1" };
    const nearest = (as: string): Promise<TestAnswer<NearestPage & ProblemBody>> =>
      hub.request("POST", "/v1/nurse/openings/nearest", { as, key: null, body });
    const { items } = (await nearest(ofTriage.token)).body;
    expect(items.map(({ place, opening }) => [place.placeId, opening.consultationReasons])).toEqual([
      [away.placeId, ["redirection"]],
    ]);
    expect(refusalsOf(await nearest(of811.token))).toEqual(["CASC-23 REASON_NOT_ALLOWED /consultationReason"]);
    const everywhere = await search(ofTriage, { nam }, { ...redirection, postalCode: "G5L 1A1" });
    expect(everywhere.items.map(({ placeId }) => placeId)).toEqual([away.placeId]);
  });
});

describe("for whom a nurse searches", () => {
  test("CASC-02 to CASC-07, CASC-13 to CASC-15, PLACE-27 what the patient's own search finds, cascade by cascade", async () => {
    const gmf = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-811" }, place: { maskGmf: true } });
    for (const [hour, serviceType] of [
      ["09", "MF"],
      ["10", "GMF"],
      ["11", "GEN"],
    ] as const)
      await aSlot(hub, gmf, {
        ...{ startAt: `2027-03-08T${hour}:00:00-05:00`, endAt: `2027-03-08T${hour}:30:00-05:00`, serviceType },
      });
    const patient = await aCitizen(hub, { registeredWith: { ...gmf.professional, gmfNumber: "03-811" } });
    const nobodys = await aCitizen(hub);
    for (const cascade of ["1", "2.3", "3"]) {
      const asked = { cascade, placeId: gmf.placeId };
      for (const nurse of [of811, ofTriage]) {
        const found = await search(nurse, patient, asked);
        expect(found).toEqual((await searchAsCitizen(hub, patient, asked)).body);
        expect(found.items.length).toBeGreaterThan(0);
        const refused = await ask(nurse, nobodys, asked);
        const own = await searchAsCitizen<ProblemBody>(hub, nobodys, asked);
        expect([refused.status, refused.body.violations]).toEqual([own.status, own.body.violations]);
      }
    }
    const masked = await search(of811, patient, { cascade: "2.3" });
    expect(masked.items.map(({ professionalId, professionalName }) => [professionalId, professionalName])).toEqual([
      [null, null],
      [null, null],
    ]);
    const { professionalId } = gmf;
    expect((await search(of811, patient, { cascade: "2.3", professionalId })).items).toEqual([]);
  });

  test("APPT-11 a day on which the patient has an appointment is left out of their own search, not of a nurse's", async () => {
    const offer = await anOffer({ startAt: "2027-03-08T09:00:00-05:00" }, { startAt: "2027-03-09T09:00:00-05:00" });
    const patient = await aCitizen(hub);
    await anAppointment(hub, clinic, {
      startAt: "2027-03-08T15:00:00-05:00",
      patient: { ...reachable, nam: patient.nam },
    });
    const asked = { cascade: "3", ...offer };
    const own = (await searchAsCitizen(hub, patient, asked)).body;
    expect(startsIn(own)).toEqual(["03-09T09:00"]);
    expect(startsIn(await search(of811, patient, offer))).toEqual(["03-08T09:00", "03-09T09:00"]);
    const near = { postalCode: "G1R 1R2", from: "2027-03-08T00:00:00-05:00", to: "2027-03-09T00:00:00-05:00" };
    expect((await search(of811, patient, near)).items.length).toBeGreaterThan(0);
    expect((await searchAsCitizen(hub, patient, { cascade: "3", ...near })).body.items).toEqual([]);
  });

  test("REASON-08 the age is the patient's", async () => {
    const offer = await anOffer({ startAt: "2027-03-08T09:00:00-05:00" });
    const child = await aCitizen(hub, { birthDate: "2025-01-01" });
    expect(refusalsOf(await ask(of811, child, offer))).toEqual(["REASON-08 REASON_NOT_ALLOWED /consultationReason"]);
    const { items } = await search(of811, child, { ...offer, consultationReason: "childZeroToFive" });
    expect(items).toHaveLength(1);
  });

  test("PAT-01, PAT-02 is named by a number, one that RAMQ knows", async () => {
    const asked = { placeId: clinic.placeId };
    expect(refusalsOf(await ask(of811, { nam: "ABC" }, asked))).toEqual(["PAT-01 INVALID_NAM /nam"]);
    expect(refusalsOf(await ask(of811, { nam: "INCO80561520" }, asked))).toEqual(["PAT-02 IDENTITY_UNKNOWN /nam"]);
    const { nam } = await aCitizen(hub);
    expect((await ask(of811, { nam: `${nam.slice(0, 4)} ${nam.slice(4).toLowerCase()}` }, asked)).status).toBe(200);
  });

  test("a cursor is good for the same nurse and patient", async () => {
    const offer = await anOffer({ startAt: "2027-03-08T09:00:00-05:00" }, { startAt: "2027-03-09T09:00:00-05:00" });
    const [patient, other] = [await aCitizen(hub), await aCitizen(hub)];
    const { nextCursor } = await search(of811, patient, { ...offer, limit: 1 });
    const next = { ...offer, limit: 1, cursor: nextCursor };
    expect(startsIn(await search(of811, patient, next))).toEqual(["03-09T09:00"]);
    for (const [nurse, by] of [
      [of811, other],
      [ofTriage, patient],
    ] as const)
      expect((await ask(nurse, by, next)).body.code).toBe("CURSOR_INVALID");
  });
});

describe("who was looked up", () => {
  interface Lookup {
    actor: string;
    purpose: string;
    namIndex: string;
  }
  const lookupsOf = (requestId: string): Promise<Lookup[]> =>
    asOwner(hub.database.url, async (sql) => [
      ...(await sql<Lookup[]>`
        SELECT actor_type || ' ' || actor_id AS actor, purpose, nam_index AS "namIndex" FROM person_lookup
        WHERE request_id = ${requestId}`),
    ]);
  const named = (requestId: string) => ({ "x-request-id": requestId });

  test("is recorded with the nurse and the operation, whatever came of the search; never by the number", async () => {
    const asked = { placeId: clinic.placeId };
    const { nam } = await aCitizen(hub);
    const recorded = (of: string) => ({
      ...{ actor: `nurse ${of811.nurseId}`, purpose: "nurseOpenings.search" },
      namIndex: hub.deps.secrets.namIndex(of),
    });
    await ask(of811, { nam }, asked, named("of-a-search"));
    await ask(of811, { nam }, { ...asked, cascade: "1" }, named("of-a-refusal"));
    await ask(of811, { nam: "INCO80561530" }, asked, named("of-nobody"));
    await ask(of811, { nam: "ABC" }, asked, named("of-no-number"));
    expect(await lookupsOf("of-a-search")).toEqual([recorded(nam)]);
    expect(await lookupsOf("of-a-refusal")).toEqual([recorded(nam)]);
    expect(await lookupsOf("of-nobody")).toEqual([recorded("INCO80561530")]);
    expect(await lookupsOf("of-no-number")).toEqual([]);
    const whole = await asOwner(hub.database.url, (sql) => sql`SELECT p::text FROM person_lookup p`);
    expect(JSON.stringify(whole)).not.toMatch(new RegExp(`${nam}|INCO8056|Infirmière`));
    expect(hub.logs.join("")).not.toMatch(new RegExp(`${nam}|INCO8056|Infirmière`));
  });

  test("is not recorded of citizens, who look themselves up", async () => {
    const patient = await aCitizen(hub);
    await searchAsCitizen(hub, patient, { cascade: "3", placeId: clinic.placeId }, named("of-oneself"));
    expect(await lookupsOf("of-oneself")).toEqual([]);
  });

  test("is nothing that the hub itself can read again, or take back", async () => {
    for (const statement of [
      "SELECT 1 FROM person_lookup",
      "DELETE FROM person_lookup",
      "UPDATE person_lookup SET at = at",
    ])
      await expect(hub.deps.connection.unsafe(statement)).rejects.toThrow(/permission denied/);
  });
});
