import { describe, expect, test } from "vitest";
import {
  accepted,
  agendaAfterWrite,
  changedAnswer,
  decideAnswerWithin,
  nackReasons,
  rejected,
  settles,
  timedOut,
} from "./inbox.ts";
import type { AgendaAnswer } from "./inbox.ts";

const minute = 60_000;
const now = Date.parse("2027-03-01T12:00:00Z");
const hour = (number: number) => now + number * 60 * minute;

const booked = {
  professionalId: "pro_1",
  placeId: "plc_1",
  startAt: hour(48),
  endAt: hour(49),
  status: "active",
  version: 3,
} as const;
const asked: AgendaAnswer = {
  status: "pending",
  reason: null,
  since: now - minute,
  askedVersion: 3,
  answerBy: now + 29 * minute,
};
const taken: AgendaAnswer = { ...asked, status: "accepted", answerBy: null };
const refused: AgendaAnswer = { ...asked, status: "rejected", reason: "timeTaken", answerBy: null };
const late: AgendaAnswer = { ...asked, status: "timedOut", answerBy: null };

const byOthers = { bySoftware: false, link: { answerWithinMinutes: 30 }, now };
const bySoftware = { ...byOthers, bySoftware: true };
const made = (agenda: AgendaAnswer | null) => ({ ...booked, agenda });

describe("what a write makes of the answer", () => {
  const elsewhere = [
    { professionalId: "pro_2" },
    { placeId: "plc_2" },
    { startAt: hour(47) },
    { endAt: hour(50) },
  ] as const;

  test("SYNC-46, SYNC-49 who else makes an appointment asks, for as long as the link says", () => {
    const pending = { status: "pending", reason: null, since: now, askedVersion: 3, answerBy: now + 30 * minute };
    expect(agendaAfterWrite(null, made(null), byOthers)).toEqual(pending);
    const without = { ...byOthers, link: { answerWithinMinutes: null } };
    expect(agendaAfterWrite(null, made(null), without)).toEqual({ ...pending, answerBy: null });
  });

  test.each(elsewhere)("SYNC-46 who else moves it (%o) asks anew, whatever was answered", (change) => {
    const after = { ...made(null), ...change, version: 4 };
    for (const before of [null, asked, taken, refused, late])
      expect(agendaAfterWrite(made(before), after, byOthers)).toMatchObject({ status: "pending", askedVersion: 4 });
    expect(agendaAfterWrite(made(taken), after, bySoftware)).toBeNull();
  });

  test("SYNC-46 nothing is asked where the software makes it, where there is no link, of what is cancelled", () => {
    expect(agendaAfterWrite(null, made(null), bySoftware)).toBeNull();
    expect(agendaAfterWrite(null, made(null), { ...byOthers, link: null })).toBeNull();
    for (const before of [null, asked, taken, refused, late])
      for (const by of [byOthers, bySoftware])
        expect(agendaAfterWrite(made(before), { ...made(before), status: "cancelled" }, by)).toBeNull();
  });

  test("SYNC-48 the software's own write of what it was asked is its answer; another's leaves the answer", () => {
    for (const before of [asked, refused, late])
      expect(agendaAfterWrite(made(before), made(before), bySoftware)).toEqual({ ...taken, since: now });
    expect(agendaAfterWrite(made(null), made(null), bySoftware)).toBeNull();
    for (const before of [null, asked, taken, refused, late])
      expect(agendaAfterWrite(made(before), made(before), byOthers)).toEqual(before);
  });
});

describe("answers", () => {
  test("SYNC-47 is accepted after whatever was answered; what was accepted stays since then; nothing asked, nothing answered", () => {
    for (const before of [asked, refused, late]) expect(accepted(before, now)).toEqual({ ...taken, since: now });
    expect(accepted(taken, now)).toBe(taken);
    expect(accepted(null, now)).toBeNull();
  });

  test("SYNC-47 is rejected with its reason; the same again changes nothing", () => {
    for (const before of [asked, taken, late])
      expect(rejected(before, "timeTaken", now)).toEqual({ ...refused, since: now });
    expect(rejected(refused, "timeTaken", now)).toBe(refused);
    expect(rejected(refused, "invalid", now)).toEqual({ ...refused, reason: "invalid", since: now });
    expect(rejected(null, "invalid", now)).toBeNull();
  });

  test("SYNC-49 times out at the very instant, since then, and only what waits", () => {
    const answerBy = now + 29 * minute;
    expect(timedOut(asked, answerBy - 1)).toBe(asked);
    expect(timedOut(asked, answerBy)).toEqual({ ...late, since: answerBy });
    expect(timedOut(asked, answerBy + minute)).toEqual({ ...late, since: answerBy });
    const unlimited = { ...asked, answerBy: null };
    for (const before of [null, taken, refused, late, unlimited]) expect(timedOut(before, hour(9))).toBe(before);
  });

  test("SYNC-47 only an answer to what asked, or to what came after it, settles", () => {
    expect([2, 3, 4].map((version) => settles(made(asked), version))).toEqual([false, true, true]);
    expect(settles(made(null), 4)).toBe(false);
  });

  test("SYNC-51 the log names what differs", () => {
    expect(changedAnswer(null, asked)).toEqual(["agendaStatus"]);
    expect(changedAnswer(asked, refused)).toEqual(["agendaReason", "agendaStatus"]);
    expect(changedAnswer(refused, { ...refused, reason: "invalid" })).toEqual(["agendaReason"]);
    expect(changedAnswer(taken, { ...taken, since: now })).toEqual([]);
    expect(changedAnswer(null, null)).toEqual([]);
  });

  test("SYNC-45 busy is a reason and no answer", () => {
    expect(nackReasons).toContain("busy");
  });
});

describe("the limit of a link", () => {
  test.each([
    [undefined, undefined, null],
    [undefined, 30, 30],
    [30, undefined, 30],
    [30, null, null],
    [30, 1, 1],
    [30, 10_080, 10_080],
    [30, 0, "SYNC-49 OUT_OF_RANGE /answerWithinMinutes"],
    [30, 10_081, "SYNC-49 OUT_OF_RANGE /answerWithinMinutes"],
  ])("SYNC-49 from %o, %o is wanted: %o", (current, wanted, expected) => {
    const before = current === undefined ? undefined : { answerWithinMinutes: current };
    const decision = decideAnswerWithin(before, { answerWithinMinutes: wanted });
    const told = decision.ok
      ? decision.value.answerWithinMinutes
      : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`).join();
    expect(told).toBe(expected);
  });
});
