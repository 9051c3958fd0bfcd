import type * as real from "../../../../../api/src/features/service-groups/store.ts";
import { memoryOf, sortBy } from "../../../world.ts";

export const listServiceGroupsById: typeof real.listServiceGroupsById = async (tx, serviceGroupIds) => {
  const memory = memoryOf(tx);
  const rows = memory.rows("serviceGroup").filter(memory.owns);
  return sortBy(
    rows.filter(({ serviceGroupId }) => serviceGroupIds.includes(serviceGroupId)),
    ({ serviceGroupId }) => serviceGroupId,
  );
};

export const listServiceGroupsWith: typeof real.listServiceGroupsWith = async (tx, serviceId) => {
  const memory = memoryOf(tx);
  const rows = memory.rows("serviceGroup").filter(memory.owns);
  return sortBy(
    rows.filter(({ serviceIds }) => serviceIds.includes(serviceId)),
    ({ serviceGroupId }) => serviceGroupId,
  );
};

export const updateServiceGroups: typeof real.updateServiceGroups = async (tx, rows) => {
  for (const row of rows) memoryOf(tx).put("serviceGroup", row.serviceGroupId, row);
};
