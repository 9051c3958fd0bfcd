import { describe, expect, test } from "vitest";
import { ownPracticeNumber, registrationNotices, registrationOn } from "./registration.ts";
import type { Registration } from "./registration.ts";

const today = "2027-03-01";
const registration: Registration = {
  practiceNumber: "112233",
  delegatedPracticeNumber: null,
  gmfNumber: "03-117",
  placeNumber: "55231",
  endDate: null,
  gmfEndDate: null,
  placeEndDate: null,
};

describe("what still holds", () => {
  test.each([
    ["PAT-16 without an end, all of it", {}, {}],
    ["PAT-16 on the last day of the relation, all of it", { endDate: today }, {}],
    ["PAT-16 on the last day of the GMF, all of it", { gmfEndDate: today }, {}],
    ["PAT-16 on the last day of the place, all of it", { placeEndDate: today }, {}],
    ["PAT-16 the day after the GMF's end, the relation alone", { gmfEndDate: "2027-02-28" }, { gmfNumber: null }],
    ["PAT-16 the day after the place's end, the rest", { placeEndDate: "2027-02-28" }, { placeNumber: null }],
  ])("%s", (_title, ends, left) => {
    const asked = { ...registration, ...ends };
    expect(registrationOn(asked, today)).toEqual({ ...asked, ...left });
  });

  test("PAT-16 the day after the relation's end, nothing; nor of no registration", () => {
    expect(registrationOn({ ...registration, endDate: "2027-02-28" }, today)).toBeNull();
    expect(registrationOn(null, today)).toBeNull();
  });
});

test("CASC-02 a delegation takes the physician's place", () => {
  expect(ownPracticeNumber(registration)).toBe("112233");
  expect(ownPracticeNumber({ ...registration, delegatedPracticeNumber: "810333" })).toBe("810333");
});

describe("notices", () => {
  const noticed = (fields: Partial<Registration>) =>
    registrationNotices({ ...registration, ...fields }, today).map(({ rule, params }) => [rule, params?.["date"]]);

  test.each([
    ["MSG-01 none without an end", {}, []],
    ["MSG-01 an end of the GMF's registration", { gmfEndDate: "2027-06-30" }, [["MSG-01", "2027-06-30"]]],
    ["MSG-01 an end of the place's", { placeEndDate: "2027-05-31" }, [["MSG-01", "2027-05-31"]]],
    [
      "MSG-01 of both, the earlier",
      { gmfEndDate: "2027-06-30", placeEndDate: "2027-05-31" },
      [["MSG-01", "2027-05-31"]],
    ],
    ["MSG-01 its last day is told too", { gmfEndDate: today }, [["MSG-01", today]]],
    ["MSG-01 an end that has passed is no notice", { gmfEndDate: "2027-02-28" }, []],
    ["MSG-01 nor an end of what there is not", { placeNumber: null, placeEndDate: "2027-05-31" }, []],
    ["MSG-02 an end of the relation", { endDate: "2027-04-30" }, [["MSG-02", "2027-04-30"]]],
    ["MSG-02 its last day is told too", { endDate: today }, [["MSG-02", today]]],
    ["MSG-02 an end that has passed leaves nothing to tell", { endDate: "2027-02-28", gmfEndDate: "2027-06-30" }, []],
    [
      "MSG-01, MSG-02 both",
      { endDate: "2027-04-30", gmfEndDate: "2027-04-30" },
      [
        ["MSG-01", "2027-04-30"],
        ["MSG-02", "2027-04-30"],
      ],
    ],
  ])("%s", (_title, fields, expected) => {
    expect(noticed(fields)).toEqual(expected);
  });

  test("MSG-01, MSG-02 each says its code, of nothing that was sent", () => {
    expect(registrationNotices({ ...registration, endDate: today, gmfEndDate: today }, today)).toEqual([
      { rule: "MSG-01", code: "REGISTRATION_ENDING", pointer: "", params: { date: today } },
      { rule: "MSG-02", code: "RELATION_ENDING", pointer: "", params: { date: today } },
    ]);
  });

  test("MSG-02 who is registered with nobody is told nothing", () => {
    expect(registrationNotices(null, today)).toEqual([]);
  });
});
