import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProblemBody } from "../src/http/problem.ts";
import { takesDryRun } from "../src/http/operation.ts";
import type { Operation } from "../src/http/operation.ts";
import { aClinicWorld } from "./clinic-world.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { aClinic, aGrant, anEmployee } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { matrix, profiles } from "./permission-matrix/expected.ts";
import type { MatrixProfile } from "./permission-matrix/expected.ts";
import { filled, operations, sampleOf, urlOf } from "./samples.ts";
import type { WorldIds } from "./samples.ts";

/**
 * Every operation of the document × every profile, against a table written by hand. Writes are tried out
 * (`?dryRun=true`), so that one clinic serves them all; sandbox operations belong to no profile.
 */

const documented = operations.filter(({ tag }) => tag !== "sandbox");
const rows = matrix.flatMap((row) => row.operations.map((operationId) => ({ ...row, operationId })));

let hub: TestHub;
let world: ClinicWorld;
let tokens: Record<MatrixProfile, string | null>;
beforeAll(async () => {
  hub = await createTestHub();
  world = await aClinicWorld(hub, "employee");
  const { establishmentId, ids } = world;
  const place = { establishmentId, placeId: ids["plc"] ?? "" };
  const professionalId = ids["pro"] ?? "";
  const user = () => anEmployee(hub, place, { places: [place] });
  const granted = async (access: "read" | "write") => {
    const person = await user();
    await aGrant(hub, person, { placeId: place.placeId, professionalId, access });
    return person.token;
  };
  const elsewhere = await aClinic(hub);
  tokens = {
    operator: await hub.tokens.operator(),
    localAdmin: world.tokens.employee,
    superUser: (await anEmployee(hub, place, { places: [place], profile: "superUser" })).token,
    self: await hub.tokens.employee(await ramqIdentifierOf(professionalId)),
    writer: await granted("write"),
    reader: await granted("read"),
    other: (await user()).token,
    machine: world.tokens.machine,
    stranger: elsewhere.machine.token,
    citizen: world.tokens.citizen,
    nurse: world.tokens.nurse,
    nobody: null,
  };
});
afterAll(async () => hub.close());

test("every operation of the document has one row, and every row an operation", () => {
  const listed = rows.map(({ operationId }) => operationId);
  expect(listed.filter((id, index) => listed.indexOf(id) !== index)).toEqual([]);
  expect([...listed].sort()).toEqual(documented.map(({ operationId }) => operationId).sort());
});

test("every cell has an outcome and a rule", () => {
  for (const { feature, cells } of matrix)
    for (const profile of profiles)
      expect([feature, profile, cells[profile]]).toEqual([
        feature,
        profile,
        expect.stringMatching(/^(yes|none|[A-Z_]+) (CONTRACT|[A-Z]+-\d\d)$/),
      ]);
});

test("the table imports nothing of the hub", () => {
  const text = readFileSync(new URL("permission-matrix/expected.ts", import.meta.url), "utf8");
  expect(text).not.toMatch(/^\s*import|\bimport\(|\brequire\(/m);
});

describe.each(documented)("$operationId", (declared) => {
  test.each(profiles)("%s", async (profile) => {
    const expected = rows.find(({ operationId }) => operationId === declared.operationId)?.cells[profile];
    const [outcome, rule] = (expected ?? "").split(" ");
    const answer = await call(declared, tokens[profile]);
    const found = outcomeOf(answer, outcome === "none");
    // Only a refusal shows under which rule it was decided.
    expect(found).toEqual(outcome === "yes" || outcome === "none" ? [outcome] : [outcome, rule]);
  });
});

/** What an answer says of the caller's right: a refusal by other rules comes only to those who may. */
function outcomeOf({ status, body }: TestAnswer<Body>, wantsNone: boolean): (string | undefined)[] {
  const problem: Partial<ProblemBody> = (Array.isArray(body) ? body[0]?.problem : body) ?? {};
  const [first] = problem.violations ?? [];
  if (first !== undefined && refusesTheCaller.has(first.code)) return [first.code, first.rule];
  if (status >= 500) return [String(status)];
  const empty = !Array.isArray(body) && Array.isArray(body?.items) && body.items.length === 0;
  return [empty && wantsNone ? "none" : "yes"];
}

const refusesTheCaller = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "MANAGED_IN_RVSQ",
  "MACHINE_NOT_LINKED",
]);

type Body = (Partial<ProblemBody> & { items?: unknown[] }) | { problem?: ProblemBody | null }[] | undefined;

/** What a list is asked for, where the document requires one of several criteria and so none of them. */
const asked: Readonly<Record<string, (ids: WorldIds) => Record<string, string>>> = {
  "slots.list": ({ pro = "" }) => ({ professionalId: pro }),
  "services.list": ({ pro = "" }) => ({ professionalId: pro }),
  "serviceGroups.list": ({ pro = "" }) => ({ professionalId: pro }),
  "openings.explain": ({ pro = "" }) => ({ professionalId: pro }),
  "openings.next": ({ pro = "" }) => ({ professionalIds: pro }),
};

function call(declared: Operation, as: string | null): Promise<TestAnswer<Body>> {
  const sample = filled(sampleOf(declared), world.ids);
  const dryRun: Record<string, string> = takesDryRun(declared) ? { dryRun: "true" } : {};
  const query = { ...sample.query, ...asked[declared.operationId]?.(world.ids), ...dryRun };
  return hub.request<Body>(declared.method.toUpperCase(), urlOf(declared, { ...sample, query }), {
    ...(as === null ? {} : { as }),
    ...(sample.body === undefined ? {} : { body: declared.ndjson ? [sample.body] : sample.body }),
    ...(declared.ndjson ? { ndjson: true } : {}),
    ...(declared.condition === "required" ? { version: 1 } : {}),
  });
}

async function ramqIdentifierOf(professionalId: string): Promise<string> {
  return hub.write([world.establishmentId], async (tx) => {
    const [row] = await tx.sql<{ ramqIdentifier: string }[]>`
      SELECT e.ramq_identifier AS "ramqIdentifier" FROM employee e
      JOIN professional p USING (establishment_id, employee_id) WHERE p.professional_id = ${professionalId}`;
    return row?.ramqIdentifier ?? "";
  });
}
