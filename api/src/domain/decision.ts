import type { DifferingDay } from "./confirmation.ts";
import type { ProblemCode } from "./problems.ts";

/** One rule that was not kept, or that wants to be acknowledged. */
export interface Violation {
  /** The rule's id in the rule book, e.g. `SLOT-07`. */
  rule: string;
  code: ProblemCode;
  /** JSON pointer (RFC 6901) into the request's body; empty when the whole of it is concerned. */
  pointer: string;
  /** Values for the placeholders of the code's text. Never personal. */
  params?: Readonly<Record<string, string | number>>;
  /** The object that speaks against it, when the request does not name it. */
  objectId?: string;
}

/** What a rule answers: a value, perhaps with warnings, or every violation at once. It never throws. */
export type Decision<T> =
  { ok: true; value: T; warnings: readonly Violation[] } | { ok: false; violations: readonly Violation[] };

export function accept<T>(value: T, warnings: readonly Violation[] = []): Decision<T> {
  return { ok: true, value, warnings };
}

export function refuse(...violations: Violation[]): { ok: false; violations: readonly Violation[] } {
  return { ok: false, violations };
}

export function violation(rule: string, code: ProblemCode, pointer = "", params?: Violation["params"]): Violation {
  return params === undefined ? { rule, code, pointer } : { rule, code, pointer, params };
}

/** A field's name as a step of a pointer (RFC 6901 §3). It is the caller's own and may be of any length: a long one is cut. */
export function pointerStep(name: string): string {
  return `/${name.slice(0, 64).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** What a refusal may carry to help its reader. */
export interface RefusalHelp {
  /** Openings that were bookable when the refusal was decided (at most three). */
  alternatives?: readonly unknown[];
  /** The object as it is now, for a stale condition. */
  current?: unknown;
  /** SYNC-11: where a confirmation and the hub do not agree. */
  differingDays?: readonly DifferingDay[];
  /** SYNC-33: the operation that helps where this one no longer can. */
  recovery?: Recovery;
  retryAfterSeconds?: number;
  /** RFC 9110 §15.5.16: the type of content that is taken here. */
  accept?: string;
}

/** An operation to call instead. */
export interface Recovery {
  operationId: string;
  method: string;
  path: string;
}

/** A decision that was not kept, on its way to the caller: the only error that the domain's users throw. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly violations: readonly Violation[];
  readonly help: RefusalHelp;
  constructor(violations: readonly Violation[], help: RefusalHelp = {}) {
    super(violations.map(({ rule, code }) => `${rule} ${code}`).join(", "));
    this.violations = violations;
    this.help = help;
  }
}

/** A refusal that stands for a convention of the contract rather than a rule of the catalogue. */
export function refusal(code: ProblemCode, pointer = "", help: RefusalHelp = {}): Refusal {
  return new Refusal([violation("CONTRACT", code, pointer)], help);
}

/** What of a call does not follow the contract, and what would: in signs, which need no translation. */
export function notInContract(pointer: string, expected: string): Refusal {
  return new Refusal([violation("CONTRACT", "INVALID_REQUEST", pointer, { expected })]);
}

/** The decision once its warnings are answered: one that is not acknowledged stands against it like a violation. */
export function acknowledged<T>(decision: Decision<T>, acknowledge: readonly string[] = []): Decision<T> {
  if (!decision.ok) return decision;
  const open = decision.warnings.filter(({ code }) => !acknowledge.includes(code));
  return open.length > 0 ? refuse(...open) : decision;
}

/**
 * The decision's value, or its refusal. A warning that is not acknowledged is answered like a refusal, and passes on
 * the same call with `acknowledge: [code]`; a violation can never be acknowledged.
 */
export function settle<T>(decision: Decision<T>, acknowledge?: readonly string[]): T {
  const answered = acknowledged(decision, acknowledge);
  if (!answered.ok) throw new Refusal(answered.violations);
  return answered.value;
}

/** Throws what was found to stand against a call, if anything was. */
export function refuseAny(found: Violation | undefined): void {
  if (found !== undefined) throw new Refusal([found]);
}
