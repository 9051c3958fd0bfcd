import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { describe, expect, inject, test } from "vitest";
import type { HandedOver } from "./channels.ts";
import { find, folded, numbersIn } from "./search.ts";
import { faultsOf } from "./verdict.ts";

/** Whether the canaries sing: what is planted is found, what is not there is not, and nobody may be deaf. */

const nam = "TREM80561509";

describe("a number is found", () => {
  test.each([
    ["as it is stored", nam],
    ["in lower case", nam.toLowerCase()],
    ["as on the card", "TREM 8056 1509"],
    ["with hyphens", "trem-8056-1509"],
    ["in a URL", "/v1/patients?nam=TREM%208056%201509"],
    ["in a form", "/v1/patients?nam=TREM+8056+1509"],
    ["behind letters", `xx${nam}`],
    ["before more digits", `${nam}12`],
    ["in the midst of a line", `{"level":30,"msg":"patient ${nam} not found"}`],
  ])("%s", (_title, spelt) => {
    const [found] = find(spelt);
    expect(found?.nam).toBe(nam);
    expect(folded(JSON.stringify(found?.around))).not.toContain("8056");
  });

  test.each([
    ["a date", "from 2027-03-08", []],
    ["a number of no date", "TREM80991509", []],
    ["part of an identifier", "hld_01mgtrem80561509e3", []],
    ["one by itself", `of ${nam}.`, [nam]],
  ])("by its form alone: %s", (_title, spelt, expected) => {
    expect(find(spelt).flatMap((found) => (found.exact === true ? [found.nam] : []))).toEqual(expected);
  });

  test("a mebibyte of one word is read once", () => {
    expect(find("x".repeat(1_048_576))).toEqual([]);
  });

  test("and a name, an address, a phone", () => {
    const said = find('"Citoyenne 12" alice@example.org 418-555-0192 citoyenne%2012');
    expect(new Set(said.map(({ kind }) => kind))).toEqual(new Set(["name", "e-mail address", "phone"]));
    for (const { around } of said) expect(around).not.toMatch(/12|alice|0192/);
  });

  test("that a request gives, valid or not", () => {
    expect(numbersIn(JSON.stringify({ nam: "abcd 9999 9999", note: `de ${nam}` }))).toEqual(["ABCD99999999", nam]);
  });
});

describe("the verdict", () => {
  const handed = (fields: Partial<HandedOver>): HandedOver => ({
    ...{ file: "a.test.ts", seen: { url: 0, log: 0, problem: 0, feed: 0, metrics: 0, process: 0 } },
    ...{ numbers: [], sightings: [] },
    ...fields,
  });
  const sighting = { channel: "log", test: "t", kind: "NAM", nam, around: "of [NAM]" } as const;

  test("a number in use counts wherever it stands, in whatever file it was given", () => {
    const inside = handed({ sightings: [{ ...sighting, exact: false }] });
    expect(faultsOf([inside], [])).toEqual([]);
    const [fault] = faultsOf([inside, handed({ file: "b.test.ts", numbers: [nam] })], []);
    expect(fault).toMatch(/^NAM in log: .*a\.test\.ts > t\n +of \[NAM\]$/);
  });

  test("one that nobody has given counts when it stands by itself", () => {
    expect(faultsOf([handed({ sightings: [{ ...sighting, exact: true }] })], [])).toHaveLength(1);
  });

  test("a channel of which nothing was seen counts when it was expected", () => {
    const seen = { url: 1, log: 1, problem: 1, feed: 0, metrics: 0, process: 1 };
    expect(faultsOf([handed({ seen, numbers: [nam] })], ["url", "log", "feed"])).toEqual([
      'nothing of the channel "feed" has been looked at',
    ]);
  });
});

// Each starts a run of its own: on a busy machine that takes a while.
describe("the end of a run", { timeout: 60_000 }, () => {
  test.concurrent("fails by what was said in any channel, tells where, and does not repeat it", async () => {
    const { code, output } = await runPlanted("leaky");
    expect(code).not.toBe(0);
    expect(output).toContain("1 passed");
    for (const channel of ["url", "log", "problem", "feed", "metrics", "process"])
      expect(output).toMatch(new RegExp(`NAM in ${channel}: \\S+leaky\\.planted\\.ts`));
    expect(output).toMatch(/name in log: \S+leaky\.planted\.ts/);
    expect(output.match(/NAM in process/g)).toHaveLength(2);
    expect(folded(output)).not.toMatch(/[A-Z]{4}80561/);
  });

  test.concurrent("passes when nothing was said", async () => {
    const { code, output } = await runPlanted("quiet");
    expect(output).toContain("canaries of the whole suite");
    expect(code, output).toBe(0);
  });

  test.concurrent("fails when nobody has listened, unless only a part was run", async () => {
    const blind = await runPlanted("blind");
    expect(blind.code).not.toBe(0);
    expect(blind.output).toContain('nothing of the channel "log" has been looked at');
    const part = await runPlanted("blind", "-t", "sees");
    expect(part.output).toContain("canaries of a part of the suite");
    expect(part.code, part.output).toBe(0);
  });
});

/** Vitest in a process of its own, over the cluster of this run. */
async function runPlanted(suite: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const vitest = fileURLToPath(new URL("vitest.mjs", import.meta.resolve("vitest/package.json")));
  const config = fileURLToPath(new URL("planted/vitest.config.ts", import.meta.url));
  const child = spawn(process.execPath, [vitest, "run", "--config", config, ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], DATABASE_URL: inject("clusterUrl"), PLANTED: suite },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, output: stdout + stderr };
}
