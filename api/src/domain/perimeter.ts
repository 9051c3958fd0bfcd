import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { boxAround, distanceKm, isInBox } from "./geography.ts";
import type { Position } from "./geography.ts";
import type { HealthRegion } from "./health-region.ts";

/** How a ring is named: its two distances in kilometres. */
export const perimeters = ["0-10", "10-20", "20-30", "30-40", "40-50", "0-25", "25-50", "50-100"] as const;
export type Perimeter = (typeof perimeters)[number];

/** A ring around a citizen, within which general openings are searched (cascade 3). */
export interface Ring {
  perimeter: Perimeter;
  fromKm: number;
  toKm: number;
  /** The last of its region: `toKm` is the limit of the search, and in the ring. */
  outermost: boolean;
}

/** CASC-17, SVC-12, SVC-14: 50 km at most. */
const near = ringsUpTo(50, ["0-10", "10-20", "20-30", "30-40", "40-50"]);
/** CASC-18, SVC-13, SVC-15: 100 km at most. */
const far = ringsUpTo(100, ["0-25", "25-50", "50-100"]);

/** CASC-17: Capitale-Nationale, Montréal and Laval. */
const denseRegions: readonly HealthRegion[] = ["03", "06", "13"];

/** CASC-17, CASC-18, SVC-12 to SVC-15: the rings of a citizen's region, the nearest first. */
export function ringsOf(region: HealthRegion): readonly Ring[] {
  return denseRegions.includes(region) ? near : far;
}

/** CASC-17, CASC-18, SVC-12, SVC-13: how far a search reaches. */
export function limitKmOf(region: HealthRegion): number {
  return Math.max(...ringsOf(region).map(({ toKm }) => toKm));
}

/** CASC-19, SVC-14, SVC-15: only a ring that the region has; any text may be asked for. */
export function decidePerimeter(region: HealthRegion, perimeter: string, pointer = "/perimeter"): Decision<Ring> {
  const ring = ringsOf(region).find((each) => each.perimeter === perimeter);
  return ring === undefined ? refuse(violation("CASC-19", "INVALID_PERIMETER", pointer)) : accept(ring);
}

/** CASC-21, SVC-16: from the inner distance to before the outer one; the last ring includes both. */
export function isInRing(ring: Omit<Ring, "perimeter">, km: number): boolean {
  return km >= ring.fromKm && (km < ring.toKm || (ring.outermost && km === ring.toKm));
}

/** Around which point cascade 3 looks, how far, and in which ring of it (null: in all of them). */
export interface Nearby {
  around: Position;
  limitKm: number;
  ring: Ring | null;
}

/** CASC-17 to CASC-21: whether a place is within the limit, and in the ring. One of which nobody knows where it is, is not. */
export function isNearby({ around, limitKm, ring }: Nearby, position: Position | null): boolean {
  if (position === null) return false;
  const km = distanceKm(around, position);
  return ring === null ? km <= limitKm : isInRing(ring, km);
}

/** CASC-17, CASC-18: everything up to the limit of a region, as one ring. */
export function wholePerimeter(limitKm: number): Omit<Ring, "perimeter"> {
  return { fromKm: 0, toKm: limitKm, outermost: true };
}

/** Something that is somewhere, and how far away. */
export interface Found<T> {
  place: T;
  distanceKm: number;
}

/** Those in a ring around a point, the nearest first; at the same distance in the order given. */
export function placesInRing<T extends Position>(
  places: readonly T[],
  around: Position,
  ring: Omit<Ring, "perimeter">,
): Found<T>[] {
  // Four comparisons leave the sines to those that have a chance: 0.17 ms for 5,000 places in place of 0.36.
  const box = boxAround(around, ring.toKm);
  return places
    .filter((place) => isInBox(place, box))
    .map((place) => ({ place, distanceKm: distanceKm(around, place) }))
    .filter((found) => isInRing(ring, found.distanceKm))
    .sort((a, b) => a.distanceKm - b.distanceKm);
}

function ringsUpTo(limitKm: number, names: readonly Perimeter[]): readonly Ring[] {
  return names.map((perimeter) => {
    const [fromKm = 0, toKm = 0] = perimeter.split("-").map(Number);
    return { perimeter, fromKm, toKm, outermost: toKm === limitKm };
  });
}
