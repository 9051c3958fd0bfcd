import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Connection } from "./db/connection.ts";
import type { PlacePositions } from "./features/places/positions.ts";
import type { SandboxClock } from "./features/sandbox-clock/sandbox-clock.ts";
import type { Ids } from "./ids.ts";
import type { Log } from "./log.ts";
import type { Registry } from "./registry.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { StaffRegistry } from "./staff-registry.ts";
import type { Secrets } from "./secrets.ts";

/** Everything an action may use of the world. No default stands behind any of it: tests pass another. */
export interface Deps {
  config: Config;
  clock: Clock;
  ids: Ids;
  log: Log;
  secrets: Secrets;
  connection: Connection;
  registry: Registry;
  staffRegistry: StaffRegistry;
  placePositions: PlacePositions;
  /** The same clock as `clock`, where it can be moved; absent outside sandbox mode. */
  sandboxClock?: SandboxClock;
  /** Faults, requests and the world as a whole; absent outside sandbox mode. */
  sandbox?: Sandbox;
}
