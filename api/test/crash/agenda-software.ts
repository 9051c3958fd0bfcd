import type { AppointmentBody, BatchResult, PushResult } from "../../src/features/appointments/schema.ts";
import type { Slot, SlotLineResult } from "../../src/features/slots/schema.ts";
import { pick } from "../dice.ts";
import type { TestRequest } from "../harness.ts";
import { contact, hourMs, someMorning, textOf } from "./caller.ts";
import type { Caller, OwnPush, OwnSlot, Work } from "./caller.ts";

/** What the clinic's software and its staff do: slots and appointments by batch and by external id, and by hand. */

type NewSlot = Omit<OwnSlot, "slotId">;
type NewPush = Omit<OwnPush, "appointmentId">;

const patient = { firstName: "Jean", lastName: "Roy", sex: "M", birthDate: "1970-01-02" };

async function asMachine({ site }: Work, request: TestRequest): Promise<TestRequest> {
  return { as: await site.machine(), ...request };
}

function newSlot(work: Work, caller: Caller): NewSlot {
  const startAt = someMorning(caller) + Math.floor(caller.random() * 8) * hourMs;
  return { externalId: work.freshName(caller), startAt, visibility: "public" };
}

function slotBody({ site }: Work, { agenda }: Caller, { startAt, visibility }: NewSlot) {
  const { professionalId, serviceId } = agenda;
  const times = { startAt: textOf(startAt), endAt: textOf(startAt + hourMs) };
  return { professionalId, ...times, placeId: site.placeId, serviceIds: [serviceId], visibility };
}

function keepSlot({ memory }: Work, caller: Caller, slot: NewSlot, slotId: string, version: number): void {
  const { startAt } = slot;
  memory.keep("slot", slotId, caller.agenda.professionalId, { version, startAt, endAt: startAt + hourMs });
  caller.slots = [...caller.slots.filter((each) => each.slotId !== slotId), { ...slot, slotId }];
}

function forgetSlot({ memory }: Work, caller: Caller, slotId: string): void {
  memory.forget(slotId);
  caller.slots = caller.slots.filter((each) => each.slotId !== slotId);
}

/** New ones, two that change, one that goes. */
export async function pushSlots(work: Work, caller: Caller, created = 4): Promise<void> {
  const changed = caller.slots.slice(0, 2).map((slot) => ({ ...slot, visibility: other(slot.visibility) }));
  const gone = caller.slots.slice(2, 3);
  const put = [...Array.from({ length: created }, () => newSlot(work, caller)), ...changed];
  const lines = [
    ...put.map((slot) => ({ externalId: slot.externalId, ...slotBody(work, caller, slot) })),
    ...gone.map(({ externalId }) => ({ externalId, delete: true })),
  ];
  const results = await work.insist.lines<SlotLineResult>("/v1/slots/batch", await asMachine(work, { body: lines }));
  put.forEach((slot, n) => {
    const { slotId, version } = madeBy(results[n], "slotId");
    keepSlot(work, caller, slot, slotId, version);
  });
  for (const { slotId } of gone) forgetSlot(work, caller, slotId);
}

export async function putSlot(work: Work, caller: Caller): Promise<void> {
  const existing = caller.random() < 0.5 ? pick(caller.slots, caller.random()) : undefined;
  const slot = existing === undefined ? newSlot(work, caller) : { ...existing, visibility: other(existing.visibility) };
  const path = `/v1/slots/by-external-id/${slot.externalId}`;
  const request = await asMachine(work, { body: slotBody(work, caller, slot) });
  const { body } = await work.insist.write<{ slot: Slot }>("PUT", path, request, 200);
  keepSlot(work, caller, slot, body.slot.slotId, body.slot.version);
}

export async function deleteSlot(work: Work, caller: Caller): Promise<void> {
  const slot = pick(caller.slots, caller.random());
  if (slot === undefined) return;
  await work.insist.removal(`/v1/slots/by-external-id/${slot.externalId}`, await asMachine(work, {}));
  forgetSlot(work, caller, slot.slotId);
}

function newPush(work: Work, caller: Caller): NewPush {
  const startAt = someMorning(caller) + Math.floor(caller.random() * 120) * 300_000;
  return { externalId: work.freshName(caller), startAt, durationMinutes: 10 };
}

function pushBody({ site }: Work, { agenda, citizens, random }: Caller, { startAt, durationMinutes }: NewPush) {
  const { professionalId } = agenda;
  const who = random() < 0.5 ? { nam: pick(citizens, random())?.nam } : patient;
  const times = { startAt: textOf(startAt), durationMinutes };
  return { professionalId, placeId: site.placeId, ...times, patient: { ...who, ...contact } };
}

function keepPush({ memory }: Work, caller: Caller, push: NewPush, appointmentId: string, version: number): void {
  const { startAt, durationMinutes } = push;
  const endAt = startAt + durationMinutes * 60_000;
  memory.keep("appointment", appointmentId, caller.agenda.professionalId, { version, startAt, endAt });
  caller.pushes = [...caller.pushes.filter((each) => each.appointmentId !== appointmentId), { ...push, appointmentId }];
}

/** Two new ones, two that now take longer. */
export async function pushAppointments(work: Work, caller: Caller): Promise<void> {
  const longer = caller.pushes.slice(0, 2).map((push) => ({ ...push, durationMinutes: push.durationMinutes + 5 }));
  const pushes = [newPush(work, caller), newPush(work, caller), ...longer];
  const lines = pushes.map((push) => ({ externalId: push.externalId, ...pushBody(work, caller, push) }));
  const request = await asMachine(work, { body: lines });
  const results = await work.insist.lines<BatchResult>("/v1/appointments/batch", request);
  pushes.forEach((push, n) => {
    const { appointmentId, version } = madeBy(results[n], "appointmentId");
    keepPush(work, caller, push, appointmentId, version);
  });
}

export async function putAppointment(work: Work, caller: Caller): Promise<void> {
  const push = newPush(work, caller);
  const path = `/v1/appointments/by-external-id/${push.externalId}`;
  const request = await asMachine(work, { body: pushBody(work, caller, push) });
  const { body } = await work.insist.write<PushResult>("PUT", path, request, 200);
  keepPush(work, caller, push, body.appointment.appointmentId, body.appointment.version);
}

export async function cancelPush(work: Work, caller: Caller): Promise<void> {
  const push = pick(caller.pushes, caller.random());
  if (push === undefined) return;
  const path = `/v1/appointments/by-external-id/${push.externalId}`;
  const request = await asMachine(work, { body: { status: "cancelled" } });
  const { body } = await work.insist.write<PushResult>("PUT", path, request, 200);
  work.memory.keep("appointment", push.appointmentId, caller.agenda.professionalId, body.appointment);
  caller.pushes = caller.pushes.filter((each) => each !== push);
}

export async function bookByStaff(work: Work, caller: Caller): Promise<void> {
  const acknowledge = ["HELD_BY_CITIZEN", "HELD_BY_COLLEAGUE"];
  const body = { ...pushBody(work, caller, newPush(work, caller)), acknowledge };
  const request = { as: work.site.admin, body, key: work.freshKey() };
  const made = await work.insist.write<AppointmentBody>("POST", "/v1/appointments", request, 201);
  work.memory.keep("appointment", made.body.appointmentId, made.body.professionalId, made.body);
  caller.staff.push(made.body);
}

export async function cancelByStaff(work: Work, caller: Caller): Promise<void> {
  const own = pick(caller.staff, caller.random());
  if (own === undefined) return;
  const { appointmentId, version, professionalId } = own;
  const request = { as: work.site.admin, body: {}, version, key: work.freshKey() };
  const path = `/v1/appointments/${appointmentId}/cancel`;
  const { body } = await work.insist.write<AppointmentBody>("POST", path, request, 200);
  work.memory.keep("appointment", appointmentId, professionalId, body);
  caller.staff = caller.staff.filter((each) => each !== own);
}

/** Nothing that these callers push may be refused. */
function madeBy<Id extends string>(
  result: ({ version: number | null } & Record<Id, string | null>) | undefined,
  name: Id,
): { version: number } & Record<Id, string> {
  const { version = null } = result ?? {};
  const id = result?.[name] ?? null;
  if (id === null || version === null) throw new Error(`a line was refused: ${JSON.stringify(result)}`);
  // The one key that the type asks for.
  return { version, [name]: id } as { version: number } & Record<Id, string>;
}

function other(visibility: "public" | "private"): "public" | "private" {
  return visibility === "public" ? "private" : "public";
}
