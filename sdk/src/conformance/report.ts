/** What a run says: the same for the same seed and software. No time, no id, nothing of a patient. */
import { createHash } from "node:crypto";
import { CHECKS } from "./checks.ts";
import type { CheckId, Profile } from "./checks.ts";
import type { Finding } from "./stage.ts";

export interface Report {
  format: "arrimage-conformance/1";
  /** Version of the kit (the SDK's) and of the hub's document. */
  kit: string;
  contract: string;
  software: { name: string; version: string };
  seed: number;
  profiles: Profile[];
  /** Of a partial run, what it was limited to; null: everything that the profiles ask. */
  only: CheckId[] | null;
  outcome: "passed" | "failed";
  counts: { passed: number; failed: number; skipped: number };
  checks: CheckReport[];
  /** SHA-256 of all the above in canonical form (keys sorted, no spaces), in hexadecimal. */
  digest: string;
}

export interface CheckReport {
  id: CheckId;
  title: string;
  stands: string;
  sources: string[];
  status: "passed" | "failed" | "skipped";
  /** Of a check that failed: where, and what was found instead. */
  findings: { scenario: string; found: string }[];
}

/** By check: what each scenario found (null: it held). Absent: not asked. */
export type Results = ReadonlyMap<CheckId, readonly { scenario: string; finding: Finding }[]>;

export function writeReport(
  about: Pick<Report, "kit" | "contract" | "software" | "seed" | "profiles" | "only">,
  asked: ReadonlySet<CheckId>,
  results: Results,
): Report {
  const checks = CHECKS.filter(({ id }) => asked.has(id)).map(({ id, title, stands, sources }): CheckReport => {
    const found = results.get(id) ?? [];
    const findings = found.flatMap(({ scenario, finding }) => (finding === null ? [] : [{ scenario, found: finding }]));
    const status = findings.length > 0 ? "failed" : found.length > 0 ? "passed" : "skipped";
    return { id, title, stands, sources: [...sources], status, findings };
  });
  const count = (status: CheckReport["status"]) => checks.filter((check) => check.status === status).length;
  const counts = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  const outcome = counts.failed > 0 || counts.passed === 0 ? "failed" : "passed";
  const report = { format: "arrimage-conformance/1" as const, ...about, outcome, counts, checks } as const;
  return { ...report, digest: digestOf(report) };
}

/** Recomputes what `digest` must be. */
export function digestOf(report: Omit<Report, "digest">): string {
  const { digest: _, ...rest } = { digest: "", ...report };
  return createHash("sha256").update(canonical(rest)).digest("hex");
}

/** RFC 8785 for what a report holds: strings, whole numbers, arrays, objects. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${canonical(of)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** For people, in a terminal. */
export function reportText(report: Report): string {
  const { software, profiles, seed, contract, counts, checks, digest } = report;
  const marks = { passed: "  pass ", failed: "  FAIL ", skipped: "  skip " };
  const lines = [
    `${software.name} ${software.version}: ${profiles.join(", ")} (seed ${String(seed)}, contract ${contract})`,
    "",
  ];
  for (const { id, title, status, findings, stands, sources } of checks) {
    lines.push(`${marks[status]} ${id}  ${title}`);
    for (const { scenario, found } of findings) lines.push(`           in "${scenario}": ${found}`);
    if (status === "failed") lines.push(`           because: ${stands} (${sources.join(", ")})`);
  }
  const sum = `${String(counts.passed)} passed, ${String(counts.failed)} failed, ${String(counts.skipped)} skipped`;
  return [...lines, "", `${verdictOf(report)}: ${sum}`, `digest ${digest}`, ""].join("\n");
}

/** A part of the checks proves no conformity. */
export function verdictOf({ outcome, only }: Report): string {
  if (only !== null) return `Partial run (${only.join(", ")}), ${outcome}`;
  return outcome === "passed" ? "Conforms" : "Does not conform";
}

/** JUnit, as CI servers read it; without times, which would differ from run to run. */
export function reportJunit({ software, profiles, only, counts, checks }: Report): string {
  const cases = checks.map(({ id, title, status, findings, stands, sources }) => {
    const open = `    <testcase classname="${escaped(`arrimage.${id.split("-")[1] ?? ""}`)}" name="${escaped(`${id} ${title}`)}"`;
    if (status === "passed") return `${open}/>`;
    if (status === "skipped") return `${open}><skipped/></testcase>`;
    const found = findings.map((it) => `${it.scenario}: ${it.found}`).join("\n");
    const message = escaped(findings[0]?.found ?? "");
    return `${open}><failure message="${message}">${escaped(`${found}\n${stands} (${sources.join(", ")})`)}</failure></testcase>`;
  });
  const part = only === null ? "" : ` only ${only.join("+")}`;
  const name = escaped(`arrimage-conformance ${software.name} ${software.version} ${profiles.join("+")}${part}`);
  const sums = `tests="${String(checks.length)}" failures="${String(counts.failed)}" skipped="${String(counts.skipped)}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites ${sums}>`,
    `  <testsuite name="${name}" ${sums}>`,
    ...cases,
    `  </testsuite>`,
    `</testsuites>`,
    "",
  ].join("\n");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
