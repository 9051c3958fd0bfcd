import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { refuseDeparted } from "../../domain/employee.ts";
import { Refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { refuseWeekOperation } from "../../domain/permission.ts";
import type { WeekOperation } from "../../domain/permission.ts";
import type { SlotFacts } from "../../domain/slot.ts";
import { localDateOf, zonedText } from "../../domain/time.ts";
import { sundayOf, weekAnywhere } from "../../domain/week.ts";
import { decideQuickCreation, decideWeekCopy, decideWeekDeletion, targetWeeks } from "../../domain/week-operations.ts";
import type { Call } from "../../http/call.ts";
import { warningsOf } from "../../http/problem.ts";
import { readInstant } from "../../http/time.ts";
import { listInactiveReasons } from "../consultation-reasons/store.ts";
import { findProfessional } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { slotAnswers } from "../slots/answer.ts";
import { loadAgendaFacts } from "../slots/facts.ts";
import type { AgendaFacts } from "../slots/facts.ts";
import { clearAway, layOut, lockAgenda } from "../slots/lay-out.ts";
import { listSlotsStartingIn } from "../slots/store.ts";
import type { SlotRow } from "../slots/store.ts";
import { wishOf } from "../slots/wish.ts";
import type { QuickCreated, QuickCreation, WeekCopied, WeekCopy, WeekDeleted, WeekDeletion } from "./schema.ts";

/** SCHED-01 to SCHED-08: a week is filled at once, all of it or nothing. */
export async function quickCreateWeek(
  deps: Deps,
  call: Call<ClinicActor>,
  input: QuickCreation,
): Promise<Settled<QuickCreated>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const { weekStart } = input;
    const opened = await openWeeks(tx, call.actor, input.professionalId, {
      operation: "quickCreate",
      now,
      read: weekStart,
      serviceGroupIds: input.slots.flatMap(({ serviceGroupIds }) => serviceGroupIds ?? []),
    });
    const slots = input.slots.map((slot) => ({ ...wishOf(slot), endAt: readInstant(slot.endAt) }));
    const { contents, notices } = settle(decideQuickCreation({ weekStart, slots }, opened.facts, opened.held, now));
    const writing = { deps, tx, actor: call.actor, now };
    const laidOut = await layOut(writing, opened.professional, contents);
    const answer = {
      created: laidOut.slots.length,
      slots: await slotAnswers(tx, call.actor, laidOut.slots),
      warnings: warningsOf(notices, call),
    };
    await announce(tx, now, laidOut.announcements);
    return answer;
  });
}

/** SCHED-10 to SCHED-23: a week onto others, all copies or none. */
export async function copyWeek(deps: Deps, call: Call<ClinicActor>, input: WeekCopy): Promise<Settled<WeekCopied>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const { professional, agenda, facts, held } = await openWeeks(tx, call.actor, input.professionalId, {
      operation: "copy",
      now,
      read: sundayOf(input.sourceWeek),
      written: targetWeeks(input),
    });
    const inactiveReasons = await listInactiveReasons(tx);
    const { weeks, copies, notices } = settle(decideWeekCopy(input, facts, held, inactiveReasons, now));
    const contents = copies.map(({ content }) => content);
    const { slots, announcements } = await layOut({ deps, tx, actor: call.actor, now }, professional, contents);
    const created = new Map(weeks.map((weekStart) => [weekStart, 0]));
    for (const { weekStart } of copies) created.set(weekStart, (created.get(weekStart) ?? 0) + 1);
    await announce(tx, now, announcements);
    return {
      created: slots.length,
      weeks: [...created].map(([weekStart, ofWeek]) => ({ weekStart, created: ofWeek })),
      slots: slots.map((slot, position) => ({
        slotId: slot.slotId,
        sourceSlotId: copies[position]?.source.slotId ?? "",
        startAt: zonedText(slot.startAt, agenda.zoneOfSlot(slot)),
      })),
      warnings: warningsOf(notices, call),
    };
  });
}

/** SCHED-30 to SCHED-34: appointments of the week stay as they are and become off-slot. */
export async function deleteWeek(
  deps: Deps,
  call: Call<ClinicActor>,
  input: WeekDeletion,
): Promise<Settled<WeekDeleted>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const weekStart = sundayOf(input.week);
    const { professional, facts, held } = await openWeeks(tx, call.actor, input.professionalId, {
      operation: "delete",
      now,
      read: weekStart,
    });
    const { deleted, kept, notices } = decideWeekDeletion(input.week, facts, held, now);
    // The caller's names of the slots go with them: read first.
    const told = await slotAnswers(tx, call.actor, deleted);
    await announce(tx, now, await clearAway({ tx, actor: call.actor }, professional, deleted));
    return {
      performed: deleted.length > 0,
      weekStart,
      deleted: deleted.length,
      kept: kept.length,
      slots: told.map(({ slotId, externalId, startAt }) => ({ slotId, externalId, startAt })),
      warnings: warningsOf(notices, call),
    };
  });
}

interface WeeksToOpen {
  operation: WeekOperation;
  now: number;
  /** The first date of the week whose slots are read, and of those where slots may be written. */
  read: string;
  written?: readonly string[];
  /** SLOT-18: the groups that wishes name. */
  serviceGroupIds?: readonly string[];
}

interface OpenedWeeks {
  professional: ProfessionalFacts;
  agenda: AgendaFacts;
  facts: SlotFacts;
  /** What the agenda holds in and around the week that is read. */
  held: readonly SlotRow[];
}

/**
 * One professional's weeks, locked before they are read: who creates, books or deletes there waits, so that of two quick
 * creations the second finds the week not empty. The caller's right is asked again once the places of the slots are known.
 */
async function openWeeks(
  tx: ScopedTx,
  actor: ClinicActor,
  professionalId: string,
  { operation, now, read, written = [], serviceGroupIds = [] }: WeeksToOpen,
): Promise<OpenedWeeks> {
  const professional = await findProfessional(tx, professionalId);
  if (professional === undefined) throw new Refusal([violation("CONTRACT", "NOT_FOUND", "/professionalId")]);
  refuseAny(refuseWeekOperation(actor, professional, operation));
  await lockAgenda(tx, professional, [read, ...written].map(weekAnywhere));
  const held = await listSlotsStartingIn(tx, professional, weekAnywhere(read));
  const kept = held.map(({ placeId }) => placeId);
  const placeIds = [...professional.placeIds, ...kept.filter((placeId) => placeId !== null)];
  refuseAny(refuseWeekOperation(actor, { ...professional, placeIds }, operation));
  const toWrite = operation !== "delete";
  const agenda = await loadAgendaFacts(tx, [professionalId], kept, { toWrite, serviceGroupIds });
  const facts = agenda.slotFacts(professionalId);
  if (facts === undefined) throw new Error("a professional was read without facts");
  if (toWrite) refuseAny(refuseDeparted(professional.departureDate, localDateOf(now, facts.timeZone)));
  return { professional, agenda, facts, held };
}
