import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openPoints, scoreOf, withScore } from "../mutation/document.ts";
import type { Report } from "../mutation/document.ts";
import { facts, families } from "../mutation/families.ts";

test("every file of the domain belongs to one family of npm run mutate, or holds facts only", async () => {
  const domain = await readdir(new URL("../src/domain/", import.meta.url));
  const files = domain.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const named = [...Object.values(families).flat(), ...facts];
  expect(files.filter((file) => !named.includes(file))).toEqual([]);
  expect(named.filter((file, index) => named.indexOf(file) !== index)).toEqual([]);
});

test("docs/mutation.md names no family below the least score, and no survivor without its reason", async () => {
  expect(openPoints(await readFile(new URL("../../docs/mutation.md", import.meta.url), "utf8"))).toEqual([]);
});

const at = (line: number, from: number, to: number) => ({
  start: { line, column: from },
  end: { line, column: to },
});

function report(source: string, ...mutants: Report["files"][string]["mutants"]): Report {
  return { files: { "src/domain/seat.ts": { source, mutants } } };
}

const mutant = (status: string, replacement: string, location = at(1, 1, 6)) => ({
  mutatorName: "EqualityOperator",
  replacement,
  status,
  location,
});

test("a score counts what no test reaches as surviving, and what cannot be tried not at all", () => {
  const score = scoreOf(
    "seats",
    report("a < b", mutant("Killed", "a"), mutant("Timeout", "b"), mutant("NoCoverage", "c"), mutant("Ignored", "d")),
  );
  expect(score).toEqual({
    family: "seats",
    files: ["seat.ts"],
    mutants: 3,
    survivors: ["`seat.ts:1` EqualityOperator `a < b` → `c`"],
  });
});

test("a survivor keeps its reason while it survives, though its line moves; a new one asks for its reason", () => {
  const before = withScore("# Mutation\n", scoreOf("seats", report("a < b", mutant("Survived", "a <= b"))));
  expect(openPoints(before)).toEqual([
    "seats: 0.0 %",
    "- `seat.ts:1` EqualityOperator `a < b` → `a <= b`: **no reason yet**",
  ]);
  const explained = before.replace("**no reason yet**", "a: b are never equal.");
  const moved = report("\na < b", mutant("Survived", "a <= b", at(2, 1, 6)), mutant("Survived", "`${a}`", at(2, 1, 6)));
  const after = withScore(explained, scoreOf("seats", moved));
  expect(after).toContain("- `seat.ts:2` EqualityOperator `a < b` → `a <= b`: a: b are never equal.\n");
  expect(openPoints(after)).toContain("- `seat.ts:2` EqualityOperator `a < b` → `` `${a}` ``: **no reason yet**");
  expect(withScore(after, scoreOf("seats", moved))).toBe(after);
  expect(withScore(after, { family: "seats", files: [], mutants: 2, survivors: [] })).not.toContain("### seats");
});
