import { readFile } from "node:fs/promises";
import nodeIcal from "node-ical";
import type { VEvent } from "node-ical";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { readCalendar } from "../src/read-calendar.ts";
import type { Reading } from "../src/read-calendar.ts";

const zone = "America/Toronto";

async function fileText(name: string): Promise<string> {
  return readFile(new URL(`../data/${name}.ics`, import.meta.url), "utf8");
}

async function read(name: string, from: string, to: string): Promise<Reading> {
  const window = { from: Temporal.Instant.from(`${from}T00:00Z`), to: Temporal.Instant.from(`${to}T00:00Z`), zone };
  return readCalendar(await fileText(name), window);
}

const startsOf = ({ occurrences }: Reading) =>
  occurrences.map(({ start }) => start.toString({ timeZoneName: "never" }));

describe("files of real software", () => {
  test("Outlook Web Access: sentences for zones, no UID, a first day outside its own rule, a clock change", async () => {
    const reading = await read("Office-2012-owa", "2020-10-01", "2021-09-30");
    expect(startsOf(reading).slice(0, 4)).toEqual([
      "2020-10-28T13:30:00+11:00",
      "2020-10-28T13:30:00-04:00",
      "2020-11-02T13:30:00-05:00",
      "2020-11-05T13:30:00-05:00",
    ]);
    expect(startsOf(reading).at(-1)).toBe("2021-08-27T13:30:00-04:00");
    expect(reading.remarks).toMatchObject([{ what: "firstOutsideItsRule" }]);
  });

  test("Google: every second week until an instant, exceptions in one line", async () => {
    const reading = await read("biweekly-exdate-until", "2017-06-20", "2017-08-14");
    expect(startsOf(reading)).toEqual([
      "2017-06-22T09:00:00-05:00",
      "2017-07-03T09:00:00-05:00",
      "2017-07-31T09:00:00-05:00",
    ]);
  });

  test("Google: exceptions in forms that mean nothing are told, and the series stays", async () => {
    const reading = await read("biweekly-exdate-until", "2017-12-01", "2017-12-31");
    expect(startsOf(reading)).toEqual([
      "2017-12-04T14:00:00+00:00",
      "2017-12-05T14:00:00+00:00",
      "2017-12-18T14:00:00+00:00",
      "2017-12-19T14:00:00+00:00",
    ]);
    expect(reading.remarks.map(({ what, detail }) => [what, detail])).toEqual([
      ["exceptionOfNothing", "2017-12-19T06:00:00"],
      ["exceptionOfNothing", "2017-12-18T06:00:00"],
    ]);
  });

  test("Exchange: a whole day of a series moved by an exception that names its midnight", async () => {
    const { occurrences, remarks } = await read("exchange_whole_day_moved_recurrence", "2026-02-01", "2026-03-05");
    expect(occurrences.map(({ original, start }) => [original, start.toPlainDate().toString()])).toEqual([
      ["2026-02-19", "2026-02-19"],
      ["2026-02-24", "2026-02-24"],
      ["2026-02-26", "2026-02-27"],
      ["2026-03-03", "2026-03-03"],
    ]);
    expect(remarks).toEqual([]);
    // UNTIL is Berlin's midnight, in UTC the evening before: the 18th is the last.
    expect(startsOf(await read("exchange_whole_day_moved_recurrence", "2026-08-10", "2026-09-30"))).toEqual([
      "2026-08-11T00:00:00-04:00",
      "2026-08-13T00:00:00-04:00",
      "2026-08-18T00:00:00-04:00",
    ]);
  });

  test("an exception before its series in the file", async () => {
    const { occurrences } = await read("google-calendar-kiev-tz", "2016-08-01", "2016-09-01");
    expect(occurrences.map(({ summary }) => summary)).toEqual(["repeated", "bla bla", "repeated", "repeated"]);
  });

  test("an UNTIL in local time is the series' own", async () => {
    const reading = await read("non-utc-until-ny", "2024-03-01", "2024-04-01");
    expect(startsOf(reading)).toHaveLength(15);
    // 14:00 stays 14:00 on both sides of the clock change.
    expect(startsOf(reading).slice(8, 11)).toEqual([
      "2024-03-09T14:00:00-05:00",
      "2024-03-10T14:00:00-04:00",
      "2024-03-11T14:00:00-04:00",
    ]);
  });

  test.each([
    ["dst-transition-rules", "2022-10-09T10:00:00-04:00"],
    ["test_with_multiple_tzids_in_vtimezone", "2024-06-27T00:00:00-04:00"],
  ])("%s: a time without zone is the place's, whatever zones the file lists", async (name, start) => {
    expect(startsOf(await read(name, "2020-01-01", "2026-01-01"))).toEqual([start]);
  });

  test("a file of tasks has no times", async () => {
    expect(await read("utf8-french-calendar", "2000-01-01", "2030-01-01")).toEqual({ occurrences: [], remarks: [] });
  });
});

test("what cannot be read is told, and stops nothing else", async () => {
  const { occurrences, remarks } = await read("dre-fortin", "2027-03-01", "2027-05-01");
  expect(remarks.map(({ what, detail }) => [what, detail])).toEqual([["unknownZone", "Customized Time Zone"]]);
  expect(occurrences.map(({ start }) => start.toString({ timeZoneName: "never" }).slice(0, 16))).toEqual([
    "2027-03-02T18:00",
    "2027-03-04T18:00",
    "2027-03-05T20:00",
    "2027-03-06T00:00",
    "2027-03-09T18:00",
    "2027-03-11T18:00",
    "2027-03-14T00:00",
    "2027-03-17T17:30",
    "2027-03-20T00:00",
    "2027-03-23T18:00",
    "2027-03-25T18:00",
    "2027-03-27T00:00",
    "2027-03-30T18:00",
    "2027-04-01T18:00",
  ]);
});

const calendarOf = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:one", ...lines, "END:VEVENT", "END:VCALENDAR"].join("\r\n");

test("RDATE: a period has its own length; one that cannot be read is left out alone, an EXDATE takes its series along", () => {
  const series = [
    ...["DTSTART;TZID=America/Toronto:20270302T090000", "DTEND;TZID=America/Toronto:20270302T100000"],
    ...["RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE;TZID=America/Toronto:20270316T130000"],
    "RDATE;TZID=America/Toronto:20270312T090000",
    "RDATE;VALUE=PERIOD;TZID=America/Toronto:20270315T090000/20270315T110000,20270316T130000/PT3H",
    "RDATE;VALUE=PERIOD:20270317T130000Z/PT1H30M",
    "RDATE;VALUE=PERIOD:20270318/20270319",
    "RDATE;TZID=Nowhere:20270319T090000",
  ];
  const window = {
    from: Temporal.Instant.from("2027-03-01T00:00Z"),
    to: Temporal.Instant.from("2027-04-01T00:00Z"),
    zone,
  };
  const { occurrences, remarks } = readCalendar(calendarOf(...series), window);
  expect(
    occurrences.map(({ start, end }) => [start.toPlainDateTime().toString(), start.until(end).toString()]),
  ).toEqual([
    ["2027-03-02T09:00:00", "PT1H"],
    ["2027-03-09T09:00:00", "PT1H"],
    ["2027-03-12T09:00:00", "PT1H"],
    ["2027-03-15T09:00:00", "PT2H"],
    ["2027-03-17T13:00:00", "PT1H30M"],
  ]);
  expect(remarks.map(({ what, detail }) => [what, detail])).toEqual([
    ["unreadable", "RDATE: a period of 2027-03-18"],
    ["unknownZone", "Nowhere"],
  ]);
  const unsure = readCalendar(calendarOf(...series, "EXDATE;TZID=Nowhere:20270309T090000"), window);
  expect(unsure.occurrences).toEqual([]);
});

/** A second opinion: another parser of iCalendar on the same file, asked for the same time. */
test.each([
  ["Office-2012-owa", "2020-11-03", "2021-09-30"],
  ["biweekly-exdate-until", "2017-02-01", "2017-12-01"],
  ["google-calendar-kiev-tz", "2016-08-01", "2016-09-01"],
  ["non-utc-until-ny", "2024-03-01", "2024-04-01"],
])("%s: node-ical finds the same times", async (name, from, to) => {
  const parsed = nodeIcal.sync.parseICS(await fileText(name));
  const events = Object.values(parsed).filter((one): one is VEvent => one?.type === "VEVENT");
  const bounds = { from: new Date(`${from}T00:00:00Z`), to: new Date(`${to}T00:00:00Z`) };
  const theirs = events.flatMap((event) =>
    nodeIcal.expandRecurringEvent(event, bounds).map(({ start }) => new Date(start).toISOString()),
  );
  const ours = (await read(name, from, to)).occurrences.map(({ start }) =>
    new Date(start.epochMilliseconds).toISOString(),
  );
  expect(ours).toEqual(theirs.sort());
});
