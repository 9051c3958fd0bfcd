import type { Ids } from "../ids.ts";
import { createFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { createRequestLog } from "./request-log.ts";
import type { RequestLog } from "./request-log.ts";

/** What the sandbox keeps beside the hub; there is none outside sandbox mode. */
export interface Sandbox {
  faults: Faults;
  requests: RequestLog;
}

export function createSandbox(ids: Ids): Sandbox {
  return { faults: createFaults(ids), requests: createRequestLog() };
}
