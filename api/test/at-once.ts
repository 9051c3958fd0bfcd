import { Agent, request as open } from "node:http";
import type { ClientRequest } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { saw } from "./canaries/canaries.ts";
import { checkAnswer } from "./contract.ts";
import { readAnswer, requestInit } from "./harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "./harness.ts";

export interface Sending extends TestRequest {
  url: string;
  method: string;
  path: string;
  body: unknown;
}

/** For the servers to accept the connections and read the headers. */
const settleMs = 100;

/**
 * Sends requests so that they arrive at once: each on a connection of its own, whole but for its last byte; when all
 * are there, the last bytes follow within a millisecond or two. Requests sent one after the other, however quickly, are
 * a queue: the first is answered before the last has left, and even code without any lock gets through (measured: the
 * naive control of the races booked once in a third of the runs).
 *
 * `onFirstAnswer` is told when one of them has been answered and the others are under way.
 */
export async function sendAtOnce<T>(
  world: TestHub,
  sendings: readonly Sending[],
  onFirstAnswer?: () => void,
): Promise<TestAnswer<T>[]> {
  const agent = new Agent({ maxSockets: Infinity });
  try {
    const begun = await Promise.all(sendings.map((sending, n) => begin(agent, sending, `at-once-${String(n)}`)));
    await sleep(settleMs);
    for (const { finish } of begun) finish();
    if (onFirstAnswer !== undefined) await Promise.race(begun.map(({ answered }) => answered)).then(onFirstAnswer);
    return await Promise.all(
      begun.map(async ({ answered }, n) => {
        const { method = "", path = "" } = sendings[n] ?? {};
        const answer = await readAnswer<T>(path, await answered);
        checkAnswer(world.hub.operations, method, path, answer);
        return answer;
      }),
    );
  } finally {
    agent.destroy();
  }
}

interface Begun {
  finish(this: void): void;
  answered: Promise<Response>;
}

async function begin(agent: Agent, sending: Sending, freshKey: string): Promise<Begun> {
  const { url, method, path } = sending;
  saw("url", `${method} ${path}`);
  const init = requestInit(method, sending, freshKey);
  const body = Buffer.from(typeof init.body === "string" ? init.body : "");
  if (body.length === 0) throw new Error("what has no body has no last byte to wait for");
  const headers = { ...Object.fromEntries(new Headers(init.headers)), "content-length": body.length };
  const request = open(`${url}${path}`, { agent, method, headers });
  const answered = answerOf(request);
  await new Promise<void>((resolve, reject) => {
    request.write(body.subarray(0, -1), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  return { finish: () => request.end(body.subarray(-1)), answered };
}

function answerOf(request: ClientRequest): Promise<Response> {
  const answered = new Promise<Response>((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (response) => {
      text(response).then((body) => {
        const headers = new Headers();
        for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
        resolve(new Response(body === "" ? null : body, { status: response.statusCode ?? 0, headers }));
      }, reject);
    });
  });
  // Reported by whoever waits for it.
  answered.catch(() => undefined);
  return answered;
}
