import type { Outcome } from "../db/idempotency.ts";
import type { Shown } from "../features/access/store.ts";
import type { Command } from "./command.ts";

/**
 * The appointment of which an outcome tells: the answer itself, the one that a push answers, or the current one of a
 * stale condition. An outcome may come from the store (db/idempotency.ts), so it is looked at rather than believed.
 */
export function shownBy(
  { establishmentIds }: Pick<Command<unknown>, "establishmentIds">,
  outcome: Outcome<unknown>,
): Shown | undefined {
  const told = fieldsOf(outcome.kind === "value" ? outcome.value : outcome.help.current);
  const { appointmentId, establishmentId = establishmentIds[0] } = { ...told, ...fieldsOf(told["appointment"]) };
  return typeof appointmentId === "string" && typeof establishmentId === "string"
    ? { establishmentId, appointmentId }
    : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // What it holds is looked at by whoever reads it.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
