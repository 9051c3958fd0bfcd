import type { OfferedCode } from "./bridge-json.ts";
import { addDays, boundInstant, startInstant, type WallMinute } from "./local-time.ts";
import type { Provider } from "./read-people.ts";
import type { ScheduleDate } from "./read-schedule.ts";
import type { Export } from "./read-export.ts";

const QUARTER = 15;

/** One block of a day's pattern: `[from, to)` in wall-clock minutes; `to` may be 1440, the end of the day. */
export interface Run {
  code: string;
  from: WallMinute;
  to: WallMinute;
}

/** What a professional offers on a date, before the clock has its say. */
export interface OfferedRun {
  /** Derived from the files alone, so that the next reading finds the same one: `101-2027-03-04-0830`. */
  externalId: string;
  day: ScheduleDate;
  provider: Provider;
  offered: OfferedCode;
  /** Null: the local time does not exist (design, decision 9), so the run is not offered. */
  startAt: Date | null;
  endAt: Date;
  openFrom: Date | null;
}

/** Longest stretches of one code; two codes side by side are two runs even when they mean the same. */
export function runsOf(timecode: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const [quarter, code] of timecode.entries()) {
    const previous = runs.at(-1);
    const from = quarter * QUARTER;
    if (previous?.code === code) previous.to = from + QUARTER;
    else runs.push({ code, from, to: from + QUARTER });
  }
  return runs;
}

/** Every run of an offered code, in the order of `scheduledate.csv`. */
export function offeredRuns(exported: Export): OfferedRun[] {
  const { codes, place } = exported.config;
  return exported.scheduleDates.flatMap((day) =>
    runsOf(day.timecode).flatMap((run) => {
      const offered = codes.get(run.code);
      return offered ? [offeredRun(day, run, offered, place.timeZone)] : [];
    }),
  );
}

function offeredRun(day: ScheduleDate, run: Run, offered: OfferedCode, zone: string): OfferedRun {
  const { openFrom } = offered;
  return {
    externalId: `${day.provider.providerNo}-${day.date}-${clockDigits(run.from)}`,
    day,
    provider: day.provider,
    offered,
    startAt: startInstant(day.date, run.from, zone),
    endAt: boundInstant(day.date, run.to, zone),
    openFrom: openFrom && boundInstant(addDays(day.date, -openFrom.daysBefore), openFrom.minute, zone),
  };
}

function clockDigits(minute: WallMinute): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}${String(minute % 60).padStart(2, "0")}`;
}
