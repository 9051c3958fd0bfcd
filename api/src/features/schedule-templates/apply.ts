import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Employee } from "../../domain/actor.ts";
import { refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { decideApplication, refuseApplication } from "../../domain/template-application.ts";
import { zonedText } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { warningsOf } from "../../http/problem.ts";
import { listInactiveReasons } from "../consultation-reasons/store.ts";
import { findProfessional } from "../professionals/store.ts";
import { loadAgendaFacts } from "../slots/facts.ts";
import { layOut, lockAgenda } from "../slots/lay-out.ts";
import type { SlotRow } from "../slots/store.ts";
import { todayOf } from "./actions.ts";
import type { AppliedTemplate, TemplateApplication } from "./schema.ts";
import { findTemplate } from "./store.ts";

/**
 * TPL-01 to TPL-13: a template's slots in a professional's weeks, all of them or none. TPL-10, TPL-11: what is there
 * stays, and is not asked.
 */
export async function applyTemplate(
  deps: Deps,
  call: Call<Employee>,
  input: TemplateApplication,
): Promise<Settled<AppliedTemplate>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const { actor } = call;
    const template = await findTemplate(tx, todayOf(now), input.templateId);
    if (template === undefined) throw refusal("NOT_FOUND", "/templateId");
    const professional = await findProfessional(tx, input.professionalId);
    if (professional === undefined) throw refusal("NOT_FOUND", "/professionalId");
    refuseAny(refuseApplication(actor, { ...professional, placeId: template.placeId }));
    const [agenda, inactiveReasons] = await Promise.all([
      loadAgendaFacts(tx, [input.professionalId], [template.placeId], { toWrite: true }),
      listInactiveReasons(tx),
    ]);
    const slotFacts = agenda.slotFacts(input.professionalId);
    if (slotFacts === undefined) throw new Error("a professional was read without facts");
    const { weeks, skipped } = settle(decideApplication(input, { template, slotFacts, inactiveReasons }, now));
    const contents = weeks.flatMap(({ slots }) => slots);
    await lockAgenda(tx, professional, contents);
    const { slots, announcements } = await layOut({ deps, tx, actor, now }, professional, contents);
    await announce(tx, now, announcements);
    const notices = skipped === 0 ? [] : [violation("TPL-26", "LOCAL_TIME_SKIPPED", "", { count: skipped })];
    return {
      created: slots.length,
      weeks: weeks.map((week) => ({ weekStart: week.weekStart, created: week.slots.length })),
      slots: slots.map((slot) => appliedSlotOf(slot, agenda.zoneOfSlot(slot))),
      warnings: warningsOf(notices, call),
    };
  });
}

function appliedSlotOf(row: SlotRow, zone: TimeZone): AppliedTemplate["slots"][number] {
  return {
    slotId: row.slotId,
    startAt: zonedText(row.startAt, zone),
    endAt: zonedText(row.endAt, zone),
    serviceIds: [...row.serviceIds],
    // A template's slots are complete (TPL-45).
    visibility: row.visibility ?? "private",
    openFrom: row.openFrom === null ? null : zonedText(row.openFrom, zone),
  };
}
