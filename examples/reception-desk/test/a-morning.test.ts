import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";

const script = fileURLToPath(new URL("../src/a-morning.ts", import.meta.url));
let hub: SandboxHub | undefined;

beforeAll(async () => {
  hub = await startSandboxHub({ clock: "2027-03-01T08:00:00-05:00" });
});
afterAll(async () => hub?.stop());

test("a morning at the desk, as often as it is run", async () => {
  for (let time = 0; time < 2; time++) {
    const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=arrimage-source", script], {
      env: { ...process.env, HUB: hub?.url },
    });
    // Two of them are free at that time; whose comes first is as their ids are.
    const said = stdout.trim().replace(/with (?:Mathieu Bélanger|Hélène Fortin)$/m, "with somebody");
    expect(said.split("\n")).toEqual([
      "free       2027-03-01 08:30 with somebody",
      "held       2027-03-01 08:30 for 5 minutes",
      "refused    startAt: A colleague is holding this time. (HOLD-03)",
      "next       acknowledge HELD_BY_COLLEAGUE",
      "refused    homePhone: A phone and a communication mode that can be reached are required. (APPT-23)",
      "refused    email: A phone and a communication mode that can be reached are required. (APPT-27)",
      "next       correct",
      `booked     2027-03-01 08:30, number ${String(1_000_000_000 + time)}`,
      "would be   2027-03-01 08:45",
      "moved to   2027-03-01 08:45",
      "refused    -: The object has changed since the version given. (CANCEL-04)",
      "next       readAgain",
      `cancelled  ${String(1_000_000_000 + time)}`,
    ]);
  }
});
