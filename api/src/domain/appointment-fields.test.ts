import { describe, expect, test } from "vitest";
import { refuseReadOnly } from "./appointment-fields.ts";

const machines = { author: { type: "machine", id: "mch_1", label: "mch_1" } } as const;
const citizens = { author: { type: "citizen", id: "index", label: "Alice Tremblay" } } as const;
type Args = Parameters<typeof refuseReadOnly>;
const refusals = (...args: Args) =>
  refuseReadOnly(...args).map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);

describe("a field that nobody sends", () => {
  test.each([
    ["APPT-34", "patientNote"],
    ["APPT-68", "referenceNumber"],
    ["APPT-68", "author"],
    ["APPT-68", "nurse"],
    ["APPT-68", "createdAt"],
    ["APPT-44", "appointmentType"],
    ["APPT-46", "professionalNameVisible"],
    ["APPT-48", "cancellationDelay"],
    ["APPT-35", "hasNotes"],
    ["CANCEL-15", "cancelledAt"],
    ["CANCEL-15", "cancelledBy"],
    ["CANCEL-16", "cancellable"],
    ["Appointment.concurrent", "concurrent"],
    ["Appointment.access", "access"],
    ["Appointment.slotId", "slotId"],
    ["Appointment.status", "status"],
  ])("%s refuses %s, at a creation and at a change, null too", (rule, field) => {
    for (const before of [null, machines])
      for (const sent of ["x", null])
        expect(refusals({ [field]: sent }, before)).toEqual([`${rule} FIELD_NOT_EDITABLE /${field}`]);
  });

  test.each([
    ["PAT-02", "namMatched"],
    ["PAT-16", "registration"],
    ["Patient.isMinor", "isMinor"],
  ])("%s refuses %s of the patient", (rule, field) => {
    expect(refusals({ patient: { [field]: false } }, machines)).toEqual([
      `${rule} FIELD_NOT_EDITABLE /patient/${field}`,
    ]);
  });
});

test.each([
  ["MOVE-09 a change does not choose until when", { onlineCancelUntil: "x" }, machines, "MOVE-09"],
  ["Appointment.onlineCancelUntil nor a creation", { onlineCancelUntil: "x" }, null, "Appointment.onlineCancelUntil"],
  ["APPT-47 what a citizen booked keeps its mask", { professionalNameVisible: true }, citizens, "APPT-47"],
])("%s", (_title, sent, before, rule) => {
  expect(refuseReadOnly(sent, before).map((each) => each.rule)).toEqual([rule]);
});

test("Appointment.slotId, Appointment.status what the call may send passes, and only that", () => {
  expect(refusals({ slotId: "slt_1", status: "active" }, null, "slotId")).toEqual([
    "Appointment.status FIELD_NOT_EDITABLE /status",
  ]);
  expect(refusals({ slotId: "slt_1", status: "cancelled" }, null, "status")).toEqual([
    "Appointment.slotId FIELD_NOT_EDITABLE /slotId",
  ]);
  expect(refusals({ slotId: undefined, patient: {} }, machines)).toEqual([]);
});

test("APPT-34, APPT-47 of a citizen's appointment only the name that is shown has another rule", () => {
  const before = { author: { type: "citizen", id: "index", label: "Alice" } } as const;
  const rules = refuseReadOnly({ patientNote: "x", professionalNameVisible: true }, before).map(({ rule }) => rule);
  expect(rules).toEqual(["APPT-34", "APPT-47"]);
});
