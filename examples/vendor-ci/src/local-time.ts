import { Temporal } from "temporal-polyfill";

/** Staff write local times; the hub has instants. A time that comes twice is the first, one that is skipped the next. */
export function instantOf(day: string, time: string, timeZone: string): string {
  const local = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) });
  return local.toString({ timeZoneName: "never" });
}

export function localOf(instant: string, timeZone: string): { day: string; time: string } {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  return { day: local.toPlainDate().toString(), time: local.toPlainTime().toString({ smallestUnit: "minute" }) };
}

export function minutesLater(instant: string, minutes: number): string {
  return Temporal.Instant.from(instant).add({ minutes }).toString();
}
