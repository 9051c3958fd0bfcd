import { problemText, problems } from "../domain/problems.ts";
import type { Language, ProblemCode } from "../domain/problems.ts";
import type { Refusal, Violation } from "../domain/decision.ts";

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
  alternatives?: readonly unknown[];
  current?: unknown;
}

export interface ViolationBody {
  rule: string;
  code: ProblemCode;
  pointer: string;
  detail: string;
  objectId?: string;
}

/** A violation found by the schema carries a text of its own, already in the caller's language. */
export interface DescribedViolation extends Violation {
  detail?: string;
}

export function violationBody(found: DescribedViolation, language: Language): ViolationBody {
  const { rule, code, pointer, params, objectId } = found;
  const detail = found.detail ?? problemText(code, language, params);
  return { rule, code, pointer, detail, ...(objectId === undefined ? {} : { objectId }) };
}

/** What a success remarks, in its `warnings`. */
export function warningsOf(found: readonly Violation[], language: Language): ViolationBody[] {
  return found.map((each) => violationBody(each, language));
}

/** The problem of a refusal: its first violation names it, all of them are listed. */
export function problemBody(
  refusal: Pick<Refusal, "violations" | "help">,
  context: { requestId: string; language: Language; baseUrl: string },
): ProblemBody {
  const { violations, help } = refusal;
  const first = violations[0];
  const code = first?.code ?? "INTERNAL";
  const title = problemText(code, context.language, first?.params);
  const described = violations.map((found) => violationBody(found, context.language));
  const body: ProblemBody = {
    type: `${context.baseUrl}/docs/problems/${code}`,
    title,
    status: problems[code].status,
    detail: [...new Set(described.map(({ detail }) => detail))].join(" "),
    instance: `urn:arrimage:request:${context.requestId}`,
    code,
    requestId: context.requestId,
    retryable: problems[code].retryable === true,
    violations: described,
  };
  if (help.alternatives !== undefined) body.alternatives = help.alternatives;
  if (help.current !== undefined) body.current = help.current;
  return body;
}
