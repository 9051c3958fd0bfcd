/** The package as a vendor receives it: built, packed, unpacked elsewhere, judged by publint and attw, used. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const sdk = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(sdk, "../node_modules/.bin");

let folder = "";
let source = "";
let tarball = "";
let unpacked = "";

/** In a copy, so that nobody's `dist/` changes under them; resolved from the repository's node_modules. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-sdk-"));
  source = join(folder, "repository/sdk");
  await mkdir(source, { recursive: true });
  await symlink(join(sdk, "../node_modules"), join(folder, "repository/node_modules"));
  await cp(join(sdk, "../tsconfig.base.json"), join(folder, "repository/tsconfig.base.json"));
  // Of which dist/msw is made.
  for (const name of ["api", "spec"])
    await cp(join(sdk, "..", name), join(folder, "repository", name), { recursive: true });
  for (const name of ["package.json", ".size-limit.json", "README.md", "tsup.config.ts", "src", "msw", "conformance"]) {
    await cp(join(sdk, name), join(source, name), { recursive: true });
  }
  await run(process.execPath, [join(binaries, "tsup")], { cwd: source });
  const npm = await run("npm", ["pack", "--ignore-scripts", "--json", "--offline", "--pack-destination", folder], {
    cwd: source,
  });
  // npm documents the form of its JSON.
  const [packed] = JSON.parse(npm.stdout) as { filename: string }[];
  tarball = join(folder, packed?.filename ?? "");
  const modules = join(folder, "vendor/node_modules/@arrimage");
  await mkdir(modules, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", modules]);
  unpacked = join(modules, "sdk");
  await rename(join(modules, "package"), unpacked);
  await writeFile(join(folder, "vendor/package.json"), '{ "type": "module" }');
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

test("holds what it promises, and nothing that belongs to the repository", async () => {
  const files = await filesOf(unpacked);
  for (const name of ["index", "sandbox", "webhooks", "msw", "sync", "conformance"]) {
    for (const suffix of ["js", "cjs", "d.ts", "d.cts"]) expect(files).toContain(`dist/${name}.${suffix}`);
  }
  expect(files).toEqual(expect.arrayContaining(["README.md", "package.json", "src/index.ts", "src/generated/hub.ts"]));
  for (const name of ["adapter.openapi.yaml", "report.schema.json"]) expect(files).toContain(`conformance/${name}`);
  expect(files.filter((file) => /test|tsconfig|generator/.test(file))).toEqual([]);
  const manifest = JSON.parse(await readFile(join(unpacked, "package.json"), "utf8")) as Record<string, unknown>;
  expect(manifest).not.toHaveProperty("dependencies");
});

test("asks nothing of Node", async () => {
  const asked = /(?:\bfrom|require\() ?["'](?!\.\/)([\w@][^"']*)/g;
  for (const name of ["index", "sandbox", "webhooks", "msw", "sync"]) {
    for (const suffix of ["js", "cjs"]) {
      const text = await readFile(join(unpacked, "dist", `${name}.${suffix}`), "utf8");
      if (name !== "msw") expect(text).not.toMatch(/\b(process|Buffer|__dirname|node:)\b/);
      expect([...text.matchAll(asked)].map(([, module]) => module)).toEqual(name === "msw" ? ["msw"] : []);
    }
  }
});

test("the conformance kit is a command of it", async () => {
  const bin = join(unpacked, "dist/arrimage-conformance.js");
  const { stdout } = await run(process.execPath, [bin, "list"], { cwd: join(folder, "vendor") });
  expect(stdout).toContain("REQ-PUSH-01");
});

test("publint has nothing to say", async () => {
  const { stdout } = await run(process.execPath, [join(binaries, "publint"), "run", tarball, "--strict"]);
  expect(stdout).toContain("All good!");
}, 60_000);

test("its types resolve in every way of importing (attw, strict)", async () => {
  const attw = [join(binaries, "attw"), tarball, "--profile", "strict", "--format", "json", "--no-definitely-typed"];
  const { stdout } = await run(process.execPath, attw, { maxBuffer: 64 * 1024 * 1024 });
  // attw documents the form of its JSON.
  const { analysis, problems } = JSON.parse(stdout) as { analysis: { entrypoints: object }; problems: object };
  expect(Object.keys(analysis.entrypoints)).toEqual([
    ...[".", "./sandbox", "./webhooks", "./msw", "./sync", "./conformance", "./package.json"],
  ]);
  expect(problems).toEqual({});
}, 60_000);

/** `test/size/NAME.js` is what a vendor would write; `.size-limit.json` says how much of it may arrive, brotli. */
test("costs a vendor's bundle no more than .size-limit.json allows", async () => {
  const names = (await readdir(join(sdk, "test/size"))).map((file) => file.replace(/\.js$/, ""));
  for (const name of names) {
    await build({
      stdin: {
        contents: await readFile(join(sdk, "test/size", `${name}.js`), "utf8"),
        resolveDir: join(folder, "vendor"),
      },
      outfile: join(source, "size", `${name}.js`),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      logLevel: "error",
    });
  }
  const sizeLimit = [join(binaries, "size-limit"), "--json"];
  // It answers 1 when something is too large, with the same JSON.
  const { stdout } = await run(process.execPath, sizeLimit, { cwd: source }).catch((error: unknown) => {
    if (error instanceof Error && "stdout" in error) return error;
    throw error;
  });
  // size-limit documents the form of its JSON.
  const measured = JSON.parse(String(stdout)) as { name: string; passed: boolean; size: number; sizeLimit: number }[];
  for (const { name, size, sizeLimit } of measured)
    process.stdout.write(`size of ${name}: ${size} of ${sizeLimit} B\n`);
  expect(measured.map(({ name }) => name).sort()).toEqual(names.sort());
  expect(measured.filter(({ passed }) => !passed)).toEqual([]);
}, 60_000);

/** Uses both entry points against a `fetch` of its own; prints one JSON line. */
const use = `
  const client = sdk.createClient({
    baseUrl: "http://hub.test",
    auth: sdk.bearer("token"),
    fetch: async () => Response.json({ title: "Introuvable", status: 404, code: "NOT_FOUND" }, { status: 404 }),
  });
  const [group] = Object.keys(client).filter((name) => name !== "changes");
  const error = await client.changes.list().catch((error) => error);
  console.log(JSON.stringify({
    node: process.versions.node,
    follow: typeof client.changes.follow,
    group: typeof group,
    sandbox: typeof sandbox.createSandboxClient({ baseUrl: "http://hub.test" }),
    known: sdk.isArrimageProblem(error, "NOT_FOUND"),
    knownToSandbox: sandbox.isArrimageProblem(error, "NOT_FOUND"),
  }));
`;
const used = {
  node: process.versions.node,
  follow: "function",
  group: "string",
  sandbox: "object",
  known: true,
  knownToSandbox: true,
};

test.each([
  [
    "imported",
    "use.mjs",
    `import * as sdk from "@arrimage/sdk"; import * as sandbox from "@arrimage/sdk/sandbox";${use}`,
  ],
  [
    "required",
    "use.cjs",
    `const sdk = require("@arrimage/sdk"); const sandbox = require("@arrimage/sdk/sandbox"); (async () => {${use}})();`,
  ],
  [
    "imported and required in one process",
    "both.mjs",
    `import { createRequire } from "node:module"; import * as sdk from "@arrimage/sdk";
     const sandbox = createRequire(import.meta.url)("@arrimage/sdk/sandbox");${use}`,
  ],
])("works when %s", async (_, name, script) => {
  const file = join(folder, "vendor", name);
  await writeFile(file, script);
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: dirname(file) });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual(used);
});
