import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";

const script = fileURLToPath(new URL("../src/a-story.ts", import.meta.url));
let hub: SandboxHub | undefined;

beforeAll(async () => {
  hub = await startSandboxHub();
});
afterAll(async () => hub?.stop());

test("a knock, a stranger, a new secret, an absence", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=arrimage-source", script], {
    env: { ...process.env, HUB: hub?.url },
  });
  expect(stdout.trim().split("\n")).toEqual([
    "received   webhook.test",
    "received   appointment.created, without a patient",
    "followed   1 appointment",
    "refused    headers",
    "answered   400",
    "received   appointment.created",
    "caught up  1 appointment",
  ]);
});
