/** Local dates and times of a place, by what `Intl` knows of its zone: the SDK has no dependency. */

const MINUTE = 60_000;
const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const fields = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const made = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", ...fields });
  formats.set(timeZone, made);
  return made;
}

/** `{ day: "2027-03-14", time: "09:00" }` */
export function localOf(instant: Date, timeZone: string): { day: string; time: string } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? "";
  return { day: `${part("year")}-${part("month")}-${part("day")}`, time: `${part("hour")}:${part("minute")}` };
}

/** The instants that show this local time: none in spring's gap, two in autumn. */
export function instantsOf(day: string, time: string, timeZone: string): Date[] {
  const asUtc = Date.parse(`${day}T${time}:00Z`);
  const found: Date[] = [];
  // Québec is between three and five hours behind UTC; an hour more on both sides costs nothing.
  for (let minutes = 120; minutes <= 360; minutes += 30) {
    const instant = new Date(asUtc + minutes * MINUTE);
    const local = localOf(instant, timeZone);
    if (local.day === day && local.time === time) found.push(instant);
  }
  return found;
}

/** @throws RangeError when the local time does not exist */
export function instantOf(day: string, time: string, timeZone: string): Date {
  const [first] = instantsOf(day, time, timeZone);
  if (!first) throw new RangeError(`${day} ${time} does not exist in ${timeZone}.`);
  return first;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The next local date after `day` on which clocks go forward (or back). */
export function nextClockChange(day: string, timeZone: string, direction: "forward" | "back"): string {
  const shortest = direction === "forward" ? -60 : 60;
  for (let ahead = 1; ahead <= 400; ahead += 1) {
    const date = addDays(day, ahead);
    const length =
      instantOf(addDays(date, 1), "00:00", timeZone).getTime() - instantOf(date, "00:00", timeZone).getTime();
    if ((length - DAY) / MINUTE === shortest) return date;
  }
  throw new RangeError(`${timeZone} does not change its clocks.`);
}
