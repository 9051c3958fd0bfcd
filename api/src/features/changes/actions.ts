import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, Employee, Machine } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import { needScopes, readResources } from "../snapshots/resources.ts";
import { resourceTypes } from "../snapshots/schema.ts";
import { readEnds, readPositions, writePositions } from "./ends.ts";
import { changeItems, follow } from "./items.ts";
import { advance, expiryOf, positionIn } from "./position.ts";
import type { Positions } from "./position.ts";
import { readerOf } from "./reader.ts";
import type { ChangeItem, ChangePage, ChangeQuery, ListedChange } from "./schema.ts";
import { readChanges } from "./store.ts";
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
  let { actor } = call;
  if (query.include !== undefined) needScopes(actor, resourceTypes);
  const reader = readerOf(actor);
  if (query.from === "now") {
    const ends = await withScope(deps.connection, scopeOf(call, reader.establishments), (tx) => readEnds(tx, reader));
    return { items: [], nextCursor: writePositions(deps.secrets, reader, ends), caughtUp: true };
  }
  let positions = readPositions(deps.secrets, reader, query.cursor);
  for (;;) {
    const read = await readOnce(deps, { ...call, actor }, positions, query);
    const page = { ...read.page, nextCursor: writePositions(deps.secrets, reader, read.positions) };
    if (page.items.length > 0 || signal.aborted) return page;
    if (page.caughtUp) {
      if (query.wait === 0 || !(await watch.moved(read.seen, ended))) return page;
      actor = await caller();
    }
    positions = read.positions;
  }
}

interface Read {
  page: Omit<ChangePage, "nextCursor">;
  positions: Positions;
  /** How far each log reached when it was read. */
  seen: Map<string, number>;
}

async function readOnce(
  deps: Deps,
  call: Call<Machine | Employee>,
  positions: Positions,
  query: ChangeQuery,
): Promise<Read> {
  const { actor } = call;
  const reader = readerOf(actor);
  const after = reader.establishments.map((establishmentId) => ({
    establishmentId,
    seq: positionIn(positions, establishmentId).seq,
  }));
  return withScope(deps.connection, scopeOf({ actor }, reader.establishments), async (tx) => {
    // One more than wanted, to know whether that was all.
    const { heads, changes } = await readChanges(tx, reader, after, query.limit + 1);
    const seen = new Map(heads.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq]));
    for (const head of heads) {
      const rule = expiryOf(head, positionIn(positions, head.establishmentId));
      if (rule !== undefined && reader.linked.includes(head.establishmentId))
        throw expired(actor, rule, query.cursor === undefined ? "/query/from" : "/query/cursor");
    }
    const given = changes.slice(0, query.limit);
    const cutOff = changes.length > query.limit;
    const caughtUp = !cutOff && heads.every(({ scannedTo, readableTo }) => scannedTo === readableTo);
    const told = await changeItems(tx, reader, follow(given, positions));
    const items = query.include === undefined ? told : await withResources(deps, tx, call, told);
    return { page: { items, caughtUp }, positions: advance(positions, heads, given, cutOff), seen };
  });
}

/** What is gone, or no longer the reader's to read, and what no GET of the agenda shows, comes with null. */
async function withResources(
  deps: Deps,
  tx: ScopedTx,
  call: Call<ClinicActor>,
  items: readonly ChangeItem[],
): Promise<ListedChange[]> {
  const resources = await readResources(deps, tx, { ...call, purpose: "changes.list" }, items);
  return items.map((item) => ({ ...item, resource: resources.get(item.objectId) ?? null }));
}

/** SYNC-33, SYNC-72: an employee's program has no snapshot to take; it reads the agenda again. */
function expired({ kind }: ClinicActor, rule: "SYNC-33" | "SYNC-72", pointer: string): Refusal {
  const help = kind === "machine" ? { recovery: beginAnew } : {};
  return new Refusal([violation(rule, "CURSOR_EXPIRED", pointer)], help);
}

const beginAnew = { operationId: "snapshots.create", method: "POST", path: "/v1/snapshots" };
