import { parseArgs } from "node:util";
import { ruleBook } from "./rule-book.ts";
import type { Entry, Family } from "./rule-book.ts";
import { missingOf, readSources, survey } from "./rule-survey.ts";
import type { Place } from "./rule-survey.ts";

/**
 * `npm run rule SLOT-07` (or `Slot.endAt`): what the book says, where the code keeps it, which tests would fail without it.
 * `npm run rule -- --missing SLOT`: the rules of a family without code or without test; without a family, of each.
 */
const { values, positionals } = parseArgs({ options: { missing: { type: "boolean" } }, allowPositionals: true });
const [named] = positionals;
const sources = survey(ruleBook, await readSources());

if (values.missing === true) {
  const families = ruleBook.families.filter(({ family }) => named === undefined || family === named);
  if (families.length === 0) fail(`There is no family ${String(named)} in spec/rules/index.json.`);
  process.stdout.write(`${families.map((family) => missing(family)).join("\n")}\n`);
} else {
  const entry = ruleBook.entries.get(named ?? "");
  if (named === undefined)
    fail("usage: npm run rule SLOT-07 | npm run rule Slot.endAt | npm run rule -- --missing SLOT");
  if (entry === undefined) fail(`${named} is not in the rule book (spec/rules).`);
  const parts = [
    entryText(entry),
    places("code", sources.code.get(named)),
    places("tests", sources.titles.get(named)),
    places("also named by tests", sources.tests.get(named)),
  ];
  process.stdout.write(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
}

function missing(family: Family): string {
  const { withoutCode, withoutTest } = missingOf(family, sources);
  const pending = family.rules.filter((rule) => rule.pending !== undefined).map(({ id }) => id);
  const state = family.finished ? "finished" : "not finished";
  return [
    `${family.family}: ${String(family.rules.length)} rules, ${state}`,
    `  without code: ${listed(withoutCode)}`,
    `  without test: ${listed(withoutTest)}`,
    `  pending: ${listed(pending)}`,
  ].join("\n");
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? "none" : ids.join(", ");
}

function entryText(entry: Entry): string {
  if ("field" in entry) {
    const { id, frenchName, type, required, editableBy, default: preset, validation, reading } = entry.field;
    const lines = { frenchName, type, required, editableBy, default: preset, validation };
    const told = Object.entries(lines).map(([name, value]) => `  ${name}: ${value ?? "none"}`);
    return [`${id}${reading ? " · reading" : ""}`, ...told].join("\n");
  }
  const { id, kind, section, reading, text, pending } = entry.rule;
  const waits = `\nPending (${pending?.partly === true ? "partly, " : ""}${pending?.comesWith ?? ""}): ${pending?.reason.en ?? ""}`;
  return `${id} · ${kind} · ${section}${reading ? " · reading" : ""}\n${text.en}\n${text.fr}${pending === undefined ? "" : waits}`;
}

function places(title: string, found: readonly Place[] | undefined): string {
  if (found === undefined) return title.startsWith("also") ? "" : `${title}\n  none`;
  return `${title}\n${found.map(({ path, line, text }) => `  ${path}:${String(line)}  ${text}`).join("\n")}`;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
