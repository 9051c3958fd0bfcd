#!/usr/bin/env node
import { existsSync } from "node:fs";

// The repository runs its sources, on the Node 24 that it installs; a package its compiled ones (docs/adr/0008).
const sources = new URL("../src/main.ts", import.meta.url);
const compiled = new URL("../dist/api/src/main.js", import.meta.url);

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) {
  console.error(`arrimage needs Node 20 or later; this is ${process.version}.`);
  process.exit(1);
}
await import((existsSync(sources) ? sources : compiled).href);
