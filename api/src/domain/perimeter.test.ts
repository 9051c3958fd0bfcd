import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distanceKm } from "./geography.ts";
import type { Position } from "./geography.ts";
import { healthRegions } from "./health-region.ts";
import { decidePerimeter, isInRing, limitKmOf, perimeters, placesInRing, ringsOf } from "./perimeter.ts";
import type { Ring } from "./perimeter.ts";

const near = ["0-10", "10-20", "20-30", "30-40", "40-50"];
const far = ["0-25", "25-50", "50-100"];

describe("the rings of a region", () => {
  test.each(healthRegions)("CASC-17, CASC-18, SVC-12, SVC-13: of region %s", (region) => {
    const isDense = ["03", "06", "13"].includes(region);
    expect(limitKmOf(region)).toBe(isDense ? 50 : 100);
    expect(ringsOf(region).map(({ perimeter }) => perimeter)).toEqual(isDense ? near : far);
  });

  test("CASC-17, SVC-14 Montréal's are of 10 km", () => {
    expect(ringsOf("06")).toEqual([
      { perimeter: "0-10", fromKm: 0, toKm: 10, outermost: false },
      { perimeter: "10-20", fromKm: 10, toKm: 20, outermost: false },
      { perimeter: "20-30", fromKm: 20, toKm: 30, outermost: false },
      { perimeter: "30-40", fromKm: 30, toKm: 40, outermost: false },
      { perimeter: "40-50", fromKm: 40, toKm: 50, outermost: true },
    ]);
  });

  test("CASC-18, SVC-15 elsewhere they grow", () => {
    expect(ringsOf("17")).toEqual([
      { perimeter: "0-25", fromKm: 0, toKm: 25, outermost: false },
      { perimeter: "25-50", fromKm: 25, toKm: 50, outermost: false },
      { perimeter: "50-100", fromKm: 50, toKm: 100, outermost: true },
    ]);
  });

  test.each([...perimeters, "0-50", "0-100", "10-25", "100-200", "0–10", "", "0-10 "])(
    "CASC-19, SVC-14, SVC-15: %j is accepted where it is offered and nowhere else",
    (perimeter) => {
      for (const [region, offered] of [
        ["13", near],
        ["16", far],
      ] as const) {
        const decision = decidePerimeter(region, perimeter);
        if (offered.includes(perimeter)) expect(decision).toMatchObject({ ok: true, value: { perimeter } });
        else {
          const violation = { rule: "CASC-19", code: "INVALID_PERIMETER" };
          expect(decision).toEqual({ ok: false, violations: [{ ...violation, pointer: "/perimeter" }] });
          expect(decidePerimeter(region, perimeter, "/ring")).toEqual({
            ok: false,
            violations: [{ ...violation, pointer: "/ring" }],
          });
        }
      }
    },
  );
});

describe("the edges of rings", () => {
  test.each([
    [0, "0-10", "0-25"],
    [9.999999999, "0-10", "0-25"],
    [10, "10-20", "0-25"],
    [19.999999999, "10-20", "0-25"],
    [20, "20-30", "0-25"],
    [25, "20-30", "25-50"],
    [30, "30-40", "25-50"],
    [40, "40-50", "25-50"],
    [49.999999999, "40-50", "25-50"],
    [50, "40-50", "50-100"],
    [50.0001, null, "50-100"],
    [100, null, "50-100"],
    [100.0001, null, null],
    [-1, null, null],
  ])("CASC-21, SVC-16: %d km is in %s of Laval and in %s of the Montérégie", (km, ofLaval, ofMonteregie) => {
    const inside = (rings: readonly Ring[]) =>
      rings.filter((ring) => isInRing(ring, km)).map(({ perimeter }) => perimeter);
    expect(inside(ringsOf("13"))).toEqual(ofLaval === null ? [] : [ofLaval]);
    expect(inside(ringsOf("16"))).toEqual(ofMonteregie === null ? [] : [ofMonteregie]);
  });

  test("CASC-21, SVC-16: every distance up to the limit is in exactly one ring, and none beyond it is", () => {
    const edge = fc.integer({ min: 0, max: 110 });
    fc.assert(
      fc.property(
        fc.constantFrom(...healthRegions),
        fc.oneof(edge, fc.double({ min: 0, max: 110, noNaN: true })),
        (region, km) => {
          const holding = ringsOf(region).filter((ring) => isInRing(ring, km));
          expect(holding).toHaveLength(km <= limitKmOf(region) ? 1 : 0);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("the places in a ring", () => {
  const centre: Position = { latitude: 45.5, longitude: -73.6 };
  /** So many kilometres north of the centre. */
  const north = (placeId: string, km: number) => ({ placeId, latitude: 45.5 + km / 111.19508, longitude: -73.6 });
  const [inner, second] = ringsOf("06");
  if (inner === undefined || second === undefined) throw new Error("Montréal has five rings");

  test("CASC-21 are those whose distance is in it, the nearest first", () => {
    const places = [north("d", 9.9), north("a", 12), north("b", 0), north("c", 4), north("e", 10.1), north("f", -5)];
    const found = placesInRing(places, centre, inner);
    expect(found.map(({ place }) => place.placeId)).toEqual(["b", "c", "f", "d"]);
    expect(found.map((each) => each.distanceKm)).toEqual(found.map(({ place }) => distanceKm(centre, place)));
    expect(placesInRing(places, centre, second).map(({ place }) => place.placeId)).toEqual(["e", "a"]);
  });

  test("in the order given at the same distance; their list stays as it was", () => {
    const places = [north("z", 3), north("y", 3), north("x", 3), north("w", 1)];
    expect(placesInRing(places, centre, inner).map(({ place }) => place.placeId)).toEqual(["w", "z", "y", "x"]);
    expect(places[0]?.placeId).toBe("z");
  });

  test("CASC-17, CASC-18: the rings of a region share out exactly the places up to its limit", () => {
    // About as far north and south, east and west as 100 km.
    const aPlace = fc.record({
      latitude: fc.double({ min: 44.5, max: 46.5, noNaN: true }),
      longitude: fc.double({ min: -75, max: -72.2, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...healthRegions), fc.array(aPlace, { maxLength: 40 }), (region, places) => {
        const shared = ringsOf(region).flatMap((ring) => placesInRing(places, centre, ring));
        const within = places.filter((place) => distanceKm(centre, place) <= limitKmOf(region));
        expect(shared.map(({ place }) => place)).toHaveLength(within.length);
        expect(new Set(shared.map(({ place }) => place))).toEqual(new Set(within));
        expect(shared.map((each) => each.distanceKm)).toEqual(
          shared.map((each) => each.distanceKm).sort((a, b) => a - b),
        );
      }),
      { numRuns: 300 },
    );
  });
});
