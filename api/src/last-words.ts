import { causesOf, failureFields } from "./log.ts";
import type { Log } from "./log.ts";

/** What a process says when it cannot go on. Node would print an error whole: a database error with the values it is about. */

/** What nobody has caught ends the process, as it would by itself. */
export function endOnUncaught(log: Log): void {
  const end = (error: unknown): void => {
    log.error("process ends", failureFields(error));
    process.exit(1);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

/** SQLSTATE classes of what concerns rows, not the server: data exceptions, integrity, views' checks, raised ones. */
const aboutRows = /^(22|23|44|P0)/;

/** A failure to start, for a person to read: the database's own words only as far as they concern the server. */
export function withoutValues(error: unknown): unknown {
  const answer = error instanceof Error ? causesOf(error).find(({ name }) => name === "PostgresError") : undefined;
  if (answer === undefined) return error;
  const { code = "", constraint } = failureFields(answer);
  const words = aboutRows.test(code) ? (constraint ?? "a row is not what it must be") : answer.message;
  return new Error(`the database refused (${code}): ${words}`);
}
