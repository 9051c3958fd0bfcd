/** Answers that are read whole. */
import type { Failed } from "./exchange.ts";
import type { PreparedRequest } from "./operations.ts";
import { ArrimageProblem, unexpectedAnswer } from "./problems.ts";
import type { TimeLimit } from "./time-limit.ts";

export async function readText(
  response: Response,
  limit: TimeLimit,
  _request: PreparedRequest,
  failed: Failed,
): Promise<string> {
  const text = await limit.race(response.text()).catch(failed);
  limit.stop();
  return text;
}

/** `undefined` for an answer without content. */
export async function readJson(
  response: Response,
  limit: TimeLimit,
  request: PreparedRequest,
  failed: Failed,
): Promise<unknown> {
  const text = await readText(response, limit, request, failed);
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    const title = "The answer is not JSON. Is baseUrl right, or is a proxy answering?";
    throw new ArrimageProblem(unexpectedAnswer(response.status, title), response.headers.get("x-request-id"), null);
  }
}
