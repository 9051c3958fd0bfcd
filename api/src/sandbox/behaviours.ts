import { pick } from "./crowd.ts";
import type { Booked, Crowd, Opening, Outcome, Robot } from "./crowd.ts";

/** What robot citizens do, as people do it. */

export const behaviours = ["book", "cancel", "changeMind", "doubleClick", "race", "noShow"] as const;
export type Behaviour = (typeof behaviours)[number];

export const deeds = ["booked", "replayed", "cancelled", "absent", "refused", "foundNothing"] as const;
export type Deed = (typeof deeds)[number];

export interface Act {
  behaviour: Behaviour;
  /** The robot's number. */
  citizen: number;
  did: Deed;
  code: string | null;
  placeId: string | null;
  professionalId: string | null;
  slotId: string | null;
  startAt: string | null;
  appointmentId: string | null;
  referenceNumber: string | null;
}

/** `racers` is how many want the same opening. */
export async function act(crowd: Crowd, behaviour: Behaviour, racers: number, nextKey: () => string): Promise<Act[]> {
  switch (behaviour) {
    case "book":
      return [await bookOne(crowd, behaviour, crowd.somebody())];
    case "cancel":
      return cancelOne(crowd, behaviour);
    case "changeMind":
      return changeMind(crowd);
    case "doubleClick":
      return doubleClick(crowd, nextKey());
    case "race":
      return race(crowd, racers);
    case "noShow": {
      const missed = await crowd.missed();
      if (missed !== undefined) return [acted("noShow", missed.robot, "absent", missed)];
      // Whoever books here will not come: the next one of these, once the time has come, finds it.
      return [await bookOne(crowd, behaviour, crowd.somebody())];
    }
  }
}

async function bookOne(crowd: Crowd, behaviour: Behaviour, robot: Robot, notAt?: string): Promise<Act> {
  const opening = await crowd.find(robot, notAt);
  if (opening === undefined) return acted(behaviour, robot, "foundNothing");
  return booked(behaviour, robot, opening, await crowd.book(robot, opening));
}

/** One of those there are, or one made for it. */
async function cancelOne(crowd: Crowd, behaviour: Behaviour): Promise<Act[]> {
  const there = await crowd.booked();
  if (there.length > 0) {
    const one = pick(there, crowd.next());
    return [cancelled(behaviour, one, await crowd.cancel(one))];
  }
  const made = await bookOne(crowd, behaviour, crowd.somebody());
  const own = (await crowd.booked()).find(({ appointmentId }) => appointmentId === made.appointmentId);
  return own === undefined ? [made] : [made, cancelled(behaviour, own, await crowd.cancel(own))];
}

/** Gives back what they have and takes another time. */
async function changeMind(crowd: Crowd): Promise<Act[]> {
  const there = await crowd.booked();
  const one = there.length > 0 ? pick(there, crowd.next()) : undefined;
  const robot = one?.robot ?? crowd.somebody();
  const before = one === undefined ? [await bookOne(crowd, "changeMind", robot)] : [];
  const own = one ?? (await crowd.booked()).find(({ appointmentId }) => appointmentId === before[0]?.appointmentId);
  if (own === undefined) return before;
  const givenBack = cancelled("changeMind", own, await crowd.cancel(own));
  if (givenBack.did !== "cancelled") return [...before, givenBack];
  return [...before, givenBack, await bookOne(crowd, "changeMind", robot, own.startAt)];
}

/** The same form sent twice: a portal gives both the same key. */
async function doubleClick(crowd: Crowd, key: string): Promise<Act[]> {
  const robot = crowd.somebody();
  const opening = await crowd.find(robot);
  if (opening === undefined) return [acted("doubleClick", robot, "foundNothing")];
  const both = await Promise.all([crowd.book(robot, opening, key), crowd.book(robot, opening, key)]);
  return both
    .map((outcome) => booked("doubleClick", robot, opening, outcome))
    .sort((a, b) => deeds.indexOf(a.did) - deeds.indexOf(b.did));
}

/** Who wins is for the hub to say. */
async function race(crowd: Crowd, racers: number): Promise<Act[]> {
  const robots = crowd.racers(racers);
  const [first] = robots;
  const opening = first === undefined ? undefined : await crowd.find(first);
  if (first === undefined || opening === undefined)
    return first === undefined ? [] : [acted("race", first, "foundNothing")];
  return Promise.all(robots.map(async (robot) => booked("race", robot, opening, await crowd.book(robot, opening))));
}

function booked(behaviour: Behaviour, robot: Robot, opening: Opening, outcome: Outcome): Act {
  if (outcome.ok) return acted(behaviour, robot, outcome.replayed ? "replayed" : "booked", outcome.booked);
  const { placeId, professionalId, slotId, startAt } = opening;
  return { ...acted(behaviour, robot, "refused"), code: outcome.code, placeId, professionalId, slotId, startAt };
}

function cancelled(behaviour: Behaviour, there: Booked, outcome: Outcome): Act {
  if (outcome.ok) return acted(behaviour, there.robot, "cancelled", there);
  return { ...acted(behaviour, there.robot, "refused", there), code: outcome.code };
}

function acted(behaviour: Behaviour, robot: Robot, did: Deed, about?: Booked): Act {
  return {
    behaviour,
    citizen: robot.number,
    did,
    code: null,
    placeId: about?.placeId ?? null,
    professionalId: about?.professionalId ?? null,
    slotId: about?.slotId ?? null,
    startAt: about?.startAt ?? null,
    appointmentId: about?.appointmentId ?? null,
    referenceNumber: about?.referenceNumber ?? null,
  };
}
