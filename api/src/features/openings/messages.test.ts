import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic, aPlace } from "../../../test/factories.ts";
import type { ACitizen } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ShownMessageBody } from "../message-customisations/schema.ts";
import type { OfferedOpening } from "./schema.ts";

/** COMM-13: what clinics say beside the results of a citizen's search. */

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

type Page = { items: OfferedOpening[]; messages: ShownMessageBody[]; nextCursor: string | null };

async function search(citizen: ACitizen, query: object, language = "fr"): Promise<Page> {
  const answer = await searchAsCitizen<Page>(hub, citizen, query, { "accept-language": language });
  expect(answer.status).toBe(200);
  return answer.body;
}

/** A clinic whose physician offers MF, GMF and GEN openings, and a patient of that physician. */
async function aClinicWithPatient(isGmf: boolean) {
  const gmfNumber = isGmf ? `04-${String(hub.count())}` : null;
  const clinic = await aClinic(hub, {
    establishment: { isGmf, gmfNumber },
    place: { displayMode: "byClientele" },
  });
  for (const [hour, serviceType] of [
    ["09", "MF"],
    ["10", "GMF"],
    ["11", "GEN"],
  ] as const)
    await aSlot(hub, clinic, {
      startAt: `2027-03-08T${hour}:00:00-05:00`,
      endAt: `2027-03-08T${hour}:30:00-05:00`,
      serviceType,
    });
  const { practiceNumber } = clinic.professional;
  const patient = await aCitizen(hub, { registeredWith: { practiceNumber, gmfNumber } });
  const write = async (type: string, scope: string, body: object, language = "fr") => {
    const path = `/v1/message-customisations/${type}/${scope}/${language}`;
    expect((await hub.request("PUT", path, { as: clinic.admin.token, body })).status).toBe(200);
  };
  return { ...clinic, patient, write };
}

const saidIn = ({ messages }: Page) => messages.map(({ type, source, text }) => [type, source, text]);

describe("whose message", () => {
  test("MSG-06 COMM-13 with one's own professional in a GMF: RAMQ's message, in the language asked for", async () => {
    const { patient, placeId } = await aClinicWithPatient(true);
    const french = await search(patient, { cascade: "1" });
    expect(french.items.length).toBeGreaterThan(0);
    expect(french.messages).toMatchObject([
      { placeId, type: "ownProfessionalInGmf", language: "fr", source: "default" },
    ]);
    expect(french.messages[0]?.html).toBe(`<p>${french.messages[0]?.text ?? ""}</p>`);
    const english = await search(patient, { cascade: "1" }, "en-CA");
    expect(english.messages[0]).toMatchObject({ language: "en", source: "default" });
    expect(english.messages[0]?.text).toMatch(/family medicine group/);
  });

  test("MSG-07 outside a GMF, the other one", async () => {
    const { patient } = await aClinicWithPatient(false);
    expect((await search(patient, { cascade: "1" })).messages.map(({ type }) => type)).toEqual([
      "ownProfessionalOutsideGmf",
    ]);
  });

  test("MSG-06, MSG-07 it is the patient who is of a GMF, not the place", async () => {
    const { professional } = await aClinicWithPatient(true);
    const { practiceNumber } = professional;
    const left = await aCitizen(hub, {
      registeredWith: { practiceNumber, gmfNumber: "03-117", gmfEndDate: "2027-02-28" },
    });
    expect((await search(left, { cascade: "1" })).messages.map(({ type }) => type)).toEqual([
      "ownProfessionalOutsideGmf",
    ]);
  });

  test("MSG-08 of the GMF's professionals, theirs; cascade 3 has none", async () => {
    const { patient, placeId } = await aClinicWithPatient(true);
    expect((await search(patient, { cascade: "2.3" })).messages.map(({ type }) => type)).toEqual(["gmfProfessionals"]);
    const everybody = await search(patient, { cascade: "3", placeId });
    expect([everybody.items.length > 0, everybody.messages]).toEqual([true, []]);
  });

  test("COMM-13 without results there is nothing to say beside them", async () => {
    const { patient } = await aClinicWithPatient(true);
    const none = await search(patient, { cascade: "1", from: "2027-05-01T00:00:00-04:00" });
    expect([none.items, none.messages]).toEqual([[], []]);
  });
});

describe("which words", () => {
  test("COMM-11 COMM-12 MSG-11 the establishment's replaces RAMQ's, the place's replaces both", async () => {
    const { patient, placeId, write } = await aClinicWithPatient(true);
    const type = "ownProfessionalInGmf";
    await write(type, "establishment", { option: "custom", body: "<p>De <b>tous</b></p>" });
    expect((await search(patient, { cascade: "1" })).messages).toEqual([
      { placeId, type, language: "fr", html: "<p>De <b>tous</b></p>", text: "De tous", source: "establishment" },
    ]);
    await write(type, placeId, { option: "custom", body: "D'ici" });
    expect(saidIn(await search(patient, { cascade: "1" }))).toEqual([[type, "place", "D'ici"]]);
  });

  test("COMM-12 a place that keeps RAMQ's words has them, whatever its establishment says", async () => {
    const { patient, placeId, write } = await aClinicWithPatient(true);
    await write("ownProfessionalInGmf", "establishment", { option: "custom", body: "De tous" });
    await write("ownProfessionalInGmf", placeId, { option: "default" });
    expect((await search(patient, { cascade: "1" })).messages.map(({ source }) => source)).toEqual(["default"]);
  });

  test("COMM-07 MSG-14 what is written in French is not for who reads English", async () => {
    const { patient, write } = await aClinicWithPatient(true);
    await write("gmfProfessionals", "establishment", { option: "custom", body: "En français" });
    expect((await search(patient, { cascade: "2.3" }, "en")).messages[0]).toMatchObject({ source: "default" });
    await write("gmfProfessionals", "establishment", { option: "custom", body: "In English" }, "en");
    expect(saidIn(await search(patient, { cascade: "2.3" }, "en"))).toEqual([
      ["gmfProfessionals", "establishment", "In English"],
    ]);
    expect(saidIn(await search(patient, { cascade: "2.3" }))).toEqual([
      ["gmfProfessionals", "establishment", "En français"],
    ]);
  });

  test("MSG-10 each place of the page has its own; another type's and another establishment's count for nothing", async () => {
    const clinic = await aClinicWithPatient(true);
    const { patient, placeId, establishmentId, professionalId, write } = clinic;
    const second = await aPlace(hub, { establishmentId }, { displayMode: "byClientele" });
    await hub.write(
      [establishmentId],
      (tx) => tx.sql`INSERT INTO professional_place VALUES (${establishmentId}, ${professionalId}, ${second.placeId})`,
    );
    await aSlot(
      hub,
      { ...clinic, placeId: second.placeId },
      {
        startAt: "2027-03-09T09:00:00-05:00",
        endAt: "2027-03-09T09:30:00-05:00",
        serviceType: "MF",
      },
    );
    await write("ownProfessionalInGmf", second.placeId, { option: "custom", body: "Du second" });
    await write("gmfProfessionals", placeId, { option: "custom", body: "D'un autre type" });
    const elsewhere = await aClinicWithPatient(true);
    await elsewhere.write("ownProfessionalInGmf", "establishment", { option: "custom", body: "D'ailleurs" });
    const byPlace = ({ messages }: Page) => Object.fromEntries(messages.map((each) => [each.placeId, each.source]));
    expect(byPlace(await search(patient, { cascade: "1" }))).toEqual({
      [placeId]: "default",
      [second.placeId]: "place",
    });
    expect(byPlace(await search(patient, { cascade: "1", limit: "1" }))).toEqual({ [placeId]: "default" });
  });
});
