import type { Citizen } from "../../domain/actor.ts";
import { changedFields } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { checkOnlineIdentity } from "../../domain/cancellation.ts";
import { decideContactUpdate, refuseNotContact } from "../../domain/contact-update.ts";
import { Refusal, refusal, settle } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import type { Command } from "../../lane/command.ts";
import { reachOfAppointment } from "../appointments/reaching.ts";
import type { CitizenAppointment, ContactChange } from "./schema.ts";
import { citizenBody } from "./wire.ts";

/** PAT-11 to PAT-14, CANCEL-10 to CANCEL-12: by reference number and NAM, and nothing but how to reach the patient. */
export function contactCommand(
  call: Call<Citizen>,
  named: Appointment,
  namIndex: string,
  input: ContactChange,
): Command<CitizenAppointment> {
  const { actor } = call;
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: "citizenAppointments.updateContact" },
    establishmentIds: [named.establishmentId],
    targets: { appointmentIds: [named.appointmentId] },
    expected: reachOfAppointment(named),
    reach: (book) => reachOfAppointment(book.appointment(named.appointmentId)),
    decide(book) {
      const before = book.appointment(named.appointmentId);
      const professional = before && book.professional(before.professionalId);
      if (before === undefined || professional === undefined) throw refusal("REFERENCE_NOT_FOUND", "/referenceNumber");
      const place = book.place(before.placeId);
      settle(checkOnlineIdentity(before, { namIndex, signedInAs: actor.namIndex }, place));
      const otherwise = refuseNotContact(input);
      if (otherwise.length > 0) throw new Refusal(otherwise);
      const decided = settle(decideContactUpdate(before, input, { now: book.now, clinic: place }));
      const after = changedFields(before, decided).length === 0 ? before : decided;
      if (after !== before) book.saveAppointment(after, actor);
      const body = citizenBody(after, { place, professionalName: professional.displayName, now: book.now });
      return () => body;
    },
  };
}
