import type { OfferedPage } from "../src/features/openings/citizen-search.ts";
import type { ACitizen } from "./factories.ts";
import type { TestAnswer, TestHub, TestRequest } from "./harness.ts";

/** What a citizen's portal sends to search one cascade; a regular visit unless told otherwise. */
export function citizenSearch(
  { token }: Pick<ACitizen, "token">,
  asked: object,
  headers: Record<string, string> = {},
): { method: "POST"; path: string; request: TestRequest } {
  const body = { consultationReason: "regular", ...asked };
  return { method: "POST", path: "/v1/citizen/openings/search", request: { as: token, key: null, body, headers } };
}

/** Searches, whatever comes of it. */
export function searchAsCitizen<T = OfferedPage>(
  hub: TestHub,
  citizen: Pick<ACitizen, "token">,
  asked: object,
  headers?: Record<string, string>,
): Promise<TestAnswer<T>> {
  const { method, path, request } = citizenSearch(citizen, asked, headers);
  return hub.request<T>(method, path, request);
}
