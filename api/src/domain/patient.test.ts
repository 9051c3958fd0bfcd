import { describe, expect, test } from "vitest";
import {
  checkContact,
  creationContact,
  decideIdentity,
  defaultModes,
  distinctModes,
  isReachable,
  isReplaced,
  modificationContact,
  moveContact,
  phonePattern,
  onlineCreationContact,
  registrationAt,
} from "./patient.ts";
import type { CommunicationMode, Contact } from "./patient.ts";

const alice = { firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15" } as const;
const given = { nam: false, today: "2027-03-01" };

describe("identity", () => {
  test("PAT-03 what is not sent is filled by RAMQ's match", () => {
    expect(decideIdentity({}, alice, { ...given, nam: true })).toMatchObject({ ok: true, value: alice });
  });

  test("PAT-07 what is sent wins over the match", () => {
    const decided = decideIdentity({ lastName: "Gagnon" }, alice, { ...given, nam: true });
    expect(decided).toMatchObject({ ok: true, value: { ...alice, lastName: "Gagnon" } });
  });

  test("PAT-05 without a match the four fields that are sent are enough", () => {
    expect(decideIdentity(alice, null, { ...given, nam: true })).toMatchObject({ ok: true, value: alice });
  });

  test.each([
    ["APPT-22 without a number", false, "APPT-22"],
    ["PAT-04 with a number that RAMQ does not know", true, "PAT-04"],
  ])("%s all four are asked for, each at its place", (_title, nam, rule) => {
    const decided = decideIdentity({ firstName: "  " }, null, { ...given, nam });
    expect(decided.ok ? [] : decided.violations).toEqual(
      ["firstName", "lastName", "sex", "birthDate"].map((field) => ({
        rule,
        code: "REQUIRED_FIELD",
        pointer: `/patient/${field}`,
      })),
    );
  });

  test.each([
    ["another", "alice", "bob", true],
    ["the same", "alice", "alice", false],
    ["a first", null, "bob", false],
    ["none any more", "alice", null, false],
    ["not said", "alice", undefined, false],
  ])("PAT-03, PAT-04 a number is replaced: by %s", (_title, namIndex, by, expected) => {
    expect(isReplaced(namIndex, by)).toBe(expected);
  });

  test.each(["F", "M"])("APPT-22 the sex is kept: %s", (sex) => {
    expect(decideIdentity({ ...alice, sex }, null, given)).toMatchObject({ ok: true, value: { sex } });
  });

  test("APPT-22 nobody is born tomorrow", () => {
    const decided = decideIdentity({ ...alice, birthDate: "2027-03-02" }, null, given);
    expect(decided).toMatchObject({
      ok: false,
      violations: [{ rule: "APPT-22", code: "OUT_OF_RANGE", pointer: "/patient/birthDate" }],
    });
    expect(decideIdentity({ ...alice, birthDate: "2027-03-01" }, null, given).ok).toBe(true);
  });
});

describe("contact", () => {
  const nobody = { homePhone: null, mobilePhone: null, email: null };
  const check = (
    fields: Partial<typeof nobody | Record<keyof typeof nobody, string>>,
    modes: readonly CommunicationMode[],
    isPast = false,
    rules = creationContact,
  ) =>
    checkContact({ ...nobody, ...fields, communicationModes: modes }, isPast, rules).map(
      ({ rule, pointer }) => `${rule} ${pointer}`,
    );
  const [home, mobile, email] = ["418-555-0192", "581-555-0103", "a@example.org"];

  test.each<[string, Parameters<typeof check>, string[]]>([
    ["APPT-23 no phone", [{ email }, ["email"]], ["APPT-23 /patient/homePhone"]],
    ["APPT-23 the home phone is enough", [{ homePhone: home, email }, ["email"]], []],
    ["APPT-23 the mobile is enough", [{ mobilePhone: mobile, email }, ["email"]], []],
    ["APPT-24 no phone for a past start", [{}, [], true], []],
    ["APPT-25 no mode", [{ homePhone: home }, []], ["APPT-25 /communicationModes"]],
    ["APPT-25 no mode for a past start", [{ homePhone: home }, [], true], []],
    ["APPT-27 e-mail without an address", [{ homePhone: home }, ["email"]], ["APPT-27 /patient/email"]],
    ["APPT-28 text messages without a mobile", [{ homePhone: home }, ["sms"]], ["APPT-28 /patient/mobilePhone"]],
    ["APPT-29 calls without a home phone", [{ mobilePhone: mobile }, ["phone"]], ["APPT-29 /patient/homePhone"]],
    ["APPT-29 a mode needs its number for a past start too", [{}, ["phone"], true], ["APPT-29 /patient/homePhone"]],
    [
      "APPT-30 several modes together",
      [{ homePhone: home, mobilePhone: mobile, email }, ["email", "sms", "phone"]],
      [],
    ],
    [
      "APPT-30 each mode is checked",
      [{ homePhone: home }, ["email", "sms", "phone"]],
      ["APPT-27 /patient/email", "APPT-28 /patient/mobilePhone"],
    ],
    [
      "APPT-61 a modification asks for both under its own rule",
      [{}, [], false, modificationContact],
      ["APPT-61 /patient/homePhone", "APPT-61 /communicationModes"],
    ],
    ["APPT-62 a modification of a past one asks for neither", [{}, [], true, modificationContact], []],
    [
      "MOVE-02 a move to the future names what is missing",
      [{}, [], false, moveContact],
      ["MOVE-02 /patient/homePhone", "MOVE-02 /communicationModes"],
    ],
  ])("%s", (_title, asked, expected) => {
    expect(check(...asked)).toEqual(expected);
  });

  test("APPT-30 each mode once, in one order", () => {
    expect(distinctModes(["phone", "email", "phone"])).toEqual(["email", "phone"]);
    expect(distinctModes([])).toEqual([]);
  });

  test("APPT-23, APPT-27, APPT-28 of an online booking as of a creation, where its flat body has it", () => {
    const nothing = { homePhone: null, mobilePhone: null, email: null, communicationModes: ["email", "sms"] } as const;
    expect(checkContact(nothing, false, onlineCreationContact)).toEqual([
      { rule: "APPT-23", code: "CONTACT_REQUIRED", pointer: "/homePhone" },
      { rule: "APPT-27", code: "CONTACT_REQUIRED", pointer: "/email" },
      { rule: "APPT-28", code: "CONTACT_REQUIRED", pointer: "/mobilePhone" },
    ]);
  });

  test("APPT-26 e-mail alone unless the start is past", () => {
    expect([defaultModes(false), defaultModes(true)]).toEqual([["email"], []]);
  });
});

describe("registration", () => {
  const professionalId = "pro_a";
  const nobody = { professionalId: null, delegatedProfessionalId: null };
  const physician = { ...nobody, professionalId };
  const delegate = { ...nobody, delegatedProfessionalId: "pro_2" };
  const gmf = { gmfNumber: "03-117" };
  const noGmf = { gmfNumber: null };
  const place = { placeNumber: "55231", placeEndDate: "2027-04-30" };
  const noPlace = { placeNumber: null, placeEndDate: null };
  const ends = { endDate: "2027-06-30", gmfEndDate: "2027-05-31", ...place };
  const noEnds = { endDate: null, gmfEndDate: null, ...noPlace };
  test.each<[string, Parameters<typeof registrationAt>, ReturnType<typeof registrationAt>]>([
    ["PAT-16 with nobody", [null, gmf, physician], null],
    [
      "PAT-16 with a professional of this clinic",
      [{ ...noGmf, ...noEnds }, noGmf, physician],
      { ...physician, inGmf: false, ...noEnds },
    ],
    [
      "PAT-16 with a professional of this GMF, and its ends",
      [{ ...gmf, ...ends }, gmf, physician],
      { ...physician, inGmf: true, ...ends },
    ],
    [
      "PAT-16 with somebody whom a delegation assigns",
      [{ ...noGmf, ...noEnds }, noGmf, delegate],
      { ...delegate, inGmf: false, ...noEnds },
    ],
    [
      "PAT-16 the place is that of the physician elsewhere: not the clinic's to know",
      [{ ...noGmf, ...noEnds, ...place }, noGmf, delegate],
      { ...delegate, inGmf: false, ...noEnds },
    ],
    [
      "PAT-16 no place, no end of it",
      [{ ...noGmf, ...noEnds, placeEndDate: "2027-04-30" }, noGmf, physician],
      { ...physician, inGmf: false, ...noEnds },
    ],
    [
      "PAT-16 with both, of whom one has delegated to the other",
      [{ ...noGmf, ...noEnds }, noGmf, { ...physician, ...delegate, professionalId }],
      { professionalId, delegatedProfessionalId: "pro_2", inGmf: false, ...noEnds },
    ],
    [
      "PAT-16 in this GMF, with somebody else, and its ends",
      [{ ...gmf, ...ends }, gmf, nobody],
      { ...nobody, inGmf: true, ...ends },
    ],
    [
      "PAT-16 with a professional of this clinic, in another GMF, whose end is not the clinic's to know",
      [{ gmfNumber: "06-001", ...ends }, gmf, physician],
      { ...physician, inGmf: false, endDate: "2027-06-30", gmfEndDate: null, ...place },
    ],
    ["PAT-16 in another GMF: not the clinic's to know", [{ gmfNumber: "06-001", ...ends }, gmf, nobody], null],
    ["PAT-16 outside any GMF, with somebody else", [{ ...noGmf, ...ends }, gmf, nobody], null],
    ["PAT-16 two that are in no GMF are not in the same one", [{ ...noGmf, ...ends }, noGmf, nobody], null],
  ])("%s", (_title, asked, expected) => {
    expect(registrationAt(...asked)).toEqual(expected);
  });
});

test.each([
  ["418-555-0192", true],
  ["(418) 555-0192", true],
  ["+1 418 555 0192", true],
  ["418.555.0192 poste 12", true],
  ["418-555-0192 x123", true],
  ["4185550192", true],
  ["1 418 555 0192", true],
  ["+1 (418) 555 - 0192", true],
  ["1. 418.555.0192", true],
  ["14185550192", true],
  ["418-555-0192x12", true],
  ["418-555-0192,; ext. 12", true],
  ["418-555-0192 ext 12", true],
  ["418-555-0192 EXT12", true],
  ["418-555-0192 POSTE 123456", true],
  ["418-555-0192 poste 1234567", false],
  ["418-555-0192 poste", false],
  ["tel 418-555-0192", false],
  ["418-555-0192 or 0193", false],
  ["555-0192", false],
  ["418-555-019A", false],
  ["a@example.org", false],
])("a North American number: %s", (text, expected) => {
  expect(phonePattern.test(text)).toBe(expected);
});

describe("whom a message reaches", () => {
  const nothing: Contact = { homePhone: null, mobilePhone: null, email: null, communicationModes: [] };
  const all = { homePhone: "418-555-0192", mobilePhone: "418-555-0142", email: "a@example.org" };
  test.each<[title: string, contact: Partial<Contact>, reachable: boolean]>([
    ["CLOSE-12 no mode", all, false],
    ["CLOSE-12 e-mail with an address", { email: all.email, communicationModes: ["email"] }, true],
    ["CLOSE-12 e-mail without one", { ...all, email: null, communicationModes: ["email"] }, false],
    ["CLOSE-12 text messages with a mobile phone", { mobilePhone: all.mobilePhone, communicationModes: ["sms"] }, true],
    ["CLOSE-12 text messages without one", { ...all, mobilePhone: null, communicationModes: ["sms"] }, false],
    ["CLOSE-12 calls with a home phone", { homePhone: all.homePhone, communicationModes: ["phone"] }, true],
    ["CLOSE-12 calls without one", { ...all, homePhone: null, communicationModes: ["phone"] }, false],
    ["CLOSE-12 one mode of two", { email: all.email, communicationModes: ["sms", "email"] }, true],
  ])("%s", (_title, contact, reachable) => {
    expect(isReachable({ ...nothing, ...contact })).toBe(reachable);
  });
});
