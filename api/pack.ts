import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * What `npm pack` carries: `dist/` is the part of the repository that a hub needs, laid out as the repository is, with its
 * TypeScript compiled, since Node strips no types under node_modules. Each relative address holds in both.
 */

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const dist = join(root, "api/dist");
const require = createRequire(import.meta.url);

await rm(dist, { recursive: true, force: true });
await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", join(root, "api/tsconfig.pack.json")]);
await copy("migrations");
await copy("spec/rules");
await copy("docs/vendors");
await copy("LICENSE");
await copy("api/src/features/sandbox-console/console.js");
const scalar = join(require.resolve("@scalar/api-reference"), "../../..");
await cp(join(scalar, "api-reference/dist/browser/standalone.js"), join(dist, "scalar/standalone.js"));
await cp(join(scalar, "api-client/LICENSE"), join(dist, "scalar/LICENSE"));

async function copy(path: string): Promise<void> {
  await cp(join(root, path), join(dist, path), { recursive: true });
}
