import { refusal } from "../../../../../api/src/domain/decision.ts";
import type * as real from "../../../../../api/src/features/services/store.ts";
import { isReadableOf } from "../../../agenda.ts";
import { memoryOf, sortBy } from "../../../world.ts";

export const getService: typeof real.getService = async (tx, serviceId) => {
  const memory = memoryOf(tx);
  const row = memory.find("service", serviceId);
  if (row === undefined || !memory.owns(row)) throw refusal("NOT_FOUND");
  return row;
};

export const listServicesById: typeof real.listServicesById = async (tx, serviceIds) => {
  const memory = memoryOf(tx);
  return memory.rows("service").filter((row) => memory.owns(row) && serviceIds.includes(row.serviceId));
};

export const listServicesOf: typeof real.listServicesOf = async (tx, professionalIds) => {
  const memory = memoryOf(tx);
  const rows = memory.rows("service").filter(memory.owns);
  return sortBy(
    rows.filter(({ professionalId }) => professionalIds.includes(professionalId)),
    ({ serviceId }) => serviceId,
  );
};

export const listServices: typeof real.listServices = async (tx, readable, filter, after, limit) => {
  const memory = memoryOf(tx);
  const { professionalId, active } = filter;
  const rows = memory
    .rows("service")
    .filter((row) => memory.owns(row) && row.serviceId > after)
    .filter((row) => professionalId === undefined || row.professionalId === professionalId)
    .filter((row) => active === undefined || row.active === active)
    .filter((row) => isReadableOf(readable, memory.find("professional", row.professionalId)));
  return sortBy(rows, ({ serviceId }) => serviceId).slice(0, limit);
};

export const insertService: typeof real.insertService = async (tx, row) => {
  memoryOf(tx).put("service", row.serviceId, row);
};

export const deactivateService: typeof real.deactivateService = async (tx, row) => {
  memoryOf(tx).put("service", row.serviceId, { ...row, active: false, version: row.version + 1 });
};

export const lastSlotEndOf: typeof real.lastSlotEndOf = async (tx, { serviceId }) => {
  const ends = memoryOf(tx)
    .rows("slot")
    .filter(({ serviceIds }) => serviceIds.includes(serviceId))
    .map(({ endAt }) => endAt);
  return ends.length === 0 ? null : Math.max(...ends);
};
