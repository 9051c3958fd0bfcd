import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, anEstablishment, aPlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { Connection } from "../../db/connection.ts";
import { distanceKm } from "../../domain/geography.ts";
import type { Position } from "../../domain/geography.ts";
import { ringsOf } from "../../domain/perimeter.ts";
import { positionOfPostalCode } from "../../postal-codes.ts";
import { createPlacePositions } from "./positions.ts";
import { newPlaceExample } from "./schema.ts";
import type { Place } from "./schema.ts";

let hub: TestHub;
/** Another process over the same data. */
let other: TestHub;
let operator: string;

beforeAll(async () => {
  hub = await createTestHub();
  other = await createTestHub({ database: hub.database, seed: "other" });
  operator = await hub.tokens.operator();
});
afterAll(async () => {
  await other.close();
  await hub.close();
});

const [inner, second, , , outermost] = ringsOf("06");
if (inner === undefined || second === undefined || outermost === undefined) throw new Error("Montréal has five rings");

/** Where no other test has a place: a degree of longitude is 70 km apart. */
let meridian = -79;
const somewhere = (): Position => ({ latitude: 51, longitude: (meridian += 2) });
const north = ({ latitude, longitude }: Position, km: number) => ({ latitude: latitude + km / 111.19508, longitude });

const found = async (at: TestHub, around: Position, ring = inner) =>
  (await at.deps.placePositions.near(around, ring)).places.map(({ placeId }) => placeId);

describe("the places near a point", () => {
  test("CASC-21 are those of every establishment in the ring, the nearest first, each with its distance", async () => {
    const here = somewhere();
    const [one, two] = [await anEstablishment(hub), await anEstablishment(hub)];
    const far = await aPlace(hub, one, north(here, 9));
    const near = await aPlace(hub, two, north(here, -3));
    const next = await aPlace(hub, one, north(here, 10.001));
    expect((await hub.deps.placePositions.near(here, inner)).places).toEqual([
      { ...near, distanceKm: distanceKm(here, north(here, -3)) },
      { ...far, distanceKm: distanceKm(here, north(here, 9)) },
    ]);
    expect(await found(hub, here, second)).toEqual([next.placeId]);
    expect(await found(hub, here, outermost)).toEqual([]);
  });

  test("at the same distance they are in order of id", async () => {
    const here = somewhere();
    const establishment = await anEstablishment(hub);
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push((await aPlace(hub, establishment, north(here, 2))).placeId);
    expect(await found(hub, here)).toEqual(ids.sort());
  });

  test("a place without coordinates is where its postal code is; with neither it is nowhere", async () => {
    const gaspe = positionOfPostalCode("G4X 1A1");
    if (gaspe === null) throw new Error("G4X is known");
    const establishment = await anEstablishment(hub);
    const byCode = await aPlace(hub, establishment, { postalCode: "G4X 1A1" });
    const elsewhere = await aPlace(hub, establishment, { postalCode: "G4X 1A1", ...north(gaspe, 30) });
    await aPlace(hub, establishment, { postalCode: "G9Z 1A1" });
    await aPlace(hub, establishment, { postalCode: "K1A 0B1" });
    expect((await hub.deps.placePositions.near(gaspe, inner)).places).toEqual([{ ...byCode, distanceKm: 0 }]);
    const everywhere = [];
    for (const ring of ringsOf("11")) everywhere.push(...(await found(hub, gaspe, ring)));
    expect(everywhere).toEqual([byCode.placeId, elsewhere.placeId]);
  });
});

describe("how fresh they are", () => {
  test("what this process has written is there at once", async () => {
    const here = somewhere();
    const { establishmentId } = await anEstablishment(hub);
    expect(await found(hub, here)).toEqual([]);
    const body = { ...newPlaceExample, establishmentId, ...here };
    const created = await hub.request<Place>("POST", "/v1/places", { as: operator, body });
    const { placeId } = created.body;
    expect(await found(hub, here)).toEqual([placeId]);
    const away = { as: operator, version: 1, body: north(here, 15) };
    expect((await hub.request("PATCH", `/v1/places/${placeId}`, away)).status).toBe(200);
    expect(await found(hub, here)).toEqual([]);
    expect(await found(hub, here, second)).toEqual([placeId]);
  });

  test("what another process has written is there half a second later", async () => {
    const here = somewhere();
    expect(await found(other, here)).toEqual([]);
    const clinic = await aClinic(hub, { place: here });
    expect(await found(other, here)).toEqual([]);
    other.clock.advanceWall(500);
    expect(await found(other, here)).toEqual([clinic.placeId]);

    const away = { as: operator, version: 1, body: north(here, 15) };
    expect((await hub.request("PATCH", `/v1/places/${clinic.placeId}`, away)).status).toBe(200);
    other.clock.advanceWall(499);
    expect(await found(other, here)).toEqual([clinic.placeId]);
    other.clock.advanceWall(1);
    expect(await found(other, here)).toEqual([]);

    const options = { as: operator, version: 2 };
    const { body } = await hub.request("GET", `/v1/places/${clinic.placeId}/options`, options);
    const { placeId: _, version: __, ...kept } = body;
    const changed = { ...options, body: { ...kept, noShowMessageEnabled: true } };
    expect((await hub.request("PUT", `/v1/places/${clinic.placeId}/options`, changed)).status).toBe(200);
    other.clock.advanceWall(500);
    expect(await found(other, here, second)).toEqual([clinic.placeId]);
  });

  test("the database is asked once for all who ask within half a second, and the places read only after a change", async () => {
    const here = somewhere();
    const own = await aPlace(hub, await anEstablishment(hub), here);
    const sent: string[] = [];
    let wall = 1_000;
    const positions = createPlacePositions(watched(hub.deps.connection, sent), () => wall);
    const ask = async () => (await positions.near(here, inner)).places.map(({ placeId }) => placeId);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([[own.placeId], [own.placeId], [own.placeId]]);
    wall += 499;
    await ask();
    expect(sent).toEqual(["state", "places"]);
    wall += 1;
    await ask();
    expect(sent).toEqual(["state", "places", "state"]);
    const another = await aPlace(hub, own, north(here, 1));
    wall += 500;
    expect(await ask()).toEqual([own.placeId, another.placeId]);
    expect(sent).toEqual(["state", "places", "state", "state", "places"]);
  });

  test("a look that failed is not remembered", async () => {
    const here = somewhere();
    const own = await aPlace(hub, await anEstablishment(hub), here);
    let down = true;
    const connection = new Proxy(hub.deps.connection, {
      get: (target, name) =>
        name === "begin" && down
          ? () => Promise.reject(new Error("away"))
          : (Reflect.get(target, name, target) as unknown),
    });
    const positions = createPlacePositions(connection, () => 1_000);
    await expect(positions.near(here, inner)).rejects.toThrow("away");
    down = false;
    expect((await positions.near(here, inner)).places).toEqual([{ ...own, distanceKm: 0 }]);
  });
});

/** The same connection; which of the two statements each of its transactions sends is noted. */
function watched(connection: Connection, sent: string[]): Connection {
  const note = (statement: string) => {
    if (statement.includes("count(*)")) sent.push("state");
    else if (statement.includes("postal_code")) sent.push("places");
  };
  type Run = Parameters<Connection["begin"]>[1];
  const begin = (run: Run) =>
    connection.begin((sql) =>
      run(
        new Proxy(sql, {
          apply(target, self, args: [TemplateStringsArray, ...unknown[]]) {
            note(args[0].join("?"));
            return Reflect.apply(target, self, args) as unknown;
          },
        }),
      ),
    );
  return new Proxy(connection, {
    get: (target, name) => (name === "begin" ? begin : (Reflect.get(target, name, target) as unknown)),
  });
}
