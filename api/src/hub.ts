import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createHub } from "./app.ts";
import { systemClock } from "./clock.ts";
import type { Instant } from "./clock.ts";
import { ConfigError } from "./config.ts";
import type { Config } from "./config.ts";
import { connect } from "./db/connection.ts";
import type { Connection } from "./db/connection.ts";
import { startPostgres } from "./db/launcher.ts";
import type { RunningPostgres } from "./db/launcher.ts";
import { ensureRoles, migrate } from "./db/migrate.ts";
import { openQueue, prepareQueue } from "./db/queue.ts";
import type { Deps } from "./deps.ts";
import { createPlacePositions } from "./features/places/positions.ts";
import { createHttpRegistry } from "./features/registry/http-registry.ts";
import { answerWithinMs } from "./features/registry/over-http.ts";
import { createHttpStaffRegistry } from "./features/staff-registry/http-staff-registry.ts";
import { createWebhookSender } from "./features/webhook-deliveries/sender.ts";
import { createAuthenticate } from "./http/authentication.ts";
import { systemIds } from "./ids.ts";
import { createJobs } from "./jobs/jobs.ts";
import { createLog, failureFields } from "./log.ts";
import { createSecrets } from "./secrets.ts";

/** A hub as the process itself calls it, before and while it serves. */
export interface OwnHub {
  deps: Deps;
  /** The application itself. */
  fetch: (request: Request) => Response | Promise<Response>;
}

/** A hub that serves, as main.ts, the demo and the suites start it. */
export interface RunningHub extends OwnHub {
  url: string;
  /** The embedded server, when the hub started or found one. */
  postgres?: RunningPostgres;
  /** Stops accepting, finishes what runs (10 s at most), closes the database. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Where a new sandbox's time begins. */
  clock?: Instant;
  /** What must be there before anybody is served. */
  beforeServing?: (hub: OwnHub) => Promise<void>;
  onProgress?: (line: string) => void;
}

const migrations = new URL("../../migrations/", import.meta.url);
const shutdownMs = 10_000;

export async function startHub(config: Config, options: StartOptions = {}): Promise<RunningHub> {
  const postgres =
    config.databaseUrl === undefined
      ? await startPostgres({
          dataDir: config.dataDir,
          ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
        })
      : undefined;
  try {
    const databaseUrl = config.databaseUrl ?? (postgres && (await ownDatabase(postgres.url)));
    if (databaseUrl === undefined) throw new Error("no database");
    await prepare(databaseUrl);
    const running = await listen(
      config,
      connect(databaseUrl, { max: config.databasePool, role: "arrimage_runtime" }),
      databaseUrl,
      options,
    );
    return {
      ...running,
      ...(postgres === undefined ? {} : { postgres }),
      stop: async () => {
        await running.stop();
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** The hub's database on the embedded server: made on the first start. */
async function ownDatabase(serverUrl: string): Promise<string> {
  const owner = connect(serverUrl, { max: 1 });
  try {
    const [found] = await owner`SELECT 1 FROM pg_database WHERE datname = 'arrimage'`;
    if (found === undefined) await owner`CREATE DATABASE arrimage`.catch(ignoreDuplicate);
  } finally {
    await owner.end();
  }
  const url = new URL(serverUrl);
  url.pathname = "/arrimage";
  return url.href;
}

/** Two processes may create it at the same moment. */
function ignoreDuplicate(error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "42P04" && code !== "23505") throw error;
}

/** As the owner of the schema: roles, migrations and the queue's own schema. The pool that serves gives these rights up. */
async function prepare(databaseUrl: string): Promise<void> {
  const owner = connect(databaseUrl, { max: 2 });
  try {
    await ensureRoles(owner);
    await migrate(owner, { folder: migrations });
  } finally {
    await owner.end();
  }
  await prepareQueue(databaseUrl);
}

async function listen(
  config: Config,
  connection: Connection,
  ownerUrl: string,
  options: StartOptions,
): Promise<RunningHub> {
  const secrets = createSecrets(config.keys, systemIds);
  // What production serves does not load it.
  const mode = config.mode === "sandbox" ? await import("./sandbox/mode.ts") : undefined;
  const sandboxClock = await mode?.openSandboxClock(connection, systemClock.wall, options.clock);
  const world = { clock: sandboxClock ?? systemClock, ids: systemIds, secrets, connection };
  const deps: Deps = {
    ...world,
    config,
    log: createLog(config.logLevel),
    registry:
      config.registryUrl === undefined ? of(mode).createSandboxRegistry(world) : createHttpRegistry(config.registryUrl),
    staffRegistry:
      config.staffRegistry === undefined
        ? of(mode).createSandboxStaffRegistry(world)
        : createHttpStaffRegistry({ ...config.staffRegistry, answerWithinMs }),
    placePositions: createPlacePositions(connection, world.clock.wall),
    ...(sandboxClock === undefined ? {} : { sandboxClock }),
    ...(mode === undefined ? {} : { sandbox: mode.createSandbox(systemIds, ownerUrl) }),
  };
  const hub = createHub(deps, createAuthenticate(deps), mode?.addSandbox);
  const watching = await mode?.watchWorld(hub);
  const own: OwnHub = { deps, fetch: (request) => hub.app.fetch(request) };
  await options.beforeServing?.(own);
  const server = await bound(hub.app.fetch, config.port);
  const jobs = createJobs(deps);
  jobs.start();
  const queue = await openQueue(ownerUrl, (error) => {
    deps.log.error("queue", failureFields(error));
  });
  const webhooks = createWebhookSender(deps, queue);
  webhooks.start();
  return {
    ...own,
    url: config.baseUrl,
    async stop() {
      hub.closing.abort();
      await closed(server);
      await Promise.all([jobs.stop(), webhooks.stop()]);
      await queue.close();
      await sandboxClock?.close();
      await watching?.unlisten();
      await deps.sandbox?.world.close();
      await connection.end({ timeout: 5 });
    },
  };
}

/** readConfig has seen to it that production has registries of its own. */
function of<Mode>(mode: Mode | undefined): Mode {
  if (mode === undefined) throw new ConfigError("only a sandbox has invented persons");
  return mode;
}

function bound(fetch: Parameters<typeof serve>[0]["fetch"], port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, () => {
      resolve(server);
    });
    server.once("error", (error: Error) => {
      const taken = "code" in error && error.code === "EADDRINUSE";
      const message = `port ${String(port)} is taken: another hub runs there, or something else (--port or PORT names another)`;
      reject(taken ? new ConfigError(message) : error);
    });
  });
}

function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      if ("closeAllConnections" in server) server.closeAllConnections();
    }, shutdownMs);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

/** A free port of this machine, for a hub whose address must be known before it listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      // A TCP server that listens has an address and a port.
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
