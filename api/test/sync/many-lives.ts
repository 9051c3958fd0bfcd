import type postgres from "postgres";
import { manyCitizens } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import { faults, live } from "./life.ts";
import type { Fault, Lived, StartEngine } from "./life.ts";

export interface Told {
  lived: Lived[];
  met: Record<Fault, number>;
  operations: number;
  conflicts: number;
  /** By seed, of those where something was wrong. */
  wrong: Record<number, string[]>;
}

/** So many clinics at one hub at a time: more wait for the database only. */
const atOnce = 6;
const people = 4;

export async function liveMany(
  { hub, sql }: { hub: TestHub; sql: postgres.Sql },
  { first, seeds }: { first: number; seeds: number },
  start?: StartEngine,
  onSeed?: (done: number) => void,
): Promise<Told> {
  const lived: Lived[] = [];
  let next = first;
  const worker = async (): Promise<void> => {
    while (next < first + seeds) {
      const seed = next++;
      lived.push(await live(hub, sql, seed, await manyCitizens(hub, people), start));
      onSeed?.(lived.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const sum = (of: (each: Lived) => number): number => lived.reduce((total, each) => total + of(each), 0);
  return {
    lived,
    met: Object.fromEntries(faults.map((fault) => [fault, sum(({ met }) => met[fault])])) as Told["met"],
    operations: sum(({ local, remote }) => local + remote),
    conflicts: sum(({ conflicts }) => conflicts),
    wrong: Object.fromEntries(lived.filter(({ wrong }) => wrong.length > 0).map(({ seed, wrong }) => [seed, wrong])),
  };
}
