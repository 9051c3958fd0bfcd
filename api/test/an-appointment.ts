import type { AppointmentBody } from "../src/features/appointments/schema.ts";
import type { TestAnswer, TestHub } from "./harness.ts";

/** Someone who can be reached, as the clinic types them. */
export const reachable = {
  firstName: "Alice",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1980-06-15",
  homePhone: "418-555-0192",
  email: "alice.tremblay@example.org",
} as const;

/** A quarter hour on the Monday after the default clock unless told otherwise. */
export function appointmentInput({ professionalId }: { professionalId: string }, fields: object = {}) {
  return {
    professionalId,
    startAt: "2027-03-08T09:00:00-05:00",
    durationMinutes: 15,
    patient: reachable,
    ...fields,
  };
}

/** Made by the clinic's machine unless another token is given. */
export async function anAppointment(
  hub: TestHub,
  clinic: { professionalId: string; machine: { token: string } },
  fields: object = {},
  as: string = clinic.machine.token,
): Promise<AppointmentBody> {
  const answer = await hub.request<AppointmentBody>("POST", "/v1/appointments", {
    as,
    body: appointmentInput(clinic, fields),
  });
  if (answer.status !== 201) throw new Error(`no appointment: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export interface ChangeLine {
  objectType: string;
  objectId: string;
  operation: string;
  version: number;
  changed: string[];
  status: string | null;
}

/** What an establishment's log holds, oldest first. */
export async function changesOf(hub: TestHub, establishmentId: string): Promise<ChangeLine[]> {
  return hub.write(
    [establishmentId],
    (tx) => tx.sql<ChangeLine[]>`
      SELECT object_type AS "objectType", object_id AS "objectId", operation, version, changed, status
      FROM change WHERE establishment_id = ${establishmentId} ORDER BY seq`,
  );
}

/** `start busy held` of every opening of a slot, held being whether a hold takes it at the hub's time. */
export async function openingsOf(hub: TestHub, establishmentId: string, slotId: string): Promise<string[]> {
  const now = hub.clock.now();
  const rows = await hub.write(
    [establishmentId],
    (tx) => tx.sql<{ startAt: number; busy: boolean; heldUntil: number | null }[]>`
      SELECT start_at AS "startAt", busy, held_until AS "heldUntil" FROM opening
      WHERE slot_id = ${slotId} ORDER BY start_at`,
  );
  return rows.map(({ startAt, busy, heldUntil }) => {
    const state = busy ? "busy" : heldUntil !== null && heldUntil > now ? "held" : "free";
    return `${new Date(startAt).toISOString().slice(11, 16)} ${state}`;
  });
}

export function statusesOf(answers: readonly TestAnswer<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
