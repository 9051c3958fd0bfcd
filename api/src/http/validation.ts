import { z } from "@hono/zod-openapi";
import { pointerStep, Refusal, violation } from "../domain/decision.ts";
import type { Language } from "../domain/problems.ts";
import { inFrench } from "./french.ts";
import type { DescribedViolation } from "./problem.ts";
import type { says } from "./schema.ts";

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
  const unstorable = unstorableTexts(value);
  if (unstorable.length > 0) throw new Refusal(unstorable.map((at) => notContract(pointerOf(at, part))));
  const parsed = schema.safeParse(value, { error: localeErrors[language] });
  if (parsed.success) return parsed.data;
  throw new Refusal(schemaViolations(parsed.error, part));
}

type ErrorText = ReturnType<typeof z.locales.fr>["localeError"];

const localeErrors = {
  fr: textsIn("fr", (issue) => inFrench(issue) ?? z.locales.fr().localeError(issue)),
  en: textsIn("en", (issue) => oneNumber(issue) ?? z.locales.en().localeError(issue)),
};

/** Zod's text, unless the refinement says its own. */
function textsIn(language: Language, otherwise: ErrorText): ErrorText {
  return (issue) => {
    // Params are given by says() alone (test/schema-texts.test.ts).
    const params =
      issue.code === "custom" ? (issue.params as ReturnType<typeof says>["params"] | undefined) : undefined;
    return params?.says[language] ?? otherwise(issue);
  };
}

/** Zod has it that NaN is received where a number is given twice. */
const oneNumber: ErrorText = (issue) =>
  issue.code === "invalid_type" && typeof issue.input === "number" && issue.expected === "number"
    ? "Invalid input: expected one finite number"
    : undefined;

/** Schema issues as violations: where, and what was expected; never the value that was sent. */
export function schemaViolations(error: z.ZodError, part: "path" | "query" | "body"): DescribedViolation[] {
  return error.issues.flatMap((issue): DescribedViolation[] => {
    const pointer = pointerOf(issue.path, part);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) =>
        violation("CONTRACT", "UNKNOWN_FIELD", `${pointer}${pointerStep(withoutDigits(key))}`),
      );
    return [{ ...notContract(pointer), detail: issue.message }];
  });
}

/** The name is the sender's; no field of the contract has a number in it that could be somebody's. */
function withoutDigits(name: string): string {
  return name.replaceAll(/\d{5,}/g, "…");
}

export function checkLine(schema: z.ZodType, value: unknown, language: Language): LineRead {
  const unstorable = unstorableTexts(value);
  if (unstorable.length > 0)
    return { ok: false, violations: unstorable.map((at) => notContract(pointerOf(at, "body"))) };
  const parsed = schema.safeParse(value, { error: localeErrors[language] });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, violations: schemaViolations(parsed.error, "body") };
}

function notContract(pointer: string): DescribedViolation {
  return violation("CONTRACT", "INVALID_REQUEST", pointer);
}

type Path = readonly PropertyKey[];

function pointerOf(path: Path, part: "path" | "query" | "body"): string {
  const base = part === "body" ? "" : `/${part}`;
  return base + path.map((step) => pointerStep(String(step))).join("");
}

/** Beyond anything that the contract describes: what walks through a value by calling itself must come to an end. */
const deepest = 32;

/**
 * Where texts hold what no text column can: a NUL, or half of a surrogate pair; names of fields count too. And where a
 * value is nested too deep to be looked at.
 */
function unstorableTexts(value: unknown, path: Path = []): Path[] {
  if (typeof value === "string") return isStorable(value) ? [] : [path];
  if (typeof value !== "object" || value === null) return [];
  if (path.length >= deepest) return [path];
  return Object.entries(value).flatMap(([name, each]) =>
    isStorable(name) ? unstorableTexts(each, [...path, name]) : [path],
  );
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
