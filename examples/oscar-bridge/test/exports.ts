import { type MadeUpRow, type Recipe, timecode } from "./recipe.ts";

/** Makers of exports: every one is a whole clinic on which the whole demo can run. All people are invented. */

const codes = {
  "1": { type: "MF", consultationReason: "regular", durationMinutes: 15, visibility: "public" },
  "2": { type: "MF", consultationReason: "periodic", durationMinutes: 30, visibility: "public" },
  P: { type: "MF", consultationReason: "regular", durationMinutes: 15, visibility: "private" },
  s: {
    ...{ type: "GMF", consultationReason: "minorEmergency", durationMinutes: 15, visibility: "public" },
    openFrom: { daysBefore: 1, time: "06:00" },
  },
  U: { type: "GEN", consultationReason: "minorEmergency", durationMinutes: 15, visibility: "public" },
  // Means the same as U: they share one service.
  C: { type: "GEN", consultationReason: "minorEmergency", durationMinutes: 15, visibility: "public" },
};

const providers: MadeUpRow[] = [
  ["201", "Cyr", "Hélène", "doctor", "Family Medicine", "121212"],
  ["202", "O'Brien", "Théo", "doctor", "Family Medicine", "131313"],
  ["203", "Vigneau", "Rose", "nurse practitioner", "Primary care", "818181"],
];

const templateCodes: MadeUpRow[] = [
  ["1", "15 Minute Appointment", "15", "#BFEFFF"],
  ["2", "30 Minute Appointment", "30", "#BFEFFF"],
  ["P", "Phone time", "15", "#BFEFFF"],
  ["s", "Same Day", "15", "FFF68F"],
  ["U", "Urgent", "15", ""],
  ["C", "On Call Clinic", "15", "green"],
  ["m", "Meeting", "", ""],
];

const templates: MadeUpRow[] = [
  [
    "201",
    "Office",
    "Morning, then urgent",
    timecode("08:00-12:00=1", "13:00-15:00=U", "15:00-16:00=P", "16:00-17:00=m"),
  ],
  ["202", "Office", "Long visits", timecode("08:30-11:30=2", "13:00-14:00=s", "14:00-15:00=U", "15:00-15:30=C")],
  ["Public", "P:Walk-in", "Walk-in clinic", timecode("09:00-12:00=C", "12:30-16:30=U")],
];

/** Forty-eight patients, some without a mobile, an e-mail or a known NAM; number 41 has no phone at all. */
function patients(): MadeUpRow[] {
  const lastNames = ["Arsenault", "Boudreau", "Cormier", "Déraspe", "L'Italien", "Poirier", "Roy", "St-Onge"];
  const women = ["Adèle", "Béatrice", "Élise"];
  const men = ["Aurèle", "Benoît", "Étienne"];
  return Array.from({ length: 48 }, (_, index) => {
    const number = index + 1;
    const sex = index % 2 === 0 ? "F" : "M";
    const lastName = lastNames[index % lastNames.length] ?? "";
    const firstName = (sex === "F" ? women : men)[Math.trunc(index / 2) % 3] ?? "";
    const [year, month, day] = [String(1950 + index), twoDigits((index % 12) + 1), twoDigits((index % 27) + 1)];
    const nam = namOf(lastName, firstName, sex, year, month, day);
    return [
      ...[String(number), lastName, firstName, sex, year, month, day],
      ...(number === 12 ? ["", ""] : [nam, "QC"]),
      ...[number === 41 || number % 9 === 0 ? "" : `418-555-01${twoDigits(number)}`],
      ...[number === 41 || number % 5 === 0 ? "" : `581-555-01${twoDigits(number)}`],
      ...[number % 7 === 0 ? "" : `patient${number}@example.org`],
      ...[number % 6 === 0 ? "English" : "French", number % 4 === 0 ? "" : String(201 + (number % 3))],
    ];
  });
}

/** A sandbox number: `0` as eleventh character, so that it can be nobody's. */
export function namOf(
  lastName: string,
  firstName: string,
  sex: "F" | "M",
  year: string,
  month: string,
  day: string,
): string {
  const letters = (text: string): string =>
    text
      .normalize("NFD")
      .replace(/[^A-Za-z]/g, "")
      .toUpperCase();
  const realMonth = sex === "F" ? String(Number(month) + 50) : month;
  return `${letters(lastName).slice(0, 3).padEnd(3, "X")}${letters(firstName).slice(0, 1)}${year.slice(2)}${realMonth}${day}01`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** A row of `scheduledate.csv`. */
export function scheduled(id: number, date: string, providerNo: string, template: string): MadeUpRow {
  return [String(id), date, providerNo, "1", "b", "", template, "201", "A"];
}

/** A row of `appointment.csv`; `last` is the last minute, included. */
export function booked(
  number: number,
  providerNo: string,
  date: string,
  start: string,
  last: string,
  patient: number,
  status = "t",
  notes = "",
): MadeUpRow {
  return [String(number), providerNo, date, `${start}:00`, `${last}:00`, String(patient), "suivi", notes, status];
}

/** Five days of three professionals, from a Monday on, with a few appointments on each. */
function week(days: readonly string[]): Pick<Recipe, "dates" | "appointments"> {
  const dates = days.flatMap((date, index) => [
    scheduled(index * 3 + 1, date, "201", "Office"),
    scheduled(index * 3 + 2, date, "202", "Office"),
    scheduled(index * 3 + 3, date, "203", "P:Walk-in"),
  ]);
  const appointments = days.flatMap((date, index) => {
    const past = index < 2;
    const first = index * 6 + 1;
    return [
      booked(first, "201", date, "08:15", "08:29", index + 1, past ? "H" : "t"),
      booked(first + 1, "201", date, "13:00", "13:29", index + 6, past ? "N" : "T"),
      booked(first + 2, "202", date, "09:30", "09:59", index + 11, past ? "HS" : "t", "apporter la liste"),
      // Made on purpose over the one before.
      booked(first + 3, "202", date, "09:30", "09:59", index + 16),
      booked(first + 4, "203", date, "17:00", "17:14", index + 21, "C"),
      booked(first + 5, "203", date, "10:45", "10:59", index === 4 ? 41 : index + 26),
    ];
  });
  return { dates, appointments };
}

const style: Recipe["style"] = { lineEnding: "\r\n", byteOrderMark: false, finalNewline: true, quoted: false };

/** An ordinary week in June 2027, seen from its Wednesday at 07:00. */
export function ordinaryWeek(): Recipe {
  return {
    timeZone: "America/Toronto",
    clock: "2027-06-09T07:00:00-04:00",
    ...{ codes, providers, templateCodes, templates, style },
    patients: patients(),
    ...week(["2027-06-07", "2027-06-08", "2027-06-09", "2027-06-10", "2027-06-11"]),
    moreAppointmentColumns: [],
  };
}

/** Îles-de-la-Madeleine: one hour ahead of Québec; 15:30 there is under way when the clock says so. */
export function halifaxWeek(): Recipe {
  return { ...ordinaryWeek(), timeZone: "America/Halifax", clock: "2027-06-09T15:30:00-03:00" };
}

/** Lower North Shore: the same time all year, also in the week when Toronto's clocks change. */
export function blancSablonWeek(): Recipe {
  return {
    ...ordinaryWeek(),
    timeZone: "America/Blanc-Sablon",
    clock: "2027-11-03T07:00:00-04:00",
    ...week(["2027-11-01", "2027-11-02", "2027-11-03", "2027-11-06", "2027-11-07"]),
  };
}

/** The week in which clocks go back, at 02:00 on Sunday 2027-11-07: a night clinic through the repeated hour, and one within it. */
export function autumnChange(): Recipe {
  const usual = week(["2027-11-01", "2027-11-02", "2027-11-03", "2027-11-04", "2027-11-05"]);
  return {
    ...ordinaryWeek(),
    clock: "2027-11-03T07:00:00-04:00",
    templates: [
      ...templates,
      ["201", "Night", "Through the change", timecode("00:00-04:00=U")],
      ["202", "Night", "Two runs that touch at 01:30", timecode("00:30-01:30=U", "01:30-02:00=C", "02:00-03:00=m")],
      ["203", "Night", "Ends and begins in the hour", timecode("01:00-01:45=U", "23:00-24:00=C")],
    ],
    dates: [
      ...usual.dates,
      scheduled(101, "2027-11-07", "201", "Night"),
      scheduled(102, "2027-11-07", "202", "Night"),
      scheduled(103, "2027-11-07", "203", "Night"),
    ],
    appointments: [
      ...usual.appointments,
      booked(101, "201", "2027-11-07", "00:30", "00:44", 31),
      booked(102, "201", "2027-11-07", "01:30", "01:44", 32),
      booked(103, "201", "2027-11-07", "01:30", "01:44", 33, "t", "[UTC-05:00] à jeun"),
      booked(104, "202", "2027-11-07", "01:45", "02:14", 34),
      booked(105, "201", "2027-11-07", "02:00", "02:14", 35),
    ],
  };
}

/** The week in which clocks go forward, at 02:00 on Sunday 2027-03-14: nothing starts between 02:00 and 03:00. */
export function springGap(): Recipe {
  const usual = week(["2027-03-08", "2027-03-09", "2027-03-10", "2027-03-11", "2027-03-12"]);
  return {
    ...ordinaryWeek(),
    clock: "2027-03-10T07:00:00-05:00",
    templates: [
      ...templates,
      ["201", "Night", "Starts in the gap", timecode("02:00-04:00=U", "04:00-05:00=C")],
      ["202", "Night", "Ends in the gap", timecode("01:00-02:30=U", "02:30-03:00=C", "03:00-04:00=U")],
      ["203", "Night", "Across the gap", timecode("01:30-03:30=U")],
    ],
    dates: [
      ...usual.dates,
      scheduled(101, "2027-03-14", "201", "Night"),
      scheduled(102, "2027-03-14", "202", "Night"),
      scheduled(103, "2027-03-14", "203", "Night"),
    ],
    appointments: [
      ...usual.appointments,
      booked(101, "201", "2027-03-14", "02:15", "02:29", 31),
      booked(102, "203", "2027-03-14", "01:45", "02:14", 32),
      booked(103, "202", "2027-03-14", "03:00", "03:14", 33),
    ],
  };
}

/** A clinic that opens: slots, and not one appointment; the file is its header, without even a newline. */
export function emptyAgenda(): Recipe {
  return { ...ordinaryWeek(), appointments: [], style: { ...style, finalNewline: false } };
}

/** A clinic that has nothing at all yet. */
export function nothingAtAll(): Recipe {
  return { ...ordinaryWeek(), dates: [], appointments: [] };
}

/** Noon on Wednesday: inside some slots, and at the very instant at which others end. */
export function slotUnderWay(): Recipe {
  return { ...ordinaryWeek(), clock: "2027-06-09T12:00:00-04:00" };
}

/** One professional's template is gone, another's has not its 96 quarter hours though everyone has one of that name. */
export function missingTemplate(): Recipe {
  const base = ordinaryWeek();
  return {
    ...base,
    templates: [
      ...templates.filter((row) => row[0] !== "201"),
      ["203", "P:Walk-in", "Ten-minute pattern", "_".repeat(144)],
    ],
  };
}

/** What text files meet on their way: byte-order mark, CRLF, quotes everywhere, more columns, no final newline. */
export function wornFile(): Recipe {
  const base = ordinaryWeek();
  return {
    ...base,
    style: { lineEnding: "\r\n", byteOrderMark: true, finalNewline: false, quoted: true },
    appointments: [
      ...base.appointments,
      [...["31", "201", "2027-06-11", "08:30:00", "08:44:00", "31"], "suivi, long", 'dit "oui"\r\nà jeun', "t"],
      booked(32, "201", "2027-06-11", "09:00", "09:14", 32),
    ],
    moreAppointmentColumns: [
      ["location", "Bureau 2, étage"],
      ["urgency", ""],
    ],
  };
}

/** Line feeds only, as a file leaves a Unix server. */
export function unixFile(): Recipe {
  return { ...ordinaryWeek(), style: { ...style, lineEnding: "\n" } };
}

/** Two charts for one person, the lower number further down; both have appointments. */
export function sharedNam(): Recipe {
  const base = ordinaryWeek();
  const all = patients();
  const person = all[3];
  if (person === undefined || typeof person === "string") throw new Error("a patient is a row of cells");
  return { ...base, patients: [["77", ...person.slice(1)], ...all] };
}

/** One row of each kind that cannot be used, in every file, among rows that can. */
export function malformedRows(): Recipe {
  const base = ordinaryWeek();
  return {
    ...base,
    providers: [
      ...providers,
      ["204", "Sans", "Numéro", "doctor", "", ""],
      ["205", "Autre", "Classe", "doctor", "", "212121"],
      ["201", "Encore", "Cyr", "doctor", "", "141414"],
      ["", "Sans", "Clé", "doctor", "", "141415"],
      ["206", "", "Anonyme", "doctor", "", "141416"],
    ],
    patients: [
      ...patients(),
      ["x1", "Roy", "Ève", "F", "1980", "01", "02", "", "", "418-555-0177", "", "", "French", ""],
      ["51", "Roy", "Ève", "F", "1981", "02", "30", "", "", "418-555-0177", "", "", "French", ""],
      ["52", "Roy", "Ève", "F", "1980", "01", "02", "ROYE80510", "QC", "418-555-0177", "", "", "French", ""],
      ["53", "Roy", "Ève", "", "1980", "01", "02", "", "", "418-555-0177", "", "", "French", ""],
      ["1", "Roy", "Ève", "F", "1980", "01", "02", "", "", "418-555-0177", "", "", "French", ""],
      ["54", "", "Ève", "F", "1980", "01", "02", "", "", "418-555-0177", "", "", "French", ""],
      // Another province's number is no NAM, and no fault.
      ["55", "Roy", "Ève", "F", "1980", "01", "02", "1234567890", "ON", "418-555-0177", "", "", "French", "999"],
    ],
    templateCodes: [
      ...templateCodes,
      ["ab", "Two letters", "15", ""],
      ["U", "Again", "15", ""],
      ["z", "Odd", "15 min", ""],
    ],
    templates: [
      ...templates,
      ["201", "Short", "", "_".repeat(95)],
      ["201", "Office", "Again", timecode("08:00-09:00=U")],
      ["", "Nobody's", "", timecode()],
    ],
    dates: [
      ...base.dates,
      scheduled(101, "2027-02-29", "201", "Office"),
      scheduled(102, "2027-06-12", "201", "Gone"),
      scheduled(103, "2027-06-12", "299", "Office"),
      scheduled(104, "2027-06-11", "201", "Office"),
      ["105", "2027-06-12", "202", "maybe", "b", "", "Office", "201", "A"],
      ["106", "2027-06-12", "202", "1", "b", "", "Office", "201", "Z"],
      // No longer read by OSCAR itself: neither offered nor malformed.
      ["107", "2027-06-12", "202", "0", "b", "", "Gone", "201", "A"],
      ["108", "2027-06-12", "202", "1", "b", "", "Gone", "201", "D"],
      scheduled(109, "2027-06-12", "201", "Short"),
    ],
    appointments: [
      ...base.appointments,
      booked(101, "201", "2027-02-30", "08:00", "08:14", 1),
      booked(102, "201", "2027-06-10", "25:00", "25:14", 1),
      booked(103, "201", "2027-06-10", "09:00", "08:59", 1),
      booked(104, "299", "2027-06-10", "09:00", "09:14", 1),
      booked(105, "201", "2027-06-10", "09:00", "09:14", 999),
      booked(106, "201", "2027-06-10", "09:00", "09:14", 51),
      booked(107, "201", "2027-06-10", "09:00", "09:14", 1, "Z"),
      ["108", "201", "2027-06-10", "09:00:00"],
      [...["109", "201", "2027-06-10", "09:00:00", "09:14:00", "1", "suivi", "", "t"], "trop"],
      ["A1", "201", "2027-06-10", "09:00:00", "09:14:00", "1", "", "", "t"],
      booked(1, "201", "2027-06-10", "09:30", "09:44", 2),
      // Cancelled and malformed at once: malformed.
      booked(112, "201", "2027-06-31", "09:00", "09:14", 1, "C"),
      ["113", "201", "2027-06-10", "09:00:30", "09:14:00", "1", "", "", "t"],
      '500,201,2027-06-10,09:00:00,09:14:00,1,"jamais fermé,,t',
      booked(114, "201", "2027-06-10", "10:15", "10:29", 3, "t", "ligne, avec virgule"),
      '115,201,2027-06-10,09:45:00,09:59:00,2,dit "oui",,t',
      "",
      booked(116, "201", "2027-06-10", "10:30", "10:44", 4, ""),
      booked(117, "201", "2027-06-10", "11:00", "11:14", 52),
    ],
  };
}

/** Every made-up export by name, for tests that hold for all of them. */
export const madeUpExports: Readonly<Record<string, () => Recipe>> = {
  ordinaryWeek,
  halifaxWeek,
  blancSablonWeek,
  autumnChange,
  springGap,
  emptyAgenda,
  nothingAtAll,
  slotUnderWay,
  missingTemplate,
  wornFile,
  unixFile,
  sharedNam,
  malformedRows,
};
