import { systemClock } from "../src/clock.ts";
import { readConfig } from "../src/config.ts";
import { connect } from "../src/db/connection.ts";
import type { Connection } from "../src/db/connection.ts";
import { ensureRoles, migrate } from "../src/db/migrate.ts";
import type { Deps } from "../src/deps.ts";
import { machineScopes } from "../src/domain/actor.ts";
import { createPlacePositions } from "../src/features/places/positions.ts";
import { createSandboxRegistry } from "../src/features/registry/sandbox-registry.ts";
import { createSandboxStaffRegistry } from "../src/features/staff-registry/sandbox-staff-registry.ts";
import { issueMachineToken, issueSandboxToken } from "../src/http/access-token.ts";
import { createKeyring } from "../src/http/signing-keys.ts";
import { freePort } from "../src/hub.ts";
import { systemIds } from "../src/ids.ts";
import { createLog } from "../src/log.ts";
import { createSecrets, sandboxKeys } from "../src/secrets.ts";
import type { Secrets } from "../src/secrets.ts";
import { startProcess } from "./processes.ts";

/** Connections of the load, and of each pool. */
export const connections = 32;
export const pool = 4;

/** A database, and once it is written to, a hub in a process of its own over it. */
export interface Stage {
  /** Writes rows past row-level security. */
  owner: Connection;
  secrets: Secrets;
  now: number;
  /** As the hub's: role, size of the pool. */
  runtime(): Connection;
  startHub(): Promise<Staged>;
  end(): Promise<void>;
}

export interface Staged {
  url: string;
  pid: number;
  machineToken(machineId: string): Promise<string>;
  citizenToken(nam: string): Promise<string>;
}

export async function setStage(serverUrl: string, name: string): Promise<Stage> {
  const server = connect(serverUrl, { max: 1 });
  await server.unsafe(`CREATE DATABASE ${name}`);
  await server.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const owner = connect(url.href, { max: 2 });
  await ensureRoles(owner);
  await migrate(owner, { folder: new URL("../../migrations/", import.meta.url) });
  const secrets = createSecrets(sandboxKeys(), systemIds);
  const ending: (() => Promise<void>)[] = [() => owner.end()];
  const runtime = () => {
    const connection = connect(url.href, { max: pool, role: "arrimage_runtime" });
    ending.unshift(() => connection.end());
    return connection;
  };
  return {
    owner,
    secrets,
    now: systemClock.now(),
    runtime,
    async startHub() {
      const port = await freePort();
      const env = {
        DATABASE_URL: url.href,
        PORT: String(port),
        ARRIMAGE_MODE: "sandbox",
        LOG_LEVEL: "silent",
        REQUESTS_PER_MINUTE: "100000000",
        DATABASE_POOL: String(pool),
      };
      const hub = await startProcess(new URL("./hub.ts", import.meta.url), [], env, port);
      ending.unshift(() => hub.stop());
      const issuing = issuingDeps(runtime(), secrets, env);
      const keyring = createKeyring(issuing);
      return {
        url: hub.url,
        pid: hub.pid,
        machineToken: (machineId) => issueMachineToken(issuing, keyring, machineId, machineScopes.join(" ")),
        citizenToken: (nam) => issueSandboxToken(issuing, keyring, { kind: "citizen", nam }),
      };
    },
    async end() {
      for (const stop of ending) await stop();
    },
  };
}

/** What signs tokens that the hub takes for its own. */
function issuingDeps(connection: Connection, secrets: Secrets, env: Record<string, string>): Deps {
  return {
    config: readConfig(env),
    clock: systemClock,
    ids: systemIds,
    secrets,
    connection,
    log: createLog("silent"),
    registry: createSandboxRegistry({ connection, secrets }),
    staffRegistry: createSandboxStaffRegistry({ connection }),
    placePositions: createPlacePositions(connection, systemClock.wall),
  };
}
