import nodeIcal from "node-ical";
import { expect, test } from "vitest";
import { zoneOf } from "../src/zones.ts";

test.each([
  ["America/Toronto", "America/Toronto"],
  ["US/Central", "America/Chicago"],
  ["Eastern Standard Time", "America/Toronto"],
  ["W. Europe Standard Time", "Europe/Berlin"],
  ['"(UTC-05:00) Eastern Time (US & Canada)"', "America/Toronto"],
  ["(GMT+10:00) Canberra, Melbourne, Sydney", "Australia/Sydney"],
  ["SA Western Standard Time", "America/Blanc-Sablon"],
])("%s is %s", (tzid, zone) => {
  expect(zoneOf(tzid)).toBe(zone);
});

test.each(["Customized Time Zone", "Heure de la clinique", "(UTC-05:00) Nowhere", ""])("%j is not guessed", (tzid) => {
  expect(zoneOf(tzid)).toBeNull();
});

test("Windows' names have the offsets that node-ical gives them", () => {
  for (const name of [
    "Eastern Standard Time",
    "Atlantic Standard Time",
    "Romance Standard Time",
    "FLE Standard Time",
  ]) {
    const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=${name}:20270701T120000\r\nEND:VEVENT\r\nEND:VCALENDAR`;
    const [event] = Object.values(nodeIcal.sync.parseICS(ics)).filter((one) => one?.type === "VEVENT");
    const local = new Intl.DateTimeFormat("sv", {
      timeZone: zoneOf(name) ?? "",
      dateStyle: "short",
      timeStyle: "short",
    });
    expect([name, local.format(new Date(event?.start ?? 0))]).toEqual([name, "2027-07-01 12:00"]);
  }
});
