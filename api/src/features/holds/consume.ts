import type { Actor } from "../../domain/actor.ts";
import type { Interval } from "../../domain/availability-removal.ts";
import { sameOwner } from "../../domain/hold.ts";
import type { Hold, HoldOwner } from "../../domain/hold.ts";
import type { Book } from "../../lane/book.ts";

/** HOLD-09: a saved appointment ends its maker's own holds of that time, and the one that it names, wherever that is. */
export function consumeHolds(
  book: Book,
  maker: { author: Actor; owner: HoldOwner },
  time: Interval & { professionalId: string },
  named?: Hold,
): void {
  const overlapping = book.holdsIn(time).filter((each) => sameOwner(each.owner, maker.owner));
  for (const each of new Set(named === undefined ? overlapping : [named, ...overlapping]))
    book.endHold(each, "consumed", maker.author);
}
