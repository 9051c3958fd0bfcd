import { z } from "@hono/zod-openapi";
import type { Refusal } from "../domain/decision.ts";
import { problemText, problems } from "../domain/problems.ts";
import type { ProblemCode } from "../domain/problems.ts";
import { detailOf, violationsAtMost } from "./problem.ts";

/** OAuth's form of a refusal (RFC 6749 §5.2): what OAuth clients understand, where a problem would tell them nothing. */
const oauthErrorNames = [
  "invalid_request",
  "invalid_client",
  "invalid_scope",
  "unsupported_grant_type",
  "temporarily_unavailable",
  "server_error",
] as const;

export const oauthErrorSchema = z
  .object({
    error: z.enum(oauthErrorNames).openapi({ example: "invalid_client" }),
    error_description: z.string().openapi({
      description: "For the developer, in English: the standard allows ASCII only.",
      example: "aud must be the issuer, as one string.",
    }),
  })
  .openapi("OAuthError");
export type OAuthError = z.infer<typeof oauthErrorSchema>;

export function oauthError({ violations }: Pick<Refusal, "violations">): { status: number; body: OAuthError } {
  const code = violations[0]?.code ?? "INTERNAL";
  const sentences = violations.slice(0, violationsAtMost).map((found) => {
    const detail = detailOf(found, "en");
    return found.pointer === "" ? detail : `${detail} (${found.pointer.slice(1)})`;
  });
  const description = [...new Set(sentences.length === 0 ? [problemText(code, "en")] : sentences)].join(" ");
  return {
    status: problems[code].status,
    body: { error: nameOf(code), error_description: description.replace(/[^\x20-\x7e]|["\\]/g, "'") },
  };
}

function nameOf(code: ProblemCode): OAuthError["error"] {
  switch (code) {
    case "INVALID_CLIENT":
      return "invalid_client";
    case "INVALID_SCOPE":
      return "invalid_scope";
    case "UNSUPPORTED_GRANT_TYPE":
      return "unsupported_grant_type";
    case "TOO_MANY_REQUESTS":
    case "UNAVAILABLE":
      return "temporarily_unavailable";
    case "INTERNAL":
      return "server_error";
    default:
      return "invalid_request";
  }
}
