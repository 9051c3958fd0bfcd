import { createRequire } from "node:module";
import type { Position } from "./domain/geography.ts";
import { isOfQuebec, sortationAreaOf } from "./domain/postal-code.ts";
import { areaPositions, localityPositions } from "./postal-code-corrections.ts";

/** Where postal codes are: the one place that knows the package which holds them. */

/**
 * Its Canadian half alone, and when first asked for: 10 ms and 1 MB. The whole package, with every ZIP code of the United
 * States, takes 250 ms and 23 MB (89 MB of the process).
 */
function readPackage(): Readonly<Record<string, Position>> {
  const require = createRequire(import.meta.url);
  // Plain data, exactly this version of which package.json names; a test reads every entry that is used.
  const { codes } = require("zipcodes/lib/codesCanada.js") as { codes: Readonly<Record<string, Position>> };
  return codes;
}

let known: ReadonlyMap<string, Position> | undefined;

/** Of Québec's forward sortation areas, by their three characters. */
export function sortationAreaPositions(): ReadonlyMap<string, Position> {
  known ??= new Map([
    ...Object.entries(readPackage())
      // H0H, for letters to Santa Claus, stands at the North Pole.
      .filter(([area]) => isOfQuebec(area) && area !== "H0H")
      .map(([area, { latitude, longitude }]) => [area, { latitude, longitude }] as const),
    ...positionsIn(areaPositions),
  ]);
  return known;
}

const localities = new Map(positionsIn(localityPositions));

/**
 * Of a postal code of Québec, as `normalisePostalCode` writes it, or null: the middle of its forward sortation area,
 * which is exact to 1 or 2 km in a city, 5 km in a town and its surroundings, and 20 to 50 km (in the north, hundreds)
 * where the second character is 0, for a rural area has dozens of villages. Where a place really is, its own coordinates
 * say (`placePosition`).
 */
export function positionOfPostalCode(postalCode: string): Position | null {
  return localities.get(postalCode) ?? sortationAreaPositions().get(sortationAreaOf(postalCode)) ?? null;
}

function positionsIn(table: Readonly<Record<string, readonly [number, number]>>): [string, Position][] {
  return Object.entries(table).map(([code, [latitude, longitude]]) => [code, { latitude, longitude }]);
}
