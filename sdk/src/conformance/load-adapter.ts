/** What `--adapter` names: a module, or an address. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Adapter } from "./adapter.ts";
import { CannotRun, messageOf } from "./cannot-run.ts";
import { connectAdapter } from "./http-adapter.ts";
import { inTime, LIMIT } from "./limit.ts";
import { asRecord } from "./requests.ts";

const FUNCTIONS = [
  ...["start", "stop", "reset", "createOpening", "blockOpening"],
  ...["bookLocally", "cancelLocally", "listAgenda"],
] as const;

export async function loadAdapter(named: string, folder: string, milliseconds = LIMIT): Promise<Adapter> {
  if (/^https?:\/\//.test(named)) {
    return connectAdapter(named).catch((error: unknown) => {
      throw new CannotRun(`No adapter answers at ${named}: ${messageOf(error)}`);
    });
  }
  const file = resolve(folder, named);
  if (/\.[cm]?ts$/.test(file) && !stripsTypes()) {
    throw new CannotRun(
      `Node ${process.versions.node} does not read TypeScript. Run the kit with Node 22.18 or later, or with a loader ` +
        `(NODE_OPTIONS="--import tsx"), or compile ${named} and name the JavaScript.`,
    );
  }
  const module = asRecord(
    await inTime(milliseconds, import(pathToFileURL(file).href)).catch((error: unknown) => {
      throw new CannotRun(`${named} cannot be loaded: ${messageOf(error)}`);
    }),
  );
  const exported: unknown = module["default"];
  // What a function of the vendor's answers is looked at below.
  const made = async (): Promise<unknown> =>
    typeof exported === "function" ? (exported as () => unknown)() : exported;
  const adapter = await inTime(milliseconds, made()).catch((error: unknown) => {
    throw new CannotRun(`${named} made no adapter: ${messageOf(error)}`);
  });
  if (!isAdapter(adapter)) {
    const has = asRecord(adapter);
    const missing = ["name", "version", "webhooks", ...FUNCTIONS].filter((name) => has[name] === undefined);
    throw new CannotRun(
      `${named} must export an adapter by default, or a function that makes one; missing: ${missing.join(", ")}.`,
    );
  }
  return adapter;
}

/** Node's own type stripping, or a loader that was named with --import. */
function stripsTypes(): boolean {
  const { typescript } = asRecord(process.features);
  const loaders = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")];
  return (
    (typescript !== undefined && typescript !== false) ||
    loaders.some((it) => /^--(import|loader|experimental-loader)/.test(it))
  );
}

function isAdapter(value: unknown): value is Adapter {
  if (typeof value !== "object" || value === null) return false;
  // Methods of a class are not its own.
  const is = (name: string, type: string) => typeof Reflect.get(value, name) === type;
  return (
    is("name", "string") &&
    is("version", "string") &&
    is("webhooks", "boolean") &&
    FUNCTIONS.every((name) => is(name, "function"))
  );
}
