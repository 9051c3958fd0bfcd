import { describe, expect, test } from "vitest";
import { aRegistration } from "../../test/a-registration.ts";
import { cascades, citizenFactsOf, nextCascade, openCascades, refuseCascade } from "./cascade.ts";
import type { Cascade, RelayedGroup } from "./cascade.ts";
import type { Registration } from "./registration.ts";

const now = Date.parse("2027-03-01T10:00:00-05:00");
const registration = aRegistration({ practiceNumber: "100001", gmfNumber: "03-117" });
const citizen = (fields: Partial<Registration> | null, groups: readonly RelayedGroup[] | null = []) =>
  citizenFactsOf(
    { birthDate: "1980-06-15", registration: fields === null ? null : { ...registration, ...fields } },
    { groups, bookedDates: new Set(), now },
  );
const group = (practiceNumbers: string[], relayTeam1: string[] = [], relayTeam2: string[] = []): RelayedGroup => ({
  practiceNumbers,
  relayTeam1,
  relayTeam2,
});
const relayed = [group(["100001"], ["pro_a"], ["pro_b"])];

describe("which cascades are open", () => {
  test.each([
    ["CASC-07 without a family physician, the third alone", citizen(null), ["3"]],
    ["CASC-07 the relation ended yesterday", citizen({ endDate: "2027-02-28" }, relayed), ["3"]],
    ["CASC-11 a professional outside any GMF: 1 is followed by 3", citizen({ gmfNumber: null }, relayed), ["1", "3"]],
    ["CASC-11 the GMF's registration ended yesterday", citizen({ gmfEndDate: "2027-02-28" }, relayed), ["1", "3"]],
    ["CASC-10 a professional in no work group: 1 is followed by 2.3", citizen({}, []), ["1", "2.3", "3"]],
    ["CASC-10 nor in another's", citizen({}, [group(["100002"], ["pro_a"])]), ["1", "2.3", "3"]],
    ["CASC-09 a group without a relay team", citizen({}, [group(["100001"])]), ["1", "2.3", "3"]],
    ["CASC-09 a group without team no 2", citizen({}, [group(["100001"], ["pro_a"])]), ["1", "2.1", "2.3", "3"]],
    [
      "CASC-09 another of the groups has a team no 2",
      citizen({}, [group(["100001"], ["pro_a"]), ...relayed]),
      [...cascades],
    ],
    ["CASC-01 all of them, in their order", citizen({}, relayed), ["1", "2.1", "2.2", "2.3", "3"]],
    [
      "CASC-02 a delegation counts in the physician's stead",
      citizen({ delegatedPracticeNumber: "810001" }, relayed),
      ["1", "2.3", "3"],
    ],
    [
      "CASC-02 and is relayed by its own groups",
      citizen({ delegatedPracticeNumber: "810001" }, [group(["810001"], ["pro_a"])]),
      ["1", "2.1", "2.3", "3"],
    ],
  ] as const)("%s", (_title, facts, expected) => {
    expect(openCascades(facts)).toEqual(expected);
  });

  test.each([
    ["CASC-07 1", citizen(null), "1", "CASC-07"],
    ["CASC-07 2.1", citizen(null), "2.1", "CASC-07"],
    ["CASC-11 2.2", citizen({ gmfNumber: null }, relayed), "2.2", "CASC-11"],
    ["CASC-11 2.3", citizen({ gmfNumber: null }, relayed), "2.3", "CASC-11"],
    ["CASC-10 2.1", citizen({}), "2.1", "CASC-10"],
    ["CASC-10 2.2", citizen({}), "2.2", "CASC-10"],
    ["CASC-09 2.1", citizen({}, [group(["100001"])]), "2.1", "CASC-09"],
    ["CASC-09 2.2", citizen({}, [group(["100001"], ["pro_a"])]), "2.2", "CASC-09"],
  ] as const)("%s is refused, and the refusal names the rule and the field", (_title, facts, cascade, rule) => {
    expect(refuseCascade(facts, cascade, "/cascade")).toEqual({
      rule,
      code: "CASCADE_NOT_AVAILABLE",
      pointer: "/cascade",
    });
  });

  test("CASC-09 where the groups of the GMF are not known, no cascade is called closed", () => {
    expect(openCascades(citizen({}, null))).toEqual([...cascades]);
  });
});

describe("where a citizen goes on", () => {
  test.each([
    ["CASC-08", "1", citizen({}, relayed), "2.1"],
    ["CASC-08", "2.1", citizen({}, relayed), "2.2"],
    ["CASC-08", "2.2", citizen({}, relayed), "2.3"],
    ["CASC-08", "2.3", citizen({}, relayed), "3"],
    ["CASC-08", "3", citizen({}, relayed), null],
    ["CASC-09", "1", citizen({}, [group(["100001"])]), "2.3"],
    ["CASC-09", "2.1", citizen({}, [group(["100001"], ["pro_a"])]), "2.3"],
    ["CASC-10", "1", citizen({}), "2.3"],
    ["CASC-11", "1", citizen({ gmfNumber: null }, relayed), "3"],
    ["CASC-07", "3", citizen(null), null],
  ] as const)("%s after %s", (_rule, cascade: Cascade, facts, expected) => {
    expect(nextCascade(facts, cascade)).toBe(expected);
  });
});

/** The guide's fixture (§3.7): two work groups, four relay teams. */
const guide = [
  group(
    ["medecin A", "medecin B", "IPSPL B", "IPSPL D", "resident E"],
    ["IPSPL A", "IPSPL D", "resident A"],
    ["medecin C", "IPSPL C", "resident C"],
  ),
  group(
    ["medecin C", "medecin D", "medecin E", "medecin F"],
    ["medecin B", "IPSPL A", "IPSPL B", "resident D"],
    ["medecin A", "IPSPL C", "resident A", "resident B"],
  ),
];

describe("relay teams", () => {
  test.each([
    [
      "CASC-03, CASC-04 a patient of Médecin A",
      "medecin A",
      ["IPSPL A", "IPSPL D", "resident A"],
      ["medecin C", "IPSPL C", "resident C"],
    ],
    [
      "CASC-03, CASC-04 a patient of Médecin F",
      "medecin F",
      ["medecin B", "IPSPL A", "IPSPL B", "resident D"],
      ["medecin A", "IPSPL C", "resident A", "resident B"],
    ],
    ["CASC-10 a patient of IPSPL A, who is in teams alone", "IPSPL A", [], []],
  ] as const)("%s", (_title, practiceNumber, first, second) => {
    const { relays } = citizen({ practiceNumber }, guide);
    expect([...(relays?.["2.1"] ?? [])]).toEqual(first);
    expect([...(relays?.["2.2"] ?? [])]).toEqual(second);
  });

  test("CASC-03, CASC-12 of a professional in two groups, the union, and nobody twice", () => {
    const groups = [group(["100001"], ["pro_a", "pro_b"], ["pro_c"]), group(["100001", "100002"], ["pro_b", "pro_c"])];
    const { relays } = citizen({}, groups);
    expect([...(relays?.["2.1"] ?? [])]).toEqual(["pro_a", "pro_b", "pro_c"]);
    expect([...(relays?.["2.2"] ?? [])]).toEqual(["pro_c"]);
  });
});
