/** Answers that come line by line (`application/x-ndjson`). */
import type { Failed } from "./exchange.ts";
import type { TimeLimit } from "./time-limit.ts";

/**
 * The lines of an answer, as they arrive; they can be read once. The request is sent at once, read or not.
 *
 * A call that is cut off throws ArrimageConnectionError after the lines that came: do not take their end for the end.
 */
export interface LineStream<T> extends AsyncIterable<T> {
  /** All lines. */
  collect(): Promise<T[]>;
}

export function lineStream<T>(opening: Promise<AsyncIterable<T>>): LineStream<T> {
  let read = false;
  async function* lines(): AsyncGenerator<T> {
    if (read) throw new Error("These lines have been read already: a stream is read once.");
    read = true;
    yield* await opening;
  }
  return {
    [Symbol.asyncIterator]: lines,
    async collect() {
      const all: T[] = [];
      for await (const line of lines()) all.push(line);
      return all;
    },
  };
}

export interface Expected {
  /** At least so many: one for each line sent. */
  lines: number;
  /** The `type` of the last one. */
  endLine?: string | undefined;
}

/**
 * Parses a body into its lines. Leaving the loop early closes the connection.
 *
 * @param expected what tells a whole answer from one that was cut off between two lines
 */
export async function* readLines(
  response: Response,
  limit: TimeLimit,
  expected: Expected,
  failed: Failed,
): AsyncGenerator<unknown> {
  let received = 0;
  let last: unknown;
  try {
    let rest = "";
    for await (const text of decodedChunks(response, limit, failed)) {
      const pieces = (rest + text).split("\n");
      rest = pieces.pop() ?? "";
      for (const piece of pieces) {
        if (piece.trim() === "") continue;
        received += 1;
        last = parseLine(piece, received, failed);
        yield last;
      }
    }
    if (rest.trim() !== "") {
      received += 1;
      last = parseLine(rest, received, failed);
      yield last;
    }
    const { lines, endLine } = expected;
    if (received < lines) failed(new Error(`the answer ended after ${received} of ${lines} lines`));
    if (endLine !== undefined && typeOf(last) !== endLine)
      failed(new Error(`the answer ended after ${received} lines without its last, of type "${endLine}"`));
  } finally {
    limit.abort();
  }
}

function typeOf(line: unknown): unknown {
  return typeof line === "object" && line !== null && "type" in line ? line.type : undefined;
}

async function* decodedChunks(response: Response, limit: TimeLimit, failed: Failed): AsyncGenerator<string> {
  if (!response.body) return;
  const reader = response.body.getReader();
  // Not TextDecoderStream: its types differ between the DOM's and Node's, and this is as short.
  const decoder = new TextDecoder();
  while (true) {
    limit.restart();
    const { done, value } = await limit.race(reader.read()).catch(failed);
    limit.pause();
    if (done) break;
    yield decoder.decode(value, { stream: true });
  }
  yield decoder.decode();
}

/** The content is not repeated in the error: it may hold what nobody's log should. */
function parseLine(line: string, number: number, failed: Failed): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return failed(new Error(`line ${number} of the answer is not JSON: it was probably cut off`));
  }
}
