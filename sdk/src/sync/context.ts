/** What the parts of one engine share. */
import type { CallOptions } from "../methods.ts";
import type { Runtime } from "../runtime.ts";
import type { Notes } from "./notes.ts";
import { notesIn } from "./notes.ts";
import type { Edit } from "./outbox.ts";
import type { SyncConfig, SyncEvent } from "./types.ts";

export type Report = (event: SyncEvent) => void;

/** One transaction of the store: the engine's notes, the agenda's part, and what is told once it has been kept. */
export interface Work<Tx> {
  notes: Notes;
  tx: Tx;
  report: Report;
}

export interface Context<Tx> extends Omit<SyncConfig<Tx>, "runtime"> {
  runtime: Pick<Runtime, "now" | "random" | "sleep">;
  /** Of each call to the hub: the signal of who waits for it. */
  options?: CallOptions;
  report: Report;
  /** While the agenda is asked, a transaction is open: what it pushes then is kept right after it. */
  asked: { isOpen: boolean; late: Edit[] };
  transaction<T>(this: void, work: (work: Work<Tx>) => Promise<T>): Promise<T>;
}

export function createContext<Tx>(config: SyncConfig<Tx>, runtime: Context<Tx>["runtime"]): Context<Tx> {
  const report: Report = (event) => config.onProgress?.(event);
  return {
    ...config,
    runtime,
    report,
    asked: { isOpen: false, late: [] },
    async transaction(work) {
      let events: SyncEvent[] = [];
      const result = await config.store.transaction((kept, tx) => {
        // A store may run this again when its own transaction failed.
        events = [];
        return work({ notes: notesIn(kept), tx, report: (event) => events.push(event) });
      });
      for (const event of events) report(event);
      return result;
    },
  };
}

/** Those that the machine is linked with, as far as they are to be kept in step. */
export async function placesOf<Tx>({ client, options, placeIds }: Context<Tx>) {
  const linked = await client.places.list({}, options).collect();
  return linked.filter(({ placeId }) => placeIds?.includes(placeId) ?? true);
}
