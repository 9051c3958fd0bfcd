import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import type { Binaries } from "./binaries.ts";
import { type ClusterPlace, logOf, SERVER_ENVIRONMENT, SUPERUSER } from "./cluster.ts";
import { codeOf, PostgresStartError } from "./errors.ts";
import { commandLineOf, isRunning } from "./process-identity.ts";
import { spawnAs } from "./server-user.ts";

/** Recovery after a crash reads at most `max_wal_size` (1 GB) again. */
const READY_MS = 120_000;
/** A fast shutdown ends sessions at once and writes one checkpoint. */
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 10_000;
const POLL_MS = 10;
const RETRY_MS = 250;
const START_ATTEMPTS = 8;
const LOG_LIMIT_BYTES = 1_000_000;

/** A server that has answered a query as the superuser of this very cluster. */
export type LiveServer = { pid: number; port: number; serverVersion: string };

export function urlOf(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}

/** The server that runs on this cluster, waited for if it is starting; null when none does or it is going away. */
export async function findLiveServer(place: ClusterPlace, password: string): Promise<LiveServer | null> {
  const found = (await readPidFile(place.cluster)) ?? (await readPidFileAgain(place.cluster));
  if (found === null) return null;
  if (!(await isPostmaster(found.pid, place.cluster))) {
    // Left by a crash. PostgreSQL removes it by itself, except when the id now belongs to another process.
    await rm(pidFileOf(place.cluster), { force: true });
    return null;
  }
  const deadline = AbortSignal.timeout(READY_MS);
  while (!deadline.aborted) {
    const live = await ask(place.cluster, password, found.pid);
    if (live !== null) return live;
    if (!(await isRunning(found.pid))) return null;
    await sleep(POLL_MS);
  }
  throw new PostgresStartError(`PostgreSQL (process ${found.pid}) runs on ${place.cluster} but does not answer.`);
}

/**
 * Starts a server that outlives this process; `stopServer` ends it. The caller holds the cluster's lock and has
 * found no live server.
 */
export async function startServer(
  place: ClusterPlace,
  binaries: Binaries,
  options: { password: string; durable: boolean },
): Promise<LiveServer> {
  let complaint = "";
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const logStart = await startLog(place.dataDir);
    const child = await spawnServer(place, binaries, await freePort(), options.durable);
    const live = await untilReady(place, child, options.password).catch(async (error: unknown) => {
      if (child.pid !== undefined) await stopServer(place.cluster, child.pid);
      throw error;
    });
    if (live !== null) return live;

    complaint = (await readFile(logOf(place.dataDir), "utf8")).slice(logStart).trim();
    // Somebody else took the port meanwhile: another one at once.
    if (/could not bind|could not create any TCP\/IP sockets/.test(complaint)) continue;
    // A starter was killed before its server had made itself known (then that one serves us), or processes of a
    // killed server still hold its shared memory (they need a moment). Anything else will not change by itself.
    if (!/shared memory block .* still in use|lock file .* already exists/.test(complaint)) break;
    const earlier = await findLiveServer(place, options.password);
    if (earlier !== null) return earlier;
    await sleep(RETRY_MS);
  }
  // The log is terse; what it leaves out is the version.
  const madeBy = (await readFile(join(place.cluster, "PG_VERSION"), "utf8").catch(() => "unknown")).trim();
  throw new PostgresStartError(
    `PostgreSQL did not start on ${place.cluster} (data of version ${madeBy}): ${complaint || "it wrote no reason"}`,
  );
}

/** Stops the server if it still is the one with this process id: fast, then immediate, then by force. */
export async function stopServer(cluster: string, pid: number): Promise<void> {
  if (!(await isPostmaster(pid, cluster))) return;
  for (const [signal, patienceMs] of [
    ["SIGINT", FAST_STOP_MS],
    ["SIGQUIT", IMMEDIATE_STOP_MS],
    ["SIGKILL", IMMEDIATE_STOP_MS],
  ] as const) {
    if (!sendSignal(pid, signal)) return;
    const deadline = AbortSignal.timeout(patienceMs);
    while (!deadline.aborted) {
      if (!(await isRunning(pid))) return;
      await sleep(POLL_MS);
    }
  }
  throw new PostgresStartError(`PostgreSQL (process ${pid}) on ${cluster} does not stop.`);
}

async function spawnServer(
  place: ClusterPlace,
  binaries: Binaries,
  port: number,
  durable: boolean,
): Promise<ChildProcess> {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    max_locks_per_transaction: "256",
    timezone: "UTC",
    log_timezone: "UTC",
    lc_messages: "C",
    // An error's text holds the values of the query, so a patient's data: only what concerns the server is logged.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const log = await open(logOf(place.dataDir), "a", 0o600);
  try {
    const child = spawn(
      binaries.postgres,
      ["-D", place.cluster, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      // A session of its own: neither Ctrl-C in the hub's terminal nor the hub's death reaches it.
      { ...spawnAs(place.user), cwd: "/", env: SERVER_ENVIRONMENT, detached: true, stdio: ["ignore", log.fd, log.fd] },
    );
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** The server once it answers; null when its process ended first. */
async function untilReady(place: ClusterPlace, child: ChildProcess, password: string): Promise<LiveServer | null> {
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  const deadline = AbortSignal.timeout(READY_MS);
  while (!deadline.aborted) {
    if (failure) throw new PostgresStartError(`PostgreSQL could not be run: ${failure.message}`, { cause: failure });
    if (child.exitCode !== null || child.signalCode !== null) return null;
    const live = child.pid === undefined ? null : await ask(place.cluster, password, child.pid);
    if (live !== null) return live;
    await sleep(POLL_MS);
  }
  throw new PostgresStartError(`PostgreSQL on ${place.cluster} was not ready within ${READY_MS / 1000} s.`);
}

/** Asks the server with this process id; null while it is not ready for it. */
async function ask(cluster: string, password: string, pid: number): Promise<LiveServer | null> {
  const found = await readPidFile(cluster);
  if (found === null || found.pid !== pid || !found.ready) return null;
  const sql = postgres(urlOf(found.port, password), { max: 1, connect_timeout: 5, fetch_types: false });
  try {
    const [row] = await sql<{ folder: string; version: string }[]>`
      SELECT current_setting('data_directory') AS folder, current_setting('server_version') AS version`;
    return row?.folder === cluster ? { pid, port: found.port, serverVersion: row.version } : null;
  } catch (error) {
    // 28P01 and 28000: it answers, and refuses the password that lies beside its data.
    if (codeOf(error) === "28P01" || codeOf(error) === "28000") {
      throw new PostgresStartError(`PostgreSQL on ${cluster} refuses the password kept in its data folder.`, {
        cause: error,
      });
    }
    return null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function pidFileOf(cluster: string): string {
  return join(cluster, "postmaster.pid");
}

/** `postmaster.pid`: lines 1 (process id), 4 (port) and 8 (state). Null when absent or still empty. */
async function readPidFile(cluster: string): Promise<{ pid: number; port: number; ready: boolean } | null> {
  const text = await readFile(pidFileOf(cluster), "utf8").catch(() => "");
  if (text.trim() === "") return null;
  const lines = text.split("\n").map((line) => line.trim());
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7] === "ready" };
}

/** An empty file is one whose server is about to write it, or one that a crash of the machine left so. */
async function readPidFileAgain(cluster: string): Promise<{ pid: number; port: number; ready: boolean } | null> {
  const isThere = async (): Promise<boolean> =>
    stat(pidFileOf(cluster)).then(
      () => true,
      () => false,
    );
  if (!(await isThere())) return null;
  await sleep(RETRY_MS);
  const found = await readPidFile(cluster);
  if (found === null) await rm(pidFileOf(cluster), { force: true });
  return found;
}

/** Whether the process is a PostgreSQL server on this cluster: ids are reused. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  return (await commandLineOf(pid))?.includes(` -D ${cluster} `) ?? false;
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
    throw error;
  }
}

/** A port free on the loopback interface at this moment. */
async function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port was given"));
        else resolvePort(address.port);
      });
    });
  });
}

/** Where this start's part of the log begins, in characters; a log grown long begins anew. */
async function startLog(dataDir: string): Promise<number> {
  const path = logOf(dataDir);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rm(path);
  return size === 0 || size > LOG_LIMIT_BYTES ? 0 : (await readFile(path, "utf8")).length;
}
