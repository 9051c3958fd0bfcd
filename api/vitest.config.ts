import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What the ordinary and the long tests share. */
export const shared = {
  exclude: ["node_modules/**"],
  globalSetup: ["test/global-setup.ts"],
  // Processes, not threads: as in production, each has its own connections, clock and event loop.
  pool: "forks",
  maxWorkers: 2,
  testTimeout: 20_000,
  hookTimeout: 60_000,
  teardownTimeout: 60_000,
  // The SDK's sources, not what was last built of them.
  execArgv: ["--conditions=arrimage-source"],
} satisfies ViteUserConfig["test"];

export default defineConfig({
  test: {
    ...shared,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: [...shared.exclude, "test/long/**"],
  },
});
