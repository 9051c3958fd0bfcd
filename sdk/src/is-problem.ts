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
  if (typeof error !== "object" || error === null || !(isProblem in error)) return false;
  return codes.length === 0 || ("code" in error && codes.some((code) => code === error.code));
}
