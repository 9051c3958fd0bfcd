import type { Instant } from "../../clock.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { lockNames } from "../../db/locks.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { Refusal, refusal, settle, violation } from "../../domain/decision.ts";
import { decideAddress } from "../../domain/webhook-address.ts";
import { healthy } from "../../domain/webhook-delivery.ts";
import { decideAnother } from "../../domain/webhook-endpoint.ts";
import type { Call } from "../../http/call.ts";
import { readCursor, writeCursor } from "../../http/cursor.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { readInstant, utcText } from "../../http/time.ts";
import { changeItems, follow } from "../changes/items.ts";
import { advance, pack, positionIn, reaches, unpack } from "../changes/position.ts";
import type { PackedPositions, Positions } from "../changes/position.ts";
import { cursorOf, readerOf } from "../changes/reader.ts";
import { findPositionsAt, listHeads, positionBefore, readChanges } from "../changes/store.ts";
import { deliveriesOf, newSecret, sealSecret, testDeliveryOf } from "../webhook-deliveries/message.ts";
import type { WebhookDelivery } from "../webhook-deliveries/schema.ts";
import { appendDeliveries } from "../webhook-deliveries/store.ts";
import { pendingDelivery } from "../webhook-deliveries/wire.ts";
import { mostReplayed } from "./schema.ts";
import type {
  NewWebhookEndpoint,
  Replay,
  Replayed,
  SecretRotation,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointQuery,
  WebhookEndpointWithSecret,
} from "./schema.ts";
import {
  countEndpoints,
  deleteEndpoint,
  getEndpoint,
  insertEndpoint,
  listEndpoints,
  lockEndpoint,
  updateEndpoint,
} from "./store.ts";
import type { EndpointRow } from "./store.ts";

/**
 * SYNC-61: it is sent what is written from now on. Nothing of this is announced: the log is an establishment's, an endpoint
 * a machine's.
 */
export async function createWebhookEndpoint(
  deps: Deps,
  call: Call<Machine>,
  input: NewWebhookEndpoint,
): Promise<Settled<WebhookEndpointWithSecret>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const { machineId } = call.actor;
    await lockNames(tx, [`webhooks:${machineId}`]);
    const url = settle(decideAddress(input.url, deps.config.mode));
    settle(decideAnother(await countEndpoints(tx, machineId)));
    const webhookEndpointId = deps.ids.next("whe", now);
    const secret = newSecret(deps);
    const row: EndpointRow = {
      webhookEndpointId,
      machineId,
      url,
      description: input.description ?? null,
      eventTypes: distinct(input.eventTypes ?? null),
      status: "enabled",
      disabledReason: null,
      secret: sealSecret(deps, webhookEndpointId, secret),
      previousSecret: null,
      previousSecretUntil: null,
      positions: await endsOf(tx, call.actor),
      nextNumber: 1,
      inFlight: 0,
      ...healthy,
      version: 1,
      createdAt: now,
    };
    await insertEndpoint(tx, row);
    return { ...endpointOf(deps, row), secret };
  });
}

async function endsOf(tx: ScopedTx, machine: Machine): Promise<PackedPositions> {
  const heads = await listHeads(tx, readerOf(machine).establishments);
  return Object.fromEntries(heads.map(({ establishmentId, lastSeq }) => [establishmentId, [lastSeq, 0]]));
}

export async function getWebhookEndpoint(
  deps: Deps,
  call: Call<Machine>,
  webhookEndpointId: string,
): Promise<WebhookEndpoint> {
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    endpointOf(deps, await getEndpoint(tx, call.actor.machineId, webhookEndpointId)),
  );
}

export async function listWebhookEndpoints(
  deps: Deps,
  call: Call<Machine>,
  query: WebhookEndpointQuery,
): Promise<Page<WebhookEndpoint>> {
  const { machineId } = call.actor;
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate(deps, `webhookEndpoints.list|${machineId}`, query, async (after, limit) => {
      const rows = await listEndpoints(tx, machineId, after ?? "", limit);
      return { rows: rows.map((row) => endpointOf(deps, row)), positionOf: (row) => row.webhookEndpointId };
    }),
  );
}

/** Enabled again, or elsewhere, it begins without a history of failures, and goes on where it stood. */
export async function updateWebhookEndpoint(
  deps: Deps,
  call: Call<Machine>,
  webhookEndpointId: string,
  input: WebhookEndpointChange,
): Promise<WebhookEndpoint> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await lockEndpoint(tx, call.actor.machineId, webhookEndpointId);
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: endpointOf(deps, row) });
    const url = input.url === undefined ? row.url : settle(decideAddress(input.url, deps.config.mode));
    const status = input.status ?? row.status;
    const anew = url !== row.url || status !== row.status;
    const updated: EndpointRow = {
      ...row,
      ...(anew ? healthy : {}),
      url,
      description: input.description === undefined ? row.description : input.description,
      eventTypes: input.eventTypes === undefined ? row.eventTypes : distinct(input.eventTypes),
      status,
      disabledReason: status === "enabled" ? null : (row.disabledReason ?? "requested"),
      version: row.version + 1,
    };
    await updateEndpoint(tx, updated);
    return endpointOf(deps, updated);
  });
}

export async function deleteWebhookEndpoint(deps: Deps, call: Call<Machine>, webhookEndpointId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await lockEndpoint(tx, call.actor.machineId, webhookEndpointId);
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: endpointOf(deps, row) });
    await deleteEndpoint(tx, webhookEndpointId, deps.clock.now());
  });
}

/** SYNC-68: what is sent from now on bears the signature of the new secret, and of the one before for a while. */
export async function rotateWebhookSecret(
  deps: Deps,
  call: Call<Machine>,
  webhookEndpointId: string,
  { overlapHours }: SecretRotation,
): Promise<Settled<WebhookEndpointWithSecret>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const row = await lockEndpoint(tx, call.actor.machineId, webhookEndpointId);
    const secret = newSecret(deps);
    const overlaps = overlapHours > 0;
    const updated: EndpointRow = {
      ...row,
      secret: sealSecret(deps, webhookEndpointId, secret),
      previousSecret: overlaps ? row.secret : null,
      previousSecretUntil: overlaps ? deps.clock.wall() + overlapHours * 3_600_000 : null,
      version: row.version + 1,
    };
    await updateEndpoint(tx, updated);
    return { ...endpointOf(deps, updated), secret };
  });
}

export async function testWebhookEndpoint(
  deps: Deps,
  call: Call<Machine>,
  webhookEndpointId: string,
): Promise<Settled<WebhookDelivery>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const row = enabled(await lockEndpoint(tx, call.actor.machineId, webhookEndpointId));
    const delivery = testDeliveryOf(deps, row, now);
    await appendDeliveries(tx, row, now, [delivery]);
    return pendingDelivery(row, delivery, now);
  });
}

/** SYNC-71: sends again what the endpoint has been past, in order, behind what is on its way. */
export async function replayToWebhookEndpoint(
  deps: Deps,
  call: Call<Machine>,
  webhookEndpointId: string,
  input: Replay,
): Promise<Settled<Replayed>> {
  const reader = readerOf(call.actor);
  return withScopeOnce(deps, scopeOf(call, reader.establishments), call.once, async (tx) => {
    const now = deps.clock.now();
    const row = enabled(await lockEndpoint(tx, call.actor.machineId, webhookEndpointId));
    const madeFor = `webhookEndpoints.replay|${webhookEndpointId}`;
    const { from, to } = await rangeOf(deps, tx, call.actor, row, input);
    const establishments = reader.establishments.filter((id) => to[id] !== undefined);
    const after = establishments.map((establishmentId) => ({
      establishmentId,
      seq: positionIn(from, establishmentId).seq,
    }));
    const { heads, changes } = await readChanges(tx, reader, after, mostReplayed + 1);
    for (const head of heads)
      if (!reaches(head, positionIn(from, head.establishmentId))) throw refusal("CURSOR_EXPIRED", startOf(input));
    const read = changes.slice(0, mostReplayed);
    const cutOff = changes.length > mostReplayed;
    const within = read.filter(({ establishmentId, seq }) => seq <= (to[establishmentId] ?? 0));
    const items = await changeItems(tx, reader, follow(within, from));
    const deliveries = deliveriesOf(deps, row, items, within, { cause: "replay", now });
    await appendDeliveries(tx, row, now, deliveries);
    const reached = advance(from, heads, read, cutOff);
    const done = heads.every(
      ({ establishmentId, readableTo }) =>
        positionIn(reached, establishmentId).seq >= Math.min(to[establishmentId] ?? 0, readableTo),
    );
    const rest = { positions: pack(reached), to };
    return { deliveries: deliveries.length, nextCursor: done ? null : writeCursor(deps.secrets, madeFor, rest) };
  });
}

/** Where a replay begins and, in each establishment, with which change it ends: not beyond where the endpoint stands. */
async function rangeOf(
  deps: Deps,
  tx: ScopedTx,
  machine: Machine,
  { webhookEndpointId, positions }: EndpointRow,
  { cursor, establishmentId, fromSeq, toSeq, since, until }: Replay,
): Promise<{ from: Positions; to: Record<string, number> }> {
  const reader = readerOf(machine);
  const stands = Object.fromEntries(Object.entries(positions).map(([id, [seq]]) => [id, seq]));
  if (cursor !== undefined) {
    const rest = restOf(deps, webhookEndpointId, cursor);
    if (rest !== undefined) return { from: unpack(rest.positions), to: rest.to };
    return { from: unpack(readCursor<PackedPositions>(deps.secrets, cursorOf(reader), cursor, "/cursor")), to: stands };
  }
  if (establishmentId !== undefined && fromSeq !== undefined) {
    const end = stands[establishmentId];
    if (end === undefined || !reader.establishments.includes(establishmentId))
      throw refusal("NOT_FOUND", "/establishmentId");
    const position = await positionBefore(tx, reader, establishmentId, Math.min(fromSeq, end + 1));
    return { from: { [establishmentId]: position }, to: { [establishmentId]: Math.min(end, toSeq ?? end) } };
  }
  const now = deps.clock.now();
  const begins = await findPositionsAt(tx, reader, { at: readInstant(since ?? ""), now });
  if (until === undefined) return { from: begins, to: stands };
  const ends = await findPositionsAt(tx, reader, { at: readInstant(until), now });
  const to = Object.entries(stands).map(([id, seq]) => [id, Math.min(seq, positionIn(ends, id).seq)] as const);
  return { from: begins, to: Object.fromEntries(to) };
}

/** Of a replay's own cursor; undefined for one of the feed. */
function restOf(
  deps: Deps,
  webhookEndpointId: string,
  cursor: string,
): { positions: PackedPositions; to: Record<string, number> } | undefined {
  try {
    return readCursor(deps.secrets, `webhookEndpoints.replay|${webhookEndpointId}`, cursor);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function startOf({ cursor, fromSeq }: Replay): string {
  return cursor !== undefined ? "/cursor" : fromSeq !== undefined ? "/fromSeq" : "/since";
}

function enabled(row: EndpointRow): EndpointRow {
  if (row.status === "disabled") throw new Refusal([violation("SYNC-71", "WEBHOOK_ENDPOINT_DISABLED")]);
  return row;
}

function distinct<T>(list: readonly T[] | null): T[] | null {
  return list === null ? null : [...new Set(list)];
}

function endpointOf({ clock }: Deps, row: EndpointRow): WebhookEndpoint {
  const { webhookEndpointId, version, url, description, eventTypes, status, disabledReason, failures } = row;
  const overlap = row.previousSecretUntil !== null && row.previousSecretUntil > clock.wall();
  return {
    webhookEndpointId,
    version,
    url,
    description,
    // The schema lets only known types in, and none is ever taken away.
    eventTypes: eventTypes as WebhookEndpoint["eventTypes"],
    status,
    disabledReason,
    failures,
    failingSince: utcOrNull(row.failingSince),
    previousSecretUntil: overlap ? utcOrNull(row.previousSecretUntil) : null,
    createdAt: utcText(row.createdAt),
  };
}

function utcOrNull(at: Instant | null): string | null {
  return at === null ? null : utcText(at);
}
