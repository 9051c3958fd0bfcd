import { describe, expect, it } from "vitest";
import { type CsvFile, readCsv } from "../src/csv-file.ts";

const read = (text: string | Buffer): CsvFile<"a" | "b"> => readCsv("t.csv", Buffer.from(text), ["a", "b"]);
/** Line with the cells' texts, or the row's problem. */
const lines = (file: CsvFile): [line: number, what: string | string[]][] =>
  file.records.map((row) => [row.line, row.problem ?? row.cells.map((cell) => cell.text)]);

describe("readCsv", () => {
  it("reads cells, and knows the bytes each one stands in", () => {
    const text = '\ufeffa,b,c\r\n1,"x, é\r\ny",\r\n\r\n2,"say ""oui""","end"\r\nlast,é,z';
    const file = read(text);
    expect(lines(file)).toEqual([
      [2, ["1", "x, é\r\ny", ""]],
      [5, ["2", 'say "oui"', "end"]],
      [6, ["last", "é", "z"]],
    ]);
    const bytesOf = file.records.map((row) => row.cells.map((c) => file.bytes.subarray(c.start, c.end).toString()));
    expect(bytesOf).toEqual([
      ["1", '"x, é\r\ny"', ""],
      ["2", '"say ""oui"""', '"end"'],
      ["last", "é", "z"],
    ]);
    expect([file.lineEnding, file.records[1]?.text("b")]).toEqual(["\r\n", 'say "oui"']);
  });

  it("finds columns by name, wherever they stand", () => {
    const file = read("z,b,a\n1,2,3\n");
    expect([file.lineEnding, file.records[0]?.text("a"), file.records[0]?.cell("b").start]).toEqual(["\n", "3", 8]);
  });

  it("names rows with another number of columns and goes on", () => {
    expect(lines(read("a,b\n1\n1,2,3\n,\n1,2\n"))).toEqual([
      [2, "COLUMN_COUNT"],
      [3, "COLUMN_COUNT"],
      [4, ["", ""]],
      [5, ["1", "2"]],
    ]);
  });

  it.each([
    ["never closed", 'a,b\n1,"open\n2,x\n3,y\n'],
    ["closed by a later row's quotes", 'a,b\n1,"open\n2,x\n3,"y"\n'],
    ["on the last line, without a newline", 'a,b\n2,x\n3,y\n1,"open'],
    ["inside a cell", 'a,b\n1,op"en\n2,x\n3,y\n'],
    ["with text after the closing one", 'a,b\n1,"op"en\n2,x\n3,y\n'],
  ])("a quote %s costs its own line, not the file", (_, text) => {
    const rows = lines(read(text));
    expect(rows.filter(([, what]) => what === "QUOTES")).toHaveLength(1);
    expect(rows.flatMap(([, what]) => (what === "QUOTES" ? [] : [what]))).toEqual([
      ["2", "x"],
      ["3", "y"],
    ]);
  });

  it("survives every line having broken quotes", () => {
    const file = read(`a,b\n${'x,"y\n'.repeat(50)}`);
    expect(file.records.map((row) => row.line)).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
    expect(file.records.every((row) => row.problem === "QUOTES")).toBe(true);
  });

  it("names bytes that are not UTF-8", () => {
    const latin1 = Buffer.concat([Buffer.from("a,b\n1,"), Buffer.from([0xe9]), Buffer.from("\n2,é\n")]);
    expect(lines(read(latin1))).toEqual([
      [2, "ENCODING"],
      [3, ["2", "é"]],
    ]);
  });

  it.each([
    ["", /no column a, b/],
    ["a,c\n1,2\n", /no column b/],
    ["a,b,a\n", /two columns named "a"/],
    ['a,"b\n', /no column b/],
  ])("refuses a file whose header is %j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("has no records when there is only a header", () => {
    expect(read("a,b").records).toEqual([]);
    expect(read("a,b\r\n\r\n").records).toEqual([]);
  });
});
