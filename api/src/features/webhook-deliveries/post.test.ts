import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { generateKeyPairSync } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { post } from "./post.ts";
import type { Posting } from "./post.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has an address and a port.
  return (server.address() as AddressInfo).port;
}

function sent(url: string, posting: Partial<Posting> = {}) {
  const body = { url, headers: { "webhook-id": "msg_1" }, body: "{}" };
  return post(body, {
    mode: "sandbox",
    resolve: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
    timeoutMs: 500,
    wall: () => Date.parse("2027-03-08T14:00:00Z"),
    signal: new AbortController().signal,
    ...posting,
  });
}

const refused = { kind: "unanswered", reason: "addressRefused" };

test("SYNC-60 in production nothing of this machine or of a network of its own is called, whatever name leads there", async () => {
  let asked = 0;
  const port = await listening(createServer(() => (asked += 1)));
  for (const url of [
    `http://127.0.0.1:${String(port)}/`,
    `http://agenda.example.org:${String(port)}/`,
    "https://[::1]/",
  ])
    expect(await sent(url, { mode: "production" })).toEqual(refused);
  const metadata = { address: "169.254.169.254", family: 4 };
  expect(await sent("https://agenda.example.org/", { resolve: () => Promise.resolve([metadata]) })).toEqual(refused);
  expect(asked).toBe(0);
});

test("SYNC-65 an answer without an end counts by its status, and is not listened to", async () => {
  let closed = 0;
  const port = await listening(
    createServer((_, response) => {
      response.on("close", () => (closed += 1));
      response.writeHead(200, { "content-type": "text/html" });
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(16_384)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    }),
  );
  const answer = await sent(`http://127.0.0.1:${String(port)}/`);
  expect(answer).toEqual({ kind: "answered", status: 200, retryAfterMs: null });
  await expect.poll(() => closed).toBe(1);
});

test("SYNC-64 Retry-After is seconds or a date, or nothing that is understood", async () => {
  const texts = ["120", "Mon, 08 Mar 2027 14:05:00 GMT", "Mon, 08 Mar 2027 13:00:00 GMT", "soon"];
  const port = await listening(
    createServer((_, response) => {
      response.writeHead(503, { "retry-after": texts.shift() ?? "" }).end();
    }),
  );
  const told: unknown[] = [];
  for (let i = 0; i < 4; i++) told.push(await sent(`http://127.0.0.1:${String(port)}/`));
  expect(told).toMatchObject([120_000, 300_000, 0, null].map((retryAfterMs) => ({ status: 503, retryAfterMs })));
});

test("SYNC-65 what is no answer, and why", async () => {
  const plain = await listening(createServer((request) => request.socket.destroy()));
  const [key, silent] = [generateKeyPairSync("rsa", { modulusLength: 2048 }), await listening(createServer())];
  const tls = await listening(createTlsServer({ key: key.privateKey.export({ type: "pkcs8", format: "pem" }) }));
  const reasons = async (url: string, posting?: Partial<Posting>) => {
    const answer = await sent(url, posting);
    return answer === "aborted" || answer.kind === "answered" ? answer : answer.reason;
  };
  const unknown = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
  expect(await reasons(`http://127.0.0.1:${String(plain)}/`)).toBe("reset");
  expect(await reasons("http://127.0.0.1:1/")).toBe("refused");
  expect(await reasons("https://agenda.example.org/", { resolve: () => Promise.reject(unknown) })).toBe("dns");
  expect(await reasons(`https://127.0.0.1:${String(tls)}/`)).toBe("tls");
  expect(await reasons(`http://127.0.0.1:${String(silent)}/`)).toBe("timeout");
  const gone = AbortSignal.timeout(50);
  expect(await reasons(`http://127.0.0.1:${String(silent)}/`, { signal: gone })).toBe("aborted");
});
