import { publicScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import { paginate } from "../../http/page.ts";
import { identify } from "../citizen-bookings/identify.ts";
import type { OnlineCaller } from "../citizen-bookings/identify.ts";
import { whereabouts } from "../citizen-bookings/wire.ts";
import type { NearPlace } from "../places/positions.ts";
import { listCitizenPlaces } from "../places/store.ts";
import { askAs, freshnessOfPlaces, madeForOf, placesNear } from "./citizen-question.ts";
import { openingItem } from "./item.ts";
import { nearestPlaces } from "./near-search.ts";
import type { NearFound } from "./near-search.ts";
import { readNearby } from "./nearby.ts";
import type { Nearest, NearestPage } from "./schema.ts";
import type { SharedRead } from "./shared-read.ts";

/** CASC-06, CASC-17 to CASC-21: the nearest places that have something for this citizen, each with its first opening. */
export async function listNearest(
  deps: Deps,
  read: SharedRead,
  caller: OnlineCaller,
  asked: Nearest,
): Promise<NearestPage> {
  const nearby = readNearby(asked.postalCode, asked.perimeter);
  if (nearby === null) throw new Refusal([violation("CASC-06", "REQUIRED_FIELD", "/postalCode")]);
  const patient = await identify(deps, caller);
  const now = deps.clock.now();
  const { places } = await placesNear(deps, nearby);
  return read(publicScope, async (tx) => {
    const asking = await askAs(tx, caller, patient, { ...asked, cascade: "3", nearby }, now);
    const madeFor = madeForOf(caller, patient, asked);
    const found = await paginate<NearFound & { distanceKm: number }, { distanceKm: number; placeId: string }>(
      deps,
      madeFor,
      asked,
      async (after, limit) => ({
        rows: await nearestPlaces(tx, asking, after === undefined ? places : beyond(places, after), limit),
        positionOf: ({ distanceKm, agenda: { placeId } }) => ({ distanceKm, placeId }),
      }),
    );
    const shown = found.items.map(({ agenda }) => agenda);
    const addresses = await listCitizenPlaces(
      tx,
      shown.map(({ placeId }) => placeId),
    );
    return {
      items: found.items.flatMap(({ opening, agenda, view }) => {
        const place = addresses.get(agenda.placeId);
        const item = openingItem(opening, agenda, view, nearby);
        return place === undefined
          ? []
          : [{ place: whereabouts(place), distanceKm: item.distanceKm ?? 0, opening: item }];
      }),
      nextCursor: found.nextCursor,
      freshness: freshnessOfPlaces(shown, now),
    };
  });
}

/** In the order of the index: by distance, then by id. */
function beyond(places: readonly NearPlace[], after: { distanceKm: number; placeId: string }): NearPlace[] {
  return places.filter(
    ({ distanceKm, placeId }) =>
      distanceKm > after.distanceKm || (distanceKm === after.distanceKm && placeId > after.placeId),
  );
}
