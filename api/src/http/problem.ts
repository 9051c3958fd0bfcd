import { problemText, problems } from "../domain/problems.ts";
import type { Language, ProblemCode } from "../domain/problems.ts";
import type { DifferingDay } from "../domain/confirmation.ts";
import type { Refusal, Violation } from "../domain/decision.ts";
import { ruleHref } from "../rule-book.ts";

/** RFC 9457 with our extensions, as documented in components.schemas.Problem. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  requestId: string;
  retryable: boolean;
  violations: ViolationBody[];
  violationsLeftOut?: number;
  alternatives?: readonly unknown[];
  current?: unknown;
  differingDays?: readonly DifferingDay[];
  recovery?: { operationId: string; method: string; href: string };
}

export interface ViolationBody {
  rule: string;
  /** Absent when the rule is a convention of the contract. */
  href?: string;
  code: ProblemCode;
  pointer: string;
  detail: string;
  objectId?: string;
}

/** Who reads what is said: their language, and the address that links start with. */
export interface Reader {
  language: Language;
  baseUrl: string;
}

/** A violation found by the schema carries a text of its own, already in the caller's language. */
export interface DescribedViolation extends Violation {
  detail?: string;
}

export function violationBody(found: DescribedViolation, { language, baseUrl }: Reader): ViolationBody {
  const { rule, code, pointer, objectId } = found;
  const href = ruleHref(rule, baseUrl);
  return {
    rule,
    ...(href === undefined ? {} : { href }),
    code,
    pointer,
    detail: detailOf(found, language),
    ...(objectId === undefined ? {} : { objectId }),
  };
}

export function detailOf({ detail, code, params }: DescribedViolation, language: Language): string {
  return detail ?? problemText(code, language, params);
}

/** The schema library's texts end without a full stop. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Longer lists help nobody, and a small request could ask for megabytes. */
export const violationsAtMost = 100;

/** What stands against a request, or a line of one, and how much of it is not told. */
export function toldViolations(
  found: readonly DescribedViolation[],
  reader: Reader,
): Pick<ProblemBody, "violations" | "violationsLeftOut"> {
  const violations = found.slice(0, violationsAtMost).map((each) => violationBody(each, reader));
  const violationsLeftOut = found.length - violations.length;
  return violationsLeftOut === 0 ? { violations } : { violations, violationsLeftOut };
}

/** What a success remarks, in its `warnings`. */
export function warningsOf(found: readonly Violation[], reader: Reader): ViolationBody[] {
  return found.map((each) => violationBody(each, reader));
}

/** The problem of a refusal: its first violation names it, all of them are listed, up to a hundred. */
export function problemBody(
  refusal: Pick<Refusal, "violations" | "help">,
  context: Reader & { requestId: string },
): ProblemBody {
  const { violations, help } = refusal;
  const first = violations[0];
  const code = first?.code ?? "INTERNAL";
  const title = problemText(code, context.language, first?.params);
  const told = toldViolations(violations, context);
  const body: ProblemBody = {
    type: `${context.baseUrl}/docs/problems/${code}`,
    title,
    status: problems[code].status,
    detail: [...new Set(told.violations.map(({ detail }) => sentence(detail)))].join(" "),
    instance: `urn:arrimage:request:${context.requestId}`,
    code,
    requestId: context.requestId,
    retryable: problems[code].retryable === true,
    ...told,
  };
  if (help.alternatives !== undefined) body.alternatives = help.alternatives;
  if (help.current !== undefined) body.current = help.current;
  if (help.differingDays !== undefined) body.differingDays = help.differingDays;
  if (help.recovery !== undefined) {
    const { operationId, method, path } = help.recovery;
    body.recovery = { operationId, method, href: `${context.baseUrl}${path}` };
  }
  return body;
}
