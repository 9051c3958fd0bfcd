import { describe, expect, test } from "vitest";
import {
  cancelled,
  checkOnlineIdentity,
  decideCitizenCancellation,
  decideClinicCancellation,
  onlineCancelUntil,
} from "./cancellation.ts";
import type { Appointment } from "./appointment.ts";

const minute = 60_000;
const hour = 60 * minute;
const startAt = Date.parse("2027-03-15T09:00:00-04:00");
const day = { value: 24, unit: "hours" } as const;

describe("a citizen", () => {
  const cancel = (now: number, cancellationDelay: { value: number; unit: "hours" | "minutes" } = day) =>
    decideCitizenCancellation({ status: "active", startAt, cancellationDelay }, now);

  test.each([
    ["CANCEL-06 well before", 48 * hour, day, true],
    ["CANCEL-07 exactly the delay before", 24 * hour, day, true],
    ["CANCEL-06 one millisecond less", 24 * hour - 1, day, false],
    ["CANCEL-06 a delay in minutes", 30 * minute, { value: 30, unit: "minutes" }, true],
    ["CANCEL-06 within a delay in minutes", 30 * minute - 1, { value: 30, unit: "minutes" }, false],
    ["CANCEL-09 a delay of 0: up to the start", 0, { value: 0, unit: "hours" }, true],
    ["CANCEL-09 a delay of 0: not after the start", -1, { value: 0, unit: "minutes" }, false],
  ] as const)("%s", (_title, before, delay, accepted) => {
    const { value, unit } = delay;
    expect(cancel(startAt - before, delay)).toEqual(
      accepted
        ? { ok: true, value: "cancel", warnings: [] }
        : {
            ok: false,
            violations: [
              {
                rule: "CANCEL-06",
                code: "CANCELLATION_WINDOW_CLOSED",
                pointer: "",
                params: { value, unit: unit === "hours" ? "h" : "min" },
              },
            ],
          },
    );
  });

  test.each([
    ["PLACE-31 exactly the delay remaining is accepted", 90 * minute, { value: 90, unit: "minutes" }, true],
    ["PLACE-31 one millisecond less is refused", 90 * minute - 1, { value: 90, unit: "minutes" }, false],
    ["PLACE-31 a delay in hours is that many hours", 3 * hour, { value: 3, unit: "hours" }, true],
    ["PLACE-31 and not a millisecond less", 3 * hour - 1, { value: 3, unit: "hours" }, false],
    ["PLACE-32 with a delay of 0, at the start itself", 0, { value: 0, unit: "minutes" }, true],
    ["PLACE-32 with a delay of 0, not after it", -1, { value: 0, unit: "hours" }, false],
  ] as const)("%s", (_title, before, delay, accepted) => {
    expect(cancel(startAt - before, delay).ok).toBe(accepted);
  });

  test("MSG-05, MSG-13 the refusal states the appointment's own delay", () => {
    expect(cancel(startAt - 1, { value: 45, unit: "minutes" })).toMatchObject({
      ok: false,
      violations: [{ rule: "CANCEL-06", code: "CANCELLATION_WINDOW_CLOSED", params: { value: 45, unit: "min" } }],
    });
    expect(cancel(startAt)).toMatchObject({ violations: [{ params: { value: 24, unit: "h" } }] });
  });

  test("CANCEL-14 again, even within the delay", () => {
    const appointment = { status: "cancelled", startAt, cancellationDelay: day } as const;
    expect(decideCitizenCancellation(appointment, startAt)).toMatchObject({ ok: true, value: "alreadyCancelled" });
  });

  test("MOVE-09 the delay is counted from the start as it is now, in real hours across the spring change", () => {
    // 24 hours before Sunday 14 March 09:00 EDT is Saturday 08:00 EST.
    expect(onlineCancelUntil(Date.parse("2027-03-14T09:00:00-04:00"), day)).toBe(
      Date.parse("2027-03-13T08:00:00-05:00"),
    );
  });
});

describe("who asks", () => {
  const clinic = { name: "Clinique du Faubourg", phone: "418-555-0100" };
  const check = (namIndex: string | null, namMatched: boolean, typed: string, signedInAs = typed) => {
    const decided = checkOnlineIdentity({ namIndex, namMatched }, { namIndex: typed, signedInAs }, clinic);
    return decided.ok
      ? decided.value
      : decided.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`).join();
  };

  test.each([
    ["PAT-11 the patient", ["alice", true, "alice"], "same person"],
    ["PAT-12 another number than the appointment's", ["alice", true, "bob"], "PAT-12 IDENTITY_CHECK_FAILED /nam"],
    [
      "PAT-12 the patient's number typed by somebody else",
      ["alice", true, "alice", "bob"],
      "PAT-12 IDENTITY_CHECK_FAILED /nam",
    ],
    [
      "CANCEL-11, PAT-10 made by the clinic without a number",
      [null, false, "alice"],
      "CANCEL-11 ONLINE_ACTION_UNAVAILABLE /referenceNumber",
    ],
    [
      "CANCEL-12, PAT-10 a number RAMQ does not know",
      ["alice", false, "alice"],
      "CANCEL-12 ONLINE_ACTION_UNAVAILABLE /referenceNumber",
    ],
    [
      "PAT-12 comes first: a stranger does not learn that the number is unmatched",
      ["alice", false, "bob"],
      "PAT-12 IDENTITY_CHECK_FAILED /nam",
    ],
  ] as const)("%s", (_title, [namIndex, namMatched, typed, signedInAs], expected) => {
    expect(check(namIndex, namMatched, typed, signedInAs)).toBe(expected);
  });

  test("MSG-04 the refusal gives the clinic's name and phone", () => {
    const decided = checkOnlineIdentity(
      { namIndex: null, namMatched: false },
      { namIndex: "a", signedInAs: "a" },
      clinic,
    );
    expect(decided).toMatchObject({
      violations: [{ params: { clinic: "Clinique du Faubourg", phone: "418-555-0100" } }],
    });
  });
});

describe("the clinic", () => {
  const zone = "America/Toronto";
  const cancel = (now: string, status: "active" | "cancelled" = "active") =>
    decideClinicCancellation({ status, startAt }, { now: Date.parse(now), zone, pastLimitDays: 90 });

  test.each([
    ["CANCEL-02 one minute before, whatever the online delay", "2027-03-15T08:59:00-04:00"],
    ["PLACE-33 when the online delay of 24 hours has long begun", "2027-03-15T08:59:59-04:00"],
    ["CANCEL-03 on the ninetieth day after", "2027-06-13T23:00:00-04:00"],
  ])("%s", (_title, now) => {
    expect(cancel(now)).toMatchObject({ ok: true, value: "cancel" });
  });

  test("CANCEL-03 not on the ninety-first", () => {
    expect(cancel("2027-06-14T00:00:00-04:00")).toMatchObject({
      ok: false,
      violations: [{ rule: "CANCEL-03", code: "PAST_LIMIT_EXCEEDED", pointer: "", params: { days: 90 } }],
    });
  });

  test("CANCEL-14 again, at any time", () => {
    expect(cancel("2028-01-01T00:00:00-05:00", "cancelled")).toMatchObject({ ok: true, value: "alreadyCancelled" });
  });
});

test("CANCEL-15 says who cancelled, and when", () => {
  // Only the fields that change matter here.
  const appointment = { appointmentId: "apt_1", status: "active", version: 3 } as unknown as Appointment;
  expect(cancelled(appointment, "patient", startAt)).toEqual({
    appointmentId: "apt_1",
    status: "cancelled",
    cancelledAt: startAt,
    cancelledBy: "patient",
    version: 4,
  });
});
