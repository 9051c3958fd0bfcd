import { defineConfig } from "vitest/config";

/** What a mutation run repeats (`npm run mutate`): the domain's own tests, which need no database. */
export default defineConfig({
  test: { include: ["src/domain/**/*.test.ts"], passWithNoTests: true, testTimeout: 20_000 },
});
