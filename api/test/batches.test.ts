import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { serve as listen } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reachable } from "./an-appointment.ts";
import { aClinic } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";

/**
 * R14 at the size of the ordinary suite (test/long/bulk.test.ts has the whole): batches are read as they are answered.
 * A sender who does not read results is not read from either, whatever is still to come; nothing is gathered on the hub.
 */

const linesLimit = 10_000;

let hub: TestHub;
let clinic: AClinic;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

type Line = (index: number) => object;

const begin = Date.parse("2027-03-08T09:00:00-05:00");
const slotLine: Line = (index) => {
  const startAt = begin + Math.floor(index / 8) * 86_400_000 + (index % 8) * 3_600_000;
  const times = { startAt: new Date(startAt).toISOString(), endAt: new Date(startAt + 3_600_000).toISOString() };
  const { professionalId, placeId, service } = clinic;
  const whole = { professionalId, placeId, serviceIds: [service.serviceId], visibility: "public" };
  return { externalId: `s-${String(index)}`, ...times, ...whole };
};
const appointmentLine: Line = (index) => {
  const { professionalId, placeId } = clinic;
  const startAt = new Date(begin + index * 900_000).toISOString();
  return {
    externalId: `a-${String(index)}`,
    professionalId,
    placeId,
    startAt,
    durationMinutes: 15,
    patient: reachable,
  };
};

/** A body that is made as it is read: how much was asked of it says how much of it was wanted. */
function bodyOf(count: number, line: Line): { stream: ReadableStream<Uint8Array<ArrayBuffer>>; read: () => number } {
  const encoder = new TextEncoder();
  let read = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (read === count) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(line(read++))}\n`));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, read: () => read };
}

interface Result {
  index: number;
  externalId: string | null;
  outcome: string;
  problem: { code: string } | null;
}

async function* resultsOf({ body }: Response): AsyncGenerator<Result> {
  const decoder = new TextDecoder();
  let rest = "";
  if (body === null) return;
  for await (const chunk of body as ReadableStream<Uint8Array<ArrayBuffer>>) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    // Lines of the answer are the operation's.
    for (const piece of pieces) yield JSON.parse(piece) as Result;
  }
}

function push(path: string, stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Response> {
  const headers = { authorization: `Bearer ${clinic.machine.token}`, "content-type": "application/x-ndjson" };
  // A body that is a stream needs it; the types do not have it yet.
  const init: RequestInit & { duplex: "half" } = { method: "POST", headers, body: stream, duplex: "half" };
  return Promise.resolve(hub.app.request(path, init));
}

describe("R14 back-pressure", () => {
  // Of slots a chunk is settled and the next line begins the one after it; of appointments two of the lane's batches are.
  test.each([
    ["/v1/slots/batch", slotLine, 2500, 1001],
    ["/v1/appointments/batch", appointmentLine, 400, 130],
  ])(
    "%s reads no further while its results are not read, and then to the end, in order",
    async (path, line, count, ahead) => {
      const { stream, read } = bodyOf(count, line);
      const results = resultsOf(await push(path, stream));
      const first = await results.next();
      await sleep(300);
      const readMeanwhile = read();
      const all = [first.value as Result];
      for await (const result of { [Symbol.asyncIterator]: () => results }) all.push(result);
      expect(readMeanwhile).toBeGreaterThan(1);
      expect(readMeanwhile).toBeLessThanOrEqual(ahead);
      expect(all.map(({ index, outcome }) => [index, outcome])).toEqual(all.map((_, index) => [index, "created"]));
      expect(all).toHaveLength(count);
    },
  );

  test("a sender who goes away leaves what was settled, whole chunks of it, and no more is read", async () => {
    const { stream, read } = bodyOf(5000, (index) => ({ ...slotLine(index), externalId: `gone-${String(index)}` }));
    const results = resultsOf(await push("/v1/slots/batch", stream));
    await results.next();
    await results.return(undefined);
    await sleep(100);
    expect(read()).toBeLessThanOrEqual(2001);
    const [row] = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql<{ count: number }[]>`
      SELECT count(*)::integer AS count FROM external_binding WHERE external_id LIKE 'gone-%'`,
    );
    expect((row?.count ?? 0) % 1000).toBe(0);
    expect(row?.count).toBeGreaterThan(0);
  });
});

describe("more than 10,000 lines", () => {
  // What is wrong with a line costs no statement: 10,000 of them take a moment.
  const wrong: Line = (index) => ({ externalId: `w-${String(index)}`, unheardOf: "x".repeat(200) });

  test.each(["/v1/slots/batch", "/v1/appointments/batch"])(
    "%s answers the line after them with BODY_TOO_LARGE, ends there and reads no more",
    async (path) => {
      const { stream, read } = bodyOf(linesLimit + 5000, wrong);
      const results: Result[] = [];
      for await (const result of resultsOf(await push(path, stream))) results.push(result);
      expect(results).toHaveLength(linesLimit + 1);
      expect(results.at(-2)).toMatchObject({ index: linesLimit - 1, externalId: null, outcome: "refused" });
      expect(results.at(-2)?.problem?.code).not.toBe("BODY_TOO_LARGE");
      expect(results.at(-1)).toMatchObject({
        index: linesLimit,
        outcome: "refused",
        problem: { code: "BODY_TOO_LARGE" },
      });
      expect(read()).toBe(linesLimit + 1);
    },
  );

  test("over a connection too: the answer arrives whole although most of the body was never read", async () => {
    const server = listen({ fetch: hub.app.fetch, port: 0, hostname: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    // A TCP server that listens has an address with a port.
    const { port } = server.address() as AddressInfo;
    const body = Array.from({ length: 4 * linesLimit }, (_, index) => JSON.stringify(wrong(index))).join("\n");
    const answer = await fetch(`http://127.0.0.1:${String(port)}/v1/slots/batch`, {
      method: "POST",
      headers: { authorization: `Bearer ${clinic.machine.token}`, "content-type": "application/x-ndjson" },
      body,
    });
    const results: Result[] = [];
    for await (const result of resultsOf(answer)) results.push(result);
    server.close();
    expect([results.length, results.at(-1)?.problem?.code]).toEqual([linesLimit + 1, "BODY_TOO_LARGE"]);
  });
});
