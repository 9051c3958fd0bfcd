import { describe, expect, test } from "vitest";
import {
  clinicSection,
  decideMessage,
  defaultMessage,
  emailSubjects,
  everyPlace,
  messageShown,
  messageTypeOf,
  messageTypes,
  refuseEmailFields,
} from "./customisation.ts";
import type { WrittenMessage } from "./customisation.ts";
import { cascades } from "./cascade.ts";

const said = (text: string) => ({ html: `<p>${text}</p>`, text });
const languages = ["fr", "en"] as const;

describe("e-mails", () => {
  test("COMM-04 the subjects are the six kinds of message (NOTIF-01)", () => {
    expect(emailSubjects).toEqual([
      "confirmation",
      "reminder",
      "cancellation",
      "modification",
      "contactDetailsChange",
      "noShow",
    ]);
  });

  test.each([
    [[], []],
    [["placeId"], ["COMM-03 UNKNOWN_FIELD /placeId"]],
    [["subject"], ["CONTRACT UNKNOWN_FIELD /subject"]],
    [["a/b~c"], ["CONTRACT UNKNOWN_FIELD /a~1b~0c"]],
    [
      ["x".repeat(70), "placeId"],
      [`CONTRACT UNKNOWN_FIELD /${"x".repeat(64)}`, "COMM-03 UNKNOWN_FIELD /placeId"],
    ],
  ])("COMM-03 beside its body nothing can be said, a place least of all: %j", (fields, expected) => {
    expect(refuseEmailFields(fields).map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)).toEqual(expected);
  });

  const written = [
    { subject: "confirmation", language: "fr", ...said("Apportez votre carte.") },
    { subject: "reminder", language: "fr", ...said("À demain.") },
    { subject: "confirmation", language: "en", ...said("Bring your card.") },
    { subject: "noShow", language: "fr", html: "", text: "" },
  ] as const;

  test("COMM-04 each subject and language has its own text, under a heading of the clinic's", () => {
    expect(clinicSection("confirmation", "fr", written)).toEqual({
      html: '<section lang="fr"><h2>Message de la clinique</h2><p>Apportez votre carte.</p></section>',
      text: "Message de la clinique\n\nApportez votre carte.",
    });
    expect(clinicSection("reminder", "fr", written)?.text).toBe("Message de la clinique\n\nÀ demain.");
    expect(clinicSection("confirmation", "en", written)).toEqual({
      html: '<section lang="en"><h2>Message from the clinic</h2><p>Bring your card.</p></section>',
      text: "Message from the clinic\n\nBring your card.",
    });
  });

  test("COMM-05 without a text, or with an empty one, there is no section", () => {
    expect(clinicSection("cancellation", "fr", written)).toBeNull();
    expect(clinicSection("noShow", "fr", written)).toBeNull();
    expect(clinicSection("confirmation", "fr", [])).toBeNull();
  });

  test("COMM-07 a text in French is not for patients who read English", () => {
    expect(clinicSection("reminder", "en", written)).toBeNull();
  });
});

describe("messages beside results", () => {
  test.each([
    ["custom", said("Ici."), { option: "custom", body: said("Ici.") }],
    ["default", null, { option: "default", body: null }],
    ["custom", null, "COMM-11 REQUIRED_FIELD /body"],
    ["custom", { html: "<p></p>", text: "" }, "COMM-11 REQUIRED_FIELD /body"],
    ["default", said("Ici."), "COMM-11 INVALID_REQUEST /body"],
    ["default", { html: "", text: "" }, "COMM-11 INVALID_REQUEST /body"],
  ] as const)("COMM-11 a body if and only if custom: %s %j", (option, body, expected) => {
    const decision = decideMessage(option, body);
    const [first] = decision.ok ? [] : decision.violations;
    expect(decision.ok ? decision.value : `${first?.rule ?? ""} ${first?.code ?? ""} ${first?.pointer ?? ""}`).toEqual(
      expected,
    );
  });

  test.each([
    ["MSG-06", "1", "03-117", "ownProfessionalInGmf"],
    ["MSG-07", "1", null, "ownProfessionalOutsideGmf"],
    ["MSG-08", "2.3", "03-117", "gmfProfessionals"],
    ["COMM-13", "3", "03-117", null],
    ["COMM-13", "3", null, null],
  ] as const)("%s cascade %s, GMF %s: %s", (_, cascade, gmfNumber, expected) => {
    expect(messageTypeOf(cascade, { gmfNumber })).toBe(expected);
  });

  test("MSG-08 every cascade of the group has the message of its professionals", () => {
    for (const cascade of cascades.filter((each) => each.startsWith("2")))
      expect(messageTypeOf(cascade, { gmfNumber: "03-117" })).toBe("gmfProfessionals");
  });

  test("COMM-10 a scope that is no place is the establishment", () => {
    expect(everyPlace).toBe("establishment");
  });

  const base = { establishmentId: "est", type: "gmfProfessionals", language: "fr", option: "custom" } as const;
  const wanted = { establishmentId: "est", placeId: "plc", type: "gmfProfessionals", language: "fr" } as const;
  const ofPlace: WrittenMessage = { ...base, scope: "plc", body: said("du lieu") };
  const ofAll: WrittenMessage = { ...base, scope: everyPlace, body: said("de l'entreprise") };
  const fromDefault = defaultMessage("gmfProfessionals", "fr");

  test.each([
    ["COMM-12 the place's before the establishment's", [ofAll, ofPlace], { ...said("du lieu"), source: "place" }],
    ["COMM-12 the establishment's without one", [ofAll], { ...said("de l'entreprise"), source: "establishment" }],
    ["MSG-11 RAMQ's without either", [], fromDefault],
    [
      "COMM-11 a place that keeps RAMQ's has it, whatever its establishment says",
      [ofAll, { ...ofPlace, option: "default", body: null }],
      fromDefault,
    ],
    ["COMM-11 an establishment that keeps RAMQ's", [{ ...ofAll, option: "default", body: null }], fromDefault],
    ["MSG-10 another place's", [{ ...ofPlace, scope: "plc2" }], fromDefault],
    ["MSG-10 another establishment's", [{ ...ofAll, establishmentId: "est2" }], fromDefault],
    ["MSG-10 of another type", [{ ...ofAll, type: "ownProfessionalInGmf" }], fromDefault],
    ["COMM-07 in the other language", [{ ...ofAll, language: "en" }], fromDefault],
  ] as [string, WrittenMessage[], object][])("%s", (_, written, expected) => {
    expect(messageShown(wanted, written)).toEqual(expected);
  });

  test("COMM-12 for the establishment as a whole, its own", () => {
    expect(messageShown({ ...wanted, placeId: null }, [ofPlace, ofAll]).source).toBe("establishment");
    expect(messageShown({ ...wanted, placeId: null }, [ofPlace])).toEqual(fromDefault);
  });

  test("MSG-14 RAMQ's message of every type is there in French and English, each unlike the others", () => {
    const all = messageTypes.flatMap((type) => languages.map((language) => defaultMessage(type, language)));
    expect(new Set(all.map(({ text }) => text)).size).toBe(6);
    for (const { html, text, source } of all) {
      expect(html).toBe(`<p>${text}</p>`);
      expect(source).toBe("default");
      expect(text).not.toMatch(/[<>&"]/);
    }
  });

  test.each([
    ["MSG-06", "ownProfessionalInGmf", "fr", /groupe de médecine de famille/],
    ["MSG-06", "ownProfessionalInGmf", "en", /family medicine group/],
    ["MSG-07", "ownProfessionalOutsideGmf", "fr", /votre professionnel .*sa clinique/],
    ["MSG-07", "ownProfessionalOutsideGmf", "en", /your health professional.*their clinic/],
    ["MSG-08", "gmfProfessionals", "fr", /professionnels de la santé de la clinique/],
    ["MSG-08", "gmfProfessionals", "en", /clinic’s health professionals/],
  ] as const)("%s %s, %s: some may not be shown, one may phone", (_, type, language, whose) => {
    const { text } = defaultMessage(type, language);
    expect(text).toMatch(whose);
    expect(text).toMatch(
      language === "fr" ? /pourraient ne pas être affichées.*téléphonez/ : /may not be shown.*phone/,
    );
  });
});
