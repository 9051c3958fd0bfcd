import { announce } from "../../db/change-log.ts";
import { scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { decideAdoption } from "../../domain/adoption.ts";
import type { Adoptable } from "../../domain/adoption.ts";
import type { Appointment } from "../../domain/appointment.ts";
import type { Binding } from "../../domain/binding.ts";
import { violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { accepted, rejected, settles } from "../../domain/inbox.ts";
import type { AgendaAnswer, NackReason } from "../../domain/inbox.ts";
import { mayWrite } from "../../domain/permission.ts";
import type { Call } from "../../http/call.ts";
import { toldViolations } from "../../http/problem.ts";
import { findAdoptables } from "../adoptions/store.ts";
import { bindingKey, bindingLockNames, bindingsOfObjects, findBindings, putBindings } from "../bindings/store.ts";
import type { AnsweredItem, InboxAnswers } from "./schema.ts";
import { storeAnswers, withAppointments } from "./settle.ts";
import { closeItems, listItems, lockInboxes, putOff, releaseNext } from "./store.ts";
import type { ItemRow } from "./store.ts";

/** One item, answered. */
export type Answer = { itemId: string; attempt?: number | undefined } & (
  | { kind: "ack"; externalId?: string | undefined }
  | { kind: "nack"; reason: NackReason; retryAfterSeconds?: number | undefined }
);

/** What the answers are decided upon; each sees the effect of those before it. */
interface Facts {
  items: Map<string, ItemRow>;
  appointments: ReadonlyMap<string, Appointment>;
  agendas: Map<string, AgendaAnswer | null>;
  adoptables: ReadonlyMap<string, Adoptable>;
  /** By type and bindingKey, and by type and object. */
  byName: Map<string, Binding>;
  byObject: Map<string, Binding>;
  bound: Binding[];
}

/** SYNC-44, SYNC-45, SYNC-47: each item by itself; one that cannot be answered is refused and stops no other. */
export async function answerInbox(deps: Deps, call: Call<Machine>, answers: readonly Answer[]): Promise<InboxAnswers> {
  const { actor } = call;
  const itemIds = [...new Set(answers.map(({ itemId }) => itemId))];
  const externalIds = new Map(
    answers.flatMap((each) =>
      each.kind === "ack" && each.externalId !== undefined ? [[each.itemId, each.externalId]] : [],
    ),
  );
  const name = async (tx: ScopedTx) => {
    const items = await listItems(tx, actor, itemIds);
    const namesOf = (objectType: "slot" | "appointment") =>
      bindingLockNames(actor.vendorId, objectType, namesIn(items, externalIds, objectType));
    return { appointmentIds: appointmentsIn(items), lockNames: [...namesOf("slot"), ...namesOf("appointment")] };
  };
  return withAppointments(deps, scopeOf(call), name, async (tx, appointments) => {
    const now = deps.clock.now();
    // Whoever leases, fills or answers waits for it: what an answered item held up is known to nobody in between.
    await lockInboxes(tx, actor, tx.establishments);
    const items = await listItems(tx, actor, itemIds);
    const facts = await loadFacts(tx, actor, items, appointments, externalIds);
    const answered = answers.map((answer, index) => answerOne(call, facts, answer, { index, now }));
    await putBindings(tx, actor.vendorId, facts.bound);
    await storeItems(tx, actor, items, facts.items, now);
    const changed = [...facts.agendas].flatMap(([appointmentId, agenda]) => {
      const before = appointments.get(appointmentId);
      return before === undefined ? [] : [{ before, agenda }];
    });
    await announce(tx, now, await storeAnswers(tx, actor, changed));
    return { items: answered };
  });
}

/** What has changed of the items, and so what comes next of their objects. */
async function storeItems(
  tx: ScopedTx,
  machine: Machine,
  before: readonly ItemRow[],
  after: ReadonlyMap<string, ItemRow>,
  now: number,
): Promise<void> {
  const rows = before.map((each) => after.get(each.itemId) ?? each);
  for (const answer of ["acknowledged", "rejected"] as const) {
    const closed = rows.filter((row, index) => row.answer === answer && before[index]?.answer !== answer);
    await closeItems(tx, machine, closed, answer, now);
  }
  for (const [index, row] of rows.entries())
    if (row.answer === null && row.availableAt !== before[index]?.availableAt) await putOff(tx, machine, row);
  await releaseNext(
    tx,
    machine,
    rows.filter(({ answer }) => answer !== null),
  );
}

function appointmentsIn(items: readonly ItemRow[]): string[] {
  return [...new Set(items.filter(({ objectType }) => objectType === "appointment").map(({ objectId }) => objectId))];
}

function namesIn(items: readonly ItemRow[], externalIds: ReadonlyMap<string, string>, type: "slot" | "appointment") {
  return items.flatMap(({ itemId, establishmentId, objectType }) => {
    const externalId = externalIds.get(itemId);
    return externalId === undefined || objectType !== type ? [] : [{ establishmentId, externalId }];
  });
}

async function loadFacts(
  tx: ScopedTx,
  { vendorId }: Machine,
  items: readonly ItemRow[],
  appointments: ReadonlyMap<string, Appointment>,
  externalIds: ReadonlyMap<string, string>,
): Promise<Facts> {
  const named = items.filter(({ itemId }) => externalIds.has(itemId));
  const idsOf = (type: string) => named.filter(({ objectType }) => objectType === type).map(({ objectId }) => objectId);
  const adoptables = await findAdoptables(tx, { slots: idsOf("slot"), appointments: idsOf("appointment") });
  const byName = new Map<string, Binding>();
  const byObject = new Map<string, Binding>();
  for (const type of ["slot", "appointment"] as const) {
    for (const [key, binding] of await findBindings(tx, vendorId, type, namesIn(items, externalIds, type)))
      byName.set(`${type} ${key}`, binding);
    for (const [objectId, binding] of await bindingsOfObjects(tx, vendorId, type, idsOf(type)))
      byObject.set(`${type} ${objectId}`, binding);
  }
  const rows = new Map(items.map((each) => [each.itemId, each]));
  return { items: rows, appointments, agendas: new Map(), adoptables, byName, byObject, bound: [] };
}

function answerOne(
  call: Call<Machine>,
  facts: Facts,
  answer: Answer,
  { index, now }: { index: number; now: number },
): AnsweredItem {
  const { itemId, attempt } = answer;
  const pointer = `/items/${String(index)}`;
  const item = facts.items.get(itemId);
  if (item === undefined) return refused(call, itemId, [violation("CONTRACT", "NOT_FOUND", `${pointer}/itemId`)]);
  const as = (outcome: AnsweredItem["outcome"]): AnsweredItem => ({
    ...{ itemId, outcome, problem: null },
    agendaStatus: agendaOf(facts, item)?.status ?? null,
  });
  if (item.answer === null && attempt !== undefined && attempt !== item.attempt) return as("leaseLost");
  if (answer.kind === "ack") {
    const found = bind(call.actor, facts, item, answer.externalId, pointer);
    if (found.length > 0) return refused(call, itemId, found, agendaOf(facts, item)?.status);
    close(facts, item, "acknowledged");
    settle(call.actor, facts, item, (agenda) => accepted(agenda, now));
    return as("acknowledged");
  }
  // What was taken, by whichever installation, is not refused afterwards by another.
  if (item.answer === "acknowledged") return as("acknowledged");
  const { reason, retryAfterSeconds = 0 } = answer;
  if (reason === "busy") {
    if (item.answer === "rejected") return as("rejected");
    facts.items.set(itemId, { ...item, availableAt: now + retryAfterSeconds * 1000 });
    return as("givenBack");
  }
  close(facts, item, "rejected");
  settle(call.actor, facts, item, (agenda) => rejected(agenda, reason, now));
  return as("rejected");
}

function close(facts: Facts, item: ItemRow, answer: "acknowledged" | "rejected"): void {
  facts.items.set(item.itemId, { ...item, answer });
}

function agendaOf({ agendas, appointments }: Facts, { objectId }: ItemRow): AgendaAnswer | null {
  return agendas.get(objectId) ?? appointments.get(objectId)?.agenda ?? null;
}

/** SYNC-47. One that is no longer at a place of this machine is not its to answer for. */
function settle(
  machine: Machine,
  facts: Facts,
  item: ItemRow,
  change: (agenda: AgendaAnswer | null) => AgendaAnswer | null,
): void {
  const appointment = facts.appointments.get(item.objectId);
  if (appointment === undefined || !mayWrite(machine, appointment) || !settles(appointment, item.version)) return;
  facts.agendas.set(item.objectId, change(agendaOf(facts, item)));
}

/** SYNC-44: as adoptions.create binds one, to the same refusals. */
function bind(
  machine: Machine,
  facts: Facts,
  { objectId, objectType, establishmentId }: ItemRow,
  externalId: string | undefined,
  pointer: string,
): Violation[] {
  if (externalId === undefined || (objectType !== "slot" && objectType !== "appointment")) return [];
  if (objectType === "slot" && !machine.scopes.includes("slots.write"))
    return [violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: "slots.write" })];
  const nameKey = `${objectType} ${bindingKey({ establishmentId, externalId })}`;
  const objectKey = `${objectType} ${objectId}`;
  const decision = decideAdoption(machine, [
    {
      line: { objectType, objectId, externalId },
      object: facts.adoptables.get(objectId),
      bindingOfName: facts.byName.get(nameKey),
      bindingOfObject: facts.byObject.get(objectKey),
    },
  ]);
  if (!decision.ok)
    return decision.violations.map((found) => ({ ...found, pointer: found.pointer.replace("/bindings/0", pointer) }));
  for (const binding of decision.value) {
    facts.byName.set(nameKey, binding);
    facts.byObject.set(objectKey, binding);
    facts.bound.push(binding);
  }
  return [];
}

function refused(
  call: Call<Machine>,
  itemId: string,
  violations: readonly Violation[],
  agendaStatus: AnsweredItem["agendaStatus"] = null,
): AnsweredItem {
  const problem = { code: violations[0]?.code ?? "INTERNAL", ...toldViolations(violations, call) };
  return { itemId, outcome: "refused", agendaStatus, problem };
}
