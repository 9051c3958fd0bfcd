// The oracle is judged by hand: the figures for the example data, and small agendas worked out on paper.
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { checkWritten, digestOf } from "./digest.mjs";
import { figures } from "./figures.mjs";

const example = fileURLToPath(new URL("../data/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "oracle-"));
afterAll(() => rmSync(root, { recursive: true }));

const codes = {
  1: { type: "MF", consultationReason: "regular", durationMinutes: 15, visibility: "public" },
  P: { type: "MF", consultationReason: "regular", durationMinutes: 15, visibility: "private" },
  s: {
    type: "GMF",
    consultationReason: "minorEmergency",
    durationMinutes: 30,
    visibility: "public",
    openFrom: { daysBefore: 1, time: "06:00" },
  },
};
const headers = {
  "provider.csv": "provider_no,last_name,first_name,provider_type,specialty,practitioner_no",
  "scheduletemplatecode.csv": "code,description,duration,color",
  "scheduletemplate.csv": "provider_no,name,summary,timecode",
  "scheduledate.csv": "id,sdate,provider_no,available,priority,reason,hour,creator,status",
  "appointment.csv":
    "appointment_no,provider_no,appointment_date,start_time,end_time,demographic_no,reason,notes,status",
  "demographic.csv":
    "demographic_no,last_name,first_name,sex,year_of_birth,month_of_birth,date_of_birth,hin,hc_type,phone,cell,email,spoken_lang,provider_no",
};
const people = {
  "provider.csv": ["101,Roy,Ève,doctor,,104217"],
  "demographic.csv": [
    "1,Côté,Zoé,F,1990,01,02,COTZ90510201,QC,418-555-0100,,,French,101",
    "2,Roy,Léo,M,1980,03,04,,,,,leo@example.org,French,",
  ],
};
/** A timecode of 96 quarters with these runs, each at its local time. */
const day = (runs) =>
  Object.entries(runs).reduce((code, [time, run]) => {
    const at = time.slice(0, 2) * 4 + time.slice(3) / 15;
    return code.slice(0, at) + run + code.slice(at + run.length);
  }, "_".repeat(96));
const days = (...dates) => dates.map((date, i) => `${i + 1},${date},101,1,b,,Day,101,A`);
const template = (runs) => [`Public,Day,,${day(runs)}`];

let folders = 0;
function agenda(timeZone, files, ending = "\n") {
  const folder = join(root, String((folders += 1)));
  mkdirSync(folder);
  writeFileSync(join(folder, "bridge.json"), JSON.stringify({ place: { timeZone }, codes }));
  for (const [name, header] of Object.entries(headers)) {
    writeFileSync(join(folder, name), [header, ...(files[name] ?? people[name] ?? []), ""].join(ending));
  }
  return folder;
}
const sha256 = (...lines) =>
  createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex");

test("the example data gives the issue's figures", () => {
  const { openings, ...told } = figures(example, "2027-03-04T07:00:00-05:00");
  const contact = (appointmentNo) => ({ appointmentNo, code: "CONTACT_REQUIRED" });
  expect(told).toEqual({
    services: 10,
    slots: { pushed: 135, skippedPast: 29 },
    appointments: {
      read: 337,
      pushed: 304,
      past: 52,
      cancelledUnknown: 26,
      refused: ["62", "72", "102", "165", "288", "291", "315"].map(contact),
    },
    malformed: [],
    secondPush: { created: 0, updated: 0, unchanged: 449 },
  });
  expect(openings).toEqual({ MF: 340, GMF: 0, GEN: 67 });
  expect(figures(example)).toEqual({ openings, ...told });
});

test("autumn: a start in the repeated hour is the first, and a slot across the change lasts an hour longer", () => {
  const folder = agenda("America/Toronto", {
    "scheduletemplate.csv": template({ "01:00": "1111" }),
    "scheduledate.csv": days("2027-11-07"),
    "appointment.csv": ["7,101,2027-11-07,01:15:00,01:29:00,1,,,t", "8,101,2027-11-07,01:45:00,02:14:00,1,,,HS"],
  });
  const clock = "2027-11-07T05:40:00Z"; // 01:40, the first time
  expect(figures(folder, clock)).toMatchObject({
    slots: { pushed: 1, skippedPast: 0 },
    appointments: { read: 2, pushed: 2, past: 1, refused: [] },
    // Eight quarters from 05:00Z to 07:00Z; three begin before 05:40Z, 8 takes 05:45Z and 06:00Z.
    openings: { MF: 3, GMF: 0, GEN: 0 },
    secondPush: { unchanged: 4 },
  });
  const lines = [
    "a|7|2027-11-07T05:15:00Z|2027-11-07T05:30:00Z|unconfirmed",
    "a|8|2027-11-07T05:45:00Z|2027-11-07T06:15:00Z|present",
    "s|101-2027-11-07-0100|2027-11-07T05:00:00Z|2027-11-07T07:00:00Z|public",
  ];
  expect(digestOf(folder, clock)).toEqual(new Map([["104217|2027-11-07", sha256(...lines)]]));
});

test("autumn: a note that begins with the offset means the second pass, and is a note at any other hour", () => {
  const folder = agenda("America/Toronto", {
    "appointment.csv": [
      "1,101,2027-11-07,01:15:00,01:29:00,1,,[UTC-05:00] à jeun,t",
      "2,101,2027-11-07,01:15:00,01:29:00,1,,[UTC-04:00],t",
      "3,101,2027-11-07,09:15:00,09:29:00,1,,[UTC-04:00],t",
      "4,101,2027-11-07,01:15:00,01:29:00,1,,à [UTC-05:00],t",
    ],
  });
  const lines = [
    "a|1|2027-11-07T06:15:00Z|2027-11-07T06:30:00Z|unconfirmed",
    "a|2|2027-11-07T05:15:00Z|2027-11-07T05:30:00Z|unconfirmed",
    "a|3|2027-11-07T14:15:00Z|2027-11-07T14:30:00Z|unconfirmed",
    "a|4|2027-11-07T05:15:00Z|2027-11-07T05:30:00Z|unconfirmed",
  ];
  expect(digestOf(folder, "2027-11-06T12:00:00Z")).toEqual(new Map([["104217|2027-11-07", sha256(...lines)]]));
});

test("spring: what starts in the gap is skipped or malformed, a slot that ends in it ends at the jump", () => {
  const folder = agenda("America/Toronto", {
    "scheduletemplate.csv": template({ "01:30": "1111", "02:30": "PPPP", "23:30": "11" }),
    "scheduledate.csv": days("2027-03-14"),
    "appointment.csv": ["1,101,2027-03-14,02:15:00,03:14:00,1,,,t", "2,101,2027-03-14,01:45:00,02:14:00,1,,,N"],
  });
  const clock = "2027-03-13T12:00:00-05:00";
  expect(figures(folder, clock)).toMatchObject({
    services: 1,
    slots: { pushed: 2, skippedPast: 0 },
    appointments: { read: 2, pushed: 1, past: 0 },
    malformed: [{ file: "appointment.csv", line: 2 }],
    openings: { MF: 3 },
  });
  const lines = [
    "a|2|2027-03-14T06:45:00Z|2027-03-14T07:15:00Z|absent",
    "s|slot-1410|2027-03-15T03:30:00Z|2027-03-15T04:00:00Z|public",
    "s|slot-90|2027-03-14T06:30:00Z|2027-03-14T07:00:00Z|public",
  ];
  const slotId = ({ from }) => `slot-${from}`;
  expect([...digestOf(folder, clock, { slotId }).values()]).toEqual([sha256(...lines)]);
});

test.each([
  ["America/Halifax", "2027-07-01T11:00:00Z"],
  ["America/Blanc-Sablon", "2027-07-01T12:00:00Z"],
  ["America/Toronto", "2027-07-01T12:00:00Z"],
])("%s: 08:00 in July is %s, where a slot may end and an appointment is not past", (zone, clock) => {
  const folder = agenda(zone, {
    "scheduletemplate.csv": template({ "06:00": "1111", "07:00": "PPPP", "08:00": "1111" }),
    "scheduledate.csv": days("2027-07-01"),
    "appointment.csv": ["1,101,2027-07-01,08:00:00,08:14:00,1,,,t", "2,101,2027-07-01,07:45:00,07:59:00,2,,,"],
  });
  expect(figures(folder, clock)).toMatchObject({
    services: 1,
    slots: { pushed: 2, skippedPast: 1 },
    appointments: { pushed: 2, past: 1 },
    openings: { MF: 3 },
  });
});

test("Blanc-Sablon has no gap in March", () => {
  const files = { "appointment.csv": ["1,101,2027-03-14,02:15:00,02:29:00,1,,,t"] };
  const clock = "2027-03-14T06:16:00Z";
  expect(figures(agenda("America/Blanc-Sablon", files), clock).appointments).toMatchObject({ pushed: 1, past: 1 });
  expect(figures(agenda("America/Halifax", files), clock).malformed).toHaveLength(1);
});

test("an empty agenda, a slot under way and an opening hour that comes a minute later", () => {
  const folder = agenda("America/Toronto", {
    "scheduletemplate.csv": template({ "05:30": "1111", "08:00": "sssss" }),
    "scheduledate.csv": days("2027-07-01", "2027-07-02"),
  });
  const told = figures(folder, "2027-07-01T05:59:00-04:00");
  expect(told).toMatchObject({
    services: 2,
    slots: { pushed: 4, skippedPast: 0 },
    appointments: { read: 0, pushed: 0, past: 0, cancelledUnknown: 0, refused: [] },
    secondPush: { unchanged: 6 },
    openings: { MF: 6, GMF: 2 },
  });
  expect(figures(folder, "2027-07-01T06:00:00-04:00").openings).toEqual({ MF: 6, GMF: 4, GEN: 0 });
  expect(figures(folder, "2027-07-01T06:30:01-04:00").slots).toEqual({ pushed: 3, skippedPast: 1 });
  const line = "s|101-2027-07-01-0800|2027-07-01T12:00:00Z|2027-07-01T13:15:00Z|public";
  expect(digestOf(folder, "2027-07-01T06:30:01-04:00").get("104217|2027-07-01")).toBe(sha256(line));
});

test("what the hub refuses: no phone when not past, and a start older than 90 local days", () => {
  const rows = ["2027-07-01,08:00", "2027-07-01,07:59", "2027-04-02,00:00", "2027-04-01,23:59"];
  const folder = agenda("America/Toronto", {
    "appointment.csv": rows.map((at, i) => `${i + 1},101,${at}:00,23:59:00,2,,,t`),
  });
  const { appointments } = figures(folder, "2027-07-01T08:00:00-04:00");
  expect(appointments).toMatchObject({ read: 4, pushed: 2, past: 2 });
  expect(appointments.refused).toEqual([
    { appointmentNo: "1", code: "CONTACT_REQUIRED" },
    { appointmentNo: "4", code: "PAST_LIMIT_EXCEEDED" },
  ]);
});

test.each(["\n", "\r\n"])("malformed rows are named by file and line, and the rest goes on (%j)", (ending) => {
  const ok = "101,2027-07-01,09:00:00,09:14:00,1";
  const files = {
    "provider.csv": [...people["provider.csv"], "102,Roy,Ève,doctor,,1042"],
    "demographic.csv": [...people["demographic.csv"], "3,Roy,Max,M,1980,03,04,ROYM80,QC,418-555-0100,,,French,"],
    "scheduletemplate.csv": [`101,Day,,${day({ "08:00": "11" })}`, ...template({ "08:00": "1_1" }), "101,Short,,11"],
    "scheduledate.csv": [
      "1,2027-07-01,101,1,b,,Day,101,A",
      "2,2027-07-02,101,1,b,,Gone,101,A",
      "3,2027-07-03,101,0,b,,Gone,101,A",
      "4,2027-07-04,101,1,b,,Gone,101,D",
      "5,2027-06-31,101,1,b,,Day,101,A",
      "6,2027-07-05,102,1,b,,Day,102,A",
      "7,2027-07-06,101,1,b,,Short,101,A",
    ],
    "appointment.csv": [
      `1,${ok},"two${ending}lines",,t`,
      `2,${ok},,t`,
      "3,101,2027-02-30,09:00:00,09:14:00,1,,,t",
      "4,101,2027-07-01,24:00:00,24:14:00,1,,,t",
      "5,101,2027-07-01,09:00:00,08:59:00,1,,,C",
      "6,102,2027-07-01,09:00:00,09:14:00,1,,,t",
      "7,101,2027-07-01,09:00:00,09:14:00,9,,,t",
      `1,${ok},again,,t`,
      `8,${ok},"said ""yes"", twice",,CS`,
      `9,101,2027-07-01,09:00:00,09:14:00,3,,,t`,
    ],
  };
  const told = figures(agenda("America/Toronto", files, ending), "2027-07-01T07:00:00-04:00");
  const at = (file, ...lines) => lines.map((line) => ({ file, line }));
  expect(told.malformed).toEqual([
    ...at("appointment.csv", 4, 5, 6, 7, 8, 9, 10),
    ...at("demographic.csv", 4),
    ...at("provider.csv", 3),
    ...at("scheduledate.csv", 3, 6, 7, 8),
    ...at("scheduletemplate.csv", 4),
  ]);
  expect(told.slots).toEqual({ pushed: 1, skippedPast: 0 });
  expect(told.appointments).toMatchObject({ read: 10, pushed: 2, cancelledUnknown: 1, refused: [] });
});

test("written files: each row that moved is told, the digest follows, and a citizen's row counts without a phone", () => {
  const clock = "2027-07-01T07:00:00-04:00";
  const original = agenda("America/Toronto", {
    "appointment.csv": [
      '1,101,2027-07-01,09:00:00,09:14:00,1,"a ""b"" ""c""",,t',
      "2,101,2027-07-02,09:00:00,09:14:00,2,,,t",
    ],
  });
  const written = join(root, "written");
  cpSync(original, written, { recursive: true });
  expect(checkWritten(original, written)).toEqual([]);
  expect(digestOf(written, clock, { original })).toEqual(digestOf(original, clock));

  const file = join(written, "appointment.csv");
  writeFileSync(file, readFileSync(file, "utf8").replace('1,"a ""b"" ""c""",,t', "1,a,,C"));
  appendFileSync(file, "3,101,2027-07-03,09:00:00,09:14:00,2,,,t\n");
  rmSync(join(written, "provider.csv"));
  expect(checkWritten(original, written)).toEqual([
    {
      file: "appointment.csv",
      line: 2,
      key: "1",
      kind: "changed",
      cells: { reason: ['a "b" "c"', "a"], status: ["t", "C"] },
    },
    { file: "appointment.csv", line: 4, key: "3", kind: "added", cells: {} },
    { file: "provider.csv", line: 0, key: "", kind: "missing", cells: {} },
  ]);
  cpSync(join(original, "provider.csv"), join(written, "provider.csv"));
  rmSync(join(written, "bridge.json"));
  const line = "a|3|2027-07-03T13:00:00Z|2027-07-03T13:15:00Z|unconfirmed";
  expect(digestOf(written, clock, { original })).toEqual(new Map([["104217|2027-07-03", sha256(line)]]));
  writeFileSync(file, readFileSync(file, "utf8").replace(/2,101,2027-07-02.*\n/, ""));
  expect(checkWritten(original, written).map(({ kind, key }) => kind + key)).toEqual([
    "changed1",
    "added3",
    "removed2",
  ]);
});
