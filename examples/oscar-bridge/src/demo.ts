import { resolve } from "node:path";
import { defineCommand, runMain } from "citty";
import { parseInstant } from "./local-time.ts";
import { ExportError } from "./malformed.ts";
import { figuresThatDisagree } from "./outcome.ts";
import { createProgress } from "./progress.ts";
import { progressTexts } from "./progress-text.ts";
import { readExport } from "./read-export.ts";
import { closingTable } from "./report.ts";
import { tellStory } from "./story.ts";

/** `npm run demo`: one hub, one clinic, the whole story, and whether both agendas agree at its end. */
const demo = defineCommand({
  meta: { name: "demo", description: "A clinic's OSCAR agenda, its citizens and the hub: the whole story" },
  args: {
    agenda: { type: "string", description: "Folder of the export (the example's own data)", valueHint: "FOLDER" },
    clock: {
      type: "string",
      description: "Instant of the story (that of the folder's bridge.json)",
      valueHint: "INSTANT",
    },
    seed: { type: "string", description: "Decides which citizens book and cancel what", default: "1", valueHint: "N" },
    out: {
      type: "string",
      description: "Folder for the updated agenda",
      default: ".arrimage/oscar-bridge",
      valueHint: "FOLDER",
    },
    json: { type: "boolean", description: "Print the figures as one JSON object" },
    spoil: { type: "boolean", description: "Change one written row, to see that the comparison sees it" },
    lang: { type: "enum", options: ["fr", "en"], description: "Language of the report", default: "fr" },
    "database-url": {
      type: "string",
      description: "A PostgreSQL server to use instead of the embedded one (DATABASE_URL)",
      valueHint: "URL",
    },
  },
  async run({ args, rawArgs }) {
    const text = progressTexts[args.lang === "en" ? "en" : "fr"];
    try {
      refuseUnknown(rawArgs);
      process.exitCode = await runDemo(args);
      // The story that was left in the middle would wait for a hub that is gone.
      if (process.exitCode === INTERRUPTED) process.exit();
    } catch (error) {
      process.stderr.write(`${text.failed} ${explain(error)}\n`);
      process.exitCode = 1;
    }
  },
});

const options = ["agenda", "clock", "seed", "out", "json", "spoil", "lang", "database-url"];

/** A misspelt option must not run the story on other data than its writer meant. */
function refuseUnknown(rawArgs: readonly string[]): void {
  const named = rawArgs
    .filter((text) => text.startsWith("-"))
    .map((text) => text.replace(/^-+(no-)?/, "").split("=")[0] ?? "");
  const unknown = named.find((name) => !options.includes(name));
  if (unknown !== undefined) throw new ExportError(`There is no option --${unknown}.`);
  const flags = new Set(["--json", "--spoil"]);
  const stray = rawArgs.find((text, position) => {
    const before = rawArgs[position - 1];
    const isValue = before?.startsWith("-") === true && !before.includes("=") && !flags.has(before);
    return !text.startsWith("-") && !isValue;
  });
  if (stray !== undefined) throw new ExportError(`"${stray}" belongs to no option.`);
}

/** As shells count: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

interface Arguments {
  agenda?: string | undefined;
  clock?: string | undefined;
  seed: string;
  out: string;
  json?: boolean | undefined;
  spoil?: boolean | undefined;
  lang: string;
  "database-url"?: string | undefined;
}

/** Answers the exit code: 1 when the agendas differ or a figure does not add up. */
async function runDemo(args: Arguments): Promise<number> {
  const language = args.lang === "en" ? "en" : "fr";
  const text = progressTexts[language];
  const agenda = args.agenda === undefined ? resolve(import.meta.dirname, "../data") : fromCaller(args.agenda);
  const out = fromCaller(args.out);
  if (agenda === out) throw new ExportError("--out must be another folder than --agenda.");
  const exported = readExport(agenda);
  const clock = args.clock === undefined ? exported.config.clock : parseInstant(args.clock);
  if (!clock) throw new ExportError("--clock takes an instant with its offset, such as 2027-03-04T07:00:00-05:00.");
  if (!/^\d{1,15}$/.test(args.seed)) throw new ExportError("--seed takes a whole number.");

  // Only now: loading the hub takes a second, and a wrong option should be told at once.
  const { startDemoHub } = await import("./hub-process.ts");
  const stopping = new AbortController();
  const interrupted = interruption();
  const progress = createProgress(process.stderr);
  const databaseUrl = args["database-url"] ?? (process.env.DATABASE_URL || undefined);
  const hub = await progress.step(
    text.hub.running,
    () => startDemoHub({ clock, databaseUrl, onProgress: () => undefined }),
    ({ url }) => text.hub.done(url),
  );
  try {
    const connection = { baseUrl: hub.url, fetch: fetchUntil(stopping.signal) };
    const story = tellStory(connection, {
      ...{ exported, clock, out, text, progress },
      seed: Number(args.seed),
      spoil: args.spoil === true,
      note: (line) => process.stderr.write(`! ${line}\n`),
    });
    const facts = await Promise.race([story, interrupted]);
    if (facts === "interrupted") {
      process.stderr.write(`${text.interrupted}\n`);
      stopping.abort();
      return INTERRUPTED;
    }
    const result = args.json === true ? JSON.stringify(facts.outcome, null, 2) : `\n${closingTable(facts, language)}`;
    process.stdout.write(`${result}\n`);
    return figuresThatDisagree(facts.outcome).length === 0 ? 0 : 1;
  } finally {
    await hub.stop();
  }
}

/** A first Ctrl-C ends the story and lets the hub stop in order; a second one ends the process at once. */
function interruption(): Promise<"interrupted"> {
  return new Promise((settle) => {
    let once = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (once) process.exit(INTERRUPTED);
        once = true;
        settle("interrupted");
      });
    }
  });
}

/** Drops what is under way when the signal comes: the hub, which stops in order, has then nothing to wait for. */
function fetchUntil(signal: AbortSignal): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal });
}

/** npm runs a workspace's script in the workspace's folder; a person names folders from where they are. */
function fromCaller(folder: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), folder);
}

/** What a person can act on; a stack only for what nobody expected. */
function explain(error: unknown): string {
  if (error instanceof ExportError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await runMain(demo);
