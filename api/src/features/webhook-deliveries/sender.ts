import type { Queue } from "../../db/queue.ts";
import type { Deps } from "../../deps.ts";
import { failureFields } from "../../log.ts";
import { attemptDelivery } from "./attempt.ts";
import { systemResolve } from "./post.ts";
import type { Resolve } from "./post.ts";
import { promoteAll } from "./promote.ts";

/** Sends what is due, in this process and any other. */
export interface WebhookSender {
  start(): void;
  /** After what is on its way, or `graceMs` later: that is then sent again by another process. */
  stop(): Promise<void>;
}

/** How many this process sends at once: several endpoints that answer slowly leave room for others. */
const mostHere = 100;
const graceMs = 5_000;

export interface SenderOptions {
  resolve?: Resolve;
  /** How often it looks while nothing calls it. */
  everyMs?: number;
}

export function createWebhookSender(
  deps: Deps,
  queue: Queue,
  { resolve = systemResolve, everyMs = 200 }: SenderOptions = {},
): WebhookSender {
  const stopping = new AbortController();
  const hangingUp = new AbortController();
  const running = new Set<Promise<void>>();
  let loops: Promise<unknown> = Promise.resolve();
  let wake: () => void = () => undefined;

  async function take(): Promise<void> {
    const jobs = running.size < mostHere ? await queue.take(mostHere - running.size) : [];
    for (const job of jobs) {
      const attempt = attemptDelivery(deps, queue, job, { resolve, signal: hangingUp.signal })
        .catch((error: unknown) => {
          // Its job expires, and it is sent again.
          deps.log.error("webhook attempt failed", failureFields(error));
        })
        .finally(() => {
          running.delete(attempt);
          wake();
        });
      running.add(attempt);
    }
  }

  /** Two loops: what becomes due is looked for now and then, what is there to be taken whenever an attempt has ended. */
  async function loop(work: () => Promise<unknown>, wakeable: boolean): Promise<void> {
    while (!stopping.signal.aborted) {
      const woken = wakeable
        ? new Promise<void>((resolved) => {
            wake = resolved;
          })
        : undefined;
      await work().catch((error: unknown) => {
        deps.log.error("webhooks not sent", failureFields(error));
      });
      await soon(woken, everyMs, stopping.signal);
    }
  }

  return {
    start() {
      const promoting = async () => {
        if (await promoteAll(deps, queue)) wake();
      };
      loops = Promise.all([loop(promoting, false), loop(take, true)]);
    },
    async stop() {
      stopping.abort();
      await loops;
      const hangUp = setTimeout(() => {
        hangingUp.abort();
      }, graceMs);
      await Promise.all(running);
      clearTimeout(hangUp);
    },
  };
}

/** Until something calls for another look, a little later at the latest; at once when all ends. */
function soon(woken: Promise<void> | undefined, everyMs: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      ended.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, everyMs);
    ended.addEventListener("abort", over, { once: true });
    void woken?.then(over);
  });
}
