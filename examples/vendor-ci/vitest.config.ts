import { defineConfig } from "vitest/config";

const SOURCES = "arrimage-source";

export default defineConfig({
  // The SDK's sources, not what was last built of them.
  ssr: { resolve: { conditions: [SOURCES, "module", "node"], externalConditions: [SOURCES, "node"] } },
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, pool: "forks" },
});
