import type { Outcome } from "../../db/idempotency.ts";
import { hasNotes } from "../../domain/appointment.ts";

/** APPT-36: what an answer that is kept says of an appointment, without what is erased of it. */
export function erasedOutcome(outcome: Outcome<unknown>): Outcome<unknown> {
  if (outcome.kind === "value") return { ...outcome, value: erasedIn(outcome.value) };
  const { current } = outcome.help;
  return current === undefined ? outcome : { ...outcome, help: { ...outcome.help, current: erasedIn(current) } };
}

/** The clinic's answer of an appointment or the citizen's, or what a push says beside one. */
function erasedIn(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  if ("appointment" in answer) return { ...answer, appointment: erasedIn(answer.appointment) };
  if (!("patientNote" in answer)) return answer;
  const clinicNote = "clinicNote" in answer && typeof answer.clinicNote === "string" ? answer.clinicNote : null;
  return {
    ...answer,
    consultationReason: null,
    patientNote: null,
    ...("hasNotes" in answer ? { hasNotes: hasNotes({ clinicNote, patientNote: null }) } : {}),
  };
}
