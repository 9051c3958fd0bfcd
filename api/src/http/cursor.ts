import { refusal } from "../domain/decision.ts";
import type { Secrets } from "../secrets.ts";

/**
 * Opaque cursors: a position and a keyed hash of it and of what it was made for (operation, filters, reader).
 * Altered, or used for another question, it is refused.
 */
export function writeCursor(secrets: Secrets, madeFor: string, position: unknown): string {
  const text = Buffer.from(JSON.stringify(position)).toString("base64url");
  return `${text}.${secrets.keyedHash(`cursor|${madeFor}`, text).slice(0, 22)}`;
}

/** The position of a cursor; its shape is the writer's, who is the only one to hold the key. `pointer`: where it was given. */
export function readCursor<T>(secrets: Secrets, madeFor: string, cursor: string, pointer = "/query/cursor"): T {
  const [text, mark] = cursor.split(".");
  if (text === undefined || mark !== secrets.keyedHash(`cursor|${madeFor}`, text).slice(0, 22))
    throw refusal("CURSOR_INVALID", pointer);
  return JSON.parse(Buffer.from(text, "base64url").toString()) as T;
}
