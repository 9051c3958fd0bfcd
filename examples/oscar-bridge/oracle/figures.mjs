// The second program: the figures that `npm run demo -- --json` must print, from an export and a clock alone.
import { readAgenda } from "./agenda.mjs";
import { MINUTE, instantOrJump, minutesOf, wallOfDate, DAY } from "./local-time.mjs";

/**
 * @param {string} folder an export with its `bridge.json`
 * @param {string} [clock] RFC 3339 instant; the folder's own when left out
 * @returns the figures that do not depend on citizens (`malformed` sorted by file and line), and `openings`:
 *   how many a citizen could be offered at the clock after the push, per service type
 */
export function figures(folder, clock) {
  const { zone, now, slots, appointments, malformed } = readAgenda(folder, clock);
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
    openings: countOpenings(zone, now, offered, pushed),
  };
}

/** SVC-01: a service is a type, a reason and a duration of one professional. */
const serviceKey = ({ provider_no }, { type, consultationReason, durationMinutes }) =>
  JSON.stringify([provider_no, type, consultationReason, durationMinutes]);

/** SLOT-22, SLOT-31: whole durations from the slot's start, public, already open, not past, free of any appointment. */
function countOpenings(zone, now, slots, appointments) {
  const counts = { MF: 0, GMF: 0, GEN: 0 };
  for (const { provider, date, startAt, endAt, offer } of slots) {
    if (offer.visibility !== "public" || opensAt(zone, date, offer.openFrom) > now) continue;
    const length = offer.durationMinutes * MINUTE;
    const taken = appointments.filter((appointment) => appointment.provider === provider);
    for (let from = startAt; from + length <= endAt; from += length) {
      const free = !taken.some((appointment) => appointment.startAt < from + length && appointment.endAt > from);
      if (from >= now && free) counts[offer.type] += 1;
    }
  }
  return counts;
}

function opensAt(zone, date, openFrom) {
  if (openFrom === undefined) return -Infinity;
  return instantOrJump(zone, wallOfDate(date) - openFrom.daysBefore * DAY + minutesOf(openFrom.time) * MINUTE);
}
