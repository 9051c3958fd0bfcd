import type { Actor } from "../../domain/actor.ts";
import type { Interval } from "../../domain/availability-removal.ts";
import { sameOwner } from "../../domain/hold.ts";
import type { Hold, HoldOwner } from "../../domain/hold.ts";
import type { Book } from "../../lane/book.ts";
import type { Reach } from "../../lane/reach.ts";

type Time = Interval & { professionalId: string };

/** HOLD-09: a saved appointment ends its maker's own holds of that time, and the one that it names, wherever that is. */
export function consumeHolds(book: Book, maker: { author: Actor; owner: HoldOwner }, time: Time, named?: Hold): void {
  const overlapping = ownHolds(book, maker.owner, time);
  for (const each of new Set(named === undefined ? overlapping : [named, ...overlapping]))
    book.endHold(each, "consumed", maker.author);
}

/** One that laps over the appointment's time ends as a whole, and openings are derived anew as far as it goes. */
export function withOwnHolds(book: Book, owner: HoldOwner, reach: Reach): Reach {
  return { ...reach, spans: [...reach.spans, ...reach.spans.flatMap((span) => ownHolds(book, owner, span))] };
}

function ownHolds(book: Book, owner: HoldOwner, time: Time): Hold[] {
  return book.holdsIn(time).filter((each) => sameOwner(each.owner, owner));
}
