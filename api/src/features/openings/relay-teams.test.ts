import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aPlace, aProfessional, aWorkGroup, anEstablishment } from "../../../test/factories.ts";
import type { ACitizen } from "../../../test/factories.ts";
import { aGuidesGmf } from "../../../test/guides-gmf.ts";
import type { GuidesGmf } from "../../../test/guides-gmf.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Cascade } from "../../domain/cascade.ts";
import type { OfferedPage } from "./citizen-search.ts";

/** The guide's fixture (§3.7): a GMF of two work groups and four relay teams, each professional with one opening of each type. */

const gmfNumber = "03-117";
let hub: TestHub;
let gmf: GuidesGmf;

beforeAll(async () => {
  hub = await createTestHub();
  gmf = await aGuidesGmf(hub);
  for (const { professionalId } of gmf.professionals)
    for (const [index, serviceType] of (["MF", "GMF", "GEN"] as const).entries()) {
      const hour = `2027-03-08T1${String(index)}`;
      const time = { startAt: `${hour}:00:00-05:00`, endAt: `${hour}:15:00-05:00` };
      await aSlot(hub, { ...gmf, professionalId }, { ...time, serviceType });
    }
});
afterAll(() => hub.close());

const everybody = () => gmf.professionals.map(({ displayName }) => displayName).sort();
const practiceNumberOf = (name: string) =>
  gmf.professionals.find(({ displayName }) => displayName === name)?.practiceNumber ?? "";

const patientOf = (name: string, fields: object = {}) =>
  aCitizen(hub, { registeredWith: { practiceNumber: practiceNumberOf(name), gmfNumber, ...fields } });

/** Who is offered, each once, and of what types. */
async function offered(citizen: ACitizen, cascade: Cascade): Promise<{ who: string[]; types: string[] }> {
  const asked = { cascade, ...(cascade === "3" ? { placeId: gmf.placeId } : {}) };
  const { status, body } = await searchAsCitizen(hub, citizen, asked);
  expect(status).toBe(200);
  const who = body.items.map(({ professionalName }) => professionalName ?? "");
  expect(new Set(who).size).toBe(who.length);
  return { who: who.sort(), types: [...new Set(body.items.map(({ serviceType }) => serviceType))] };
}

describe("the guide's fixture", () => {
  test.each([
    ["Médecin A", ["IPSPL A", "IPSPL D", "Résident A"], ["IPSPL C", "Médecin C", "Résident C"]],
    [
      "Médecin F",
      ["IPSPL A", "IPSPL B", "Médecin B", "Résident D"],
      ["IPSPL C", "Médecin A", "Résident A", "Résident B"],
    ],
  ] as const)("CASC-03, CASC-04, CASC-12, CASC-16 a patient of %s", async (name, first, second) => {
    const citizen = await patientOf(name);
    expect(await offered(citizen, "2.1")).toEqual({ who: first, types: ["GMF"] });
    expect(await offered(citizen, "2.2")).toEqual({ who: second, types: ["GMF"] });
    expect(await offered(citizen, "2.3")).toEqual({ who: everybody(), types: ["GMF"] });
    expect(await offered(citizen, "3")).toEqual({ who: everybody(), types: ["GEN"] });
  });

  test("CASC-02 whom a delegation assigns is the citizen's own, and relayed by that one's groups", async () => {
    const citizen = await patientOf("Médecin A", { delegatedPracticeNumber: practiceNumberOf("IPSPL B") });
    expect((await offered(citizen, "1")).who).toEqual(["IPSPL B"]);
    expect((await offered(citizen, "2.1")).who).toEqual(["IPSPL A", "IPSPL D", "Résident A"]);
  });

  test("CASC-01, CASC-08 each answer says where to go on", async () => {
    const citizen = await patientOf("Médecin A");
    const walked: (Cascade | null)[] = [];
    for (let cascade: Cascade | null = "1"; cascade !== null;) {
      const asked = { cascade, placeId: gmf.placeId };
      const answer: { body: OfferedPage } = await searchAsCitizen(hub, citizen, asked);
      walked.push(cascade);
      cascade = answer.body.nextCascade;
    }
    expect(walked).toEqual(["1", "2.1", "2.2", "2.3", "3"]);
  });

  test("CASC-10 a professional who is in teams alone: 1 is followed by 2.3, and the teams are refused", async () => {
    const citizen = await patientOf("IPSPL A");
    expect((await searchAsCitizen(hub, citizen, { cascade: "1" })).body.nextCascade).toBe("2.3");
    for (const cascade of ["2.1", "2.2"]) {
      const refused = await searchAsCitizen<ProblemBody>(hub, citizen, { cascade });
      expect([refused.status, refusalsOf(refused)]).toEqual([403, ["CASC-10 CASCADE_NOT_AVAILABLE /cascade"]]);
    }
  });

  test("CASC-11 the GMF's registration has ended: 1 is followed by 3", async () => {
    const citizen = await patientOf("Médecin A", { gmfEndDate: "2027-02-28" });
    expect((await searchAsCitizen(hub, citizen, { cascade: "1" })).body.nextCascade).toBe("3");
    const refused = await searchAsCitizen<ProblemBody>(hub, citizen, { cascade: "2.1" });
    expect(refusalsOf(refused)).toEqual(["CASC-11 CASCADE_NOT_AVAILABLE /cascade"]);
  });
});

test("CASC-09 a group without a second team: 2.1 is followed by 2.3", async () => {
  const other = await anEstablishment(hub, { isGmf: true, gmfNumber: "06-001" });
  const at = await aPlace(hub, other);
  const [own, relay] = [await aProfessional(hub, [at]), await aProfessional(hub, [at])];
  await aWorkGroup(hub, other, { members: [own], relayTeam1: [relay], relayTeam2: [] });
  const citizen = await aCitizen(hub, {
    registeredWith: { practiceNumber: own.practiceNumber, gmfNumber: "06-001" },
  });
  expect((await searchAsCitizen(hub, citizen, { cascade: "2.1" })).body.nextCascade).toBe("2.3");
  const refused = await searchAsCitizen<ProblemBody>(hub, citizen, { cascade: "2.2" });
  expect(refusalsOf(refused)).toEqual(["CASC-09 CASCADE_NOT_AVAILABLE /cascade"]);
});

describe("booking what a relay team offers", () => {
  const contact = { consultationReason: "regular", homePhone: "418-555-0192", communicationModes: ["phone"] };

  async function opening(citizen: ACitizen, cascade: Cascade) {
    const { body } = await searchAsCitizen(hub, citizen, { cascade });
    const [first] = body.items;
    if (first === undefined) throw new Error("nothing is offered");
    return { slotId: first.slotId, startAt: first.startAt };
  }

  test("CASC-03 in the cascade named, or in the first that offers it; the type is that of the link", async () => {
    for (const cascade of ["2.1", undefined] as const) {
      const citizen = await patientOf("Médecin A");
      const body = { ...(await opening(citizen, "2.1")), ...contact, ...(cascade === undefined ? {} : { cascade }) };
      const booked = await hub.request("POST", "/v1/citizen/appointments", { as: citizen.token, body });
      expect([booked.status, booked.body["appointmentType"]]).toEqual([201, "GMF"]);
    }
  });

  test("CASC-04 what the second team offers is not booked as the first team's, nor by another team's patient", async () => {
    const citizen = await patientOf("Médecin A");
    const found = await opening(citizen, "2.2");
    const book = (by: ACitizen, cascade: Cascade) =>
      hub.request<ProblemBody>("POST", "/v1/citizen/appointments", {
        as: by.token,
        body: { ...found, ...contact, cascade },
      });
    expect(refusalsOf(await book(citizen, "2.1"))).toEqual(["CASC-03 OPENING_NOT_AVAILABLE /startAt"]);
    const other = await patientOf("Médecin F");
    const ofOthers = await searchAsCitizen(hub, other, { cascade: "2.2" });
    if (!ofOthers.body.items.some(({ slotId }) => slotId === found.slotId))
      expect(refusalsOf(await book(other, "2.2"))).toEqual(["CASC-04 OPENING_NOT_AVAILABLE /startAt"]);
    expect((await book(citizen, "2.2")).status).toBe(201);
  });

  test("CASC-03 a citizen of another GMF is in nobody's relay", async () => {
    const found = await opening(await patientOf("Médecin A"), "2.1");
    const stranger = await aCitizen(hub, { registeredWith: { practiceNumber: "199999", gmfNumber: "16-300" } });
    const refused = await hub.request<ProblemBody>("POST", "/v1/citizen/appointments", {
      as: stranger.token,
      body: { ...found, ...contact, cascade: "2.1" },
    });
    expect(refusalsOf(refused)).toEqual(["CASC-03 OPENING_NOT_AVAILABLE /startAt"]);
  });
});
