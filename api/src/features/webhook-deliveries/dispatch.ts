import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { changeItems, follow } from "../changes/items.ts";
import { advance, pack, positionIn, reaches, unpack } from "../changes/position.ts";
import type { Positions } from "../changes/position.ts";
import { readerOf } from "../changes/reader.ts";
import { readChanges } from "../changes/store.ts";
import type { ReadHead } from "../changes/store.ts";
import { lockAnyEndpoint, updatePositions } from "../webhook-endpoints/store.ts";
import type { EndpointRow } from "../webhook-endpoints/store.ts";
import { readActiveMachine } from "./machine.ts";
import { deliveriesOf } from "./message.ts";
import { appendDeliveries } from "./store.ts";

const most = 500;

/**
 * Makes deliveries of what an endpoint has not been sent yet. The endpoint reads the log as its machine reads the feed, and
 * its position moves in the transaction that makes them: whatever happens, each change becomes one delivery. The position
 * is in the database of the log, and put back together with it (SYNC-72).
 */
export async function dispatch(
  deps: Deps,
  { webhookEndpointId, machineId }: Pick<EndpointRow, "webhookEndpointId" | "machineId">,
): Promise<{ count: number; more: boolean }> {
  const machine = await readActiveMachine(deps.connection, machineId);
  if (machine === undefined) return { count: 0, more: false };
  return withScope(deps.connection, scopeOf({ actor: machine }, readerOf(machine).establishments), async (tx) => {
    const now = deps.clock.now();
    // Waits its turn among the attempts: passed over, an endpoint that is busy would hear of nothing new.
    const endpoint = await lockAnyEndpoint(tx, webhookEndpointId);
    if (endpoint?.status !== "enabled") return { count: 0, more: false };
    const reader = readerFor(machine, endpoint);
    const { heads, changes } = await readChanges(tx, reader, after(reader.establishments, endpoint), most + 1);
    const positions = withinReach(unpack(endpoint.positions), heads);
    const given = changes.slice(0, most);
    const cutOff = changes.length > most;
    const items = await changeItems(tx, reader, follow(given, positions));
    const deliveries = deliveriesOf(deps, endpoint, items, given, { cause: "change", now });
    await appendDeliveries(tx, endpoint, now, deliveries);
    await updatePositions(tx, { webhookEndpointId, positions: pack(advance(positions, heads, given, cutOff)) });
    const more = cutOff || heads.some(({ scannedTo, readableTo }) => scannedTo < readableTo);
    return { count: deliveries.length, more };
  });
}

/** Of the establishments that the machine works in or was to learn the end of (SYNC-55), those whose log the endpoint follows (followEstablishment). */
function readerFor(machine: Machine, { positions }: EndpointRow) {
  const reader = readerOf(machine);
  return { ...reader, establishments: reader.establishments.filter((id) => positions[id] !== undefined) };
}

function after(establishments: readonly string[], { positions }: EndpointRow) {
  const known = unpack(positions);
  return establishments.map((establishmentId) => ({ establishmentId, seq: positionIn(known, establishmentId).seq }));
}

/**
 * An endpoint that was disabled for longer than changes are kept goes on with the oldest that is left. What it is given next
 * then names a previous change that it has not seen: so it learns that it missed some.
 */
function withinReach(positions: Positions, heads: readonly ReadHead[]): Positions {
  const moved = heads
    .filter((head) => !reaches(head, positionIn(positions, head.establishmentId)))
    .map(
      ({ establishmentId, prunedSeq }) => [establishmentId, { seq: prunedSeq, given: prunedSeq, mark: null }] as const,
    );
  return { ...positions, ...Object.fromEntries(moved) };
}
