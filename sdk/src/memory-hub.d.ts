import type { MemoryHub, MemoryHubOptions } from "./msw-hub.ts";

/** Bundled by tsup.config.ts from ../msw: the hub's own code over stores in memory. */
export function createMemoryHub(options: MemoryHubOptions): MemoryHub;
