import { defineConfig, type ViteUserConfig } from "vitest/config";

const SOURCES = "arrimage-source";

/** What the ordinary and the long tests share. */
export const shared = {
  // The SDK's sources, not what was last built of them. Vitest also hands these to its workers as `--conditions`.
  ssr: { resolve: { conditions: [SOURCES, "module", "node"], externalConditions: [SOURCES, "node"] } },
  test: {
    exclude: ["node_modules/**"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/canaries/setup.ts"],
    // Processes, not threads: as in production, each has its own connections, clock and event loop.
    pool: "forks",
    maxWorkers: 2,
    // A worker keeps the modules between its files: evaluating the application anew for each took a third of the time. What
    // a test needs for itself it makes itself: a database, deps, a clock.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
} satisfies ViteUserConfig;

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: [...shared.test.exclude, "test/long/**", "test/runtimes/**"],
    provide: { expectedChannels: ["url", "log", "problem", "feed", "process"] },
  },
});
