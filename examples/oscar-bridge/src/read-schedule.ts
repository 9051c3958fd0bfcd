import type { CsvFile, CsvRecord } from "./csv-file.ts";
import { isLocalDate } from "./local-time.ts";
import type { MalformedCode } from "./malformed.ts";
import type { Provider } from "./read-people.ts";

export const codeColumns = ["code", "duration"] as const;
type CodeRow = CsvRecord<(typeof codeColumns)[number]>;
export type CodeFile = CsvFile<(typeof codeColumns)[number]>;

export const templateColumns = ["provider_no", "name", "timecode"] as const;
type TemplateRow = CsvRecord<(typeof templateColumns)[number]>;
export type TemplateFile = CsvFile<(typeof templateColumns)[number]>;

export const dateColumns = ["sdate", "provider_no", "available", "hour", "status"] as const;
export type DateRow = CsvRecord<(typeof dateColumns)[number]>;
export type DateFile = CsvFile<(typeof dateColumns)[number]>;

/** Quarter hours of a day: a `timecode` has one character for each. */
const QUARTERS = 96;

/** Whose templates belong to everyone. */
const EVERYONE = "Public";

/** The pattern of each (owner, name); null when its row is malformed, so that no other template takes its place unseen. */
export type Templates = Map<string, Map<string, readonly string[] | null>>;

/** What a professional does on a date: the template's codes, one per quarter hour from 00:00. */
export interface ScheduleDate {
  record: DateRow;
  date: string;
  provider: Provider;
  timecode: readonly string[];
}

export function checkCode(row: CodeRow): MalformedCode | null {
  if ([...row.text("code")].length !== 1) return "CODE_FORMAT";
  return /^\d*$/.test(row.text("duration").trim()) ? null : "DURATION_FORMAT";
}

/** Adds the row's template; the code says why it could not be. */
export function addTemplate(row: TemplateRow, templates: Templates): MalformedCode | null {
  const owner = row.text("provider_no").trim();
  const name = row.text("name");
  if (owner === "" || name === "") return "TEMPLATE_NAME_MISSING";
  const ofOwner = templates.get(owner) ?? new Map<string, readonly string[] | null>();
  if (ofOwner.get(name)) return "DUPLICATE_TEMPLATE";
  const timecode = [...row.text("timecode")];
  templates.set(owner, ofOwner.set(name, timecode.length === QUARTERS ? timecode : null));
  return timecode.length === QUARTERS ? null : "TEMPLATE_LENGTH";
}

/**
 * The row's date, or null for a row OSCAR itself no longer reads: deleted (status `D`), or a day the professional is not
 * available (available `0`). Such a row is checked no further: nobody looks for its template.
 */
export function readScheduleDate(
  row: DateRow,
  templates: Templates,
  providers: ReadonlyMap<string, Provider>,
): ScheduleDate | MalformedCode | null {
  const date = row.text("sdate").trim();
  const available = row.text("available").trim();
  const status = row.text("status").trim();
  if (!isLocalDate(date)) return "DATE_FORMAT";
  if (!["0", "1", ""].includes(available)) return "AVAILABLE_FORMAT";
  if (!["A", "D", ""].includes(status)) return "STATUS_UNKNOWN";
  if (available === "0" || status === "D") return null;

  const provider = providers.get(row.text("provider_no").trim());
  if (!provider) return "UNKNOWN_PROVIDER";
  const timecode = findTemplate(templates, provider.providerNo, row.text("hour"));
  return timecode ? { record: row, date, provider, timecode } : "TEMPLATE_MISSING";
}

/** The professional's own template of that name comes before everyone's. */
function findTemplate(templates: Templates, providerNo: string, name: string): readonly string[] | null {
  const own = templates.get(providerNo)?.get(name);
  if (own !== undefined) return own;
  return templates.get(EVERYONE)?.get(name) ?? null;
}
