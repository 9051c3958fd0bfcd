import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { codeOf } from "./errors.ts";

const run = promisify(execFile);

/** What `startOf` answers for a process whose start the system hides. */
export const UNKNOWN_START = "unknown";

/**
 * When the process started, as text that differs between two processes that had the same id one after the other (ids
 * are reused, also after a reboot). Null when there is none, or one that has ended and still waits for its parent to
 * notice (in a container without an init process: for ever).
 */
export async function startOf(pid: number): Promise<string | null> {
  if (!exists(pid)) return null;
  if (process.platform !== "linux") return (await ps(pid, "lstart=")) ?? UNKNOWN_START;
  const stat = await readProc(pid, "stat");
  // proc_pid_stat(5) from field 3 on; field 2, the name, may itself contain spaces and ")". Field 22 is the start, in
  // clock ticks since boot.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields?.[0] === "Z") return null;
  return fields?.[19] ?? UNKNOWN_START;
}

/** Whether the process that had this id when it started then still runs. In doubt, it does. */
export async function runsStill(pid: number, startedAt: string | undefined): Promise<boolean> {
  const now = await startOf(pid);
  return now !== null && (now === startedAt || now === UNKNOWN_START || startedAt === UNKNOWN_START);
}

/** Whether a process with this id runs, whoever owns it. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await startOf(pid)) !== null;
}

/** The words a process was started with, separated by spaces; null when it does not exist or hides them. */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform !== "linux") return ps(pid, "command=");
  const words = await readProc(pid, "cmdline");
  return words === null || words === "" ? null : words.replaceAll("\0", " ");
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

async function readProc(pid: number, file: string): Promise<string | null> {
  try {
    return await readFile(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return null;
  }
}

async function ps(pid: number, column: string): Promise<string | null> {
  try {
    const { stdout } = await run("ps", ["-ww", "-o", column, "-p", String(pid)]);
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
