import { defineConfig } from "vitest/config";
import { shared } from "./vitest.config.ts";

/** Races, kills and storms (`npm run test:long`): minutes, and one file at a time so that none slows another. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ["test/long/**/*.test.ts"], fileParallelism: false, testTimeout: 600_000 },
});
