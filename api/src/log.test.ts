import postgres from "postgres";
import { expect, test } from "vitest";
import { createLog, failureFields } from "./log.ts";

/** What becomes of an error's own words. The database's hold the values of the query, so a patient's data. */

const nam = "TREM80561509";

/** As postgres.js throws it. */
function databaseError(fields: Record<string, string>): Error {
  // Its constructor takes what the server sent; the package's types say a message.
  return new postgres.PostgresError(fields as unknown as string);
}

/** As Drizzle throws it. */
function wrapped(cause: Error): Error {
  const error = new Error(`Failed query: insert into "person" values ($1)\nparams: ${nam},at ${nam}`, { cause });
  return Object.assign(error, { params: [nam] });
}

const duplicate = databaseError({
  ...{ message: `duplicate key value violates unique constraint "person_pkey"`, code: "23505" },
  ...{ detail: `Key (nam)=(${nam}) already exists.`, constraint_name: "person_pkey", where: nam },
});

test("a database error is logged by its code and constraint", () => {
  const { stack, ...fields } = failureFields(duplicate);
  expect(fields).toEqual({ errorName: "PostgresError", code: "23505", constraint: "person_pkey" });
  expect(stack).toMatch(/^ +at .*log\.test\.ts/);
});

test("so is one that Drizzle has wrapped", () => {
  const { stack, ...fields } = failureFields(wrapped(duplicate));
  expect(fields).toEqual({ errorName: "Error", code: "23505", constraint: "person_pkey" });
  expect(stack).toMatch(/^ +at .*log\.test\.ts/);
});

test.each([
  ["a value of several lines, one like a frame", new Error(`invalid input: "a\n    at ${nam} (b.ts:1:1)\n"`)],
  ["a message that was changed afterwards", Object.assign(new Error(`of\n    at ${nam}`), { message: "changed" })],
  ["an error without a message", Object.assign(new Error(), { detail: nam })],
  ["what is no error", { message: nam, stack: `at ${nam}` }],
  ["a text", nam],
])("nothing is logged of %s", (_title, error) => {
  const lines: string[] = [];
  createLog("error", { write: (line) => lines.push(line) }).error("failed", failureFields(error));
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toContain(nam);
});
