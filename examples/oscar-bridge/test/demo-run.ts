import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import type { Outcome } from "../src/outcome.ts";
import { emptyFolder } from "./folders.ts";

/** The demo as a person starts it: a process with a hub and a database of its own. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

const healthNumber = /(?<![a-z\d])[a-z]{4}[ -]?\d{4}[ -]?\d{4}(?![a-z\d])/i;

const program = join(import.meta.dirname, "..", "src", "demo.ts");
/** Far more than it needs; one that hangs is ended, so that no hub outlives the tests. */
const LIMIT_MS = 80_000;

export function runDemo(
  args: readonly string[],
  {
    env = {},
    onStderr,
  }: { env?: Record<string, string>; onStderr?: (child: ChildProcess, stderr: string) => void } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=arrimage-source", program, ...args], {
      timeout: LIMIT_MS,
      env: { ...process.env, ...env },
    });
    const ran: Ran = { code: null, stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (ran.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => {
      ran.stderr += chunk.toString();
      onStderr?.(child, ran.stderr);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      // Neither the bridge nor its hub says a patient's number.
      if (healthNumber.test(ran.stdout + ran.stderr)) reject(new Error("the demo printed a health insurance number"));
      else resolve({ ...ran, code });
    });
  });
}

/** With `--json`, standard output must be one JSON object and nothing else. */
export async function runForOutcome(
  agenda: string,
  ...args: string[]
): Promise<{ outcome: Outcome; code: number | null }> {
  const { code, stdout, stderr } = await runDemo([
    ...["--json", "--agenda", agenda, "--out", join(emptyFolder(), "out")],
    ...args,
  ]);
  expect(stdout, stderr).toMatch(/^\{[^]*\}\n$/);
  // Its figures are what the tests look at.
  return { outcome: JSON.parse(stdout) as Outcome, code };
}
