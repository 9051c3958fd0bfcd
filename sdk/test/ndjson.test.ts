import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../src/client.ts";
import { ArrimageConnectionError } from "../src/problems.ts";
import type { ClinicOperations } from "./generated/clinic.ts";
import { clinicOperations } from "./generated/clinic.ts";
import { failure, fakeHub, problem, slot } from "./fake-hub.ts";

const line = (externalId: string) => ({ externalId, startAt: slot.startAt });
const unchanged = '{"outcome":"unchanged","slot":{"id":"slt_é"}}\n';
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** A real server, for what only a socket shows: arrival in pieces, and its end. */
async function serve(listener: RequestListener): Promise<ClinicOperations> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  return connect<ClinicOperations>(clinicOperations, { baseUrl: `http://127.0.0.1:${port}` });
}

test("lines are sent as NDJSON from an array, a generator or an async one", async () => {
  const hub = fakeHub(new Response(unchanged + unchanged));
  function* generated() {
    yield* [line("a"), line("b")];
  }
  async function* later() {
    yield* [line("a"), line("b")];
  }
  for (const body of [[line("a"), line("b")], generated(), later()]) await hub.client().slots.batch({ body }).collect();
  const sent = `${JSON.stringify(line("a"))}\n${JSON.stringify(line("b"))}\n`;
  expect(hub.sent.map(({ body }) => body)).toEqual([sent, sent, sent]);
  expect(hub.sent[0]?.headers.get("content-type")).toBe("application/x-ndjson");
  expect(hub.sent[0]?.headers.get("accept")).toBe("application/x-ndjson, application/problem+json");
});

test("lines are parsed wherever their bytes are cut", async () => {
  const bytes = new TextEncoder().encode(`${unchanged}\r\n${unchanged}${unchanged.trimEnd()}`);
  for (const size of [1, 2, 7, bytes.length]) {
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
        controller.close();
      },
    });
    const results = await fakeHub(new Response(pieces)).client().snapshots.create().collect();
    expect(results).toEqual(new Array(3).fill(JSON.parse(unchanged)));
  }
});

test("results are read while the hub is still working", async () => {
  let goOn = (): void => undefined;
  const client = await serve((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/x-ndjson" }).write(unchanged);
    goOn = () => response.end(unchanged);
  });
  const seen: string[] = [];
  for await (const { outcome } of client.slots.batch({ body: [line("a"), line("b")] })) {
    seen.push(outcome);
    // The second line is written only once the first has been read.
    if (seen.length === 1) goOn();
  }
  expect(seen).toEqual(["unchanged", "unchanged"]);
});

test("the request is sent at once, and its lines can be read once", async () => {
  const hub = fakeHub(new Response(unchanged));
  const results = hub.client().slots.batch({ body: [line("a")] });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(hub.sent).toHaveLength(1);
  expect(await results.collect()).toHaveLength(1);
  expect(String(await failure(results.collect()))).toContain("read already");
});

test("a refusal of the whole batch is a problem", async () => {
  const hub = fakeHub(problem(415, "UNSUPPORTED_MEDIA_TYPE"));
  expect(await failure(hub.client().slots.batch({ body: [] }).collect())).toMatchObject({
    code: "UNSUPPORTED_MEDIA_TYPE",
  });
});

test("a connection that breaks throws after the lines that came", async () => {
  const client = await serve((request, response) => {
    request.resume();
    response.writeHead(200).write(unchanged, () => setTimeout(() => response.destroy(), 20));
  });
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const result of client.slots.batch({ body: [line("a"), line("b")] })) seen.push(result);
  })();
  const error = await failure(reading);
  expect(error).toBeInstanceOf(ArrimageConnectionError);
  expect(error).toMatchObject({ maybeReceived: true });
  expect(seen).toHaveLength(1);
});

test.each([
  ["an end between two lines", unchanged, "the answer ended after 1 of 2 lines"],
  ["an end within a line", unchanged + unchanged.slice(0, 20), "line 2 of the answer is not JSON"],
])("%s is an error: results are missing", async (_, answer, message) => {
  const hub = fakeHub(new Response(answer));
  const error = await failure(
    hub
      .client()
      .slots.batch({ body: [line("a"), line("b")] })
      .collect(),
  );
  expect(error).toBeInstanceOf(ArrimageConnectionError);
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain("slt_");
});

describe("an answer that has a last line", () => {
  const object = JSON.stringify({ type: "object", object: slot });
  const end = JSON.stringify({ type: "end", cursor: "c-1" });

  test("is whole with it, and gives it too", async () => {
    for (const text of [`${object}\n${end}\n`, `${object}\n${end}`, `${end}\n`]) {
      const cursors: string[] = [];
      for await (const line of fakeHub(new Response(text)).client().copies.create())
        if (line.type === "end") cursors.push(line.cursor);
      expect(cursors).toEqual(["c-1"]);
    }
  });

  test.each([
    ["nothing at all", "", 0],
    ["an end between two lines", `${object}\n${object}\n`, 2],
    ["a line after the last one", `${end}\n${object}\n`, 2],
  ])("is cut off without it: %s", async (_, text, count) => {
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const line of fakeHub(new Response(text)).client().copies.create()) seen.push(line);
    })();
    const error = await failure(reading);
    expect(error).toBeInstanceOf(ArrimageConnectionError);
    expect(String(error)).toContain(`ended after ${count} lines without its last, of type "end"`);
    expect(seen).toHaveLength(count);
  });
});

test("silence in the middle ends it", async () => {
  const client = await serve((request, response) => {
    request.resume();
    response.writeHead(200).write(unchanged);
  });
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const result of client.snapshots.create({}, { timeoutMs: 60 })) seen.push(result);
  })();
  expect(String(await failure(reading))).toContain("no answer within 60 ms");
  expect(seen).toHaveLength(1);
});

test("a reader who takes long over a line loses nothing: only the hub's silence counts", async () => {
  const client = await serve((request, response) => {
    request.resume();
    response.writeHead(200).write(unchanged, () => setTimeout(() => response.end(unchanged), 20));
  });
  const seen: unknown[] = [];
  const results = client.snapshots.create({}, { timeoutMs: 60 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  for await (const result of results) {
    seen.push(result);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(seen).toHaveLength(2);
});

test("leaving the loop closes the connection", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const client = await serve((request, response) => {
    request.resume();
    closed = once(response, "close");
    response.writeHead(200).write(unchanged);
  });
  for await (const _ of client.snapshots.create({ body: { placeId: "plc_1" } })) break;
  await closed;
});

test("an abort in the middle gives the caller's reason", async () => {
  const stop = new AbortController();
  const client = await serve((request, response) => {
    request.resume();
    response.writeHead(200).write(unchanged);
  });
  const reading = (async () => {
    for await (const _ of client.snapshots.create({}, { signal: stop.signal })) stop.abort(new Error("closing"));
  })();
  expect(await failure(reading)).toBe(stop.signal.reason);
});
