import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { codeOf } from "./errors.ts";

const run = promisify(execFile);

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/**
 * Text that differs between two processes that had the same id one after the other (ids are reused, also after a
 * reboot): when the process started. `UNKNOWN_START` when the system hides it; null when no such process exists.
 */
export async function startOf(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  if (process.platform !== "linux") return (await ps(pid, "lstart=")) ?? UNKNOWN_START;
  const stat = await readProc(pid, "stat");
  // Field 22 of proc_pid_stat(5), in clock ticks since boot; field 2, the name, may itself contain spaces and ")".
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? UNKNOWN_START;
}

export const UNKNOWN_START = "unknown";

/** The words a process was started with, separated by spaces; null when it does not exist or hides them. */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform !== "linux") return ps(pid, "command=");
  const words = await readProc(pid, "cmdline");
  return words === null || words === "" ? null : words.replaceAll("\0", " ");
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
