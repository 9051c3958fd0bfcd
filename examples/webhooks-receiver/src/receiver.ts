import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { verifyWebhook, WebhookVerificationError } from "@arrimage/sdk/webhooks";
import type { ReceivedWebhook } from "@arrimage/sdk/webhooks";

/**
 * Receives the hub's webhooks: verifies them, answers at once, and hands each on once. The work itself is done afterwards,
 * since the hub waits for the answer and sends again what is not answered.
 */
export function createReceiver(options: {
  /** The endpoint's; two of them while the secret is being changed. */
  secrets: () => readonly string[];
  /** Each event once, whatever was sent twice. It must not fail: what has to last is written down first. */
  receive: (event: ReceivedWebhook) => void;
  onRefused?: (reason: string) => void;
}): Server {
  const seen = new Set<string>();
  return createServer((request, response) => {
    void answer(request).then((status) => response.writeHead(status).end());
  });

  async function answer(request: IncomingMessage): Promise<number> {
    if (request.method !== "POST") return 405;
    try {
      const event = await verifyWebhook(options.secrets(), request.headers, await bodyOf(request));
      // The same over all its attempts. A receiver of several processes keeps it in its database.
      const id = String(request.headers["webhook-id"]);
      if (!seen.has(id)) options.receive(event);
      seen.add(id);
      return 204;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) return 500;
      options.onRefused?.(error.reason);
      return 400;
    }
  }
}

/** As it came. What a JSON parser has written again is another text, and its signature does not fit. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // Changes are small: nobody but a stranger sends more.
    if (length > 64 * 1024) throw new WebhookVerificationError("body", "too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
