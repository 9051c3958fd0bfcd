// The oracle's own CSV reader: it shares nothing with the bridge, so that one fault cannot hide in both.
import { readFileSync } from "node:fs";

const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^,\n]*?))(,|\r?\n|$)/y;

/**
 * The records of one file: `line` is the physical line where the record starts (the header is line 1), `raw` its
 * text with the line ending. Blank lines are counted and left out; a quote that does not close is an ordinary character.
 * @returns {{ line: number, cells: string[], raw: string }[]}
 */
export function readRecords(path) {
  const text = readFileSync(path, "utf8");
  const records = [];
  let line = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const from = at;
    const cells = [];
    let stop = ",";
    while (stop === ",") {
      cell.lastIndex = at;
      const [whole, quoted, plain, end] = cell.exec(text);
      cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      at += whole.length;
      stop = end;
    }
    const raw = text.slice(from, at);
    if (raw.trim() !== "") records.push({ line, cells, raw });
    line += raw.split("\n").length - 1;
  }
  return records;
}

/** The rows of one file by column name, with `line`; a row with another number of columns than the header is `broken`. */
export function readRows(path) {
  const [header, ...records] = readRecords(path);
  return records.map(({ line, cells }) => {
    if (cells.length !== header.cells.length) return { line, broken: true };
    return { ...Object.fromEntries(header.cells.map((name, i) => [name, cells[i]])), line, broken: false };
  });
}
