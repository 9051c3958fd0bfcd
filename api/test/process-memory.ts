import { readFile, writeFile } from "node:fs/promises";

/** What a process holds and has held at most, in MB, as Linux counts it; undefined elsewhere. */
export interface ProcessMemory {
  now(): Promise<number>;
  /** Since the last `forgetPeak`. */
  peak(): Promise<number>;
  forgetPeak(): Promise<void>;
}

export async function memoryOf(pid: number): Promise<ProcessMemory | undefined> {
  const folder = `/proc/${String(pid)}`;
  const readMb = async (name: string) => {
    const status = await readFile(`${folder}/status`, "utf8");
    return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  };
  // 5 resets the mark of the most that was held (proc_pid_clear_refs(5)).
  const forgetPeak = () => writeFile(`${folder}/clear_refs`, "5");
  const works = await forgetPeak().then(
    () => true,
    () => false,
  );
  return works ? { now: () => readMb("VmRSS"), peak: () => readMb("VmHWM"), forgetPeak } : undefined;
}
