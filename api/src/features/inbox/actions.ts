import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { Employee, Machine } from "../../domain/actor.ts";
import { checkActive } from "../../domain/appointment.ts";
import { refusal, refuseAny } from "../../domain/decision.ts";
import { accepted } from "../../domain/inbox.ts";
import { refuseWrite } from "../../domain/permission.ts";
import type { Call } from "../../http/call.ts";
import { utcText } from "../../http/time.ts";
import { changeItems } from "../changes/items.ts";
import { readerOf } from "../changes/reader.ts";
import type { ChangeWatch } from "../changes/watch.ts";
import { needScopes, readResources } from "../snapshots/resources.ts";
import { fill } from "./fill.ts";
import type { Acceptance, InboxItem, InboxLease, InboxLeaseRequest } from "./schema.ts";
import { settleAnswers, withAppointments } from "./settle.ts";
import { hasMore, leaseItems, lockInboxes, nextAvailable } from "./store.ts";
import type { ItemRow } from "./store.ts";

/** What a lease that waits depends on. */
export interface LeaseWaiting {
  watch: ChangeWatch;
  /** Aborted when the caller has gone or the hub closes: the answer is then given at once. */
  signal: AbortSignal;
  /** Who calls, asked again after a wait. */
  caller: () => Promise<Machine>;
}

/**
 * SYNC-40 to SYNC-42: what others wrote at the machine's places, each to one installation at a time. What may come free
 * while the call waits (a lease that runs out) ends the wait too.
 */
export async function leaseInbox(
  deps: Deps,
  call: Call<Machine>,
  request: InboxLeaseRequest,
  { watch, signal, caller }: LeaseWaiting,
): Promise<InboxLease> {
  const ended = request.wait === 0 ? signal : AbortSignal.any([signal, AbortSignal.timeout(request.wait * 1000)]);
  let { actor } = call;
  for (;;) {
    const { lease, seen, nextAt } = await leaseOnce(deps, { ...call, actor }, request);
    if (lease.items.length > 0 || (request.wait === 0 && !lease.more) || signal.aborted) return lease;
    if (!lease.more) {
      const due = nextAt === null ? [] : [AbortSignal.timeout(Math.max(0, nextAt - deps.clock.now()))];
      await watch.moved(seen, AbortSignal.any([ended, ...due]));
      if (ended.aborted) return lease;
      actor = await caller();
    }
  }
}

interface Leased {
  lease: InboxLease;
  /** How far each log reached when it was read. */
  seen: Map<string, number>;
  /** When something comes free, if nothing is and the call may wait for it. */
  nextAt: number | null;
}

async function leaseOnce(deps: Deps, call: Call<Machine>, request: InboxLeaseRequest): Promise<Leased> {
  const { actor } = call;
  // An item shows the whole object.
  needScopes(actor, ["appointment", "slot"]);
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const inboxes = await lockInboxes(tx, actor, establishmentsOf(actor));
    const until = now + request.leaseSeconds * 1000;
    const rows = await leaseItems(tx, actor, { now, until, limit: request.limit });
    let filled = inboxes.every(({ seq, lastSeq }) => seq >= lastSeq);
    // What is in already is older than what the log still holds.
    if (rows.length < request.limit && !filled) {
      filled = true;
      for (const inbox of inboxes) filled = (await fill(deps, tx, actor, inbox)) && filled;
      rows.push(...(await leaseItems(tx, actor, { now, until, limit: request.limit - rows.length })));
    }
    const more = await hasMore(tx, actor, now);
    return {
      lease: { items: await itemsOf(deps, tx, call, rows), more: more || !filled },
      seen: new Map(inboxes.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq])),
      nextAt: request.wait > 0 && rows.length === 0 ? await nextAvailable(tx, actor, now) : null,
    };
  });
}

async function itemsOf(deps: Deps, tx: ScopedTx, call: Call<Machine>, rows: readonly ItemRow[]): Promise<InboxItem[]> {
  if (rows.length === 0) return [];
  const { actor } = call;
  const changes = await changeItems(tx, readerOf(actor), rows);
  const resources = await readResources(deps, tx, { ...call, purpose: "inbox.lease" }, rows);
  return rows.flatMap(({ itemId, attempt, availableAt, objectId }, index) => {
    const change = changes[index];
    if (change === undefined) throw new Error("a row has an item");
    // What has left this machine's places is gone for it, also when it may come back.
    const resource = change.operation === "deleted" ? null : (resources.get(objectId) ?? null);
    return [{ itemId, attempt, leasedUntil: utcText(availableAt), change, resource }];
  });
}

/** SYNC-50: staff accept an appointment in their software's place; where nothing was asked, nothing changes. */
export async function acceptAppointment(deps: Deps, call: Call<Employee>, appointmentId: string): Promise<Acceptance> {
  const name = () => Promise.resolve({ appointmentIds: [appointmentId] });
  return withAppointments(deps, scopeOf(call), name, async (tx, appointments) => {
    const now = deps.clock.now();
    const before = appointments.get(appointmentId);
    if (before === undefined) throw refusal("NOT_FOUND");
    refuseAny(refuseWrite(call.actor, before, "APPT-49"));
    refuseAny(checkActive(before));
    const agenda = accepted(before.agenda, now);
    await settleAnswers(tx, now, call.actor, [{ before, agenda }]);
    const { version } = before;
    return { appointmentId, version, agendaStatus: agenda?.status ?? null, agendaReason: agenda?.reason ?? null };
  });
}
