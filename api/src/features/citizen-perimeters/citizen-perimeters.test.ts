import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCitizen } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Perimeters } from "./schema.ts";

let hub: TestHub;
let token: string;
beforeAll(async () => {
  hub = await createTestHub();
  token = (await aCitizen(hub)).token;
});
afterAll(() => hub.close());

const find = (postalCode: string, language = "fr") =>
  hub.request<Perimeters & ProblemBody>("POST", "/v1/citizen/perimeters/find", {
    as: token,
    body: { postalCode },
    headers: { "accept-language": language },
  });

describe("citizenPerimeters.find", () => {
  test.each([
    ["Montréal", "h2x1y4", "H2X 1Y4", "06"],
    ["Laval", " H7N 5H9 ", "H7N 5H9", "13"],
    ["Capitale-Nationale", "G1R-4S9", "G1R 4S9", "03"],
    ["Capitale-Nationale", "G0T 1X0", "G0T 1X0", "03"],
  ])("CASC-17, SVC-12, SVC-14: in %s, %s, five rings up to 50 km", async (name, typed, postalCode, code) => {
    const answer = await find(typed);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      postalCode,
      healthRegion: { code, name },
      limitKm: 50,
      perimeters: [0, 10, 20, 30, 40].map((fromKm) => ({
        perimeter: `${String(fromKm)}-${String(fromKm + 10)}`,
        fromKm,
        toKm: fromKm + 10,
      })),
    });
  });

  test.each([
    ["Chaudière-Appalaches", "G6V 1A1", "12"],
    ["Montérégie", "J4K 4Y7", "16"],
    ["Côte-Nord", "G0T 1E0", "09"],
  ])("CASC-18, SVC-13, SVC-15: in %s, %s, three rings up to 100 km", async (name, postalCode, code) => {
    expect((await find(postalCode)).body).toEqual({
      postalCode,
      healthRegion: { code, name },
      limitKm: 100,
      perimeters: [
        { perimeter: "0-25", fromKm: 0, toKm: 25 },
        { perimeter: "25-50", fromKm: 25, toKm: 50 },
        { perimeter: "50-100", fromKm: 50, toKm: 100 },
      ],
    });
  });

  test("CASC-20 the region is named in the caller's language", async () => {
    expect((await find("J0M 1E0", "fr")).body.healthRegion.name).toBe("Terres-Cries-de-la-Baie-James");
    expect((await find("J0M 1E0", "en")).body.healthRegion.name).toBe("Cree Territories of James Bay");
  });

  test.each([
    ["G9Z 1A1", "fr", "POSTAL_CODE_UNKNOWN", /inconnu/],
    ["H0H 0H0", "en", "POSTAL_CODE_UNKNOWN", /not known/],
    ["D1A 1A1", "en", "POSTAL_CODE_UNKNOWN", /not known/],
    ["k1a0b1", "fr", "POSTAL_CODE_OUTSIDE_QUEBEC", /pas au Québec/],
    ["E1A 1A1", "en", "POSTAL_CODE_OUTSIDE_QUEBEC", /not in Québec/],
  ])("CASC-20 refuses %s, in %s", async (postalCode, language, code, text) => {
    const refused = await find(postalCode, language);
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual([`CASC-20 ${code} /postalCode`]);
    expect(refused.body.detail).toMatch(text);
    // Where somebody lives is not said back.
    expect(JSON.stringify(refused.body)).not.toContain(postalCode);
  });

  test.each(["", "H2X", "75001", "H2X 1Y4 2", "Montréal"])("%j does not follow the contract", async (text) => {
    expect(refusalsOf(await find(text))).toEqual(["CONTRACT INVALID_REQUEST /postalCode"]);
  });

  test("no log has the postal code", async () => {
    await find("J9E 1A1");
    await find("G9Z 7Z7");
    expect(hub.logs.filter((line) => /J9E|G9Z/i.test(line))).toEqual([]);
  });
});
