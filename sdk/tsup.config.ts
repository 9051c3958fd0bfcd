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
  {
    ...shared,
    format: [...shared.format],
    entry: ["src/index.ts", "src/sandbox.ts", "src/sync.ts", "src/webhooks.ts"],
    sourcemap: true,
  },
  // For Node, with its own copy of the client: what it judges may have another.
  {
    ...shared,
    format: [...shared.format],
    entry: { conformance: "src/conformance/index.ts" },
    platform: "node",
    tsconfig: "src/conformance/tsconfig.json",
    removeNodeProtocol: false,
  },
  {
    format: ["esm"],
    entry: { "arrimage-conformance": "src/conformance/cli.ts" },
    target: "es2022",
    platform: "node",
    tsconfig: "src/conformance/tsconfig.json",
    removeNodeProtocol: false,
  },
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
