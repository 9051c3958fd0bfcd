import { glob, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { problemCodes } from "./domain/problems.ts";
import type { Family, RuleBook } from "./rule-book.ts";

/**
 * Where the rules of the book are kept and tested, read from the text of the files: code keeps a rule when it names its
 * id, a test is a rule's when its title starts with its id. Titles and comments may name several: `SLOT-05 SLOT-06`,
 * `SLOT-05, SLOT-06`, `SLOT-05, 06`, `SLOT-05 to SLOT-07`, `SLOT-05 to 07`.
 */

export interface SourceFile {
  /** From the root of the repository. */
  path: string;
  text: string;
  sort: "code" | "test" | "other";
}

export interface Place {
  path: string;
  line: number;
  /** The line itself, or the title. */
  text: string;
}

type Places = ReadonlyMap<string, readonly Place[]>;

export interface Survey {
  code: Places;
  titles: Places;
  /** What the tests name besides their titles. */
  tests: Places;
  /** Ids that the book does not have. */
  unknown: readonly (Place & { id: string })[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Everything written by hand that may name a rule. The generated files name those of the document's examples. */
const sources = [
  "api/{src,test,bench}/**/*.ts",
  "sdk/{src,test}/**/*.ts",
  "examples/*/{src,test}/**/*.{ts,js}",
  "migrations/*.sql",
];
/** They speak of rules without keeping or testing any. */
const notOfARule = /\/node_modules\/|\/generated\/|^api\/src\/rule(-book|-survey)?\.ts$|^api\/test\/rules\.test\.ts$/;

export async function readSources(): Promise<SourceFile[]> {
  const kept: string[] = [];
  for await (const found of glob(sources, { cwd: root })) {
    const path = found.replaceAll("\\", "/");
    if (!notOfARule.test(path)) kept.push(path);
  }
  return Promise.all(
    kept.sort().map(async (path) => ({ path, text: await readFile(`${root}${path}`, "utf8"), sort: sortOf(path) })),
  );
}

function sortOf(path: string): SourceFile["sort"] {
  if (/\.test\.[jt]s$/.test(path)) return "test";
  return path.startsWith("api/src/") ? "code" : "other";
}

export function survey(book: RuleBook, files: readonly SourceFile[]): Survey {
  const found = {
    code: new Map<string, Place[]>(),
    titles: new Map<string, Place[]>(),
    tests: new Map<string, Place[]>(),
  };
  const unknown: (Place & { id: string })[] = [];
  const families = new Set(book.families.map(({ family }) => family));
  const entities = book.families.flatMap((family) => family.entities.map(({ name }) => name));
  for (const { path, text, sort } of files) {
    const titles = sort === "test" ? titlesIn(text) : [];
    for (const { ids, offset, title } of titles) {
      for (const id of ids) add(found.titles, id, { path, line: lineAt(text, offset), text: title });
    }
    const mentions = [...rulesIn(text), ...fieldsIn(text, entities, book)];
    for (const { id, offset, spelled } of mentions) {
      const place = { path, line: lineAt(text, offset), text: lineText(text, offset) };
      if (notAnId.has(id.slice(0, id.indexOf("-")))) continue;
      if (!book.entries.has(id)) {
        // A range may pass over numbers that were never given.
        if (spelled || !families.has(id.slice(0, id.indexOf("-")))) unknown.push({ ...place, id });
      } else if (sort === "code") add(found.code, id, place);
      else if (!titles.some((each) => each.offset <= offset && offset < each.end)) add(found.tests, id, place);
    }
  }
  return { ...found, unknown };
}

/** Written like an id, and none. */
const notAnId: ReadonlySet<string> = new Set(["UTC"]);

/** What a finished family owes; a rule that is pending as a whole owes nothing yet. */
export function missingOf(
  { rules }: Family,
  { code, titles }: Pick<Survey, "code" | "titles">,
): Record<"withoutCode" | "withoutTest", string[]> {
  const owed = rules.filter(({ pending }) => pending === undefined || pending.partly === true).map(({ id }) => id);
  return {
    withoutCode: owed.filter((id) => !code.has(id)),
    withoutTest: owed.filter((id) => !titles.has(id)),
  };
}

interface Mention {
  id: string;
  offset: number;
  /** Not only passed over by a range. */
  spelled: boolean;
}

const ruleId = /(?<![\w-])([A-Z]{2,8})-(\d{2})(?![\w-])/g;
// Between the ends of a range, or the items of a list: also across the lines of a comment.
const to = /^\s*(?:\*\s*|\/\/\s*)?to\s+(?:\*\s*|\/\/\s*)?$/;
const shortened = /^(,| and|, and| to) ?(\d{2})(?=[,;:.)"'`\]\n]|$| and \d| to | \*\/)/;

/** Each id that a text names, ranges and shortened lists written out. */
function rulesIn(text: string): Mention[] {
  const spelled = [...text.matchAll(ruleId)].map((match) => ({
    family: match[1] ?? "",
    number: Number(match[2]),
    offset: match.index,
    end: match.index + match[0].length,
  }));
  return spelled.flatMap(({ family, number, offset, end }, index) => {
    const mentions = [{ id: idOf(family, number), offset, spelled: true }];
    const next = spelled[index + 1];
    if (next?.family === family && to.test(text.slice(end, next.offset))) {
      mentions.push(...range(family, number, next.number, offset));
    }
    let last = number;
    for (let rest = text.slice(end, end + 200); ;) {
      const match = shortened.exec(rest);
      if (match === null) break;
      const [whole, joint, digits] = match;
      if (joint === " to") mentions.push(...range(family, last, Number(digits), offset));
      last = Number(digits);
      mentions.push({ id: idOf(family, last), offset, spelled: true });
      rest = rest.slice(whole.length);
    }
    return mentions;
  });
}

/** What lies between two numbers; the ends are spelled out. */
function range(family: string, from: number, to: number, offset: number): Mention[] {
  return Array.from({ length: Math.max(0, to - from - 1) }, (_, index) => ({
    id: idOf(family, from + 1 + index),
    offset,
    spelled: false,
  }));
}

function idOf(family: string, number: number): string {
  return `${family}-${String(number).padStart(2, "0")}`;
}

/** `Slot.endAt`, for the entities that the book has. */
function fieldsIn(text: string, entities: readonly string[], book: RuleBook): Mention[] {
  const row = new RegExp(`(?<![\\w.$])(?:${entities.join("|")})\\.[a-z]\\w*(?:\\[\\])?(?:\\.[a-z]\\w*)?`, "g");
  return [...text.matchAll(row)].map(({ 0: found, index: offset }) => {
    // A sentence may go on after the name without a space: `Slot.endAt.from`.
    const shorter = found.split(".").slice(0, 2).join(".");
    return { id: book.entries.has(found) ? found : shorter, offset, spelled: true };
  });
}

interface Title {
  ids: readonly string[];
  title: string;
  offset: number;
  end: number;
}

const id = String.raw`[A-Z]{2,8}-\d{2}`;
const joint = "(?:, and|,| and| to)";
const firstOfATitle = new RegExp(
  // What a title stands after: test(, .each(…)(, the start of a table's row; then its ids, then its words or nothing.
  String.raw`(\b(?:test|it|describe)(?:\.\w+)*\(\s*|\)\(\s*|\.each\(\[\s*|[[,]\s*\[\s*|\n\s*\[\s*)` +
    String.raw`(["'${"`"}])(${id}(?:${joint}? ?${id}|${joint} ?\d{2}(?=[,:]| and \d| to ))*)((?:(?!\2)[^\\\n]|\\.)*)\2`,
  "g",
);

/**
 * Titles start with ids and go on in words. `"SLOT-07 SLOT_PARTIALLY_FILLED /visibility"` is a refusal that a test
 * expects, not its title.
 */
function titlesIn(text: string): Title[] {
  return [...text.matchAll(firstOfATitle)].flatMap((match) => {
    const [whole, before = "", , names = "", words = ""] = match;
    const title = names + words;
    const [first = ""] = words.trim().split(" ");
    const refusal = problemCodes.some((code) => code === first) || first.startsWith("/");
    const bareCell = words === "" && !/\n\s*\[\s*$|\($/.test(before);
    if (refusal || bareCell) return [];
    const offset = match.index + before.length;
    return [{ ids: rulesIn(names).map((each) => each.id), title, offset, end: match.index + whole.length }];
  });
}

function add(places: Map<string, Place[]>, id: string, place: Place): void {
  const known = places.get(id);
  if (known === undefined) places.set(id, [place]);
  else if (!known.some(({ path, line }) => path === place.path && line === place.line)) known.push(place);
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

function lineText(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end === -1 ? text.length : end).trim();
}
