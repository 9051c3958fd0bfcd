import type { z } from "@hono/zod-openapi";
import { refusal, violation } from "../domain/decision.ts";
import type { Language } from "../domain/problems.ts";
import { checkLine } from "./validation.ts";
import type { LineRead } from "./validation.ts";

export const linesLimit = 10_000;
const lineLimitBytes = 65_536;

/**
 * The lines of an NDJSON body as they arrive; a line that is not an object of the schema is answered as such, the rest
 * goes on. Another type of content is refused at once: once the answer streams, its status is said.
 */
export function readLines(request: Request, schema: z.ZodType, language: Language): AsyncIterable<LineRead> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-ndjson") throw refusal("UNSUPPORTED_MEDIA_TYPE");
  return linesOf(request.body, schema, language);
}

async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  schema: z.ZodType,
  language: Language,
): AsyncIterable<LineRead> {
  let count = 0;
  for await (const text of textLines(body)) {
    if (text.trim() === "") continue;
    count += 1;
    if (count > linesLimit) {
      yield { ok: false, violations: [violation("CONTRACT", "BODY_TOO_LARGE")] };
      return;
    }
    yield readLine(text, schema, language);
  }
}

function readLine(text: string, schema: z.ZodType, language: Language): LineRead {
  if (text.length > lineLimitBytes) return { ok: false, violations: [violation("CONTRACT", "BODY_TOO_LARGE")] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, violations: [violation("CONTRACT", "MALFORMED_BODY")] };
  }
  return checkLine(schema, value, language);
}

async function* textLines(body: ReadableStream<Uint8Array> | null): AsyncIterable<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
    if (rest.length > lineLimitBytes) {
      // Its end may never come: the line is answered as too long, and what follows is not read.
      yield rest;
      return;
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/** Result lines as a stream that is pulled: a slow reader slows the work down instead of filling memory. */
export function writeLines(lines: AsyncIterable<unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
