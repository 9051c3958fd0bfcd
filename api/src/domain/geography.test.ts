import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxAround, distanceKm, isInBox, quebecBox } from "./geography.ts";
import type { Position } from "./geography.ts";

const at = (latitude: number, longitude: number): Position => ({ latitude, longitude });
const montreal = at(45.5088, -73.554);
const quebec = at(46.8139, -71.208);

/** A point of Québec, its box at least. */
const aPoint = fc.record({
  latitude: fc.double({ min: quebecBox.south, max: quebecBox.north, noNaN: true }),
  longitude: fc.double({ min: quebecBox.west, max: quebecBox.east, noNaN: true }),
});

describe("the distance between two points", () => {
  /** As the crow flies; to a kilometre, from the coordinates of the two town halls. */
  test.each([
    ["Montréal", montreal, "Québec", quebec, 233],
    ["Montréal", montreal, "Laval", at(45.5575, -73.7214), 14.1],
    ["Montréal", montreal, "Gatineau", at(45.4285, -75.7137), 168.6],
    ["Montréal", montreal, "Sherbrooke", at(45.4035, -71.8938), 130.1],
    ["Québec", quebec, "Lévis", at(46.8037, -71.1776), 2.58],
    ["Québec", quebec, "Saguenay", at(48.4284, -71.0654), 179.8],
    ["Québec", quebec, "Gaspé", at(48.8316, -64.4869), 546.7],
    ["Rimouski", at(48.4489, -68.5239), "Baie-Comeau", at(49.2217, -68.1489), 90.2],
    ["Val-d'Or", at(48.1003, -77.7828), "Kuujjuaq", at(58.1067, -68.3989), 1264],
    ["Gatineau", at(45.4285, -75.7137), "Blanc-Sablon", at(51.4256, -57.1319), 1505],
  ])("of %s %o from %s %o is %d km, to one hundredth", (_from, from, _to, to, km) => {
    expect(Math.abs(distanceKm(from, to) / km - 1)).toBeLessThan(0.01);
  });

  test.each([
    ["a degree of latitude is 111.195 km", at(46, -71), at(47, -71), 111.195],
    ["so much on the equator is a degree of longitude", at(0, 10), at(0, 11), 111.195],
    ["it is half of it at 60 degrees, but for the great circle's shortcut", at(60, -71), at(60, -70), 55.597],
    ["from pole to pole it is half of the Earth's circumference", at(90, 0), at(-90, 0), 20015.115],
    ["and so it is from a point to the one opposite", at(45, -71), at(-45, 109), 20015.115],
  ])("%s", (_title, from, to, km) => {
    expect(distanceKm(from, to)).toBeCloseTo(km, 2);
  });

  test("is the same both ways, 0 only from a point to itself, and never more than by way of a third", () => {
    fc.assert(
      fc.property(aPoint, aPoint, aPoint, (a, b, c) => {
        expect(distanceKm(a, b)).toBe(distanceKm(b, a));
        expect(distanceKm(a, a)).toBe(0);
        expect(distanceKm(a, b)).toBeGreaterThanOrEqual(0);
        expect(distanceKm(a, c)).toBeLessThanOrEqual(distanceKm(a, b) + distanceKm(b, c) + 1e-6);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a box", () => {
  const box = { south: 45, north: 46, west: -74, east: -73 };
  test.each([
    [at(45.5, -73.5), true],
    [at(45, -74), true],
    [at(46, -73), true],
    [at(44.999, -73.5), false],
    [at(46.001, -73.5), false],
    [at(45.5, -74.001), false],
    [at(45.5, -72.999), false],
  ])("%o is in it: %s", (position, inside) => {
    expect(isInBox(position, box)).toBe(inside);
  });

  test("around a point holds what is within the distance", () => {
    fc.assert(
      fc.property(aPoint, aPoint, (around, other) => {
        expect(isInBox(other, boxAround(around, distanceKm(around, other)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("around a point holds little else: it is as high and as wide as the distance, and a thousandth more", () => {
    fc.assert(
      fc.property(aPoint, fc.integer({ min: 1, max: 100 }), (around, km) => {
        const { south, north, west, east } = boxAround(around, km);
        const { latitude, longitude } = around;
        expect(distanceKm(around, at(north, longitude)) / km).toBeCloseTo(1.001, 6);
        expect(distanceKm(around, at(south, longitude)) / km).toBeCloseTo(1.001, 6);
        // A parallel is longer than the great circle: the widest point of the circle lies beside it.
        for (const edge of [west, east]) {
          const wide = distanceKm(around, at(latitude, edge)) / km;
          expect(wide).toBeGreaterThan(1.0009);
          expect(wide).toBeLessThan(1.002);
        }
      }),
    );
  });

  test.each([
    ["Ivujivik, the northernmost village", at(62.4167, -77.9167)],
    ["Blanc-Sablon, the easternmost", at(51.4256, -57.1319)],
    ["Rapide-Danseur, near Ontario", at(48.53, -79.33)],
    ["Dundee, on the southern border", at(45.0, -74.5)],
  ])("of Québec holds %s", (_name, position) => {
    expect(isInBox(position, quebecBox)).toBe(true);
  });

  test.each([
    ["Toronto", at(43.65, -79.38)],
    ["St. John's", at(47.56, -52.71)],
    ["a point with its coordinates the wrong way round", at(-71.2, 46.8)],
    ["a point without its minus", at(46.8, 71.2)],
    ["the northern tip of Baffin Island", at(73.8, -80)],
    ["Winnipeg", at(49.9, -97.14)],
  ])("of Québec does not hold %s", (_name, position) => {
    expect(isInBox(position, quebecBox)).toBe(false);
  });
});
