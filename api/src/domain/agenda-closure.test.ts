import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bookedIn,
  decideClosure,
  endedHolds,
  incompleteSlots,
  kept,
  mostAtOnce,
  mustBePhoned,
  refuseSameAgenda,
  refuseTooLarge,
  settled,
  withdrawals,
} from "./agenda-closure.ts";
import type { Closure, ClosureOutcome } from "./agenda-closure.ts";
import type { Attendance } from "./attendance.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Contact } from "./patient.ts";
import { minuteMs, overlaps } from "./time.ts";

const at = (time: string, date = "2027-03-08") => Date.parse(`${date}T${time}-05:00`);
const between = (from: string, to: string) => ({ startAt: at(`${from}:00`), endAt: at(`${to}:00`) });
const text = (instant: number) => new Date(instant).toISOString();
const now = at("07:00:00");

function closureOf(from: string | undefined, to: string, when = now): Closure {
  const wish = { from: from === undefined ? undefined : at(`${from}:00`), to: at(`${to}:00`) };
  const decided = decideClosure(wish, when);
  if (!decided.ok) throw new Error("refused");
  return decided.value;
}

describe("when", () => {
  const days = (count: number) => count * 24 * 60 * minuteMs;
  test.each<[title: string, from: number | undefined, to: number, accepted: boolean]>([
    ["CLOSE-02 an hour", at("08:00:00"), at("09:00:00"), true],
    ["CLOSE-02 a second", at("08:00:00"), at("08:00:01"), true],
    ["CLOSE-02 nothing", at("08:00:00"), at("08:00:00"), false],
    ["CLOSE-02 backwards", at("08:00:00"), at("07:59:59"), false],
    ["CLOSE-02 31 days", now, now + days(31), true],
    ["CLOSE-02 31 days of which one has 25 hours", now, now + days(31) + 60 * minuteMs, true],
    ["CLOSE-02 a second longer", now, now + days(31) + 60 * minuteMs + 1000, false],
    ["CLOSE-02 31 days from now", undefined, now + days(31), true],
    ["CLOSE-02 an end that is now", undefined, now, false],
    ["CLOSE-02 of the past", at("05:00:00"), at("06:00:00"), true],
  ])("%s", (_title, from, to, accepted) => {
    const decided = decideClosure({ from, to }, now);
    expect(decided.ok).toBe(accepted);
    if (decided.ok) expect([decided.value.startAt, decided.value.endAt]).toEqual([from ?? now, to]);
    else expect(decided.violations).toEqual([{ rule: "CLOSE-02", code: "OUT_OF_RANGE", pointer: "/to" }]);
  });

  test.each<[title: string, from: string | undefined, now: number, toCome: [string, string] | null]>([
    ["CLOSE-04 all of what has not begun", "08:00", at("07:00:00"), ["08:00:00", "09:00:00"]],
    ["CLOSE-04 what is left of what has begun", "08:00", at("08:20:00"), ["08:20:00", "09:00:00"]],
    ["CLOSE-04 from now, to the second after", "08:00", at("08:20:00.001"), ["08:20:01", "09:00:00"]],
    ["CLOSE-02 without a beginning, from now", undefined, at("08:20:59.999"), ["08:21:00", "09:00:00"]],
    ["CLOSE-04 its last second", "08:00", at("08:59:59"), ["08:59:59", "09:00:00"]],
    ["CLOSE-04 nothing of what has ended", "08:00", at("09:00:00"), null],
    ["CLOSE-04 nothing once less than a second is left", "08:00", at("08:59:59.001"), null],
  ])("%s", (_title, from, when, toCome) => {
    const expected = toCome && { startAt: at(toCome[0]), endAt: at(toCome[1]) };
    const closure = closureOf(from, "09:00", when);
    expect(closure.toCome).toEqual(expected);
    if (from === undefined) expect(text(closure.startAt)).toBe(text(expected?.startAt ?? 0));
  });
});

describe("how much", () => {
  const refused = (count: number) => ({
    ...{ rule: "CLOSE-03", code: "CLOSURE_TOO_LARGE", pointer: "/to" },
    params: { count, most: 1_000 },
  });
  test.each([
    ["CLOSE-03 as much as may be", 1_000, 1_000, []],
    ["CLOSE-03 a slot more", 1_001, 0, [refused(1_001)]],
    ["CLOSE-03 an appointment more", 0, 1_001, [refused(1_001)]],
    ["CLOSE-03 both", 1_002, 1_001, [refused(1_002), refused(1_001)]],
  ])("%s", (_title, slots, appointments, expected) => {
    expect(refuseTooLarge({ slots, appointments })).toEqual(expected);
    expect(mostAtOnce).toBe(1_000);
  });
});

describe("slots", () => {
  const slot = (from: string, to: string, placeId: string | null = "here") => ({ ...between(from, to), placeId });
  const cut = (closure: Closure, ...slots: ReturnType<typeof slot>[]) =>
    withdrawals(slots, "here", closure).map(({ slot: { startAt }, removal: { outcome, remaining } }) => [
      text(startAt).slice(11, 16),
      outcome,
      ...remaining.map((rest) => `${text(rest.startAt).slice(11, 16)}-${text(rest.endAt).slice(11, 16)}`),
    ]);
  const closure = closureOf("10:00", "12:00");

  test.each([
    ["CLOSE-04 one inside goes", slot("10:00", "12:00"), [["15:00", "deleted"]]],
    [
      "CLOSE-04 of one that begins before, its beginning stays",
      slot("09:00", "11:00"),
      [["14:00", "shortened", "14:00-15:00"]],
    ],
    ["CLOSE-04 of one that ends after, its end", slot("11:00", "13:00"), [["16:00", "shortened", "17:00-18:00"]]],
    ["CLOSE-04 of one around it, both", slot("09:00", "13:00"), [["14:00", "split", "14:00-15:00", "17:00-18:00"]]],
    ["CLOSE-04 one that ends when it begins is left alone", slot("09:00", "10:00"), []],
    ["CLOSE-04 one that begins when it ends too", slot("12:00", "13:00"), []],
    ["CLOSE-05 one at another place too", slot("10:00", "12:00", "there"), []],
    ["CLOSE-05 and an incomplete one", slot("10:00", "12:00", null), []],
  ])("%s", (_title, one, expected) => {
    expect(cut(closure, one)).toEqual(expected);
  });

  test("CLOSE-04 overlapping slots are all cut, and what has passed of them stays", () => {
    const started = closureOf("10:00", "12:00", at("10:30:00"));
    expect(cut(started, slot("10:00", "12:00"), slot("10:00", "10:30"), slot("10:15", "10:45"))).toEqual([
      ["15:00", "shortened", "15:00-15:30"],
      ["15:15", "shortened", "15:15-15:30"],
    ]);
    expect(cut(closureOf("10:00", "12:00", at("12:00:00")), slot("10:00", "13:00"))).toEqual([]);
  });

  test("CLOSE-04 nothing of what is to come is left, and of the rest all, whatever the slots", () => {
    const minute = fc.integer({ min: 0, max: 12 * 60 }).map((minutes) => at("07:00:00") + minutes * minuteMs);
    const interval = fc
      .tuple(minute, minute)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ startAt: Math.min(a, b), endAt: Math.max(a, b), placeId: "here" }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 6 }), interval, minute, (slots, { startAt, endAt }, when) => {
        const decided = decideClosure({ from: startAt, to: endAt }, when);
        if (!decided.ok) throw new Error("refused");
        const { toCome } = decided.value;
        const touched = withdrawals(slots, "here", decided.value);
        expect(touched.map(({ slot: each }) => each)).toEqual(
          slots.filter((each) => toCome !== null && overlaps(each, toCome)),
        );
        for (const { slot: each, removal } of touched) {
          const rest = removal.remaining.reduce((sum, part) => sum + part.endAt - part.startAt, 0);
          const gone = Math.min(each.endAt, toCome?.endAt ?? 0) - Math.max(each.startAt, toCome?.startAt ?? 0);
          expect(rest).toBe(each.endAt - each.startAt - gone);
          expect(removal.remaining.some((part) => toCome !== null && overlaps(part, toCome))).toBe(false);
        }
      }),
    );
  });

  test("CLOSE-05 incomplete ones are told when they reach into what is to come", () => {
    const slots = [
      slot("09:00", "10:30", null),
      slot("12:00", "13:00", null),
      slot("10:00", "11:00"),
      slot("11:00", "13:00", null),
    ];
    expect(incompleteSlots(slots, closure)).toEqual([slots[0], slots[3]]);
    expect(incompleteSlots(slots, closureOf("10:00", "12:00", at("10:30:00")))).toEqual([slots[3]]);
    expect(incompleteSlots(slots, closureOf("10:00", "12:00", at("12:00:00")))).toEqual([]);
  });

  test("CLOSE-06 holds end at the place, when they touch what is to come", () => {
    const holds = [
      slot("09:45", "10:15"),
      slot("09:45", "10:00"),
      slot("11:45", "12:15"),
      slot("12:00", "12:15"),
      slot("11:00", "11:15", "there"),
    ];
    expect(endedHolds(holds, "here", closure)).toEqual([holds[0], holds[2]]);
    expect(endedHolds(holds, "here", closureOf("10:00", "12:00", at("10:15:00")))).toEqual([holds[2]]);
    expect(endedHolds(holds, "here", closureOf("10:00", "12:00", at("12:00:00")))).toEqual([]);
  });
});

describe("appointments", () => {
  interface Booked {
    appointmentId: string;
    placeId: string;
    startAt: number;
    endAt: number;
    attendance: Attendance;
  }
  const booked = (name: string, from: string, to: string, fields: Partial<Booked> = {}): Booked => ({
    ...{ appointmentId: name, placeId: "here", ...between(from, to), attendance: "unconfirmed" as const },
    ...fields,
  });
  const listed = (appointments: Booked[], when = now) =>
    bookedIn(appointments, "here", closureOf("10:00", "12:00", when), when).map(
      ({ appointment, stays }) => `${appointment.appointmentId}${stays ? " stays" : ""}`,
    );

  test("CLOSE-07 those at the place that reach into it, by start, and by id at the same time", () => {
    const appointments = [
      booked("last", "11:45", "12:30"),
      booked("twin b", "11:00", "11:15"),
      booked("twin a", "11:00", "11:15"),
      booked("first", "10:00", "10:15"),
      booked("before", "09:45", "10:00"),
      booked("after", "12:00", "12:15"),
      booked("elsewhere", "10:30", "10:45", { placeId: "there" }),
    ];
    expect(listed(appointments)).toEqual(["first", "twin a", "twin b", "last"]);
    expect(listed([...appointments].reverse())).toEqual(["first", "twin a", "twin b", "last"]);
  });

  test("CLOSE-08 one that began before it stays", () => {
    expect(listed([booked("under way", "09:59", "10:15"), booked("on the dot", "10:00", "10:15")])).toEqual([
      "under way stays",
      "on the dot",
    ]);
  });

  test("CLOSE-08 one that has passed stays when its patient has come", () => {
    const appointments = (["present", "absent", "unconfirmed"] as const).map((attendance) =>
      booked(attendance, "10:30", "10:45", { attendance }),
    );
    expect(listed(appointments, at("10:30:01"))).toEqual(["absent", "present stays", "unconfirmed"]);
    // In the waiting room: it has not begun.
    expect(listed(appointments, at("10:30:00"))).toEqual(["absent", "present", "unconfirmed"]);
  });

  test("CLOSE-07, CLOSE-08 what is kept says why", () => {
    const nothing = { outcome: "kept", after: null, warnings: [], violations: [] };
    expect(kept({ stays: false })).toEqual({ ...nothing, rule: "CLOSE-07" });
    expect(kept({ stays: true })).toEqual({ ...nothing, rule: "CLOSE-08" });
  });
});

describe("where to", () => {
  const from = { professionalId: "ill", placeId: "here" };
  const refused = { rule: "CLOSE-10", code: "MOVE_TO_SAME_AGENDA", pointer: "/toProfessionalId" };
  test.each([
    ["CLOSE-10 somebody else, wherever", "well", undefined, undefined],
    ["CLOSE-10 somebody else at the same place", "well", "here", undefined],
    ["CLOSE-10 somebody else elsewhere", "well", "there", undefined],
    ["CLOSE-10 the same professional at another place", "ill", "there", undefined],
    ["CLOSE-10 the very agenda", "ill", "here", refused],
    ["CLOSE-10 the very agenda, not saying where", "ill", undefined, refused],
  ])("%s", (_title, professionalId, placeId, expected) => {
    expect(refuseSameAgenda(from, { professionalId, placeId })).toEqual(expected);
  });
});

describe("what the ordinary rules decide", () => {
  const overlap = violation("MOVE-06", "OVERLAPS_APPOINTMENT", "/startAt");
  const held = violation("APPT-66", "HELD_BY_CITIZEN", "/startAt");
  const tooOld = violation("CANCEL-03", "PAST_LIMIT_EXCEEDED");

  test("CLOSE-09 a cancellation that is accepted", () => {
    expect(settled("cancel", accept("after"), undefined)).toEqual({
      ...{ outcome: "cancelled", rule: "CLOSE-09", after: "after", warnings: [], violations: [] },
    });
  });

  test("CLOSE-10 a move that is accepted, with the warnings that were acknowledged", () => {
    const moved = { outcome: "moved", rule: "CLOSE-10", after: "after", violations: [] };
    expect(settled("move", accept("after"), undefined)).toEqual({ ...moved, warnings: [] });
    expect(settled("move", accept("after", [overlap, held]), [overlap.code, held.code])).toEqual({
      ...moved,
      warnings: [overlap, held],
    });
  });

  test("CLOSE-11 what is refused, or warned of and not acknowledged, stays with what stands against it", () => {
    const refused = { outcome: "refused", rule: "CLOSE-11", after: null, warnings: [] };
    expect(settled("cancel", refuse(tooOld), [tooOld.code])).toEqual({ ...refused, violations: [tooOld] });
    expect(settled("move", accept("after", [overlap, held]), [held.code])).toEqual({
      ...refused,
      violations: [overlap],
    });
    expect(settled("move", accept("after", [overlap]), undefined)).toEqual({ ...refused, violations: [overlap] });
  });
});

describe("patients", () => {
  const nothing: Contact = { homePhone: null, mobilePhone: null, email: null, communicationModes: [] };
  const reached: Contact = { ...nothing, email: "a@example.org", communicationModes: ["email"] };
  test.each<[title: string, outcome: ClosureOutcome, contact: Contact, startAt: number, phoned: boolean]>([
    ["CLOSE-12 cancelled and not reachable", "cancelled", nothing, now + 1, true],
    ["CLOSE-12 moved and not reachable", "moved", nothing, now, true],
    ["CLOSE-12 kept", "kept", nothing, now + 1, false],
    ["CLOSE-12 refused", "refused", nothing, now + 1, false],
    ["CLOSE-12 reachable", "cancelled", reached, now + 1, false],
    ["CLOSE-12 past", "cancelled", nothing, now - 1, false],
  ])("%s", (_title, outcome, contact, startAt, phoned) => {
    expect(mustBePhoned({ outcome }, { ...contact, startAt }, now)).toBe(phoned);
  });
});
