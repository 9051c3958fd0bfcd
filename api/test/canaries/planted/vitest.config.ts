import { defineConfig } from "vitest/config";
import { shared } from "../../../vitest.config.ts";

/** Small suites that canaries.test.ts runs, to see what the end of a run says of them: PLANTED names one. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: [`test/canaries/planted/${process.env["PLANTED"] ?? "*"}.planted.ts`],
    provide: { expectedChannels: ["url", "log", "problem", "feed", "process"] },
  },
});
