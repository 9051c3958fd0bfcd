import type { ServiceType } from "./bridge-json.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** An opening that a citizen's own search offered. */
export interface FoundOpening {
  /** The same in every run of one export: the slot's `externalId` and the start. */
  name: string;
  slotId: string;
  professional: string;
  /** RFC 3339 with the place's offset. */
  startAt: string;
  endAt: string;
  serviceType: ServiceType;
}

/** Somebody who has searched. `Found`: what else the caller knows of the opening. */
export interface Searcher<Found extends FoundOpening> {
  found: readonly Found[];
}

/** One who asks. `null`: searched, and nothing was left that suits. */
export interface Wish<S, Found> {
  searcher: S;
  opening: Found | null;
  manner: "race" | "twice" | "once";
}

export const most = { asking: 40, racing: 8, twice: 2 } as const;

/**
 * Who books what: up to eight want one and the same opening, everybody else one of their own, and no two of these overlap,
 * so that only the race is lost. Not more ask than there are openings. The seed and the searches decide, nothing else.
 */
export function chooseBookings<Found extends FoundOpening, S extends Searcher<Found>>(
  searchers: readonly S[],
  random: SeededRandom,
): Wish<S, Found>[] {
  const offered = new Map(searchers.flatMap(({ found }) => found.map((opening) => [opening.name, opening])));
  const asking = Math.min(most.asking, offered.size, searchers.length);
  const order = random.shuffled(searchers);
  const wishes = chooseRace<Found, S>(order, racersAmong(asking), random);
  const taken = wishes.slice(0, 1).flatMap(({ opening }) => opening ?? []);
  const racing = new Set(wishes.map(({ searcher }) => searcher));
  const without: S[] = [];
  for (const searcher of order) {
    if (wishes.length >= asking || racing.has(searcher)) continue;
    const free = searcher.found.filter((opening) => !taken.some((other) => overlap(opening, other)));
    const opening = random.one(free.sort(byName));
    if (!opening) {
      without.push(searcher);
      continue;
    }
    taken.push(opening);
    const alone = wishes.length - racing.size;
    wishes.push({ searcher, opening, manner: alone < most.twice ? "twice" : "once" });
  }
  const left = without.slice(0, asking - wishes.length);
  return [...wishes, ...left.map((searcher): Wish<S, Found> => ({ searcher, opening: null, manner: "once" }))];
}

/** Eight when enough ask; of a few, two are left for sending twice, and a race needs two. */
function racersAmong(asking: number): number {
  return asking < 2 ? 0 : Math.min(most.racing, Math.max(2, asking - most.twice));
}

/** An opening that enough people can want: a general one first, which anybody may come to; else the one most people can want. */
function chooseRace<Found extends FoundOpening, S extends Searcher<Found>>(
  order: readonly S[],
  racers: number,
  random: SeededRandom,
): Wish<S, Found>[] {
  const wanting = new Map<string, { opening: Found; who: { searcher: S; opening: Found }[] }>();
  for (const searcher of racers === 0 ? [] : order) {
    for (const opening of searcher.found) {
      const race = wanting.get(opening.name) ?? { opening, who: [] };
      race.who.push({ searcher, opening });
      wanting.set(opening.name, race);
    }
  }
  const races = [...wanting.values()].sort((a, b) => byName(a.opening, b.opening));
  const full = Math.min(racers, Math.max(0, ...races.map(({ who }) => who.length)));
  if (full < 2) return [];
  const possible = races.filter(({ who }) => who.length >= full);
  const general = possible.filter(({ opening }) => opening.serviceType === "GEN");
  const race = random.one(general.length > 0 ? general : possible);
  return (race?.who ?? []).slice(0, full).map((racer) => ({ ...racer, manner: "race" }));
}

/** Overlapping slots have openings of their own; taking one takes the professional's time of the others. */
function overlap(a: FoundOpening, b: FoundOpening): boolean {
  return (
    a.professional === b.professional &&
    Date.parse(a.startAt) < Date.parse(b.endAt) &&
    Date.parse(b.startAt) < Date.parse(a.endAt)
  );
}

function byName(a: FoundOpening, b: FoundOpening): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
