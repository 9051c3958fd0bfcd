import type { z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { operations } from "./samples.ts";

/** What a schema refuses is said in the caller's language: zod's own texts are in both, a refinement brings both. */

interface Said {
  error?: unknown;
  check?: string;
  params?: { says?: Record<string, string> };
}

/** Every definition within a schema: its own, those of its parts and those of its checks. */
function definitionsIn(value: unknown, seen = new Set<unknown>()): Said[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  if (Array.isArray(value)) return value.flatMap((each) => definitionsIn(each, seen));
  if ("_zod" in value) {
    const { def } = (value as z.ZodType)._zod;
    return [def, ...Object.values(def).flatMap((each) => definitionsIn(each, seen))];
  }
  return Object.getPrototypeOf(value) === Object.prototype
    ? Object.values(value).flatMap((each) => definitionsIn(each, seen))
    : [];
}

const definitions = operations.flatMap(({ params, query, body }) => definitionsIn([params, query, body]));
const refinements = definitions.filter(({ check }) => check === "custom");

test("no schema has a text of one language", () => {
  expect(definitions.length).toBeGreaterThan(1000);
  expect(definitions.filter(({ error }) => error !== undefined)).toEqual([]);
});

test("a refinement says in French and in English what it wants", () => {
  expect(refinements.length).toBeGreaterThan(8);
  for (const { params } of refinements) {
    const { fr = "", en = "" } = params?.says ?? {};
    expect([fr, en].map((text) => /^\S.+\.$/.test(text))).toEqual([true, true]);
    expect(fr).not.toBe(en);
  }
});
