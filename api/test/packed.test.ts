import { existsSync } from "node:fs";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import { pack, startPackedSandbox } from "./packed-hub.ts";
import type { PackedHub } from "./packed-hub.ts";

/**
 * @arrimage/api as its tarball carries it, in a folder of its own with the packages that it declares and no others, which
 * here are links to the repository's. `npm run test:long` has npm install it.
 */

const run = promisify(execFile);
const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));

let folder = "";
let packed = "";
let hub: PackedHub | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-packed-"));
  // As root, the database is another user's, who has to get in.
  await chmod(folder, 0o755);
  const scope = join(folder, "node_modules/@arrimage");
  await mkdir(scope, { recursive: true });
  await run("tar", ["-xzf", await pack("api", folder), "-C", scope]);
  packed = join(scope, "api");
  await rename(join(scope, "package"), packed);
  const { dependencies } = JSON.parse(await readFile(join(packed, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(folder, "node_modules", name)), { recursive: true });
    const own = join(modules, "../api/node_modules", name);
    await symlink(existsSync(own) ? own : join(modules, name), join(folder, "node_modules", name));
  }
  hub = await startPackedSandbox(folder);
}, 120_000);

afterAll(async () => {
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Of a manifest, what is used here. */
type Manifest = { dependencies: Record<string, string> };

test("holds compiled code, migrations, rule book and reference, and no tests", async () => {
  const files = await readdir(join(packed, "dist"), { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining([
      "api/src/main.js",
      "migrations/0001_establishments.sql",
      "spec/rules/index.json",
      "docs/vendors/en/first-hour.md",
      "scalar/standalone.js",
      "scalar/LICENSE",
      "LICENSE",
    ]),
  );
  expect(files.filter((file) => /\.ts$|\.test\.|^api\/test/.test(file))).toEqual([]);
  const { dependencies } = JSON.parse(await readFile(join(packed, "package.json"), "utf8")) as Manifest;
  expect(Object.keys(dependencies).filter((name) => name.startsWith("@arrimage/"))).toEqual([]);
});

test("serves its reference, its documents and its rule book", async () => {
  for (const [path, contained] of [
    ["/docs", "createApiReference"],
    ["/docs/scalar.js", "tailwindcss"],
    ["/docs/rules/SLOT-07", "SLOT_PARTIALLY_FILLED"],
    ["/docs/guides/fr/sync.md", '<h2 id="lempreinte">'],
    ["/openapi.json", '"openapi":"3.1.1"'],
    ["/sandbox/openapi.json", "sandboxMachines.list"],
  ]) {
    const answer = await fetch(`${hub?.url ?? ""}${path ?? ""}`);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(await answer.text()).toContain(contained);
  }
});

test("is a seeded sandbox with its data in the folder where it was started", async () => {
  expect(hub?.greeting).toContain("(just seeded)");
  expect(await readdir(folder)).toContain(".arrimage");
  const { machines } = await createSandboxClient({ baseUrl: hub?.url ?? "" }).sandboxMachines.list();
  expect(machines.map(({ name }) => name)).toContain("oscar-pont");
});

test("stops in order, and starts again on what it has kept", async () => {
  expect(await hub?.stop()).toBe(0);
  hub = await startPackedSandbox(folder);
  expect(hub.greeting).not.toContain("(just seeded)");
}, 60_000);
