import { readConfig } from "../src/config.ts";
import { startThrowAwayPostgres } from "../src/db/launcher.ts";
import { freePort, startHub } from "../src/hub.ts";
import { seedSandbox } from "../src/sandbox/seed.ts";

/** A seeded sandbox as `npm start` serves it, with a database that ends with it: what the examples' tests speak to. */
export interface SandboxHub {
  url: string;
  stop(this: void): Promise<void>;
}

/** Without `clock`, its time is this machine's. */
export async function startSandboxHub(options: { clock?: string } = {}): Promise<SandboxHub> {
  const postgres = await startThrowAwayPostgres();
  try {
    const config = readConfig({}, { mode: "sandbox", port: await freePort(), databaseUrl: postgres.url });
    const hub = await startHub(config, {
      beforeServing: async (own) => void (await seedSandbox(own.deps, own.fetch)),
      ...(options.clock === undefined ? {} : { clock: Date.parse(options.clock) }),
    });
    return {
      url: hub.url,
      async stop() {
        await hub.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
