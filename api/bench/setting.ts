import type { Connection } from "../src/db/connection.ts";
import type { BenchAgenda } from "./agenda.ts";
import type { Staged } from "./stage.ts";

/** What a scenario works with: a hub over one place's agenda, and the same database without it. */
export interface Setting {
  hub: Staged;
  /** Of the place's machine. */
  as: Record<string, string>;
  runtime: Connection;
  owner: Connection;
  agenda: BenchAgenda;
  now: number;
  seconds: number;
}
