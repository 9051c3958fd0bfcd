import { link, readFile, unlink, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, PostgresStartError } from "./errors.ts";
import { runsStill, startOf, UNKNOWN_START } from "./process-identity.ts";

const POLL_MS = 25;

/** Tells this process' locks apart; with its id and start, from all others. */
let locksDrafted = 0;

/**
 * Runs `work` while holding the lock file `path`; other processes (and other calls in this one) wait their turn, up
 * to `waitMs`. A lock whose holder has died is taken over.
 */
export async function withStartLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const release = await acquire(path, AbortSignal.timeout(waitMs));
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(path: string, deadline: AbortSignal): Promise<() => Promise<void>> {
  const count = ++locksDrafted;
  const mine = `${process.pid}\n${(await startOf(process.pid)) ?? UNKNOWN_START}\n${count}\n`;
  const draft = `${path}.${process.pid}.${count}`;
  // Written beside and linked into place, so that nobody ever reads a lock without its holder.
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (;;) {
      if (await tryLink(draft, path)) return () => unlink(path);
      const holder = await readLock(path);
      if (holder === null) continue;
      if (!(await isHeld(holder))) await removeDead(path, holder, deadline);
      else if (deadline.aborted) {
        throw new PostgresStartError(
          `Process ${holder.split("\n")[0]} has been starting or stopping PostgreSQL for too long (${path}).`,
        );
      } else await sleep(POLL_MS);
    }
  } finally {
    await unlink(draft);
  }
}

/**
 * Two processes may see the same dead lock; if each simply unlinked it, the slower would unlink the lock that the
 * faster has just taken. So only the holder of a second lock, taken the same way, may remove the first.
 */
async function removeDead(path: string, dead: string, deadline: AbortSignal): Promise<void> {
  const release = await acquire(`${path}.takeover`, deadline);
  try {
    if ((await readLock(path)) === dead) await unlink(path);
  } finally {
    await release();
  }
}

function isHeld(holder: string): Promise<boolean> {
  const [pid, startedAt] = holder.split("\n");
  return runsStill(Number(pid), startedAt);
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function readLock(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
