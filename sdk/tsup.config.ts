import { defineConfig } from "tsup";

/** ESM and CJS with their own types: `dist/*.js` + `*.d.ts`, `dist/*.cjs` + `*.d.cts`. */
export default defineConfig({
  entry: ["src/index.ts", "src/sandbox.ts"],
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  tsconfig: "src/tsconfig.json",
  dts: true,
  sourcemap: true,
  clean: true,
});
