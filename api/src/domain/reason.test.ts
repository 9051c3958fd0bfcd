import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nurseMentions } from "./actor.ts";
import {
  consultationReasons,
  datesAllowed,
  isOfferedFor,
  onlineReasons,
  reasons,
  refuseInactive,
  refuseOffline,
} from "./reason.ts";
import type { ConsultationReason } from "./reason.ts";
import { addDays, ageOn } from "./time.ts";

describe("the catalogue", () => {
  test("REASON-01 holds seven reasons, each with its texts in French and English", () => {
    expect(consultationReasons).toEqual([
      "minorEmergency",
      "priority",
      "periodic",
      "regular",
      "pregnancy",
      "childZeroToFive",
      "redirection",
    ]);
    for (const reason of consultationReasons) {
      const { fr, en } = reasons[reason];
      expect([fr.label, fr.description, en.label, en.description].every((text) => text.length > 5)).toBe(true);
      expect(fr.description).not.toBe(en.description);
    }
  });

  test("REASON-02 shows all of them to citizens but redirection", () => {
    expect(consultationReasons.filter((reason) => !reasons[reason].online)).toEqual(["redirection"]);
    expect(onlineReasons(["redirection", "regular"], [], "citizen")).toEqual(["regular"]);
    expect(onlineReasons(["allReasons"], [], "citizen")).toEqual(["allReasons"]);
  });

  test("REASON-02, CASC-23, SVC-11 shows redirection to the triage nurses of hospitals' emergencies, not to those of 811", () => {
    const offered = ["redirection", "regular"] as const;
    expect(onlineReasons(offered, [], "redirection")).toEqual(["redirection", "regular"]);
    expect(onlineReasons(offered, [], "811")).toEqual(["regular"]);
    expect(onlineReasons(offered, ["redirection"], "redirection")).toEqual(["regular"]);
  });

  test("CASC-23, REASON-02 every reason is open to whoever is online, but redirection to one kind of nurse", () => {
    const refused = { rule: "CASC-23", code: "REASON_NOT_ALLOWED", pointer: "/consultationReason" };
    for (const asker of ["citizen", ...nurseMentions] as const)
      for (const reason of consultationReasons)
        expect([asker, reason, refuseOffline(reason, asker)]).toEqual([
          asker,
          reason,
          reason === "redirection" && asker !== "redirection" ? refused : undefined,
        ]);
    expect(refuseOffline("redirection", "811", "/query/x")).toEqual({ ...refused, pointer: "/query/x" });
  });

  test("REASON-11 shows citizens active ones", () => {
    expect(onlineReasons(["regular", "periodic", "redirection"], ["periodic"], "citizen")).toEqual(["regular"]);
    expect(onlineReasons(["allReasons"], [...consultationReasons], "citizen")).toEqual(["allReasons"]);
    expect(onlineReasons(consultationReasons, [...consultationReasons], "citizen")).toEqual([]);
  });

  test("REASON-11 an inactive reason is not chosen, where it stands in the request", () => {
    const refused = (pointer: string) => ({ rule: "REASON-11", code: "INACTIVE_REASON", pointer });
    expect(refuseInactive("regular", ["periodic", "regular"])).toEqual(refused("/consultationReason"));
    expect(refuseInactive("regular", ["regular"], "/query/x")).toEqual(refused("/query/x"));
    expect(refuseInactive("regular", ["periodic"])).toBeUndefined();
    expect(refuseInactive("regular", [])).toBeUndefined();
    expect(refuseInactive("allReasons", [...consultationReasons])).toBeUndefined();
    expect(refuseInactive(null, [...consultationReasons])).toBeUndefined();
    expect(refuseInactive(undefined, [...consultationReasons])).toBeUndefined();
  });

  test("REASON-03 has no reason that means all of them", () => {
    expect(consultationReasons).not.toContain("allReasons");
  });
});

describe("offered for a reason", () => {
  test.each([
    ["SVC-09 its own reason", ["regular", "periodic"], "regular", true],
    ["SVC-09 another reason", ["regular", "periodic"], "pregnancy", false],
    ["SVC-10 all reasons", ["allReasons"], "pregnancy", true],
  ] as const)("%s", (_title, offered, reason, expected) => {
    expect(isOfferedFor(offered, reason)).toBe(expected);
  });
});

describe("age", () => {
  const isAllowed = (reason: ConsultationReason, birthDate: string, date: string) => {
    const { first, last } = datesAllowed(reason, birthDate);
    return (first === null || first <= date) && (last === null || date <= last);
  };

  test.each([
    ["REASON-04 regular the day before the 6th birthday", "regular", "2021-03-08", "2027-03-07", false],
    ["REASON-04 regular on the 6th birthday", "regular", "2021-03-08", "2027-03-08", true],
    ["REASON-05 child of 0 to 5 the day before the 6th birthday", "childZeroToFive", "2021-03-08", "2027-03-07", true],
    ["REASON-05 child of 0 to 5 on the 6th birthday", "childZeroToFive", "2021-03-08", "2027-03-08", false],
    ["REASON-06 minor emergency at 0", "minorEmergency", "2027-03-08", "2027-03-08", true],
    ["REASON-06 priority at 100", "priority", "1927-01-01", "2027-03-08", true],
    ["REASON-07 periodic at 3", "periodic", "2024-01-01", "2027-03-08", true],
    ["REASON-07 pregnancy at 70", "pregnancy", "1957-01-01", "2027-03-08", true],
    ["REASON-07 redirection at 3", "redirection", "2024-01-01", "2027-03-08", true],
    ["REASON-09 born on 29 February: still 5 on 28 February", "childZeroToFive", "2024-02-29", "2030-02-28", true],
    ["REASON-09 born on 29 February: 6 on 1 March", "childZeroToFive", "2024-02-29", "2030-03-01", false],
  ] as const)("%s", (_title, reason, birthDate, date, allowed) => {
    expect(isAllowed(reason, birthDate, date)).toBe(allowed);
  });

  test("REASON-09 the first date allowed is the first on which the person has the age", () => {
    const days = fc.integer({ min: 0, max: 50_000 });
    fc.assert(
      fc.property(days, (day) => {
        const birthDate = addDays("1900-01-01", day);
        const { first } = datesAllowed("regular", birthDate);
        const { last } = datesAllowed("childZeroToFive", birthDate);
        expect([ageOn(birthDate, addDays(first ?? "", -1)), ageOn(birthDate, first ?? "")]).toEqual([5, 6]);
        expect(last).toBe(addDays(first ?? "", -1));
      }),
    );
  });

  test.each([
    ["regular", "0094-03-08", { first: "0100-03-08", last: null }],
    ["regular", "2021-03-08", { first: "2027-03-08", last: null }],
    ["childZeroToFive", "2021-03-08", { first: null, last: "2027-03-07" }],
    ["childZeroToFive", "2024-02-29", { first: null, last: "2030-02-28" }],
    ["childZeroToFive", "2022-02-28", { first: null, last: "2028-02-27" }],
    ["periodic", "2021-03-08", { first: null, last: null }],
  ] as const)("REASON-09 dates of %s for a birth on %s", (reason, birthDate, dates) => {
    expect(datesAllowed(reason, birthDate)).toEqual(dates);
  });
});
