import { randomBytes } from "node:crypto";
import { readConfig } from "@arrimage/api/src/config.ts";
import { connect } from "@arrimage/api/src/db/connection.ts";
import { startThrowAwayPostgres } from "@arrimage/api/src/db/launcher.ts";
import { freePort, startHub } from "@arrimage/api/src/hub.ts";

/** The only file that knows the hub from inside; everything else speaks to `url` through the SDK. */
export interface DemoHub {
  url: string;
  /** Stops the hub and removes its database. */
  stop(): Promise<void>;
}

/** The hub of one demo: in this process, on a free port, in sandbox mode, with an empty database that ends with it. */
export async function startDemoHub(options: {
  clock: Date;
  /** A PostgreSQL server that is there already; undefined: one of our own, thrown away at the end. */
  databaseUrl: string | undefined;
  onProgress: (line: string) => void;
}): Promise<DemoHub> {
  const { onProgress } = options;
  const server =
    options.databaseUrl === undefined
      ? await startThrowAwayPostgres({ onProgress })
      : { url: options.databaseUrl, stop: async () => undefined };
  try {
    const database = await createDatabase(server.url);
    try {
      const port = await freePort();
      const config = readConfig({}, { mode: "sandbox", port, databaseUrl: database.url });
      const hub = await startHub(config, { clock: options.clock.getTime(), onProgress });
      return { url: hub.url, stop: () => inOrder(() => hub.stop(), database.drop, server.stop) };
    } catch (error) {
      await database.drop();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A database of a name of its own, so that a shared server can run several demos at once. */
async function createDatabase(serverUrl: string): Promise<{ url: string; drop(this: void): Promise<void> }> {
  const name = `arrimage_demo_${randomBytes(6).toString("hex")}`;
  const onServer = async (statement: string): Promise<void> => {
    const connection = connect(serverUrl, { max: 1 });
    try {
      await connection.unsafe(statement);
    } finally {
      await connection.end();
    }
  };
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Each is done even when one before it fails; the first failure is thrown at the end. */
async function inOrder(...steps: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
