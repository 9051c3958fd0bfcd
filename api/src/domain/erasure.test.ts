import { describe, expect, test } from "vitest";
import type { Appointment } from "./appointment.ts";
import { erased, eraseAt, withoutErased } from "./erasure.ts";

const at = (text: string) => Date.parse(text);
const child = {
  startAt: at("2027-03-08T09:00:00-05:00"),
  birthDate: "2015-06-15",
  consultationReason: "regular",
  patientNote: "Douleur",
} as const;

describe("when", () => {
  test.each<[string, Partial<Parameters<typeof eraseAt>[0]>, Parameters<typeof eraseAt>[1], string | null]>([
    ["APPT-36 the next local day", {}, "America/Toronto", "2027-03-09T00:00:00-05:00"],
    ["APPT-36 at the place's midnight", {}, "America/Halifax", "2027-03-09T00:00:00-04:00"],
    [
      "APPT-36 of an evening that is the next day elsewhere",
      { startAt: at("2027-03-08T23:30:00-05:00") },
      "America/Toronto",
      "2027-03-09T00:00:00-05:00",
    ],
    [
      "APPT-36 of the same evening, where it is the next day",
      { startAt: at("2027-03-08T23:30:00-05:00") },
      "America/Halifax",
      "2027-03-10T00:00:00-04:00",
    ],
    [
      "APPT-36 on the day of the spring change",
      { startAt: at("2027-03-14T09:00:00-04:00") },
      "America/Toronto",
      "2027-03-15T00:00:00-04:00",
    ],
    ["APPT-36 with a reason only", { patientNote: null }, "America/Toronto", "2027-03-09T00:00:00-05:00"],
    ["APPT-36 with a note only", { consultationReason: null }, "America/Toronto", "2027-03-09T00:00:00-05:00"],
    ["APPT-36 nothing to erase", { consultationReason: null, patientNote: null }, "America/Toronto", null],
    [
      "APPT-36 a minor on the appointment's date, of age on the next",
      { birthDate: "2009-03-09" },
      "America/Toronto",
      "2027-03-09T00:00:00-05:00",
    ],
    ["APPT-38 of age on the appointment's date", { birthDate: "2009-03-08" }, "America/Toronto", null],
    ["APPT-38 an adult", { birthDate: "1980-06-15" }, "America/Toronto", null],
    [
      "APPT-37 after a move, the new date",
      { startAt: at("2027-04-20T09:00:00-04:00") },
      "America/Toronto",
      "2027-04-21T00:00:00-04:00",
    ],
    [
      "APPT-38 moved beyond the birthday",
      { birthDate: "2009-04-20", startAt: at("2027-04-20T09:00:00-04:00") },
      "America/Toronto",
      null,
    ],
  ])("%s", (_title, fields, zone, expected) => {
    expect(eraseAt({ ...child, ...fields }, zone)).toBe(expected === null ? null : at(expected));
  });
});

test("APPT-37 reason and patient's note, and nothing else", () => {
  const of = { ...child, clinicNote: "Vaccin", version: 3 };
  expect(erased(of)).toEqual({ ...of, consultationReason: null, patientNote: null });
});

describe("for good", () => {
  // Only the fields that are looked at matter here.
  const after = { ...child, clinicNote: "Vaccin" } as unknown as Appointment;
  const due = { now: at("2027-03-09T00:00:00-05:00"), zone: "America/Toronto" } as const;

  test("APPT-36 what comes when it is due is not written; until then it is", () => {
    expect(withoutErased(after, null, due)).toEqual({ ...after, consultationReason: null, patientNote: null });
    expect(withoutErased(after, null, { ...due, now: due.now - 1 })).toEqual(after);
  });

  test("APPT-36 what was there before waits for the erasure, what is new does not come beside it", () => {
    expect(withoutErased(after, child, due)).toEqual(after);
    const other = { ...after, consultationReason: "priority" } as const;
    expect(withoutErased(other, child, due)).toEqual({ ...other, consultationReason: null });
    expect(withoutErased({ ...after, patientNote: "Autre" }, child, due)).toEqual({ ...after, patientNote: null });
  });

  test("APPT-38 an adult's is written whenever it comes", () => {
    const adult = { ...after, birthDate: "1980-06-15" };
    expect(withoutErased(adult, null, due)).toEqual(adult);
  });
});
