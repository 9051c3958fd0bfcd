// Zones by Intl alone. A "wall" is a local date and time written as if it were UTC, in milliseconds.

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

const formats = new Map();

/** Milliseconds to add to an instant to get the zone's wall. */
function offsetAt(zone, instant) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }));
  }
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(formats.get(zone).format(instant));
  return sign === undefined ? 0 : Number(`${sign}1`) * (hours * 60 + minutes * 1) * MINUTE;
}

/** The first instant that shows this wall, or undefined when the clocks jump over it. */
export function instantOf(zone, wall) {
  const candidates = [wall - DAY, wall + DAY].map((near) => wall - offsetAt(zone, near));
  return candidates.sort((a, b) => a - b).find((instant) => instant + offsetAt(zone, instant) === wall);
}

/** Of a wall that comes twice, the instant at this offset (`-05:00`); else the first. */
export function instantAt(zone, wall, offset) {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset);
  const instant = wall - Number(`${sign}1`) * (hours * 60 + minutes * 1) * MINUTE;
  return instant + offsetAt(zone, instant) === wall ? instant : instantOf(zone, wall);
}

/** The first, but a wall inside the gap is the instant of the jump: one minute after the last minute that exists. */
export function instantOrJump(zone, wall) {
  const found = instantOf(zone, wall);
  if (found !== undefined) return found;
  let before;
  for (let back = wall - MINUTE; before === undefined; back -= MINUTE) before = instantOf(zone, back);
  return before + MINUTE;
}

/** YYYY-MM-DD in the zone. */
export const localDate = (zone, instant) => isoDate(instant + offsetAt(zone, instant));

export const isoDate = (wall) => new Date(wall).toISOString().slice(0, 10);

/** Midnight of a YYYY-MM-DD as a wall, or undefined for a date that no calendar has. */
export function wallOfDate(text) {
  const wall = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(wall) && isoDate(wall) === text ? wall : undefined;
}

/** Minutes since midnight of HH:MM or HH:MM:SS (seconds are dropped), or undefined. */
export function minutesOf(text) {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d)?$/.exec(text);
  return match ? match[1] * 60 + match[2] * 1 : undefined;
}
