import type { Violation } from "./decision.ts";

/**
 * One thing that must hold for something to be offered. What is searched by, decided upon and explained is the same list
 * of them, in the order in which a refusal names the first that fails.
 */
export interface Condition<Facts> {
  /** Of the rule book: what is named where it holds. A violation may name a closer one. */
  rule: string;
  /** Whether it is asked at all; absent, always. */
  concerns?: (facts: Facts) => boolean;
  refuse: (facts: Facts) => Violation | undefined;
}

export function firstRefusal<Facts>(conditions: readonly Condition<Facts>[], facts: Facts): Violation | undefined {
  for (const { concerns, refuse } of conditions) {
    const refused = concerns === undefined || concerns(facts) ? refuse(facts) : undefined;
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** One step of an explanation: a condition that was asked, and what stands against it if it does not hold. */
export interface Step {
  rule: string;
  violation: Violation | null;
}

/** Every condition that is asked, those after a failing one too. */
export function stepsOf<Facts>(conditions: readonly Condition<Facts>[], facts: Facts): Step[] {
  return conditions
    .filter(({ concerns }) => concerns === undefined || concerns(facts))
    .map(({ rule, refuse }) => {
      const refused = refuse(facts);
      return { rule: refused?.rule ?? rule, violation: refused ?? null };
    });
}
