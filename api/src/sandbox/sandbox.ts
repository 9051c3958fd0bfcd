import type { Ids } from "../ids.ts";
import { createFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { createRequestLog } from "./request-log.ts";
import type { RequestLog } from "./request-log.ts";
import { openWorld } from "./world.ts";
import type { World } from "./world.ts";

/** What the sandbox keeps beside the hub; there is none outside sandbox mode. */
export interface Sandbox {
  faults: Faults;
  requests: RequestLog;
  world: World;
}

/** `ownerUrl` connects as the owner of the tables. */
export function createSandbox(ids: Ids, ownerUrl: string): Sandbox {
  return { faults: createFaults(ids), requests: createRequestLog(), world: openWorld(ownerUrl) };
}
