import { describe, expect, test } from "vitest";
import {
  decidePlace,
  decidePlaceOptions,
  defaultPlaceOptions,
  hasEnded,
  placeLabel,
  placePosition,
  refuseMembership,
} from "./place.ts";
import type { PlaceInformation, WantedPlace, WantedPlaceOptions } from "./place.ts";

const wanted: WantedPlaceOptions = defaultPlaceOptions;

function refusals(change: Partial<WantedPlaceOptions>) {
  const decision = decidePlaceOptions({ ...wanted, ...change });
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

test("PLACE-20 a new place shows by relationship, masks nobody, lets cancel until 24 hours before and writes to no absentee", () => {
  expect(defaultPlaceOptions).toEqual({
    displayMode: "byRelationship",
    maskProfessionalName: { gmf: false, gen: false },
    cancellationPolicy: { value: 24, unit: "hours" },
    noShowMessageEnabled: false,
  });
});

describe("PLACE-23 an option cannot be null", () => {
  test.each<[keyof WantedPlaceOptions]>([
    ["displayMode"],
    ["maskProfessionalName"],
    ["cancellationPolicy"],
    ["noShowMessageEnabled"],
  ])("PLACE-23 refuses a null %s", (name) => {
    expect(refusals({ [name]: null })).toEqual([`PLACE-23 REQUIRED_FIELD /${name}`]);
  });

  test("PLACE-23 refuses null parts, all at once", () => {
    expect(
      refusals({
        maskProfessionalName: { gmf: null, gen: null },
        cancellationPolicy: { value: null, unit: null },
      }),
    ).toEqual([
      "PLACE-23 REQUIRED_FIELD /maskProfessionalName/gmf",
      "PLACE-23 REQUIRED_FIELD /maskProfessionalName/gen",
      "PLACE-23 REQUIRED_FIELD /cancellationPolicy/value",
      "PLACE-23 REQUIRED_FIELD /cancellationPolicy/unit",
    ]);
  });
});

test("PLACE-23 options that are whole are kept as they are", () => {
  const whole: WantedPlaceOptions = {
    displayMode: "byClientele",
    maskProfessionalName: { gmf: true, gen: false },
    cancellationPolicy: { value: 30, unit: "minutes" },
    noShowMessageEnabled: true,
  };
  expect(decidePlaceOptions(whole)).toEqual({ ok: true, value: whole, warnings: [] });
});

test("PLACE-23 a delay without its unit is in no range", () => {
  const pointer = "/cancellationPolicy";
  expect(refusals({ cancellationPolicy: { value: 90, unit: null } })).toEqual([
    `PLACE-23 REQUIRED_FIELD ${pointer}/unit`,
  ]);
  expect(refusals({ cancellationPolicy: { value: null, unit: "hours" } })).toEqual([
    `PLACE-23 REQUIRED_FIELD ${pointer}/value`,
  ]);
});

test("PLACE-26 a mask's name is told as far as its 64th character", () => {
  expect(refusals({ maskProfessionalName: { gmf: true, gen: true, ["m".repeat(65)]: true } })).toEqual([
    `PLACE-26 UNKNOWN_FIELD /maskProfessionalName/${"m".repeat(64)}`,
  ]);
});

test("PLACE-26 and as a step of a pointer", () => {
  expect(refusals({ maskProfessionalName: { gmf: true, gen: true, "m/f": true } })).toEqual([
    "PLACE-26 UNKNOWN_FIELD /maskProfessionalName/m~1f",
  ]);
});

test("PLACE-26 the two masks are independent, and there is none for MF", () => {
  for (const mask of [
    { gmf: true, gen: false },
    { gmf: false, gen: true },
  ])
    expect(decidePlaceOptions({ ...wanted, maskProfessionalName: mask })).toMatchObject({
      ok: true,
      value: { maskProfessionalName: mask },
    });
  expect(refusals({ maskProfessionalName: { gmf: true, gen: true, mf: true } })).toEqual([
    "PLACE-26 UNKNOWN_FIELD /maskProfessionalName/mf",
  ]);
});

describe("the cancellation delay", () => {
  test.each<[string, number, "minutes" | "hours", string | undefined]>([
    ["PLACE-29 accepts 0 minutes", 0, "minutes", undefined],
    ["PLACE-29 accepts 59 minutes", 59, "minutes", undefined],
    ["PLACE-29 refuses 60 minutes", 60, "minutes", "PLACE-29"],
    ["PLACE-29 refuses a negative number of minutes", -1, "minutes", "PLACE-29"],
    ["PLACE-30 accepts 0 hours", 0, "hours", undefined],
    ["PLACE-30 accepts 24 hours", 24, "hours", undefined],
    ["PLACE-30 refuses 25 hours", 25, "hours", "PLACE-30"],
    ["PLACE-30 refuses a negative number of hours", -1, "hours", "PLACE-30"],
  ])("%s", (_title, value, unit, rule) => {
    expect(refusals({ cancellationPolicy: { value, unit } })).toEqual(
      rule === undefined ? [] : [`${rule} OUT_OF_RANGE /cancellationPolicy/value`],
    );
  });
});

test.each([
  ["the abbreviation", "CMF", "CMF"],
  ["the name without one", null, "Clinique médicale du Faubourg"],
  ["the name when it is empty", "", "Clinique médicale du Faubourg"],
])("PLACE-04 the label is %s", (_title, abbreviation, label) => {
  expect(placeLabel({ name: "Clinique médicale du Faubourg", abbreviation })).toBe(label);
});

test.each<[string, string | null, string, boolean]>([
  ["PLACE-07 a place without an end goes on", null, "2027-03-08", false],
  ["PLACE-07 a place is there on its last day", "2027-03-08", "2027-03-08", false],
  ["PLACE-07 and no longer the day after", "2027-03-08", "2027-03-09", true],
])("%s", (_title, endDate, today, ended) => {
  expect(hasEnded(endDate, today)).toBe(ended);
});

test.each<[string, string | null, string | null, boolean]>([
  ["accepts the same day", "2027-03-08", "2027-03-08", false],
  ["refuses the day before", "2027-03-08", "2027-03-07", true],
  ["accepts an end alone", null, "2027-03-07", false],
  ["accepts a start alone", "2027-03-08", null, false],
])("Place.endDate %s", (_title, startDate, endDate, refused) => {
  const violation = { rule: "Place.endDate", code: "OUT_OF_RANGE", pointer: "/endDate" };
  expect(refuseMembership(startDate, endDate)).toEqual(refused ? violation : undefined);
});

test.each([
  ["is at its coordinates", 47.1, -71.9, { latitude: 47.1, longitude: -71.9 }],
  ["is where its postal code is when it has none", null, null, { latitude: 46.8, longitude: -71.2 }],
  ["needs both coordinates", 47.1, null, { latitude: 46.8, longitude: -71.2 }],
  ["needs both coordinates, whichever is missing", null, -71.9, { latitude: 46.8, longitude: -71.2 }],
])("a place %s", (_title, latitude, longitude, position) => {
  const positionOf = (postalCode: string) => (postalCode === "G1R 1R2" ? { latitude: 46.8, longitude: -71.2 } : null);
  expect(placePosition({ latitude, longitude, postalCode: "G1R 1R2" }, positionOf)).toEqual(position);
});

test("a place without coordinates, and a postal code that nobody knows, is nowhere", () => {
  expect(placePosition({ latitude: null, longitude: null, postalCode: "G9Z 1A1" }, () => null)).toBeNull();
});

describe("a change of a place", () => {
  const place: PlaceInformation = {
    name: "Clinique du Port",
    abbreviation: "Port",
    ramqNumber: "55231",
    localityCode: "23027",
    startDate: "2024-09-03",
    endDate: "2027-03-08",
    civicNumber: "825",
    street: "rue Saint-Jean",
    suite: "200",
    city: "Québec",
    province: "QC",
    postalCode: "G1R 1R2",
    phone: "418-555-0100",
    latitude: 46.8118,
    longitude: -71.2155,
    timeZone: "America/Toronto",
  };
  const decide = (wanted: WantedPlace, facts = { hasAgenda: true }, before = place) =>
    decidePlace(before, wanted, facts);

  test("PLACE-02 what is left out stays as it is", () => {
    expect(decide({})).toEqual({ ok: true, warnings: [], value: { information: place, changed: [] } });
  });

  test("PLACE-02 every field can be another, and what may be empty can be emptied", () => {
    const others: PlaceInformation = {
      name: "Clinique de la Baie",
      abbreviation: null,
      ramqNumber: null,
      localityCode: null,
      startDate: null,
      endDate: null,
      civicNumber: "12",
      street: "rue du Quai",
      suite: null,
      city: "Cap-aux-Meules",
      province: "Québec",
      postalCode: "G4T 1A1",
      phone: "418-555-0101",
      latitude: null,
      longitude: null,
      timeZone: "America/Halifax",
    };
    const expected = { ok: true, value: { information: others, changed: Object.keys(others) } };
    expect(decide(others, { hasAgenda: false })).toMatchObject(expected);
    const filled = decide(place, { hasAgenda: false }, others);
    expect(filled).toMatchObject({ value: { information: place, changed: Object.keys(others) } });
  });

  test.each<[string, WantedPlace, string[]]>([
    ["the last day before the first", { endDate: "2024-09-02" }, ["/endDate"]],
    ["the first after the last", { startDate: "2027-03-09" }, ["/startDate"]],
    ["both, the wrong way round", { startDate: "2027-03-02", endDate: "2027-03-01" }, ["/endDate"]],
    ["the last day on the first", { endDate: "2024-09-03" }, []],
    ["no last day", { endDate: null, startDate: "2030-01-01" }, []],
  ])("Place.endDate %s", (_title, wanted, pointers) => {
    const decision = decide(wanted);
    expect(decision.ok ? [] : decision.violations).toEqual(
      pointers.map((pointer) => ({ rule: "Place.endDate", code: "OUT_OF_RANGE", pointer })),
    );
  });

  test.each<[string, WantedPlace, string[]]>([
    ["moved north", { latitude: 46.9 }, []],
    ["moved", { latitude: 46.9, longitude: -71.3 }, []],
    ["taken away", { latitude: null, longitude: null }, []],
    ["without the first", { latitude: null }, ["/latitude"]],
    ["without the second", { longitude: null }, ["/longitude"]],
  ])("coordinates: both or none, %s", (_title, wanted, pointers) => {
    const decision = decide(wanted);
    expect(decision.ok ? [] : decision.violations).toEqual(
      pointers.map((pointer) => ({ rule: "CONTRACT", code: "REQUIRED_FIELD", pointer })),
    );
  });

  test("the zone is fixed once there is something in an agenda", () => {
    const fixed = { rule: "CONTRACT", code: "FIELD_NOT_EDITABLE", pointer: "/timeZone" };
    expect(decide({ timeZone: "America/Halifax" })).toEqual({ ok: false, violations: [fixed] });
    expect(decide({ timeZone: "America/Toronto" })).toMatchObject({ ok: true, value: { changed: [] } });
    expect(decide({ timeZone: "America/Halifax" }, { hasAgenda: false })).toMatchObject({
      ok: true,
      value: { information: { timeZone: "America/Halifax" }, changed: ["timeZone"] },
    });
  });

  test("every violation is told at once", () => {
    expect(decide({ endDate: "2024-09-02", timeZone: "America/Halifax" })).toMatchObject({
      violations: [{ pointer: "/endDate" }, { pointer: "/timeZone" }],
    });
  });
});
