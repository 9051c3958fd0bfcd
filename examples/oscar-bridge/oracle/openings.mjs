// What a citizen could be offered right after the push, whoever it is shown to.
import { DAY, MINUTE, instantOrJump, minutesOf, wallOfDate } from "./local-time.mjs";

/**
 * SLOT-22, SLOT-31: whole durations from the slot's start, public, already open, not past, free of any appointment of the
 * same professional.
 * @param agenda what `readAgenda` answers
 * @returns {{ provider: object, startAt: number, endAt: number, offer: object }[]}
 */
export function openingsOf({ zone, now, slots, appointments }) {
  const pushed = appointments.filter((appointment) => appointment.fate === "pushed");
  return slots.flatMap(({ provider, date, startAt, endAt, offer, pushed: isPushed }) => {
    if (!isPushed || offer.visibility !== "public" || opensAt(zone, date, offer.openFrom) > now) return [];
    const length = offer.durationMinutes * MINUTE;
    const taken = pushed.filter((appointment) => appointment.provider.practitioner_no === provider.practitioner_no);
    const openings = [];
    for (let from = startAt; from + length <= endAt; from += length) {
      const free = !taken.some((appointment) => appointment.startAt < from + length && appointment.endAt > from);
      if (from >= now && free) openings.push({ provider, startAt: from, endAt: from + length, offer });
    }
    return openings;
  });
}

function opensAt(zone, date, openFrom) {
  if (openFrom === undefined) return -Infinity;
  return instantOrJump(zone, wallOfDate(date) - openFrom.daysBefore * DAY + minutesOf(openFrom.time) * MINUTE);
}
