import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { announce } from "../src/db/change-log.ts";
import { withScope } from "../src/db/scope.ts";
import type { Page } from "../src/http/page.ts";
import { putClockSetting } from "../src/features/sandbox-clock/store.ts";
import type { WebhookEndpoint } from "../src/features/webhook-endpoints/schema.ts";
import type { WebhookDelivery } from "../src/features/webhook-deliveries/schema.ts";
import { dice, pick } from "./dice.ts";
import { aClinic } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { startHubProcess } from "./hub-process.ts";
import { startHubs } from "./hubs-over-http.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { anEndpoint, aReceiver } from "./webhook-receiver.ts";
import type { Receiver, Reply } from "./webhook-receiver.ts";

/**
 * Webhooks through kills: a receiver of which a third fails, one that is slow now and then, one that never answers, while
 * the hubs are killed; and what must be true of what came.
 */

export interface ProofRun {
  /** Changes an endpoint, over so many agendas. */
  changes: number;
  agendas: number;
  kills: number;
  seed: number;
}

export interface Proof {
  kills: number;
  /** Messages that came to the endpoint that fails, and those beyond one for each change. */
  received: number;
  repeated: number;
  /** From writing to arriving at the endpoint that always answers: without the dead one beside it, and with it. */
  aloneMs: number[];
  besideMs: number[];
}

/** What a receiver saw of one agenda: each message as it came, and whether it was taken. */
export interface Seen {
  agenda: string;
  seq: number;
  taken: boolean;
}

const timeoutMs = 1_000;
const processes = 2;

/** Faults of order, if any: a message that came before every earlier one of its agenda had been taken. */
export function outOfOrder(seen: readonly Seen[], written: readonly { agenda: string; seq: number }[]): string[] {
  const before = new Map<string, number[]>();
  for (const { agenda, seq } of written) before.set(agenda, [...(before.get(agenda) ?? []), seq]);
  const taken = new Set<number>();
  return seen.flatMap(({ agenda, seq, taken: now }) => {
    const early = (before.get(agenda) ?? []).filter((other) => other < seq && !taken.has(other));
    if (now) taken.add(seq);
    return early.length === 0 ? [] : [`${agenda}: ${String(seq)} came before ${early.join(", ")}`];
  });
}

export function notTaken(seen: readonly Seen[], written: readonly { seq: number }[]): number[] {
  const taken = new Set(seen.filter((each) => each.taken).map(({ seq }) => seq));
  return written.map(({ seq }) => seq).filter((seq) => !taken.has(seq));
}

interface Side {
  clinic: AClinic;
  receiver: Receiver;
  seen: Seen[];
  written: { agenda: string; seq: number; at: number }[];
  arrived: Map<number, number>;
}

export async function proveWebhooks({ changes, agendas, kills, seed }: ProofRun): Promise<Proof> {
  const hubs = await startHubs(processes, { webhookTimeoutMs: timeoutMs });
  const random = dice(seed);
  const sides: Side[] = [];
  try {
    const flaky = await side(hubs, () => (random() < 0.3 ? 500 : random() < 0.1 ? "late" : 204));
    const steady = await side(hubs, () => 204);
    const dead = await side(hubs, () => "silence");
    sides.push(flaky, steady, dead);

    // The steady one alone, then beside the others.
    await writeAll(hubs, [steady], Math.ceil(changes / 2), agendas, random);
    await arrived(hubs, steady);
    const alone = latenciesOf(steady, 0);
    const from = steady.written.length;
    await writeAll(hubs, sides, Math.ceil(changes / 2), agendas, random);
    await arrived(hubs, steady);
    const beside = latenciesOf(steady, from);

    let killed = 0;
    const killing = (async () => {
      while (killed < kills) {
        await sleep(300 + random() * 700);
        const index = killed % processes;
        const victim = hubs.processes[index];
        if (victim === undefined) throw new Error("no hub left");
        await victim.kill();
        hubs.processes[index] = await startHubProcess({
          ...hubs.options,
          webhookTimeoutMs: timeoutMs,
          port: victim.port,
        });
        killed += 1;
      }
    })();
    await writeAll(hubs, sides, Math.floor(changes / 2), agendas, random);
    await killing;
    await settled(hubs, flaky, dead);

    for (const { seen, written } of [flaky, steady]) {
      expect(notTaken(seen, written)).toEqual([]);
      expect(outOfOrder(seen, written)).toEqual([]);
    }
    expect(await endpointOf(hubs, dead)).toMatchObject({ status: "disabled", disabledReason: "failing" });
    expect(await endpointOf(hubs, flaky)).toMatchObject({ status: "enabled" });
    expect(await endpointOf(hubs, steady)).toMatchObject({ status: "enabled" });
    const received = flaky.receiver.received.length;
    return { kills: killed, received, repeated: received - flaky.written.length, aloneMs: alone, besideMs: beside };
  } finally {
    await hubs.close();
    for (const { receiver } of sides) await receiver.close();
  }
}

/** `late`: it is taken, but the hub has hung up by then. */
async function side(hubs: HubsOverHttp, reply: () => Reply | "late"): Promise<Side> {
  const { world } = hubs;
  const clinic = await aClinic(world);
  const made: Side = { clinic, seen: [], written: [], arrived: new Map(), receiver: undefined as never };
  made.receiver = await aReceiver(async ({ event: { data } }) => {
    const answer = reply();
    const agenda = made.written.find(({ seq }) => seq === data.seq)?.agenda ?? "";
    made.seen.push({ agenda, seq: data.seq, taken: answer === 204 });
    if (!made.arrived.has(data.seq)) made.arrived.set(data.seq, performance.now());
    if (answer !== "late") return answer;
    await sleep(timeoutMs + 100);
    return 204;
  });
  await anEndpoint(world, clinic.machine, made.receiver);
  return made;
}

/** Changes by turns in each clinic, a few at a time. */
async function writeAll(
  { world }: HubsOverHttp,
  sides: readonly Side[],
  count: number,
  agendas: number,
  random: () => number,
): Promise<void> {
  const names = Array.from({ length: agendas }, (_, index) => `pro_${String(index)}`);
  for (let done = 0; done < count; done += 5) {
    for (const each of sides) {
      const { establishmentId, placeId } = each.clinic;
      const some = Array.from({ length: Math.min(5, count - done) }, () => pick(names, random()) ?? "pro_0");
      // Numbered before they are there: a receiver may be faster than this process.
      const last = each.written.at(-1)?.seq ?? 0;
      const at = performance.now();
      each.written.push(...some.map((agenda, index) => ({ agenda, seq: last + index + 1, at })));
      await withScope(world.deps.connection, { audience: "system", establishments: [establishmentId] }, (tx) =>
        announce(
          tx,
          world.clock.now(),
          some.map((professionalId) => ({
            author: { kind: "system" },
            change: {
              establishmentId,
              objectType: "slot",
              objectId: `slt_${String(world.count())}`,
              operation: "created",
              version: 1,
              placeIds: [placeId],
              professionalId,
            },
          })),
        ),
      );
    }
    await sleep(40);
  }
}

/** Until the endpoint that always answers has everything; time runs, for a busy machine may have been too slow for it. */
async function arrived(hubs: HubsOverHttp, { seen, written }: Side): Promise<void> {
  await until(() => Promise.resolve(notTaken(seen, written).length === 0), hubs, 500);
}

/** Until everything is taken and the dead endpoint has been given up; meanwhile the hubs' time runs, hours in a second. */
async function settled(hubs: HubsOverHttp, flaky: Side, dead: Side): Promise<void> {
  await until(
    async () =>
      notTaken(flaky.seen, flaky.written).length === 0 &&
      (await pendingOf(hubs, flaky)) === 0 &&
      (await endpointOf(hubs, dead)).status === "disabled",
    hubs,
    2 * 3_600_000,
  );
}

async function until(done: () => Promise<boolean>, { world }: HubsOverHttp, stepMs: number): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error("it does not come to rest");
    world.clock.advance(stepMs);
    const setting = { anchorNow: world.clock.now(), anchorWall: Date.now(), running: false };
    await world.write([], (tx) => putClockSetting(tx, setting));
    await sleep(50);
  }
}

async function endpointOf({ world }: HubsOverHttp, { clinic }: Side): Promise<WebhookEndpoint> {
  const { body } = await world.request<Page<WebhookEndpoint>>("GET", "/v1/webhook-endpoints", {
    as: clinic.machine.token,
  });
  const [endpoint] = body.items;
  if (endpoint === undefined) throw new Error("no endpoint");
  return endpoint;
}

async function pendingOf({ world }: HubsOverHttp, { clinic }: Side): Promise<number> {
  const path = "/v1/webhook-deliveries?state=pending&limit=1000";
  const { body } = await world.request<Page<WebhookDelivery>>("GET", path, { as: clinic.machine.token });
  return body.items.length;
}

function latenciesOf({ written, arrived: at }: Side, from: number): number[] {
  return written.slice(from).map((each) => (at.get(each.seq) ?? Infinity) - each.at);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
