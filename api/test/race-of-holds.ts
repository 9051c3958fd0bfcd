import { expect } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { holdMs } from "../src/domain/hold.ts";
import type { ChangePage } from "../src/features/changes/schema.ts";
import { aSlot } from "./a-slot.ts";
import { sendAtOnce } from "./at-once.ts";
import type { Sending } from "./at-once.ts";
import { aClinic, manyCitizens } from "./factories.ts";
import type { ACitizen, AClinic } from "./factories.ts";
import { instantOf } from "./harness.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { send } from "./hubs-over-http.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { takings, taking } from "./race.ts";
import type { Opening, Taken } from "./race.ts";

/**
 * Holds that run out while they are confirmed: the owner books, a rival wants the same opening, and the hub's clock moves
 * to the end of the hold. The hub and the naive control run through the same functions.
 */

/** What is sent first; the other is sent at the same moment, behind it. */
export type Order = "the confirmation first" | "the end first";

export interface HoldServers {
  hold: "hold" | "naiveHold";
  booking: "booking" | "naiveBooking";
  urls: readonly [string, string];
}

/** Of one hold. */
export interface Round {
  holdId: string;
  opening: Opening;
  endsAt: number;
  owner: TestAnswer<Taken>;
  rival: TestAnswer<Taken>;
}

/** What the log says, oldest first. */
export interface Told {
  objectId: string;
  operation: string;
  status: string | null;
  at: number;
  seq: number;
}

/** Holds that run out together. */
const perWave = 10;
const quarterMs = 15 * 60_000;
const dayMs = 86_400_000;
const firstMorning = instantOf("2027-04-05T08:00:00-04:00");

export async function raceTheClock(
  hubs: HubsOverHttp,
  servers: HoldServers,
  order: Order,
  waves: number,
): Promise<{ clinic: AClinic; rounds: Round[] }> {
  const clinic = await aClinic(hubs.world);
  const rounds: Round[] = [];
  for (let n = 0; n < waves; n++) {
    const startAt = firstMorning + n * dayMs;
    const times = { startAt: textOf(startAt), endAt: textOf(startAt + perWave * quarterMs) };
    const { slotId } = await aSlot(hubs.world, clinic, times);
    const people = await manyCitizens(hubs.world, 2 * perWave);
    const contenders = Array.from({ length: perWave }, (_, k) => {
      const [owner, rival] = people.slice(2 * k);
      if (owner === undefined || rival === undefined) throw new Error("an opening without contenders");
      return { opening: { slotId, startAt: textOf(startAt + k * quarterMs) }, owner, rival };
    });
    const urls = n % 2 === 0 ? servers.urls : ([servers.urls[1], servers.urls[0]] as const);
    rounds.push(...(await aWave(hubs, { ...servers, urls }, order, contenders)));
  }
  return { clinic, rounds };
}

/** All of them, and the clock moves meanwhile: when the first has been answered, or a moment before the first arrives. */
async function sendWithTheEnd(
  hubs: HubsOverHttp,
  order: Order,
  endsAt: number,
  bookings: readonly Sending[],
): Promise<TestAnswer<Taken>[]> {
  if (order === "the confirmation first") {
    let moved: Promise<void> | undefined;
    const answers = await sendAtOnce<Taken>(hubs.world, bookings, () => {
      moved = hubs.moveTo(endsAt);
    });
    await moved;
    return answers;
  }
  const url = hubs.processes[0]?.url ?? "";
  const end = { url, method: "PUT", path: "/sandbox/clock", body: { now: textOf(endsAt) } };
  const [, ...answers] = await sendAtOnce<Taken>(hubs.world, [end, ...bookings]);
  await hubs.moveTo(endsAt);
  return answers;
}

interface Contenders {
  opening: Opening;
  owner: ACitizen;
  rival: ACitizen;
}

async function aWave(
  hubs: HubsOverHttp,
  { hold, booking, urls }: HoldServers,
  order: Order,
  contenders: readonly Contenders[],
): Promise<Round[]> {
  const { world } = hubs;
  const [here, there] = urls;
  const held = await Promise.all(
    contenders.map(({ opening, owner }, n) => sendOne(world, taking(n % 2 === 0 ? here : there, hold, opening, owner))),
  );
  const endsAt = world.clock.now() + holdMs;
  const bookings = contenders.flatMap(({ opening, owner, rival }, n) => {
    const confirmation = taking(n % 2 === 0 ? here : there, booking, opening, owner);
    const holdId = held[n]?.body.holdId;
    return [
      { ...confirmation, body: { ...confirmation.body, holdId } },
      taking(n % 2 === 0 ? there : here, booking, opening, rival),
    ];
  });
  const answers = await sendWithTheEnd(hubs, order, endsAt, bookings);
  return contenders.map(({ opening }, n) => {
    const [owner, rival] = answers.slice(2 * n);
    const holdId = held[n]?.body.holdId;
    if (holdId === undefined || owner === undefined || rival === undefined) throw new Error("a round without answers");
    return { holdId, opening, endsAt, owner, rival };
  });
}

/** One request by itself. */
export function sendOne(world: TestHub, { url, method, path, ...request }: Sending): Promise<TestAnswer<Taken>> {
  return send<Taken>(world, url, method, path, request);
}

/** Until the hubs' jobs, or the control's, have removed what has run out. */
export async function untilNoneIsHeld(
  { owner }: HubsOverHttp,
  what: HoldServers["hold"],
  { establishmentId }: AClinic,
): Promise<void> {
  const { table } = takings[what];
  for (let tries = 0; tries < 500; tries++) {
    const [row] = await owner`SELECT FROM ${owner(table)} WHERE establishment_id = ${establishmentId} LIMIT 1`;
    if (row === undefined) return;
    await sleep(20);
  }
  throw new Error("a hold that has run out is still there");
}

/** As the clinic's software follows it. */
export async function feedOf({ world, processes }: HubsOverHttp, clinic: AClinic): Promise<Told[]> {
  const told: Told[] = [];
  const [hub] = processes;
  let cursor: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ limit: "1000", ...(cursor === undefined ? {} : { cursor }) });
    const path = `/v1/changes?${query.toString()}`;
    const { body } = await send<ChangePage>(world, hub?.url ?? "", "GET", path, { as: clinic.machine.token });
    told.push(...body.items.map((item) => ({ ...item, at: Date.parse(item.at) })));
    if (body.caughtUp) return told;
    cursor = body.nextCursor;
  }
}

/**
 * HOLD-08, HOLD-09, HOLD-15: a hold ends once. Consumed before its end, by its owner's booking; or expired from its end on,
 * and then nobody has booked by it. Its opening goes to one of the two, who was told so, and to the owner as long as it ran.
 */
export function expectEachEndedOnce(rounds: readonly Round[], log: readonly Told[]): void {
  expect(rounds.flatMap((round) => faultsOf(round, log).map((fault) => `${round.holdId}: ${fault}`))).toEqual([]);
}

function faultsOf({ holdId, endsAt, owner, rival }: Round, log: readonly Told[]): string[] {
  const ends = log.filter(({ objectId, operation }) => objectId === holdId && operation === "deleted");
  const [end] = ends;
  const faults: string[] = [];
  if (end === undefined || ends.length > 1) return [`ended ${ends.map(({ status }) => String(status)).join(" and ")}`];
  const answers = [owner.status, rival.status].sort().join();
  if (answers !== "201,409") faults.push(`the two were answered ${answers}`);
  const madeBy = ({ body }: TestAnswer<Taken>) =>
    log.find(({ objectId, operation }) => objectId === body.appointmentId && operation === "created");
  /** Before the hold's end, in time and in the log. */
  const early = (made: Told | undefined) => made !== undefined && made.at < endsAt && made.seq < end.seq;
  if (early(madeBy(rival))) faults.push("the rival had it while it was held");
  switch (end.status) {
    case "consumed":
      if (end.at >= endsAt) faults.push("consumed after its end");
      if (owner.status !== 201) faults.push("consumed, and its owner has nothing");
      break;
    case "expired":
      if (end.at < endsAt) faults.push("expired before its end");
      if (early(madeBy(owner))) faults.push("expired, and booked by it");
      break;
    default:
      faults.push(`ended ${String(end.status)}`);
  }
  return faults;
}

function textOf(at: number): string {
  return new Date(at).toISOString();
}
