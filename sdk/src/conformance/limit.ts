/** Software that does not answer does not hold up the kit. */
import type { Adapter } from "./adapter.ts";

/** Restarting a whole program may take a while. */
export const LIMIT = 60_000;

/** Fails with a TimeoutError when it is not over in time. */
export async function inTime<Answer>(milliseconds: number, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DOMException(`no answer in ${String(milliseconds / 1_000)} s`, "TimeoutError"));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

/** The same adapter, each call of which fails with a TimeoutError when it takes longer. */
export function limited(adapter: Adapter, milliseconds: number): Adapter {
  const within = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => inTime(milliseconds, call());
  const { name, version, webhooks } = adapter;
  return {
    ...{ name, version, webhooks },
    start: (environment) => within(() => adapter.start(environment)),
    stop: () => within(() => adapter.stop()),
    reset: () => within(() => adapter.reset()),
    createOpening: (opening) => within(() => adapter.createOpening(opening)),
    blockOpening: (ref) => within(() => adapter.blockOpening(ref)),
    bookLocally: (booking) => within(() => adapter.bookLocally(booking)),
    cancelLocally: (ref) => within(() => adapter.cancelLocally(ref)),
    listAgenda: (day) => within(() => adapter.listAgenda(day)),
    ...(adapter.syncNow && { syncNow: () => within(async () => adapter.syncNow?.()) }),
  };
}
