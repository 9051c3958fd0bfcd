import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Node } from "./connection-faults.ts";

const drops = 10;

/** The first chunk of the body (of most answers: all of it) comes drop by drop. */
export function dripped(response: Response, milliseconds: number): Response {
  let first = true;
  const drip = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      const size = first ? Math.ceil(chunk.byteLength / drops) : chunk.byteLength;
      for (let at = 0; at < chunk.byteLength; at += size) {
        if (first) await new Promise((resolve) => setTimeout(resolve, milliseconds / drops));
        controller.enqueue(chunk.subarray(at, at + size));
      }
      first = false;
    },
  });
  return withBody(response, response.body?.pipeThrough(drip) ?? null);
}

/** Half of what was to come first, then the connection breaks. */
export async function truncated(response: Response, { incoming, outgoing }: Node): Promise<Response> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  const reader = body?.getReader();
  const value = (await reader?.read())?.value ?? new Uint8Array();
  await reader?.cancel();
  const half = value.subarray(0, Math.floor(value.byteLength / 2));
  if (outgoing === undefined) {
    let given = false;
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (given) controller.error(new TypeError("terminated"));
        else controller.enqueue(half);
        given = true;
      },
    });
    return withBody(response, broken);
  }
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    "content-length": String(value.byteLength),
  });
  await new Promise<void>((resolve) => {
    outgoing.write(half, () => {
      resolve();
    });
  });
  incoming?.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

function withBody(response: Response, body: ReadableStream<Uint8Array> | null): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(body, { status: response.status, headers });
}
