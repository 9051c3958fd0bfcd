import { refusal } from "../../../../../api/src/domain/decision.ts";
import type * as real from "../../../../../api/src/features/places/store.ts";
import type { ScopedTx } from "../../../../../api/src/db/scope.ts";
import { memoryOf, sortBy } from "../../../world.ts";

function seen(tx: ScopedTx): real.PlaceRow[] {
  const memory = memoryOf(tx);
  return sortBy(
    memory.rows("place").filter((row) => memory.sees(row, "citizen", "operator")),
    ({ placeId }) => placeId,
  );
}

export const listPlacesById: typeof real.listPlacesById = async (tx, placeIds) =>
  seen(tx).filter(({ placeId }) => placeIds.includes(placeId));

export const findPlace: typeof real.findPlace = async (tx, placeId) => (await listPlacesById(tx, [placeId]))[0];

export const getPlace: typeof real.getPlace = async (tx, placeId) => {
  const row = await findPlace(tx, placeId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
};

export const lockPlace: typeof real.lockPlace = getPlace;

export const listPlaces: typeof real.listPlaces = async (tx, { establishmentId, placeIds }, after, limit) =>
  seen(tx)
    .filter((row) => row.placeId > after)
    .filter((row) => placeIds === undefined || placeIds.includes(row.placeId))
    .filter((row) => establishmentId === undefined || row.establishmentId === establishmentId)
    .slice(0, limit)
    .map((place) => ({ place, machineId: machineOf(tx, place.placeId) }));

export const getLinkedPlace: typeof real.getLinkedPlace = async (tx, placeId) => ({
  place: await getPlace(tx, placeId),
  machineId: machineOf(tx, placeId),
});

/** As far as the scope may see the link. */
function machineOf(tx: ScopedTx, placeId: string): string | null {
  const memory = memoryOf(tx);
  const link = memory.find("link", placeId);
  return link !== undefined && memory.sees(link, "citizen", "operator") ? link.machineId : null;
}

export const listPlaceAddresses: typeof real.listPlaceAddresses = async (tx) => seen(tx);

export const placesState: typeof real.placesState = async (tx) => JSON.stringify(seen(tx));

export const listCitizenPlaces: typeof real.listCitizenPlaces = async (tx, placeIds) =>
  new Map((await listPlacesById(tx, placeIds)).map((row) => [row.placeId, whereabouts(row)]));

function whereabouts(row: real.PlaceRow): real.PlaceWhereabouts {
  const { placeId, name, civicNumber, street, suite, city, province, postalCode, phone } = row;
  return { placeId, name, civicNumber, street, suite, city, province, postalCode, phone };
}
