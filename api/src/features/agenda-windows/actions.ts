import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { Refusal, refusal, refuseAny } from "../../domain/decision.ts";
import { startOfDay } from "../../domain/time.ts";
import { isOver, noLongerNamed, refuseLines } from "../../domain/window-replacement.ts";
import type { Window } from "../../domain/window-replacement.ts";
import type { Call } from "../../http/call.ts";
import { toldViolations } from "../../http/problem.ts";
import { bindingLockNames } from "../bindings/store.ts";
import { namedInBody } from "../establishments/named.ts";
import { findPlace } from "../places/store.ts";
import { getProfessional } from "../professionals/store.ts";
import { refuseSlotWrite } from "../slots/edit.ts";
import { settleSlots } from "../slots/push.ts";
import type { SlotCommand, SlotVerdict } from "../slots/push.ts";
import { wishOf } from "../slots/wish.ts";
import type { AgendaWindow, WindowQuery, WindowReplaced, WindowResult, WindowSlot } from "./schema.ts";
import { listNamedSlots } from "./store.ts";
import type { NamedSlot } from "./store.ts";

/**
 * SYNC-34 to SYNC-37: the vendor's slots of an agenda in a window are those of the body from now on. Each line is a push
 * under its name, each slot that is named no more a deletion under its own, with their rules and their answers; staff's
 * slots and the appointments are not looked at.
 */
export async function replaceWindow(
  deps: Deps,
  call: Call<Machine>,
  professionalId: string,
  { placeId, from, to }: WindowQuery,
  { slots }: AgendaWindow,
): Promise<WindowReplaced> {
  const { actor } = call;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const professional = await getProfessional(tx, professionalId);
    const { establishmentId } = professional;
    const place = await findPlace(tx, placeId);
    if (place?.establishmentId !== establishmentId) throw refusal("NOT_FOUND", "/query/placeId");
    refuseAny(refuseSlotWrite(actor, professional, placeId, "SYNC-34"));
    const { timeZone } = place;
    const window = { from: startOfDay(from, timeZone), to: startOfDay(to, timeZone) };
    const puts = slots.map((slot) => putOf(slot, { establishmentId, professionalId, placeId }));
    const unfit = refuseLines(
      puts.map(({ externalId, wish: { startAt } }) => ({ externalId, startAt })),
      window,
    );
    if (unfit.length > 0) throw new Refusal(unfit);
    const named = await lockWindow(tx, actor.vendorId, { establishmentId, professionalId, placeId }, window, slots);
    const wanted = new Set(slots.map(({ externalId }) => externalId));
    const { removed, past } = noLongerNamed(named, wanted, deps.clock.now());
    const deletions = removed.map((slot) => deletionOf(slot));
    const verdicts = await settleSlots(deps, tx, actor, [...puts, ...deletions]);
    const settled = verdicts.map((verdict, position): WindowResult => {
      const slot = slots[position] ?? removed[position - slots.length];
      if (slot === undefined) throw new Error("each command has one verdict");
      return resultOf(call, { index: position < slots.length ? position : null, externalId: slot.externalId }, verdict);
    });
    return counted([...settled, ...past.map(skipped)]);
  });
}

type Agenda = { establishmentId: string; professionalId: string; placeId: string };

function putOf(
  { externalId, baseVersion, ...slot }: WindowSlot,
  { establishmentId, professionalId, placeId }: Agenda,
): Extract<SlotCommand, { kind: "put" }> {
  const named = { externalId, establishmentId, baseVersion, namedAt: namedInBody };
  return { kind: "put", ...named, professionalId, wish: wishOf({ ...slot, placeId }), manual: false };
}

function deletionOf({ externalId, establishmentId }: NamedSlot): SlotCommand {
  return { kind: "delete", externalId, establishmentId, namedAt: namedInBody };
}

/**
 * The named slots of the window, whose days and names are locked from then on, in one call. A slot that another call has
 * just put there under a name not seen before is read too; its name is locked by settleSlots, out of order, which at worst
 * costs a deadlock and another attempt.
 */
async function lockWindow(
  tx: ScopedTx,
  vendorId: string,
  agenda: Agenda,
  window: Window,
  slots: readonly WindowSlot[],
): Promise<NamedSlot[]> {
  const { establishmentId, professionalId } = agenda;
  const before = await listNamedSlots(tx, vendorId, agenda, window);
  const names = [...slots, ...before].map(({ externalId }) => ({ establishmentId, externalId }));
  const days = agendaDayNames([{ establishmentId, professionalId, startAt: window.from, endAt: window.to }]);
  await lockNames(tx, [...bindingLockNames(vendorId, "slot", names), ...days]);
  return listNamedSlots(tx, vendorId, agenda, window);
}

function resultOf(
  call: Call<Machine>,
  named: Pick<WindowResult, "index" | "externalId">,
  { outcome, slotId, row, violations }: SlotVerdict,
): WindowResult {
  const found = { ...named, slotId, version: row?.version ?? null, problem: null };
  const [first] = violations;
  if (outcome !== "refused" || first === undefined)
    return { ...found, outcome: outcome === "deleted" ? "removed" : outcome };
  if (isOver(violations)) return { ...found, outcome: "skippedPast" };
  return { ...found, outcome, problem: { code: first.code, ...toldViolations(violations, call) } };
}

function skipped({ externalId, slotId, version }: NamedSlot): WindowResult {
  return { index: null, externalId, outcome: "skippedPast", slotId, version, problem: null };
}

function counted(results: WindowResult[]): WindowReplaced {
  const count = (outcome: WindowResult["outcome"]) => results.filter((each) => each.outcome === outcome).length;
  return {
    created: count("created"),
    updated: count("updated"),
    removed: count("removed"),
    unchanged: count("unchanged"),
    skippedPast: count("skippedPast"),
    refused: count("refused"),
    results,
  };
}
