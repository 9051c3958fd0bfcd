import type { Service } from "./schema.ts";
import type { ServiceRow } from "./store.ts";

/** As everybody reads it who may. */
export function serviceOf(row: ServiceRow): Service {
  const { serviceId, version, professionalId, type, consultationReason, durationMinutes, active } = row;
  return { serviceId, version, professionalId, type, consultationReason, durationMinutes, active };
}
