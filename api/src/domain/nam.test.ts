import { describe, expect, test } from "vitest";
import { normaliseNam } from "./nam.ts";

describe("the form of a NAM", () => {
  test.each([
    ["TREM80561501", "TREM80561501"],
    ["trem 8056-1501", "TREM80561501"],
    ["TREM 8006 1501", "TREM80061501"],
    // 29 February: 1904 and 2004 had one.
    ["TREM 0402 2901", "TREM04022901"],
    // 1900 had none, 2000 had.
    ["TREM 0002 2901", "TREM00022901"],
  ])("%s is %s", (text, nam) => {
    expect(normaliseNam(text)).toBe(nam);
  });

  test.each([
    ["three letters", "TRE 8056 15011"],
    ["a month of 13", "TREM 8013 1501"],
    ["a month of 63", "TREM 8063 1501"],
    ["a day of 32", "TREM 8056 3201"],
    ["30 February", "TREM 8002 3001"],
    ["29 February of a year without one in either century", "TREM 0102 2901"],
    ["eleven characters", "TREM 8056 150"],
    ["thirteen characters", "TREM 8056 15011"],
    ["letters at the end", "TREM 8056 15AB"],
    ["an accent", "TRÉM 8056 1501"],
    ["nothing", ""],
  ])("%s is none", (_name, text) => {
    expect(normaliseNam(text)).toBeNull();
  });
});
