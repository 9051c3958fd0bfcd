import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, Machine } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { Refusal, refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { refuseRead } from "../../domain/permission.ts";
import { decideSlotDeletion, withChange } from "../../domain/slot.ts";
import type { SlotChange } from "../../domain/slot.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { readInstant } from "../../http/time.ts";
import { bindingKey, findBindings } from "../bindings/store.ts";
import { establishmentOf, namedInAddress, namedInBody } from "../establishments/named.ts";
import { writeOpenings } from "../openings/store.ts";
import { getProfessional } from "../professionals/store.ts";
import { slotAnswer, slotAnswers } from "./answer.ts";
import { getForWriting, lockUnchanged, noteDeletion, noteWrite } from "./current.ts";
import { editSlot, slotChange } from "./edit.ts";
import { loadAgendaFacts } from "./facts.ts";
import { settleSlots } from "./push.ts";
import type { SlotCommand, SlotVerdict } from "./push.ts";
import type { NewSlot, PushedSlot, Slot, SlotChangeBody, SlotPushResult, SlotQuery } from "./schema.ts";
import { deleteSlots, getSlot, listSlots, updateSlots } from "./store.ts";
import type { SlotPosition, SlotRow } from "./store.ts";
import { readOpenFrom, wishOf } from "./wish.ts";

/** SLOT-01 to SLOT-19, SLOT-24, SLOT-25, PLACE-07: by hand, so that SLOT-02 and SLOT-09 to SLOT-11 fill in what is not said. */
export async function createSlot(deps: Deps, call: Call<ClinicActor>, input: NewSlot): Promise<Settled<Slot>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const command: SlotCommand = {
      kind: "put",
      externalId: null,
      namedAt: namedInBody,
      professionalId: input.professionalId,
      wish: wishOf(input),
      manual: true,
    };
    const { row } = await settleOne(deps, tx, call.actor, command);
    return slotAnswer(tx, call.actor, row);
  });
}

export async function getOneSlot(deps: Deps, call: Call<ClinicActor>, slotId: string): Promise<Slot> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getSlot(tx, slotId);
    await checkReader(tx, call.actor, row);
    return slotAnswer(tx, call.actor, row);
  });
}

/** Slots of a professional or of a place, as far as the caller may read them. */
export async function listSomeSlots(deps: Deps, call: Call<ClinicActor>, query: SlotQuery): Promise<Page<Slot>> {
  const { professionalId, placeId } = query;
  if (professionalId === undefined && placeId === undefined)
    throw new Refusal([violation("VIEW-01", "REQUIRED_FIELD", "/query/professionalId")]);
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const madeFor = `slots.list|${[professionalId, placeId, query.from, query.to].join("|")}`;
    const { items, nextCursor } = await paginate<SlotRow, SlotPosition>(deps, madeFor, query, async (after, limit) => {
      const window = {
        ...(query.from === undefined ? {} : { from: readInstant(query.from) }),
        ...(query.to === undefined ? {} : { to: readInstant(query.to) }),
      };
      const filter = { professionalId, placeId, ...window };
      const rows = await listSlots(tx, readableAgendas(call.actor), filter, after, limit);
      return { rows, positionOf: ({ startAt, slotId }) => ({ startAt, slotId }) };
    });
    return { items: await slotAnswers(tx, call.actor, items), nextCursor };
  });
}

/** SLOT-18, SLOT-40 to SLOT-42, SLOT-45, SLOT-47: the caller names the version it is changing. */
export async function updateSlot(
  deps: Deps,
  call: Call<ClinicActor>,
  slotId: string,
  change: SlotChangeBody,
): Promise<Slot> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const current = await getForWriting(tx, call, slotId);
    const facts = await loadAgendaFacts(tx, [current.professionalId], [current.placeId], {
      toWrite: true,
      serviceGroupIds: change.serviceGroupIds ?? [],
    });
    const wish = withChange(current, changeOf(change));
    const edited = editSlot({ actor: call.actor, facts, now }, current, {
      ...wish,
      endAt: wish.endAt ?? current.endAt,
    });
    if (!edited.ok) throw new Refusal(edited.violations);
    if (edited.change === undefined) return slotAnswer(tx, call.actor, current);
    await lockUnchanged(tx, call, current, edited.row);
    await updateSlots(tx, [edited.row]);
    await writeOpenings(tx, [edited.row], { replace: true });
    await noteWrite(tx, call.actor, edited.row);
    const answer = await slotAnswer(tx, call.actor, edited.row);
    await announce(tx, now, [{ author: call.actor, change: edited.change }]);
    return answer;
  });
}

/** SLOT-43 to SLOT-46: appointments inside stay as they are and become off-slot. */
export async function deleteSlot(deps: Deps, call: Call<ClinicActor>, slotId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const current = await getForWriting(tx, call, slotId);
    const professional = await getProfessional(tx, current.professionalId);
    settle(decideSlotDeletion(current, now));
    await lockUnchanged(tx, call, current, current);
    await deleteSlots(tx, [current]);
    await noteDeletion(tx, call.actor, current);
    const change = slotChange("deleted", current, null, professional.placeIds, []);
    await announce(tx, now, [{ author: call.actor, change }]);
  });
}

/** Design, decision 6: created, changed or found unchanged under the vendor's own identifier. */
export async function upsertSlotByExternalId(
  deps: Deps,
  call: Call<Machine>,
  externalId: string,
  establishmentId: string | undefined,
  input: PushedSlot,
): Promise<SlotPushResult> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const { professionalId } = input;
    const wish = wishOf(input);
    const named = { externalId, namedAt: namedInAddress, establishmentId, baseVersion: call.ifMatch };
    const command: SlotCommand = { kind: "put", ...named, professionalId, wish, manual: false };
    const { outcome, row } = await settleOne(deps, tx, call.actor, command);
    return { outcome, slot: await slotAnswer(tx, call.actor, row), warnings: [] };
  });
}

export async function getSlotByExternalId(
  deps: Deps,
  call: Call<Machine>,
  externalId: string,
  given: string | undefined,
): Promise<Slot> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const name = { establishmentId: establishmentOf(call.actor, given, namedInAddress), externalId };
    const binding = (await findBindings(tx, call.actor.vendorId, "slot", [name])).get(bindingKey(name));
    if (binding === undefined) throw refusal("NOT_FOUND");
    const row = await getSlot(tx, binding.objectId);
    await checkReader(tx, call.actor, row);
    return slotAnswer(tx, call.actor, row);
  });
}

/** The vendor's own delete releases its name, also when somebody else has deleted the slot already. */
export async function deleteSlotByExternalId(
  deps: Deps,
  call: Call<Machine>,
  externalId: string,
  establishmentId: string | undefined,
): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const named = { externalId, namedAt: namedInAddress, establishmentId, baseVersion: call.ifMatch };
    const command: SlotCommand = { kind: "delete", ...named };
    const [verdict] = await settleSlots(deps, tx, call.actor, [command]);
    if (verdict?.outcome === "refused") throw await refusalOf(tx, call.actor, verdict);
    if (verdict?.slotId === null) throw refusal("NOT_FOUND");
  });
}

function changeOf(input: SlotChangeBody): SlotChange {
  const { startAt, endAt, placeId, serviceIds, serviceGroupIds, visibility, openFrom } = input;
  return {
    ...(startAt === undefined ? {} : { startAt: readInstant(startAt) }),
    ...(endAt === undefined ? {} : { endAt: readInstant(endAt) }),
    ...{ placeId, serviceIds, serviceGroupIds, visibility, openFrom: readOpenFrom(openFrom) },
  };
}

interface Put {
  outcome: SlotPushResult["outcome"];
  row: SlotRow;
}

async function settleOne(deps: Deps, tx: ScopedTx, actor: ClinicActor, command: SlotCommand): Promise<Put> {
  const [verdict] = await settleSlots(deps, tx, actor, [command]);
  if (verdict === undefined) throw new Error("one command has one verdict");
  const { outcome, row } = verdict;
  if (outcome === "refused") throw await refusalOf(tx, actor, verdict);
  // The same body again, but somebody has deleted the slot: it is not revived, and there is nothing to answer with.
  if (row === null || outcome === "deleted") throw refusal("PRECONDITION_FAILED", "", { current: null });
  return { outcome, row };
}

async function refusalOf(tx: ScopedTx, actor: ClinicActor, { violations, row }: SlotVerdict): Promise<Refusal> {
  const stale = violations.some(({ code }) => code === "PRECONDITION_FAILED");
  return new Refusal(violations, stale ? { current: row && (await slotAnswer(tx, actor, row)) } : {});
}

/** A machine does not see what is outside its links; staff are told that they may not (PERM-16). */
async function checkReader(tx: ScopedTx, actor: ClinicActor, row: SlotRow): Promise<void> {
  const { placeIds } = await getProfessional(tx, row.professionalId);
  refuseAny(refuseRead(actor, { ...row, professionalPlaceIds: placeIds }));
}
