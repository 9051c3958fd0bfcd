import { describe, expect, test } from "vitest";
import type { Appointment } from "./appointment.ts";
import { decideContactUpdate, notContact, refuseNotContact } from "./contact-update.ts";
import type { ContactUpdate } from "./contact-update.ts";

const startAt = Date.parse("2027-03-08T14:00:00Z");
const clinic = { name: "Clinique du Port", phone: "418-555-0142" };
const facts = { now: startAt - 3_600_000, clinic };
// Only the fields that are looked at matter here.
const before = {
  status: "active",
  startAt,
  homePhone: "418-555-0192",
  mobilePhone: null,
  email: "a@example.org",
  communicationModes: ["email"],
  communicationLanguage: "fr",
  lastName: "Tremblay",
  version: 3,
} as unknown as Appointment;

describe("an update", () => {
  test.each<[string, ContactUpdate]>([
    ["PAT-11 a phone", { mobilePhone: "581-555-0103" }],
    ["PAT-11 an address", { email: "b@example.org" }],
    ["PAT-11 a phone in the place of another", { homePhone: null, mobilePhone: "581-555-0103" }],
    ["PAT-11 the language", { communicationLanguage: "en" }],
    ["PAT-11 another mode, and no address", { communicationModes: ["phone"], email: null }],
    ["PAT-11 nothing at all", {}],
  ])("%s: what is not sent stays", (_title, sent) => {
    const decided = decideContactUpdate(before, sent, facts);
    expect(decided).toMatchObject({ ok: true, value: { ...before, ...sent, version: 4 } });
  });

  test.each<[string, ContactUpdate, string[]]>([
    ["PAT-13 e-mail without an address", { email: null }, ["PAT-13 /email"]],
    ["PAT-13 text messages without a mobile", { communicationModes: ["sms"] }, ["PAT-13 /mobilePhone"]],
    [
      "PAT-13 calls without a home phone",
      { communicationModes: ["phone"], homePhone: null, mobilePhone: "581-555-0103" },
      ["PAT-13 /homePhone"],
    ],
    ["APPT-61 the only phone taken away", { homePhone: null }, ["APPT-61 /homePhone"]],
    ["APPT-61 no mode left", { communicationModes: [] }, ["APPT-61 /communicationModes"]],
  ])("%s", (_title, sent, expected) => {
    const decided = decideContactUpdate(before, sent, facts);
    const found = decided.ok ? [] : decided.violations;
    expect(found.map(({ code }) => code)).toEqual(expected.map(() => "CONTACT_REQUIRED"));
    expect(found.map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual(expected);
  });

  test("PAT-11 until the start itself; then the clinic is to be contacted", () => {
    expect(decideContactUpdate(before, {}, { now: startAt, clinic }).ok).toBe(true);
    expect(decideContactUpdate(before, {}, { now: startAt + 1, clinic })).toEqual({
      ok: false,
      violations: [
        {
          rule: "PAT-11",
          code: "ONLINE_ACTION_UNAVAILABLE",
          pointer: "/referenceNumber",
          params: { clinic: "Clinique du Port", phone: "418-555-0142" },
        },
      ],
    });
  });

  test("APPT-69 of a cancelled one nothing changes", () => {
    expect(decideContactUpdate({ ...before, status: "cancelled" }, {}, facts)).toMatchObject({
      ok: false,
      violations: [{ rule: "APPT-69", code: "APPOINTMENT_CANCELLED" }],
    });
  });
});

test("PAT-14 identity, time, place and professional are named, each at its place", () => {
  expect(refuseNotContact({})).toEqual([]);
  expect(refuseNotContact(Object.fromEntries(notContact.map((field) => [field, null])))).toEqual(
    ["firstName", "lastName", "sex", "birthDate", "startAt", "endAt", "date", "startTime", "durationMinutes"]
      .concat(["slotId", "placeId", "place", "professionalId", "professionalName"])
      .map((field) => ({ rule: "PAT-14", code: "FIELD_NOT_EDITABLE", pointer: `/${field}` })),
  );
});

test("ATT-09 attendance is not the patient's to say, whatever it would be", () => {
  const refused = { rule: "ATT-09", code: "FORBIDDEN", pointer: "/attendance" };
  for (const attendance of ["present", null]) expect(refuseNotContact({ attendance })).toEqual([refused]);
  expect(refuseNotContact({ attendance: "present", lastName: "Roy" })).toEqual([
    { rule: "PAT-14", code: "FIELD_NOT_EDITABLE", pointer: "/lastName" },
    refused,
  ]);
});
