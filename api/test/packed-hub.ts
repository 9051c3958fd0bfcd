import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../src/hub.ts";

/** The hub as a vendor has it: packed by npm, and started as `npx arrimage` does. */

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Builds and packs a workspace; answers its tarball. */
export async function pack(workspace: "api" | "sdk", folder: string): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--json", "--offline", "--silent", "--pack-destination", folder], {
    cwd: `${root}${workspace}`,
  });
  // npm documents the form of its JSON; a build may print before it.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm packed nothing of ${workspace}`);
  return `${folder}/${packed.filename}`;
}

export interface PackedHub {
  url: string;
  /** What it printed until it served. */
  greeting: string;
  /** As Ctrl-C does; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Runs `arrimage sandbox` of a folder's node_modules, there. */
export async function startPackedSandbox(folder: string, node = process.execPath): Promise<PackedHub> {
  const port = await freePort();
  const child = spawn(node, ["node_modules/@arrimage/api/bin/arrimage.js", "sandbox"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let greeting = "";
  for await (const line of createInterface(child.stdout)) {
    greeting += `${line}\n`;
    if (line.includes("Ctrl-C stops it")) break;
  }
  if (child.exitCode !== null) throw new Error(`arrimage sandbox ended with ${String(child.exitCode)}`);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    greeting,
    async stop() {
      child.kill("SIGINT");
      // Of an exit, Node tells the code first.
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
