import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { LogLevel } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { leastScore, percentOf, scoreOf, withScore } from "./document.ts";
import type { Report } from "./document.ts";
import { families } from "./families.ts";

/**
 * `npm run mutate -- slots`: changes the domain files of a rule family in every small way, one at a time, and runs the
 * domain's tests against each. What no test notices survives; docs/mutation.md then names it.
 */

const api = fileURLToPath(new URL("..", import.meta.url));
const documentFile = new URL("../../docs/mutation.md", import.meta.url);
process.chdir(api);

const [asked] = process.argv.slice(2);
const chosen = asked === "all" ? Object.keys(families) : asked === undefined ? [] : [asked];
if (chosen.length === 0 || chosen.some((family) => families[family] === undefined)) {
  const lines = Object.entries(families).map(([family, files]) => `  ${family.padEnd(16)}${files.join(" ")}`);
  process.stdout.write(`usage: npm run mutate -- <family>\n\n${lines.join("\n")}\n  ${"all".padEnd(16)}one by one\n`);
  process.exit(asked === undefined ? 0 : 2);
}
for (const family of chosen) await mutate(family);

async function mutate(family: string): Promise<void> {
  const files = (families[family] ?? []).map((file) => `src/domain/${file}`).filter((file) => existsSync(file));
  if (files.length === 0) return;
  const folder = `.arrimage/mutation/${family}`;
  const reportFile = `${folder}.json`;
  // Below the least score it sets the exit code.
  await new Stryker({
    mutate: files,
    testRunner: "vitest",
    vitest: { configFile: "vitest.mutation.config.ts", related: true },
    plugins: ["@stryker-mutator/vitest-runner", fileURLToPath(new URL("./human-text.ts", import.meta.url))],
    ignorers: ["human-text"],
    coverageAnalysis: "perTest",
    concurrency: 2,
    // Only the domain is copied, and the one file beside it that its tests read.
    ignorePatterns: ["**", "!src/domain/**", "!test/a-registration.ts", "!package.json", "!vitest.mutation.config.ts"],
    tempDirName: folder,
    cleanTempDir: "always",
    incremental: false,
    allowConsoleColors: false,
    reporters: ["clear-text", "json"],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: reportFile },
    thresholds: { high: 95, low: leastScore, break: leastScore },
    warnings: { slow: false, unknownOptions: true, preprocessorErrors: true, unserializableOptions: true },
    // Its enum exists in types only; the options carry the word.
    logLevel: "warn" as LogLevel,
  }).runMutationTest();
  // Stryker wrote it just now, in the form it publishes.
  const report = JSON.parse(await readFile(reportFile, "utf8")) as Report;
  const score = scoreOf(family, report);
  await writeFile(documentFile, withScore(await readFile(documentFile, "utf8"), score));
  const survivors = score.survivors.length;
  process.stdout.write(
    `${family}: ${percentOf(score).toFixed(1)} %, ${String(survivors)} of ${String(score.mutants)} survive\n`,
  );
}
