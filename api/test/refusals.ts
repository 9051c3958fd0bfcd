import type { ProblemBody } from "../src/http/problem.ts";
import type { TestAnswer } from "./harness.ts";

/** `rule code pointer` of every violation of a refusal, in its order. */
export function refusalsOf({ body }: TestAnswer<Pick<ProblemBody, "violations">>): string[] {
  return body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

/** An answer without what differs by nature: what may not be known to exist answers exactly like what does not. */
export function withoutRequestId({ status, body }: TestAnswer<ProblemBody>): { status: number; body: ProblemBody } {
  return { status, body: { ...body, requestId: "", instance: "" } };
}
