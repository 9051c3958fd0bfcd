import { expect, test } from "vitest";
import { normaliseNam } from "./nam.ts";

test.each([
  ["PAT-01 spaces, hyphens and small letters are ignored", "trea 8056-1502", "TREA80561502"],
  ["PAT-01 a woman's month has 50 added", "TREA80621502", "TREA80621502"],
  ["PAT-01 December", "TREA80121502", "TREA80121502"],
  ["PAT-01 October, with 50 added", "TREA80601502", "TREA80601502"],
  ["PAT-01 the 9th", "TREA80560902", "TREA80560902"],
  ["PAT-01 the 30th", "TREA80563002", "TREA80563002"],
  ["PAT-01 the 31st", "TREA80513102", "TREA80513102"],
  ["PAT-01 the 29th of February of 1996 or 2096", "TREA96022902", "TREA96022902"],
  ["PAT-01 the 29th of February is real in 2000, so the number stands", "TREA00022902", "TREA00022902"],
  [
    "PAT-02 the last two characters refuse nothing: the sandbox's have a 0 that a validator would not like",
    "TREA80061500",
    "TREA80061500",
  ],
])("%s", (_title, text, expected) => {
  expect(normaliseNam(text)).toBe(expected);
});

test.each([
  ["three letters", "TRE880561502"],
  ["an accent", "TRÉA80561502"],
  ["month 13", "TREA80131502"],
  ["month 63", "TREA80631502"],
  ["day 32", "TREA80563202"],
  ["the 30th of February", "TREA80023002"],
  ["the 29th of February of a year that has none in either century", "TREA81022902"],
  ["month 0", "TREA80001502"],
  ["month 50", "TREA80501502"],
  ["day 0", "TREA80560002"],
  ["the 31st of April", "TREA80043102"],
  ["a character before it", "1TREA80561502"],
  ["a beginning of one before it", "TREA800101TREA80561502"],
  ["a character after it", "TREA805615021"],
  ["eleven characters", "TREA8056150"],
  ["a letter at the end", "TREA8056150A"],
  ["nothing", ""],
])("PAT-01 %s is no NAM", (_title, text) => {
  expect(normaliseNam(text)).toBeNull();
});
