import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
let hub: SandboxHub | undefined;

beforeAll(async () => {
  hub = await startSandboxHub({ clock: "2027-03-01T08:00:00-05:00" });
});
afterAll(async () => hub?.stop());

async function imported(): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=arrimage-source", path("src/import.ts")],
    {
      env: { ...process.env, HUB: hub?.url },
    },
  );
  return stdout.trim().split("\n");
}

test("a calendar becomes slots, and again nothing changes", async () => {
  const told = ["remark     unknownZone: Customized Time Zone", "left out   2027-03-05 overMidnight"];
  expect(await imported()).toEqual([...told, "created    13 slots"]);
  expect(await imported()).toEqual([...told, "unchanged  13 slots"]);
});
