import { z } from "@hono/zod-openapi";
import { Refusal, violation } from "../domain/decision.ts";
import type { Language } from "../domain/problems.ts";
import type { DescribedViolation } from "./problem.ts";

/** One line of an NDJSON body: what its schema accepted, or why it did not. */
export type LineRead = { ok: true; value: unknown } | { ok: false; violations: DescribedViolation[] };

/** A part of a request as its schema reads it, or a refusal that names every place where it does not follow the contract. */
export function parse(
  schema: z.ZodType | undefined,
  value: unknown,
  language: Language,
  part: "path" | "query" | "body",
): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value, { error: localeErrors[language] });
  if (parsed.success) return parsed.data;
  throw new Refusal(schemaViolations(parsed.error, part));
}

const localeErrors = { fr: z.locales.fr().localeError, en: z.locales.en().localeError };

/** Schema issues as violations: where, and what was expected; never the value that was sent. */
export function schemaViolations(error: z.ZodError, part: "path" | "query" | "body"): DescribedViolation[] {
  return error.issues.flatMap((issue): DescribedViolation[] => {
    const base = part === "body" ? "" : `/${part}`;
    const pointer =
      base + issue.path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => violation("CONTRACT", "UNKNOWN_FIELD", `${pointer}/${key.slice(0, 64)}`));
    return [{ ...violation("CONTRACT", "INVALID_REQUEST", pointer), detail: issue.message }];
  });
}

export function checkLine(schema: z.ZodType, value: unknown, language: Language): LineRead {
  const parsed = schema.safeParse(value, { error: localeErrors[language] });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, violations: schemaViolations(parsed.error, "body") };
}
