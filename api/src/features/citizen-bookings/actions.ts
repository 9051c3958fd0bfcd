import { scopeOf, withScope } from "../../db/scope.ts";
import type { Settled } from "../../db/idempotency.ts";
import type { Deps } from "../../deps.ts";
import type { Citizen } from "../../domain/actor.ts";
import { checkOnlineIdentity } from "../../domain/cancellation.ts";
import { Refusal, settle, violation } from "../../domain/decision.ts";
import type { Appointment } from "../../domain/appointment.ts";
import type { Call } from "../../http/call.ts";
import { warningsOf } from "../../http/problem.ts";
import { readInstant } from "../../http/time.ts";
import type { Lane } from "../../lane/lane.ts";
import { recordAccess } from "../access/store.ts";
import { readNam } from "../appointments/known-patient.ts";
import { getPlace } from "../places/store.ts";
import { bookCommand, unknownCommand } from "./book-command.ts";
import { citizenCancelCommand } from "./cancel-command.ts";
import { contactCommand } from "./contact-command.ts";
import type { FindOpening } from "./find-opening.ts";
import { lookUp } from "./identify.ts";
import type { OnlineCaller } from "./identify.ts";
import type { Booked, Booking, CitizenAppointment, CitizenCancellation, ContactChange, Find, Found } from "./schema.ts";
import { findByReference, findOwnAppointment, listOwnAppointments } from "./store.ts";
import { citizenBody } from "./wire.ts";

/** APPT-43: a citizen's booking, or a nurse's for a patient; what should be known of it is told to either (MSG-01, MSG-02). */
export async function bookOnline(
  deps: Deps,
  lane: Lane,
  find: FindOpening,
  caller: OnlineCaller,
  input: Booking,
): Promise<Settled<Booked>> {
  const appointmentId = deps.ids.next("apt", deps.clock.now());
  const startAt = readInstant(input.startAt);
  const [looked, opening] = await Promise.all([lookUp(deps, caller), find({ slotId: input.slotId, startAt })]);
  const { person } = looked;
  const settled = await lane.submit(
    person === null
      ? unknownCommand(caller, opening)
      : bookCommand(deps, caller, input, { appointmentId, opening, patient: { ...looked, person } }),
  );
  return { ...settled, value: { ...settled.value, notices: warningsOf(settled.value.notices, caller.call) } };
}

/** How many appointments to come a citizen reads at once; nobody has more, one a day being the rule. */
const mostFound = 400;

export async function findForCitizen(deps: Deps, call: Call<Citizen>, input: Find): Promise<Found> {
  const named =
    input.referenceNumber === undefined ? undefined : await byReference(deps, call, input.referenceNumber, input.nam);
  const now = deps.clock.now();
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const one = named && (await findOwnAppointment(tx, named.appointmentId));
    const rows =
      named === undefined ? await listOwnAppointments(tx, call.actor.namIndex, now, mostFound) : one ? [one] : [];
    await recordAccess(deps, tx, { ...call, purpose: "citizenAppointments.find" }, rows);
    return { items: rows.map((row) => citizenBody(row, { ...row, now })) };
  });
}

export async function cancelForCitizen(
  deps: Deps,
  lane: Lane,
  call: Call<Citizen>,
  input: CitizenCancellation,
): Promise<Settled<CitizenAppointment>> {
  const named = await byReference(deps, call, input.referenceNumber, input.nam);
  return lane.submit(citizenCancelCommand(call, named, call.actor.namIndex));
}

export async function updateContactForCitizen(
  deps: Deps,
  lane: Lane,
  call: Call<Citizen>,
  input: ContactChange,
): Promise<Settled<CitizenAppointment>> {
  const named = await byReference(deps, call, input.referenceNumber, input.nam);
  return lane.submit(contactCommand(call, named, call.actor.namIndex, input));
}

/** CANCEL-10 to CANCEL-12, PAT-10 to PAT-12, MSG-03, MSG-04: the appointment of a reference number, if it is this citizen's. */
async function byReference(
  deps: Deps,
  call: Call<Citizen>,
  referenceNumber: string,
  nam: string | undefined,
): Promise<Appointment> {
  if (nam === undefined) throw new Refusal([violation("PAT-12", "IDENTITY_CHECK_FAILED", "/nam")]);
  const namIndex = deps.secrets.namIndex(readNam(nam, "/nam"));
  const scope = { audience: "system", subject: referenceNumber, establishments: [] } as const;
  const found = await withScope(deps.connection, scope, (tx) => findByReference(tx, referenceNumber));
  if (found === undefined) throw new Refusal([violation("CANCEL-10", "REFERENCE_NOT_FOUND", "/referenceNumber")]);
  const place = await withScope(deps.connection, scopeOf(call), (tx) => getPlace(tx, found.placeId));
  settle(checkOnlineIdentity(found, { namIndex, signedInAs: call.actor.namIndex }, place));
  return found;
}
