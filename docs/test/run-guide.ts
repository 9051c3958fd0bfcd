import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { blocksOf, patternOf } from "./guide.ts";
import type { Block } from "./guide.ts";

/**
 * Does what a reader of the guide does, in an empty folder, against one sandbox:
 *
 * - `js file=NAME` is saved; `js` is the guide's one program, from block to block, run once at its end;
 * - `sh` is typed into one shell, `sh background=NAME` into a terminal of its own, which `<!-- stop NAME -->` ends;
 * - `text` is what the block before it prints, line by line; `text NAME` what that terminal shows next;
 * - `sh install` is what installs and starts the sandbox: api/test/packed.test.ts and test/long/installed.test.ts do that.
 */
export async function runGuide(markdown: string, hubUrl: string): Promise<void> {
  const folder = await emptyFolder();
  const program: Block[] = [];
  const expected: Block[] = [];
  const terminals = new Map<string, Terminal>();
  const shell = new Terminal(spawn("sh", ["-s"], { cwd: folder, env: environment() }));
  let last: Block | undefined;
  try {
    for (const block of steps(markdown)) {
      if (typeof block === "string") {
        await terminals.get(block)?.stop();
        continue;
      }
      const text = block.text.replaceAll("http://127.0.0.1:4700", hubUrl);
      const { language, attributes } = block;
      const file = attributes.get("file");
      const background = attributes.get("background");
      if (language === "text") {
        const [terminal] = attributes.keys();
        if (terminal !== undefined) await terminals.get(terminal)?.shows(block);
        else if (last?.language === "js") expected.push(block);
        else await shell.shows(block);
      } else if (attributes.has("install")) continue;
      else if (file !== undefined) await writeFile(join(folder, file), text);
      else if (background !== undefined) terminals.set(background, new Terminal(spawnIn(folder, text)));
      else if (language === "sh") await shell.type(text);
      else if (language === "js") program.push({ ...block, text });
      else if (language !== "json") throw new Error(`line ${String(block.line)}: nobody runs ${language}`);
      last = block;
    }
    if (program.length > 0) await runProgram(folder, program, expected);
  } finally {
    for (const terminal of [shell, ...terminals.values()]) await terminal.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The blocks, and between them the names of terminals that the reader stops. */
function steps(markdown: string): (Block | string)[] {
  const stops = [...markdown.matchAll(/^<!-- stop (\w+) -->$/gm)].map((found) => ({
    name: found[1] ?? "",
    line: markdown.slice(0, found.index).split("\n").length,
  }));
  const all = [
    ...blocksOf(markdown).map((block) => ({ line: block.line, step: block })),
    ...stops.map(({ name, line }) => ({ line, step: name })),
  ];
  return all.sort((one, other) => one.line - other.line).map(({ step }) => step);
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "arrimage-guide-"));
  await chmod(folder, 0o755);
  await mkdir(join(folder, "node_modules/@arrimage"), { recursive: true });
  await symlink(fileURLToPath(new URL("../../sdk", import.meta.url)), join(folder, "node_modules/@arrimage/sdk"));
  return folder;
}

/** The SDK's sources, and this Node as `node`. */
function environment(): NodeJS.ProcessEnv {
  const bin = fileURLToPath(new URL("../../node_modules/node/bin", import.meta.url));
  return {
    HOME: process.env["HOME"],
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    NODE_OPTIONS: "--conditions=arrimage-source --no-warnings",
  };
}

function spawnIn(folder: string, command: string): ChildProcessWithoutNullStreams {
  return spawn("sh", ["-c", `exec ${command}`], { cwd: folder, env: environment() });
}

async function runProgram(folder: string, blocks: readonly Block[], expected: readonly Block[]): Promise<void> {
  await writeFile(join(folder, "guide.mjs"), blocks.map(({ text }) => text).join("\n\n"));
  const terminal = new Terminal(spawnIn(folder, "node guide.mjs"));
  const code = await terminal.ended();
  if (code !== 0) throw new Error(`guide.mjs ended with ${String(code)}\n${terminal.output}`);
  for (const block of expected) await terminal.shows(block);
}

const patienceMs = 20_000;

class Terminal {
  output = "";
  private read = 0;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly exit: Promise<unknown[]>;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    this.exit = once(child, "exit");
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
  }

  /** Types it and waits until it is done. */
  async type(text: string): Promise<void> {
    const done = `done-${String(this.output.length)}-${String(this.read)}`;
    this.read = this.output.length;
    this.child.stdin.write(`${text}\necho "\n${done}:$?"\n`);
    const found = await this.until(() => new RegExp(`\n${done}:(\\d+)\n`).exec(this.output), text);
    if (found[1] !== "0") throw new Error(`${text}\nended with ${String(found[1])}\n${this.output.slice(this.read)}`);
  }

  /** Waits until the lines of the block appear, one after the other, in what it has not shown before. */
  async shows(block: Block): Promise<void> {
    for (const line of block.text.split("\n").filter((each) => each.trim() !== "")) {
      const pattern = new RegExp(patternOf(line).source, "m");
      const found = await this.until(
        () => pattern.exec(this.output.slice(this.read)),
        `line ${String(block.line)}: ${line}`,
      );
      this.read += found.index + found[0].length;
    }
  }

  async ended(): Promise<number | null> {
    // Of an exit, Node tells the code first.
    const [code] = (await this.exit) as [number | null];
    return code;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGINT");
    const late = setTimeout(() => this.child.kill("SIGKILL"), 2000);
    await this.exit;
    clearTimeout(late);
  }

  private async until<T>(look: () => T | null, what: string): Promise<T> {
    for (let waited = 0; waited < patienceMs; waited += 20) {
      const found = look();
      if (found !== null) return found;
      await sleep(20);
    }
    throw new Error(`${what}\ndid not appear in:\n${this.output.slice(this.read)}`);
  }
}
