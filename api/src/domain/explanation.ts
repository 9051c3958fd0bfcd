import type { Step } from "./condition.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import type { PlacedSlot } from "./placement.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** Whether everything that was asked holds. */
export function allHold(steps: readonly Step[]): boolean {
  return steps.every((step) => step.violation === null);
}

/**
 * Rules of a decision that names only what it refuses: each holds unless it is among the violations, and what the decision
 * found beside them comes after.
 */
export function stepsOfDecision(asked: readonly string[], violations: readonly Violation[]): Step[] {
  const refused = (rule: string) => violations.find((each) => each.rule === rule) ?? null;
  const others = violations.filter(({ rule }) => !asked.includes(rule));
  return [
    ...asked.map((rule) => ({ rule, violation: refused(rule) })),
    ...others.map((found) => ({ rule: found.rule, violation: found })),
  ];
}

/**
 * Design, an agenda is a professional at a place: time is exclusive across the establishment's places, and of what fills
 * it at another place no more is said than that.
 */
export function busyElsewhere(
  steps: readonly Step[],
  taken: readonly { placeId: string }[],
  placeId: string,
): readonly Step[] {
  if (taken.length === 0 || taken.some((each) => each.placeId === placeId)) return steps;
  return steps.map((step) =>
    step.violation?.rule === "APPT-09" ? { ...step, violation: violation("APPT-09", "BUSY_ELSEWHERE") } : step,
  );
}

/**
 * Why nothing is offered at an instant at which no opening starts. SLOT-31: a complete slot is around it, but its openings
 * start at other times; SLOT-08: an incomplete slot has none; SEARCH-14: free time outside slots is not searched.
 */
export function whyNoOpening(slots: readonly PlacedSlot[], startAt: Instant): Step {
  const around = slots.filter((slot) => slot.startAt <= startAt && startAt < slot.endAt);
  const rule = around.some(({ placeId }) => placeId !== null) ? "SLOT-31" : around.length > 0 ? "SLOT-08" : "SEARCH-14";
  return { rule, violation: violation(rule, "OPENING_NOT_AVAILABLE", "/startAt") };
}
