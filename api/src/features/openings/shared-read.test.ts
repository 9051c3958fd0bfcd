import { afterAll, beforeAll, expect, test } from "vitest";
import { citizenSearch } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusal } from "../../domain/decision.ts";
import { createSharedRead } from "./shared-read.ts";

let hub: TestHub;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const scope = { audience: "citizen", establishments: [] } as const;

test("reads that arrive while others run share a transaction", async () => {
  const read = createSharedRead(hub.deps.connection);
  const began = await Promise.all(
    Array.from({ length: 40 }, () =>
      read(scope, async (tx) => {
        const [row] = await tx.sql<{ began: string }[]>`SELECT now()::text || pg_backend_pid() AS began`;
        return row?.began;
      }),
    ),
  );
  expect(began.every((each) => each !== undefined)).toBe(true);
  expect(new Set(began).size).toBeLessThanOrEqual(4);
});

test("each scope has transactions of its own", async () => {
  const read = createSharedRead(hub.deps.connection);
  const settings = await Promise.all(
    ["est_a", "est_b", "est_a", "est_b"].map((establishmentId) =>
      read({ audience: "machine", establishments: [establishmentId] }, async (tx) => {
        const [row] = await tx.sql<{ scope: string }[]>`SELECT current_setting('app.establishments') AS scope`;
        return row?.scope;
      }),
    ),
  );
  expect(settings).toEqual(["est_a", "est_b", "est_a", "est_b"]);
});

test("a statement that fails, or a refusal, is its own read's alone", async () => {
  const read = createSharedRead(hub.deps.connection);
  const one = (which: number) =>
    read(scope, async (tx) => {
      if (which === 7) throw refusal("NOT_FOUND");
      const [row] = await tx.sql<{ quotient: number }[]>`SELECT (10 / ${which}::integer)::integer AS quotient`;
      return row?.quotient;
    });
  const outcomes = await Promise.allSettled([1, 2, 0, 5, 7, 10].map(one));
  expect(outcomes.map((each) => (each.status === "fulfilled" ? each.value : each.status))).toEqual([
    10,
    5,
    "rejected",
    2,
    "rejected",
    1,
  ]);
  expect(await one(1)).toBe(10);
});

test("many at once are answered as one after another, each with what it may see", async () => {
  const clinics = [await aClinic(hub), await aClinic(hub)];
  for (const { admin, professionalId } of clinics)
    await hub.request("POST", "/v1/slots", {
      as: admin.token,
      body: { professionalId, startAt: "2027-03-08T08:00:00-05:00", visibility: "public" },
    });
  const citizen = await aCitizen(hub);
  const calls = clinics.flatMap(({ placeId, admin, machine }) => [
    { method: "GET", path: `/v1/openings?placeId=${placeId}`, request: { as: admin.token } },
    { method: "GET", path: `/v1/openings?placeId=${clinics[0]?.placeId ?? ""}`, request: { as: machine.token } },
    citizenSearch(citizen, { cascade: "3", placeId }),
  ]);
  const ask = ({ method, path, request }: (typeof calls)[number]) => hub.request(method, path, request);
  const alone = [];
  for (const call of calls) alone.push((await ask(call)).body);
  const together = await Promise.all([...calls, ...calls, ...calls].map(ask));
  expect(together.map(({ body }) => body)).toEqual([...alone, ...alone, ...alone]);
  // The second clinic's machine finds nothing at the first clinic's place.
  expect(alone.map((body) => (body["items"] as unknown[]).length)).toEqual([16, 16, 16, 16, 0, 16]);
});
