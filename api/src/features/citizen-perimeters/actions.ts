import type { OnlineActor } from "../../domain/actor.ts";
import { settle } from "../../domain/decision.ts";
import { decideWhereabouts, healthRegionName } from "../../domain/health-region.ts";
import { limitKmOf, ringsOf } from "../../domain/perimeter.ts";
import type { Call } from "../../http/call.ts";
import { positionOfPostalCode } from "../../postal-codes.ts";
import type { Perimeters, PerimeterSearch } from "./schema.ts";

/** CASC-17, CASC-18, CASC-20. Facts of geography alone: no transaction. */
export function findPerimeters(call: Call<OnlineActor>, input: PerimeterSearch): Perimeters {
  const { postalCode, region } = settle(decideWhereabouts(input.postalCode, positionOfPostalCode));
  return {
    postalCode,
    healthRegion: { code: region, name: healthRegionName(region, call.language) },
    limitKm: limitKmOf(region),
    perimeters: ringsOf(region).map(({ perimeter, fromKm, toKm }) => ({ perimeter, fromKm, toKm })),
  };
}
