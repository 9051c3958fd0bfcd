import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { systemIds } from "../../ids.ts";
import type { Binaries } from "./binaries.ts";
import { codeOf, PostgresStartError } from "./errors.ts";
import { enterableTemporaryFolders, mayEnter, type ServerUser, serverUser, spawnAs } from "./server-user.ts";

const run = promisify(execFile);

export const SUPERUSER = "postgres";

/** Where one cluster and what belongs to it are kept. All paths are absolute and without links. */
export type ClusterPlace = {
  /** The folder asked for: holds the password, the log, the lock and, where possible, the cluster. */
  dataDir: string;
  /** PostgreSQL's own data folder. */
  cluster: string;
  /** A folder outside `dataDir` that holds `cluster`, or null when it lies in `dataDir`. */
  elsewhere: string | null;
  user: ServerUser;
};

export function lockOf(dataDir: string): string {
  return join(dataDir, "postgres.lock");
}

export function logOf(dataDir: string): string {
  return join(dataDir, "postgres.log");
}

/** The environment of PostgreSQL's programs: ours would bring `PGPORT`, a locale or a time zone. */
export const SERVER_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * Makes the data folder when absent, closed to others; as root, open to passing through (the server, another user,
 * must reach its cluster) but not to listing. Answers its path without links.
 */
export async function openDataDir(path: string): Promise<string> {
  const asked = resolve(path);
  const firstMade = await mkdir(asked, { recursive: true });
  if (firstMade !== undefined) {
    const asRoot = process.getuid?.() === 0;
    for (let folder = asked; ; folder = dirname(folder)) {
      if (asRoot) await chmod(folder, 0o711);
      else if (folder === asked) await chmod(folder, 0o700);
      if (folder === firstMade) break;
    }
  }
  const dataDir = await realpath(asked);
  await access(dataDir, constants.W_OK).catch((cause: unknown) => {
    throw new PostgresStartError(`The data folder ${dataDir} cannot be written by this user.`, { cause });
  });
  return dataDir;
}

/** Where the cluster of this data folder is, or, when there is none yet, will be. */
export async function placeCluster(dataDir: string, onProgress: (line: string) => void): Promise<ClusterPlace> {
  const pointed = await readPointer(dataDir);
  if (pointed !== null) {
    const cluster = join(pointed, "postgres");
    if (await statsOf(pointed)) return { dataDir, cluster, elsewhere: pointed, user: await userOf(cluster) };
    onProgress(`the data that ${dataDir} pointed to (${pointed}) is gone; beginning with an empty database`);
    await rm(pointerOf(dataDir));
  }

  const cluster = join(dataDir, "postgres");
  const user = await userOf(cluster);
  if (await mayEnter(dataDir, user)) return { dataDir, cluster, elsewhere: null, user };
  if (await statsOf(cluster)) {
    throw new PostgresStartError(
      `The database in ${cluster} cannot be reached by the user it belongs to: allow others to pass (chmod o+x) ` +
        `through each folder above it.`,
    );
  }

  const elsewhere = await makeElsewhere(dataDir, user);
  await writeFile(pointerOf(dataDir), `${elsewhere}\n`, { mode: 0o600 });
  onProgress(`root's PostgreSQL cannot enter ${dataDir}; its data is kept in ${elsewhere} (noted in ${dataDir})`);
  return { dataDir, cluster: join(elsewhere, "postgres"), elsewhere, user };
}

/** Removes the cluster of this data folder and everything the launcher put beside it. No server may be running. */
export async function removeCluster(dataDir: string): Promise<void> {
  const pointed = await readPointer(dataDir);
  if (pointed !== null) await rm(pointed, { recursive: true, force: true });
  for (const name of ["postgres", "postgres.location", "postgres.password", "postgres.log", "postgres.users"]) {
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}

/** The superuser's password of an existing cluster; null when there is no cluster yet. */
export async function findPassword(place: ClusterPlace): Promise<string | null> {
  if (!(await statsOf(place.cluster))) return null;
  const file = passwordFileOf(place.dataDir);
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new PostgresStartError(
      `${place.cluster} holds a database but its password cannot be read from ${file}: put the file back, ` +
        `or remove ${place.cluster} to begin with an empty database.`,
      { cause },
    );
  }
}

/**
 * Runs `initdb` and answers the new superuser's password. The cluster gets its name only when it is complete, so that
 * a start that was killed leaves nothing that looks like one.
 */
export async function createCluster(place: ClusterPlace, binaries: Binaries): Promise<string> {
  const password = systemIds.random(24).toString("base64url");
  await writeFile(passwordFileOf(place.dataDir), `${password}\n`, { mode: 0o600 });
  // Never the folder of an earlier attempt: an initdb whose starter was killed may still be working in it.
  const draft = await mkdtemp(`${place.cluster}.new-`);
  await initialise(place, binaries, draft, password);
  await rename(draft, place.cluster);
  return password;
}

/** Removes what killed starts left of clusters they were making, as far as nobody is still writing there. */
export async function removeDrafts(place: ClusterPlace): Promise<void> {
  const parent = dirname(place.cluster);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(place.cluster)}.new-`)) continue;
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function initialise(place: ClusterPlace, binaries: Binaries, folder: string, password: string): Promise<void> {
  // initdb wants its folder empty and reads the password as the server's user, so the password waits beside it.
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.user) for (const path of [folder, passwordFile]) await chown(path, place.user.uid, place.user.gid);
  const options = [
    ...["-D", folder, "-U", SUPERUSER, `--pwfile=${passwordFile}`],
    ...["--auth-host=scram-sha-256", "--auth-local=reject"],
    // PostgreSQL's own C.UTF-8: the same order and case rules on every system, with or without its locales.
    ...["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    "--no-sync",
  ];
  try {
    await run(binaries.initdb, options, { ...spawnAs(place.user), cwd: "/", env: SERVER_ENVIRONMENT });
  } catch (cause) {
    throw new PostgresStartError(`initdb could not make a database in ${folder}: ${messageOf(cause)}`, { cause });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** An existing cluster keeps its owner (it may have been made before someone ran the hub as root). */
async function userOf(cluster: string): Promise<ServerUser> {
  const user = await serverUser();
  if (user === null) return null;
  const found = await statsOf(cluster);
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : user;
}

async function makeElsewhere(dataDir: string, user: ServerUser): Promise<string> {
  const [temporary] = await enterableTemporaryFolders(user);
  if (temporary === undefined) {
    throw new PostgresStartError(
      `The user that runs PostgreSQL for root can enter neither ${dataDir} nor a temporary folder.`,
    );
  }
  // The hash tells whose data it is; the random end keeps others from preparing the folder.
  const key = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  const folder = await mkdtemp(join(await realpath(temporary), `arrimage-${key}-`));
  await chmod(folder, 0o711);
  return folder;
}

function passwordFileOf(dataDir: string): string {
  return join(dataDir, "postgres.password");
}

function pointerOf(dataDir: string): string {
  return join(dataDir, "postgres.location");
}

async function readPointer(dataDir: string): Promise<string | null> {
  return readFile(pointerOf(dataDir), "utf8").then(
    (text) => text.trim(),
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return null;
      throw error;
    },
  );
}

async function statsOf(path: string): Promise<Stats | null> {
  return lstat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
}

function messageOf(error: unknown): string {
  // What execFile throws carries what the program wrote.
  if (error instanceof Error && "stderr" in error && typeof error.stderr === "string") return error.stderr.trim();
  return error instanceof Error ? error.message : String(error);
}
