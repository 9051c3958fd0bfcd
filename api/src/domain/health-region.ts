import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { Position } from "./geography.ts";
import { localities, sortationAreas } from "./health-region-areas.ts";
import { isOfQuebec, normalisePostalCode, sortationAreaOf } from "./postal-code.ts";
import type { Language } from "./problems.ts";

const regions = {
  "01": { fr: "Bas-Saint-Laurent", en: "Bas-Saint-Laurent" },
  "02": { fr: "Saguenay–Lac-Saint-Jean", en: "Saguenay–Lac-Saint-Jean" },
  "03": { fr: "Capitale-Nationale", en: "Capitale-Nationale" },
  "04": { fr: "Mauricie-et-Centre-du-Québec", en: "Mauricie and Centre-du-Québec" },
  "05": { fr: "Estrie", en: "Estrie" },
  "06": { fr: "Montréal", en: "Montréal" },
  "07": { fr: "Outaouais", en: "Outaouais" },
  "08": { fr: "Abitibi-Témiscamingue", en: "Abitibi-Témiscamingue" },
  "09": { fr: "Côte-Nord", en: "Côte-Nord" },
  "10": { fr: "Nord-du-Québec", en: "Nord-du-Québec" },
  "11": { fr: "Gaspésie–Îles-de-la-Madeleine", en: "Gaspésie–Îles-de-la-Madeleine" },
  "12": { fr: "Chaudière-Appalaches", en: "Chaudière-Appalaches" },
  "13": { fr: "Laval", en: "Laval" },
  "14": { fr: "Lanaudière", en: "Lanaudière" },
  "15": { fr: "Laurentides", en: "Laurentides" },
  "16": { fr: "Montérégie", en: "Montérégie" },
  "17": { fr: "Nunavik", en: "Nunavik" },
  "18": { fr: "Terres-Cries-de-la-Baie-James", en: "Cree Territories of James Bay" },
} as const;

/** A health region (région sociosanitaire), by the number that the Ministère de la Santé gives it. */
export type HealthRegion = keyof typeof regions;

// The keys of a constant table are its codes.
export const healthRegions = (Object.keys(regions) as HealthRegion[]).sort();

export function healthRegionName(region: HealthRegion, language: Language): string {
  return regions[region][language];
}

const byArea = invert(sortationAreas);
const byLocality = invert(localities);

/** CASC-20: of a postal code as `normalisePostalCode` writes it; null when it is of none, or not known. */
export function healthRegionOf(postalCode: string): HealthRegion | null {
  return byLocality.get(postalCode.replace(" ", "")) ?? byArea.get(sortationAreaOf(postalCode)) ?? null;
}

/** Where somebody who gives a postal code is taken to be. */
export interface Whereabouts {
  postalCode: string;
  region: HealthRegion;
  position: Position;
}

/** CASC-20: a postal code, however it is typed, says where a citizen searches from; it must be one of Québec's. */
export function decideWhereabouts(
  text: string,
  positionOf: (postalCode: string) => Position | null,
  pointer = "/postalCode",
): Decision<Whereabouts> {
  const unknown = violation("CASC-20", "POSTAL_CODE_UNKNOWN", pointer);
  const postalCode = normalisePostalCode(text);
  if (postalCode === null) return refuse(unknown);
  if (!isOfQuebec(postalCode)) return refuse(violation("CASC-20", "POSTAL_CODE_OUTSIDE_QUEBEC", pointer));
  const [region, position] = [healthRegionOf(postalCode), positionOf(postalCode)];
  if (region === null || position === null) return refuse(unknown);
  return accept({ postalCode, region, position });
}

/** From the codes of each region to the region of each code. */
function invert(table: Readonly<Partial<Record<HealthRegion, string>>>): ReadonlyMap<string, HealthRegion> {
  return new Map(
    healthRegions.flatMap((region) => (table[region]?.match(/\w+/g) ?? []).map((code) => [code, region] as const)),
  );
}
