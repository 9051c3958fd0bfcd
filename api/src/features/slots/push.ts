import type { Announcement } from "../../db/change-log.ts";
import { announce } from "../../db/change-log.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import type { AgendaSpan } from "../../db/locks.ts";
import { manyRows, planForSizes } from "../../db/plans.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { decidePush, isRepeated } from "../../domain/binding.ts";
import type { Binding } from "../../domain/binding.ts";
import { violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { refuseDeparted } from "../../domain/employee.ts";
import { decideSlot, decideSlotDeletion, manualLengthMs, withManualDefaults } from "../../domain/slot.ts";
import type { SlotWish } from "../../domain/slot.ts";
import { localDateOf } from "../../domain/time.ts";
import { bodyHashOf } from "../bindings/body-hash.ts";
import { bindingKey, bindingLockNames, deleteBindings, findBindings, putBindings } from "../bindings/store.ts";
import { findEstablishment } from "../establishments/named.ts";
import type { NamedAt } from "../establishments/named.ts";
import { writeOpenings } from "../openings/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { editSlot, refuseSlotWrite, slotChange } from "./edit.ts";
import { loadAgendaFacts } from "./facts.ts";
import type { AgendaFacts } from "./facts.ts";
import { deleteSlots, insertSlots, listSlotsById, updateSlots } from "./store.ts";
import type { SlotRow } from "./store.ts";
import type { Outcome } from "./schema.ts";

/** One wish about a slot: by the vendor's own identifier, or a plain creation when there is none. */
export type SlotCommand = {
  namedAt: NamedAt;
  establishmentId?: string | undefined;
  baseVersion?: number | undefined;
} & (
  | {
      kind: "put";
      externalId: string | null;
      professionalId: string;
      wish: SlotWish;
      /** SLOT-02, SLOT-09 to SLOT-11 apply: a person created it by hand and need not say everything. */
      manual: boolean;
    }
  | { kind: "delete"; externalId: string }
);

export interface SlotVerdict {
  outcome: Outcome;
  slotId: string | null;
  /** The slot as it is now; null when there is none. */
  row: SlotRow | null;
  violations: readonly Violation[];
}

/** A command on its way. */
interface Entry {
  command: SlotCommand;
  /** The vendor's name of the slot, with the establishment it means something in. */
  name: { establishmentId: string; externalId: string } | null;
  bodyHash: string;
  binding: Binding | undefined;
  current: SlotRow | null;
  verdict: SlotVerdict | undefined;
}

interface Writes {
  inserted: SlotRow[];
  updated: SlotRow[];
  deleted: SlotRow[];
  bindings: Binding[];
  released: string[];
  announcements: Announcement[];
}

/** Longer than any local day: such a span is refused anyway (SLOT-03), and must not be locked day by day. */
const longestMs = 26 * 3_600_000;

/**
 * Settles commands set-wise in the caller's transaction, each with a verdict of its own. No two may bear one name: what
 * the first does, the second would have to see.
 *
 * What the vendor has sent before is found by its hash and costs one look-up, without locks (performance: a second push
 * of an unchanged agenda). The rest locks its agenda days and names, is read again, decided, and written in one
 * statement a table.
 */
export async function settleSlots(
  deps: Deps,
  tx: ScopedTx,
  actor: ClinicActor,
  commands: readonly SlotCommand[],
): Promise<SlotVerdict[]> {
  const now = deps.clock.now();
  if (commands.length >= manyRows) await planForSizes(tx);
  const entries = commands.map((command) => entryOf(deps, actor, command));
  await readBound(tx, actor, entries);
  refuseOutOfReach(actor, entries);
  for (const entry of entries) entry.verdict ??= settledAlready(entry);
  const open = entries.filter(({ verdict }) => verdict === undefined);
  if (open.length > 0) {
    const facts = await loadAgendaFacts(tx, open.flatMap(professionalIdsOf), open.map(placeIdOf), {
      toWrite: true,
      serviceGroupIds: open.flatMap(serviceGroupIdsOf),
    });
    await lockAndReadAgain(tx, actor, open, facts);
    const writes: Writes = { inserted: [], updated: [], deleted: [], bindings: [], released: [], announcements: [] };
    for (const entry of open) entry.verdict = decide({ deps, actor, facts, writes, now }, entry);
    await store(tx, actor, writes);
    await announce(tx, now, writes.announcements);
  }
  return entries.map(({ verdict }) => {
    if (verdict === undefined) throw new Error("a command was not settled");
    return verdict;
  });
}

function entryOf(deps: Deps, actor: ClinicActor, command: SlotCommand): Entry {
  const entry: Entry = {
    command,
    name: null,
    bodyHash: "",
    binding: undefined,
    current: null,
    verdict: undefined,
  };
  // What has no name needs no establishment for it: its professional has one.
  if (command.externalId === null && command.establishmentId === undefined) return entry;
  const establishmentId = findEstablishment(actor, command.establishmentId, command.namedAt);
  if (typeof establishmentId !== "string") return { ...entry, verdict: refused(entry, establishmentId) };
  if (command.externalId === null) return entry;
  return {
    ...entry,
    name: { establishmentId, externalId: command.externalId },
    bodyHash: command.kind === "put" ? hashOf(deps, command) : "",
  };
}

/**
 * What two pushes are compared by: what they say, not how they write it (offsets, order of services). A group is compared
 * by its name: what it has come to hold since changes no slot (GRP-10).
 */
function hashOf(deps: Deps, { professionalId, wish }: Extract<SlotCommand, { kind: "put" }>): string {
  const serviceIds = [...new Set(wish.serviceIds ?? [])].sort();
  const groupIds = [...new Set(wish.serviceGroupIds ?? [])].sort();
  // Left out when there is none: the hashes of bodies without groups stay what they are.
  const serviceGroupIds = groupIds.length === 0 ? undefined : groupIds;
  const placeId = wish.placeId ?? null;
  return bodyHashOf(deps.secrets, { professionalId, ...wish, placeId, serviceIds, serviceGroupIds });
}

async function readBound(tx: ScopedTx, actor: ClinicActor, entries: readonly Entry[]): Promise<void> {
  const named = entries.filter(({ name, verdict }) => name !== null && verdict === undefined);
  if (actor.kind !== "machine" || named.length === 0) return;
  const names = named.flatMap(({ name }) => (name === null ? [] : [name]));
  const bindings = await findBindings(tx, actor.vendorId, "slot", names);
  const rows = await listSlotsById(
    tx,
    [...bindings.values()].map(({ objectId }) => objectId),
  );
  const byId = new Map(rows.map((row) => [row.slotId, row]));
  for (const entry of named) {
    entry.binding = entry.name === null ? undefined : bindings.get(bindingKey(entry.name));
    entry.current = entry.binding === undefined ? null : (byId.get(entry.binding.objectId) ?? null);
  }
}

/** LCGA-02: a slot that staff have moved to a place of another machine is not shown to this one, whatever it pushes. */
function refuseOutOfReach(actor: ClinicActor, entries: readonly Entry[]): void {
  if (actor.kind !== "machine") return;
  const linked = new Set(actor.links.map(({ placeId }) => placeId));
  for (const entry of entries) {
    const placeId = entry.current?.placeId ?? null;
    if (entry.verdict === undefined && placeId !== null && !linked.has(placeId))
      entry.verdict = {
        outcome: "refused",
        slotId: null,
        row: null,
        violations: [violation("LCGA-02", "MACHINE_NOT_LINKED")],
      };
  }
}

/** Design, decision 6: the vendor's last body again; or a name that is to go and is not there. */
function settledAlready({ command, binding, bodyHash, current }: Entry): SlotVerdict | undefined {
  if (command.kind === "delete")
    return binding === undefined ? { outcome: "unchanged", slotId: null, row: null, violations: [] } : undefined;
  if (binding === undefined || !isRepeated({ binding, bodyHash, current, ifMatch: command.baseVersion }))
    return undefined;
  return { outcome: "unchanged", slotId: binding.objectId, row: current, violations: [] };
}

function professionalIdsOf({ command, current }: Entry): string[] {
  const own = current === null ? [] : [current.professionalId];
  return command.kind === "put" ? [command.professionalId, ...own] : own;
}

function serviceGroupIdsOf({ command }: Entry): readonly string[] {
  return command.kind === "put" ? (command.wish.serviceGroupIds ?? []) : [];
}

function placeIdOf({ current }: Entry): string | null {
  return current?.placeId ?? null;
}

async function lockAndReadAgain(
  tx: ScopedTx,
  actor: ClinicActor,
  entries: readonly Entry[],
  facts: AgendaFacts,
): Promise<void> {
  const names = entries.flatMap(({ name }) => (name === null ? [] : [name]));
  const days = () => agendaDayNames(entries.flatMap((entry) => spansOf(entry, facts)));
  const locked = new Set([
    ...(actor.kind === "machine" ? bindingLockNames(actor.vendorId, "slot", names) : []),
    ...days(),
  ]);
  await lockNames(tx, [...locked]);
  if (names.length === 0) return;
  await readBound(tx, actor, entries);
  // Somebody has moved a slot to other days since the first look: those days too. Out of order, which at worst costs a
  // deadlock and another attempt.
  const missing = days().filter((day) => !locked.has(day));
  await lockNames(tx, missing);
}

/** The time a command takes from or gives to an agenda: that of the slot as it is, and as it is wanted. */
function spansOf({ command, current }: Entry, facts: AgendaFacts): AgendaSpan[] {
  const spans: AgendaSpan[] = current === null ? [] : [current];
  const professional = command.kind === "put" ? facts.professional(command.professionalId) : undefined;
  if (command.kind === "delete" || professional === undefined) return spans;
  const { startAt, endAt = startAt + manualLengthMs } = command.wish;
  const { establishmentId, professionalId } = professional;
  const sane = endAt > startAt && endAt - startAt <= longestMs;
  return sane ? [...spans, { establishmentId, professionalId, startAt, endAt }] : spans;
}

interface Deciding {
  deps: Deps;
  actor: ClinicActor;
  facts: AgendaFacts;
  writes: Writes;
  now: number;
}

function decide(deciding: Deciding, entry: Entry): SlotVerdict {
  // Another push of the same name may have been settled while this one waited for its locks.
  refuseOutOfReach(deciding.actor, [entry]);
  const settled = entry.verdict ?? settledAlready(entry);
  if (settled !== undefined) return settled;
  const { command, binding, bodyHash, current } = entry;
  const { baseVersion: ifMatch } = command;
  if (command.kind === "delete") return decideDelete(deciding, entry);
  const professional = deciding.facts.professional(command.professionalId);
  if (professional === undefined || !isIn(professional, entry))
    return refused(entry, violation("CONTRACT", "NOT_FOUND", "/professionalId"));
  const push = decidePush({ binding, bodyHash, current, ifMatch });
  if (typeof push === "object") return refused(entry, push);
  if (current === null) return create(deciding, entry, command, professional);
  return update(deciding, entry, command, professional, current);
}

/** A professional of another establishment than the one the caller names is not found there. */
function isIn(professional: ProfessionalFacts, { command, name }: Entry): boolean {
  const establishmentId = name?.establishmentId ?? command.establishmentId;
  return establishmentId === undefined || establishmentId === professional.establishmentId;
}

type Put = Extract<SlotCommand, { kind: "put" }>;

function create(
  { deps, actor, facts, writes, now }: Deciding,
  entry: Entry,
  command: Put,
  professional: ProfessionalFacts,
): SlotVerdict {
  const { establishmentId, professionalId } = professional;
  const slotFacts = facts.slotFacts(professionalId);
  if (slotFacts === undefined) throw new Error("a professional was read without facts");
  const wish = command.manual ? withManualDefaults(command.wish, slotFacts) : command.wish;
  const forbidden =
    refuseSlotWrite(actor, professional, wish.placeId ?? null) ??
    refuseDeparted(professional.departureDate, localDateOf(now, slotFacts.timeZone));
  if (forbidden !== undefined) return refused(entry, forbidden);
  const decision = decideSlot({ ...wish, endAt: wish.endAt ?? wish.startAt }, slotFacts, null, now);
  if (!decision.ok) return refused(entry, ...decision.violations);
  const slotId = deps.ids.next("slt", now);
  const row: SlotRow = {
    ...decision.value,
    ...{ establishmentId, slotId, professionalId },
    ...{ version: 1, createdAt: now, updatedAt: now },
  };
  writes.inserted.push(row);
  writes.announcements.push({ author: actor, change: slotChange("created", row, null, professional.placeIds, []) });
  bind(writes, entry, row);
  return { outcome: "created", slotId, row, violations: [] };
}

function update(
  { actor, facts, writes, now }: Deciding,
  entry: Entry,
  command: Put,
  professional: ProfessionalFacts,
  current: SlotRow,
): SlotVerdict {
  if (current.professionalId !== professional.professionalId)
    return refused(entry, violation("SLOT-40", "FIELD_NOT_EDITABLE", "/professionalId"));
  const { wish } = command;
  const written = editSlot({ actor, facts, now }, current, { ...wish, endAt: wish.endAt ?? wish.startAt });
  if (!written.ok) return refused(entry, ...written.violations);
  if (written.change !== undefined) {
    writes.updated.push(written.row);
    writes.announcements.push({ author: actor, change: written.change });
  }
  bind(writes, entry, written.row);
  return {
    outcome: written.change === undefined ? "unchanged" : "updated",
    slotId: current.slotId,
    row: written.row,
    violations: [],
  };
}

function decideDelete({ actor, facts, writes, now }: Deciding, entry: Entry): SlotVerdict {
  const { command, binding, current } = entry;
  if (binding === undefined) throw new Error("a name without a binding was settled before");
  const gone: SlotVerdict = { outcome: "deleted", slotId: binding.objectId, row: null, violations: [] };
  writes.released.push(binding.objectId);
  if (current === null) return { ...gone, outcome: "unchanged" };
  const push = decidePush({ binding, bodyHash: "", current, ifMatch: command.baseVersion });
  const professional = facts.professional(current.professionalId);
  if (professional === undefined) throw new Error("a slot was read without its professional");
  const forbidden = refuseSlotWrite(actor, professional, current.placeId);
  const decision = decideSlotDeletion(current, now);
  const found =
    typeof push === "object" ? [push] : ((forbidden && [forbidden]) ?? (decision.ok ? [] : decision.violations));
  if (found.length > 0) {
    writes.released.pop();
    return refused(entry, ...found);
  }
  writes.deleted.push(current);
  writes.announcements.push({ author: actor, change: slotChange("deleted", current, null, professional.placeIds, []) });
  return gone;
}

/** The vendor's name stands for the row from now on, and this body was its last. */
function bind(writes: Writes, { name, bodyHash }: Entry, row: SlotRow): void {
  if (name === null) return;
  const { slotId: objectId, version: vendorVersion } = row;
  writes.bindings.push({ ...name, objectType: "slot", objectId, bodyHash, vendorVersion });
}

async function store(tx: ScopedTx, actor: ClinicActor, writes: Writes): Promise<void> {
  const { inserted, updated, deleted, bindings, released } = writes;
  const vendorId = actor.kind === "machine" ? actor.vendorId : undefined;
  // Sent one behind the other in this order, without waiting in between.
  await Promise.all([
    deleteSlots(tx, deleted),
    updateSlots(tx, updated),
    insertSlots(tx, inserted),
    writeOpenings(tx, updated, { replace: true }),
    writeOpenings(tx, inserted, { replace: false }),
    ...(vendorId === undefined
      ? []
      : [deleteBindings(tx, vendorId, "slot", released), putBindings(tx, vendorId, bindings)]),
  ]);
}

function refused({ current, binding }: Pick<Entry, "current" | "binding">, ...violations: Violation[]): SlotVerdict {
  return { outcome: "refused", slotId: current?.slotId ?? binding?.objectId ?? null, row: current, violations };
}
