import { pino } from "pino";
import type { Logger } from "pino";

export type { Logger };

/**
 * Structured logs on standard error. What may be logged is a list, not what may not: nothing personal can slip in by
 * being attached to an object. Database errors are logged by their code and constraint only.
 */
export interface LogFields {
  requestId?: string;
  operationId?: string;
  status?: number;
  durationMs?: number;
  actorKind?: string;
  code?: string;
  constraint?: string;
  errorName?: string;
  stack?: string;
  job?: string;
  count?: number;
}

export interface Log {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export function createLog(
  level: "silent" | "info" | "error",
  destination: { write(line: string): void } = process.stderr,
): Log {
  const logger = pino({ level, base: null }, destination);
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}

/** What of a failure may be logged: its kind and where it happened, never its message (it may hold bound values). */
export function failureFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const fields: LogFields = { errorName: error.name };
  const frames = error.stack?.split("\n").filter((line) => line.trimStart().startsWith("at "));
  if (frames !== undefined && frames.length > 0) fields.stack = frames.slice(0, 8).join("\n");
  if ("code" in error && typeof error.code === "string") fields.code = error.code;
  if ("constraint_name" in error && typeof error.constraint_name === "string")
    fields.constraint = error.constraint_name;
  return fields;
}
