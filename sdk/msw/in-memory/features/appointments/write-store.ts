import type * as real from "../../../../../api/src/features/appointments/write-store.ts";
import { nextReferenceNumber } from "../../../reference-numbers.ts";
import { memoryOf } from "../../../world.ts";

export const insertAppointments: typeof real.insertAppointments = async (tx, appointments) => {
  const references = new Map<string, string>();
  for (const appointment of appointments) {
    const referenceNumber = nextReferenceNumber(tx);
    references.set(appointment.appointmentId, referenceNumber);
    memoryOf(tx).put("appointment", appointment.appointmentId, { ...appointment, referenceNumber });
  }
  return references;
};

export const updateAgendaAnswers: typeof real.updateAgendaAnswers = async (tx, rows) => {
  const memory = memoryOf(tx);
  for (const { appointmentId, agenda } of rows) {
    const kept = memory.find("appointment", appointmentId);
    if (kept !== undefined) memory.put("appointment", appointmentId, { ...kept, agenda });
  }
};

export const updateAppointments: typeof real.updateAppointments = async (tx, appointments) => {
  const memory = memoryOf(tx);
  for (const appointment of appointments) {
    const kept = memory.find("appointment", appointment.appointmentId);
    const referenceNumber = kept?.referenceNumber ?? appointment.referenceNumber;
    memory.put("appointment", appointment.appointmentId, { ...appointment, referenceNumber });
  }
};
