import { describe, expect, it } from "vitest";
import { chooseCancellations } from "../src/cancellations.ts";
import { chooseBookings, type FoundOpening, type Searcher } from "../src/choose-bookings.ts";
import { windowsOver } from "../src/compare.ts";
import { seededRandom } from "../src/seeded-random.ts";

const seeds = Array.from({ length: 25 }, (_, index) => index);

/** Quarter hours of one professional from 08:00 on. */
function openings(count: number, change: Partial<FoundOpening> = {}): FoundOpening[] {
  return Array.from({ length: count }, (_, index) => {
    const startAt = new Date(Date.UTC(2027, 5, 10, 12, index * 15)).toISOString();
    const endAt = new Date(Date.parse(startAt) + 15 * 60_000).toISOString();
    const professional = change.professional ?? "one";
    const name = `${professional} ${startAt}`;
    return { name, slotId: professional, professional, startAt, endAt, serviceType: "GEN", ...change };
  });
}

function searchers(count: number, found: FoundOpening[]): Searcher<FoundOpening>[] {
  return Array.from({ length: count }, () => ({ found }));
}

function choose(who: Searcher<FoundOpening>[], seed = 1) {
  const wishes = chooseBookings<FoundOpening, Searcher<FoundOpening>>(who, seededRandom(seed));
  const inManner = (manner: string) => wishes.filter((wish) => wish.opening && wish.manner === manner);
  return {
    wishes,
    race: inManner("race"),
    twice: inManner("twice"),
    once: inManner("once"),
    none: wishes.filter(({ opening }) => opening === null),
  };
}

describe("chooseBookings", () => {
  it.each([
    // searchers, openings → race, twice, once, none
    [60, 60, 8, 2, 30, 0],
    [40, 400, 8, 2, 30, 0],
    [12, 60, 8, 2, 2, 0],
    [60, 12, 8, 2, 2, 0],
    [60, 10, 8, 2, 0, 0],
    [60, 4, 2, 2, 0, 0],
    [60, 3, 2, 1, 0, 0],
    [60, 2, 2, 0, 0, 0],
    [60, 1, 0, 1, 0, 0],
    [1, 60, 0, 1, 0, 0],
    [60, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
  ])("%i people, %i openings: %i race, %i send twice, %i once, %i find nothing", (people, offered, ...expected) => {
    const { race, twice, once, none } = choose(searchers(people, openings(offered)));
    expect([race.length, twice.length, once.length, none.length]).toEqual(expected);
  });

  it.each(seeds)("seed %i: one opening for the race, one for each of the others, one wish a person", (seed) => {
    const found = [...openings(30), ...openings(30, { professional: "two" })];
    const { wishes, race } = choose(searchers(50, found), seed);
    expect(new Set(race.map(({ opening }) => opening?.name)).size).toBe(1);
    expect(new Set(wishes.map(({ opening }) => opening?.name)).size).toBe(33);
    expect(new Set(wishes.map(({ searcher }) => searcher)).size).toBe(40);
  });

  it("chooses alike for a seed, and otherwise for another", () => {
    const who = searchers(50, openings(60));
    const names = (seed: number) => choose(who, seed).wishes.map(({ opening }) => opening?.name);
    expect(names(3)).toEqual(names(3));
    expect(names(4)).not.toEqual(names(3));
  });

  it("does not depend on the order in which openings were found", () => {
    const [one, other] = [openings(60), openings(60).reverse()];
    const names = (found: FoundOpening[]) => choose(searchers(50, found)).wishes.map(({ opening }) => opening?.name);
    expect(names(other)).toEqual(names(one));
  });

  it.each(seeds)("seed %i: openings of overlapping slots are not wanted both", (seed) => {
    const shifted = openings(20).map((opening, index) => ({
      ...opening,
      name: `shifted ${index}`,
      startAt: new Date(Date.parse(opening.startAt) + 300_000).toISOString(),
      endAt: new Date(Date.parse(opening.endAt) + 300_000).toISOString(),
    }));
    const { wishes } = choose(searchers(50, [...openings(20), ...shifted]), seed);
    const wanted = [...new Set(wishes.flatMap(({ opening }) => opening ?? []))];
    const starts = wanted.map(({ startAt }) => Date.parse(startAt)).sort((a, b) => a - b);
    expect(starts.every((start, index) => index === 0 || start - (starts[index - 1] ?? 0) >= 15 * 60_000)).toBe(true);
  });

  it.each(seeds)("seed %i: the race is for a general opening when there is one", (seed) => {
    const own = openings(30, { professional: "own", serviceType: "MF" });
    const { race } = choose([...searchers(20, [...own, ...openings(1)]), ...searchers(20, own)], seed);
    expect(race).toHaveLength(8);
    expect(race[0]?.opening?.serviceType).toBe("GEN");
  });

  it("runs a smaller race when no opening is for eight people", () => {
    const groups = ["a", "b", "c"].map((professional) => openings(20, { professional, serviceType: "MF" }));
    const { race, wishes } = choose(groups.flatMap((found, index) => searchers(index + 2, found)));
    expect(race).toHaveLength(4);
    expect(wishes).toHaveLength(9);
  });

  it("lets those ask in vain who find nothing, up to as many as there are openings", () => {
    const { race, once, twice, none } = choose([...searchers(5, openings(30)), ...searchers(60, [])]);
    expect([race.length, twice.length, once.length, none.length]).toEqual([5, 0, 0, 25]);
  });
});

describe("chooseCancellations", () => {
  const clock = new Date("2027-06-10T11:00:00Z");
  const booking = (hours: number, raced = false) => ({
    raced,
    booked: {
      startAt: new Date(clock.getTime() + hours * 3_600_000).toISOString(),
      onlineCancelUntil: new Date(clock.getTime() + (hours - 24) * 3_600_000).toISOString(),
    },
  });

  it.each([
    ["enough well ahead", [1, 30, 40, 50, 60, 70, 80, 90], 5, 30],
    ["few", [30, 40, 50], 2, 30],
    ["exactly the delay is in time", [24, 40], 1, 24],
    ["all inside the delay", [1, 2, 3], 0, 1],
    ["a single one", [40], 1, undefined],
    ["a single one, inside the delay", [4], 0, 4],
    ["one in time and one inside the delay", [4, 40], 0, 40],
    ["none", [], 0, undefined],
  ])("%s", (_, hours, inTime, lateHours) => {
    const chosen = chooseCancellations(
      hours.map((each) => booking(each)),
      clock,
      1,
    );
    expect(chosen.inTime).toHaveLength(inTime);
    expect(chosen.late?.booked.startAt).toBe(lateHours && booking(lateHours).booked.startAt);
    expect(chosen.inTime).not.toContain(chosen.late);
  });

  it.each(seeds)("seed %i: a race's winner cancels only when there are not six others", (seed) => {
    const others = [30, 31, 32, 33, 34, 35].map((hours) => booking(hours));
    const enough = chooseCancellations([booking(25, true), ...others], clock, seed);
    expect([...enough.inTime, enough.late].some((each) => each?.raced)).toBe(false);
    const few = chooseCancellations([booking(25, true), ...others.slice(1)], clock, seed);
    expect(few.inTime.filter(({ raced }) => raced)).toHaveLength(1);
  });
});

describe("windowsOver", () => {
  it.each([
    [[], []],
    [["2027-03-14"], [{ from: "2027-03-14", to: "2027-03-15" }]],
    [["2027-12-31", "2027-01-01", "2027-12-31"], [{ from: "2027-01-01", to: "2028-01-01" }]],
    [["2027-01-01", "2028-01-01"], [{ from: "2027-01-01", to: "2028-01-02" }]],
    [
      ["2027-01-01", "2028-01-02"],
      [
        { from: "2027-01-01", to: "2027-01-02" },
        { from: "2028-01-02", to: "2028-01-03" },
      ],
    ],
  ])("%j is asked for in %j", (dates, windows) => {
    expect(windowsOver(dates)).toEqual(windows);
  });
});

describe("seededRandom", () => {
  it("spreads over all values, for neighbouring seeds too", () => {
    const firsts = seeds.map((seed) => seededRandom(seed).below(1_000));
    expect(new Set(firsts).size).toBeGreaterThan(20);
    const random = seededRandom(5);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 7_000; draw += 1) {
      const value = random.below(7);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
  });

  it("shuffles without losing anything", () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = seededRandom(2).shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});
