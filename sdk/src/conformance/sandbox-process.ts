/** The hub to be spoken to, when none is named: the sandbox of the installed @arrimage/api, in a process of its own. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asRecord } from "./requests.ts";
import { CannotRun } from "./cannot-run.ts";

export interface SandboxProcess {
  url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** A first start makes a database. */
const READY = 120_000;
const STOP = 15_000;

/** `publicUrl`: how its callers will know it, the issuer of its tokens. Aborted, it does not start. */
export async function startSandbox(folder: string, publicUrl: string, signal?: AbortSignal): Promise<SandboxProcess> {
  const manifest = findApi(folder);
  const { bin } = asRecord(JSON.parse(await readFile(manifest, "utf8")));
  const script = resolve(dirname(manifest), String(asRecord(bin)["arrimage"]));
  const data = await mkdtemp(join(tmpdir(), "arrimage-conformance-"));
  // To root, the database is another user's: who cannot enter keeps it elsewhere, and there it would stay.
  await chmod(data, 0o711);
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const child = spawn(nodeFor(script), [script, "sandbox", "--port", String(port), "--data", data], {
    env: { ...process.env, BASE_URL: publicUrl, REQUESTS_PER_MINUTE: "100000", LOG_LEVEL: "silent" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2_000)));
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(data, { recursive: true, force: true });
  };
  try {
    await untilReady(child, url, signal);
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw new CannotRun(`The sandbox did not start: ${error instanceof Error ? error.message : ""}\n${said}`);
  }
  return { url, stop };
}

/** From where the vendor stands; then from where the kit is, which in the repository is the workspace. */
function findApi(folder: string): string {
  for (const from of [join(folder, "package.json"), import.meta.url]) {
    try {
      return createRequire(from).resolve("@arrimage/api/package.json");
    } catch {
      // The next one.
    }
  }
  throw new CannotRun(
    "@arrimage/api is not installed here: install it beside @arrimage/sdk, or name a running sandbox with --hub.",
  );
}

/** The repository's hub runs its sources on the Node that the repository installs. */
function nodeFor(script: string): string {
  const own = resolve(dirname(script), "../../node_modules/node/bin/node");
  return existsSync(own) ? own : process.execPath;
}

async function untilReady(child: ChildProcess, url: string, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + READY;
  while (performance.now() < until) {
    signal?.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended with ${String(child.exitCode ?? child.signalCode)}.`);
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  throw new Error(`it was not ready in ${String(READY / 1_000)} s.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const inTime = await Promise.race([ended.then(() => true), sleep(STOP, false, { ref: false })]);
  if (inTime) return;
  child.kill("SIGKILL");
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
