import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "@arrimage/api/src/db/connection.ts";
import { startThrowAwayPostgres } from "@arrimage/api/src/db/launcher.ts";
import { describe, expect, it } from "vitest";
import { bookedByCascade } from "../oracle/cascades.mjs";
import { checkWritten, digestOf } from "../oracle/digest.mjs";
import { figures } from "../oracle/figures.mjs";
import { agendaDigest } from "../src/digest.ts";
import type { Outcome } from "../src/outcome.ts";
import { planPush } from "../src/plan-push.ts";
import { readExport } from "../src/read-export.ts";
import { runDemo, runForOutcome } from "./demo-run.ts";
import {
  autumnChange,
  emptyAgenda,
  halifaxWeek,
  malformedRows,
  missingTemplate,
  nothingAtAll,
  ordinaryWeek,
  scheduled,
  sharedNam,
  slotUnderWay,
  springGap,
} from "./exports.ts";
import { emptyFolder, exampleData, workGroupsData } from "./folders.ts";
import { type Recipe, timecode, writeRecipe } from "./recipe.ts";

/**
 * The whole demo, each time on a hub and a database of its own, against a second program that shares no code with it: the
 * oracle. What depends on citizens is held to what must be true of any run.
 */

const TEST_MS = 90_000;

/** Everything the second program can know of a run. */
function expectFigures(outcome: Outcome, agenda: string): void {
  const { openings, malformed, ...told } = figures(agenda);
  expect(outcome).toMatchObject(told);
  expect(outcome.malformed.map(({ file, line }) => ({ file, line }))).toEqual(malformed);
  const { citizens, changes } = outcome;
  expect(citizens.asked).toBe(citizens.booked + citizens.lostRace + citizens.noOpening + citizens.refused);
  expect(bookedByCascade(agenda, outcome.out)).toEqual({ booked: citizens.bookedByCascade, impossible: [] });
  expect(citizens.asked).toBeLessThanOrEqual(Math.min(40, openings.MF + openings.GMF + openings.GEN));
  expect(citizens.refused).toBe(0);
  expect(citizens.cancelled + citizens.refusedCancellations.length).toBeLessThanOrEqual(Math.min(6, citizens.booked));
  expect(citizens.refusedCancellations).toEqual(citizens.booked < 2 ? [] : [{ code: "CANCELLATION_WINDOW_CLOSED" }]);
  expect(changes.applied).toBe(citizens.booked + citizens.cancelled);
  expectWritten(outcome, agenda);
}

/** Only citizens' rows are new, and the digest of the files, computed by either program, is that of the hub. */
function expectWritten({ citizens, appointments, digest, out }: Outcome, agenda: string): void {
  const differences = checkWritten(agenda, out);
  const expected = Array.from({ length: citizens.booked }, () => ({ file: "appointment.csv", kind: "added" }));
  expect(differences.map(({ file, kind }) => ({ file, kind }))).toEqual(expected);
  const lines = readFileSync(join(out, "appointment.csv"), "utf8").split(/\r?\n/);
  const cancelled = differences.filter(({ line }) => lines[line - 1]?.endsWith(",C"));
  expect(cancelled).toHaveLength(citizens.cancelled);

  const { config } = readExport(agenda);
  const refused = new Set(appointments.refused.map(({ appointmentNo }) => appointmentNo));
  const ours = agendaDigest(planPush(readExport(out), config.clock), config.place.timeZone, refused);
  const theirs = digestOf(out, undefined, { original: agenda });
  expect(new Map(ours.map((day) => [`${day.professionalNumber}|${day.date}`, day.sha256]))).toEqual(theirs);
  expect(digest).toEqual({ days: theirs.size, different: 0 });
}

const folderOf = (recipe: Recipe): string => writeRecipe(recipe, emptyFolder());

/** Rows that every reader calls malformed. What only a strict one leaves aside has its tests in read-export.test.ts. */
function plainlyMalformed(): Recipe {
  const recipe = malformedRows();
  const without = (rows: Recipe["dates"], ...keys: string[]): Recipe["dates"] =>
    rows.filter((row) => typeof row !== "string" && !keys.includes(row[0] ?? ""));
  return {
    ...recipe,
    // A practice number of a class that is none (EMP-06), and a professional without a name.
    providers: without(recipe.providers, "205", "206"),
    templateCodes: without(recipe.templateCodes, "ab", "z"),
    templates: without(recipe.templates, ""),
    dates: without(recipe.dates, "105", "106"),
    // Quotes within a cell and quotes never closed are texts of their own here.
    appointments: without(recipe.appointments),
  };
}

/** The oracle puts everyone's template in the place of a malformed one of the professional's own; the bridge offers nothing. */
function templateGone(): Recipe {
  const recipe = missingTemplate();
  return { ...recipe, templates: recipe.templates.filter((row) => typeof row !== "string" && row[0] !== "203") };
}

/** Nothing but one night of openings, all of them within a day of the clock, four of them in the hour that comes again. */
function autumnNight(): Recipe {
  const recipe = autumnChange();
  const dates = [scheduled(101, "2027-11-07", "201", "Night")];
  return { ...recipe, clock: "2027-11-06T07:00:00-04:00", dates };
}

/** Three openings for everybody. */
function threeOpenings(): Recipe {
  const template = ["201", "Brief", "", timecode("09:00-09:45=U")];
  const dates = [scheduled(1, "2027-06-11", "201", "Brief")];
  return { ...ordinaryWeek(), templates: [template], dates };
}

/** Openings of one professional for their own patients: hardly anybody else finds anything. */
function ownPatientsOnly(): Recipe {
  const recipe = ordinaryWeek();
  return {
    ...recipe,
    dates: recipe.dates.filter((row) => row[2] === "202"),
    templates: [["202", "Office", "", timecode("08:00-16:00=2")]],
  };
}

/** Patients of a clinic on its own go from their professional to everybody at once. */
function noGroup(): Recipe {
  const { templates, ...recipe } = ordinaryWeek();
  const withoutGroup = templates.map((row) =>
    typeof row === "string" ? row : row.map((cell) => cell.replace(/s/g, "U")),
  );
  return { ...recipe, isGmf: false, templates: withoutGroup };
}

describe.concurrent("npm run demo", () => {
  it("is right to the unit for the example", { timeout: TEST_MS }, async () => {
    const { outcome, code } = await runForOutcome(exampleData);
    expect(code).toBe(0);
    expectFigures(outcome, exampleData);
    expect(outcome).toMatchObject({
      ...{ services: 10, slots: { pushed: 135, skippedPast: 29 }, secondPush: { unchanged: 449 } },
      appointments: { read: 337, pushed: 304, past: 52, cancelledUnknown: 26 },
      citizens: {
        ...{ asked: 40, booked: 33, lostRace: 7, noOpening: 0, refused: 0, cancelled: 5 },
        refusedCancellations: [{ code: "CANCELLATION_WINDOW_CLOSED" }],
      },
      changes: { applied: 38 },
    });
    expect(outcome.appointments.refused.map((each) => each.code)).toEqual(Array(7).fill("CONTACT_REQUIRED"));
  });

  it("books through every cascade, to the unit, where there are work groups", { timeout: TEST_MS }, async () => {
    const { outcome, code } = await runForOutcome(workGroupsData);
    expect(code).toBe(0);
    expectFigures(outcome, workGroupsData);
    const { citizens } = outcome;
    expect(citizens).toMatchObject({ asked: 40, booked: 33, lostRace: 7, cancelled: 5 });
    expect(Object.entries(citizens.bookedByCascade).filter(([, booked]) => booked === 0)).toEqual([]);
  });

  const all = { asked: 40, lostRace: 7, noOpening: 0 };
  it.each<[string, Recipe, Partial<Outcome["citizens"]>]>([
    ["the autumn change", autumnChange(), all],
    ["the spring change", springGap(), all],
    ["America/Halifax", halifaxWeek(), all],
    ["an empty agenda", emptyAgenda(), all],
    ["nothing at all", nothingAtAll(), { asked: 0, booked: 0 }],
    ["a slot under way", slotUnderWay(), all],
    ["a missing template", templateGone(), all],
    ["malformed rows", plainlyMalformed(), all],
    ["two charts with one NAM", sharedNam(), all],
    ["openings for one professional's patients", ownPatientsOnly(), { lostRace: 7 }],
    ["a clinic that is no GMF", noGroup(), all],
  ])("is right to the unit for %s", { timeout: TEST_MS }, async (_, recipe, citizens) => {
    const agenda = folderOf(recipe);
    const { outcome, code } = await runForOutcome(agenda);
    expect(code).toBe(0);
    expectFigures(outcome, agenda);
    expect(outcome.citizens).toMatchObject(citizens);
  });

  it("writes bookings of the hour that comes again so that they read back", { timeout: TEST_MS }, async () => {
    const agenda = folderOf(autumnNight());
    const { outcome, code } = await runForOutcome(agenda);
    expect(code).toBe(0);
    expectFigures(outcome, agenda);
    // Five hours of quarters, four of them taken. All within a day: nobody may cancel online any more.
    expect(outcome.citizens).toMatchObject({ asked: 16, booked: 9, lostRace: 7, cancelled: 0 });
    const rows = readFileSync(join(outcome.out, "appointment.csv"), "utf8").split(/\r?\n/);
    expect(rows.filter((row) => /,01:\d\d:00,01:\d\d:00,\d+,,\[UTC-05:00\],t$/.test(row))).not.toEqual([]);
  });

  it("sees a row that was changed after it was written", { timeout: TEST_MS }, async () => {
    const { outcome, code } = await runForOutcome(folderOf(threeOpenings()), "--spoil");
    expect(outcome.digest.different).toBe(1);
    expect(code).toBe(1);
  });

  it("follows --clock and --seed, and tells a person in English", { timeout: TEST_MS }, async () => {
    const out = join(emptyFolder(), "agenda");
    const options = ["--clock", "2027-06-10T12:00:00-04:00", "--seed", "7", "--lang", "en", "--out", out];
    const { code, stdout, stderr } = await runDemo(["--agenda", folderOf(ordinaryWeek()), ...options]);
    expect(stderr).toContain("0 different");
    // Three professionals, on the day of the clock and the one after it.
    expect(stderr).toContain("Agenda confirmed: 6 days agree");
    expect(stdout).toContain("June 10, 2027");
    expect(stdout).toContain("with relay team 1 ...");
    expect(stdout).toContain("Do both agendas agree");
    expect(existsSync(join(out, "appointment.csv"))).toBe(true);
    expect(code).toBe(0);
  });

  it("uses a server that is there already, and leaves it as it was", { timeout: TEST_MS }, async () => {
    const server = await startThrowAwayPostgres();
    const connection = connect(server.url, { max: 1 });
    const names = () => connection<{ datname: string }[]>`SELECT datname FROM pg_database ORDER BY datname`;
    try {
      const before = await names();
      const agenda = folderOf(threeOpenings());
      const { outcome, code } = await runForOutcome(agenda, "--database-url", server.url);
      expect(code).toBe(0);
      expectFigures(outcome, agenda);
      expect(outcome.citizens).toMatchObject({ asked: 3, booked: 2, lostRace: 1, cancelled: 1 });
      expect(await names()).toEqual(before);
    } finally {
      await connection.end();
      await server.stop();
    }
  });

  it("leaves nothing behind when it is interrupted", { timeout: TEST_MS }, async () => {
    const folder = emptyFolder();
    chmodSync(folder, 0o777);
    const ran = await runDemo(["--json", "--lang", "en", "--out", join(emptyFolder(), "out")], {
      env: { TMPDIR: folder },
      onStderr: (child, stderr) => {
        // Once: a second signal ends the process at once, and the hub's database a moment later.
        if (stderr.includes("Hub ready") && !child.killed) child.kill("SIGINT");
      },
    });
    expect(ran).toMatchObject({ code: 130, stdout: "" });
    expect(ran.stderr).toContain("Interrupted");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [["--clock", "2027-06-10T12:00:00"], /--clock takes an instant/],
    [["--agend", "somewhere"], /no option --agend/],
    [["--json", "somewhere"], /"somewhere" belongs to no option/],
    [["--seed", "seven"], /--seed takes a whole number/],
    [["--agenda", "/nowhere"], /bridge\.json cannot be read in \/nowhere/],
    [["--out", exampleData], /--out must be another folder/],
  ])("refuses %j before it starts anything", { timeout: TEST_MS }, async (args, message) => {
    const { code, stdout, stderr } = await runDemo(["--json", ...args]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });
});
