import { describe, expect, test } from "vitest";
import {
  changedFields,
  decideSlot,
  decideSlotDeletion,
  statusOf,
  withChange,
  withManualDefaults,
  zoneOf,
} from "./slot.ts";
import type { SlotContent, SlotFacts, SlotWish } from "./slot.ts";

const at = (text: string) => Date.parse(text);
const now = at("2027-03-08T10:00:00-05:00");
const day = (time: string) => at(`2027-03-09T${time}:00-05:00`);

const toronto = { timeZone: "America/Toronto", endDate: null } as const;
const regular = { type: "GEN", consultationReason: "regular", durationMinutes: 20, active: true } as const;

const facts: SlotFacts = {
  workPlaceIds: ["plc_a", "plc_b"],
  places: new Map<string, { timeZone: "America/Toronto"; endDate: string | null }>([
    ["plc_a", toronto],
    ["plc_b", { ...toronto, endDate: "2027-03-07" }],
    ["plc_today", { ...toronto, endDate: "2027-03-08" }],
    ["plc_kept", toronto],
  ]),
  timeZone: "America/Toronto",
  services: new Map([
    ["svc_regular", regular],
    ["svc_periodic", { ...regular, consultationReason: "periodic" }],
    ["svc_long", { ...regular, durationMinutes: 30 }],
    ["svc_gmf", { ...regular, type: "GMF" }],
    ["svc_all", { ...regular, consultationReason: "allReasons" }],
    ["svc_gone", { ...regular, active: false }],
  ]),
};

const oneOfEach: SlotFacts = { ...facts, workPlaceIds: ["plc_a"], services: new Map([["svc_regular", regular]]) };

const timed = { startAt: day("08:00"), endAt: day("12:00") };
const full = { ...timed, placeId: "plc_a", serviceIds: ["svc_regular"], visibility: "public" } as const;

const complete: SlotContent = {
  ...full,
  openFrom: null,
  serviceType: "GEN",
  durationMinutes: 20,
  consultationReasons: ["regular"],
};
const incomplete: SlotContent = {
  ...timed,
  placeId: null,
  serviceIds: [],
  visibility: null,
  openFrom: null,
  serviceType: null,
  durationMinutes: null,
  consultationReasons: [],
};

/** The rules a wish breaks, with the fields they point to. */
function broken(wish: SlotWish & { endAt: number }, current: SlotContent | null = null, with_ = facts, when = now) {
  const decision = decideSlot(wish, with_, current, when);
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

function accepted(wish: SlotWish & { endAt: number }, current: SlotContent | null = null, with_ = facts): SlotContent {
  const decision = decideSlot(wish, with_, current, now);
  if (!decision.ok) throw new Error(decision.violations.map(({ rule }) => rule).join());
  return decision.value;
}

describe("creating", () => {
  test("SLOT-05 SLOT-06 with a start and an end only, it is incomplete", () => {
    expect(accepted(timed)).toEqual(incomplete);
    expect(statusOf(accepted(timed))).toBe("incomplete");
  });

  test("SLOT-06 with place, services and visibility, it is complete and takes type, duration and reasons from its services", () => {
    const slot = accepted({ ...full, serviceIds: ["svc_regular", "svc_periodic", "svc_regular"] });
    expect(slot).toEqual({
      ...complete,
      serviceIds: ["svc_periodic", "svc_regular"],
      consultationReasons: ["periodic", "regular"],
    });
    expect(statusOf(slot)).toBe("complete");
  });

  test.each([
    ["SLOT-03 an end before the start", "12:00", "08:00", ["SLOT-03 INVALID_INTERVAL /endAt"]],
    ["SLOT-03 an end at the start", "12:00", "12:00", ["SLOT-03 INVALID_INTERVAL /endAt"]],
    ["SLOT-03 one minute", "12:00", "12:01", []],
  ])("%s", (_title, start, end, rules) => {
    expect(broken({ startAt: day(start), endAt: day(end) })).toEqual(rules);
  });

  test.each([
    ["SLOT-03 until midnight is the same day", "2027-03-10T00:00:00-05:00", []],
    ["SLOT-03 a second past midnight is not", "2027-03-10T00:00:01-05:00", ["SLOT-03 INVALID_INTERVAL /endAt"]],
    ["SLOT-03 the whole next day is not", "2027-03-11T00:00:00-05:00", ["SLOT-03 INVALID_INTERVAL /endAt"]],
  ])("%s", (_title, end, rules) => {
    expect(broken({ startAt: day("20:00"), endAt: at(end) })).toEqual(rules);
  });

  test("SLOT-03 the day is the place's, or that of the first work place", () => {
    const late = { startAt: at("2027-03-09T23:00:00-05:00"), endAt: at("2027-03-10T00:30:00-05:00") };
    const halifax = { timeZone: "America/Halifax", endDate: null } as const;
    expect(broken({ ...full, ...late })).toHaveLength(1);
    const inHalifax = { ...facts, places: new Map([["plc_a", halifax]]) };
    expect(broken({ ...full, ...late }, null, inHalifax)).toEqual([]);
    expect(broken(late, null, { ...facts, timeZone: "America/Halifax" })).toEqual([]);
    expect(zoneOf("plc_a", inHalifax)).toBe("America/Halifax");
    expect(zoneOf(null, inHalifax)).toBe("America/Toronto");
  });

  test("SLOT-03 the day of 25 hours is one day", () => {
    const autumn = { startAt: at("2027-11-07T00:00:00-04:00"), endAt: at("2027-11-08T00:00:00-05:00") };
    expect(broken(autumn)).toEqual([]);
  });

  test.each([
    ["SLOT-04 an end in the past", "08:00", "09:59", ["SLOT-04 SLOT_IN_PAST /endAt"]],
    ["SLOT-04 an end now", "08:00", "10:00", []],
    ["SLOT-04 under way", "08:00", "12:00", []],
  ])("%s", (_title, start, end, rules) => {
    const today = (time: string) => at(`2027-03-08T${time}:00-05:00`);
    expect(broken({ startAt: today(start), endAt: today(end) })).toEqual(rules);
  });

  test.each([
    ["place alone", { placeId: "plc_a" }, ["/serviceIds", "/visibility"]],
    ["services alone", { serviceIds: ["svc_regular"] }, ["/placeId", "/visibility"]],
    ["visibility alone", { visibility: "public" }, ["/placeId", "/serviceIds"]],
    ["place and visibility", { placeId: "plc_a", visibility: "private" }, ["/serviceIds"]],
    ["an empty list of services is none", { placeId: "plc_a", serviceIds: [], visibility: "private" }, ["/serviceIds"]],
    ["visibility declined", { ...full, visibility: null }, ["/visibility"]],
  ] as const)("SLOT-07 %s", (_title, parts, pointers) => {
    expect(broken({ ...timed, ...parts })).toEqual(
      pointers.map((pointer) => `SLOT-07 SLOT_PARTIALLY_FILLED ${pointer}`),
    );
  });

  test("SLOT-12 place and services without visibility: private", () => {
    expect(accepted({ ...timed, placeId: "plc_a", serviceIds: ["svc_regular"] }).visibility).toBe("private");
  });

  test.each([
    ["SLOT-13 a place that is no work place", { placeId: "plc_kept" }, ["SLOT-13 PLACE_NOT_WORK_PLACE /placeId"]],
    ["SLOT-13 a place nobody knows", { placeId: "plc_x" }, ["SLOT-13 PLACE_NOT_WORK_PLACE /placeId"]],
    ["PLACE-07 a place that ended yesterday", { placeId: "plc_b" }, ["PLACE-07 PLACE_ENDED /placeId"]],
    ["SLOT-14 a deleted service", { serviceIds: ["svc_gone"] }, ["SLOT-14 SERVICE_NOT_OFFERED /serviceIds"]],
    ["SLOT-14 somebody else's service", { serviceIds: ["svc_x"] }, ["SLOT-14 SERVICE_NOT_OFFERED /serviceIds"]],
    [
      "SLOT-15 two durations",
      { serviceIds: ["svc_regular", "svc_long"] },
      ["SLOT-15 MIXED_SERVICE_DURATION /serviceIds"],
    ],
    ["SLOT-16 two types", { serviceIds: ["svc_regular", "svc_gmf"] }, ["SLOT-16 MIXED_SERVICE_TYPE /serviceIds"]],
    [
      "SLOT-17 all reasons beside one",
      { serviceIds: ["svc_all", "svc_regular"] },
      ["SLOT-17 ALL_REASONS_EXCLUSIVE /serviceIds"],
    ],
    ["SLOT-17 all reasons alone", { serviceIds: ["svc_all"] }, []],
    [
      "SLOT-24 an opening date on a private slot",
      { visibility: "private", openFrom: now },
      ["SLOT-24 OPEN_FROM_REQUIRES_PUBLIC /openFrom"],
    ],
    ["SLOT-24 an opening date on a public slot", { openFrom: now }, []],
    ["SLOT-28 an opening date in the past", { openFrom: now - 1 }, []],
    ["SLOT-25 an opening date without a time", { openFrom: "2027-03-08" }, ["SLOT-25 REQUIRED_FIELD /openFrom"]],
  ] as const)("%s", (_title, change, rules) => {
    expect(broken({ ...full, ...change })).toEqual(rules);
  });

  test("PLACE-07 a place that ends today takes slots until midnight", () => {
    const ending = { ...facts, workPlaceIds: ["plc_today"] };
    expect(broken({ ...full, placeId: "plc_today" }, null, ending)).toEqual([]);
  });

  test("SLOT-24 an incomplete slot has no opening date", () => {
    expect(broken({ ...timed, openFrom: now })).toEqual(["SLOT-24 OPEN_FROM_REQUIRES_PUBLIC /openFrom"]);
  });

  test("every violation is told at once", () => {
    const wish = { startAt: day("12:00"), endAt: day("08:00"), placeId: "plc_x", serviceIds: ["svc_x"], openFrom: now };
    expect(broken(wish).map((text) => text.split(" ")[0])).toEqual(["SLOT-03", "SLOT-13", "SLOT-14", "SLOT-24"]);
  });
});

describe("creating by hand", () => {
  test("SLOT-02 four hours when the end is not said", () => {
    expect(withManualDefaults({ startAt: day("08:00") }, facts).endAt).toBe(day("12:00"));
    expect(withManualDefaults({ startAt: day("08:00"), endAt: day("09:00") }, facts).endAt).toBe(day("09:00"));
  });

  test("SLOT-09 SLOT-10 SLOT-12 the only place and the only service are selected, private", () => {
    const slot = accepted({ ...timed, ...withManualDefaults(timed, oneOfEach), endAt: timed.endAt }, null, oneOfEach);
    expect(slot).toEqual({ ...complete, visibility: "private" });
  });

  test.each([
    ["SLOT-09 of two places none", timed, { ...oneOfEach, workPlaceIds: ["plc_a", "plc_b"] }, undefined, undefined],
    ["SLOT-10 of two services none", timed, { ...facts, workPlaceIds: ["plc_a"] }, undefined, undefined],
    [
      "SLOT-10 a deleted one does not count",
      timed,
      {
        ...oneOfEach,
        services: new Map([
          ["svc_regular", regular],
          ["svc_gone", { ...regular, active: false }],
        ]),
      },
      "plc_a",
      ["svc_regular"],
    ],
    ["SLOT-11 a declined place", { ...timed, placeId: null }, oneOfEach, null, undefined],
    ["SLOT-11 a declined service", { ...timed, serviceIds: null }, oneOfEach, undefined, null],
    ["SLOT-11 an empty list of services", { ...timed, serviceIds: [] }, oneOfEach, undefined, []],
    ["SLOT-11 a declined visibility", { ...timed, visibility: null }, oneOfEach, undefined, undefined],
    [
      "SLOT-09 beside a service that is given",
      { ...timed, serviceIds: ["svc_long"] },
      { ...facts, workPlaceIds: ["plc_a"] },
      "plc_a",
      ["svc_long"],
    ],
    ["SLOT-10 beside a place that is given", { ...timed, placeId: "plc_b" }, oneOfEach, "plc_b", ["svc_regular"]],
  ] as const)("%s", (_title, wish, with_, placeId, serviceIds) => {
    const filled = withManualDefaults(wish, with_);
    expect([filled.placeId, filled.serviceIds]).toEqual([placeId, serviceIds]);
  });
});

describe("editing", () => {
  const past = { ...complete, startAt: now - 7_200_000, endAt: now - 1 };
  const wishOf = (current: SlotContent, change: Parameters<typeof withChange>[1]) => {
    const wish = withChange(current, change);
    return { ...wish, endAt: wish.endAt ?? current.endAt };
  };

  test("SLOT-40 what is not mentioned stays", () => {
    const opened = { ...complete, openFrom: now };
    expect(accepted(wishOf(opened, { endAt: day("11:00") }), opened)).toEqual({ ...opened, endAt: day("11:00") });
  });

  test("SLOT-27 public to private clears the opening date", () => {
    const opened = { ...complete, openFrom: now };
    expect(accepted(wishOf(opened, { visibility: "private" }), opened)).toMatchObject({
      visibility: "private",
      openFrom: null,
    });
  });

  test("SLOT-24 private with an opening date of the same change is refused", () => {
    expect(broken(wishOf(complete, { visibility: "private", openFrom: now }), complete)).toHaveLength(1);
  });

  test("SLOT-07 emptying takes all three, and SLOT-27 the opening date with them", () => {
    const opened = { ...complete, openFrom: now };
    expect(accepted(wishOf(opened, { placeId: null, serviceIds: null, visibility: null }), opened)).toEqual(incomplete);
    expect(broken(wishOf(opened, { placeId: null, serviceIds: null }), opened)).toHaveLength(2);
  });

  test("SLOT-12 completing without a word on visibility: private", () => {
    const wish = wishOf(incomplete, { placeId: "plc_a", serviceIds: ["svc_regular"] });
    expect(accepted(wish, incomplete).visibility).toBe("private");
  });

  test.each([
    ["SLOT-41 a complete slot that has ended", past, ["SLOT-41 SLOT_IN_PAST "]],
    ["SLOT-45 one that ends now", { ...past, endAt: now }, []],
    ["SLOT-42 an incomplete slot that has ended", { ...incomplete, startAt: past.startAt, endAt: past.endAt }, []],
  ])("%s", (_title, current, rules) => {
    expect(broken(wishOf(current, { startAt: current.startAt - 60_000 }), current)).toEqual(rules);
  });

  test("SLOT-42 an incomplete slot that has ended may be completed", () => {
    const ended = { ...incomplete, startAt: past.startAt, endAt: past.endAt };
    const wish = wishOf(ended, { placeId: "plc_a", serviceIds: ["svc_regular"], visibility: "private" });
    expect(statusOf(accepted(wish, ended))).toBe("complete");
  });

  test("EMP-16 a slot keeps a place that is no longer a work place, but does not come to one", () => {
    const kept = { ...complete, placeId: "plc_kept" };
    expect(broken(wishOf(kept, { endAt: day("11:00") }), kept)).toEqual([]);
    expect(broken(wishOf(complete, { placeId: "plc_kept" }), complete)).toEqual([
      "SLOT-13 PLACE_NOT_WORK_PLACE /placeId",
    ]);
  });

  test("changedFields names what differs, as on the wire", () => {
    expect(changedFields(complete, complete)).toEqual([]);
    expect(changedFields(complete, { ...complete, endAt: 1, openFrom: 2 })).toEqual(["endAt", "openFrom"]);
    expect(changedFields(incomplete, complete)).toEqual([
      "placeId",
      "visibility",
      "serviceType",
      "durationMinutes",
      "serviceIds",
      "consultationReasons",
      "status",
    ]);
  });
});

describe("deleting", () => {
  const ended = { startAt: now - 7_200_000, endAt: now - 1 };
  test.each([
    ["SLOT-43 a complete slot that has ended", { ...complete, ...ended }, ["SLOT-43 SLOT_IN_PAST "]],
    ["SLOT-44 an incomplete slot that has ended", { ...incomplete, ...ended }, "allowed"],
    ["SLOT-45 a complete slot under way", { ...complete, ...ended, endAt: now + 1 }, "allowed"],
    ["SLOT-45 a complete slot that ends now", { ...complete, ...ended, endAt: now }, "allowed"],
  ])("%s", (_title, slot, expected) => {
    const decision = decideSlotDeletion(slot, now);
    const told = decision.ok || decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
    expect(told === true ? "allowed" : told).toEqual(expected);
  });
});

describe("service groups", () => {
  const grouped: SlotFacts = {
    ...facts,
    serviceGroups: new Map([
      ["grp_pair", ["svc_periodic", "svc_regular"]],
      ["grp_one", ["svc_regular"]],
      ["grp_long", ["svc_long"]],
      ["grp_gmf", ["svc_gmf"]],
      ["grp_gone", ["svc_gone"]],
      ["grp_empty", []],
    ]),
  };
  const bare = { ...timed, placeId: "plc_a", visibility: "public" } as const;

  test("SLOT-18 a group adds all its services, each once, beside those that are named", () => {
    const named = { ...bare, serviceIds: ["svc_regular"], serviceGroupIds: ["grp_pair", "grp_one", "grp_pair"] };
    expect(accepted(named, null, grouped)).toEqual({
      ...complete,
      serviceIds: ["svc_periodic", "svc_regular"],
      consultationReasons: ["periodic", "regular"],
    });
  });

  test("SLOT-18 a group alone is services enough, SLOT-12 private without a word", () => {
    const slot = accepted({ ...timed, placeId: "plc_a", serviceGroupIds: ["grp_one"] }, null, grouped);
    expect([slot.serviceIds, slot.visibility]).toEqual([["svc_regular"], "private"]);
    expect(accepted({ ...bare, serviceIds: null, serviceGroupIds: ["grp_one"] }, null, grouped)).toEqual(complete);
  });

  test("SLOT-18 no groups at all leave things as they are", () => {
    for (const serviceGroupIds of [undefined, null, []]) {
      expect(accepted({ ...full, serviceGroupIds }, null, grouped)).toEqual(complete);
      expect(accepted({ ...timed, serviceGroupIds }, null, grouped)).toEqual(incomplete);
    }
  });

  test.each<[title: string, wish: Omit<Partial<SlotWish>, "endAt">, found: string[]]>([
    [
      "SLOT-07 a group without a place",
      { placeId: null, visibility: null, serviceGroupIds: ["grp_one"] },
      ["SLOT-07 SLOT_PARTIALLY_FILLED /placeId", "SLOT-07 SLOT_PARTIALLY_FILLED /visibility"],
    ],
    [
      "SLOT-14 a group of somebody else, at its place",
      { serviceGroupIds: ["grp_one", "grp_x"] },
      ["SLOT-14 SERVICE_NOT_OFFERED /serviceGroupIds/1"],
    ],
    [
      "SLOT-14 a group that has been left empty",
      { serviceIds: ["svc_regular"], serviceGroupIds: ["grp_empty"] },
      ["SLOT-14 SERVICE_NOT_OFFERED /serviceGroupIds/0"],
    ],
    [
      "SLOT-14 a group with a deleted service",
      { serviceGroupIds: ["grp_gone"] },
      ["SLOT-14 SERVICE_NOT_OFFERED /serviceGroupIds"],
    ],
    [
      "SLOT-15 durations that differ by a group",
      { serviceGroupIds: ["grp_one", "grp_long"] },
      ["SLOT-15 MIXED_SERVICE_DURATION /serviceGroupIds"],
    ],
    [
      "SLOT-15 durations that differ already without it, told once",
      { serviceIds: ["svc_regular", "svc_long"], serviceGroupIds: ["grp_one"] },
      ["SLOT-15 MIXED_SERVICE_DURATION /serviceIds"],
    ],
    [
      "SLOT-16 types that differ by a group",
      { serviceIds: ["svc_regular"], serviceGroupIds: ["grp_gmf"] },
      ["SLOT-16 MIXED_SERVICE_TYPE /serviceGroupIds"],
    ],
    [
      "SLOT-15 SLOT-16 what is mixed among services, and what by a group, each at its field",
      { serviceIds: ["svc_regular", "svc_long"], serviceGroupIds: ["grp_gmf"] },
      ["SLOT-15 MIXED_SERVICE_DURATION /serviceIds", "SLOT-16 MIXED_SERVICE_TYPE /serviceGroupIds"],
    ],
    [
      "SLOT-17 all reasons beside a group",
      { serviceIds: ["svc_all"], serviceGroupIds: ["grp_one"] },
      ["SLOT-17 ALL_REASONS_EXCLUSIVE /serviceGroupIds"],
    ],
  ])("%s", (_title, wish, found) => {
    expect(broken({ ...bare, ...wish }, null, grouped)).toEqual(found);
  });

  test("SLOT-14 groups that nobody has loaded are nobody's", () => {
    expect(broken({ ...bare, serviceGroupIds: ["grp_one"] })).toEqual([
      "SLOT-14 SERVICE_NOT_OFFERED /serviceGroupIds/0",
    ]);
  });

  test("SLOT-18 in an edit it adds to the services that stay, and replaces those that are named anew", () => {
    const added = withChange(complete, { serviceGroupIds: ["grp_pair"] });
    expect(accepted({ ...added, ...timed }, complete, grouped).serviceIds).toEqual(["svc_periodic", "svc_regular"]);
    const replaced = withChange(complete, { serviceIds: [], serviceGroupIds: ["grp_gmf"] });
    expect(accepted({ ...replaced, ...timed }, complete, grouped).serviceIds).toEqual(["svc_gmf"]);
  });

  test("SLOT-10 SLOT-18 by hand, a group stands for the service that is not said; the place is still selected", () => {
    const alone = { ...oneOfEach, serviceGroups: new Map([["grp_long", ["svc_long"]]]) };
    const wish = withManualDefaults({ ...timed, serviceGroupIds: ["grp_long"] }, alone);
    expect([wish.placeId, wish.serviceIds]).toEqual(["plc_a", undefined]);
    const none = withManualDefaults({ ...timed, serviceGroupIds: [] }, alone);
    expect([none.placeId, none.serviceIds]).toEqual(["plc_a", ["svc_regular"]]);
    const nowhere = withManualDefaults({ ...timed, serviceGroupIds: ["grp_long"], placeId: null }, alone);
    expect([nowhere.placeId, nowhere.serviceIds]).toEqual([null, undefined]);
  });
});
