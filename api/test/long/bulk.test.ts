import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aClinic } from "../factories.ts";
import type { AClinic } from "../factories.ts";
import { startHubs } from "../hubs-over-http.ts";
import type { HubsOverHttp } from "../hubs-over-http.ts";
import { memoryOf } from "../process-memory.ts";
import type { ProcessMemory } from "../process-memory.ts";

/**
 * R14 at the size of the proofs' catalogue: 100,000 lines pushed, pushed again and read back as a snapshot, also by
 * somebody who takes their time, and the hub's process holds at most 256 MB more than at rest.
 */

const mostOverRestMb = 256;
const [batches, linesABatch] = [10, 10_000];

let hubs: HubsOverHttp;
let clinic: AClinic;
let memory: ProcessMemory | undefined;
beforeAll(async () => {
  hubs = await startHubs(1);
  clinic = await aClinic(hubs.world);
  memory = await memoryOf(hubs.processes[0]?.pid ?? 0);
});
afterAll(() => hubs.close());

function batch(number: number): string {
  const { professionalId, placeId, service } = clinic;
  const begin = Date.parse("2027-03-08T13:00:00Z");
  return Array.from({ length: linesABatch }, (_, n) => {
    const index = number * linesABatch + n;
    // Twelve quarters of an hour a day, for twenty-two years.
    const startAt = begin + Math.floor(index / 12) * 86_400_000 + (index % 12) * 900_000;
    const times = { startAt: new Date(startAt).toISOString(), endAt: new Date(startAt + 900_000).toISOString() };
    const whole = { professionalId, placeId, serviceIds: [service.serviceId], visibility: "public" };
    return JSON.stringify({ externalId: `bulk-${String(index)}`, ...times, ...whole });
  }).join("\n");
}

async function post(path: string, type: string, body: string): Promise<Response> {
  // Tokens live five minutes, the whole takes longer on a busy machine.
  const token = await hubs.world.tokens.machine(clinic.machine.machineId);
  const answer = await fetch(`${hubs.processes[0]?.url ?? ""}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": type },
    body,
  });
  expect(answer.status).toBe(200);
  return answer;
}

/** The lines of an answer, counted by what they say; `pause` is waited after the first piece that arrives. */
async function tell({ body }: Response, of: (line: Record<string, unknown>) => string, pause = 0) {
  const counts: Record<string, number> = {};
  const decoder = new TextDecoder();
  let rest = "";
  let paused = pause === 0;
  for await (const chunk of (body ?? new Blob([]).stream()) as ReadableStream<Uint8Array<ArrayBuffer>>) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    for (const piece of pieces) {
      // Each line is an object of the operation.
      const said = of(JSON.parse(piece) as Record<string, unknown>);
      counts[said] = (counts[said] ?? 0) + 1;
    }
    if (!paused) await sleep(pause);
    paused = true;
  }
  return counts;
}

/** Transactions that wait for their reader: none should, however slow it is. */
async function heldConnections(): Promise<number> {
  const [row] = await hubs.owner<{ count: number }[]>`
    SELECT count(*)::integer AS count FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
      AND state_change < clock_timestamp() - interval '1 second'`;
  return row?.count ?? 0;
}

const outcome = ({ outcome: said }: Record<string, unknown>) => String(said);

async function overRest(run: () => Promise<void>): Promise<number> {
  const rest = (await memory?.now()) ?? 0;
  await memory?.forgetPeak();
  await run();
  const over = ((await memory?.peak()) ?? 0) - rest;
  process.stderr.write(
    `${expect.getState().currentTestName ?? ""}: ${over.toFixed(0)} MB over ${rest.toFixed(0)} at rest\n`,
  );
  return over;
}

test("R14 100,000 lines as ten batches, a result for each, and again unchanged", async () => {
  for (const expected of ["created", "unchanged"]) {
    const over = await overRest(async () => {
      for (let number = 0; number < batches; number++) {
        const answer = await post("/v1/slots/batch", "application/x-ndjson", batch(number));
        expect(await tell(answer, outcome)).toEqual({ [expected]: linesABatch });
      }
    });
    expect(over).toBeLessThanOrEqual(mostOverRestMb);
  }
});

test("R14 ten batches at once whose senders read nothing for five seconds: no connection is kept, and the answers come whole", async () => {
  const over = await overRest(async () => {
    const answers = Array.from({ length: batches }, async (_, number) => {
      const answer = await post("/v1/slots/batch", "application/x-ndjson", batch(number));
      return tell(answer, outcome, 5000);
    });
    await sleep(4000);
    expect(await heldConnections()).toBe(0);
    for (const counts of await Promise.all(answers)) expect(counts).toEqual({ unchanged: linesABatch });
  });
  expect(over).toBeLessThanOrEqual(mostOverRestMb);
});

test("R14 a snapshot of 100,000 objects, also for twelve readers who pause: as many lines, little memory, no connection", async () => {
  const over = await overRest(async () => {
    const readers = Array.from({ length: 12 }, async (_, n) => {
      const answer = await post("/v1/snapshots", "application/json", JSON.stringify({ objectTypes: ["slot"] }));
      return tell(answer, ({ type }) => String(type), n === 0 ? 0 : 4000);
    });
    await sleep(2000);
    expect(await heldConnections()).toBe(0);
    for (const counts of await Promise.all(readers)) expect(counts).toEqual({ object: batches * linesABatch, end: 1 });
  });
  expect(over).toBeLessThanOrEqual(mostOverRestMb);
});
