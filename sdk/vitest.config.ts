import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  // Generating the client of the whole document takes seconds.
  test: { exclude: [...configDefaults.exclude, "test/long/**"], testTimeout: 30_000 },
});
