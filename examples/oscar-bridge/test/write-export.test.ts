import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agendaDigest, compareDigests } from "../src/digest.ts";
import { withOffset } from "../src/local-time.ts";
import { planPush } from "../src/plan-push.ts";
import { type Export, readExport } from "../src/read-export.ts";
import { editAgenda, spoilOneRow } from "../src/write-export.ts";
import {
  autumnChange,
  booked,
  emptyAgenda,
  madeUpExports,
  malformedRows,
  nothingAtAll,
  ordinaryWeek,
  sharedNam,
  springGap,
  unixFile,
  wornFile,
} from "./exports.ts";
import { emptyFolder, exampleData, written } from "./folders.ts";

const nam = "ARSA50510101";
const aBooking = { professionalNumber: "818181", startAt: "2027-06-10T13:30:00Z", durationMinutes: 15, nam };
const none: ReadonlySet<string> = new Set();

/** The folder's files as text. */
function filesIn(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

/** `appointment.csv` before and after, as text. */
function agendas(exported: Export, edit: (agenda: ReturnType<typeof editAgenda>) => void): [string, string] {
  const agenda = editAgenda(exported);
  edit(agenda);
  const out = agenda.write(emptyFolder());
  const text = (folder: string): string => readFileSync(join(folder, "appointment.csv"), "utf8");
  return [text(exported.folder), text(out)];
}

describe.each([["the example", () => readExport(exampleData)] as const, ...everyMadeUpExport()])("%s", (_, read) => {
  it("comes back byte for byte when citizens did nothing", () => {
    const exported = read();
    const out = editAgenda(exported).write(emptyFolder());
    expect(filesIn(out)).toEqual(filesIn(exported.folder));
  });

  it("comes back byte for byte but for a row added and a status changed", () => {
    const exported = read();
    const target = exported.appointments.find((row) => !row.cancelled);
    const person = [...exported.patients.values()].find((patient) => patient.nam !== null);
    const [before, after] = agendas(exported, (agenda) => {
      if (target) expect(agenda.cancel(target.appointmentNo)).toBe(true);
      const professionalNumber = [...exported.providers.values()][0]?.professionalNumber ?? "";
      expect(agenda.addBooking({ ...aBooking, professionalNumber, nam: person?.nam ?? "" }).ok).toBe(true);
    });
    const cell = target?.record.cell("status");
    const bytes = Buffer.from(before, "utf8");
    const head = cell ? bytes.subarray(0, cell.start).toString() : before;
    const old = cell ? bytes.subarray(cell.start, cell.end).toString() : "";
    const tail = cell ? bytes.subarray(cell.end).toString() : "";
    const expected = head + (cell ? (old.startsWith('"') ? '"C"' : "C") : "") + tail;
    expect(after.startsWith(expected)).toBe(true);
    const added = after.slice(expected.length);
    expect(added.endsWith("\n")).toBe(before.endsWith("\n"));
    expect(added.trim().split("\n")).toHaveLength(1);
  });

  it("reads back as it was meant, and its digest differs on that day only when spoilt", () => {
    const exported = read();
    const { clock, place } = exported.config;
    const out = editAgenda(exported).write(emptyFolder());
    const plan = planPush(exported, clock);
    const digest = agendaDigest(plan, place.timeZone);
    const again = readExport(out);
    expect(compareDigests(digest, agendaDigest(planPush(again, clock), place.timeZone)).different).toEqual([]);
    const pushed = new Set(plan.slots.map((slot) => slot.externalId));
    if (digest.length === 0) {
      expect(() => spoilOneRow(again, none, pushed)).toThrow("nothing to spoil");
      return;
    }
    spoilOneRow(again, none, pushed);
    const spoilt = agendaDigest(planPush(readExport(out), clock), place.timeZone);
    expect(compareDigests(digest, spoilt).different).toHaveLength(1);
    expect(filesIn(exported.folder)).not.toEqual(filesIn(out));
  });
});

function everyMadeUpExport(): (readonly [string, () => Export])[] {
  return Object.entries(madeUpExports).map(([name, recipe]) => [name, () => written(recipe())]);
}

describe("a citizen's booking", () => {
  it("is a row with the next number, the last minute included, and an empty reason", () => {
    const [before, after] = agendas(written(ordinaryWeek()), (agenda) => {
      expect(agenda.addBooking(aBooking)).toEqual({
        ok: true,
        appointmentNo: "31",
        demographicNo: "1",
        sharedWith: [],
      });
      expect(agenda.addBooking({ ...aBooking, durationMinutes: 30 })).toMatchObject({ appointmentNo: "32" });
    });
    expect(after.slice(before.length)).toBe(
      "31,203,2027-06-10,09:30:00,09:44:00,1,,,t\r\n32,203,2027-06-10,09:30:00,09:59:00,1,,,t\r\n",
    );
  });

  it("takes a number above those of malformed rows too, broken quotes included", () => {
    const base = malformedRows();
    const [, after] = agendas(written(base), (agenda) => agenda.addBooking(aBooking));
    expect(after.endsWith("501,203,2027-06-10,09:30:00,09:44:00,1,,,t\r\n")).toBe(true);
    const huge = booked(0, "201", "2027-06-10", "09:00", "09:14", 999).slice(1);
    const more = written({ ...base, appointments: [...base.appointments, ["90071992547409931", ...huge]] });
    expect(editAgenda(more).addBooking(aBooking)).toMatchObject({ appointmentNo: "90071992547409932" });
  });

  it("begins a new line where the file had no final newline, and leaves none itself", () => {
    const [before, after] = agendas(written(emptyAgenda()), (agenda) => agenda.addBooking(aBooking));
    expect(after).toBe(`${before}\r\n1,203,2027-06-10,09:30:00,09:44:00,1,,,t`);
  });

  it("keeps the file's line endings, and leaves unknown columns empty", () => {
    const [before, after] = agendas(written(unixFile()), (agenda) => agenda.addBooking(aBooking));
    expect(after).toBe(`${before}31,203,2027-06-10,09:30:00,09:44:00,1,,,t\n`);
    const [worn, wornAfter] = agendas(written(wornFile()), (agenda) => agenda.addBooking(aBooking));
    expect(wornAfter).toBe(`${worn}\r\n33,203,2027-06-10,09:30:00,09:44:00,1,,,t,,`);
  });

  it("goes to the lowest of two charts with one NAM, and names the other", () => {
    const exported = written(sharedNam());
    const shared = exported.patients.get("77")?.nam ?? "";
    expect(editAgenda(exported).addBooking({ ...aBooking, nam: shared })).toEqual({
      ok: true,
      appointmentNo: "31",
      demographicNo: "4",
      sharedWith: ["77"],
    });
  });

  it.each([
    [{ nam: "ZZZZ50510101" }, "UNKNOWN_PATIENT"],
    [{ professionalNumber: "199999" }, "UNKNOWN_PROVIDER"],
    [{ startAt: "2027-06-11T03:50:00Z" }, "CROSSES_MIDNIGHT"],
  ])("cannot be written with %j", (change, code) => {
    const [before, after] = agendas(written(ordinaryWeek()), (agenda) => {
      expect(agenda.addBooking({ ...aBooking, ...change })).toEqual({ ok: false, code });
    });
    expect(after).toBe(before);
  });

  it.each([
    ["back", autumnChange, "2027-11-07T04:00:00Z", "2027-11-08T05:00:00Z"],
    ["forward", springGap, "2027-03-14T05:00:00Z", "2027-03-15T04:00:00Z"],
  ])("reads back as the same instant, at every quarter hour of the day clocks go %s", (_, recipe, from, to) => {
    const exported = written(recipe());
    const zone = exported.config.place.timeZone;
    const agenda = editAgenda(exported);
    const meant = new Map<string, string>();
    for (let at = Date.parse(from); at < Date.parse(to); at += 900_000) {
      const startAt = withOffset(new Date(at), zone);
      const applied = agenda.addBooking({ ...aBooking, startAt });
      if (applied.ok) meant.set(applied.appointmentNo, startAt);
    }
    const plan = planPush(readExport(agenda.write(emptyFolder())), exported.config.clock);
    const found = plan.appointments.filter((each) => meant.has(each.externalId));
    expect(new Map(found.map((each) => [each.externalId, each.startAt]))).toEqual(meant);
    expect(meant.size).toBe((Date.parse(to) - Date.parse(from)) / 900_000);
  });

  it("carries its offset in the notes only in the second pass of the repeated hour", () => {
    const [before, after] = agendas(written(autumnChange()), (agenda) => {
      for (const time of ["04:30", "05:30", "06:30", "07:30"]) {
        agenda.addBooking({ ...aBooking, startAt: `2027-11-07T${time}:00Z` });
      }
    });
    expect(after.slice(before.length).split("\r\n")).toEqual([
      "106,203,2027-11-07,00:30:00,00:44:00,1,,,t",
      "107,203,2027-11-07,01:30:00,01:44:00,1,,,t",
      "108,203,2027-11-07,01:30:00,01:44:00,1,,[UTC-05:00],t",
      "109,203,2027-11-07,02:30:00,02:44:00,1,,,t",
      "",
    ]);
  });
});

describe("a citizen's cancellation", () => {
  it("changes the status of its row, whatever it was, and nothing else", () => {
    const [before, after] = agendas(written(ordinaryWeek()), (agenda) => expect(agenda.cancel("9")).toBe(true));
    const row = "9,202,2027-06-08,09:30:00,09:59:00,12,suivi,apporter la liste,";
    expect(after).toBe(before.replace(`${row}HS`, `${row}C`));
    expect(after).not.toBe(before);
  });

  it("keeps the quotes of the cell", () => {
    const [before, after] = agendas(written(wornFile()), (agenda) => agenda.cancel("31"));
    expect(after).toBe(before.replace('à jeun","t"', 'à jeun","C"'));
    expect(after).not.toBe(before);
  });

  it("cancels a booking added before it, in one row", () => {
    const [before, after] = agendas(written(ordinaryWeek()), (agenda) => {
      agenda.addBooking(aBooking);
      expect(agenda.cancel("31")).toBe(true);
    });
    expect(after.slice(before.length)).toBe("31,203,2027-06-10,09:30:00,09:44:00,1,,,C\r\n");
  });

  it("leaves a row alone that is cancelled already, and knows when there is none", () => {
    const [before, after] = agendas(written(ordinaryWeek()), (agenda) => {
      expect(agenda.cancel("5")).toBe(true);
      expect(agenda.cancel("999")).toBe(false);
    });
    expect(after).toBe(before);
  });
});

describe("the folder", () => {
  it("keeps files the bridge knows nothing of", () => {
    const exported = written(ordinaryWeek());
    writeFileSync(join(exported.folder, "allergies.csv"), "é\r\n");
    const out = editAgenda(exported).write(emptyFolder());
    expect(filesIn(out)).toEqual(filesIn(exported.folder));
  });

  it("is created, with what leads to it", () => {
    const out = join(emptyFolder(), "a", "b");
    expect(editAgenda(written(ordinaryWeek())).write(out)).toBe(out);
    expect(readExport(out).malformed).toEqual([]);
  });

  it("is never the one the export was read from", () => {
    const exported = written(ordinaryWeek());
    const before = filesIn(exported.folder);
    const agenda = editAgenda(exported);
    agenda.addBooking(aBooking);
    expect(() => agenda.write(`${exported.folder}/.`)).toThrow("another folder");
    expect(filesIn(exported.folder)).toEqual(before);
  });
});

describe("spoilOneRow", () => {
  it("spares the appointments the hub refused", () => {
    const exported = written(ordinaryWeek());
    const first = exported.appointments[0]?.appointmentNo ?? "";
    expect(spoilOneRow(exported, none, none)).toBe("appointment.csv:2");
    expect(spoilOneRow(written(ordinaryWeek()), new Set([first]), none)).toBe("appointment.csv:3");
  });

  it("spoils a date that was pushed when there is no appointment, and says when there is nothing", () => {
    const exported = written(emptyAgenda());
    const pushed = planPush(exported, exported.config.clock).slots.map((slot) => slot.externalId);
    expect(spoilOneRow(exported, none, new Set(pushed))).toBe("scheduledate.csv:8");
    expect(() => spoilOneRow(written(nothingAtAll()), none, none)).toThrow("nothing to spoil");
  });
});
