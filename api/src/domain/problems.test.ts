import { describe, expect, test } from "vitest";
import { problemCodes, problems, problemText } from "./problems.ts";

describe("the table", () => {
  test.each(problemCodes.map((code) => [code]))(
    "%s speaks French and English, in sentences, of the same things",
    (code) => {
      const { fr, en, named } = problems[code];
      const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
      for (const texts of [{ fr, en }, ...(named === undefined ? [] : [named])]) {
        expect([texts.fr, texts.en].map((text) => /^\S.*\.$/.test(text))).toEqual([true, true]);
        expect(texts.fr).not.toBe(texts.en);
        expect(placeholders(texts.fr)).toEqual(placeholders(texts.en));
      }
    },
  );
});

describe("a text", () => {
  test.each([
    ["in French", "fr", { scope: "slots.read" }, "Le jeton n'a pas la portée requise (slots.read)."],
    ["in English", "en", { scope: "slots.read" }, "The token lacks the scope needed (slots.read)."],
    ["without its value, as it stands", "en", { count: 1 }, "The token lacks the scope needed ({scope})."],
    ["without any value", "en", undefined, "The token lacks the scope needed ({scope})."],
  ] as const)("%s", (_title, language, params, text) => {
    expect(problemText("INSUFFICIENT_SCOPE", language, params)).toBe(text);
  });

  test("a value may be a number, and nought", () => {
    expect(problemText("PAST_SLOTS_KEPT", "en", { count: 0 })).toBe("Complete past slots kept: 0.");
  });

  test("SLOT-03, SEARCH-22 an interval of dates has no slot whose day it could leave", () => {
    const params = { from: "startDate", to: "endDate" };
    expect(problemText("INVALID_INTERVAL", "fr", params)).toBe("`endDate` ne peut précéder `startDate`.");
    expect(problemText("INVALID_INTERVAL", "en", params)).toBe("`endDate` may not come before `startDate`.");
    expect(problemText("INVALID_INTERVAL", "en")).toContain("for a slot, be on the same day");
  });

  test("TPL-08 names what it is about when the violation says it", () => {
    const params = { service: "GEN regular 20 min" };
    expect(problemText("SERVICE_NOT_OFFERED", "en", params)).toBe("Service not offered: GEN regular 20 min.");
    expect(problemText("SERVICE_NOT_OFFERED", "fr", params)).toBe("Service non offert : GEN regular 20 min.");
    expect(problemText("SERVICE_NOT_OFFERED", "en")).toBe(problems.SERVICE_NOT_OFFERED.en);
    expect(problemText("SERVICE_NOT_OFFERED", "en", {})).toBe(problems.SERVICE_NOT_OFFERED.en);
  });
});
