import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, Employee, Machine } from "../../domain/actor.ts";
import { refusal } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import { readCursor, writeCursor } from "../../http/cursor.ts";
import { changeItems, follow } from "./items.ts";
import { advance, pack, positionIn, reaches, unpack } from "./position.ts";
import type { PackedPositions, Positions } from "./position.ts";
import { readerOf } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { ChangePage, ChangeQuery } from "./schema.ts";
import { listHeads, readChanges } from "./store.ts";
import type { ChangeWatch } from "./watch.ts";

/** What a call that waits depends on besides its query. */
export interface Waiting {
  watch: ChangeWatch;
  /** Aborted when the caller has gone or the hub closes: the answer is then given at once. */
  signal: AbortSignal;
  /** Who calls, asked again after a wait: a machine may have been suspended or unlinked meanwhile. */
  caller: () => Promise<Machine | Employee>;
}

/**
 * The changes after a cursor, waiting up to `query.wait` seconds when there are none (design, decision 7). What cannot
 * be seen may end the wait of the process, not that of the caller.
 */
export async function followChanges(
  deps: Deps,
  call: Call<Machine | Employee>,
  query: ChangeQuery,
  { watch, signal, caller }: Waiting,
): Promise<ChangePage> {
  const ended = query.wait === 0 ? signal : AbortSignal.any([signal, AbortSignal.timeout(query.wait * 1000)]);
  let actor = call.actor;
  const madeFor = cursorOf(readerOf(actor));
  let positions: Positions =
    query.cursor === undefined ? {} : unpack(readCursor<PackedPositions>(deps.secrets, madeFor, query.cursor));
  for (;;) {
    const read = query.from === "now" ? await readEnds(deps, actor) : await readOnce(deps, actor, positions, query);
    const page = { ...read.page, nextCursor: writeCursor(deps.secrets, madeFor, pack(read.positions)) };
    if (page.items.length > 0 || query.from === "now" || signal.aborted) return page;
    if (page.caughtUp) {
      if (query.wait === 0 || !(await watch.moved(read.seen, ended))) return page;
      actor = await caller();
    }
    positions = read.positions;
  }
}

function cursorOf(reader: Reader): string {
  return `changes.list|${reader.key}`;
}

interface Read {
  page: Omit<ChangePage, "nextCursor">;
  positions: Positions;
  /** How far each log reached when it was read. */
  seen: Map<string, number>;
}

/** Where the logs end, for a reader who begins with what is written from now on. */
async function readEnds(deps: Deps, actor: ClinicActor): Promise<Read> {
  const heads = await withScope(deps.connection, scopeOf({ actor }), (tx) =>
    listHeads(tx, readerOf(actor).establishments),
  );
  const seen = new Map(heads.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq]));
  const positions = Object.fromEntries([...seen].map(([establishmentId, seq]) => [establishmentId, { seq, given: 0 }]));
  return { page: { items: [], caughtUp: true }, positions, seen };
}

async function readOnce(deps: Deps, actor: ClinicActor, positions: Positions, query: ChangeQuery): Promise<Read> {
  const reader = readerOf(actor);
  const after = reader.establishments.map((establishmentId) => ({
    establishmentId,
    seq: positionIn(positions, establishmentId).seq,
  }));
  return withScope(deps.connection, scopeOf({ actor }), async (tx) => {
    // One more than wanted, to know whether that was all.
    const { heads, changes } = await readChanges(tx, reader, after, query.limit + 1);
    const seen = new Map(heads.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq]));
    for (const head of heads)
      if (!reaches(head, positionIn(positions, head.establishmentId)))
        throw refusal("CURSOR_EXPIRED", query.cursor === undefined ? "/query/from" : "/query/cursor");
    const given = changes.slice(0, query.limit);
    const cutOff = changes.length > query.limit;
    const caughtUp = !cutOff && heads.every(({ scannedTo, lastSeq }) => scannedTo === lastSeq);
    const items = await changeItems(tx, reader, follow(given, positions));
    return { page: { items, caughtUp }, positions: advance(positions, heads, given, cutOff), seen };
  });
}
