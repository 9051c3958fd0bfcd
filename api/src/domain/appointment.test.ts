import { describe, expect, test } from "vitest";
import { aRegistration } from "../../test/a-registration.ts";
import {
  appointmentTypeOf,
  changedFields,
  checkActive,
  checkPastLimit,
  durationMinutesOf,
  hasNotes,
  isMinorOn,
  isPast,
  onlineAuthor,
} from "./appointment.ts";
import type { Appointment } from "./appointment.ts";

const zone = "America/Toronto";
const now = Date.parse("2027-03-31T10:00:00-04:00");

describe("past limit", () => {
  // 90 local days before 31 March 2027 is 31 December 2026, across the spring change.
  test.each([
    ["APPT-04 day −90 at its first minute", "2026-12-31T00:00:00-05:00", 90, true],
    ["APPT-04 the last minute of day −91", "2026-12-30T23:59:00-05:00", 90, false],
    ["APPT-01 yesterday", "2027-03-30T10:00:00-04:00", 90, true],
    ["APPT-01 any time to come", "2028-03-30T10:00:00-04:00", 90, true],
    ["APPT-02 day −91 with the extension", "2026-12-30T23:59:00-05:00", 365, true],
    ["APPT-02 day −365", "2026-03-31T00:00:00-04:00", 365, true],
    ["APPT-02 day −366", "2026-03-30T23:59:00-04:00", 365, false],
  ])("%s", (_title, startAt, days, accepted) => {
    const found = checkPastLimit(Date.parse(startAt), { now, zone, days });
    expect(found === undefined).toBe(accepted);
    if (found !== undefined)
      expect(found).toEqual({ rule: "APPT-01", code: "PAST_LIMIT_EXCEEDED", pointer: "/startAt", params: { days } });
  });

  test("APPT-04 the days are those of the place's zone", () => {
    // 23:30 of the 30th in Toronto is 00:30 of the 31st in the Îles-de-la-Madeleine.
    const startAt = Date.parse("2026-12-30T23:30:00-05:00");
    expect(checkPastLimit(startAt, { now, zone: "America/Halifax", days: 90 })).toBeUndefined();
    expect(checkPastLimit(startAt, { now, zone, days: 90 })).toBeDefined();
  });
});

describe("author", () => {
  const patient = { namIndex: "v1:a", firstName: "Alice", lastName: "Tremblay" };
  const author = { type: "citizen", id: "v1:a", label: "Alice Tremblay" };

  test("APPT-42 what a citizen makes is theirs, and no nurse's", () => {
    const made = onlineAuthor({ kind: "citizen", nam: "TREA80561502", namIndex: "v1:a" }, patient);
    expect(made).toEqual({ author, nurse: null });
  });

  test.each(["811", "redirection"] as const)("APPT-43 what a nurse of %s makes is the patient's too", (mention) => {
    const made = onlineAuthor({ kind: "nurse", nurseId: "nurse-1", name: "Nathalie Gagnon", mention }, patient);
    expect(made).toEqual({ author, nurse: { name: "Nathalie Gagnon", mention } });
  });
});

test("a start equal to now is not past", () => {
  expect([isPast(now - 1, now), isPast(now, now)]).toEqual([true, false]);
});

describe("type", () => {
  const today = "2027-03-01";
  const professional = { practiceNumber: "104217", gmfNumber: "03-117" };
  test.each([
    ["APPT-44 the patient's own professional", { practiceNumber: "104217", gmfNumber: "03-117" }, "MF"],
    ["APPT-44 whom a delegation assigns", { practiceNumber: "100001", delegatedPracticeNumber: "104217" }, "MF"],
    ["APPT-44 the physician who delegates", { practiceNumber: "104217", delegatedPracticeNumber: "810001" }, "MF"],
    ["APPT-44 on the last day of the relation", { practiceNumber: "104217", endDate: today }, "MF"],
    ["APPT-45 a patient of the same GMF", { practiceNumber: "100001", gmfNumber: "03-117" }, "GMF"],
    ["APPT-45 a patient of another GMF", { practiceNumber: "100001", gmfNumber: "06-001" }, "GEN"],
    ["APPT-45 a patient registered outside any GMF", { practiceNumber: "100001", gmfNumber: null }, "GEN"],
    ["APPT-45 the day after the relation's end", { practiceNumber: "104217", endDate: "2027-02-28" }, "GEN"],
    [
      "APPT-45 the day after the GMF's end",
      { practiceNumber: "100001", gmfNumber: "03-117", gmfEndDate: "2027-02-28" },
      "GEN",
    ],
  ])("%s", (_title, registration, expected) => {
    expect(appointmentTypeOf(aRegistration(registration), professional, today)).toBe(expected);
  });

  test("APPT-45 a patient registered with nobody", () => {
    expect(appointmentTypeOf(null, professional, today)).toBe("GEN");
    expect(appointmentTypeOf(null, { practiceNumber: null, gmfNumber: null }, today)).toBe("GEN");
  });

  test("APPT-45 a team is nobody's own professional, whether or not there is a delegation", () => {
    const team = { practiceNumber: null, gmfNumber: "03-117" };
    const registration = aRegistration({ practiceNumber: "100001", gmfNumber: "03-117" });
    expect(appointmentTypeOf(registration, team, today)).toBe("GMF");
    expect(appointmentTypeOf({ ...registration, delegatedPracticeNumber: "810001" }, team, today)).toBe("GMF");
  });

  test("APPT-45 two that are in no GMF are not in the same one", () => {
    const registration = aRegistration({ practiceNumber: "100001" });
    expect(appointmentTypeOf(registration, { practiceNumber: "104217", gmfNumber: null }, today)).toBe("GEN");
  });
});

test("a patient is a minor until the day before the 18th birthday", () => {
  expect([isMinorOn("2009-03-09", "2027-03-08"), isMinorOn("2009-03-09", "2027-03-09")]).toEqual([true, false]);
});

test.each([
  [null, null, false],
  ["", "", false],
  ["note", null, true],
  [null, "note", true],
])("APPT-35 notes %j and %j", (clinicNote, patientNote, expected) => {
  expect(hasNotes({ clinicNote, patientNote })).toBe(expected);
});

test("APPT-69 a cancelled appointment takes no change", () => {
  expect(checkActive({ status: "active" })).toBeUndefined();
  expect(checkActive({ status: "cancelled" })).toMatchObject({ rule: "APPT-69", code: "APPOINTMENT_CANCELLED" });
});

test("the log names what changed, the patient by one word and their contact by another", () => {
  const before = {
    startAt: 1,
    endAt: 2,
    attendance: "unconfirmed",
    firstName: "Alice",
    email: null,
    communicationModes: ["email"],
  };
  // Only the fields compared matter here.
  const change = (fields: object) =>
    changedFields(before as unknown as Appointment, { ...before, ...fields } as unknown as Appointment);
  expect(change({})).toEqual([]);
  expect(change({ firstName: "Alicia" })).toEqual(["patient"]);
  expect(change({ email: "a@example.org" })).toEqual(["contact"]);
  expect(change({ firstName: "Alicia", email: "a@example.org" })).toEqual(["contact", "patient"]);
  expect(change({ startAt: 3, endAt: 4, attendance: "present" })).toEqual(["attendance", "endAt", "startAt"]);
  expect(change({ communicationModes: ["email", "sms"] })).toEqual(["communicationModes"]);
});

test.each([
  ["patient", ["namIndex", "namMatched", "firstName", "lastName", "sex", "birthDate"]],
  ["contact", ["homePhone", "mobilePhone", "email"]],
])("the log says %s of %j", (name, fields) => {
  // Only the fields compared matter here.
  const before = {} as unknown as Appointment;
  for (const field of fields) expect(changedFields(before, { ...before, [field]: "other" })).toEqual([name]);
});

test("a duration is told in minutes", () => {
  expect(durationMinutesOf({ startAt: 60_000, endAt: 960_000 })).toBe(15);
});
