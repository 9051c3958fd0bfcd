import { describe, expect, test } from "vitest";
import { decidePlacement, movePlacement, slotOf } from "./placement.ts";
import type { PlacedSlot, WantedPlacement } from "./placement.ts";

const minute = 60_000;
const nine = Date.parse("2027-03-08T14:00:00Z");
const at = (minutes: number) => nine + minutes * minute;

function slot(slotId: string, from: number, to: number, placeId: string | null): PlacedSlot {
  const complete = placeId !== null;
  return {
    establishmentId: "est",
    slotId,
    professionalId: "pro",
    startAt: at(from),
    endAt: at(to),
    placeId,
    visibility: complete ? "public" : null,
    openFrom: null,
    serviceType: complete ? "GEN" : null,
    durationMinutes: complete ? 20 : null,
    consultationReasons: complete ? ["allReasons"] : [],
  };
}

const complete = slot("slt_complete", 0, 60, "plc_a");
const incomplete = slot("slt_incomplete", 60, 120, null);
const everywhere = ["plc_a", "plc_b"];

function place(
  wanted: WantedPlacement,
  { slots = [complete, incomplete], named = null as PlacedSlot | null, workPlaceIds = everywhere } = {},
) {
  const decided = decidePlacement({ slots, named, workPlaceIds }, wanted);
  return decided.ok ? decided.value : decided.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

describe("a booking of the clinic", () => {
  test("APPT-16, APPT-21 a slot gives start, place and duration", () => {
    expect(place({}, { named: complete })).toEqual({ placeId: "plc_a", startAt: at(0), endAt: at(20) });
  });

  test("APPT-12, APPT-16 a start inside a slot that is not named takes its place and duration", () => {
    expect(place({ startAt: at(25) })).toEqual({ placeId: "plc_a", startAt: at(25), endAt: at(45) });
  });

  test("APPT-20 another start than the slot's is accepted", () => {
    expect(place({ startAt: at(7), durationMinutes: 5 }, { named: complete })).toMatchObject({ startAt: at(7) });
    const before = { startAt: at(-600), durationMinutes: 5, placeId: "plc_b" };
    expect(place(before, { named: complete })).toMatchObject({ startAt: at(-600), placeId: "plc_b" });
  });

  test("APPT-17 another place than the slot's is refused", () => {
    for (const [wanted, named] of [
      [{ startAt: at(0), placeId: "plc_b" }, null],
      [{ placeId: "plc_b" }, complete],
    ] as const)
      expect(place(wanted, { named })).toEqual(["APPT-17 PLACE_MISMATCH /placeId"]);
    expect(place({ startAt: at(59), placeId: "plc_b", durationMinutes: 5 })).toEqual([
      "APPT-17 PLACE_MISMATCH /placeId",
    ]);
  });

  test("APPT-17 the slot ends before its end: a start there is outside it", () => {
    expect(place({ startAt: at(60), placeId: "plc_b", durationMinutes: 5 })).toMatchObject({ placeId: "plc_b" });
  });

  test("SLOT-19 of overlapping slots, the one at the place that is sent counts", () => {
    const slots = [complete, slot("slt_other", 0, 60, "plc_b")];
    expect(place({ startAt: at(0), placeId: "plc_b" }, { slots })).toMatchObject({ placeId: "plc_b" });
    expect(place({ startAt: at(0) }, { slots })).toMatchObject({ placeId: "plc_a" });
  });

  test.each([
    ["the one that starts first", slot("slt_b", -20, 60, "plc_b"), null, "plc_b"],
    ["of two that start together, the first by id", slot("slt_a", 0, 60, "plc_b"), null, "plc_b"],
    ["the one that is named, before one that starts first", slot("slt_b", -20, 60, "plc_b"), complete, "plc_a"],
    ["an incomplete one gives nothing", slot("slt_b", -20, 60, null), null, "plc_a"],
  ])("SLOT-19 of overlapping slots and no place sent: %s", (_title, other, named, placeId) => {
    for (const slots of [
      [complete, other],
      [other, complete],
    ])
      expect(place({ startAt: at(10) }, { slots, named })).toMatchObject({ placeId });
  });

  test.each([
    ["APPT-14 an incomplete slot", 60],
    ["APPT-14 no slot", 300],
  ])("%s, two work places: the place is asked for", (_title, minutes) => {
    expect(place({ startAt: at(minutes), durationMinutes: 5 })).toEqual(["APPT-14 REQUIRED_FIELD /placeId"]);
  });

  test.each([
    ["APPT-15 an incomplete slot", 60],
    ["APPT-13, APPT-15 no slot", 300],
  ])("%s, one work place: it is taken", (_title, minutes) => {
    const placed = place({ startAt: at(minutes), durationMinutes: 5 }, { workPlaceIds: ["plc_b"] });
    expect(placed).toEqual({ placeId: "plc_b", startAt: at(minutes), endAt: at(minutes + 5) });
  });

  test.each([
    ["APPT-21 an incomplete slot gives no duration", 60],
    ["APPT-21 no slot gives no duration", 300],
  ])("%s", (_title, minutes) => {
    expect(place({ startAt: at(minutes), placeId: "plc_a" })).toEqual(["APPT-21 REQUIRED_FIELD /durationMinutes"]);
  });

  test("APPT-19 a place where the professional does not work", () => {
    expect(place({ startAt: at(300), placeId: "plc_c", durationMinutes: 5 })).toEqual([
      "APPT-19 PLACE_NOT_WORK_PLACE /placeId",
    ]);
  });

  test("Appointment.startTime without slot or start there is no time", () => {
    expect(place({ durationMinutes: 5 })).toEqual(["Appointment.startTime REQUIRED_FIELD /startAt"]);
  });
});

describe("a move", () => {
  const move = (wanted: WantedPlacement, workPlaceIds = everywhere, slots = [complete]) => {
    const decided = decidePlacement({ slots, named: null, workPlaceIds }, wanted, movePlacement);
    return decided.ok ? decided.value.placeId : decided.violations.map(({ rule, code }) => `${rule} ${code}`);
  };

  test("APPT-60 without slot or start there is no time", () => {
    expect(move({ durationMinutes: 5 })).toEqual(["APPT-60 REQUIRED_FIELD"]);
  });

  test.each([
    [
      "MOVE-04 into a slot of another place takes that place",
      { startAt: at(0), keptPlaceId: "plc_b" },
      everywhere,
      "plc_a",
    ],
    [
      "MOVE-05 into a slot with another place sent",
      { startAt: at(0), placeId: "plc_b" },
      everywhere,
      ["MOVE-05 PLACE_MISMATCH"],
    ],
    ["outside any slot the place is kept", { startAt: at(300), keptPlaceId: "plc_b" }, everywhere, "plc_b"],
    [
      "MOVE-07 to a professional who does not work there",
      { startAt: at(300), placeId: "plc_b" },
      ["plc_a"],
      ["MOVE-07 PLACE_NOT_WORK_PLACE"],
    ],
    [
      "MOVE-07 the place of the new professional is taken",
      { startAt: at(300), keptPlaceId: "plc_b" },
      ["plc_a"],
      "plc_a",
    ],
  ])("%s", (_title, wanted, workPlaceIds, expected) => {
    expect(move({ ...wanted, durationMinutes: 15 }, [...workPlaceIds])).toEqual(expected);
  });

  test.each(everywhere)("MOVE-04 of overlapping slots, the one of the place where it was: %s", (keptPlaceId) => {
    const slots = [complete, slot("slt_other", 0, 60, "plc_b")];
    expect(move({ startAt: at(0), keptPlaceId }, everywhere, slots)).toBe(keptPlaceId);
  });
});

describe("the slot an appointment is read with", () => {
  test.each([
    ["the complete one at its place", 0, "plc_a", [complete, slot("slt_empty", 0, 60, null)], "slt_complete"],
    ["an incomplete one", 60, "plc_a", [complete, incomplete], "slt_incomplete"],
    ["APPT-18 not one of another place", 0, "plc_b", [complete], null],
    ["hors plage before any slot", -10, "plc_a", [complete, incomplete], null],
    [
      "SLOT-19 of two at its place, the one that starts first",
      10,
      "plc_a",
      [complete, slot("slt_earlier", -20, 60, "plc_a")],
      "slt_earlier",
    ],
    ["SLOT-19 or the first by id", 10, "plc_a", [complete, slot("slt_b", 0, 60, "plc_a")], "slt_b"],
    ["hors plage", 300, "plc_a", [complete, incomplete], null],
  ])("%s", (_title, minutes, placeId, slots, expected) => {
    for (const order of [slots, slots.toReversed()])
      expect(slotOf({ startAt: at(minutes), placeId }, order)?.slotId ?? null).toBe(expected);
  });
});
