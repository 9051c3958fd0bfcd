import { announce } from "../db/change-log.ts";
import type { Announcement } from "../db/change-log.ts";
import { rewriteOutcomes } from "../db/idempotency.ts";
import { agendaDayNames, lockNames } from "../db/locks.ts";
import { withScope } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { changedFields } from "../domain/appointment.ts";
import { erased } from "../domain/erasure.ts";
import { erasedOutcome } from "../features/appointments/erasing.ts";
import { listAppointmentsById } from "../features/appointments/store.ts";
import { eraseAppointments, listErasable } from "../features/appointments/write-store.ts";
import type { Job } from "./job.ts";
import { listDueErasures } from "./store.ts";

const batch = 500;

/**
 * APPT-36 to APPT-38: the reason and the patient's note of a minor's appointment are erased for good on the day after it.
 * An erasure is a write: the version moves and the log tells, so that agenda software erases its copy too.
 *
 * For good: answers that are kept for their Idempotency-Key are written anew without them, and what is pushed again later
 * is not written (domain/erasure.ts). What stays are keyed hashes, of a vendor's last body and of requests: they are read
 * by nobody without the hub's key, and the former keeps a repeated push from being taken for a new one.
 */
export const eraseMinorsNotes: Job = {
  name: "eraseMinorsNotes",
  everyMs: 60_000,
  async run(deps) {
    const everywhere = { audience: "system", subject: "erasure", establishments: [] } as const;
    const due = await withScope(deps.connection, everywhere, (tx) => listDueErasures(tx, deps.clock.now(), batch));
    let count = 0;
    for (const establishmentId of new Set(due.map((row) => row.establishmentId))) {
      const rows = due.filter((row) => row.establishmentId === establishmentId);
      count += await eraseIn(
        deps,
        establishmentId,
        rows.map(({ appointmentId }) => appointmentId),
      );
    }
    return { count, more: due.length === batch };
  },
};

async function eraseIn(deps: Deps, establishmentId: string, appointmentIds: readonly string[]): Promise<number> {
  const scope = { audience: "system", establishments: [establishmentId] } as const;
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const locked = agendaDayNames(await listAppointmentsById(tx, appointmentIds));
    await lockNames(tx, locked);
    // Read again under the locks: meanwhile one may have been moved, changed, or erased by another process. One that was
    // moved to another day that is over is under other locks now, and waits for the next run.
    const due = (await listErasable(tx, appointmentIds, now)).filter((each) =>
      agendaDayNames([each]).every((name) => locked.includes(name)),
    );
    const changes = due.map((before) => ({ before, after: { ...erased(before), version: before.version + 1 } }));
    const rows = changes.map(({ after }) => after);
    await eraseAppointments(tx, rows);
    const erasedIds = rows.map(({ appointmentId }) => appointmentId);
    await rewriteOutcomes(deps, tx, erasedIds, erasedOutcome);
    const announcements = changes.map(({ before, after }): Announcement => {
      const { appointmentId, version, placeId, professionalId, startAt, endAt, status } = after;
      return {
        author: { kind: "system" },
        change: {
          establishmentId,
          objectType: "appointment",
          objectId: appointmentId,
          operation: "updated",
          ...{ version, placeIds: [placeId], professionalId, startAt, endAt, status },
          changed: changedFields(before, after),
        },
      };
    });
    await announce(tx, now, announcements);
    return rows.length;
  });
}
