import { defineConfig } from "vitest/config";
import { shared } from "./vitest.config.ts";

/** The SDK on Nodes that `npm ci` does not bring (`npm run test:runtimes`): each is fetched into a temporary folder. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ["test/runtimes/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 300_000 },
});
