/** Telling a refusal of the hub from other errors. Apart from the classes, which not everybody who asks needs. */
import type { ArrimageProblem } from "./problems.ts";

// Registered, so that the ESM and the CJS build in one process recognise each other's errors.
export const isProblem: unique symbol = Symbol.for("arrimage.problem");

/**
 * Is it a refusal of the hub, and with one of these codes? Works for errors of either build of the SDK.
 *
 * @example if (isArrimageProblem(error, "OPENING_TAKEN")) offer(error.alternatives);
 */
export function isArrimageProblem<Code extends string>(
  error: unknown,
  ...codes: Code[]
): error is ArrimageProblem<Code> {
  // Of whatever was thrown: what has no such members is none.
  const thrown = Object(error) as { [isProblem]?: unknown; code?: unknown };
  return thrown[isProblem] === true && (codes.length === 0 || codes.includes(thrown.code as Code));
}
