import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startOf } from "./process-identity.ts";
import { withStartLock } from "./start-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Another process that adds one to the number in `counter`, `times` times, each under the lock. */
async function countElsewhere(lock: string, counter: string, times: number): Promise<void> {
  const code = `
    const { withStartLock } = await import(process.argv[1]);
    const { readFile, writeFile } = await import("node:fs/promises");
    for (let i = 0; i < ${times}; i++) {
      await withStartLock(process.argv[2], 15_000, async () => {
        const number = Number(await readFile(process.argv[3], "utf8"));
        await new Promise((resolve) => setTimeout(resolve, 2));
        await writeFile(process.argv[3], String(number + 1));
      });
    }`;
  const module = new URL("./start-lock.ts", import.meta.url).href;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, module, lock, counter], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  expect(await once(child, "exit")).toEqual([0, null]);
}

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid!;
}

test("one holder at a time, among processes and calls, also when they find a dead holder's lock", async () => {
  const [lock, counter] = [join(folder, "lock"), join(folder, "counter")];
  await writeFile(counter, "0");
  await writeFile(lock, `${await deadProcess()}\n1\n1\n`);
  await writeFile(`${lock}.takeover`, `${await deadProcess()}\n1\n1\n`);
  await Promise.all([1, 2, 3, 4].map(() => countElsewhere(lock, counter, 15)));
  expect(await readFile(counter, "utf8")).toBe("60");
  expect(await readdir(folder)).toEqual(["counter"]);
});

test("is released when the work fails", async () => {
  const lock = join(folder, "lock");
  const failing = withStartLock(lock, 1_000, () => Promise.reject(new Error("no luck")));
  await expect(failing).rejects.toThrow("no luck");
  expect(await withStartLock(lock, 1_000, () => Promise.resolve("mine"))).toBe("mine");
});

test("a living holder is waited for, until patience ends", async () => {
  const lock = join(folder, "lock");
  const holder = withStartLock(lock, 1_000, () => sleep(500));
  await sleep(50);
  await expect(withStartLock(lock, 100, () => Promise.resolve())).rejects.toThrow(`Process ${process.pid} `);
  await holder;
});

test("a process that got the id of the dead holder is not taken for it", async () => {
  const lock = join(folder, "lock");
  await writeFile(lock, `${process.pid}\nlong ago\n1\n`);
  expect(await startOf(process.pid)).not.toBe("long ago");
  expect(await withStartLock(lock, 1_000, () => Promise.resolve("mine"))).toBe("mine");
});
