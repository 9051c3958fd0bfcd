import { dice, pick } from "../dice.ts";
import type { ACitizen } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import type { Mirrored } from "../mirror.ts";
import {
  bookByStaff,
  cancelByStaff,
  cancelPush,
  deleteSlot,
  pushAppointments,
  pushSlots,
  putAppointment,
  putSlot,
} from "./agenda-software.ts";
import { createMemory } from "./caller.ts";
import type { Caller, CrashSite, Work } from "./caller.ts";
import { bookOnline, cancelOnline, hold, release } from "./citizens.ts";
import { createInsistence } from "./insistence.ts";
import type { SupervisedHub } from "./supervised-hub.ts";

/**
 * The demo's operations, by several callers at once, against a hub that is being killed. What each does is decided by its
 * dice; what they get depends on who comes first, and on the kills.
 */
export interface CrashLoad {
  /** What the callers were told is there, by id. */
  readonly known: ReadonlyMap<string, Mirrored>;
  /** Requests that were cut off, each sent again until it was answered. */
  readonly cuts: number;
  /** Writes answered with 2xx. */
  readonly acknowledged: number;
  /** Everybody works until `enough`, and then to the end of what they are doing. */
  run(enough: () => boolean): Promise<void>;
}

/** As often as they stand here. */
const operations: readonly ((work: Work, caller: Caller) => Promise<void>)[] = [
  ...[pushSlots, putSlot, putSlot, deleteSlot],
  ...[pushAppointments, putAppointment, cancelPush, bookByStaff, cancelByStaff],
  ...[bookOnline, bookOnline, bookOnline, bookOnline, cancelOnline, hold, hold, release],
];
const firstSlots = 12;

export function createCrashLoad(
  world: TestHub,
  hub: SupervisedHub,
  site: CrashSite,
  people: readonly ACitizen[],
  { callers, seed }: { callers: number; seed: number },
): CrashLoad {
  const memory = createMemory();
  const insist = createInsistence(world, hub);
  const share = Math.floor(people.length / callers);
  let keys = 0;
  let names = 0;
  const work: Work = {
    ...{ site, insist, memory },
    freshKey: () => `crash-load-${String((keys += 1))}`,
    freshName: ({ name }) => `${name}-${String((names += 1))}`,
  };

  function aCaller(_: unknown, number: number): Caller {
    const agenda = site.agendas[number % site.agendas.length];
    if (agenda === undefined) throw new Error("there is no agenda");
    const citizens = people.slice(number * share, (number + 1) * share);
    return {
      ...{ name: `caller${String(number)}`, random: dice(seed + number), agenda, citizens },
      ...{ slots: [], pushes: [], staff: [], online: [], holds: [] },
    };
  }

  async function live(caller: Caller, enough: () => boolean): Promise<void> {
    await pushSlots(work, caller, firstSlots);
    while (!enough()) await pick(operations, caller.random())?.(work, caller);
  }

  return {
    known: memory.known,
    get cuts() {
      return insist.cuts;
    },
    get acknowledged() {
      return insist.acknowledged;
    },
    async run(enough) {
      await Promise.all(Array.from({ length: callers }, aCaller).map((caller) => live(caller, enough)));
    },
  };
}
