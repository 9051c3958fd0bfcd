import { constants } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "./errors.ts";

/**
 * Makes `target` a copy of the folder `source` that everybody may read and enter and whose `bin` everybody may run.
 * What is already there is kept; what is missing or of another size (cleaners of temporary folders remove file by
 * file) is copied again. Each file appears whole, so several processes may do this at once, also under a live server.
 */
export async function copyReadable(source: string, target: string): Promise<void> {
  await makeOwnFolder(target);
  // Parents come before what they contain.
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const from = join(entry.parentPath, entry.name);
    const to = join(target, from.slice(source.length));
    if (entry.isDirectory()) await mkdir(to, { recursive: true, mode: 0o755 }).then(() => chmod(to, 0o755));
    else if (entry.isSymbolicLink()) await copyLink(from, to);
    else await copyOne(from, to, dirname(from).endsWith("/bin"));
  }
}

/** A folder whose name others can guess, in a place where others can write: it must be ours and only ours to write. */
async function makeOwnFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o755 });
    await chmod(folder, 0o755);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
      throw new Error(`${folder} exists and is not a folder that only this user may write; remove it`, {
        cause: error,
      });
    }
  }
}

async function copyLink(from: string, to: string): Promise<void> {
  await symlink(await readlink(from), to).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

async function copyOne(from: string, to: string, executable: boolean): Promise<void> {
  const [wanted, found] = await Promise.all([lstat(from), lstat(to).catch(() => null)]);
  if (found?.isFile() && found.size === wanted.size) return;
  const draft = `${to}.${process.pid}.part`;
  await copyFile(from, draft, constants.COPYFILE_FICLONE);
  await chmod(draft, executable || (wanted.mode & 0o100) !== 0 ? 0o755 : 0o644);
  await rename(draft, to);
}
