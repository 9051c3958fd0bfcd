import { Refusal, settle, violation } from "../../domain/decision.ts";
import { decideWhereabouts } from "../../domain/health-region.ts";
import { decidePerimeter, limitKmOf } from "../../domain/perimeter.ts";
import type { Nearby } from "../../domain/perimeter.ts";
import { positionOfPostalCode } from "../../postal-codes.ts";

/** CASC-06, CASC-17 to CASC-20: where the citizen looks, from the postal code and the ring that were given. */
export function readNearby(postalCode: string | undefined, perimeter?: string): Nearby | null {
  if (postalCode === undefined) {
    if (perimeter !== undefined) throw new Refusal([violation("CASC-19", "REQUIRED_FIELD", "/postalCode")]);
    return null;
  }
  const { region, position } = settle(decideWhereabouts(postalCode, positionOfPostalCode));
  const ring = perimeter === undefined ? null : settle(decidePerimeter(region, perimeter));
  return { around: position, limitKm: limitKmOf(region), ring };
}
