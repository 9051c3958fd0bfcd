import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../src/hub.ts";
import { watchingLines } from "./canaries/canaries.ts";

/** A server in a process of its own: its memory, its connections and its lane are not the suite's, and it can be killed. */
export interface ServerProcess {
  url: string;
  port: number;
  pid: number;
  /** What it has written on standard error since this was last asked, except that requests were answered and jobs run. */
  readLog(): string;
  /** SIGKILL, at once; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator stops it; answers its exit code, and throws when it does not end in time. */
  stop(): Promise<number | null>;
}

export interface HubProcessOptions {
  /** Without one, the hub starts or finds the PostgreSQL of `dataDir`. */
  databaseUrl?: string;
  dataDir?: string;
  port?: number;
  /** The address in its tokens: hubs that serve together have one. Its own otherwise. */
  baseUrl?: string;
  /** Run the job that removes expired holds this often too. */
  removeHoldsEveryMs?: number;
  /** How long receivers of webhooks have to answer. */
  webhookTimeoutMs?: number;
}

/** A first start with a database of its own runs initdb. */
const readyMs = 30_000;
/** A hub gives what runs ten seconds. */
const stopMs = 15_000;

export async function startHubProcess(options: HubProcessOptions): Promise<ServerProcess> {
  const { databaseUrl, dataDir, baseUrl, removeHoldsEveryMs, webhookTimeoutMs, port = await freePort() } = options;
  return startServerProcess("hub-main.ts", port, {
    ARRIMAGE_MODE: "sandbox",
    BASE_URL: baseUrl ?? urlAt(port),
    LOG_LEVEL: "info",
    REQUESTS_PER_MINUTE: "100000000",
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(dataDir === undefined ? {} : { ARRIMAGE_DATA: dataDir }),
    ...(webhookTimeoutMs === undefined ? {} : { WEBHOOK_TIMEOUT_MS: String(webhookTimeoutMs) }),
    ...(removeHoldsEveryMs === undefined ? {} : { REMOVE_HOLDS_EVERY_MS: String(removeHoldsEveryMs) }),
  });
}

/** Runs a file of this folder that serves PORT and sends its parent a message when it does. */
export async function startServerProcess(
  file: string,
  port: number,
  env: Record<string, string>,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    // Nothing else of the suite's own environment: a DATABASE_URL there is not meant for this server.
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (log += text));
  child.stdout?.setEncoding("utf8").on("data", (text: string) => process.stdout.write(text));
  for (const stream of [child.stdout, child.stderr]) {
    const lines = watchingLines();
    stream?.on("data", (text: string) => {
      lines.write(text);
    });
    stream?.on("end", () => {
      lines.end();
    });
  }
  const ended = once(child, "close");
  await untilReady(child, ended).catch(async (error: unknown) => {
    child.kill("SIGKILL");
    await ended;
    throw new Error(`${file} did not start: ${log}`, { cause: error });
  });
  return {
    url: urlAt(port),
    port,
    // It has sent a message: it runs.
    pid: child.pid ?? 0,
    readLog() {
      // A line may still be on its way.
      const end = log.lastIndexOf("\n") + 1;
      const written = log.slice(0, end);
      log = log.slice(end);
      return written.replace(/^\{"level":30,.*\n/gm, "");
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      child.kill("SIGTERM");
      const inTime = await Promise.race([ended.then(() => true), sleep(stopMs, false, { ref: false })]);
      if (inTime) return child.exitCode;
      child.kill("SIGKILL");
      await ended;
      throw new Error(`${file} did not stop within ${String(stopMs)} ms: ${log}`);
    },
  };
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${String(port)}`;
}

async function untilReady(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  try {
    await Promise.race([
      once(child, "message", { signal: patience.signal }),
      ended.then(() => {
        throw new Error(`it ended with ${String(child.exitCode ?? child.signalCode)}`);
      }),
      sleep(readyMs, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`it was not ready within ${String(readyMs)} ms`);
      }),
    ]);
  } finally {
    patience.abort();
  }
}
