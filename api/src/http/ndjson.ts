import type { z } from "@hono/zod-openapi";
import { violation } from "../domain/decision.ts";
import type { Language } from "../domain/problems.ts";
import { needContent, textOf } from "./request.ts";
import { checkLine } from "./validation.ts";
import type { LineRead } from "./validation.ts";

export const linesLimit = 10_000;
const lineLimitBytes = 65_536;
const newline = 0x0a;

/**
 * The lines of an NDJSON body as they arrive; a line that is not an object of the schema is answered as such, the rest
 * goes on. Another type of content is refused at once: once the answer streams, its status is said.
 */
export function readLines(request: Request, schema: z.ZodType, language: Language): AsyncIterable<LineRead> {
  needContent(request, "application/x-ndjson");
  return linesOf(request.body, schema, language);
}

async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  schema: z.ZodType,
  language: Language,
): AsyncIterable<LineRead> {
  let count = 0;
  for await (const bytes of byteLines(body)) {
    if (bytes.every(isBlank)) continue;
    count += 1;
    if (count > linesLimit) {
      yield { ok: false, violations: [violation("CONTRACT", "BODY_TOO_LARGE")] };
      return;
    }
    yield readLine(bytes, schema, language);
  }
}

/** Space, tab or carriage return. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function readLine(bytes: Uint8Array, schema: z.ZodType, language: Language): LineRead {
  if (bytes.length > lineLimitBytes) return { ok: false, violations: [violation("CONTRACT", "BODY_TOO_LARGE")] };
  let value: unknown;
  try {
    value = JSON.parse(textOf(bytes));
  } catch {
    return { ok: false, violations: [violation("CONTRACT", "MALFORMED_BODY")] };
  }
  return checkLine(schema, value, language);
}

/** The lines of a body in chunks. Of a line that is too long only its beginning is kept, enough to refuse it as such. */
async function* byteLines(body: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  if (body === null) return;
  let line: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, lineLimitBytes + 1 - length);
    line.push(kept);
    length += kept.length;
  };
  const whole = () => {
    const bytes = Buffer.concat(line);
    [line, length] = [[], 0];
    return bytes;
  };
  for await (const chunk of body) {
    let from = 0;
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, to));
      yield whole();
      from = to + 1;
    }
    // A copy: the chunk may be large, and what is left of it small.
    add(chunk.slice(from));
  }
  yield whole();
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
