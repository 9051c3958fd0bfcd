import type { Citizen } from "../../domain/actor.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { cancelled, checkOnlineIdentity, decideCitizenCancellation } from "../../domain/cancellation.ts";
import { refusal, settle } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import type { Command } from "../../lane/command.ts";
import { citizenDaysAt, noReach } from "../../lane/reach.ts";
import type { Reach } from "../../lane/reach.ts";
import type { CitizenAppointment } from "./schema.ts";
import { citizenBody } from "./wire.ts";

/** CANCEL-06 to CANCEL-15, PAT-11, PAT-12: by reference number and NAM, within the frozen delay. */
export function citizenCancelCommand(
  call: Call<Citizen>,
  named: Appointment,
  namIndex: string,
): Command<CitizenAppointment> {
  const { actor } = call;
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: "citizenAppointments.cancel" },
    establishmentIds: [named.establishmentId],
    targets: { appointmentIds: [named.appointmentId] },
    expected: reachOf(named),
    reach: (book) => reachOf(book.appointment(named.appointmentId)),
    decide(book) {
      const before = book.appointment(named.appointmentId);
      const professional = before && book.professional(before.professionalId);
      if (before === undefined || professional === undefined) throw refusal("REFERENCE_NOT_FOUND", "/referenceNumber");
      const place = book.place(before.placeId);
      settle(checkOnlineIdentity(before, { namIndex, signedInAs: actor.namIndex }, place));
      const verdict = settle(decideCitizenCancellation(before, book.now));
      const after = verdict === "alreadyCancelled" ? before : cancelled(before, "patient", book.now);
      if (after !== before) book.saveAppointment(after, actor);
      const body = citizenBody(after, { place, professionalName: professional.displayName, now: book.now });
      return () => body;
    },
  };
}

function reachOf(found: Appointment | undefined): Reach {
  if (found === undefined) return noReach;
  return { ...noReach, spans: [found], citizenDays: citizenDaysAt(found.namIndex, found.startAt) };
}
