import { describe, expect, test } from "vitest";
import { aRegistration, citizenFacts } from "../../test/a-registration.ts";
import type { CitizenFacts } from "./cascade.ts";
import type { Opening } from "./opening.ts";
import type { NurseMention } from "./actor.ts";
import { stepsOf } from "./condition.ts";
import { agendaConditions, mayCitizenBook, openingConditions, viewOf } from "./visibility.ts";
import type { CitizenQuestion, OfferedAgenda } from "./visibility.ts";

const instant = (text: string) => Date.parse(text);
// A Monday.
const now = instant("2027-03-01T10:00:00-05:00");

const registeredWith = (practiceNumber: string, gmfNumber: string | null): CitizenFacts =>
  citizenFacts({ birthDate: "1980-05-05", registration: aRegistration({ practiceNumber, gmfNumber }) });
const own = registeredWith("112233", "03-117");
const ofTheGroup = registeredWith("145678", "03-117");
const ofAnotherGmf = registeredWith("145678", "06-001");
const outsideGmf = registeredWith("112233", null);
const orphan = citizenFacts({ birthDate: "1980-05-05" });
const delegated: CitizenFacts = {
  ...own,
  registration: aRegistration({ practiceNumber: "145678", delegatedPracticeNumber: "112233", gmfNumber: "03-117" }),
};
/** Relayed in the first team by the agenda's professional, in the second by somebody else. */
const relayed: CitizenFacts = {
  ...ofTheGroup,
  relays: { grouped: true, "2.1": new Set(["pro_1"]), "2.2": new Set(["pro_2"]) },
};

const agenda: OfferedAgenda = {
  professionalId: "pro_1",
  worksHere: true,
  practiceNumber: "112233",
  departureDate: null,
  maxWeeks: null,
  gmfNumber: "03-117",
  placeEndDate: null,
  timeZone: "America/Toronto",
  position: null,
  link: null,
  displayMode: "byRelationship",
  maskGmf: false,
  maskGen: false,
};

const opening: Omit<Opening, "slotId" | "placeId"> = {
  startAt: instant("2027-03-08T09:00:00-05:00"),
  endAt: instant("2027-03-08T09:20:00-05:00"),
  serviceType: "GEN",
  consultationReasons: ["regular"],
  visibility: "public",
  openFrom: null,
  busy: false,
  heldUntil: null,
};

const asks = (
  cascade: CitizenQuestion["cascade"],
  reason: CitizenQuestion["reason"] = "regular",
  inactiveReasons: CitizenQuestion["inactiveReasons"] = [],
): CitizenQuestion => ({ asker: "citizen", cascade, reason, inactiveReasons, nearby: null, professionalId: null });

/** The same, asked by a nurse for the citizen. */
const asNurse = (mention: NurseMention, ...asked: Parameters<typeof asks>): CitizenQuestion => ({
  ...asks(...asked),
  asker: mention,
});

describe("REASON-11 inactive reasons", () => {
  test("REASON-11 nothing is offered for an inactive reason, and the citizen is told why", () => {
    const closed = { rule: "REASON-11", code: "INACTIVE_REASON", pointer: "/consultationReason" };
    const view = viewOf(own, agenda, asks("1", "regular", ["periodic", "regular"]), now);
    expect(view).toMatchObject({ closed, types: [], inactiveReasons: ["periodic", "regular"] });
    expect(mayCitizenBook(view, opening, now)).toEqual(closed);
  });

  test("REASON-11 for an active reason everything is offered as before", () => {
    const view = viewOf(own, agenda, asks("1", "regular", ["periodic"]), now);
    expect(view).toEqual({ ...viewOf(own, agenda, asks("1"), now), inactiveReasons: ["periodic"] });
    expect(mayCitizenBook(view, opening, now)).toBeUndefined();
  });

  test("CASC-23 the reason of triage nurses is theirs alone, active or not", () => {
    const view = viewOf(own, agenda, asks("1", "redirection", ["redirection"]), now);
    expect(view.closed?.rule).toBe("CASC-23");
  });
});

describe("cascades", () => {
  test.each([
    ["PLACE-24 own professional, by relationship: every type", own, {}, "1", ["MF", "GMF", "GEN"]],
    ["PLACE-25 own professional, by clientele: MF only", own, { displayMode: "byClientele" }, "1", ["MF"]],
    ["CASC-02 SVC-05 another's patient has nothing in cascade 1", ofTheGroup, {}, "1", "SVC-05"],
    ["CASC-02 whom a delegation assigns is one's own", delegated, {}, "1", ["MF", "GMF", "GEN"]],
    ["CASC-02 and the physician who delegates is not", delegated, { practiceNumber: "145678" }, "1", "SVC-05"],
    ["CASC-03, CASC-16 the relay team's openings of the group alone", relayed, {}, "2.1", ["GMF"]],
    ["CASC-03 by clientele too", relayed, { displayMode: "byClientele" }, "2.1", ["GMF"]],
    ["CASC-04, CASC-16 of the second team likewise", relayed, { professionalId: "pro_2" }, "2.2", ["GMF"]],
    ["CASC-03 who is in the second team is not in the first", relayed, { professionalId: "pro_2" }, "2.1", "CASC-03"],
    ["CASC-04 nor the other way round", relayed, {}, "2.2", "CASC-04"],
    ["CASC-05 who relays, but outside the GMF", relayed, { gmfNumber: "06-001" }, "2.1", "SVC-06"],
    ["CASC-03 where nobody's groups are known, nobody relays", { ...relayed, relays: null }, {}, "2.1", "CASC-03"],
    ["CASC-04 nor in the second team", { ...relayed, relays: null }, {}, "2.2", "CASC-04"],
    ["SVC-06 CASC-14 own patient in the group's cascade", own, {}, "2.3", ["GMF"]],
    ["SVC-06 CASC-14 patient of another professional of the GMF", ofTheGroup, {}, "2.3", ["GMF"]],
    ["SVC-06 CASC-14 patient of another GMF", ofAnotherGmf, {}, "2.3", "SVC-06"],
    ["CASC-05 an establishment that is no GMF", ofTheGroup, { gmfNumber: null }, "2.3", "SVC-06"],
    ["SVC-07 CASC-15 own patient", own, {}, "3", ["GEN"]],
    ["SVC-07 CASC-15 a citizen without a professional", orphan, {}, "3", ["GEN"]],
    ["PLACE-25 by clientele, cascade 3", orphan, { displayMode: "byClientele" }, "3", ["GEN"]],
    ["SVC-05 a team, which nobody is registered with", own, { practiceNumber: null }, "1", "SVC-05"],
  ] as const)("%s", (_title, citizen, change, cascade, expected) => {
    const { types, closed } = viewOf(citizen, { ...agenda, ...change }, asks(cascade), now);
    if (typeof expected === "string")
      expect([types, closed]).toEqual([[], { rule: expected, code: "OPENING_NOT_AVAILABLE", pointer: "" }]);
    else expect([types, closed]).toEqual([expected, null]);
  });

  test.each([
    ["CASC-07 no cascade but 3 without a registration", orphan, {}, "1", "CASC-07"],
    ["CASC-07 not even that of a team", orphan, { practiceNumber: null }, "1", "CASC-07"],
    ["CASC-07 nor that of a group", orphan, {}, "2.3", "CASC-07"],
    ["CASC-11 no group's without a GMF", outsideGmf, { gmfNumber: null }, "2.3", "CASC-11"],
    ["CASC-10 no relay team's without a work group", ofTheGroup, {}, "2.1", "CASC-10"],
  ] as const)("%s, and the view says which field asked for it", (_title, citizen, change, cascade, rule) => {
    const view = viewOf(citizen, { ...agenda, ...change }, asks(cascade), now);
    const refused = { rule, code: "CASCADE_NOT_AVAILABLE", pointer: "/cascade" };
    expect([view.types, view.closed]).toEqual([[], refused]);
    expect(mayCitizenBook(view, opening, now)).toEqual(refused);
  });

  test.each([
    ["1", { maskGmf: true, maskGen: true }, null],
    ["2.1", { maskGmf: true }, "PLACE-27"],
    ["2.3", { maskGmf: true }, "PLACE-27"],
    ["2.3", { maskGen: true }, null],
    ["3", { maskGen: true }, "PLACE-27"],
    ["3", { maskGmf: true }, null],
  ] as const)("PLACE-27 by the professional's name, in cascade %s of %o: %s", (cascade, masks, rule) => {
    const citizen = { ...relayed, registration: own.registration };
    const named = { ...asks(cascade), professionalId: agenda.professionalId };
    expect(viewOf(citizen, { ...agenda, ...masks }, named, now).closed?.rule ?? null).toBe(rule);
    expect(viewOf(citizen, { ...agenda, ...masks }, asks(cascade), now).closed).toBeNull();
  });

  test.each([
    ["1", false],
    ["2.1", true],
    ["2.2", true],
    ["2.3", true],
    ["3", false],
  ] as const)("PLACE-27 mask of the GMF cascades: %s → %s", (cascade, masked) => {
    expect(viewOf(own, { ...agenda, maskGmf: true }, asks(cascade), now).masked).toBe(masked);
  });

  test.each([
    ["1", false],
    ["2.3", false],
    ["3", true],
  ] as const)("PLACE-27 mask of the GEN cascade: %s → %s", (cascade, masked) => {
    expect(viewOf(own, { ...agenda, maskGen: true }, asks(cascade), now).masked).toBe(masked);
  });
});

describe("an agenda that is closed", () => {
  test.each([
    ["EMP-15, EMP-16 a place at which the professional no longer works", { worksHere: false }, "EMP-15"],
    ["PLACE-07 a place that ended yesterday", { placeEndDate: "2027-02-28" }, "PLACE-07"],
    ["PLACE-07 a place that ends today", { placeEndDate: "2027-03-01" }, undefined],
    ["SEARCH-15 a professional who left yesterday", { departureDate: "2027-02-28" }, "SEARCH-15"],
    ["SEARCH-15 a professional who leaves today", { departureDate: "2027-03-01" }, undefined],
  ] as const)("%s", (_title, change, rule) => {
    const view = viewOf(orphan, { ...agenda, ...change }, asks("3"), now);
    expect([view.closed?.rule, view.types.length]).toEqual([rule, rule === undefined ? 1 : 0]);
    expect(mayCitizenBook(view, { ...opening, startAt: now }, now)?.rule).toBe(rule);
  });

  test("PLACE-07 the day is the place's: 00:30 in Halifax is still yesterday in Toronto", () => {
    const midnight = instant("2027-03-01T00:30:00-04:00");
    const ended = { ...agenda, placeEndDate: "2027-02-28" };
    expect(viewOf(orphan, ended, asks("3"), midnight).closed).toBeNull();
    const halifax = { ...ended, timeZone: "America/Halifax" as const };
    expect(viewOf(orphan, halifax, asks("3"), midnight).closed?.rule).toBe("PLACE-07");
  });

  test.each([
    ["a citizen's", asks("1", "redirection")],
    ["a nurse's of 811", asNurse("811", "1", "redirection")],
  ])("SVC-11, CASC-23, REASON-02 redirection is not %s", (_title, question) => {
    const view = viewOf(own, agenda, question, now);
    expect(view.closed).toEqual({ rule: "CASC-23", code: "REASON_NOT_ALLOWED", pointer: "/consultationReason" });
  });
});

describe("an agenda of software that is silent", () => {
  const link = { linkedAt: now - 60 * 60_000, confirmedAt: null, lateAfterMinutes: 30 };
  test.each([
    ["SYNC-13 stale: nothing is offered", 60, "SYNC-13"],
    ["SYNC-13 late: everything is", 61, undefined],
  ])("%s", (_title, staleAfterMinutes, rule) => {
    const view = viewOf(own, { ...agenda, link: { ...link, staleAfterMinutes } }, asks("1"), now);
    expect([view.closed?.rule, mayCitizenBook(view, opening, now)?.rule]).toEqual([rule, rule]);
  });
});

describe("near a postal code", () => {
  const around = { latitude: 46.8, longitude: -71.2 };
  /** So many kilometres due north of it. */
  const at = (km: number) => ({ latitude: around.latitude + km / 111.195, longitude: around.longitude });
  test.each([
    ["CASC-06, CASC-17 within 50 km", 50, at(49), undefined],
    ["CASC-17 beyond 50 km", 50, at(51), "CASC-17"],
    ["CASC-06, CASC-18 within 100 km", 100, at(99), undefined],
    ["CASC-18 beyond 100 km", 100, at(101), "CASC-18"],
    ["CASC-17 nobody knows where", 50, null, "CASC-17"],
  ])("%s", (_title, limitKm, position, rule) => {
    const nearby = { around, limitKm, ring: null };
    const { closed } = viewOf(orphan, { ...agenda, position }, { ...asks("3"), nearby }, now);
    expect(closed?.rule).toBe(rule);
  });

  test("CASC-06 where none is given, and in the other cascades, the distance does not matter", () => {
    const nearby = { around, limitKm: 50, ring: null };
    expect(viewOf(orphan, { ...agenda, position: at(900) }, asks("3"), now).closed).toBeNull();
    expect(viewOf(own, { ...agenda, position: at(900) }, { ...asks("1"), nearby }, now).closed).toBeNull();
  });
});

describe("what is asked, for an explanation", () => {
  const always = ["CASC-01", "CASC-23", "REASON-11", "EMP-15", "SYNC-13"];
  test.each([
    ["1", ["CASC-02"]],
    ["2.1", ["CASC-03", "CASC-05"]],
    ["2.2", ["CASC-04", "CASC-05"]],
    ["2.3", ["CASC-05"]],
    ["3", ["CASC-06"]],
  ] as const)("CASC-01 of an agenda in cascade %s", (cascade, rules) => {
    const citizen = { ...own, relays: { grouped: true, "2.1": new Set(["pro_1"]), "2.2": new Set(["pro_1"]) } };
    const steps = stepsOf(agendaConditions, { citizen, agenda, question: asks(cascade), now });
    expect(steps).toEqual([...always, ...rules].map((rule) => ({ rule, violation: null })));
  });

  test.each([
    ["1", ["CASC-07", "SVC-05"]],
    ["2.3", ["CASC-07", "SVC-06"]],
  ] as const)("CASC-07 of somebody without a professional, all the same, in cascade %s", (cascade, rules) => {
    const steps = stepsOf(agendaConditions, { citizen: orphan, agenda, question: asks(cascade), now });
    expect(steps.filter(({ violation }) => violation !== null).map(({ rule }) => rule)).toEqual(rules);
  });

  test("PLACE-27 of a professional who is named, last", () => {
    const question = { ...asks("3"), professionalId: agenda.professionalId };
    expect(stepsOf(agendaConditions, { citizen: own, agenda, question, now }).at(-1)).toEqual({
      ...{ rule: "PLACE-27", violation: null },
    });
  });

  const asked = (change: Partial<typeof opening> = {}, of: Partial<OfferedAgenda> = {}) => {
    const view = viewOf(own, { ...agenda, ...of }, asks("1"), now);
    return stepsOf(openingConditions, { view, opening: { ...opening, ...change }, now }).map(({ rule }) => rule);
  };
  const first = ["SLOT-21", "SLOT-30", "CASC-22", "CASC-24", "REASON-08"];
  const last = ["APPT-09", "HOLD-11", "APPT-11"];
  test.each([
    ["CASC-24 of an opening", {}, {}, [...first, ...last]],
    ["SLOT-22 of one with an opening date", { openFrom: now }, {}, [...first, "SLOT-22", ...last]],
    ["OPT-07 where there is a limit in weeks", {}, { maxWeeks: 2 }, [...first, "OPT-07", ...last]],
    ["OPT-06 and an opening date in its stead", { openFrom: now }, { maxWeeks: 2 }, [...first, "SLOT-22", ...last]],
    ["PLACE-07 where there is an end", {}, { placeEndDate: "2027-03-31" }, [...first, "PLACE-07", ...last]],
    ["HOLD-11 not of one that is taken", { busy: true }, {}, [...first, "APPT-09", "APPT-11"]],
  ] as const)("%s", (_title, change, of, rules) => {
    expect(asked(change, of)).toEqual(rules);
  });
});

describe("what ends while openings go on", () => {
  const midnight = (text: string) => instant(`${text}T00:00:00-05:00`);
  test.each([
    ["PLACE-07 at the first instant after the place's last day", { placeEndDate: "2027-02-28" }, "PLACE-07"],
    ["SEARCH-15 or after the professional's", { departureDate: "2027-02-28" }, "SEARCH-15"],
  ])("%s nothing is looked at any more", (_title, change, rule) => {
    const [before, after] = [midnight("2027-03-01") - 1, midnight("2027-03-01")];
    expect(viewOf(own, { ...agenda, ...change }, asks("1"), before).closed).toBeNull();
    expect(viewOf(own, { ...agenda, ...change }, asks("1"), after).closed?.rule).toBe(rule);
  });

  test.each([
    ["PLACE-07 the place, after its last day", { placeEndDate: "2027-03-07" }, "2027-03-08", "PLACE-07"],
    ["EMP-18 the professional, after theirs", { departureDate: "2027-03-07" }, "2027-03-08", "EMP-18"],
    [
      "PLACE-07 the place before the professional",
      { placeEndDate: "2027-03-07", departureDate: "2027-03-09" },
      "2027-03-08",
      "PLACE-07",
    ],
    [
      "EMP-18 the professional before the place",
      { placeEndDate: "2027-03-09", departureDate: "2027-03-07" },
      "2027-03-08",
      "EMP-18",
    ],
    ["PLACE-07 both on one day", { placeEndDate: "2027-03-07", departureDate: "2027-03-07" }, "2027-03-08", "PLACE-07"],
  ])("%s", (_title, change, date, rule) => {
    const view = viewOf(own, { ...agenda, ...change }, asks("1"), now);
    expect(view.ends).toEqual({ at: midnight(date), rule });
    const before = { ...opening, startAt: midnight(date) - 1 };
    expect(mayCitizenBook(view, before, now)).toBeUndefined();
    expect(mayCitizenBook(view, { ...before, startAt: midnight(date) }, now)).toEqual({
      ...{ rule, code: "OPENING_NOT_AVAILABLE", pointer: "" },
    });
  });

  test("PLACE-07 nothing ends that has no last day", () => {
    expect(viewOf(own, agenda, asks("1"), now).ends).toBeNull();
  });
});

describe("a nurse for the citizen", () => {
  const forTriage = { ...opening, consultationReasons: ["redirection"] };

  test("CASC-23, REASON-02, SVC-11 with the mention redirection meets what offers that reason alone", () => {
    const view = viewOf(own, agenda, asNurse("redirection", "1", "redirection"), now);
    expect([view.closed, view.asker, mayCitizenBook(view, forTriage, now)]).toEqual([null, "redirection", undefined]);
    expect(mayCitizenBook(view, opening, now)?.rule).toBe("SVC-09");
  });

  test("CASC-23 with whichever mention meets it by no other reason", () => {
    for (const mention of ["811", "redirection"] as const)
      expect(mayCitizenBook(viewOf(own, agenda, asNurse(mention, "1"), now), forTriage, now)?.rule).toBe("SVC-09");
  });

  test("REASON-11 meets nothing by an inactive reason, redirection too", () => {
    const question = asNurse("redirection", "1", "redirection", ["redirection"]);
    expect(viewOf(own, agenda, question, now).closed?.rule).toBe("REASON-11");
  });

  test("CASC-02, CASC-07, PLACE-27 meets the cascades and masks of the patient", () => {
    expect(viewOf(ofTheGroup, agenda, asNurse("811", "1"), now).closed?.rule).toBe("SVC-05");
    expect(viewOf(orphan, agenda, asNurse("811", "2.3"), now).closed?.rule).toBe("CASC-07");
    expect(viewOf(own, { ...agenda, maskGmf: true }, asNurse("redirection", "2.3"), now).masked).toBe(true);
  });
});

describe("APPT-11 one appointment a day", () => {
  const booked = { ...own, bookedDates: new Set(["2027-03-08"]) };
  test.each([
    ["APPT-11 on the day of another", "2027-03-08T00:00:00-05:00", "APPT-11"],
    ["APPT-11 on its last minute", "2027-03-08T23:59:00-05:00", "APPT-11"],
    ["APPT-11 the evening before", "2027-03-07T23:59:00-05:00", undefined],
    ["APPT-11 the day after", "2027-03-09T00:00:00-05:00", undefined],
  ])("%s", (_title, startAt, rule) => {
    const refused = mayCitizenBook(
      viewOf(booked, agenda, asks("1"), now),
      { ...opening, startAt: instant(startAt) },
      now,
    );
    expect(refused?.rule).toBe(rule);
    if (refused) expect([refused.code, refused.pointer]).toEqual(["PATIENT_ALREADY_BOOKED_THAT_DAY", "/startAt"]);
  });

  test.each(["811", "redirection"] as const)("APPT-11 a nurse of %s books for the patient all the same", (mention) => {
    const view = viewOf(booked, agenda, asNurse(mention, "1"), now);
    expect([view.bookedDates, mayCitizenBook(view, opening, now)]).toEqual([new Set(), undefined]);
  });

  test("APPT-11 the day is the place's", () => {
    const halifax = { ...agenda, timeZone: "America/Halifax" as const };
    const midnight = { ...opening, startAt: instant("2027-03-07T23:30:00-05:00") };
    expect(mayCitizenBook(viewOf(booked, halifax, asks("1"), now), midnight, now)?.rule).toBe("APPT-11");
  });
});

describe("the limit in weeks", () => {
  test.each([
    ["one week: until Saturday of this one", 1, "2027-03-07T00:00:00-05:00"],
    ["two weeks", 2, "2027-03-14T00:00:00-05:00"],
    ["over the spring change", 3, "2027-03-21T00:00:00-04:00"],
  ])("OPT-04 %s", (_title, maxWeeks, limit) => {
    expect(viewOf(own, { ...agenda, maxWeeks }, asks("1"), now).limit).toBe(instant(limit));
  });

  test("OPT-04 on a Sunday the week has just begun, on a Saturday it ends tomorrow", () => {
    const limited = { ...agenda, maxWeeks: 1 };
    const on = (at: string) => viewOf(own, limited, asks("1"), instant(at)).limit;
    expect(on("2027-03-07T00:00:00-05:00")).toBe(instant("2027-03-14T00:00:00-05:00"));
    expect(on("2027-03-06T23:59:59-05:00")).toBe(instant("2027-03-07T00:00:00-05:00"));
  });

  test("OPT-01 no limit, no end", () => {
    expect(viewOf(own, agenda, asks("1"), now).limit).toBeNull();
  });
});

describe("booking an opening", () => {
  const view = viewOf(own, { ...agenda, maxWeeks: 2 }, asks("1"), now);
  const sunday = instant("2027-03-14T00:00:00-05:00");
  test.each([
    ["SLOT-20 a public one", {}, undefined],
    ["SLOT-21 a private one", { visibility: "private" }, "SLOT-21"],
    ["SVC-09 another reason", { consultationReasons: ["pregnancy"] }, "SVC-09"],
    ["SVC-10 all reasons", { consultationReasons: ["allReasons"] }, undefined],
    ["CASC-24 one that starts now", { startAt: now }, undefined],
    ["CASC-24 one that has started", { startAt: now - 1 }, "CASC-24"],
    ["SLOT-22 not open yet", { openFrom: now + 1 }, "SLOT-22"],
    ["SLOT-22 open from now", { openFrom: now }, undefined],
    ["SLOT-28 open since yesterday", { openFrom: now - 86_400_000 }, undefined],
    ["OPT-03 the last minute of the limit", { startAt: sunday - 60_000 }, undefined],
    ["OPT-07 the first instant beyond it", { startAt: sunday }, "OPT-07"],
    ["OPT-06 beyond it, with an opening date of its own", { startAt: sunday, openFrom: now }, undefined],
    ["APPT-09 taken", { busy: true }, "APPT-09"],
    ["HOLD-11 held", { heldUntil: now + 1 }, "HOLD-11"],
    ["HOLD-08 held until now", { heldUntil: now }, undefined],
  ] as const)("%s", (_title, change, rule) => {
    const refused = mayCitizenBook(view, { ...opening, ...change }, now);
    expect(refused?.rule).toBe(rule);
    if (refused) expect(refused.code).toBe("OPENING_NOT_AVAILABLE");
  });

  test("SLOT-22 without an opening date a slot is open whatever the time", () => {
    expect(mayCitizenBook(view, opening, -1)).toBeUndefined();
  });

  test.each([
    ["SVC-05 MF in cascade 3", orphan, "3", "MF", "SVC-05"],
    ["SVC-06 GMF in cascade 3", orphan, "3", "GMF", "SVC-06"],
    ["CASC-14 GMF of the group", ofTheGroup, "2.3", "GMF", undefined],
    ["CASC-13 MF of the group", ofTheGroup, "2.3", "MF", "SVC-05"],
    ["CASC-15 GEN in cascade 3", ofAnotherGmf, "3", "GEN", undefined],
  ] as const)("%s", (_title, citizen, cascade, serviceType, rule) => {
    const seen = viewOf(citizen, agenda, asks(cascade), now);
    expect(mayCitizenBook(seen, { ...opening, serviceType }, now)?.rule).toBe(rule);
  });

  test("SLOT-30 by clientele, a GEN opening waits for cascade 3", () => {
    const seen = viewOf(own, { ...agenda, displayMode: "byClientele" }, asks("1"), now);
    expect(mayCitizenBook(seen, opening, now)?.rule).toBe("SLOT-30");
  });

  test.each([
    ["REASON-08 the day before the 6th birthday", "2021-03-09", "REASON-08"],
    ["REASON-09 on the 6th birthday", "2021-03-08", undefined],
  ])("%s", (_title, birthDate, rule) => {
    const child = viewOf({ ...own, birthDate }, agenda, asks("1"), now);
    expect(mayCitizenBook(child, opening, now)?.rule).toBe(rule);
  });

  test.each([
    ["REASON-08 the last day at 5", "2021-03-09", undefined],
    ["REASON-08 six that day", "2021-03-08", "REASON-08"],
  ])("%s", (_title, birthDate, rule) => {
    const child = viewOf({ ...own, birthDate }, agenda, asks("1", "childZeroToFive"), now);
    const offered = { ...opening, consultationReasons: ["childZeroToFive"] };
    expect(mayCitizenBook(child, offered, now)?.rule).toBe(rule);
  });

  test.each([
    ["the last instant before the 6th birthday", "2027-03-07T23:59:59-05:00", "REASON-08"],
    ["midnight of the 6th birthday", "2027-03-08T00:00:00-05:00", undefined],
  ])("REASON-09 from 6 years on, %s", (_title, start, rule) => {
    const child = viewOf({ ...own, birthDate: "2021-03-08" }, agenda, asks("1"), now);
    expect(mayCitizenBook(child, { ...opening, startAt: instant(start) }, now)?.rule).toBe(rule);
  });

  test("REASON-08 a reason for any age is for any start", () => {
    const anyAge = viewOf(own, agenda, asks("1", "pregnancy"), -2);
    expect([anyAge.from, anyAge.until]).toEqual([null, null]);
    const early = { ...opening, consultationReasons: ["pregnancy"], startAt: -1 };
    expect(mayCitizenBook(anyAge, early, -2)).toBeUndefined();
  });

  test("REASON-08 the refusal names the reason's field", () => {
    const child = viewOf({ ...own, birthDate: "2021-03-09" }, agenda, asks("1"), now);
    expect(mayCitizenBook(child, opening, now)).toEqual({
      rule: "REASON-08",
      code: "REASON_NOT_ALLOWED",
      pointer: "/consultationReason",
    });
  });

  test.each([
    ["the last instant at 5", "2027-03-07T23:59:59-05:00", undefined],
    ["midnight of the 6th birthday", "2027-03-08T00:00:00-05:00", "REASON-08"],
  ])("REASON-09 a child of 0 to 5, %s", (_title, start, rule) => {
    const child = viewOf({ ...own, birthDate: "2021-03-08" }, agenda, asks("1", "childZeroToFive"), now);
    const offered = { ...opening, consultationReasons: ["childZeroToFive"], startAt: instant(start) };
    expect(mayCitizenBook(child, offered, now)?.rule).toBe(rule);
  });

  test.each([
    ["an adult: from long ago", "1980-05-05", instant("1986-05-05T00:00:00-04:00")],
    ["on the 6th birthday: from midnight", "2021-03-01", instant("2027-03-01T00:00:00-05:00")],
    ["a day before it: from midnight", "2021-03-02", instant("2027-03-02T00:00:00-05:00")],
  ])("REASON-09 %s", (_title, birthDate, from) => {
    expect(viewOf({ ...own, birthDate }, agenda, asks("1"), now).from).toBe(from);
  });
});
