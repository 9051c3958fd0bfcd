import { publicScope, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { gather } from "../../lane/gather.ts";
import { findOpenings } from "./store.ts";
import type { FoundOpening, NamedOpening } from "./store.ts";

/** Where an opening is, before the lane knows which establishment to work in. */
export type FindOpening = (named: NamedOpening) => Promise<FoundOpening | undefined>;

/** Many citizens ask at once, and one statement answers them. */
export function openingFinder(deps: Deps): FindOpening {
  return gather(
    (named: readonly NamedOpening[]) => withScope(deps.connection, publicScope, (tx) => findOpenings(tx, named)),
    64,
  );
}
