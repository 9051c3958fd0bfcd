import { glob, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** `npm run rule SLOT-07`: where a rule lives, and which tests would fail without it. */
const id = process.argv[2];
if (id === undefined || !/^[A-Z]+-\d+$/.test(id)) {
  process.stderr.write("usage: npm run rule SLOT-07\n");
  process.exit(2);
}

const sources = fileURLToPath(new URL(".", import.meta.url));
const found = { code: [] as string[], tests: [] as string[] };
for await (const file of glob("**/*.ts", { cwd: sources })) {
  const lines = (await readFile(`${sources}${file}`, "utf8")).split("\n");
  const hits = lines.flatMap((line, index) =>
    names(line, id) ? [`  ${file}:${String(index + 1)}  ${line.trim()}`] : [],
  );
  (file.endsWith(".test.ts") ? found.tests : found.code).push(...hits);
}
process.stdout.write(`${id}\n\ncode\n${found.code.join("\n")}\n\ntests\n${found.tests.join("\n")}\n`);
if (found.code.length + found.tests.length === 0) process.exit(1);

/** The id itself, or a range of ids that it falls in: `SLOT-05 to SLOT-07`. */
function names(line: string, rule: string): boolean {
  if (new RegExp(`\\b${rule}\\b`).test(line)) return true;
  const [family = "", number = ""] = rule.split("-");
  const ranges = line.matchAll(new RegExp(`\\b${family}-(\\d+) to (?:${family}-)?(\\d+)\\b`, "g"));
  return [...ranges].some(([, from, to]) => Number(from) <= Number(number) && Number(number) <= Number(to));
}
