import { readFileSync } from "node:fs";
import type { Language } from "./domain/problems.ts";

/**
 * The published rule book, read from `spec/rules`. A packed hub has it at the same place beside its code (api/pack.ts).
 */

type BothLanguages = Readonly<Record<Language, string>>;

export type RuleKind = "field" | "validation" | "behaviour" | "permission" | "default" | "computed";

export interface Rule {
  id: string;
  text: BothLanguages;
  kind: RuleKind;
  /** Of the source document. */
  section: string;
  /** Whether it holds an interpretation of ours. */
  reading: boolean;
  pending?: Pending;
}

export interface Pending {
  reason: BothLanguages;
  comesWith: "booking" | "messages" | "reports";
  /** The rest of the rule is built. */
  partly?: true;
}

/** A row of a field table; null where the guide's table has nothing to say. */
export interface FieldRow {
  id: string;
  name: string;
  frenchName: string | null;
  type: string;
  required: string | null;
  editableBy: string;
  default: string | null;
  validation: string | null;
  reading: boolean;
}

export interface Entity {
  name: string;
  frenchName: string;
  fields: readonly FieldRow[];
}

export interface RuleTable {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** SLOT.json, and so on. */
interface FamilyFile {
  family: string;
  title: BothLanguages;
  entities?: readonly Entity[];
  rules: readonly Rule[];
  tables?: readonly RuleTable[];
}

export interface Family extends FamilyFile {
  entities: readonly Entity[];
  tables: readonly RuleTable[];
  documents: readonly string[];
  /** Each rule that is not pending has code that names it and a test whose title starts with its id. */
  finished: boolean;
}

export interface SourceDocument {
  id: string;
  title: BothLanguages;
  source: BothLanguages;
  openPoints: readonly { number: number; question: string; reading: string; rules?: string }[];
}

/** index.json. */
interface IndexFile {
  title: BothLanguages;
  documents: readonly SourceDocument[];
  conventions: readonly string[];
  families: readonly { family: string; documents: readonly string[]; finished: boolean }[];
}

/** What an id names: a rule, or a row of a field table. */
export type Entry = { family: Family } & ({ rule: Rule } | { entity: Entity; field: FieldRow });

export interface RuleBook extends Omit<IndexFile, "families"> {
  families: readonly Family[];
  entries: ReadonlyMap<string, Entry>;
}

const folder = new URL("../../spec/rules/", import.meta.url);

/** Read when the process starts, not with the first refusal. It does not change while it runs. */
export const ruleBook: RuleBook = readRuleBook();

/** Where the hub shows a rule; nothing for an id that is not in the book, as CONTRACT. */
export function ruleHref(id: string, baseUrl: string): string | undefined {
  return ruleBook.entries.has(id) ? `${baseUrl}${rulePath(id)}` : undefined;
}

/** What a rule says; empty for an id that names none. */
export function ruleText(id: string, language: Language): string {
  const entry = ruleBook.entries.get(id);
  return entry !== undefined && "rule" in entry ? entry.rule.text[language] : "";
}

export function rulePath(id: string): string {
  return `/docs/rules/${encodeURIComponent(id)}`;
}

function readRuleBook(): RuleBook {
  // The form of the files is that of spec/rules/schema.json, which a test holds them to.
  const { families: listed, ...book } = readJson("index.json") as IndexFile;
  const families = listed.map(({ family, documents, finished }): Family => {
    const file = readJson(`${family}.json`) as FamilyFile;
    return { ...file, entities: file.entities ?? [], tables: file.tables ?? [], documents, finished };
  });
  return { ...book, families, entries: new Map(families.flatMap(entriesOf)) };
}

function entriesOf(family: Family): [string, Entry][] {
  return [
    ...family.rules.map((rule): [string, Entry] => [rule.id, { family, rule }]),
    ...family.entities.flatMap((entity) =>
      entity.fields.map((field): [string, Entry] => [field.id, { family, entity, field }]),
    ),
  ];
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}
