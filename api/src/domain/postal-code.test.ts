import { expect, test } from "vitest";
import { isOfQuebec, normalisePostalCode, sortationAreaOf } from "./postal-code.ts";

test.each([
  ["G1R 1R2", "G1R 1R2"],
  ["g1r1r2", "G1R 1R2"],
  [" h2x-1y4 ", "H2X 1Y4"],
  ["J0M\u00a01A0", "J0M 1A0"],
  ["k1a 0b1", "K1A 0B1"],
  ["A1W 2Z3", "A1W 2Z3"],
  ["Y1A 9W9", "Y1A 9W9"],
])("%j is the postal code %s", (text, code) => {
  expect(normalisePostalCode(text)).toBe(code);
});

test.each([
  "",
  "G1R",
  "G1R 1R",
  "G1R 1R22",
  "XG1R 1R2",
  "1G1 R1R",
  "G1R 1R2 Québec",
  "75001",
  "90210",
  "G1R.1R2",
  "GGR 1R2",
  "G11 1R2",
  "G1R RR2",
  "G1R 112",
  "G1R 1RR",
  // Letters that are never used.
  ..."DFIOQUWZ".split("").map((letter) => `${letter}1R 1R2`),
  ..."DFIOQU".split("").flatMap((letter) => [`G1${letter} 1R2`, `G1R 1${letter}2`]),
])("%j is none", (text) => {
  expect(normalisePostalCode(text)).toBeNull();
});

test("the forward sortation area is its first three characters", () => {
  expect(sortationAreaOf("G1R 1R2")).toBe("G1R");
});

test.each([
  ["G0A 1A0", true],
  ["H2X 1Y4", true],
  ["J9Z 1A1", true],
  ["K1A 0B1", false],
  ["E1G 1H1", false],
  ["A1G 1J1", false],
])("%s is Québec's: %s", (code, ofQuebec) => {
  expect(isOfQuebec(code)).toBe(ofQuebec);
});
