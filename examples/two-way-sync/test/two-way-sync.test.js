import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
let hub;
beforeAll(async () => {
  hub = await startSandboxHub();
});
afterAll(async () => hub?.stop());

test("both sides write, and agree in the end, as often as it is run", async () => {
  const node = ["--conditions=arrimage-source", "--disable-warning=ExperimentalWarning", path("a-story.js")];
  for (let time = 0; time < 2; time++) {
    const { stdout } = await promisify(execFile)(process.execPath, node, { env: { ...process.env, HUB: hub.url } });
    expect(stdout.trim().split("\n")).toEqual([
      "the agenda holds what the clinic offers",
      "a citizen booked: 1 more appointment",
      "booked at the desk: number 0000000000 at the hub",
      "after its return: 0 more appointment, the desk's is cancelled",
      "both agree",
    ]);
  }
});

test("it takes thirty lines", async () => {
  const lines = (await readFile(path("two-way-sync.js"), "utf8")).trim().split("\n");
  expect(lines.filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/\*)/.test(line)).length).toBeLessThanOrEqual(30);
});
