// The second program: the figures that `npm run demo -- --json` must print, from an export and a clock alone.
import { readAgenda } from "./agenda.mjs";
import { openingsOf } from "./openings.mjs";

/**
 * @param {string} folder an export with its `bridge.json`
 * @param {string} [clock] RFC 3339 instant; the folder's own when left out
 * @returns the figures that do not depend on citizens (`malformed` sorted by file and line), and `openings`:
 *   how many a citizen could be offered at the clock after the push, per service type
 */
export function figures(folder, clock) {
  const agenda = readAgenda(folder, clock);
  const { slots, appointments, malformed } = agenda;
  const offered = slots.filter((slot) => slot.pushed);
  const pushed = appointments.filter((appointment) => appointment.fate === "pushed");
  const services = new Set(offered.map(({ provider, offer }) => serviceKey(provider, offer))).size;
  return {
    services,
    slots: { pushed: offered.length, skippedPast: slots.length - offered.length },
    appointments: {
      read: appointments.length + malformed.filter(({ file }) => file === "appointment.csv").length,
      pushed: pushed.length,
      past: pushed.filter((appointment) => appointment.past).length,
      cancelledUnknown: appointments.filter(({ fate }) => fate === "cancelledUnknown").length,
      refused: appointments
        .filter(({ fate }) => fate === "refused")
        .map(({ row, code }) => ({ appointmentNo: row.appointment_no, code })),
    },
    malformed,
    secondPush: { created: 0, updated: 0, unchanged: services + offered.length + pushed.length },
    openings: countByType(openingsOf(agenda)),
  };
}

/** SVC-01: a service is a type, a reason and a duration of one professional. */
const serviceKey = ({ provider_no }, { type, consultationReason, durationMinutes }) =>
  JSON.stringify([provider_no, type, consultationReason, durationMinutes]);

function countByType(openings) {
  const counts = { MF: 0, GMF: 0, GEN: 0 };
  for (const { offer } of openings) counts[offer.type] += 1;
  return counts;
}
