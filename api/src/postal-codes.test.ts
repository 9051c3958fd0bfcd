import { describe, expect, test } from "vitest";
import { isInBox, distanceKm, quebecBox } from "./domain/geography.ts";
import { sortationAreas } from "./domain/health-region-areas.ts";
import { healthRegionOf } from "./domain/health-region.ts";
import { normalisePostalCode } from "./domain/postal-code.ts";
import { localityPositions } from "./postal-code-corrections.ts";
import { positionOfPostalCode, sortationAreaPositions } from "./postal-codes.ts";

const areas = Object.values(sortationAreas).flatMap((codes) => codes.match(/\S+/g) ?? []);

test("CASC-20 every area that has a position has a health region, and the other way round", () => {
  expect([...sortationAreaPositions().keys()].sort()).toEqual([...areas].sort());
});

test("every area is somewhere in Québec", () => {
  const elsewhere = [...sortationAreaPositions()].filter(
    ([, position]) => typeof position.latitude !== "number" || !isInBox(position, quebecBox),
  );
  expect(elsewhere).toEqual([]);
});

test("a code with a position of its own is one that people write, of the region of its villages", () => {
  for (const code of Object.keys(localityPositions)) {
    expect(normalisePostalCode(code)).toBe(code);
    expect(healthRegionOf(code)).toBe("03");
  }
});

/** Town halls and other addresses whose place is well known: how far the postal code may be from it. */
describe("the position of a postal code", () => {
  test.each([
    ["Montréal, Place Ville Marie", "H3B 2E3", 45.5017, -73.5687, 2],
    ["Montréal, the Olympic stadium", "H1V 3N7", 45.558, -73.5515, 2],
    ["Sainte-Anne-de-Bellevue", "H9X 1M2", 45.4036, -73.9525, 2],
    ["Dorval, the airport", "H4Y 1H1", 45.4577, -73.7497, 2],
    ["Laval, the metro of Montmorency", "H7N 0A1", 45.5583, -73.7214, 3],
    ["Longueuil, the metro", "J4K 5G4", 45.5249, -73.5219, 2],
    ["Québec, the parliament", "G1A 1A4", 46.8087, -71.2141, 2],
    ["Québec, Lebourgneuf", "G2K 2G2", 46.852, -71.3, 2],
    ["Lévis", "G6V 3N6", 46.8037, -71.1776, 3],
    ["Saint-Augustin-de-Desmaures", "G3A 1A1", 46.7406, -71.4624, 2],
    ["Gatineau, Hull", "J8X 3X7", 45.4285, -75.7137, 3],
    ["Chelsea", "J9B 1A1", 45.5006, -75.7875, 2],
    ["Sherbrooke", "J1H 5H9", 45.4035, -71.8938, 2],
    ["Trois-Rivières", "G9A 5H3", 46.3432, -72.543, 3],
    ["Saguenay, Chicoutimi", "G7H 5B8", 48.4284, -71.0654, 4],
    ["Rimouski", "G5L 7C6", 48.4489, -68.5239, 2],
    ["Rouyn-Noranda", "J9Y 1A1", 48.2359, -79.0242, 5],
    ["Val-d'Or", "J9P 4N7", 48.1003, -77.7828, 2],
    ["Sept-Îles", "G4R 2L4", 50.2097, -66.3853, 3],
    ["Cap-aux-Meules", "G4T 1A1", 47.3786, -61.8617, 3],
    ["Sainte-Anne-des-Plaines", "J5N 1A1", 45.7611, -73.8208, 2],
    ["Shannon", "G3S 0A1", 46.8803, -71.5153, 2],
    ["Akwesasne, Saint-Régis", "H0M 1A0", 45.0047, -74.6483, 2],
    ["Boischatel", "G0A 1H0", 46.8981, -71.1467, 2],
    ["Saint-Casimir", "G0A 3L0", 46.6569, -72.1392, 2],
    ["Saint-Siméon", "G0T 1X0", 47.8432, -69.8788, 2],
    // Rural areas: a point for many villages.
    ["Oka", "J0N 1E0", 45.4667, -74.0833, 12],
    ["Kuujjuaq", "J0M 1C0", 58.1067, -68.3989, 3],
    ["Malartic", "J0Y 1Z0", 48.1333, -78.1333, 40],
  ])("of %s, %s", (_place, postalCode, latitude, longitude, km) => {
    const position = positionOfPostalCode(postalCode);
    if (position === null) throw new Error("no position");
    expect(distanceKm(position, { latitude, longitude })).toBeLessThan(km);
  });

  test.each(["H0H 0H0", "G9Z 1A1", "K1A 0B1", "90210"])("of %s is not known", (postalCode) => {
    expect(positionOfPostalCode(postalCode)).toBeNull();
  });
});
