import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** Ends before any database is made. */
function called(args: readonly string[]): Promise<{ code: unknown; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, _stdout, said) => {
      resolve({ code: error?.code ?? 0, said });
    });
  });
}

test.each([
  [["sandbox", "--prot", "4800"], "prot is no option: --help names them\n"],
  [["sandbox", "--port", "70000"], "the port (--port or PORT) goes from 1 to 65535\n"],
])("%j starts nothing, and is told why in a sentence", async (args, sentence) => {
  expect(await called(args)).toEqual({ code: 2, said: sentence });
});
