import type { Deps } from "../../deps.ts";
import { problemCodes } from "../../domain/problems.ts";
import { act, behaviours } from "../../sandbox/behaviours.ts";
import type { Act, Behaviour } from "../../sandbox/behaviours.ts";
import { gather } from "../../sandbox/crowd.ts";
import type { Robots } from "../../sandbox/robots.ts";
import type { ActInput, Done, SimulationInput } from "./schema.ts";

const racersAtMost = 10;
const usualMix = { book: 5, cancel: 2, changeMind: 1, doubleClick: 1, race: 1, noShow: 1 };

export async function actAsCitizens(deps: Deps, robots: Robots, input: ActInput): Promise<Done[]> {
  const { behaviour, seed, count } = input;
  const crowd = await gather(deps, robots, seed, input);
  const done: Act[] = [];
  const times = behaviour === "race" ? 1 : (count ?? 1);
  for (let i = 0; i < times; i++) done.push(...(await act(crowd, behaviour, count ?? racersAtMost, keys(deps))));
  return done.map(shown);
}

/** One after the other, except those who race or click twice. */
export async function simulateCitizens(deps: Deps, robots: Robots, input: SimulationInput): Promise<Done[]> {
  const { seed, steps, mix = usualMix } = input;
  const crowd = await gather(deps, robots, seed, input);
  const done: Act[] = [];
  for (let step = 0; step < steps; step++)
    done.push(
      ...(await act(crowd, chosen(mix, crowd.next()), 2 + Math.floor(crowd.next() * (racersAtMost - 1)), keys(deps))),
    );
  return done.map(shown);
}

function keys({ ids, clock }: Deps): () => string {
  return () => ids.next("key", clock.wall());
}

/** By weight. */
function chosen(mix: Partial<Record<Behaviour, number | undefined>>, number: number): Behaviour {
  const weights = behaviours.map((behaviour) => ({ behaviour, weight: mix[behaviour] ?? 0 }));
  let left = number * weights.reduce((sum, { weight }) => sum + weight, 0);
  for (const { behaviour, weight } of weights) {
    left -= weight;
    if (left < 0) return behaviour;
  }
  return "book";
}

function shown({ code, ...act }: Act): Done {
  return { ...act, code: problemCodes.find((known) => known === code) ?? null };
}
