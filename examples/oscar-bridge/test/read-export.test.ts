import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { normaliseNam } from "../src/read-people.ts";
import { readExport } from "../src/read-export.ts";
import { booked, madeUpExports, malformedRows, missingTemplate, ordinaryWeek, scheduled, wornFile } from "./exports.ts";
import { emptyFolder, exampleData, workGroupsData, written } from "./folders.ts";
import { type Recipe, timecode, writeRecipe } from "./recipe.ts";

/** `[line, code]` of one file. */
function malformedIn(recipe: Recipe, file: string): [number, string][] {
  return written(recipe)
    .malformed.filter((row) => row.file === file)
    .map((row) => [row.line, row.code]);
}

const withAppointments = (...appointments: Recipe["appointments"]): Recipe => ({ ...ordinaryWeek(), appointments });

describe("readExport", () => {
  it.each([exampleData, workGroupsData])("finds nothing malformed in the example's own data", (folder) => {
    expect(readExport(folder).malformed).toEqual([]);
  });

  it("reads postal codes where the export has them; what is none counts as empty", () => {
    const { patients } = readExport(workGroupsData);
    const codes = ["1", "42", "45", "46", "49"].map((number) => patients.get(number)?.postalCode);
    expect(codes).toEqual([null, "G3Z 1A1", null, "g1k3a9", "G1K-3A9"]);
    expect(readExport(exampleData).patients.get("1")?.postalCode).toBeNull();
  });

  it.each(Object.entries(madeUpExports))("reads %s", (_, recipe) => {
    const exported = written(recipe());
    expect(exported.providers.size).toBe(3);
    expect(exported.patients.size).toBeGreaterThanOrEqual(48);
  });

  it.each([
    [
      "appointment.csv",
      [
        [32, "DATE_FORMAT"],
        [33, "TIME_FORMAT"],
        [34, "END_BEFORE_START"],
        [35, "UNKNOWN_PROVIDER"],
        [36, "UNKNOWN_PATIENT"],
        [37, "UNKNOWN_PATIENT"],
        [39, "COLUMN_COUNT"],
        [40, "COLUMN_COUNT"],
        [41, "APPOINTMENT_NO_FORMAT"],
        [42, "DUPLICATE_APPOINTMENT_NO"],
        [43, "DATE_FORMAT"],
        [45, "QUOTES"],
        [47, "QUOTES"],
      ],
    ],
    [
      "demographic.csv",
      [
        [50, "DEMOGRAPHIC_NO_FORMAT"],
        [51, "BIRTH_DATE_FORMAT"],
        [52, "NAM_FORMAT"],
        [53, "SEX_FORMAT"],
        [54, "DUPLICATE_DEMOGRAPHIC_NO"],
        [55, "NAME_MISSING"],
      ],
    ],
    [
      "provider.csv",
      [
        [5, "PRACTITIONER_NO_FORMAT"],
        [6, "PRACTITIONER_NO_FORMAT"],
        [7, "DUPLICATE_PROVIDER_NO"],
        [8, "PROVIDER_NO_MISSING"],
        [9, "NAME_MISSING"],
      ],
    ],
    [
      "scheduledate.csv",
      [
        [17, "DATE_FORMAT"],
        [18, "TEMPLATE_MISSING"],
        [19, "UNKNOWN_PROVIDER"],
        [20, "DUPLICATE_SCHEDULE_DATE"],
        [21, "AVAILABLE_FORMAT"],
        [22, "STATUS_UNKNOWN"],
        [25, "TEMPLATE_MISSING"],
      ],
    ],
    [
      "scheduletemplate.csv",
      [
        [5, "TEMPLATE_LENGTH"],
        [6, "DUPLICATE_TEMPLATE"],
        [7, "TEMPLATE_NAME_MISSING"],
      ],
    ],
    [
      "scheduletemplatecode.csv",
      [
        [9, "CODE_FORMAT"],
        [10, "DUPLICATE_CODE"],
        [11, "DURATION_FORMAT"],
      ],
    ],
  ])("names each malformed row of %s by line and code, and goes on", (file, rows) => {
    expect(malformedIn(malformedRows(), file)).toEqual(rows);
  });

  it("keeps every row around the malformed ones", () => {
    const sound = written(malformedRows());
    const numbers = sound.appointments.map((row) => row.appointmentNo);
    const week = written(ordinaryWeek());
    expect(numbers).toEqual([...week.appointments.map((row) => row.appointmentNo), "107", "113", "114", "116", "117"]);
    expect(sound.scheduleDates).toHaveLength(week.scheduleDates.length);
  });

  it("lists malformed rows by file and line", () => {
    const { malformed } = written(malformedRows());
    const sorted = [...malformed].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
    expect(malformed).toEqual(sorted);
  });

  it("does not put everyone's template in the place of a professional's own that is malformed", () => {
    const rows = malformedIn(missingTemplate(), "scheduledate.csv");
    expect(rows.filter(([, code]) => code === "TEMPLATE_MISSING")).toHaveLength(10);
    expect(written(missingTemplate()).scheduleDates.map((day) => day.provider.providerNo)).toEqual(
      Array(5).fill("202"),
    );
  });

  it("lets a professional's own template come before everyone's of that name", () => {
    const own = timecode("10:00-11:00=U");
    const base = ordinaryWeek();
    const exported = written({ ...base, templates: [...base.templates, ["203", "P:Walk-in", "", own]] });
    const day = exported.scheduleDates.find((each) => each.provider.providerNo === "203");
    expect(day?.timecode.join("")).toBe(own);
  });

  it.each(["0", "1"])("reads dates that are available, and those deleted or not (available %s)", (available) => {
    const row = ["9", "2027-06-12", "201", available, "b", "", "Office", "201", "A"];
    const exported = written({ ...ordinaryWeek(), dates: [row], appointments: [] });
    expect(exported.scheduleDates).toHaveLength(available === "1" ? 1 : 0);
    expect(exported.malformed).toEqual([]);
  });

  it("counts the first of two rows for one professional and date", () => {
    const dates = [scheduled(1, "2027-06-12", "203", "P:Walk-in"), scheduled(2, "2027-06-12", "203", "Gone")];
    expect(malformedIn({ ...ordinaryWeek(), dates }, "scheduledate.csv")).toEqual([[3, "TEMPLATE_MISSING"]]);
    const again = [...dates, scheduled(3, "2027-06-12", "203", "P:Walk-in")];
    expect(malformedIn({ ...ordinaryWeek(), dates: again }, "scheduledate.csv")).toContainEqual([
      4,
      "DUPLICATE_SCHEDULE_DATE",
    ]);
  });

  it.each([
    ["t", "unconfirmed", false],
    ["T", "unconfirmed", false],
    ["H", "present", false],
    ["HS", "present", false],
    ["HV", "present", false],
    ["N", "absent", false],
    ["NV", "absent", false],
    ["C", "unconfirmed", true],
    ["CS", "unconfirmed", true],
    ["c", "unconfirmed", false],
    ["B", "unconfirmed", false],
    ["", "unconfirmed", false],
    // Not OSCAR's: the clinic's own letters. The appointment stands, and takes the time.
    ["n", "unconfirmed", false],
    ["Z", "unconfirmed", false],
    ["?", "unconfirmed", false],
  ])("status %j is %s, cancelled: %s", (status, attendance, cancelled) => {
    const [row] = written(withAppointments(booked(1, "201", "2027-06-09", "09:00", "09:14", 1, status))).appointments;
    expect(row).toMatchObject({ attendance, cancelled });
  });

  it.each([
    ["09:00", "09:14:59", 15],
    ["09:00:30", "09:14:00", 15],
  ])("%s to %s is within whole minutes", (start, end, minutes) => {
    const row = ["1", "201", "2027-06-09", start, end, "1", "", "", "t"];
    const [appointment] = written(withAppointments(row)).appointments;
    expect(appointment).toMatchObject({ startAt: new Date("2027-06-09T13:00:00Z"), durationMinutes: minutes });
  });

  it.each([
    ["418-555-0101", "(418) 555 0101", "a.b@example.org", true],
    ["+1 418 555-0101", "4185550101 poste 12", "o'brien@example.org", true],
    ["aucun", "555-0101", "aucun", false],
    ["voir notes", "0", "a@b@example.org", false],
  ])("contacts %j, %j and %j can be used: %s", (phone, cell, email, usable) => {
    const recipe = ordinaryWeek();
    const patients = recipe.patients.map((row, index) =>
      index > 0 || typeof row === "string" ? row : [...row.slice(0, 9), phone, cell, email, ...row.slice(12)],
    );
    const patient = written({ ...recipe, patients }).patients.get("1");
    const [homePhone, mobilePhone] = usable ? [phone, cell] : [null, null];
    expect(patient).toMatchObject({ homePhone, mobilePhone, email: usable ? email : null });
  });

  it.each([
    ["09:00", "09:14", 15],
    ["09:00", "09:00", 1],
    ["23:45", "23:59", 15],
    ["00:00", "23:59", 1440],
  ])("%s to %s, the last minute included, lasts %i minutes", (start, last, minutes) => {
    const exported = written(withAppointments(booked(1, "201", "2027-06-09", start, last, 1)));
    expect(exported.appointments[0]?.durationMinutes).toBe(minutes);
  });

  it("lets the first usable row of an appointment number count, not an unusable one before it", () => {
    const recipe = withAppointments(
      booked(1, "201", "2027-02-30", "09:00", "09:14", 1),
      booked(1, "201", "2027-06-09", "09:00", "09:14", 1),
      booked(1, "201", "2027-06-09", "10:00", "10:14", 1),
    );
    expect(malformedIn(recipe, "appointment.csv")).toEqual([
      [2, "DATE_FORMAT"],
      [4, "DUPLICATE_APPOINTMENT_NO"],
    ]);
  });

  it("reads quoted cells over two lines, and numbers the lines after them as an editor would", () => {
    const { appointments } = written(wornFile());
    expect(appointments.at(-2)).toMatchObject({ reason: "suivi, long", notes: 'dit "oui"\r\nà jeun' });
    expect(appointments.map((row) => row.record.line).slice(-2)).toEqual([32, 34]);
  });

  it("keeps a patient whose number is no NAM, without it", () => {
    const patients = written(malformedRows()).patients;
    expect(patients.get("52")?.nam).toBeNull();
    expect(patients.get("55")).toMatchObject({ nam: null, ownProviderNo: null });
    expect(patients.get("1")?.nam).toBe("ARSA50510101");
  });

  it.each(["appointment.csv", "bridge.json", "scheduletemplatecode.csv"])("refuses a folder without %s", (file) => {
    const folder = writeRecipe(ordinaryWeek(), emptyFolder());
    rmSync(join(folder, file));
    expect(() => readExport(folder)).toThrow(`${file} cannot be read`);
  });

  it.each([
    ["not JSON", "{", /must be JSON/],
    ["another zone", '{"place":{"timeZone":"Mars"}}', /establishment must be an object/],
  ])("refuses a bridge.json that is %s", (_, text, message) => {
    const folder = writeRecipe(ordinaryWeek(), emptyFolder());
    writeFileSync(join(folder, "bridge.json"), text);
    expect(() => readExport(folder)).toThrow(message);
  });

  it.each([
    [{ timeZone: "America/Nulle-Part" }, /place\.timeZone must be an IANA time zone/],
    [{ clock: "2027-06-09T07:00:00" }, /clock must be an RFC 3339 instant/],
    [{ codes: { AB: {} } }, /codes\.AB must be one character/],
    [{ codes: { _: {} } }, /codes\._ must be one character/],
    [{ codes: { U: { type: "XYZ" } } }, /codes\.U\.type must be MF, GMF or GEN/],
    [{ codes: { U: { type: "GEN", visibility: "hidden" } } }, /codes\.U\.visibility/],
    [{ codes: { U: { type: "GEN", visibility: "public", durationMinutes: 7.5 } } }, /codes\.U\.durationMinutes/],
    [
      { codes: { U: { ...privateCode(), openFrom: { daysBefore: 1, time: "06:00" } } } },
      /codes\.U\.openFrom needs a public visibility/,
    ],
    [
      { codes: { U: { ...privateCode(), visibility: "public", openFrom: { daysBefore: 1, time: "6h" } } } },
      /codes\.U\.openFrom\.time must be a local time/,
    ],
    [{ isGmf: false, workGroups: [{ members: ["121212"] }] }, /workGroups needs an establishment with isGmf true/],
    [{ workGroups: { members: [] } }, /workGroups must be a list/],
    [{ workGroups: ["121212"] }, /workGroups\[0\] must be an object/],
    [{ workGroups: [{ relayTeam1: ["121212"] }] }, /workGroups\[0\]\.members must name at least one/],
    [{ workGroups: [{ members: ["201"] }] }, /workGroups\[0\]\.members\[0\] must be a text of six digits/],
    [{ workGroups: [{ members: ["121212", "121212"] }] }, /workGroups\[0\]\.members\[1\] must not name 121212/],
    [
      { workGroups: [{ members: ["121212"], relayTeam2: ["131313"] }] },
      /workGroups\[0\]\.relayTeam2 needs a relayTeam1/,
    ],
    [
      { workGroups: [{ members: ["121212", "131313"] }, { members: ["131313", "121212"], relayTeam1: ["818181"] }] },
      /workGroups\[1\]\.members must not be those of workGroups\[0\]/,
    ],
    [
      { workGroups: [{ members: ["121212"], relayTeam1: ["818181", "999999"] }] },
      /workGroups\[0\]\.relayTeam1\[1\] must be a practice number of provider\.csv/,
    ],
  ])("refuses the configuration %j", (change, message) => {
    expect(() => written({ ...ordinaryWeek(), ...change })).toThrow(message);
  });
});

it("reads work groups with their relay teams; a list that is not there is empty", () => {
  const groups = [{ members: ["121212"], relayTeam1: ["131313", "818181"] }, { members: ["818181", "121212"] }];
  expect(written({ ...ordinaryWeek(), workGroups: groups }).config.workGroups).toEqual([
    { members: ["121212"], relayTeam1: ["131313", "818181"], relayTeam2: [] },
    { members: ["818181", "121212"], relayTeam1: [], relayTeam2: [] },
  ]);
  expect(written({ ...ordinaryWeek(), isGmf: false }).config.workGroups).toEqual([]);
});

function privateCode(): object {
  return { type: "GEN", visibility: "private", durationMinutes: 15, consultationReason: "regular" };
}

it.each([
  ["OUEA 2456 1202", "OUEA24561202"],
  ["ouea-2456-1202", "OUEA24561202"],
  ["OUEA24561299", "OUEA24561299"],
  // 29 February: real in 2000, not in 1900.
  ["OUEA00022901", "OUEA00022901"],
  ["OUEA01022901", null],
  ["OUEA24131202", null],
  ["OUEA24631202", null],
  ["OUEA24563202", null],
  ["OUÉA24561202", null],
  ["OUEA2456120", null],
])("the number %j is the NAM %j", (text, nam) => {
  expect(normaliseNam(text)).toBe(nam);
});
