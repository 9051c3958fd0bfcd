import postgresDriver from "postgres";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProblemBody } from "../src/http/problem.ts";
import { takesDryRun } from "../src/http/operation.ts";
import type { Operation } from "../src/http/operation.ts";
import { aClinicWorld } from "./clinic-world.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { filled, operations, sampleOf, urlOf } from "./samples.ts";
import type { WorldIds } from "./samples.ts";

/**
 * Every write, tried out: the dry run answers as the command that follows it does, and the database is as it was, to the
 * last row and the last number drawn from a sequence.
 */

const writes = operations.filter(takesDryRun);
const cases = writes.flatMap((declared) =>
  declared.actors.map((kind) => ({ declared, kind, operationId: declared.operationId })),
);

let hub: TestHub;
let owner: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub();
  owner = postgresDriver(hub.database.url, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await owner.end();
  await hub.close();
});

describe.each(cases)("$operationId, $kind", ({ declared, kind }) => {
  test("a dry run answers like the command, and keeps nothing", async () => {
    const { ids, tokens } = await aClinicWorld(hub, kind === "operator" ? "employee" : kind);
    const as = kind === "operator" ? await hub.tokens.operator() : tokens[kind];
    const before = await everything();
    const tried = await call(declared, as, ids, { dryRun: "true" });
    expect(tried.headers.get("arrimage-dry-run")).toBe("true");
    expect(await everything()).toEqual(before);
    const done = await call(declared, as, ids);
    expect(done.headers.get("arrimage-dry-run")).toBeNull();
    expect([tried.status, refusalsOf(tried)]).toEqual([done.status, refusalsOf(done)]);
    if (declared.ndjson) expect(shapeOf(tried.body)).toEqual(shapeOf(done.body));
    else if (done.status < 300) expect(Object.keys(tried.body ?? {})).toEqual(Object.keys(done.body ?? {}));
  });

  test("says what else than true and false is not one", async () => {
    // Nothing is written, as is looked at: one world of each kind serves them all.
    const { ids, tokens } = await keptWorldOf(kind === "operator" ? "employee" : kind);
    const as = kind === "operator" ? await hub.tokens.operator() : tokens[kind];
    for (const query of [{ dryRun: "yes" }, { dryrun: "true" }] as Record<string, string>[]) {
      const before = await everything();
      const answer = await call(declared, as, ids, query);
      expect([answer.status, answer.body.violations[0]?.pointer]).toEqual([400, `/query/${Object.keys(query).join()}`]);
      expect(await everything()).toEqual(before);
    }
  });
});

test("most writes were tried out with success", async () => {
  // Where nothing has been written yet: RAMQ's reasons belong to no world.
  const used = hub;
  hub = await createTestHub();
  const succeeded = new Set<string>();
  // Nothing is kept: one world of each kind serves them all.
  const worlds = {
    machine: await worldOf("machine"),
    employee: await worldOf("employee"),
    citizen: await worldOf("citizen"),
    nurse: await worldOf("nurse"),
  };
  for (const { declared, kind } of cases) {
    const { ids, tokens } = worlds[kind === "operator" ? "employee" : kind];
    const as = kind === "operator" ? await hub.tokens.operator() : tokens[kind];
    const { status } = await call(declared, as, ids, { dryRun: "true" });
    if (status < 300) succeeded.add(declared.operationId);
  }
  await hub.close();
  hub = used;
  const refused = writes.map(({ operationId }) => operationId).filter((id) => !succeeded.has(id));
  expect(refused.sort()).toEqual(Object.keys(refusedHere).sort());
});

const worldOf = (owner: keyof ClinicWorld["tokens"]) => aClinicWorld(hub, owner);

const keptWorlds = new Map<keyof ClinicWorld["tokens"], ClinicWorld>();
async function keptWorldOf(owner: keyof ClinicWorld["tokens"]): Promise<ClinicWorld> {
  const kept = keptWorlds.get(owner) ?? (await worldOf(owner));
  keptWorlds.set(owner, kept);
  return kept;
}

/** Writes whose example this world refuses, and why; their success is tried by the tests of their features. */
const refusedHere: Readonly<Record<string, string>> = {
  "adoptions.create": "the vendor has named these objects already",
  "appointments.removeAvailability": "SLOT-61: the appointment is outside any slot",
  "citizenAppointments.cancel": "the reference number is not that of the citizen",
  "citizenAppointments.updateContact": "the reference number is not that of the citizen",
  "citizenHolds.extend": "HOLD-06: more than 30 seconds are left",
  "nurseHolds.extend": "HOLD-06: more than 30 seconds are left",
  "holds.extend": "HOLD-06: more than 30 seconds are left",
  "places.confirm": "SYNC-11: the example's digest is not that of this agenda",
  "services.update": "SVC-17: never",
};

function call(
  declared: Operation,
  as: string,
  ids: WorldIds,
  query: Record<string, string> = {},
): Promise<TestAnswer<ProblemBody>> {
  const sample = filled(sampleOf(declared), ids);
  const url = urlOf(declared, { ...sample, query: { ...sample.query, ...query } });
  return hub.request<ProblemBody>(declared.method.toUpperCase(), url, {
    as,
    ...(sample.body === undefined ? {} : { body: declared.ndjson ? [sample.body] : sample.body }),
    ...(declared.ndjson ? { ndjson: true } : {}),
    ...(declared.condition === undefined ? {} : { version: 1 }),
    ...("dryRun" in query ? { key: null } : {}),
  });
}

/** Each table's rows as one fingerprint, and where its sequences stand. */
async function everything(): Promise<Record<string, string>> {
  const tables = await owner<{ name: string }[]>`
    SELECT quote_ident(relname) AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`;
  // One statement, and sorted by bytes: a language's order took most of the suite's time.
  const prints = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")) AS print FROM ${name} t`,
  );
  const rows = await owner.unsafe<{ name: string; print: string | null }[]>(prints.join(" UNION ALL "));
  const state = Object.fromEntries(rows.map(({ name, print }) => [name, print ?? ""]));
  const [drawn] = await owner<{ at: string }[]>`SELECT last_value::text || is_called AS at FROM reference_number`;
  return { ...state, reference_number: drawn?.at ?? "" };
}

function refusalsOf({ body }: TestAnswer<ProblemBody>): string[] {
  return (body?.violations ?? []).map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

function shapeOf(body: unknown): unknown {
  return (body as { outcome: string }[]).map(({ outcome }) => outcome);
}
