import type { ScopedTx } from "../../../../../api/src/db/scope.ts";
import { refusal } from "../../../../../api/src/domain/decision.ts";
import type * as real from "../../../../../api/src/features/establishments/store.ts";
import { memoryOf, sortBy } from "../../../world.ts";

function seen(tx: ScopedTx): real.EstablishmentRow[] {
  const memory = memoryOf(tx);
  return sortBy(
    memory.rows("establishment").filter((row) => memory.sees(row, "citizen", "operator")),
    ({ establishmentId }) => establishmentId,
  );
}

export const findEstablishment: typeof real.findEstablishment = async (tx, establishmentId) =>
  seen(tx).find((row) => row.establishmentId === establishmentId);

export const getEstablishment: typeof real.getEstablishment = async (tx, establishmentId) => {
  const row = await findEstablishment(tx, establishmentId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
};

export const lockEstablishment: typeof real.lockEstablishment = getEstablishment;

export const listEstablishments: typeof real.listEstablishments = async (tx, after, limit) =>
  seen(tx)
    .filter(({ establishmentId }) => establishmentId > after)
    .slice(0, limit);

export const listAdministrators: typeof real.listAdministrators = async (tx, establishmentIds, today) => {
  const memory = memoryOf(tx);
  const administrators = memory
    .rows("employee")
    .filter((row) => establishmentIds.includes(row.establishmentId) && memory.sees(row, "operator"))
    .filter(({ localAdmin, departureDate }) => localAdmin && (departureDate === null || departureDate >= today))
    .map(({ establishmentId, employeeId, firstName, lastName }) => ({
      establishmentId,
      employeeId,
      firstName,
      lastName,
    }));
  return sortBy(administrators, ({ employeeId }) => employeeId);
};

export const listPlaceIds: typeof real.listPlaceIds = async (tx, establishmentIds) => {
  const memory = memoryOf(tx);
  const places = memory
    .rows("place")
    .filter((row) => establishmentIds.includes(row.establishmentId) && memory.sees(row, "citizen", "operator"))
    .map(({ establishmentId, placeId }) => ({ establishmentId, placeId }));
  return sortBy(places, ({ placeId }) => placeId);
};
