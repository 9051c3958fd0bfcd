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

/** The lines of a text in chunks. Of a line that is too long only its beginning is kept, enough to refuse it as such. */
async function* textLines(body: ReadableStream<Uint8Array> | null): AsyncIterable<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    rest = (rest + first).slice(0, lineLimitBytes + 1);
    for (const other of others) {
      yield rest;
      rest = other.slice(0, lineLimitBytes + 1);
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/**
 * Result lines as a stream that is pulled: a slow reader slows the work down instead of filling memory. A failure breaks
 * the answer off; its cause goes to `failed`, never to the server, which would print its message.
 */
export function writeLines(
  lines: AsyncIterable<unknown>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      } catch (error) {
        failed(error);
        controller.error(new Error("the answer broke off"));
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
