import { defineCommand, runMain } from "citty";
import { ConfigError, readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { startHub } from "./hub.ts";
import type { RunningHub, StartOptions } from "./hub.ts";
import { endOnUncaught, withoutValues } from "./last-words.ts";

/** `arrimage sandbox` and `arrimage serve`. */

const options = {
  port: { type: "string", description: "Port on 127.0.0.1 (PORT; 4700 otherwise)" },
  data: { type: "string", description: "Folder of the embedded database (.arrimage otherwise)" },
} as const;

const sandbox = defineCommand({
  meta: {
    name: "sandbox",
    description: "Serve a sandbox: seeded clinics, a clock that can be moved, the reference at /docs",
  },
  args: { ...options, clock: { type: "string", description: "Where a new sandbox's time begins (RFC 3339)" } },
  run: told(async ({ args }) => {
    const clock = args.clock === undefined ? undefined : Date.parse(args.clock);
    if (clock !== undefined && Number.isNaN(clock))
      throw new ConfigError("--clock takes an instant such as 2027-03-04T07:00:00-05:00");
    // Only here: what serves production does not load it.
    const [{ seedSandbox }, { welcome }] = await Promise.all([
      import("./sandbox/seed.ts"),
      import("./sandbox/welcome.ts"),
    ]);
    let seeded = false;
    const hub = await started(configOf(args, "sandbox"), {
      onProgress: (line) => process.stderr.write(`${line}\n`),
      beforeServing: async (own) => {
        seeded = await seedSandbox(own.deps, own.fetch);
      },
      ...(clock === undefined ? {} : { clock }),
    });
    stopOnSignal(hub);
    process.stdout.write(await welcome(hub, seeded));
  }),
});

const production = defineCommand({
  meta: { name: "serve", description: "Serve the hub (configuration by environment)" },
  args: options,
  run: told(async ({ args }) => {
    const hub = await started(configOf(args, "production"));
    stopOnSignal(hub);
    process.stdout.write(`arrimage serves ${hub.url}. Access tokens are bearer tokens: keep them to TLS.\n`);
  }),
});

/** What is wrong with how it was called is said in one sentence; a misspelt option does not start anything. */
function told<Context extends { args: { _: string[] }; cmd: { args?: unknown } }>(
  run: (context: Context) => Promise<void>,
): (context: Context) => Promise<void> {
  return async (context) => {
    try {
      const known = ["_", ...Object.keys(context.cmd.args ?? {})];
      const [unknown] = [...Object.keys(context.args).filter((name) => !known.includes(name)), ...context.args._];
      if (unknown !== undefined) throw new ConfigError(`${unknown} is no option: --help names them`);
      await run(context);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exit(2);
    }
  };
}

async function started(config: Config, options: StartOptions = {}): Promise<RunningHub> {
  const hub = await startHub(config, options).catch((error: unknown) => {
    throw withoutValues(error);
  });
  endOnUncaught(hub.deps.log);
  return hub;
}

function configOf(args: { port?: string | undefined; data?: string | undefined }, mode: "sandbox" | "production") {
  const port = args.port === undefined ? {} : { port: Number(args.port) };
  if (port.port !== undefined && !Number.isInteger(port.port)) throw new ConfigError("--port takes a whole number");
  return readConfig(process.env, { mode, ...port, ...(args.data === undefined ? {} : { dataDir: args.data }) });
}

/** What arrives within this time of a first signal is the same one: npm passes on what the terminal has sent already. */
const echoMs = 1000;

/** A first signal stops in order; a second one, meant as such, at once. */
function stopOnSignal(hub: RunningHub): void {
  const { clock } = hub.deps;
  let stoppingSince: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stoppingSince !== undefined) {
        if (clock.wall() - stoppingSince > echoMs) process.exit(1);
        return;
      }
      stoppingSince = clock.wall();
      void hub.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

await runMain(
  defineCommand({
    meta: { name: "arrimage", description: "The scheduling hub" },
    subCommands: { sandbox, serve: production },
  }),
);
