import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openQueue, prepareQueue } from "../src/db/queue.ts";
import { createWebhookSender } from "../src/features/webhook-deliveries/sender.ts";
import { untilSent } from "../src/features/webhook-deliveries/until-sent.ts";
import type { WebhookEndpointWithSecret } from "../src/features/webhook-endpoints/schema.ts";
import { dispatchWebhooks } from "../src/jobs/dispatch-webhooks.ts";
import { saw } from "./canaries/canaries.ts";
import type { TestHub } from "./harness.ts";

/** Those at both ends of a webhook: somebody who listens, and the hub's sender, which no test runs unless it starts one. */

export interface Received {
  id: string;
  timestamp: string;
  signature: string;
  body: string;
  event: {
    type: string;
    timestamp: string;
    data: {
      establishmentId: string;
      objectId: string;
      seq: number;
      prevSeq: number;
      version: number;
      status: string | null;
    };
  };
}

/** What a receiver answers: a status, with headers if need be; nothing at all; or a broken connection. */
export type Reply = number | { status: number; headers: Record<string, string> } | "silence" | "reset";

export interface Receiver {
  url: string;
  /** Whatever has come, whatever was answered. */
  received: Received[];
  /** How many are being answered at this moment, at most, so far. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

export async function aReceiver(
  reply: (message: Received, nth: number) => Reply | Promise<Reply> = () => 204,
): Promise<Receiver> {
  const received: Received[] = [];
  let now = 0;
  let most = 0;
  const server = createServer((request, response) => {
    now += 1;
    most = Math.max(most, now);
    response.on("close", () => (now -= 1));
    void (async () => {
      const message = await messageOf(request);
      received.push(message);
      const answer = await reply(message, received.length);
      if (answer === "silence") return;
      if (answer === "reset") {
        request.socket.destroy();
        return;
      }
      const { status, headers } = typeof answer === "number" ? { status: answer, headers: {} } : answer;
      response.writeHead(status, headers).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/hooks`,
    received,
    mostAtOnce: () => most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function messageOf(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  // A request is read as the bytes that it is sent as.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  saw("feed", body);
  const header = (name: string) => String(request.headers[name] ?? "");
  return {
    id: header("webhook-id"),
    timestamp: header("webhook-timestamp"),
    signature: header("webhook-signature"),
    body,
    event: JSON.parse(body) as Received["event"],
  };
}

export interface TestSender {
  /** Looks for what was written, makes deliveries of it, and waits until nothing is left that is due. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/** The hub's sender over this hub's database. */
export async function aSender(hub: TestHub): Promise<TestSender> {
  await prepareQueue(hub.database.url);
  const queue = await openQueue(hub.database.url, (error) => {
    throw error;
  });
  const sender = createWebhookSender(hub.deps, queue, { everyMs: 20 });
  sender.start();
  return {
    async run() {
      while ((await dispatchWebhooks.run(hub.deps)).more);
      await untilSent(hub.deps);
    },
    async close() {
      await sender.stop();
      await queue.close();
    },
  };
}

/** An endpoint of this machine; the address is the receiver's. */
export async function anEndpoint(
  hub: TestHub,
  { token }: { token: string },
  { url }: { url: string },
  fields: { eventTypes?: readonly string[] } = {},
): Promise<WebhookEndpointWithSecret> {
  const { status, body } = await hub.request<WebhookEndpointWithSecret>("POST", "/v1/webhook-endpoints", {
    as: token,
    body: { url, ...fields },
  });
  if (status !== 201) throw new Error(`no endpoint: ${JSON.stringify(body)}`);
  return body;
}
