import { ruleIds, ruleTexts } from "arrimage:rules";
import type * as real from "../../../api/src/rule-book.ts";

/** The ids and texts alone, put here by the build (bundle.ts): a bundle has no files to read. */
export const ruleHref: typeof real.ruleHref = (id, baseUrl) =>
  ruleIds.has(id) ? `${baseUrl}/docs/rules/${encodeURIComponent(id)}` : undefined;

export const ruleText: typeof real.ruleText = (id, language) => ruleTexts[id]?.[language] ?? "";
