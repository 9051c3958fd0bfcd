import { announce } from "../../db/change-log.ts";
import type { Announcement, Author } from "../../db/change-log.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { withScope } from "../../db/scope.ts";
import type { Scope, ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { refusal } from "../../domain/decision.ts";
import { changedAnswer } from "../../domain/inbox.ts";
import { listAppointmentsById } from "../appointments/store.ts";
import { updateAgendaAnswers } from "../appointments/write-store.ts";

/** Who writes beside the lane: locks of the lane's, a row read under them, an answer stored and announced. */

/** Others keep moving what is answered: after so many looks the caller is asked to come back. */
const looks = 5;

class Moved extends Error {
  override name = "Moved";
}

/**
 * Runs with these appointments as they are and will stay until the commit: the lane writes whole rows, under the locks of
 * their days. `name` says which they are, and what else is to be locked in the same go.
 */
export async function withAppointments<T>(
  deps: Deps,
  scope: Scope,
  name: (tx: ScopedTx) => Promise<{ appointmentIds: readonly string[]; lockNames?: readonly string[] }>,
  run: (tx: ScopedTx, appointments: ReadonlyMap<string, Appointment>) => Promise<T>,
): Promise<T> {
  for (let look = 0; look < looks; look++) {
    try {
      return await withScope(deps.connection, scope, async (tx) => {
        const named = await name(tx);
        const locked = agendaDayNames(await listAppointmentsById(tx, named.appointmentIds));
        await lockNames(tx, [...locked, ...(named.lockNames ?? [])]);
        const found = await listAppointmentsById(tx, named.appointmentIds);
        if (!agendaDayNames(found).every((day) => locked.includes(day))) throw new Moved();
        return run(tx, new Map(found.map((each) => [each.appointmentId, each])));
      });
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
  throw refusal("UNAVAILABLE", "", { retryAfterSeconds: 1 });
}

/** What has changed of answers: stored, and as the log tells it (SYNC-51). */
export async function storeAnswers(
  tx: ScopedTx,
  author: Author,
  answered: readonly { before: Appointment; agenda: Appointment["agenda"] }[],
): Promise<Announcement[]> {
  const changes = answered.flatMap(({ before, agenda }) => {
    const changed = changedAnswer(before.agenda, agenda);
    return changed.length === 0 ? [] : [{ before, agenda, changed }];
  });
  await updateAgendaAnswers(
    tx,
    changes.map(({ before, agenda }) => ({ ...before, agenda })),
  );
  return changes.map(({ before, changed }) => {
    const { establishmentId, appointmentId, version, placeId, professionalId, startAt, endAt, status } = before;
    return {
      author,
      change: {
        ...{ establishmentId, objectType: "appointment", objectId: appointmentId, operation: "updated", version },
        ...{ placeIds: [placeId], professionalId, startAt, endAt, status, changed },
      },
    };
  });
}

export async function settleAnswers(
  tx: ScopedTx,
  now: number,
  author: Author,
  answered: Parameters<typeof storeAnswers>[2],
): Promise<void> {
  await announce(tx, now, await storeAnswers(tx, author, answered));
}
