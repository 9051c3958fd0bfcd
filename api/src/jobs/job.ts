import type { Deps } from "../deps.ts";

/**
 * What happens without a request. A job does a bounded piece of work, in transactions of its own, and may run in several
 * processes at once; what is due is found in the tables, so nothing is lost when a process dies.
 */
export interface Job {
  name: string;
  /** Between the end of a run and the next, while nothing is left over. */
  everyMs: number;
  run(deps: Deps): Promise<Run>;
}

export interface Run {
  /** Rows dealt with. */
  count: number;
  /** There may be more of it: run again at once. */
  more: boolean;
}
