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
  const frames = framesOf(error);
  if (frames.length > 0) fields.stack = frames.slice(0, 8).join("\n");
  for (const each of causesOf(error)) {
    if ("code" in each && typeof each.code === "string") fields.code ??= each.code;
    if ("constraint_name" in each && typeof each.constraint_name === "string")
      fields.constraint ??= each.constraint_name;
  }
  return fields;
}

/** The message comes first, in lines of its own; one of them may look like a frame. */
function framesOf({ stack = "", message }: Error): string[] {
  const at = stack.indexOf(message);
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at "));
}

/** The error itself first: Drizzle wraps what the driver throws. */
export function causesOf(error: Error): Error[] {
  return error.cause instanceof Error ? [error, ...causesOf(error.cause)] : [error];
}
