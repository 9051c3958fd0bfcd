import { aSlot } from "./a-slot.ts";
import { reachable } from "./an-appointment.ts";
import { sendAtOnce } from "./at-once.ts";
import type { Sending } from "./at-once.ts";
import { dice, pick } from "./dice.ts";
import { aClinic, aPlace, aProfessional, aService, aTeam, manyCitizens } from "./factories.ts";
import { instantOf } from "./harness.ts";
import type { TestAnswer } from "./harness.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { everybodyTakes, taking } from "./race.ts";
import type { Opening, Taken } from "./race.ts";
import { seatedIn } from "./race-of-seats.ts";
import type { Seated } from "./race-of-seats.ts";

/** Races for the time of one professional. Each is run against the hubs, and against the control. */

export type Servers = { what: "booking" | "naiveBooking"; urls: readonly [string, string] };

export interface Raced {
  establishmentId: string;
  rows: Seated[];
  /** What citizens asked for, and what they were told. */
  asked: { opening: Opening & { endAt: number }; answer: TestAnswer<Taken> }[];
  /** What the clinic was told. */
  clinic: TestAnswer<Taken>[];
}

/** A request, and the opening it is for when a citizen sends it. */
interface Sent {
  sending: Sending;
  opening?: Opening & { endAt: number };
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const firstMorning = instantOf("2027-04-05T08:00:00-04:00");
const textOf = (at: number) => new Date(at).toISOString();

/** So many pairs: a citizen takes a quarter hour, the clinic half an hour around it, by hand, by software or both. */
export async function clinicAndCitizens(hubs: HubsOverHttp, { what, urls }: Servers, pairs: number): Promise<Raced> {
  const { world, owner } = hubs;
  const clinic = await aClinic(world);
  const { establishmentId, professionalId, placeId, machine, admin } = clinic;
  const perDay = 24;
  const people = await manyCitizens(world, pairs);
  const slotIds: string[] = [];
  for (let day = 0; day * perDay < pairs; day++) {
    const startAt = firstMorning + day * dayMs;
    const times = { startAt: textOf(startAt), endAt: textOf(startAt + perDay * 30 * minuteMs) };
    slotIds.push((await aSlot(world, clinic, times)).slotId);
  }
  const sendings = people.flatMap((citizen, n): Sent[] => {
    const day = Math.floor(n / perDay);
    // A quarter hour of two: no pair is in the way of another.
    const startAt = firstMorning + day * dayMs + (n % perDay) * 30 * minuteMs;
    const opening = { slotId: slotIds[day] ?? "", startAt: textOf(startAt), endAt: startAt + 15 * minuteMs };
    const [here, there] = n % 2 === 0 ? urls : [urls[1], urls[0]];
    const online = { opening, sending: taking(here, what, opening, citizen) };
    const around = { professionalId, startAt: textOf(startAt - 5 * minuteMs), durationMinutes: 25 };
    if (what === "naiveBooking") {
      const path = "/naive/clinic-appointments";
      return [online, { sending: { url: there, method: "POST", path, as: admin.token, body: around } }];
    }
    const body = { ...around, placeId, patient: reachable };
    const path = `/v1/appointments/by-external-id/pair-${String(n)}`;
    const byHand: Sending = { url: there, method: "POST", path: "/v1/appointments", as: admin.token, body };
    const bySoftware: Sending = { url: there, method: "PUT", path, as: machine.token, body };
    const offline = n % 3 === 0 ? [byHand] : n % 3 === 1 ? [bySoftware] : [byHand, { ...bySoftware, url: here }];
    const all = [online, ...offline.map((sending) => ({ sending }))];
    return n % 4 < 2 ? all : all.reverse();
  });
  const answers = await sendAtOnce<Taken>(
    world,
    sendings.map(({ sending }) => sending),
  );
  const raced: Raced = { establishmentId, rows: await seatedIn(owner, what, establishmentId), asked: [], clinic: [] };
  sendings.forEach((each, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error("a request was not answered");
    if (each.opening === undefined) raced.clinic.push(answer);
    else raced.asked.push({ opening: each.opening, answer });
  });
  return raced;
}

/** Slots that overlap, of one professional at two places, cut into openings of different lengths; each citizen wants one. */
export async function differentDurations(hubs: HubsOverHttp, { what, urls }: Servers, count: number): Promise<Raced> {
  const { world, owner } = hubs;
  const clinic = await aClinic(world);
  const { establishmentId } = clinic;
  const second = await aPlace(world, clinic);
  const both = await aProfessional(world, [clinic.place, second]);
  const service = await aService(world, both);
  const openings: (Opening & { endAt: number })[] = [];
  for (const [index, durationMinutes] of [15, 20, 30, 45].entries()) {
    const { placeId } = index % 2 === 0 ? clinic.place : second;
    const agenda = { establishmentId, professionalId: both.professionalId, placeId, service };
    const endsAt = firstMorning + 180 * minuteMs;
    const times = { startAt: textOf(firstMorning), endAt: textOf(endsAt), durationMinutes };
    const { slotId } = await aSlot(world, agenda, times);
    for (let at = firstMorning; at < endsAt; at += durationMinutes * minuteMs)
      openings.push({ slotId, startAt: textOf(at), endAt: at + durationMinutes * minuteMs });
  }
  const random = dice(45);
  const wanted = (await manyCitizens(world, count)).map((citizen, n) => {
    const opening = pick(openings, random());
    if (opening === undefined) throw new Error("there is no opening");
    return { opening, sending: taking(urls[n % 2] ?? "", what, opening, citizen) };
  });
  const answers = await sendAtOnce<Taken>(
    world,
    wanted.map(({ sending }) => sending),
  );
  const asked = answers.flatMap((answer, n) => {
    const opening = wanted[n]?.opening;
    return opening === undefined ? [] : [{ opening, answer }];
  });
  return { establishmentId, rows: await seatedIn(owner, what, establishmentId), asked, clinic: [] };
}

/** Everybody wants the one opening of a team that sees several at once. */
export async function oneTeam(
  hubs: HubsOverHttp,
  { what, urls }: Servers,
  { capacity, count }: { capacity: number; count: number },
): Promise<Raced> {
  const { world, owner } = hubs;
  const clinic = await aClinic(world);
  const { establishmentId, placeId, place, service } = clinic;
  const { professionalId } = await aTeam(world, [place], capacity);
  const endAt = firstMorning + 15 * minuteMs;
  const agenda = { establishmentId, professionalId, placeId, service };
  const startAt = textOf(firstMorning);
  const { slotId } = await aSlot(world, agenda, { startAt, endAt: textOf(endAt) });
  const opening = { slotId, startAt, endAt };
  const answers = await everybodyTakes(world, urls, what, opening, await manyCitizens(world, count));
  const asked = answers.map((answer) => ({ opening, answer }));
  return { establishmentId, rows: await seatedIn(owner, what, establishmentId), asked, clinic: [] };
}
