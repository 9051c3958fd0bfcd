import type { Booked, CitizenAppointment } from "../../src/features/citizen-bookings/schema.ts";
import type { CitizenHoldBody } from "../../src/features/holds/schema.ts";
import type { OfferedOpening } from "../../src/features/openings/schema.ts";
import { citizenSearch } from "../citizen-search.ts";
import { pick } from "../dice.ts";
import type { ACitizen } from "../factories.ts";
import { contact, someMorning, textOf } from "./caller.ts";
import type { Caller, Work } from "./caller.ts";

/** What citizens do: search, hold, book, press twice, cancel. */

/** Somebody else was faster, or the citizen has one that day, or holds enough: an answer like another. */
const refusals = ["OPENING_NOT_AVAILABLE", "PATIENT_ALREADY_BOOKED_THAT_DAY", "TOO_MANY_HOLDS"];

async function search(
  { site, insist }: Work,
  caller: Caller,
  { token }: ACitizen,
): Promise<OfferedOpening | undefined> {
  const from = textOf(someMorning(caller));
  const asked = { cascade: "3", placeId: site.placeId, from, limit: 20 } as const;
  const { method, path, request } = citizenSearch({ token }, asked);
  const { body } = await insist.read<{ items: OfferedOpening[] }>(method, path, request);
  return pick(body.items, caller.random());
}

/** With a hold of theirs, or what they find. */
export async function bookOnline(work: Work, caller: Caller): Promise<void> {
  const held = caller.random() < 0.5 ? pick(caller.holds, caller.random()) : undefined;
  const citizen = held?.citizen ?? pick(caller.citizens, caller.random());
  if (citizen === undefined) return;
  const opening = held ?? (await search(work, caller, citizen));
  const { slotId = null, startAt, professionalId = null } = opening ?? {};
  if (slotId === null || professionalId === null) return;
  const named = { slotId, startAt, consultationReason: "regular" };
  const body = { ...named, ...contact, ...(held === undefined ? {} : { holdId: held.holdId }) };
  const request = { as: citizen.token, body, key: work.freshKey() };
  const booked = await pressed(work, caller.random() < 0.2 ? 2 : 1, request);
  if (booked === undefined) return;
  endHolds(work, caller, citizen, professionalId, booked);
  work.memory.keep("appointment", booked.appointmentId, professionalId, booked);
  caller.online.push({ citizen, booked, professionalId });
}

/** Once or twice at the same moment, under one key; undefined when refused. */
async function pressed(
  { insist }: Work,
  times: number,
  request: { as: string; body: object; key: string },
): Promise<Booked | undefined> {
  const path = "/v1/citizen/appointments";
  const press = () => insist.write<Booked>("POST", path, request, 201, refusals);
  const answers = await Promise.all(Array.from({ length: times }, press));
  const said = new Set(answers.map(({ status, body }) => `${String(status)} ${body.appointmentId}`));
  if (said.size > 1) throw new Error("one key had two answers");
  const [answer] = answers;
  return answer?.status === 201 ? answer.body : undefined;
}

/** HOLD-09: a citizen's own holds of the time end with the booking. */
function endHolds(
  { memory }: Work,
  caller: Caller,
  citizen: ACitizen,
  professionalId: string,
  { startAt, endAt }: Booked,
): void {
  const used = caller.holds.filter(
    (hold) =>
      hold.citizen === citizen &&
      hold.professionalId === professionalId &&
      Date.parse(hold.startAt) < Date.parse(endAt) &&
      Date.parse(hold.endAt) > Date.parse(startAt),
  );
  for (const { holdId } of used) memory.forget(holdId);
  caller.holds = caller.holds.filter((hold) => !used.includes(hold));
}

export async function cancelOnline(work: Work, caller: Caller): Promise<void> {
  const own = pick(caller.online, caller.random());
  if (own === undefined) return;
  const { citizen, booked, professionalId } = own;
  const body = { referenceNumber: booked.referenceNumber, nam: citizen.nam };
  const request = { as: citizen.token, body, key: work.freshKey() };
  const path = "/v1/citizen/appointments/cancel";
  const cancelled = await work.insist.write<CitizenAppointment>("POST", path, request, 200);
  work.memory.keep("appointment", booked.appointmentId, professionalId, cancelled.body);
  caller.online = caller.online.filter((each) => each !== own);
}

export async function hold(work: Work, caller: Caller): Promise<void> {
  const citizen = pick(caller.citizens, caller.random());
  const opening = citizen && (await search(work, caller, citizen));
  const { slotId, startAt, professionalId = null } = opening ?? {};
  if (citizen === undefined || professionalId === null) return;
  const body = { slotId, startAt, consultationReason: "regular" };
  const request = { as: citizen.token, body, key: work.freshKey() };
  const held = await work.insist.write<CitizenHoldBody>("POST", "/v1/citizen/holds", request, 201, refusals);
  if (held.status !== 201) return;
  const { holdId } = held.body;
  work.memory.keep("hold", holdId, professionalId, held.body);
  // The same opening again answers the same hold.
  caller.holds = [...caller.holds.filter((each) => each.holdId !== holdId), { ...held.body, professionalId, citizen }];
}

export async function release(work: Work, caller: Caller): Promise<void> {
  const held = pick(caller.holds, caller.random());
  if (held === undefined) return;
  await work.insist.removal(`/v1/citizen/holds/${held.holdId}`, { as: held.citizen.token });
  work.memory.forget(held.holdId);
  caller.holds = caller.holds.filter((each) => each !== held);
}
