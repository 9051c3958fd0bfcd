import type { Deps } from "../../deps.ts";
import { refusal } from "../../domain/decision.ts";
import { readInstant, utcText } from "../../http/time.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { seedSandbox } from "../../sandbox/seed.ts";
import { seedSnapshot } from "../../sandbox/world.ts";
import type { NewSnapshot } from "../../sandbox/world.ts";
import type { Reset, SnapshotBody } from "./schema.ts";

/** What becomes of the sandbox's whole world; `forget` is called when what is remembered of it is no longer so. */
export interface WorldDeps extends Deps {
  sandbox: Sandbox;
  forget: () => void;
  fetch: (request: Request) => Response | Promise<Response>;
}

export async function createSnapshot({ sandbox, ids, clock, sandboxClock }: WorldDeps, name: string | undefined) {
  const wall = clock.wall();
  const snapshot: NewSnapshot = {
    snapshotId: ids.next("snp", wall),
    name: name === undefined || name === seedSnapshot ? null : name,
    createdAt: wall,
    now: clock.now(),
    running: sandboxClock?.isRunning() ?? true,
  };
  await sandbox.world.create(snapshot);
  return shown(snapshot);
}

export async function listSnapshots({ sandbox }: WorldDeps): Promise<SnapshotBody[]> {
  return (await sandbox.world.list()).map(shown);
}

export async function deleteSnapshot({ sandbox }: WorldDeps, snapshotId: string): Promise<void> {
  if (!(await sandbox.world.delete(snapshotId))) throw refusal("NOT_FOUND", "/path/snapshotId");
}

/** Rules of faults and the requests logged stay as they are: they are not of the world. */
export async function restoreSnapshot(deps: WorldDeps, snapshotId: string): Promise<SnapshotBody> {
  const found = await deps.sandbox.world.restore(snapshotId);
  if (found === undefined) throw refusal("NOT_FOUND", "/path/snapshotId");
  await deps.sandboxClock?.set({ now: found.now, running: found.running });
  deps.forget();
  return shown(found);
}

/** Back to the seed, without faults and with nothing in the request log. */
export async function resetSandbox(deps: WorldDeps, { now }: Reset): Promise<SnapshotBody> {
  const { world, faults, requests } = deps.sandbox;
  faults.clear();
  requests.clear();
  const seed = await findSeed(deps);
  if (now === undefined && seed !== undefined) return restoreSnapshot(deps, seed.snapshotId);
  await world.empty();
  const clock = deps.sandboxClock;
  if (now !== undefined) await clock?.set({ now: readInstant(now), running: clock.isRunning() });
  deps.forget();
  await seedSandbox(deps, deps.fetch);
  deps.forget();
  const seeded = await findSeed(deps);
  if (seeded === undefined) throw new Error("a world that was just seeded has its snapshot");
  return shown(seeded);
}

async function findSeed({ sandbox }: WorldDeps) {
  return (await sandbox.world.list()).findLast(({ name }) => name === seedSnapshot);
}

function shown({ snapshotId, name, createdAt, now, running }: NewSnapshot): SnapshotBody {
  return { snapshotId, name, createdAt: utcText(createdAt), now: utcText(now), running };
}
