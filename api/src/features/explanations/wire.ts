import type { Cascade } from "../../domain/cascade.ts";
import type { Step } from "../../domain/condition.ts";
import type { Violation } from "../../domain/decision.ts";
import { allHold } from "../../domain/explanation.ts";
import { detailOf, warningsOf } from "../../http/problem.ts";
import type { Reader } from "../../http/problem.ts";
import { ruleHref, ruleText } from "../../rule-book.ts";
import type { OfferedTime } from "../citizen-bookings/offer.ts";
import type { Explained } from "./schema.ts";

/** What was found out about one opening, or about a time at which none starts. */
export interface Found {
  search: readonly Step[];
  booking: readonly Step[];
  warnings?: readonly Violation[];
  opening?: OfferedTime;
  cascade?: Cascade;
}

export function explainedBody({ search, booking, warnings = [], opening, cascade }: Found, reader: Reader): Explained {
  return {
    slotId: opening?.slotId ?? null,
    placeId: opening?.slot.placeId ?? null,
    cascade: cascade ?? null,
    offered: allHold(search),
    search: search.map((step) => stepBody(step, reader)),
    bookable: allHold(booking),
    booking: booking.map((step) => stepBody(step, reader)),
    warnings: warningsOf(warnings, reader),
  };
}

/** A rule that holds is told in its own words, one that does not in those of the refusal. */
function stepBody({ rule, violation }: Step, reader: Reader): Explained["search"][number] {
  const href = ruleHref(rule, reader.baseUrl);
  return {
    rule,
    ...(href === undefined ? {} : { href }),
    holds: violation === null,
    code: violation?.code ?? null,
    detail: violation === null ? ruleText(rule, reader.language) : detailOf(violation, reader.language),
  };
}
