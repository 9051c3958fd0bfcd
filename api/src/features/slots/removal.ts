import type { Change } from "../../db/change-log.ts";
import { announce } from "../../db/change-log.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { decideAvailabilityRemoval } from "../../domain/availability-removal.ts";
import type { Interval, RemovalWish } from "../../domain/availability-removal.ts";
import { Refusal, refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { refuseWrite } from "../../domain/permission.ts";
import { slotOf } from "../../domain/placement.ts";
import { changedFields } from "../../domain/slot.ts";
import type { Call } from "../../http/call.ts";
import { readInstant } from "../../http/time.ts";
import { listPlacedSlotsIn } from "../appointments/agenda-store.ts";
import { listAppointmentsById } from "../appointments/store.ts";
import { writeOpenings } from "../openings/store.ts";
import { getProfessional } from "../professionals/store.ts";
import { slotAnswers } from "./answer.ts";
import { getForWriting, lockUnchanged, noteDeletion, noteWrite } from "./current.ts";
import { refuseSlotWrite, slotChange } from "./edit.ts";
import type { AvailabilityRemovalBody, AvailabilityRemoved } from "./schema.ts";
import { deleteSlots, getSlot, insertSlots, updateSlots } from "./store.ts";
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

/**
 * Under the locks of the slot's days. What remains first keeps the slot's id, and with it a vendor's name of it; what
 * remains after a removed middle is a slot of its own.
 */
async function remove(
  deps: Deps,
  tx: ScopedTx,
  { actor }: Call<ClinicActor>,
  slot: SlotRow,
  wish: RemovalWish,
): Promise<AvailabilityRemoved> {
  const now = deps.clock.now();
  const { outcome, remaining } = settle(decideAvailabilityRemoval(slot, wish, now));
  const { placeIds } = await getProfessional(tx, slot.professionalId);
  const [kept, added] = remaining;
  const rows: SlotRow[] = [];
  const changes: Change[] = [];
  if (kept === undefined) {
    await deleteSlots(tx, [slot]);
    await noteDeletion(tx, actor, slot);
    changes.push(slotChange("deleted", slot, null, placeIds, []));
  } else {
    const row = shortened(slot, kept, now);
    await updateSlots(tx, [row]);
    await writeOpenings(tx, [row], { replace: true });
    await noteWrite(tx, actor, row);
    rows.push(row);
    changes.push(slotChange("updated", row, slot, placeIds, changedFields(slot, row)));
  }
  if (added !== undefined) {
    const row = { ...slot, ...added, slotId: deps.ids.next("slt", now), version: 1, createdAt: now, updatedAt: now };
    await insertSlots(tx, [row]);
    await writeOpenings(tx, [row], { replace: false });
    rows.push(row);
    changes.push(slotChange("created", row, null, placeIds, []));
  }
  const slots = await slotAnswers(tx, actor, rows);
  await announce(
    tx,
    now,
    changes.map((change) => ({ author: actor, change })),
  );
  return { outcome, slotId: slot.slotId, slots };
}

function shortened(slot: SlotRow, kept: Interval, now: number): SlotRow {
  return { ...slot, ...kept, version: slot.version + 1, updatedAt: now };
}
