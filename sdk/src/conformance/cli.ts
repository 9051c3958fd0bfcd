#!/usr/bin/env node
/**
 * `arrimage-conformance run|list|verify`: 0 when the software conforms, 1 when it does not, 2 when nothing was judged; 130
 * or 143 when it was ended by a signal, after it has ended the software and the sandbox.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { inspect, parseArgs } from "node:util";
import { CannotRun, messageOf } from "./cannot-run.ts";
import { CHECKS, isCheckId, PROFILES } from "./checks.ts";
import type { CheckId, Profile } from "./checks.ts";
import { coverage } from "./coverage.ts";
import { loadAdapter } from "./load-adapter.ts";
import { digestOf, reportJunit, reportText, verdictOf } from "./report.ts";
import type { Report } from "./report.ts";
import { reportHtml } from "./report-html.ts";
import { runConformance } from "./run.ts";
import { freePort, startSandbox } from "./sandbox-process.ts";

const USAGE = `Proves that agenda software keeps the contract of an arrimage hub.

  arrimage-conformance run --adapter FILE|URL [--profile push|pull|book|resilience|all]
      --adapter   a module (./adapter.ts) or the address of an adapter (http://127.0.0.1:9999)
      --profile   one, or several with commas; all when absent
      --hub       a running sandbox; without it, the one of the installed @arrimage/api is started
      --seed      a whole number, 1 when absent
      --only      ids of checks, with commas: only the scenarios in which these are made
      --report    a folder for report.json, report.html and junit.xml
      --json      print the report as JSON instead of text
  arrimage-conformance list      every check, what it stands for, and the profiles and scenarios it is made in
  arrimage-conformance verify REPORT.json      does the report still say what its digest says?
`;

async function run(arguments_: string[]): Promise<number> {
  const { values } = argumentsOf(() =>
    parseArgs({
      args: arguments_,
      options: {
        adapter: { type: "string" },
        profile: { type: "string" },
        hub: { type: "string" },
        seed: { type: "string" },
        only: { type: "string" },
        report: { type: "string" },
        json: { type: "boolean" },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }),
  );
  if (values.help === true) return help();
  if (values.list === true) return list();
  if (values.adapter === undefined) throw new CannotRun("Name the software with --adapter.");
  const profiles = profilesOf(values.profile);
  const seed = Number(values.seed ?? "1");
  if (!Number.isInteger(seed)) throw new CannotRun("--seed takes a whole number.");
  const only = onlyOf(values.only);
  const adapter = await loadAdapter(values.adapter, process.cwd());
  const folder = values.report === undefined ? undefined : await folderOf(values.report);

  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => {
      ending.abort(new Ended(name));
    });
  const { signal } = ending;

  // The sandbox knows the proxy's address as its own, so that discovery, issuer and audience agree.
  const proxyPort = await freePort();
  const sandbox =
    values.hub === undefined
      ? await startSandbox(process.cwd(), `http://127.0.0.1:${String(proxyPort)}`, signal)
      : undefined;
  try {
    const report = await runConformance({
      ...{ adapter, profiles, seed, proxyPort, signal, hubUrl: sandbox?.url ?? values.hub ?? "" },
      ...(only === undefined ? {} : { only }),
      onScenario: (name) => process.stderr.write(`… ${name}\n`),
      onFailure: (error) => process.stderr.write(`  the adapter threw ${inspect(error)}\n`),
    });
    process.stdout.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
    if (folder !== undefined) await writeReports(folder, report);
    return report.outcome === "passed" ? 0 : 1;
  } finally {
    await sandbox?.stop();
  }
}

class Ended extends Error {
  override readonly name = "Ended";
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`Ended by ${signal}: nothing was judged.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

function profilesOf(text: string | undefined): Profile[] {
  if (text === undefined || text === "all") return [...PROFILES];
  const names = text.split(",").filter((name) => name !== "");
  const known = PROFILES.filter((profile) => names.includes(profile));
  if (names.length === 0 || known.length !== new Set(names).size)
    throw new CannotRun(`--profile takes ${PROFILES.join(", ")} (several with commas), or all.`);
  return known;
}

function onlyOf(text: string | undefined): CheckId[] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((id) => {
    if (!isCheckId(id)) throw new CannotRun(`There is no check ${id}: arrimage-conformance list names them.`);
    return id;
  });
}

/** Before anything is judged: a folder that cannot be is no surprise at the end. */
async function folderOf(named: string): Promise<string> {
  const path = resolve(named);
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new CannotRun(`--report takes a folder: ${messageOf(error)}`);
  });
  return path;
}

function argumentsOf<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw new CannotRun(`${messageOf(error)}\n\n${USAGE}`);
  }
}

function help(): number {
  process.stdout.write(USAGE);
  return 0;
}

async function writeReports(path: string, report: Report): Promise<void> {
  await writeFile(join(path, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(path, "report.html"), reportHtml(report));
  await writeFile(join(path, "junit.xml"), reportJunit(report));
}

function list(): number {
  for (const { check, profiles, scenarios } of coverage()) {
    process.stdout.write(`${check.id}  ${check.title}\n`);
    process.stdout.write(`    ${check.stands} (${check.sources.join(", ")})\n`);
    process.stdout.write(`    ${profiles.join(", ")}: ${scenarios.join("; ")}\n`);
  }
  process.stdout.write(`${String(CHECKS.length)} checks\n`);
  return 0;
}

async function verify([file]: string[]): Promise<number> {
  if (file === undefined) throw new CannotRun("Name a report.json.");
  // A report, or something whose digest will not be right.
  const report = JSON.parse(await readFile(file, "utf8")) as Report;
  const right = digestOf(report) === report.digest;
  process.stdout.write(
    right ? `${verdictOf(report)}: the digest is right\n` : "the digest is not that of this report\n",
  );
  return right ? 0 : 1;
}

async function main([command, ...rest]: string[]): Promise<number> {
  switch (command) {
    case "run":
      return run(rest);
    case "list":
    case "--list":
      return list();
    case "verify":
      return verify(rest);
    case "help":
    case "--help":
    case "-h":
      return help();
    default:
      throw new CannotRun(`${USAGE}\nWhat shall be done: run, list or verify?`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
  // What was going on has been left where it was.
  if (error instanceof Ended) process.exit(error.exitCode);
}
