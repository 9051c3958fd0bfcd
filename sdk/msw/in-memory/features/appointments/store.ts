import type { Appointment } from "../../../../../api/src/domain/appointment.ts";
import { slotOf } from "../../../../../api/src/domain/placement.ts";
import { overlaps } from "../../../../../api/src/domain/time.ts";
import type * as real from "../../../../../api/src/features/appointments/store.ts";
import { isInOneOf, isReadable } from "../../../agenda.ts";
import { isAfter, memoryOf, sortBy } from "../../../world.ts";
import type { MemoryTx } from "../../../world.ts";

/** appointment_tenant, appointment_citizen and appointment_reference. */
export function isSeen(memory: MemoryTx, row: Appointment): boolean {
  const { audience, subject } = memory.scope;
  if (memory.owns(row)) return true;
  return (
    (audience === "citizen" && row.namIndex !== null && row.namIndex === subject) ||
    (audience === "system" && row.referenceNumber === subject)
  );
}

export const listAppointmentsById: typeof real.listAppointmentsById = async (tx, appointmentIds) => {
  const memory = memoryOf(tx);
  const found = [...new Set(appointmentIds)].flatMap((id) => memory.find("appointment", id) ?? []);
  return sortBy(
    found.filter((row) => isSeen(memory, row)),
    ({ appointmentId }) => appointmentId,
  );
};

export const listAppointmentsIn: typeof real.listAppointmentsIn = async (tx, spans) => {
  const memory = memoryOf(tx);
  const found = memory
    .rows("appointment")
    .filter((row) => row.status === "active" && isSeen(memory, row) && isInOneOf(row, spans));
  return sortBy(
    found,
    ({ establishmentId }) => establishmentId,
    ({ appointmentId }) => appointmentId,
  );
};

/** slotOf and APPT-08, as `readings` says them in SQL. */
export function readingOf(memory: MemoryTx, row: Appointment, vendorId: string | null): real.AppointmentReading {
  const { establishmentId, professionalId, appointmentId, startAt } = row;
  const place = memory.find("place", row.placeId);
  const establishment = memory.find("establishment", establishmentId);
  if (place === undefined || establishment === undefined) throw new Error("an appointment is at a place");
  const slots = memory.rows("slot").filter((slot) => slot.professionalId === professionalId);
  const others = memory
    .rows("appointment")
    .filter((other) => other.professionalId === professionalId && other.appointmentId !== appointmentId);
  return {
    ...row,
    timeZone: place.timeZone,
    pastLimitDays: establishment.pastLimitDays,
    slotId: slotOf(row, slots)?.slotId ?? null,
    concurrent:
      row.status === "active" && others.some((other) => other.status === "active" && other.startAt === startAt),
    externalId: memory.nameOf(vendorId, "appointment", appointmentId),
  };
}

export function byStart<T extends Appointment>(rows: readonly T[]): T[] {
  return sortBy(
    rows,
    ({ startAt }) => startAt,
    ({ appointmentId }) => appointmentId,
  );
}

export const readAppointmentsById: typeof real.readAppointmentsById = async (tx, appointmentIds, vendorId) => {
  const memory = memoryOf(tx);
  const found = [...new Set(appointmentIds)].flatMap((id) => memory.find("appointment", id) ?? []);
  return byStart(found.filter(memory.owns)).map((row) => readingOf(memory, row, vendorId));
};

export const readAppointments: typeof real.readAppointments = async (
  ...[tx, readable, filter, vendorId, after, limit]: Parameters<typeof real.readAppointments>
) => {
  const memory = memoryOf(tx);
  const { professionalId, placeId, from = -Infinity, to = Infinity, cancelledToo = false } = filter;
  const found = memory
    .rows("appointment")
    .filter((row) => memory.owns(row) && (cancelledToo || row.status === "active") && isReadable(readable, row))
    .filter((row) => professionalId === undefined || row.professionalId === professionalId)
    .filter((row) => placeId === undefined || row.placeId === placeId)
    .filter((row) => overlaps(row, { startAt: from, endAt: to }));
  return byStart(found)
    .filter(
      (row) => after === undefined || isAfter([row.startAt, row.appointmentId], [after.startAt, after.appointmentId]),
    )
    .slice(0, limit)
    .map((row) => readingOf(memory, row, vendorId));
};

export const readAppointmentsIn: typeof real.readAppointmentsIn = async (tx, spans, vendorId) => {
  const memory = memoryOf(tx);
  const found = memory
    .rows("appointment")
    .filter((row) => memory.owns(row) && row.status === "active" && isInOneOf(row, spans));
  return byStart(found).map((row) => readingOf(memory, row, vendorId));
};

export const listCitizenDays: typeof real.listCitizenDays = async (tx, days) =>
  days.flatMap((day) => memoryOf(tx).find("citizenDay", dayKey(day)) ?? []);

export const listBookedDates: typeof real.listBookedDates = async (tx, namIndexes) => {
  const booked = new Map<string, Set<string>>();
  for (const { namIndex, localDate, appointments } of memoryOf(tx).rows("citizenDay"))
    if (appointments > 0 && namIndexes.includes(namIndex))
      booked.set(namIndex, (booked.get(namIndex) ?? new Set()).add(localDate));
  return booked;
};

export const putCitizenDays: typeof real.putCitizenDays = async (tx, days) => {
  for (const day of days) memoryOf(tx).put("citizenDay", dayKey(day), day);
};

function dayKey({ namIndex, localDate }: real.CitizenDay): string {
  return `${namIndex} ${localDate}`;
}
