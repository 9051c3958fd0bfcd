/** The client of a sandbox's own controls: its clock, its people, its faults. A hub in production has none of them. */
import type { ConnectionConfig } from "./client.ts";
import { connect } from "./client.ts";
import type { SandboxOperations } from "./generated/sandbox.ts";
import { sandboxOperations } from "./generated/sandbox.ts";

export type { ConnectionConfig as SandboxClientConfig } from "./client.ts";
export type { SandboxOperations, SandboxSchemas } from "./generated/sandbox.ts";
export type { LinesMethod, ListMethod, Method } from "./methods.ts";
export { ArrimageConnectionError, ArrimageProblem, isArrimageProblem } from "./problems.ts";

export type SandboxClient = SandboxOperations;

/** @throws TypeError when baseUrl is not an address; nothing is sent before the first call */
export function createSandboxClient(config: ConnectionConfig): SandboxClient {
  return connect<SandboxOperations>(sandboxOperations, config);
}
