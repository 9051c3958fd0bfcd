// What an export says, and what must become of each of its rows. The readings are the README's of the example data.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readRows } from "./csv.mjs";
import {
  DAY,
  MINUTE,
  instantAt,
  instantOf,
  instantOrJump,
  isoDate,
  localDate,
  minutesOf,
  wallOfDate,
} from "./local-time.mjs";

const NAM = /^[A-Z]{4}\d\d(0[1-9]|1[0-2]|5[1-9]|6[0-2])(0[1-9]|[12]\d|3[01])\d\d$/;
/** APPT-04: the last local calendar day in the past that the hub still takes. */
const PAST_LIMIT_DAYS = 90;

/**
 * @param {string} folder an export: the six CSV files of OSCAR
 * @param {string} clock RFC 3339 instant of the push; the folder's own when left out
 * @param {string} settings folder that holds `bridge.json`
 * @returns the slots (`pushed`, or ended before the clock), the appointments (`fate`: pushed, refused with `code`, or
 *   cancelledUnknown) and the malformed rows by file and line; instants in milliseconds. Beside them `bridge.json` and the
 *   sound rows of professionals and patients, by number
 */
export function readAgenda(folder, clock, settings = folder) {
  const bridge = JSON.parse(readFileSync(join(settings, "bridge.json"), "utf8"));
  const zone = bridge.place.timeZone;
  const now = Date.parse(clock ?? bridge.clock);
  const today = localDate(zone, now);
  const malformed = [];

  /** Sound rows by key; every other row, and the second of one key, is malformed. A skipped row is neither. */
  const table = (file, keyOf, sound, skip = () => false) => {
    const rows = new Map();
    for (const row of readRows(join(folder, file))) {
      if (!row.broken && skip(row)) continue;
      if (row.broken || rows.has(keyOf(row)) || !sound(row)) malformed.push({ file, line: row.line });
      else rows.set(keyOf(row), row);
    }
    return rows;
  };

  const providers = table(
    "provider.csv",
    (row) => row.provider_no,
    (row) => row.provider_no !== "" && /^\d{6}$/.test(row.practitioner_no),
  );
  const patients = table(
    "demographic.csv",
    (row) => row.demographic_no,
    (row) => /^\d+$/.test(row.demographic_no) && hasIdentity(row, today),
  );
  // A strange NAM counts as none: the row is named, the patient stays.
  for (const { line } of [...patients.values()].filter(hasStrangeNam))
    malformed.push({ file: "demographic.csv", line });
  table("scheduletemplatecode.csv", (row) => row.code, Boolean);
  const templates = table(
    "scheduletemplate.csv",
    (row) => `${row.provider_no}|${row.name}`,
    (row) => row.timecode.length === 96,
  );
  const templateOf = (row) => templates.get(`${row.provider_no}|${row.hour}`) ?? templates.get(`Public|${row.hour}`);
  const days = table(
    "scheduledate.csv",
    (row) => `${row.provider_no}|${row.sdate}`,
    (row) => providers.has(row.provider_no) && wallOfDate(row.sdate) !== undefined && templateOf(row) !== undefined,
    (row) => row.available === "0" || row.status === "D",
  );
  const appointmentRows = table(
    "appointment.csv",
    (row) => row.appointment_no,
    (row) =>
      /^\d+$/.test(row.appointment_no) &&
      providers.has(row.provider_no) &&
      patients.has(row.demographic_no) &&
      intervalOf(zone, row) !== undefined,
  );

  const slots = [...days.values()].flatMap((day) =>
    runsOf(templateOf(day).timecode).flatMap(({ code, from, to }) => {
      const offer = bridge.codes[code];
      const midnight = wallOfDate(day.sdate);
      const startAt = instantOf(zone, midnight + from * MINUTE);
      if (offer === undefined || startAt === undefined) return [];
      const endAt = instantOrJump(zone, midnight + to * MINUTE);
      const provider = providers.get(day.provider_no);
      return [{ provider, date: day.sdate, from, startAt, endAt, offer, pushed: endAt >= now }];
    }),
  );

  const oldest = isoDate(wallOfDate(today) - PAST_LIMIT_DAYS * DAY);
  const appointments = [...appointmentRows.values()].map((row) => {
    const { startAt, endAt } = intervalOf(zone, row);
    const patient = patients.get(row.demographic_no);
    const fate = () => {
      if (row.status.startsWith("C")) return { fate: "cancelledUnknown" };
      if (row.appointment_date < oldest) return { fate: "refused", code: "PAST_LIMIT_EXCEEDED" };
      // APPT-23, APPT-25: a start not past needs a phone; with either one there is a communication mode too.
      if (startAt >= now && !hasPhone(patient)) return { fate: "refused", code: "CONTACT_REQUIRED" };
      return { fate: "pushed" };
    };
    return { row, provider: providers.get(row.provider_no), startAt, endAt, past: startAt < now, ...fate() };
  });

  malformed.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return { bridge, zone, now, providers, patients, slots, appointments, malformed };
}

/** Maximal runs of one character; `from` and `to` in minutes since midnight. */
function runsOf(timecode) {
  return [...timecode.matchAll(/(.)\1*/g)].map((run) => ({
    code: run[1],
    from: run.index * 15,
    to: (run.index + run[0].length) * 15,
  }));
}

/**
 * `end_time` is the last minute included, and the length is counted on the wall: 01:15 to 01:29 is 15 minutes, even in autumn.
 * Notes that begin with `[UTC-05:00]` name the second pass of the repeated hour, as the bridge's README says.
 */
function intervalOf(zone, row) {
  const [midnight, from, last] = [wallOfDate(row.appointment_date), minutesOf(row.start_time), minutesOf(row.end_time)];
  if (midnight === undefined || from === undefined || last === undefined || last < from) return undefined;
  const [, offset] = /^\[UTC([+-]\d\d:\d\d)\]/.exec(row.notes) ?? [];
  const wall = midnight + from * MINUTE;
  const startAt = offset === undefined ? instantOf(zone, wall) : instantAt(zone, wall, offset);
  return startAt === undefined ? undefined : { startAt, endAt: startAt + (last + 1 - from) * MINUTE };
}

/** APPT-22: the four identity fields, the birth date real and not in the future. */
function hasIdentity(row, today) {
  const born = `${row.year_of_birth}-${row.month_of_birth}-${row.date_of_birth}`;
  const named = row.last_name !== "" && row.first_name !== "";
  return named && /^[FM]$/.test(row.sex) && wallOfDate(born) !== undefined && born <= today;
}

const hasStrangeNam = ({ hc_type, hin }) =>
  hc_type === "QC" && hin !== "" && !NAM.test(hin.replace(/[ -]/g, "").toUpperCase());

/** A phone has ten digits, whatever separates them. */
const hasPhone = ({ phone, cell }) => [phone, cell].some((text) => /^1?\d{10}$/.test(text.replace(/[ ().+-]/g, "")));
