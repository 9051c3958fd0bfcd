import type * as real from "../../../../api/src/db/callers.ts";
import { memoryOf, sortBy } from "../../world.ts";

export const findMachineRecord: typeof real.findMachineRecord = async (tx, machineId) => {
  const memory = memoryOf(tx);
  const machine = memory.find("machine", machineId);
  const links = memory.rows("link").filter((link) => link.machineId === machineId);
  return (
    machine && {
      ...machine,
      links: sortBy(
        links.map(({ establishmentId, placeId, servicesManagedBy }) => ({
          establishmentId,
          placeId,
          servicesManagedBy,
        })),
        ({ establishmentId }) => establishmentId,
        ({ placeId }) => placeId,
      ),
    }
  );
};

export const listEmployeeRecords: typeof real.listEmployeeRecords = async (tx, ramqIdentifier) =>
  sortBy(
    memoryOf(tx)
      .rows("employee")
      .filter((row) => row.ramqIdentifier === ramqIdentifier),
    ({ establishmentId }) => establishmentId,
  );

export const listEmployeeRights: typeof real.listEmployeeRights = async (tx, ramqIdentifier) => {
  const memory = memoryOf(tx);
  return memory
    .rows("employee")
    .filter((row) => row.ramqIdentifier === ramqIdentifier && memory.owns(row))
    .map(({ employeeId, workPlaceIds, grants }) => ({
      employeeId,
      professionalId: memory.rows("professional").find((row) => row.employeeId === employeeId)?.professionalId ?? null,
      timeZone: memory.find("place", [...workPlaceIds].sort()[0] ?? "")?.timeZone ?? null,
      workPlaceIds: [...workPlaceIds].sort(),
      grants: sortBy(
        grants,
        ({ placeId }) => placeId,
        ({ professionalId }) => professionalId,
      ),
    }));
};

export const findSigningKey: typeof real.findSigningKey = async (tx, purpose) =>
  memoryOf(tx).find("signingKey", purpose);

export const insertSigningKey: typeof real.insertSigningKey = async (tx, key) => {
  const memory = memoryOf(tx);
  if (memory.find("signingKey", key.purpose) === undefined) memory.put("signingKey", key.purpose, key);
};
