import { describe, expect, test } from "vitest";
import { attendanceAfterMove, attendances, defaultAttendance } from "./attendance.ts";
import { decideMove, overlapWarnings } from "./move.ts";

const now = Date.parse("2027-03-31T10:00:00-04:00");
const facts = {
  now,
  fromZone: "America/Toronto",
  toZone: "America/Toronto",
  pastLimitDays: 90,
  takesContact: true,
} as const;
const reachable = {
  homePhone: "418-555-0192",
  mobilePhone: null,
  email: "a@example.org",
  communicationModes: ["email"],
} as const;
const unreachable = { homePhone: null, mobilePhone: null, email: null, communicationModes: [] } as const;
const [past, longAgo, future] = ["2027-03-30T10:00:00-04:00", "2026-12-30T10:00:00-05:00", "2027-04-01T10:00:00-04:00"];

function move(from: string, to: string, contact: typeof reachable | typeof unreachable = reachable) {
  const decided = decideMove(
    { startAt: Date.parse(from), attendance: "absent" },
    { startAt: Date.parse(to) },
    contact,
    facts,
  );
  return decided.ok ? decided.value : decided.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

describe("past and future", () => {
  test.each([
    ["MOVE-01, ATT-07 past to past keeps attendance", past, "2027-03-29T10:00:00-04:00", "absent"],
    ["MOVE-01, ATT-06 past to future forgets it", past, future, "unconfirmed"],
    ["ATT-07 future to future keeps it", future, "2027-04-02T10:00:00-04:00", "absent"],
    ["MOVE-03 future to past", future, past, ["MOVE-03 FUTURE_TO_PAST_MOVE /startAt"]],
    [
      "MOVE-03 a start that is now is still future",
      "2027-03-31T10:00:00-04:00",
      past,
      ["MOVE-03 FUTURE_TO_PAST_MOVE /startAt"],
    ],
    ["MOVE-01 from before the limit", longAgo, future, ["MOVE-01 PAST_LIMIT_EXCEEDED "]],
    ["MOVE-01 to before the limit", past, longAgo, ["MOVE-01 PAST_LIMIT_EXCEEDED /startAt"]],
  ])("%s", (_title, from, to, expected) => {
    expect(move(from, to)).toEqual(expected);
  });

  test("MOVE-02 past to future needs a phone and a mode, and names what is missing", () => {
    expect(move(past, future, unreachable)).toEqual([
      "MOVE-02 CONTACT_REQUIRED /patient/homePhone",
      "MOVE-02 CONTACT_REQUIRED /communicationModes",
    ]);
    expect(move(past, "2027-03-29T10:00:00-04:00", unreachable)).toBe("absent");
  });

  test.each([
    [true, undefined],
    [false, { savedBy: "appointments.update" }],
  ])("MOVE-02 where contact is saved is said to whom cannot bring it along: %s", (takesContact, params) => {
    const times = [{ startAt: Date.parse(past), attendance: "absent" }, { startAt: Date.parse(future) }] as const;
    const decided = decideMove(...times, unreachable, { ...facts, takesContact });
    expect(!decided.ok && decided.violations.map((each) => each.params)).toEqual([params, params]);
  });

  test("APPT-61 future to future needs them too", () => {
    expect(move(future, "2027-04-02T10:00:00-04:00", unreachable)).toEqual([
      "APPT-61 CONTACT_REQUIRED /patient/homePhone",
      "APPT-61 CONTACT_REQUIRED /communicationModes",
    ]);
  });
});

test("MOVE-06 a time that is reserved is a warning", () => {
  expect(overlapWarnings([])).toEqual([]);
  expect(overlapWarnings([{ appointmentId: "apt_1" }])).toEqual([
    { rule: "MOVE-06", code: "OVERLAPS_APPOINTMENT", pointer: "/startAt" },
  ]);
});

test("ATT-01, ATT-02 three values, and nobody has come before they have", () => {
  expect([attendances, defaultAttendance]).toEqual([["unconfirmed", "present", "absent"], "unconfirmed"]);
});

test.each(attendances)("ATT-06, ATT-07 %s", (attendance) => {
  expect(attendanceAfterMove(attendance, { fromPast: true, toPast: false })).toBe("unconfirmed");
  expect(attendanceAfterMove(attendance, { fromPast: true, toPast: true })).toBe(attendance);
  expect(attendanceAfterMove(attendance, { fromPast: false, toPast: false })).toBe(attendance);
});
