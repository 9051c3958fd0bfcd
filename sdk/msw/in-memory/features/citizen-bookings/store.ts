import type { Appointment } from "../../../../../api/src/domain/appointment.ts";
import type * as real from "../../../../../api/src/features/citizen-bookings/store.ts";
import { openingRows } from "../../../agenda.ts";
import { memoryOf } from "../../../world.ts";
import type { MemoryTx } from "../../../world.ts";
import { byStart, isSeen } from "../appointments/store.ts";

export const findOpenings: typeof real.findOpenings = async (tx, named) => {
  const rows = openingRows(tx);
  return named.map(({ slotId, startAt }) => {
    const found = rows.find((row) => row.slotId === slotId && row.startAt === startAt);
    if (found === undefined) return undefined;
    const { endAt, establishmentId, professionalId } = found;
    return { slotId, startAt, endAt, establishmentId, professionalId };
  });
};

function readingOf(memory: MemoryTx, row: Appointment): real.CitizenReading {
  const place = memory.find("place", row.placeId);
  const professional = memory.find("professional", row.professionalId);
  if (place === undefined || professional === undefined) throw new Error("an appointment is somebody's at a place");
  return { ...row, professionalName: professional.displayName, place };
}

export const listOwnAppointments: typeof real.listOwnAppointments = async (tx, namIndex, now, limit) => {
  const memory = memoryOf(tx);
  const own = memory
    .rows("appointment")
    .filter((row) => row.namIndex === namIndex && row.namMatched && isSeen(memory, row))
    .filter((row) => row.status === "active" && row.startAt >= now);
  return byStart(own)
    .slice(0, limit)
    .map((row) => readingOf(memory, row));
};

export const findOwnAppointment: typeof real.findOwnAppointment = async (tx, appointmentId) => {
  const memory = memoryOf(tx);
  const row = memory.find("appointment", appointmentId);
  return row !== undefined && isSeen(memory, row) ? readingOf(memory, row) : undefined;
};

export const findByReference: typeof real.findByReference = async (tx, referenceNumber) => {
  const memory = memoryOf(tx);
  return memory.rows("appointment").find((row) => row.referenceNumber === referenceNumber && isSeen(memory, row));
};
