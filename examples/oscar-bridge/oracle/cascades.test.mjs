// Judged by hand: a day on which every cascade has something, and one booking at a time.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bookedByCascade } from "./cascades.mjs";
import { isNear } from "./near.mjs";

const root = mkdtempSync(join(tmpdir(), "oracle-cascades-"));
afterAll(() => rmSync(root, { recursive: true }));

const code = (type, consultationReason) => ({
  ...{ type, consultationReason, durationMinutes: 15, visibility: "public" },
});
const bridge = {
  establishment: { isGmf: true, gmfNumber: "03-1" },
  place: { timeZone: "America/Toronto", postalCode: "G1K 3A9" },
  clock: "2027-06-30T12:00:00-04:00",
  codes: {
    r: code("MF", "regular"),
    e: code("GMF", "periodic"),
    s: code("GMF", "priority"),
    u: code("GEN", "minorEmergency"),
    a: code("GEN", "allReasons"),
  },
  workGroups: [
    { members: ["104101", "104105"], relayTeam1: ["104102"], relayTeam2: ["104103"] },
    { members: ["104105"], relayTeam1: ["104104"] },
  ],
};
/** From 08:00 on, a quarter hour each: 101 and 105 are in groups, 102 relays first, 103 second, 104 the second group alone; 106 is in no group. */
const patterns = { 101: "rr", 102: "e", 103: "se", 104: "sua", 105: "u", 106: "r" };
const dates = ["2027-07-01", "2027-07-02"];
const people = {
  "of 101": "1990,01,02,AAAA90010201,101,",
  "of 104": "1990,01,02,BBBB90010201,104,",
  "of 105": "1990,01,02,CCCC90010201,105,",
  "of 106": "1990,01,02,IIII90010201,106,",
  "of nobody": "1990,01,02,DDDD90010201,,",
  "of nobody, in Montréal": "1990,01,02,EEEE90010201,,H2X 1Y4",
  "of nobody, across the river": "1990,01,02,FFFF90010201,,g5v1a1",
  "of 101, five years old": "2021,07,02,GGGG21070201,101,",
  "of 101, busy on the first day": "1990,01,02,HHHH90010201,101,aucun",
};

let folders = 0;
function folder(settings = bridge) {
  const path = join(root, String((folders += 1)));
  mkdirSync(path);
  writeFileSync(join(path, "bridge.json"), JSON.stringify(settings));
  const write = (name, ...rows) => writeFileSync(join(path, name), rows.map((row) => `${row}\n`).join(""));
  const numbers = Object.keys(patterns);
  write("provider.csv", "provider_no,practitioner_no", ...numbers.map((number) => `${number},104${number}`));
  write("scheduletemplatecode.csv", "code");
  const timecodes = numbers.map((number) => `${number},Day,${`${"_".repeat(32)}${patterns[number]}`.padEnd(96, "_")}`);
  write("scheduletemplate.csv", "provider_no,name,timecode", ...timecodes);
  const days = dates.flatMap((date) => numbers.map((number) => `${date},${number},1,Day,A`));
  write("scheduledate.csv", "sdate,provider_no,available,hour,status", ...days);
  write(
    "demographic.csv",
    "demographic_no,last_name,first_name,sex,year_of_birth,month_of_birth,date_of_birth,hin,provider_no,postal,hc_type,phone,cell",
    ...Object.values(people).map((person, index) => `${index + 1},Roy,Ève,F,${person},QC,418-555-0100,`),
  );
  write(
    "appointment.csv",
    "appointment_no,provider_no,appointment_date,start_time,end_time,demographic_no,notes,status",
  );
  const busy = Object.keys(people).length;
  appendFileSync(join(path, "appointment.csv"), `1,101,2027-07-01,17:00:00,17:14:00,${busy},,t\n`);
  return path;
}

function answerTo(provider, time, who, { settings = bridge, date = dates[0] } = {}) {
  const original = folder(settings);
  const written = `${original}-written`;
  cpSync(original, written, { recursive: true });
  const [number, last] = [Object.keys(people).indexOf(who) + 1, `${time.slice(0, 3)}${time.slice(3) * 1 + 14}`];
  // A citizen's cancellation counts as the booking it was.
  appendFileSync(join(written, "appointment.csv"), `2,${provider},${date},${time}:00,${last}:00,${number},,C\n`);
  const { booked, impossible } = bookedByCascade(original, written);
  const counted = Object.entries(booked).filter(([, count]) => count > 0);
  expect(counted.length + impossible.length).toBe(1);
  return counted[0]?.[0] ?? "none";
}

test.each([
  ["their own professional", 101, "08:00", "of 101", "1"],
  ["their own professional shows every type, the group's", 104, "08:00", "of 104", "1"],
  ["and everybody's", 104, "08:15", "of 104", "1"],
  ["the first relay team", 102, "08:00", "of 101", "2.1"],
  ["not the second, when the first has something for the reason", 103, "08:15", "of 101", "none"],
  ["the second relay team", 103, "08:00", "of 101", "2.2"],
  ["not the rest of the group, when a team has something", 104, "08:00", "of 101", "none"],
  ["the first teams of two groups are one", 104, "08:00", "of 105", "2.1"],
  ["and hide the second team of either", 103, "08:00", "of 105", "none"],
  ["the rest of the group, when there is no work group", 103, "08:15", "of 106", "2.3"],
  ["not a relay team, when one's own professional has something", 103, "08:00", "of 104", "none"],
  ["near a postal code, when all of the group has nothing", 104, "08:15", "of 101", "3"],
  ["what is for all reasons, for one that nobody else has", 104, "08:30", "of 101", "3"],
  ["near a postal code", 104, "08:15", "of nobody", "3"],
  ["not the group, for nobody's patient", 102, "08:00", "of nobody", "none"],
  ["not so far away", 104, "08:15", "of nobody, in Montréal", "none"],
  ["further from where there is less", 104, "08:15", "of nobody, across the river", "3"],
  ["not before one is six", 101, "08:00", "of 101, five years old", "none"],
  ["not on a day with an appointment", 101, "08:00", "of 101, busy on the first day", "none"],
  ["what was never an opening", 101, "09:00", "of 101", "none"],
])("%s: %i at %s for somebody %s is %s", (_, provider, time, who, cascade) => {
  expect(answerTo(provider, time, who)).toBe(cascade);
});

test("the day of the sixth birthday, and the day after an appointment", () => {
  const next = { date: dates[1] };
  expect(answerTo(101, "08:00", "of 101, five years old", next)).toBe("1");
  expect(answerTo(101, "08:15", "of 101, busy on the first day", next)).toBe("1");
});

test("without a family medicine group there are no cascades of one", () => {
  const settings = { ...bridge, establishment: { isGmf: false }, workGroups: undefined };
  expect(answerTo(102, "08:00", "of 101", { settings })).toBe("none");
  expect(answerTo(104, "08:15", "of 101", { settings })).toBe("3");
});

test.each([
  [undefined, true],
  ["", true],
  ["G1K 9Z9", true],
  ["g6v-3p5", true],
  ["G5V 1A1", true],
  ["G3Z 1A1", false],
  ["H2X1Y4", false],
  ["K1A 0B1", false],
])("from %j the place is near: %s", (postal, near) => {
  expect(isNear(postal, "G1K 3A9")).toBe(near);
});

test("a place that the oracle cannot know of stops it", () => {
  expect(() => isNear("J0A 1A0", "G1K 3A9")).toThrow("no position");
});
