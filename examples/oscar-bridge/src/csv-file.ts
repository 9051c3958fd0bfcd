import { CsvError, parse } from "csv-parse/sync";
import { ExportError, type MalformedCode } from "./malformed.ts";

/** One cell with the bytes it occupies in the file, quotes included: `[start, end)`. */
export interface CsvCell {
  text: string;
  start: number;
  end: number;
}

/** One record; `line` is the physical line where it begins, header = 1. Broken quotes: the cells are what stands between commas. */
export interface CsvRecord<Column extends string = string> {
  line: number;
  cells: readonly CsvCell[];
  problem: Extract<MalformedCode, "QUOTES" | "ENCODING" | "COLUMN_COUNT"> | null;
  cell(column: Column): CsvCell;
  text(column: Column): string;
  /** Of a column that a file need not have; null without it. */
  optionalText(column: string): string | null;
}

/** A file as it is on disk, and where everything stands in it: what is not changed is written back byte for byte. */
export interface CsvFile<Column extends string = string> {
  name: string;
  bytes: Buffer;
  columns: readonly string[];
  lineEnding: "\r\n" | "\n";
  records: readonly CsvRecord<Column>[];
}

interface RawRecord {
  cells: readonly CsvCell[];
  /** Bytes of the record without its line ending. */
  start: number;
  end: number;
  brokenQuotes: boolean;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads an RFC 4180 file: UTF-8 with or without byte-order mark, CRLF or LF, quoted cells over several lines. Columns are found
 * by name; others may stand among them. Blank lines are nothing. Throws ExportError only when the header is not usable.
 */
export function readCsv<Column extends string>(
  name: string,
  bytes: Buffer,
  required: readonly Column[],
): CsvFile<Column> {
  const [header, ...rows] = scan(bytes);
  const columns = header?.cells.map((cell) => cell.text) ?? [];
  const missing = required.filter((column) => !columns.includes(column));
  if (!header || missing.length > 0) {
    throw new ExportError(`${name} has no column ${missing.join(", ")}; its first line must name the columns.`);
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw new ExportError(`${name} has two columns named "${twice}".`);

  const lineOf = lineCounter(bytes);
  return {
    name,
    bytes,
    columns,
    lineEnding: bytes[header.end] === LINE_FEED ? "\n" : "\r\n",
    records: rows.map((row) => record(row, columns, lineOf(row.start), problemOf(row, columns, bytes))),
  };
}

function record<Column extends string>(
  row: RawRecord,
  columns: readonly string[],
  line: number,
  problem: CsvRecord["problem"],
): CsvRecord<Column> {
  const cell = (column: Column): CsvCell => {
    const found = row.cells[columns.indexOf(column)];
    if (!found) throw new Error(`line ${line} has no cell "${column}": rows with a problem must be left aside first`);
    return found;
  };
  const optionalText = (column: string): string | null => row.cells[columns.indexOf(column)]?.text ?? null;
  return { line, cells: row.cells, problem, cell, text: (column) => cell(column).text, optionalText };
}

function problemOf(row: RawRecord, columns: readonly string[], bytes: Buffer): CsvRecord["problem"] {
  if (row.brokenQuotes) return "QUOTES";
  if (!isUtf8(bytes.subarray(row.start, row.end))) return "ENCODING";
  return row.cells.length === columns.length ? null : "COLUMN_COUNT";
}

/**
 * All records, in order. A quote that is opened and never closed would swallow every row after it: csv-parse stops there, the
 * line where the record begins is left aside, and reading resumes on the next line.
 */
function scan(bytes: Buffer): RawRecord[] {
  const records: RawRecord[] = [];
  let from = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  while (from < bytes.length) {
    const end = parseFrom(bytes, from, records);
    if (end === null) break;
    const start = skipLineEndings(bytes, end);
    const lineFeed = bytes.indexOf(LINE_FEED, start);
    const lineEnd = lineFeed === -1 ? bytes.length : lineFeed;
    records.push({ cells: betweenCommas(bytes, start, lineEnd), start, end: lineEnd, brokenQuotes: true });
    from = lineEnd + 1;
  }
  return records;
}

/** Appends the records found from this byte on. Answers where the last good one ended when the next has broken quotes, else null. */
function parseFrom(bytes: Buffer, from: number, records: RawRecord[]): number | null {
  let previousEnd = from;
  let ends: { text: string; end: number }[] = [];
  try {
    parse(bytes.subarray(from), {
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n"],
      cast: (text, context) => {
        // `bytes` is where the cell ended: the offset of the delimiter after it.
        ends.push({ text, end: from + context.bytes });
        return text;
      },
      on_record: () => {
        const start = skipLineEndings(bytes, previousEnd);
        let next = start;
        const cells = ends.map(({ text, end }) => {
          const cell = { text, start: next, end };
          next = end + 1;
          return cell;
        });
        ends = [];
        previousEnd = cells.at(-1)?.end ?? start;
        records.push({ cells, start, end: previousEnd, brokenQuotes: false });
        return null;
      },
    });
    return null;
  } catch (error) {
    if (error instanceof CsvError) return previousEnd;
    throw error;
  }
}

function betweenCommas(bytes: Buffer, start: number, end: number): CsvCell[] {
  let next = start;
  const texts = bytes.subarray(start, end).toString("latin1").split(",");
  return texts.map((text) => {
    const cell = { text, start: next, end: next + text.length };
    next = cell.end + 1;
    return cell;
  });
}

function skipLineEndings(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN) at += 1;
  return at;
}

/** Answers line numbers of growing offsets. Counted here: csv-parse counts a CRLF inside quotes twice. */
function lineCounter(bytes: Buffer): (offset: number) => number {
  let counted = 0;
  let line = 1;
  return (offset) => {
    for (; counted < offset; counted += 1) if (bytes[counted] === LINE_FEED) line += 1;
    return line;
  };
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
