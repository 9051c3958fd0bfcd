import type { Deps } from "../deps.ts";
import { failureFields } from "../log.ts";
import { dispatchWebhooks } from "./dispatch-webhooks.ts";
import { endWaits } from "./end-waits.ts";
import { eraseMinorsNotes } from "./erase-minors-notes.ts";
import type { Job } from "./job.ts";
import { pruneChanges } from "./prune-changes.ts";
import { pruneWebhooks, putBackLostWebhooks } from "./prune-webhooks.ts";
import { removeExpiredAnswers } from "./remove-expired-answers.ts";
import { removeExpiredAssertions } from "./remove-expired-assertions.ts";
import { removeExpiredHolds } from "./remove-expired-holds.ts";

export const allJobs: readonly Job[] = [
  removeExpiredHolds,
  endWaits,
  eraseMinorsNotes,
  pruneChanges,
  removeExpiredAnswers,
  removeExpiredAssertions,
  dispatchWebhooks,
  pruneWebhooks,
  putBackLostWebhooks,
];

export interface Jobs {
  start(): void;
  /** After the runs that are under way; none begins any more. */
  stop(): Promise<void>;
}

export function createJobs(deps: Deps, jobs: readonly Job[] = allJobs): Jobs {
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];

  async function loop(job: Job): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await runOnce(job);
      if (!more) await pause(job.everyMs, stopping.signal);
    }
  }

  async function runOnce(job: Job): Promise<boolean> {
    try {
      const { count, more } = await job.run(deps);
      if (count > 0) deps.log.info("job", { job: job.name, count });
      return more;
    } catch (error) {
      deps.log.error("job failed", { job: job.name, ...failureFields(error) });
      return false;
    }
  }

  return {
    start() {
      loops.push(...jobs.map(loop));
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

/** Everything that is due now, to its end, whatever the jobs' own pace is: the sandbox asks for it when it moves time. */
export async function runDue(deps: Deps, jobs: readonly Job[] = allJobs): Promise<{ job: string; count: number }[]> {
  const ran: { job: string; count: number }[] = [];
  for (const job of jobs) {
    let [count, more] = [0, true];
    while (more) {
      const run = await job.run(deps);
      count += run.count;
      more = run.more;
    }
    ran.push({ job: job.name, count });
  }
  return ran;
}

/** A process that has nothing else to do is not kept alive by it. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      ended.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    timer.unref();
    ended.addEventListener("abort", over, { once: true });
  });
}
