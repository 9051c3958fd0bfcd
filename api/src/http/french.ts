import type { z } from "@hono/zod-openapi";

/** Zod's own French leaves words without their agreement; these are what a schema of ours most often says. */

type Issue = z.core.$ZodRawIssue;

const kinds: Readonly<Record<string, string>> = {
  string: "une chaîne de caractères",
  number: "un nombre",
  int: "un nombre entier",
  boolean: "un booléen",
  array: "un tableau",
  object: "un objet",
  record: "un objet",
};

/** Nothing: Zod's own text does. */
export function inFrench(issue: Issue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const kind = kinds[issue.expected];
      if (kind === undefined) return undefined;
      return issue.input === undefined ? `Ce champ est requis : ${kind}.` : `Attendu : ${kind}.`;
    }
    case "too_small":
      return bound(issue.inclusive === false ? "Plus de" : "Au moins", issue.minimum, issue.origin);
    case "too_big":
      return bound(issue.inclusive === false ? "Moins de" : "Au plus", issue.maximum, issue.origin);
    case "invalid_union":
      // Zod's English lists what decides between shapes, its French does not.
      return Array.isArray(issue["options"]) && issue["options"].length > 0
        ? `Option invalide : une valeur parmi ${issue["options"].map((each) => `"${String(each)}"`).join("|")} attendue`
        : undefined;
    default:
      return undefined;
  }
}

const counted: Readonly<Record<string, string>> = { string: "caractère", array: "élément" };

function bound(words: string, limit: number | bigint, origin: string): string {
  const unit = counted[origin];
  return unit === undefined
    ? `${words} ${String(limit)}.`
    : `${words} ${String(limit)} ${unit}${limit > 1 ? "s" : ""}.`;
}
