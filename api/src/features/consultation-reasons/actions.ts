import { announce } from "../../db/change-log.ts";
import type { Announcement } from "../../db/change-log.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Actor, Operator } from "../../domain/actor.ts";
import { refusal } from "../../domain/decision.ts";
import { consultationReasons, reasons } from "../../domain/reason.ts";
import type { ConsultationReason } from "../../domain/reason.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import type { ConsultationReasonBody, ConsultationReasonChange, ConsultationReasonQuery } from "./schema.ts";
import { listReasonStates, listWholeRegister, lockReasonState, putReasonState } from "./store.ts";
import type { ReasonState } from "./store.ts";

/** REASON-01, REASON-02, REASON-11: the whole catalogue, in its own order. */
export async function listConsultationReasons(
  deps: Deps,
  call: Call<Actor>,
  query: ConsultationReasonQuery,
): Promise<Page<ConsultationReasonBody>> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const states = new Map((await listReasonStates(tx)).map((state) => [state.code, state]));
    const bodies = consultationReasons.map((code) => bodyOf(code, states.get(code)));
    const wanted = bodies.filter(({ active }) => query.active === undefined || query.active === String(active));
    return paginate<ConsultationReasonBody, number>(
      deps,
      `consultationReasons.list|${query.active ?? ""}`,
      query,
      (after, limit) => {
        const positionOf = ({ code }: ConsultationReasonBody) => consultationReasons.indexOf(code);
        const rows = wanted.filter((each) => positionOf(each) > (after ?? -1)).slice(0, limit);
        return Promise.resolve({ rows, positionOf });
      },
    );
  });
}

/**
 * REASON-11. The catalogue is RAMQ's and the log an establishment's, so the change is in the log of each: whoever follows
 * an agenda learns why nothing is offered for the reason any more. What is registered meanwhile reads the catalogue.
 */
export async function updateConsultationReason(
  deps: Deps,
  call: Call<Operator>,
  code: ConsultationReason,
  { active }: ConsultationReasonChange,
): Promise<ConsultationReasonBody> {
  const register = await withScope(deps.connection, scopeOf(call), listWholeRegister);
  const everywhere = register.map(({ establishmentId }) => establishmentId);
  return withScope(deps.connection, scopeOf(call, everywhere), async (tx) => {
    const now = deps.clock.now();
    const state = await lockReasonState(tx, code);
    const current = bodyOf(code, state);
    if (call.ifMatch !== current.version) throw refusal("PRECONDITION_FAILED", "", { current });
    if (active === current.active) return current;
    const changed = { code, active, version: current.version + 1, changedAt: now };
    await putReasonState(tx, changed);
    const announcements = register.map((at): Announcement => ({
      author: call.actor,
      change: {
        ...at,
        objectType: "consultationReason",
        objectId: code,
        operation: "updated",
        version: changed.version,
        status: active ? "active" : "inactive",
        changed: ["active"],
      },
    }));
    await announce(tx, now, announcements);
    return bodyOf(code, changed);
  });
}

function bodyOf(code: ConsultationReason, state: ReasonState | undefined): ConsultationReasonBody {
  const { online, ages, fr, en } = reasons[code];
  return {
    code,
    version: state?.version ?? 1,
    active: state?.active ?? true,
    visibleOnline: online,
    ages: { from: ages?.from ?? null, to: ages?.to ?? null },
    fr,
    en,
  };
}
