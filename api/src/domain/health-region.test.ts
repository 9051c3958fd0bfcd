import { describe, expect, test } from "vitest";
import { localities, sortationAreas } from "./health-region-areas.ts";
import { decideWhereabouts, healthRegionName, healthRegionOf, healthRegions } from "./health-region.ts";
import type { HealthRegion } from "./health-region.ts";
import { normalisePostalCode } from "./postal-code.ts";

const codesOf = (table: typeof sortationAreas, region: HealthRegion): readonly string[] =>
  table[region]?.match(/\S+/g) ?? [];

describe("the table of areas", () => {
  test.each<[HealthRegion, string, number, number]>([
    ["01", "Bas-Saint-Laurent", 11, 2],
    ["02", "Saguenay–Lac-Saint-Jean", 25, 0],
    ["03", "Capitale-Nationale", 45, 5],
    ["04", "Mauricie-et-Centre-du-Québec", 31, 28],
    ["05", "Estrie", 25, 17],
    ["06", "Montréal", 102, 0],
    ["07", "Outaouais", 17, 4],
    ["08", "Abitibi-Témiscamingue", 8, 0],
    ["09", "Côte-Nord", 8, 0],
    ["10", "Nord-du-Québec", 1, 4],
    ["11", "Gaspésie–Îles-de-la-Madeleine", 6, 6],
    ["12", "Chaudière-Appalaches", 21, 2],
    ["13", "Laval", 19, 0],
    ["14", "Lanaudière", 16, 3],
    ["15", "Laurentides", 28, 6],
    ["16", "Montérégie", 58, 2],
    ["17", "Nunavik", 1, 0],
    ["18", "Terres-Cries-de-la-Baie-James", 0, 8],
  ])("CASC-20 %s, %s, has %i areas and %i codes in areas of others", (region, name, areas, codes) => {
    expect(healthRegionName(region, "fr")).toBe(name);
    expect(codesOf(sortationAreas, region)).toHaveLength(areas);
    expect(codesOf(localities, region)).toHaveLength(codes);
  });

  test("CASC-20 has eighteen regions, in order", () => {
    expect(healthRegions).toEqual(Array.from({ length: 18 }, (_, index) => String(index + 1).padStart(2, "0")));
    expect(healthRegionName("18", "en")).toBe("Cree Territories of James Bay");
  });

  test("CASC-20 names no area and no code twice, and only such as exist", () => {
    const areas = healthRegions.flatMap((region) => codesOf(sortationAreas, region));
    const codes = healthRegions.flatMap((region) => codesOf(localities, region));
    expect(new Set([...areas, ...codes]).size).toBe(422 + 87);
    expect(areas.filter((area) => !/^[GHJ]\d[A-Z]$/.test(area))).toEqual([]);
    expect(codes.filter((code) => normalisePostalCode(code) === null || code[1] !== "0")).toEqual([]);
    expect(codes.filter((code) => !areas.includes(code.slice(0, 3)))).toEqual([]);
  });

  test("CASC-20 lists a code by itself only where its area is another region's", () => {
    for (const region of healthRegions) {
      const own = codesOf(sortationAreas, region);
      expect(codesOf(localities, region).filter((code) => own.includes(code.slice(0, 3)))).toEqual([]);
    }
  });
});

describe("the health region of a postal code", () => {
  test.each<[string, string, HealthRegion | null]>([
    // The three regions of 50 km, and their borders.
    ["Montréal, the centre", "H3A 1A1", "06"],
    ["Montréal, the city hall", "H2Y 1C6", "06"],
    ["Montréal-Est", "H1B 2Z4", "06"],
    ["Sainte-Anne-de-Bellevue, the western tip", "H9X 1M2", "06"],
    ["Dorval", "H9S 3C3", "06"],
    ["Westmount", "H3Z 1E8", "06"],
    ["Laval-des-Rapides", "H7N 5H9", "13"],
    ["Laval, Saint-François", "H7B 1A1", "13"],
    ["Laval, Sainte-Dorothée", "H7X 1A1", "13"],
    ["Terrebonne, across the river from Laval", "J6W 3L5", "14"],
    ["Repentigny, across from Montréal", "J6A 2T8", "14"],
    ["Rosemère", "J7A 3R8", "15"],
    ["Boisbriand", "J7G 1A1", "15"],
    ["Saint-Eustache, across from Laval", "J7P 5H2", "15"],
    ["Longueuil, across from Montréal", "J4K 4Y7", "16"],
    ["Brossard", "J4Z 1A3", "16"],
    ["Vaudreuil-Dorion", "J7V 8W7", "16"],
    ["Pincourt, on the Île Perrot", "J7W 1B6", "16"],
    ["Akwesasne", "H0M 1A0", "16"],
    ["Québec, within the walls", "G1R 4S9", "03"],
    ["Québec, Val-Bélair", "G3J 1A1", "03"],
    ["Beauport", "G1C 1A1", "03"],
    ["Saint-Augustin-de-Desmaures", "G3A 1A1", "03"],
    ["Stoneham", "G3C 1R8", "03"],
    ["Shannon", "G3S 0A1", "03"],
    ["Donnacona, in Portneuf", "G3M 1A1", "03"],
    ["Saint-Raymond", "G3L 1A1", "03"],
    ["Saint-Laurent, on the Île d'Orléans", "G0A 3Z0", "03"],
    ["Baie-Saint-Paul", "G3Z 1A1", "03"],
    ["Clermont", "G4A 1A1", "03"],
    ["La Malbaie", "G5A 1A1", "03"],
    ["Saint-Siméon, the end of Charlevoix", "G0T 1X0", "03"],
    ["Baie-Sainte-Catherine", "G0T 1A0", "03"],
    ["Tadoussac, across the Saguenay", "G0T 2A0", "09"],
    ["Forestville", "G0T 1E0", "09"],
    ["Lévis", "G6V 1A1", "12"],
    ["Lévis, Saint-Nicolas", "G7A 1A1", "12"],
    ["Lévis, Pintendre", "G6C 1A1", "12"],
    ["Lévis, Charny", "G6X 1A1", "12"],
    ["Lévis, Saint-Étienne", "G6J 1A1", "12"],
    ["Saint-Lambert-de-Lauzon", "G0S 2W0", "12"],
    ["Beaumont", "G0R 1C0", "12"],
    ["Sainte-Anne-de-la-Pérade, beyond Portneuf", "G0X 2J0", "04"],
    // The others, and areas of several regions.
    ["Rimouski", "G5L 1A1", "01"],
    ["La Pocatière", "G0R 1Z0", "01"],
    ["L'Islet", "G0R 2C0", "12"],
    ["Cap-Chat", "G0J 1E0", "11"],
    ["Causapscal", "G0J 1J0", "01"],
    ["Chicoutimi", "G7H 1A1", "02"],
    ["Trois-Rivières", "G9A 5H3", "04"],
    ["Drummondville", "J2B 1H1", "04"],
    ["Victoriaville", "G6P 6T2", "04"],
    ["Maskinongé", "J0K 1N0", "04"],
    ["Rawdon", "J0K 1S0", "14"],
    ["Sherbrooke", "J1H 5H9", "05"],
    ["Lac-Mégantic", "G6B 1A1", "05"],
    ["Granby", "J2G 1A1", "05"],
    ["Bromont", "J2L 1A1", "05"],
    ["Bedford", "J0J 1A0", "05"],
    ["Napierville", "J0J 1L0", "16"],
    ["Ange-Gardien", "J0E 1E0", "16"],
    ["Hull", "J8X 2X7", "07"],
    ["Maniwaki", "J9E 1A1", "07"],
    ["Montebello", "J0V 1L0", "07"],
    ["Grenville", "J0V 1J0", "15"],
    ["Mont-Laurier", "J9L 1A1", "15"],
    ["Saint-Donat", "J0T 2C0", "14"],
    ["Rouyn-Noranda", "J9X 1A1", "08"],
    ["Matagami", "J0Y 2A0", "10"],
    ["Chibougamau", "G8P 1P1", "10"],
    ["Chapais", "G0W 1H0", "10"],
    ["Mistissini", "G0W 1C0", "18"],
    ["Chisasibi", "J0M 1E0", "18"],
    ["Waswanipi", "J0Y 3C0", "18"],
    ["Kuujjuaq", "J0M 1C0", "17"],
    ["Sept-Îles", "G4R 1A1", "09"],
    ["Cap-aux-Meules", "G4T 1A1", "11"],
    ["Gaspé", "G4X 1A1", "11"],
    ["Joliette", "J6E 1A1", "14"],
    ["Oka", "J0N 1E0", "15"],
    ["Saint-Jérôme", "J7Z 1A1", "15"],
    ["Saint-Hyacinthe", "J2S 1A1", "16"],
    ["Santa Claus", "H0H 0H0", null],
    ["an area that was never made", "G9Z 1A1", null],
    ["Ottawa", "K1A 0B1", null],
  ])("CASC-20 of %s, %s, is %s", (_place, postalCode, region) => {
    expect(healthRegionOf(postalCode)).toBe(region);
  });
});

describe("where a citizen searches from", () => {
  const montreal = { latitude: 45.5, longitude: -73.6 };
  const positionOf = (postalCode: string) => (postalCode === "H3A 1A1" ? montreal : null);

  test("CASC-20 the postal code says its health region and its position, however it is typed", () => {
    expect(decideWhereabouts(" h3a-1a1", positionOf)).toEqual({
      ok: true,
      warnings: [],
      value: { postalCode: "H3A 1A1", region: "06", position: montreal },
    });
  });

  test.each([
    ["one of another province", "k1a 0b1", "POSTAL_CODE_OUTSIDE_QUEBEC"],
    ["one that is not known", "G9Z 1A1", "POSTAL_CODE_UNKNOWN"],
    ["one whose position is not known", "H3B 1A1", "POSTAL_CODE_UNKNOWN"],
    ["one of a region that is not known", "H0H 0H0", "POSTAL_CODE_UNKNOWN"],
    ["what is none", "Montréal", "POSTAL_CODE_UNKNOWN"],
  ])("CASC-20 refuses %s", (_what, text, code) => {
    const everywhere = text === "H0H 0H0" ? () => montreal : positionOf;
    const violation = { rule: "CASC-20", code };
    expect(decideWhereabouts(text, everywhere)).toEqual({
      ok: false,
      violations: [{ ...violation, pointer: "/postalCode" }],
    });
    expect(decideWhereabouts(text, everywhere, "/at")).toEqual({
      ok: false,
      violations: [{ ...violation, pointer: "/at" }],
    });
  });
});
