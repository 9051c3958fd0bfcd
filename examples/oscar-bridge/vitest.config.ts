import { defineConfig } from "vitest/config";

const SOURCES = "arrimage-source";

export default defineConfig({
  // The SDK's sources, not what was last built of them; the demo itself runs with the same condition.
  ssr: { resolve: { conditions: [SOURCES, "module", "node"], externalConditions: [SOURCES, "node"] } },
  // Each demo has a hub and a database server of its own: two at once keep two cores busy.
  test: { include: ["test/**/*.test.ts", "oracle/**/*.test.mjs"], maxConcurrency: 2, pool: "forks" },
});
