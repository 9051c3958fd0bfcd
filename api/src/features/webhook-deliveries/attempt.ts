import type { DeliveryJob, Queue } from "../../db/queue.ts";
import { withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { decideHealth, decideNext, healthy, isBroken, isDelivered } from "../../domain/webhook-delivery.ts";
import type { AttemptResult } from "../../domain/webhook-delivery.ts";
import type { WebhookFault } from "../../sandbox/faults.ts";
import { findEndpoint, lockAnyEndpoint, updateEndpoint, updateInFlight } from "../webhook-endpoints/store.ts";
import type { EndpointRow } from "../webhook-endpoints/store.ts";
import { findActiveMachine } from "./machine.ts";
import { signed, signingSecrets } from "./message.ts";
import { post } from "./post.ts";
import type { Resolve } from "./post.ts";
import { promote } from "./promote.ts";
import type { AttemptOutcome } from "./schema.ts";
import { bringForward, findDelivery, insertAttempt, leaveOrder, updateDelivery } from "./store.ts";
import type { DeliveryRow } from "./store.ts";

/** One attempt at one delivery, and what is written of it. */

/** How it ended: an attempt; put back without one, to be sent at `dueAt`; or settled without having been sent. */
type Ended =
  | { kind: "attempted"; result: AttemptResult; startedAt: number; durationMs: number }
  | { kind: "putBack"; dueAt: number; outOfTurn?: true }
  | { kind: "settled"; state: "delivered" | "failed"; outcome: AttemptOutcome };

interface Found {
  delivery: DeliveryRow;
  endpoint: EndpointRow;
  machine: Machine | undefined;
}

export async function attemptDelivery(
  deps: Deps,
  queue: Queue,
  job: DeliveryJob & { jobId: string },
  world: { resolve: Resolve; signal: AbortSignal },
): Promise<void> {
  const found = await withScope(deps.connection, scopeOfMachine(job), (tx) => find(tx, job));
  const ended = found === undefined ? undefined : await send(deps, found, world);
  await withScope(deps.connection, scopeOfMachine(job), async (tx) => {
    // In one message: whoever is at the endpoint is waited for, and what comes after is read as it then is.
    const [endpoint, delivery, completed] = await Promise.all([
      lockAnyEndpoint(tx, job.webhookEndpointId),
      findDelivery(tx, job.webhookDeliveryId),
      queue.complete(tx, job.jobId),
    ]);
    if (!completed || endpoint === undefined || delivery?.state !== "sending" || ended === undefined) return;
    const landed = { ...endpoint, inFlight: Math.max(0, endpoint.inFlight - 1) };
    const { after, writes } = settle(deps, tx, landed, delivery, ended);
    if (after.status === "enabled") await promote(deps, queue, tx, after, writes);
    else await Promise.all([...writes, updateInFlight(tx, after)]);
  });
}

function scopeOfMachine({ machineId }: DeliveryJob) {
  return { audience: "machine", subject: machineId, establishments: [] } as const;
}

async function find(
  tx: ScopedTx,
  { machineId, webhookEndpointId, webhookDeliveryId }: DeliveryJob,
): Promise<Found | undefined> {
  const [delivery, endpoint, machine] = await Promise.all([
    findDelivery(tx, webhookDeliveryId),
    findEndpoint(tx, webhookEndpointId),
    findActiveMachine(tx, machineId),
  ]);
  return delivery?.state !== "sending" || endpoint === undefined ? undefined : { delivery, endpoint, machine };
}

async function send(
  deps: Deps,
  { delivery, endpoint, machine }: Found,
  { resolve, signal }: { resolve: Resolve; signal: AbortSignal },
): Promise<Ended> {
  const now = deps.clock.now();
  // Disabled or suspended meanwhile: it waits until that is over.
  if (endpoint.status === "disabled" || machine === undefined) return { kind: "putBack", dueAt: now };
  if (!maySee(machine, delivery)) return { kind: "settled", state: "failed", outcome: "notVisible" };
  const fault = faultFor(deps, endpoint, delivery);
  if (fault?.name === "webhookDropped") return { kind: "settled", state: "delivered", outcome: "sandboxFault" };
  if (fault?.name === "webhookLate") return { kind: "putBack", dueAt: now + fault.milliseconds };
  if (fault?.name === "webhookReordered") return { kind: "putBack", dueAt: now + fault.milliseconds, outOfTurn: true };
  const startedAt = deps.clock.wall();
  const outgoing = {
    url: endpoint.url,
    headers: headersOf(deps, endpoint, delivery, fault?.name),
    body: delivery.body,
  };
  const { wall } = deps.clock;
  const { mode, webhookTimeoutMs: timeoutMs } = deps.config;
  const posting = { mode, resolve, timeoutMs, wall, signal };
  if (fault?.name === "webhookDoubled") await post(outgoing, posting);
  const result = await post(outgoing, posting);
  if (result === "aborted") return { kind: "putBack", dueAt: now };
  return { kind: "attempted", result, startedAt: now, durationMs: wall() - startedAt };
}

const lateByMs = 5_000;

/** What the sandbox does to this attempt: of the faults that are drawn the first, the others cannot happen. */
function faultFor(
  { sandbox }: Deps,
  { machineId: clientId }: EndpointRow,
  { eventType, webhookDeliveryId: deliveryId }: DeliveryRow,
): { name: WebhookFault; milliseconds: number } | undefined {
  const [first, ...others] = sandbox?.faults.forWebhook({ eventType, clientId, deliveryId }) ?? [];
  for (const other of others) other.cannotHappen();
  return first && { name: first.fault, milliseconds: first.milliseconds ?? lateByMs };
}

/** SYNC-55: a place that is no longer linked with the machine is told of up to the end of the link. */
function maySee({ links, endedLinks = [] }: Machine, { body, cause }: DeliveryRow): boolean {
  if (cause === "test") return true;
  // deliveriesOf has written it.
  const { data } = JSON.parse(body) as { data?: { establishmentId?: string; seq?: number; placeIds?: string[] } };
  const { establishmentId, seq = 0, placeIds = [] } = data ?? {};
  if (establishmentId === undefined) return true;
  const visible = [...links, ...endedLinks.filter((ended) => seq <= ended.seq)];
  const own = visible.filter((link) => link.establishmentId === establishmentId);
  return own.some(({ placeId }) => placeIds.length === 0 || placeIds.includes(placeId));
}

const oldBy = 600_000;

function headersOf(
  deps: Deps,
  endpoint: EndpointRow,
  delivery: DeliveryRow,
  fault: WebhookFault | undefined,
): Record<string, string> {
  const wall = deps.clock.wall();
  const at = fault === "webhookOldTimestamp" ? wall - oldBy : wall;
  const secrets = signingSecrets(deps, endpoint, wall);
  const bad = fault === "webhookBadSignature" ? [`whsec_${Buffer.alloc(32).toString("base64")}`] : secrets;
  return { ...signed(delivery, bad, at) };
}

/** The endpoint as it stands then, and what is on its way to the database, in this order. */
interface Settled {
  after: EndpointRow;
  writes: Promise<void>[];
}

function settle(deps: Deps, tx: ScopedTx, endpoint: EndpointRow, delivery: DeliveryRow, ended: Ended): Settled {
  const now = deps.clock.now();
  const { webhookDeliveryId } = delivery;
  switch (ended.kind) {
    case "putBack": {
      const writes = [updateDelivery(tx, { ...delivery, state: "pending", dueAt: ended.dueAt })];
      if (ended.outOfTurn) writes.push(leaveOrder(tx, delivery));
      return { after: endpoint, writes };
    }
    case "settled": {
      const { outcome, state } = ended;
      const attempt = delivery.attempts + 1;
      const writes = [
        insertAttempt(tx, webhookDeliveryId, { attempt, at: now, durationMs: 0, status: null, outcome }),
        updateDelivery(tx, { ...delivery, state, attempts: attempt, settledAt: now }),
        leaveOrder(tx, delivery),
      ];
      return { after: endpoint, writes };
    }
    case "attempted":
      return attempted(deps, tx, endpoint, delivery, ended);
  }
}

function attempted(
  deps: Deps,
  tx: ScopedTx,
  endpoint: EndpointRow,
  delivery: DeliveryRow,
  { result, startedAt, durationMs }: Extract<Ended, { kind: "attempted" }>,
): Settled {
  const now = deps.clock.now();
  const attempts = delivery.attempts + 1;
  const random = deps.ids.random(4).readUInt32BE(0) / 2 ** 32;
  const next = decideNext(result, attempts, now, random);
  const row: DeliveryRow =
    next.kind === "retry"
      ? { ...delivery, state: "pending", attempts, dueAt: next.dueAt }
      : { ...delivery, state: next.kind, attempts, settledAt: now };
  const writes = [
    insertAttempt(tx, delivery.webhookDeliveryId, { attempt: attempts, at: startedAt, durationMs, ...said(result) }),
    updateDelivery(tx, row),
  ];
  if (next.kind !== "retry") writes.push(leaveOrder(tx, delivery));
  if (endpoint.status === "disabled") return { after: endpoint, writes };
  if (isBroken(endpoint) && isDelivered(result)) writes.push(bringForward(tx, endpoint.webhookEndpointId, now));
  const verdict = decideHealth(result, endpoint, now);
  const after: EndpointRow =
    verdict.kind === "enabled"
      ? { ...endpoint, ...verdict.health }
      : { ...endpoint, ...healthy, status: "disabled", disabledReason: verdict.reason, version: endpoint.version + 1 };
  if (fares(after) !== fares(endpoint)) writes.push(updateEndpoint(tx, after));
  return { after, writes };
}

/** As a text, to be compared: most attempts change nothing of it. */
function fares({ status, failures, failingSince, resumeAt }: EndpointRow): string {
  return [status, failures, failingSince, resumeAt].join();
}

function said(result: AttemptResult): { status: number | null; outcome: AttemptOutcome } {
  if (result.kind === "unanswered") return { status: null, outcome: result.reason };
  const { status } = result;
  if (isDelivered(result)) return { status, outcome: "delivered" };
  return { status, outcome: status >= 300 && status < 400 ? "redirect" : "status" };
}
