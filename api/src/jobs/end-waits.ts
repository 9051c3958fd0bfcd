import { withScope } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { timedOut } from "../domain/inbox.ts";
import { settleAnswers, withAppointments } from "../features/inbox/settle.ts";
import type { Job } from "./job.ts";
import { listDueAnswers } from "./store.ts";

const batch = 500;

/**
 * SYNC-49: what agenda software has not answered in time is `timedOut`. Nothing is cancelled: it waits in the place's
 * attention list.
 */
export const endWaits: Job = {
  name: "endWaits",
  everyMs: 5_000,
  async run(deps) {
    const everywhere = { audience: "system", subject: "answers", establishments: [] } as const;
    const due = await withScope(deps.connection, everywhere, (tx) => listDueAnswers(tx, deps.clock.now(), batch));
    let count = 0;
    for (const establishmentId of new Set(due.map((each) => each.establishmentId))) {
      const here = due.filter((each) => each.establishmentId === establishmentId);
      count += await endIn(
        deps,
        establishmentId,
        here.map(({ appointmentId }) => appointmentId),
      );
    }
    return { count, more: due.length === batch };
  },
};

async function endIn(deps: Deps, establishmentId: string, appointmentIds: readonly string[]): Promise<number> {
  const scope = { audience: "system", establishments: [establishmentId] } as const;
  const name = () => Promise.resolve({ appointmentIds });
  return withAppointments(deps, scope, name, async (tx, appointments) => {
    const now = deps.clock.now();
    // As they are under the locks: one may have been answered, moved or cancelled meanwhile.
    const ended = [...appointments.values()]
      .map((before) => ({ before, agenda: timedOut(before.agenda, now) }))
      .filter(({ before, agenda }) => agenda !== before.agenda);
    await settleAnswers(tx, now, { kind: "system" }, ended);
    return ended.length;
  });
}
