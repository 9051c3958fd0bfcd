import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../src/clock.ts";
import { connect } from "../src/db/connection.ts";
import type { Connection } from "../src/db/connection.ts";
import { freePort } from "../src/hub.ts";
import { putClockSetting } from "../src/features/sandbox-clock/store.ts";
import { saw } from "./canaries/canaries.ts";
import { checkAnswer } from "./contract.ts";
import { createTestDatabase } from "./database.ts";
import { createTestHub, defaultNow, instantOf, readAnswer, requestInit } from "./harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "./harness.ts";
import { startHubProcess } from "./hub-process.ts";
import type { HubProcessOptions, ServerProcess } from "./hub-process.ts";

/** Hubs in processes of their own over one database, met over HTTP. Their time stands still at `defaultNow`. */
export interface HubsOverHttp {
  /** Over the same database and address, in the suite's process: makes clinics, citizens and tokens. It serves nobody. */
  world: TestHub;
  /** Sees and may do everything. */
  owner: Connection;
  /** What startHubProcess needs for one more hub like these. */
  options: { databaseUrl: string; baseUrl: string };
  processes: ServerProcess[];
  /** Moves the hubs' time, in all of them. */
  moveTo(at: string | Instant): Promise<void>;
  close(this: void): Promise<void>;
}

export async function startHubs(
  count: number,
  more: Pick<HubProcessOptions, "removeHoldsEveryMs" | "webhookTimeoutMs"> = {},
): Promise<HubsOverHttp> {
  const database = await createTestDatabase();
  const port = await freePort();
  const options = { databaseUrl: database.url, baseUrl: `http://127.0.0.1:${String(port)}` };
  const world = await createTestHub({ database, wall: Date.now(), config: { port, baseUrl: options.baseUrl } });
  const owner = connect(database.url, { max: 2 });
  const processes: ServerProcess[] = [];
  const close = async () => {
    await Promise.all(processes.map((hub) => hub.kill()));
    await owner.end();
    await world.close();
    await database.drop();
  };
  try {
    const start = instantOf(defaultNow);
    await world.write([], (tx) => putClockSetting(tx, { anchorNow: start, anchorWall: Date.now(), running: false }));
    const starting = Array.from({ length: count }, (_, n) =>
      startHubProcess({ ...options, ...more, ...(n === 0 ? { port } : {}) }),
    );
    const started = await Promise.allSettled(starting);
    for (const one of started) if (one.status === "fulfilled") processes.push(one.value);
    for (const one of started) if (one.status === "rejected") throw one.reason;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    world,
    owner,
    options,
    processes,
    async moveTo(at) {
      const now = new Date(instantOf(at)).toISOString();
      world.clock.moveTo(at);
      const [first] = processes;
      if (first === undefined) throw new Error("there is no hub");
      await send(world, first.url, "PUT", "/sandbox/clock", { body: { now, running: false } });
      for (const { url } of processes) await untilItIs(now, world, url);
    },
    close,
  };
}

/** Another process hears of it from the database, a moment later. */
async function untilItIs(now: string, world: TestHub, url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { body } = await send<{ now: string }>(world, url, "GET", "/sandbox/clock");
    if (body.now === now) return;
    await sleep(10);
  }
  throw new Error(`the clock of ${url} has not moved`);
}

let requests = 0;

/** A request over HTTP; the answer is held against the contract, as the harness does. */
export async function send<T = Record<string, unknown>>(
  world: TestHub,
  url: string,
  method: string,
  path: string,
  request: TestRequest = {},
): Promise<TestAnswer<T>> {
  requests += 1;
  saw("url", `${method} ${path}`);
  const response = await fetch(`${url}${path}`, requestInit(method, request, `http-key-${String(requests)}`));
  const answer = await readAnswer<T>(path, response);
  checkAnswer(world.hub.operations, method, path, answer);
  return answer;
}
