import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import postgres from "postgres";
import { expect, test } from "vitest";
import { withoutValues } from "./last-words.ts";

const nam = "TREM80561509";

/** As postgres.js throws it. */
function databaseError(fields: Record<string, string>): Error {
  // Its constructor takes what the server sent; the package's types say a message.
  return new postgres.PostgresError(fields as unknown as string);
}

test.each([
  [
    "a row",
    databaseError({ message: `duplicate key: ${nam}`, code: "23505", detail: nam, constraint_name: "person_pkey" }),
    "the database refused (23505): person_pkey",
  ],
  [
    "a value",
    databaseError({ message: `invalid input syntax for type integer: "${nam}"`, code: "22P02" }),
    "the database refused (22P02): a row is not what it must be",
  ],
  [
    "the server",
    databaseError({ message: `database "hub" does not exist`, code: "3D000" }),
    `the database refused (3D000): database "hub" does not exist`,
  ],
])("a start that fails because of %s says so, and no value", (_title, error, expected) => {
  for (const thrown of [error, new Error(`Failed query: … params: ${nam}`, { cause: error })]) {
    const said = withoutValues(thrown);
    expect(said).toEqual(new Error(expected));
    expect(Object.keys(said as Error)).toEqual([]);
  }
});

test("another failure to start stays as it is", () => {
  const error = new Error("PORT must be a whole number");
  expect(withoutValues(error)).toBe(error);
});

test.each(["throw", "reject"])("what nobody catches ends the process without its words: %s", async (how) => {
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { createLog } from ${module("log.ts")};
    import { endOnUncaught } from ${module("last-words.ts")};
    endOnUncaught(createLog("error"));
    const error = Object.assign(new Error("LEAKED"), { code: "23505", detail: "LEAKED", constraint_name: "a_key" });
    setTimeout(() => { ${how === "throw" ? "throw error" : "void Promise.reject(error)"} }, 1);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(child.exitCode).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ msg: "process ends", code: "23505", constraint: "a_key" });
  expect(stdout + stderr).not.toContain("LEAKED");
});
