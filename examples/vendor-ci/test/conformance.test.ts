import { afterAll, beforeAll, expect, test } from "vitest";
import { reportText, runConformance } from "@arrimage/sdk/conformance";
import type { Profile } from "@arrimage/sdk/conformance";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import createAdapter from "../conformance/adapter.ts";

let hub: SandboxHub | undefined;
beforeAll(async () => {
  hub = await startSandboxHub();
});
afterAll(async () => hub?.stop());

// The whole of it, as a vendor's CI should run it: `npm run test:long -w @arrimage/example-vendor-ci` (half a minute).
const profiles: Profile[] = process.env["PROFILES"] === "all" ? ["push", "pull", "book", "resilience"] : ["push"];

test.each(profiles)("conforms: %s", { timeout: 300_000 }, async (profile) => {
  const report = await runConformance({ adapter: createAdapter(), hubUrl: hub?.url ?? "", profiles: [profile] });
  expect(report.outcome, reportText(report)).toBe("passed");
});
