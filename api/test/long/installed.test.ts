import { execFile } from "node:child_process";
import { chmod, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, startPackedSandbox } from "../packed-hub.ts";

/** An empty folder, the two tarballs, npm and its registry, on every Node that is maintained, and on 20. */

const run = promisify(execFile);
const quickstart = fileURLToPath(new URL("../../../examples/quickstart/quickstart.js", import.meta.url));

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-installed-"));
  // As root, the database is another user's, who has to get in.
  await chmod(folder, 0o755);
  const tarballs = [await pack("api", folder), await pack("sdk", folder)].map((path) => `./${basename(path)}`);
  await npmInstall(folder, ...tarballs);
  await copyFile(quickstart, join(folder, "quickstart.mjs"));
}, 300_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

test.each(["20", "22", "24", "26"])(
  "on Node %s, the sandbox starts and the README's thirty lines book",
  async (version) => {
    const runtime = await mkdtemp(join(tmpdir(), "arrimage-node-"));
    // The npm package `node` fetches its program when it is installed, if npm is told to let it.
    await writeFile(join(runtime, "package.json"), JSON.stringify({ allowScripts: { node: true } }));
    await npmInstall(runtime, `node@${version}`);
    const node = join(runtime, "node_modules/node/bin/node");
    const hub = await startPackedSandbox(folder, node);
    try {
      const { stdout } = await run(node, ["quickstart.mjs"], { cwd: folder, env: { HUB: hub.url } });
      expect(stdout).toMatch(/^booked .+\nthe agenda appointment created, .+\ncancelled\n$/);
    } finally {
      expect(await hub.stop()).toBe(0);
      await rm(runtime, { recursive: true, force: true });
      await rm(join(folder, ".arrimage"), { recursive: true, force: true });
    }
  },
);

async function npmInstall(cwd: string, ...what: string[]): Promise<void> {
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", cwd, ...what], { cwd });
}
