/** Stands between the vendor's software and the hub: writes down what goes by, and does what the scenario asks. */
import { createServer, request as forward } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refusedLines } from "./faults.ts";
import type { ActiveRule, Rule } from "./faults.ts";
import { asRecord } from "./requests.ts";
import type { Contract, RecordedRequest } from "./requests.ts";

export interface Proxy {
  url: string;
  /** What has arrived since the last `forget`. */
  readonly requests: readonly RecordedRequest[];
  /** The first rule that matches is the one that is met. */
  add(rule: Rule): ActiveRule;
  /** No rule any more, and an empty record. */
  forget(): void;
  stop(): Promise<void>;
}

/** The hub's discovery names its own token endpoint: software must be led back through the proxy. */
const DISCOVERY = "/.well-known/oauth-authorization-server";
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "host",
  "content-length",
  "accept-encoding",
]);

interface Running extends Rule {
  met: number;
}

export async function startProxy(hubUrl: string, contract: Contract, port = 0): Promise<Proxy> {
  const hub = new URL(hubUrl);
  let requests: RecordedRequest[] = [];
  let rules: Running[] = [];
  let number = 0;

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  // Long polls are longer than Node's own patience with a socket.
  server.requestTimeout = 0;
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  // A TCP server's address is an object.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const target = new URL(incoming.url ?? "/", hub);
    const arrived = performance.now();
    const body = await readAll(incoming);
    const method = incoming.method ?? "GET";
    const recorded: RecordedRequest = {
      number: (number += 1),
      at: arrived,
      method,
      url: incoming.url ?? "/",
      path: target.pathname,
      query: new URLSearchParams(target.search),
      operationId: contract.operationOf(method, target.pathname),
      headers: flat(incoming.headers),
      body: body.toString("utf8"),
      status: undefined,
      code: undefined,
      faulted: false,
    };
    requests.push(recorded);
    const rule = rules.find((it) => it.met < (it.times ?? Infinity) && it.matches(recorded));
    if (rule) rule.met += 1;
    const fault = rule?.fault;
    recorded.faulted = fault !== undefined;
    if (fault?.kind === "reset") return void outgoing.destroy();
    if (fault?.kind === "answer") {
      recorded.status = fault.status;
      const { code } = asRecord(fault.body);
      if (typeof code === "string") recorded.code = code;
      outgoing.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      return void outgoing.end(JSON.stringify(fault.body));
    }
    if (fault?.kind === "refusedLines") {
      recorded.status = 200;
      outgoing.writeHead(200, { "content-type": "application/x-ndjson" });
      return void outgoing.end(refusedLines(recorded.body, fault.code));
    }
    if (fault?.kind === "query") fault.change(target.searchParams);
    // What is only shown differently is the hub's own word all the same.
    if (fault?.kind === "query" || fault?.kind === "rewrite" || fault?.kind === "lines") recorded.faulted = false;
    const answer = await send(target, incoming, body, outgoing);
    const { statusCode: status = 502, headers } = answer;
    const isJson = /\bjson$|\+json|application\/json/.test(headers["content-type"] ?? "");
    const mustRead = isJson || fault !== undefined || target.pathname === DISCOVERY;
    if (!mustRead) {
      recorded.status = status;
      outgoing.writeHead(status, kept(headers));
      return void answer.pipe(outgoing);
    }
    let content = await readAll(answer);
    if (isJson) recorded.code = codeOf(status, content);
    if (fault?.kind === "lostResponse") return void outgoing.destroy();
    if (target.pathname === DISCOVERY) content = throughProxy(content, url);
    if (fault?.kind === "rewrite" && status < 300) {
      // The document's answers in JSON are objects.
      content = Buffer.from(JSON.stringify(fault.change(asRecord(JSON.parse(content.toString("utf8"))), recorded)));
    }
    if (fault?.kind === "lines" && status < 300) {
      const lines = content
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== "");
      content = Buffer.from(
        lines.map((line) => `${JSON.stringify(fault.change(asRecord(JSON.parse(line))))}\n`).join(""),
      );
    }
    recorded.status = status;
    outgoing.writeHead(status, { ...kept(headers), "content-length": content.length });
    if (fault?.kind === "truncated") {
      outgoing.write(content.subarray(0, Math.max(1, content.length >> 1)), () => outgoing.destroy());
      return;
    }
    outgoing.end(content);
  }

  return {
    url,
    get requests() {
      return requests;
    },
    add(rule) {
      const running: Running = { ...rule, met: 0 };
      rules.push(running);
      return {
        get met() {
          return running.met;
        },
        remove: () => void (rules = rules.filter((it) => it !== running)),
      };
    },
    forget() {
      requests = [];
      rules = [];
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function send(
  target: URL,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers: OutgoingHttpHeaders = {};
    for (const [name, value] of Object.entries(incoming.headers)) if (!HOP_BY_HOP.has(name)) headers[name] = value;
    if (body.length > 0) headers["content-length"] = body.length;
    const sent = forward(target, { method: incoming.method ?? "GET", headers }, resolve);
    sent.on("error", reject);
    // Who hangs up while the hub holds a poll frees it there too.
    outgoing.on("close", () => {
      if (!outgoing.writableFinished) sent.destroy();
    });
    sent.end(body);
  });
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A stream without an encoding gives Buffers.
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function flat(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));
}

function kept(headers: IncomingMessage["headers"]): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function codeOf(status: number, content: Buffer): string | undefined {
  if (status < 400) return undefined;
  try {
    const body = asRecord(JSON.parse(content.toString("utf8")));
    const code = body["code"] ?? body["error"];
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}

/** `issuer` stays the hub's: an assertion's `aud` is the hub, whoever carries it there. */
function throughProxy(content: Buffer, proxyUrl: string): Buffer {
  const metadata = asRecord(JSON.parse(content.toString("utf8")));
  for (const name of ["token_endpoint", "jwks_uri", "revocation_endpoint"]) {
    const value = metadata[name];
    if (typeof value === "string") metadata[name] = new URL(new URL(value).pathname, proxyUrl).href;
  }
  return Buffer.from(JSON.stringify(metadata));
}
