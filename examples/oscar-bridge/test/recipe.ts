import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";

/** A row as its cells, or as the very text of its line (for what no writer would write). */
export type MadeUpRow = readonly string[] | string;

/** A clinic's export made up for a test. Rows come in the order of the columns below. */
export interface Recipe {
  timeZone: string;
  /** RFC 3339. */
  clock: string;
  /** False: a clinic that is no family medicine group. */
  isGmf?: boolean;
  /** As `bridge.json` has them; left out, it does not name any. */
  workGroups?: unknown;
  /** What `bridge.json` says of each code. */
  codes: Readonly<Record<string, object>>;
  providers: readonly MadeUpRow[];
  patients: readonly MadeUpRow[];
  templateCodes: readonly MadeUpRow[];
  templates: readonly MadeUpRow[];
  dates: readonly MadeUpRow[];
  appointments: readonly MadeUpRow[];
  style: { lineEnding: "\r\n" | "\n"; byteOrderMark: boolean; finalNewline: boolean; quoted: boolean };
  /** Columns OSCAR has and the bridge knows nothing of: `[name, value]`, after the others of `appointment.csv`. */
  moreAppointmentColumns: readonly [name: string, value: string][];
}

const columns = {
  provider: ["provider_no", "last_name", "first_name", "provider_type", "specialty", "practitioner_no"],
  demographic: [
    ...["demographic_no", "last_name", "first_name", "sex", "year_of_birth", "month_of_birth", "date_of_birth"],
    ...["hin", "hc_type", "phone", "cell", "email", "spoken_lang", "provider_no"],
  ],
  scheduletemplatecode: ["code", "description", "duration", "color"],
  scheduletemplate: ["provider_no", "name", "summary", "timecode"],
  scheduledate: ["id", "sdate", "provider_no", "available", "priority", "reason", "hour", "creator", "status"],
  appointment: [
    ...["appointment_no", "provider_no", "appointment_date", "start_time", "end_time"],
    ...["demographic_no", "reason", "notes", "status"],
  ],
} as const;

/** The folder's files by name. */
export function filesOf(recipe: Recipe): Map<string, Buffer> {
  const extra = recipe.moreAppointmentColumns;
  const appointments = recipe.appointments.map((row) =>
    typeof row === "string" ? row : [...row, ...extra.map(([, value]) => value)],
  );
  const tables: [name: string, header: readonly string[], rows: readonly MadeUpRow[]][] = [
    ["provider.csv", columns.provider, recipe.providers],
    ["demographic.csv", columns.demographic, recipe.patients],
    ["scheduletemplatecode.csv", columns.scheduletemplatecode, recipe.templateCodes],
    ["scheduletemplate.csv", columns.scheduletemplate, recipe.templates],
    ["scheduledate.csv", columns.scheduledate, recipe.dates],
    ["appointment.csv", [...columns.appointment, ...extra.map(([name]) => name)], appointments],
  ];
  return new Map([
    ["bridge.json", Buffer.from(JSON.stringify(bridgeJson(recipe), null, 2))],
    ...tables.map(([name, header, rows]): [string, Buffer] => [name, csv([header, ...rows], recipe.style)]),
  ]);
}

export function writeRecipe(recipe: Recipe, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of filesOf(recipe)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** 96 quarter hours from blocks: `timecode("08:00-12:00=1", "13:00-14:00=P")`. */
export function timecode(...blocks: string[]): string {
  const quarters = Array<string>(96).fill("_");
  for (const block of blocks) {
    const [, from = "", to = "", code = ""] = /^(\d\d:\d\d)-(\d\d:\d\d)=(.)$/u.exec(block) ?? [];
    quarters.fill(code, quarterOf(from), quarterOf(to));
  }
  return quarters.join("");
}

function quarterOf(time: string): number {
  const [hours = NaN, minutes = NaN] = time.split(":").map(Number);
  if (!Number.isInteger(hours * 4 + minutes / 15)) throw new Error(`not a quarter hour: ${time}`);
  return hours * 4 + minutes / 15;
}

function csv(rows: readonly MadeUpRow[], style: Recipe["style"]): Buffer {
  const lines = rows.map((row) =>
    typeof row === "string" ? row : stringify([[...row]], { eof: false, quoted: style.quoted }),
  );
  const text = lines.join(style.lineEnding) + (style.finalNewline ? style.lineEnding : "");
  return Buffer.from(`${style.byteOrderMark ? "\ufeff" : ""}${text}`, "utf8");
}

function bridgeJson(recipe: Recipe): unknown {
  return {
    establishment: {
      name: "Clinique inventée",
      ...(recipe.isGmf === false ? { isGmf: false } : { isGmf: true, gmfNumber: "99-001" }),
    },
    place: {
      name: "Clinique inventée",
      abbreviation: "Inventée",
      civicNumber: "1",
      street: "rue du Port",
      city: "Québec",
      province: "QC",
      postalCode: "G1K 3A9",
      phone: "418-555-0100",
      timeZone: recipe.timeZone,
    },
    clock: recipe.clock,
    codes: recipe.codes,
    ...(recipe.workGroups === undefined ? {} : { workGroups: recipe.workGroups }),
  };
}
