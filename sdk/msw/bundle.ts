/**
 * Bundles the hub with stores in memory: the hub's own routes, schemas, actions and domain, in which each module that
 * has a namesake under `in-memory/` answers that one's exports in place of its own. What no namesake has stays what it
 * is, and fails at its first statement (NotInMemory), so that nothing is answered that was not thought of.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Plugin } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const inMemory = join(here, "in-memory");
const api = join(here, "../../api/src");
const rules = join(here, "../../spec/rules");

/** Packages of which nothing is left once the stores are replaced. */
const withoutEffect = /^(drizzle-orm|postgres|pino)(\/|$)/;

/** One file of ECMAScript modules that imports msw alone. */
export async function buildMemoryHub(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(here, "../src/msw.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    mainFields: ["module", "main"],
    external: ["msw"],
    inject: [join(here, "bytes.ts")],
    plugins: [memoryHub()],
    logLevel: "error",
  });
}

export function memoryHub(): Plugin {
  return {
    name: "memory-hub",
    setup(build) {
      build.onResolve({ filter: /\/memory-hub\.js$/ }, () => ({ path: join(here, "hub.ts") }));
      build.onResolve({ filter: /^arrimage:/ }, ({ path }) => ({ path, namespace: "arrimage" }));
      build.onResolve({ filter: /^node:crypto$/ }, () => ({ path: join(here, "node-crypto.ts"), sideEffects: false }));
      build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "nothing", sideEffects: false }));
      build.onResolve({ filter: withoutEffect }, ({ path }) => ({ path, namespace: "nothing", sideEffects: false }));
      build.onResolve({ filter: /^\./ }, ({ path, importer, resolveDir }) => {
        const file = resolve(resolveDir, path);
        if (!file.startsWith(api)) return undefined;
        const namesake = join(inMemory, relative(api, file));
        if (importer === namesake || importer === file || !existsSync(namesake))
          return { path: file, sideEffects: false };
        return { path: file, namespace: "replaced", sideEffects: false };
      });
      build.onResolve({ filter: /^\//, namespace: "replaced" }, ({ path }) => ({ path, sideEffects: false }));
      // zod's messages in fifty languages: the hub speaks two.
      build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
        contents: `export { default as en } from "./en.js"; export { default as fr } from "./fr.js";`,
        resolveDir: dirname(path),
      }));
      build.onLoad({ filter: /\/db\/tables\.ts$/ }, ({ path }) => noTables(path));
      build.onLoad({ filter: /.*/, namespace: "replaced" }, ({ path }) => replaced(path));
      build.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {}", loader: "js" }));
      build.onLoad({ filter: /rules$/, namespace: "arrimage" }, () => ({ contents: ruleModule(), loader: "js" }));
      build.onLoad({ filter: /postal-codes$/, namespace: "arrimage" }, async () => ({
        contents: await postalModule(),
        loader: "js",
      }));
    },
  };
}

/** Exports that are named win over those of `export *` (ECMA-262 §16.2.1.7.2.1). */
function replaced(file: string): { contents: string; resolveDir: string; loader: "js"; watchFiles: string[] } {
  const namesake = join(inMemory, relative(api, file));
  const names = [...readFileSync(namesake, "utf8").matchAll(/^export (?:async )?(?:const|function) (\w+)/gm)];
  const contents = `export * from ${JSON.stringify(file)};
    export { ${names.map(([, name]) => name).join(", ")} } from ${JSON.stringify(namesake)};`;
  return { contents, resolveDir: dirname(file), loader: "js", watchFiles: [namesake] };
}

/** The mirrors of tables: whatever statement begins with one has no namesake. */
function noTables(file: string): { contents: string; resolveDir: string; loader: "js" } {
  const names = [...readFileSync(file, "utf8").matchAll(/^export const (\w+) =/gm)];
  const contents = names.map(([, name]) => `export const ${name} = /* @__PURE__ */ noTable();`).join("\n");
  return {
    contents: `import { noTable } from ${JSON.stringify(join(here, "world.ts"))};\n${contents}`,
    resolveDir: here,
    loader: "js",
  };
}

interface RuleFile {
  rules?: readonly { id: string; text: { fr: string; en: string } }[];
  entities?: readonly { fields: readonly { id: string }[] }[];
}

function ruleModule(): string {
  const files = readdirSync(rules)
    .filter((name) => /^[A-Z]+\.json$/.test(name))
    // spec/rules/schema.json is their form, which a test of the hub holds them to.
    .map((name) => JSON.parse(readFileSync(join(rules, name), "utf8")) as RuleFile);
  const all = files.flatMap((file) => file.rules ?? []);
  const fields = files.flatMap((file) => (file.entities ?? []).flatMap((entity) => entity.fields));
  // Texts are shown by explanations alone: of the rules that they and the domain name as data.
  const code = ["domain", "features/explanations"]
    .flatMap((folder) => readdirSync(join(api, folder)).map((name) => join(api, folder, name)))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(name, "utf8"))
    .join("");
  const told = all.filter(({ id }) => code.includes(`"${id}"`)).map(({ id, text }) => [id, text]);
  const ids = [...all, ...fields].map(({ id }) => id);
  return `export const ruleIds = new Set(${JSON.stringify(ids)});
    export const ruleTexts = ${JSON.stringify(Object.fromEntries(told))};`;
}

/** The hub's own module knows the package and what is corrected of it. */
async function postalModule(): Promise<string> {
  const { sortationAreaPositions } = await import("../../api/src/postal-codes.ts");
  const { localityPositions } = await import("../../api/src/postal-code-corrections.ts");
  const areas = [...sortationAreaPositions()].map(([code, { latitude, longitude }]) => [code, [latitude, longitude]]);
  const positions: unknown = { ...Object.fromEntries(areas), ...localityPositions };
  return `export const positions = ${JSON.stringify(positions)};`;
}
