import { defineConfig } from "tsup";
import { memoryHub } from "./msw/bundle.ts";

/** ESM and CJS with their own types: `dist/*.js` + `*.d.ts`, `dist/*.cjs` + `*.d.cts`. */
const shared = {
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  tsconfig: "src/tsconfig.json",
  dts: true,
} as const;

export default defineConfig([
  { ...shared, format: [...shared.format], entry: ["src/index.ts", "src/sandbox.ts", "src/sync.ts"], sourcemap: true },
  // Alone, so that the others share no chunk with the hub. Its sources are the hub's, which are not in the package.
  {
    ...shared,
    format: [...shared.format],
    entry: ["src/msw.ts"],
    splitting: false,
    removeNodeProtocol: false,
    minify: true,
    inject: ["msw/bytes.ts"],
    noExternal: [/^(?!msw$)/],
    external: ["msw"],
    esbuildPlugins: [memoryHub()],
    // In modules of the hub of which the bundle keeps nothing.
    esbuildOptions(options) {
      options.logOverride = { "empty-import-meta": "silent" };
    },
  },
]);
