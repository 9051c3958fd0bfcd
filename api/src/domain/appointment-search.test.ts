import { describe, expect, test } from "vitest";
import { checkCriteria, emailKey, nameKey, phoneKey, searchCriteria, startsWithin } from "./appointment-search.ts";
import { phonePattern } from "./patient.ts";

describe("criteria", () => {
  test("SEARCH-21 none at all", () => {
    const none = { startDate: undefined, lastName: undefined };
    for (const asked of [{}, none])
      expect(checkCriteria(asked)).toEqual({ rule: "SEARCH-21", code: "CRITERION_REQUIRED", pointer: "" });
  });

  test.each(searchCriteria)("SEARCH-21 one is enough: %s", (name) => {
    expect(checkCriteria({ [name]: "2027-03-08" })).toBeUndefined();
  });

  test("SEARCH-22 a range of one day is one; one that ends before it starts is none", () => {
    expect(checkCriteria({ startDate: "2027-03-08", endDate: "2027-03-08" })).toBeUndefined();
    expect(checkCriteria({ startDate: "2027-03-08", endDate: "2027-03-07" })).toEqual({
      rule: "SEARCH-22",
      code: "INVALID_INTERVAL",
      pointer: "/endDate",
      params: { from: "startDate", to: "endDate" },
    });
  });
});

describe("range", () => {
  const at = (text: string) => Date.parse(text);
  test.each([
    ["SEARCH-22 both dates", { startDate: "2027-03-08", endDate: "2027-03-09" }, ["08T00:00-05:00", "10T00:00-05:00"]],
    ["SEARCH-22 a start alone", { startDate: "2027-03-08" }, ["08T00:00-05:00", null]],
    ["SEARCH-22 an end alone", { endDate: "2027-03-08" }, [null, "09T00:00-05:00"]],
    [
      "SEARCH-22 across the spring change",
      { startDate: "2027-03-14", endDate: "2027-03-14" },
      ["14T00:00-05:00", "15T00:00-04:00"],
    ],
    ["SEARCH-22 no date", {}, [null, null]],
  ])("%s", (_title, asked, [from, to]) => {
    const instant = (text: string | null | undefined) => (typeof text === "string" ? at(`2027-03-${text}`) : null);
    expect(startsWithin(asked, "America/Toronto")).toEqual({ from: instant(from), to: instant(to) });
  });

  test("SEARCH-22 the days are those of the place's zone", () => {
    const { from } = startsWithin({ startDate: "2027-03-08" }, "America/Halifax");
    expect(from).toBe(at("2027-03-08T00:00-04:00"));
  });
});

test.each([
  ["Tremblay", "tremblay"],
  ["TREMBLAY", "tremblay"],
  ["Élisabeth", "elisabeth"],
  ["E\u0301LISABETH", "elisabeth"],
  ["François", "francois"],
  ["Noël", "noel"],
  ["St-Pierre", "stpierre"],
  ["St Pierre", "stpierre"],
  ["St\u2011Pierre", "stpierre"],
  ["O'Brien", "obrien"],
  ["O’Brien", "obrien"],
  ["L’Écuyer", "lecuyer"],
  ["Lebœuf", "leboeuf"],
  ["LEBŒUF", "leboeuf"],
  ["Leboeuf", "leboeuf"],
  ["Lætitia", "laetitia"],
  ["Weiß", "weiss"],
  ["Sørensen", "sorensen"],
  ["ŁUKASZ", "lukasz"],
  ["Đặng", "dang"],
  ["Sigurðsson Þór", "sigurdssonthor"],
  ["Yıldız", "yildiz"],
  ["İpek", "ipek"],
  ["Дмитрий", "дмитрии"],
  ["ᐊᓕᓯ", "ᐊᓕᓯ"],
  ["Jean III", "jeaniii"],
  ["Louis 2", "louis2"],
  ["-", ""],
])("SEARCH-24 the name %s is compared as %s", (name, key) => {
  expect(nameKey(name)).toBe(key);
});

test("SEARCH-24 a phone is compared by its ten digits", () => {
  const ways = [
    "4185550192",
    "418-555-0192",
    "(418) 555-0192",
    "418.555.0192",
    "+1 418 555 0192",
    "1 418 555-0192",
    "14185550192",
    "418-555-0192 poste 12",
    "418-555-0192 POSTE 123456",
    "418-555-0192 x123",
    "418-555-0192X1",
    "418-555-0192,; ext. 12",
    "418-555-0192 ext 12",
  ];
  expect(ways.filter((way) => !phonePattern.test(way))).toEqual([]);
  expect(ways.filter((way) => phoneKey(way) !== "4185550192")).toEqual([]);
  expect(phoneKey("418-555-0193")).toBe("4185550193");
});

test("SEARCH-24 an e-mail address is compared without regard to case", () => {
  expect(emailKey("Alice.Tremblay@Example.ORG")).toBe("alice.tremblay@example.org");
});
