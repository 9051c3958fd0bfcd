import { readdir, readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { ruleBook } from "../src/rule-book.ts";
import type { Family, Rule, RuleBook } from "../src/rule-book.ts";
import { missingOf, readSources, survey } from "../src/rule-survey.ts";
import type { SourceFile } from "../src/rule-survey.ts";

/** The rule book is well-formed, and what it calls finished has its code and its tests. */

const folder = new URL("../../spec/rules/", import.meta.url);
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, folder), "utf8"));
const families = ruleBook.families.map(({ family }) => family);

describe("the files", () => {
  test.each(["index", ...families])("%s.json has the form that schema.json describes", async (name) => {
    const ajv = new Ajv2020({ allErrors: true });
    // Our own file: what it is, the compiler says.
    ajv.addSchema((await read("schema.json")) as object, "schema");
    ajv.validate(name === "index" ? "schema#/$defs/index" : "schema", await read(`${name}.json`));
    expect(ajv.errors ?? []).toEqual([]);
  });

  test("are those of the index, and each is its family's", async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
    expect(files.sort()).toEqual(["index.json", "schema.json", ...families.map((family) => `${family}.json`)].sort());
    for (const family of families) expect(await read(`${family}.json`)).toMatchObject({ family });
  });

  test("give each rule and each row an id of its own, in its family and in order", () => {
    const ids = ruleBook.families.flatMap(({ rules, entities }) => [
      ...rules.map(({ id }) => id),
      ...entities.flatMap(({ fields }) => fields.map(({ id }) => id)),
    ]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const { family, rules, entities } of ruleBook.families) {
      const own = rules.map(({ id }) => id);
      expect(own.filter((id) => !id.startsWith(`${family}-`))).toEqual([]);
      expect(own).toEqual([...own].sort());
      for (const { name, fields } of entities) {
        for (const field of fields) expect(field.id).toBe(`${name}.${field.name}`);
      }
    }
  });

  test("lose no mark of a reading: text without the flag has none, and tables are as wide as their heads", () => {
    const unmarked = [...ruleBook.entries.values()].flatMap((entry) => {
      const { id, reading, ...told } = "rule" in entry ? entry.rule : entry.field;
      return !reading && JSON.stringify(told).includes("(reading") ? [id] : [];
    });
    expect(unmarked).toEqual([]);
    for (const { rows, columns } of ruleBook.families.flatMap(({ tables }) => tables)) {
      for (const row of rows) expect(row).toHaveLength(columns.length);
    }
  });

  test("name no rule and no document that does not exist", async () => {
    const documents = new Set(ruleBook.documents.map(({ id }) => id));
    expect(ruleBook.families.flatMap((family) => family.documents.filter((id) => !documents.has(id)))).toEqual([]);
    const files = await Promise.all(
      ["index", ...families].map(async (name): Promise<SourceFile> => {
        const text = await readFile(new URL(`${name}.json`, folder), "utf8");
        return { path: `spec/rules/${name}.json`, text, sort: "other" };
      }),
    );
    expect(survey(ruleBook, files).unknown).toEqual([]);
  });
});

describe("code and tests", async () => {
  const found = survey(ruleBook, await readSources());

  test("name no rule that the book does not have", () => {
    expect(found.unknown.map(({ id, path, line }) => `${id} in ${path}:${String(line)}`)).toEqual([]);
  });

  test.each(ruleBook.families.filter(({ finished }) => finished))("of $family lack nothing", (family) => {
    expect(missingOf(family, found), `npm run rule -- --missing ${family.family}`).toEqual({
      withoutCode: [],
      withoutTest: [],
    });
  });
});

describe("the survey", () => {
  const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
    id,
    text: { fr: "", en: "" },
    kind: "behaviour",
    section: "§1",
    reading: false,
    ...more,
  });
  const family = (...rules: Rule[]): Family => ({
    family: "SLOT",
    title: { fr: "", en: "" },
    entities: [{ name: "Slot", frenchName: "", fields: [] }],
    rules,
    tables: [],
    documents: [],
    finished: true,
  });
  const numbers = ["01", "02", "03", "04", "05", "07"];
  const slots = family(...numbers.map((number) => rule(`SLOT-${number}`)));
  const book = (of: Family): RuleBook => ({
    title: { fr: "", en: "" },
    documents: [],
    conventions: [],
    families: [of],
    entries: new Map(of.rules.map((each) => [each.id, { family: of, rule: each }])),
  });
  const look = (text: string, sort: SourceFile["sort"]) => {
    const { code, titles, unknown } = survey(book(slots), [{ path: "a.ts", text, sort }]);
    const named = sort === "test" ? titles : code;
    return [[...named.keys()].map((id) => id.slice(-2)).sort(), unknown.map(({ id }) => id)];
  };

  test.each([
    ["a call", 'violation("SLOT-02", "FORBIDDEN")', ["02"]],
    ["a comment", "/** SLOT-01, SLOT-05: why */", ["01", "05"]],
    ["a range", "// SLOT-02 to SLOT-04", ["02", "03", "04"]],
    ["a range with a short end", "/** SLOT-02 to 04 */", ["02", "03", "04"]],
    ["a range over two lines", "/**\n * SLOT-02 to\n * SLOT-04\n */", ["02", "03", "04"]],
    ["a short list", "/** SLOT-01, 03 and 05: why */", ["01", "03", "05"]],
    ["a list, then a range", "/** SLOT-01, SLOT-03 to SLOT-05 */", ["01", "03", "04", "05"]],
    ["a range over a number that was never given", "// SLOT-05 to SLOT-07", ["05", "07"]],
    ["no list: what follows is a quantity", "// SLOT-01, 10 minutes later", ["01"]],
    ["no id", "_SLOT-01 SLOT-011 SLOT-1 SLOT-01-02 UTC-05", []],
  ])("finds the rules in code: %s", (_what, text, ids) => {
    expect(look(text, "code")).toEqual([ids, []]);
  });

  test.each([
    ["SLOT-06", "// SLOT-06"],
    ["SLOT-09", "// SLOT-07 to SLOT-09"],
    ["SLOT-08", "// SLOT-07, 08: why"],
    ["TELE-12", "// TELE-12"],
    ["Slot.colour", "// Slot.colour is not a field"],
  ])("reports %s, which the book does not have", (id, text) => {
    for (const sort of ["code", "test", "other"] as const) expect(look(text, sort)[1]).toEqual([id]);
  });

  test.each([
    ["a test", 'test("SLOT-01 refuses it", () => {', ["01"]],
    ["several ids", "it('SLOT-01, SLOT-03 and SLOT-05: all of it', () => {", ["01", "03", "05"]],
    ["ids without a comma", 'test("SLOT-01 SLOT-03 both", () => {', ["01", "03"]],
    ["a range", "test(`SLOT-02 to SLOT-04, ${zone}`, () => {", ["02", "03", "04"]],
    ["a suite", 'describe("SLOT-02", () => {', ["02"]],
    ["a table's title", 'test.each(rows)("SLOT-02 %s", () => {', ["02"]],
    ["a table's rows", 'test.each([\n  ["SLOT-02 in the past", 1],\n  ["SLOT-03", 2],\n])', ["02", "03"]],
    ["no title: the id comes later", 'test("who is refused by SLOT-01", () => {', []],
    ["no title: an expected refusal", 'toEqual(["SLOT-01 FORBIDDEN /from"])', []],
    ["no title: an expected refusal in a row", '["in the past", ["SLOT-01 FORBIDDEN /from"]],', []],
    ["no title: a rule in a value", 'const removed = [["SLOT-01", "/from"]]; expect(a).toEqual(["SLOT-02"]);', []],
    ["no title: a comment", '// test of SLOT-01\ntest("refuses it", () => {', []],
  ])("finds the rules of tests: %s", (_what, text, ids) => {
    expect(look(text, "test")).toEqual([ids, []]);
  });

  test("lists what a family owes: nothing of what is pending, all of what is pending in part", () => {
    const pending = { reason: { fr: "À bâtir.", en: "Not built." }, comesWith: "messages" } as const;
    const owing = family(
      rule("SLOT-01"),
      rule("SLOT-02", { pending }),
      rule("SLOT-03", { pending: { ...pending, partly: true } }),
      rule("SLOT-04"),
    );
    const files: SourceFile[] = [
      { path: "a.ts", text: "// SLOT-01", sort: "code" },
      { path: "a.test.ts", text: 'test("SLOT-04 works", () => {', sort: "test" },
    ];
    expect(missingOf(owing, survey(book(owing), files))).toEqual({
      withoutCode: ["SLOT-03", "SLOT-04"],
      withoutTest: ["SLOT-01", "SLOT-03"],
    });
  });
});
