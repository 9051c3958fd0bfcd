import { announce } from "../../db/change-log.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { decideAvailabilityRemoval } from "../../domain/availability-removal.ts";
import type { RemovalWish } from "../../domain/availability-removal.ts";
import { Refusal, refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { refuseWrite } from "../../domain/permission.ts";
import { slotOf } from "../../domain/placement.ts";
import type { Call } from "../../http/call.ts";
import { readInstant } from "../../http/time.ts";
import { listPlacedSlotsIn } from "../appointments/agenda-store.ts";
import { listAppointmentsById } from "../appointments/store.ts";
import { getProfessional } from "../professionals/store.ts";
import { slotAnswers } from "./answer.ts";
import { getForWriting, lockUnchanged } from "./current.ts";
import { refuseSlotWrite } from "./edit.ts";
import { remaining, restOf, writeRests } from "./rest.ts";
import type { AvailabilityRemovalBody, AvailabilityRemoved } from "./schema.ts";
import { getSlot } from "./store.ts";
import type { SlotRow } from "./store.ts";

/** SLOT-60 to SLOT-67, of a selected slot. */
export async function removeAvailability(
  deps: Deps,
  call: Call<ClinicActor>,
  slotId: string,
  body: AvailabilityRemovalBody,
): Promise<AvailabilityRemoved> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const slot = await getForWriting(tx, call, slotId, "SLOT-60");
    await lockUnchanged(tx, call, slot, slot);
    return remove(deps, tx, call, slot, wishOf(body));
  });
}

/** SLOT-61, of a selected appointment: its time, in the slot that it is in. The version is the appointment's. */
export async function removeAvailabilityOfAppointment(
  deps: Deps,
  call: Call<ClinicActor>,
  appointmentId: string,
  body: AvailabilityRemovalBody,
): Promise<AvailabilityRemoved> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const seen = await getAppointment(tx, call, appointmentId);
    await lockNames(tx, agendaDayNames([seen, await getSlotAround(tx, seen)]));
    const appointment = await getAppointment(tx, call, appointmentId);
    const slot = await getSlotAround(tx, appointment);
    // Another slot than at first, perhaps of another UTC date: locked out of order, which at worst costs a deadlock and
    // another attempt.
    await lockNames(tx, agendaDayNames([slot]));
    const professional = await getProfessional(tx, slot.professionalId);
    refuseAny(refuseSlotWrite(call.actor, professional, slot.placeId, "SLOT-60"));
    return remove(deps, tx, call, slot, { ...wishOf(body), appointment });
  });
}

function wishOf({ from, to }: AvailabilityRemovalBody): RemovalWish {
  return {
    from: from === undefined ? undefined : readInstant(from),
    to: to === undefined ? undefined : readInstant(to),
  };
}

/** The appointment as the caller last saw it, whose agenda it may write. Its patient is not read. */
async function getAppointment(
  tx: ScopedTx,
  { actor, ifMatch }: Call<ClinicActor>,
  appointmentId: string,
): Promise<Appointment> {
  const [found] = await listAppointmentsById(tx, [appointmentId]);
  if (found === undefined) throw refusal("NOT_FOUND");
  refuseAny(refuseWrite(actor, found, "SLOT-60"));
  if (ifMatch !== found.version) throw refusal("PRECONDITION_FAILED");
  if (found.status === "cancelled") throw new Refusal([violation("SLOT-61", "APPOINTMENT_CANCELLED")]);
  return found;
}

async function getSlotAround(tx: ScopedTx, appointment: Appointment): Promise<SlotRow> {
  const slot = slotOf(appointment, await listPlacedSlotsIn(tx, [appointment]));
  if (slot === null) throw new Refusal([violation("SLOT-61", "APPOINTMENT_OFF_SLOT")]);
  return getSlot(tx, slot.slotId);
}

/** Under the locks of the slot's days. */
async function remove(
  deps: Deps,
  tx: ScopedTx,
  { actor }: Call<ClinicActor>,
  slot: SlotRow,
  wish: RemovalWish,
): Promise<AvailabilityRemoved> {
  const now = deps.clock.now();
  const removal = settle(decideAvailabilityRemoval(slot, wish, now));
  const rest = restOf(deps, slot, removal, now);
  const { placeIds } = await getProfessional(tx, slot.professionalId);
  const announcements = await writeRests({ tx, actor }, placeIds, [rest]);
  const slots = await slotAnswers(tx, actor, remaining(rest));
  await announce(tx, now, announcements);
  return { outcome: removal.outcome, slotId: slot.slotId, slots };
}
