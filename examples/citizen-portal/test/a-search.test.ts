import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";

const script = fileURLToPath(new URL("../src/a-search.ts", import.meta.url));
let hub: SandboxHub | undefined;

beforeAll(async () => {
  hub = await startSandboxHub({ clock: "2027-03-01T08:00:00-05:00" });
});
afterAll(async () => hub?.stop());

async function searched(nam: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=arrimage-source", script, nam], {
    env: { ...process.env, HUB: hub?.url },
  });
  return stdout.trim().split("\n");
}

const nearby = [
  "nearby          2027-03-03 09:00 first",
  "2.3 km          Sans rendez-vous Laurier, 2027-03-03 09:00",
  "4.8 km          Clinique des Rives, 2027-03-04 13:00",
];

test("whoever has a family physician goes through every circle", async () => {
  expect(await searched("GAGA80560301")).toEqual([
    "your physician  2027-03-03 13:00 first",
    "relay team 1    nothing",
    "relay team 2    2027-03-03 13:00 first",
    "your clinic     2027-03-03 13:00 first",
    ...nearby,
    "booked          2027-03-03 13:00 with Hélène Fortin",
    "cancelled       and free for somebody else",
  ]);
});

test("whoever has none starts with the last", async () => {
  expect(await searched("DIAF99533007")).toEqual([
    ...nearby,
    expect.stringMatching(/^booked {10}2027-03-03 09:00 with .+/),
    "cancelled       and free for somebody else",
  ]);
});
