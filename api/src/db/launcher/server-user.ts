import { execFile } from "node:child_process";
import { type Stats } from "node:fs";
import { access, constants, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { EmbeddedPostgresUnavailable } from "./errors.ts";

const run = promisify(execFile);

/** Whom PostgreSQL runs as when the hub itself is root, which PostgreSQL refuses; null: the hub's own user. */
export type ServerUser = { uid: number; gid: number } | null;

/** `nobody` when the hub runs as root, else null. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return null;
  return (await nobodyInPasswd()) ?? (await nobodyById());
}

/** The options of `spawn` that run a program as this user. */
export function spawnAs(user: ServerUser): { uid?: number; gid?: number } {
  // macOS gives nobody the id -2, which the account database prints as 4294967294; spawn takes signed 32 bits.
  return user === null ? {} : { uid: user.uid | 0, gid: user.gid | 0 };
}

/** Whether the user may enter every folder from the root down to this one. */
export async function mayEnter(folder: string, user: ServerUser): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    if (!(await mayUse(current, await stat(current), user, constants.X_OK))) return false;
    if (dirname(current) === current) return true;
  }
}

/** Whether the user may read (`R_OK`) or execute/enter (`X_OK`) what `stats` describes; combine bits with `|`. */
export async function mayUse(path: string, stats: Stats, user: ServerUser, bits: number): Promise<boolean> {
  if (user === null) {
    return access(path, bits).then(
      () => true,
      () => false,
    );
  }
  // For another user only the mode can be asked; R_OK and X_OK are the values of its bits.
  const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0;
  return ((stats.mode >> shift) & bits) === bits;
}

/** Folders for temporary things that the user may enter, best first. */
export async function enterableTemporaryFolders(user: ServerUser): Promise<string[]> {
  const folders: string[] = [];
  for (const folder of new Set([tmpdir(), "/tmp", "/var/tmp"])) {
    if (await mayEnter(folder, user).catch(() => false)) folders.push(folder);
  }
  return folders;
}

async function nobodyInPasswd(): Promise<ServerUser> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const found = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd);
  return found ? { uid: Number(found[1]), gid: Number(found[2]) } : null;
}

async function nobodyById(): Promise<ServerUser> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", "nobody"]), run("id", ["-g", "nobody"])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(
      "PostgreSQL refuses to run as root and this system has no user `nobody` to run it as.",
      { cause },
    );
  }
}
