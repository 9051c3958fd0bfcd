import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runsStill, startOf, UNKNOWN_START } from "./process-identity.ts";

/** Tells this process' marks apart; with its id and start, from all others. */
let marks = 0;

/**
 * Notes that this process uses the server of a data folder: the starter may be killed, or stop before others do, so the
 * last one to leave stops the server, whoever started it. Answers how to leave, which says whether nobody is left;
 * users that died without leaving do not count. Both are called under the folder's lock.
 */
export async function enter(dataDir: string): Promise<() => Promise<boolean>> {
  const folder = usersOf(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mark = join(folder, `${process.pid}.${++marks}`);
  await writeFile(mark, (await startOf(process.pid)) ?? UNKNOWN_START, { mode: 0o600 });
  return async () => {
    await rm(mark, { force: true });
    return !(await isUsed(folder));
  };
}

export function usersOf(dataDir: string): string {
  return join(dataDir, "postgres.users");
}

async function isUsed(folder: string): Promise<boolean> {
  for (const name of await readdir(folder).catch(() => [])) {
    const startedAt = await readFile(join(folder, name), "utf8");
    if (await runsStill(Number(name.split(".")[0]), startedAt)) return true;
    await rm(join(folder, name), { force: true });
  }
  return false;
}
