import { createHub } from "./app.ts";
import { systemClock } from "./clock.ts";
import { readConfig } from "./config.ts";
import { connect } from "./db/connection.ts";
import type { Deps } from "./deps.ts";
import { createDocument } from "./http/document.ts";
import type { Document } from "./http/document.ts";
import type { Hub } from "./http/serve.ts";
import { systemIds } from "./ids.ts";
import { createLog } from "./log.ts";
import { addSandbox, createSandbox } from "./sandbox/mode.ts";
import { createSecrets, sandboxKeys } from "./secrets.ts";

/** The contract as files of spec/. */
export function documents(): Record<"openapi.json" | "sandbox-openapi.json", Document> {
  const { operations, webhooks, deps } = describedHub();
  return {
    "openapi.json": createDocument(operations, "public", deps.config.baseUrl, webhooks),
    "sandbox-openapi.json": createDocument(operations, "sandbox", deps.config.baseUrl),
  };
}

const nowhere = "postgres://127.0.0.1:1/none";

/** Every operation, the sandbox's too, from the routes alone: nothing is connected or listened to. */
export function describedHub(): Hub {
  const config = readConfig({}, { mode: "sandbox", port: 4700 });
  const deps: Deps = {
    config,
    clock: systemClock,
    ids: systemIds,
    log: createLog("silent"),
    secrets: createSecrets(sandboxKeys(), systemIds),
    // Lazy: postgres.js connects with the first query, and describing routes makes none.
    connection: connect(nowhere, { max: 1 }),
    sandbox: createSandbox(systemIds, nowhere),
    registry: { find: () => Promise.resolve(null) },
    staffRegistry: { find: () => Promise.resolve(null) },
    placePositions: { near: () => Promise.resolve({ places: [], among: 0 }), clear: () => undefined },
  };
  return createHub(deps, () => Promise.reject(new Error("the document calls nobody")), addSandbox);
}
