/** What a run adds to docs/mutation.md. The reasons are written there by hand, and kept by it. */

/** As much as is read of the report that Stryker writes. */
export interface Report {
  files: Readonly<Record<string, { source: string; mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  mutatorName: string;
  replacement: string;
  status: string;
  location: { start: Position; end: Position };
}

/** Counted from 1. */
interface Position {
  line: number;
  column: number;
}

export interface Score {
  family: string;
  files: readonly string[];
  mutants: number;
  survivors: readonly string[];
}

export const leastScore = 85;

const reasonMissing = "**no reason yet**";

export function percentOf({ mutants, survivors }: Pick<Score, "mutants" | "survivors">): number {
  return mutants === 0 ? 100 : (100 * (mutants - survivors.length)) / mutants;
}

/** A mutant that a test fails on, or that never ends, is found; one that no test reaches survives like any other. */
export function scoreOf(family: string, report: Report): Score {
  const mutants = Object.entries(report.files).flatMap(([path, { source, mutants }]) =>
    mutants.map((mutant) => ({ ...mutant, line: mutant.location.start.line, name: nameOf(path, source, mutant) })),
  );
  const valid = mutants.filter(({ status }) => ["Killed", "Timeout", "Survived", "NoCoverage"].includes(status));
  const surviving = valid.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  return {
    family,
    files: Object.keys(report.files).map(fileOf),
    mutants: valid.length,
    survivors: surviving.map(({ name }) => name),
  };
}

/** `slot.ts:12` ConditionalExpression `a < b` → `true` */
function nameOf(path: string, source: string, { mutatorName, replacement, location }: ReportedMutant): string {
  const { start, end } = location;
  const lines = source.split("\n");
  const line = lines[start.line - 1] ?? "";
  const fragment = cut(lines, start, end);
  // `[]` or `""` alone does not say which one is meant.
  const [before, after] =
    start.line === end.line && fragment.length < 12
      ? [line.slice(0, start.column - 1).trimStart(), line.slice(end.column - 1)]
      : ["", ""];
  const [from, to] = [code(`${before}${fragment}${after}`), code(`${before}${replacement}${after}`)];
  return `\`${fileOf(path)}:${String(start.line)}\` ${mutatorName} ${from} → ${to}`;
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function cut(lines: readonly string[], start: Position, end: Position): string {
  return lines
    .slice(start.line - 1, end.line)
    .map((line, index, all) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === all.length - 1 ? end.column - 1 : undefined),
    )
    .join("\n");
}

function code(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const short = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  return short.includes("`") ? `\`\` ${short} \`\`` : `\`${short}\``;
}

/** What makes a survivor the same one after the lines above it have moved. */
function identityOf(survivor: string): string {
  return survivor.replace(/^`([^:`]+):\d+`/, "$1");
}

const tableHead = /^\| family +\|/m;
const entry = /^- (`[^`]+` .+? → (?:`` .+? ``|`[^`]*`)): (.*)$/;

/** The document with a family's row and survivors as they are now; a survivor that it already names keeps its reason. */
export function withScore(document: string, score: Score): string {
  const { head, rows, sections } = parsed(document);
  const reasons = new Map(
    sections.get(score.family)?.flatMap((line) => {
      const [, survivor, reason] = entry.exec(line) ?? [];
      return survivor === undefined || reason === undefined ? [] : [[identityOf(survivor), reason] as const];
    }),
  );
  rows.set(score.family, [
    score.family,
    score.files.join(", "),
    String(score.mutants),
    `${percentOf(score).toFixed(1)} %`,
    String(score.survivors.length),
  ]);
  sections.set(
    score.family,
    score.survivors.map((survivor) => `- ${survivor}: ${reasons.get(identityOf(survivor)) ?? reasonMissing}`),
  );
  const survivors = [...sections]
    .filter(([, lines]) => lines.length > 0)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([family, lines]) => `### ${family}\n\n${lines.join("\n")}\n`);
  return `${[head, table([...rows.values()]), "", "## Survivors", "", survivors.join("\n")].join("\n").trimEnd()}\n`;
}

/** What a reader has to look at: families below the least score, survivors without a reason. */
export function openPoints(document: string): string[] {
  const { rows, sections } = parsed(document);
  const low = [...rows.values()].filter(([, , , percent = ""]) => Number.parseFloat(percent) < leastScore);
  const unexplained = [...sections.values()].flat().filter((line) => line.endsWith(reasonMissing));
  return [...low.map(([family = "", , , percent = ""]) => `${family}: ${percent}`), ...unexplained];
}

interface Parsed {
  head: string;
  rows: Map<string, string[]>;
  sections: Map<string, string[]>;
}

function parsed(document: string): Parsed {
  const headEnd = tableHead.exec(document)?.index ?? document.length;
  const rows = new Map<string, string[]>();
  const sections = new Map<string, string[]>();
  let section: string[] = [];
  for (const line of document.slice(headEnd).split("\n").slice(2)) {
    if (line.startsWith("| ")) {
      const cells = line.split("|").map((cell) => cell.trim());
      rows.set(cells[1] ?? "", cells.slice(1, -1));
    }
    if (line.startsWith("### ")) sections.set(line.slice(4), (section = []));
    if (line.startsWith("- ")) section.push(line);
  }
  return { head: document.slice(0, headEnd).trimEnd() + "\n", rows, sections };
}

/** As Prettier writes it, so that it finds nothing to change. */
function table(rows: readonly (readonly string[])[]): string {
  const head = ["family", "files", "mutants", "score", "survivors"];
  const right = [false, false, true, true, true];
  const all = [head, ...[...rows].sort(([a = ""], [b = ""]) => a.localeCompare(b))];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? "").length)));
  const lines = all.map((cells) => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? "";
      return right[column] === true ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(" | ")} |`;
  });
  const rule = widths.map((width, column) =>
    right[column] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [lines[0], `| ${rule.join(" | ")} |`, ...lines.slice(1)].join("\n");
}
