import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hub } from "../http/serve.ts";

export type HonoFetch = Hub["app"]["fetch"];

/** The connection of a request, when there is one. */
export interface Node {
  incoming?: IncomingMessage;
  outgoing?: ServerResponse;
}

/** The connection is reset; in process the fetch fails as undici's does. */
export function breakOff({ outgoing, incoming }: Node): Response {
  if (outgoing === undefined) throw new TypeError("fetch failed", { cause: new Error("ECONNRESET") });
  incoming?.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Until the time is over, the caller has gone, or the hub stops; without a time, for as long as the caller waits. */
export async function untilAbandoned(request: Request, closing: AbortSignal, milliseconds?: number): Promise<void> {
  const ends = [request.signal, closing];
  if (milliseconds !== undefined) ends.push(AbortSignal.timeout(milliseconds));
  const ended = AbortSignal.any(ends);
  if (ended.aborted) return;
  await new Promise<void>((resolve) => {
    ended.addEventListener(
      "abort",
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
