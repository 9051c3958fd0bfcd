import { readFileSync } from "node:fs";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../src/db/connection.ts";
import { withScope } from "../src/db/scope.ts";
import { asOwner } from "./database.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";
import { breachesOf, tenantTables } from "./policy-probe.ts";
import type { Viewer } from "./policy-probe.ts";
import { endALink, ofAChild, tellWholeStory } from "./whole-story.ts";
import type { Told } from "./whole-story.ts";

/**
 * Row-level security, the second lock on tenancy (design, decision 10): what the catalogue says, what each viewer sees
 * and may write, and for each policy the proof that a test notices when it is missing or open.
 */

/** Hub-wide tables, each with the reason why no establishment owns its rows. */
const hubWide: Readonly<Record<string, string>> = {
  vendor: "works for many establishments",
  machine: "may be linked with places of several establishments",
  assertion_jti: "of a machine",
  webhook_endpoint: "of a machine; each statement names whose",
  webhook_delivery: "of a machine's endpoint",
  webhook_attempt: "of a machine's endpoint",
  webhook_turn: "of a machine's endpoint",
  signing_key: "the hub's own",
  citizen_day: "of a citizen, over all establishments",
  person_lookup: "of a nurse and a person, for no establishment; the hub only adds to it",
  consultation_reason_state: "RAMQ's, for every establishment",
  idempotent_answer: "of a caller, encrypted and bound to their key",
  registry_person: "the sandbox's registry of insured persons",
  registry_registration: "the sandbox's registry of insured persons",
  registry_staff: "the sandbox's registry of those registered with online services",
  sandbox_clock: "the sandbox's clock",
  sandbox_session: "of a person, with the sandbox's identity issuer",
  schema_migration: "which migrations have run",
};

/** Unique over all establishments, so that a duplicate would tell of another's row: values that the hub alone makes. */
const uniqueByTheHub = [
  "appt_39_reference_unique",
  "employee_id_unique",
  "establishment_pkey",
  "place_id_unique",
  "professional_id_unique",
];

const schema = readFileSync(new URL("../../migrations/schema.sql", import.meta.url), "utf8");
const policies = [...schema.matchAll(/CREATE POLICY (\w+) ON (\w+)/g)].map(([, policy = "", table = ""]) => ({
  policy,
  table,
}));

let hub: TestHub;
let owner: postgres.Sql;
let own: Told;
let other: Told;
let viewers: Viewer[];
beforeAll(async () => {
  hub = await createTestHub();
  owner = postgres(hub.database.url, { max: 1, onnotice: () => undefined });
  own = await tellWholeStory(hub);
  other = await tellWholeStory(hub);
  for (const told of [own, other]) await leaveTraces(told);
  const subjects = {
    "": "",
    operator: "",
    machine: own.machineId,
    employee: own.adminIdentifier,
    citizen: hub.deps.secrets.namIndex(own.nam),
    nurse: own.nurseId,
    system: own.referenceNumber,
  } as const;
  const jobs = (["erasure", "answers"] as const).map((name) => ["system", name] as const);
  viewers = [...Object.entries(subjects), ...jobs].flatMap(([name, subject]) => {
    // The keys written just above.
    const audience = name as keyof typeof subjects;
    return [[], [own.establishmentId]].map((establishments) => ({ audience, subject, establishments }));
  });
});
afterAll(async () => {
  await owner.end();
  await hub.close();
});

/** What the story leaves nothing of: holds that run, a private slot, something to erase or to answer, a link that has ended. */
async function leaveTraces(told: Told): Promise<void> {
  const { slotId, professionalId, placeId } = told;
  await endALink(hub, told);
  expect((await hub.request("GET", `/v1/agendas/${professionalId}`, { as: told.admin })).status).toBe(200);
  const { serviceIds } = (await hub.request("GET", `/v1/slots/${slotId}`, { as: told.admin })).body;
  const made = [
    await hub.request("POST", "/v1/holds", {
      as: told.machine,
      body: { slotId, startAt: "2027-03-08T10:00:00-05:00" },
    }),
    await hub.request("POST", "/v1/citizen/holds", {
      as: told.citizen,
      body: { slotId, startAt: "2027-03-08T10:20:00-05:00" },
    }),
    await hub.request("POST", "/v1/nurse/holds", {
      as: told.nurse,
      body: { nam: told.nam, slotId, startAt: "2027-03-08T10:40:00-05:00" },
    }),
    await hub.request("POST", "/v1/slots", {
      as: told.admin,
      body: { professionalId, placeId, startAt: "2027-03-15T09:00:00-04:00", visibility: "private", serviceIds },
    }),
    await hub.request("POST", "/v1/appointments", {
      as: told.machine,
      body: ofAChild(told, "2027-03-09T11:00:00-05:00"),
    }),
    await hub.request("POST", "/v1/appointments", {
      as: told.admin,
      body: ofAChild(told, "2027-03-09T11:30:00-05:00"),
    }),
  ];
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
}

describe("the catalogue", () => {
  test("every table is a tenant's, with forced policies, or is known to be hub-wide", async () => {
    const tables = await owner<{ name: string; enabled: boolean; forced: boolean; policies: number }[]>`
      SELECT relname AS name, relrowsecurity AS enabled, relforcerowsecurity AS forced,
        (SELECT count(*)::int FROM pg_policy WHERE polrelid = c.oid) AS policies
      FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`;
    const tenant = new Set(await tenantTables(owner));
    expect(tenant.size).toBeGreaterThan(15);
    for (const { name, enabled, forced, policies: count } of tables) {
      if (tenant.has(name)) expect([name, enabled, forced, count > 0]).toEqual([name, true, true, true]);
      else expect(hubWide, `is ${name} a tenant's?`).toHaveProperty(name);
    }
  });

  test("a tenant's rows begin with the establishment, and what is unique beyond it is made by the hub", async () => {
    const indexes = await owner<{ name: string; first: string; primary: boolean }[]>`
      SELECT i.relname AS name, a.attname AS first, x.indisprimary AS primary
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = x.indexrelid
      WHERE a.attnum = 1 AND (x.indisunique OR x.indisexclusion)
        AND x.indrelid = ANY (${await tenantTables(owner)}::regclass[])`;
    const beyond = indexes.filter(({ first }) => first !== "establishment_id").map(({ name }) => name);
    expect(beyond.sort()).toEqual(uniqueByTheHub.filter((name) => name !== "establishment_pkey"));
    expect(indexes.filter(({ primary }) => primary)).toHaveLength((await tenantTables(owner)).length);
  });

  test("the runtime role is bound by it: it owns nothing, bypasses nothing, is nobody else", async () => {
    const [role] = await owner`
      SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication
      FROM pg_roles WHERE rolname = 'arrimage_runtime'`;
    expect(Object.values(role ?? { missing: true })).toEqual([false, false, false, false, false, false]);
    const owned = await owner`
      SELECT classid::regclass::text, objid FROM pg_shdepend
      WHERE refobjid = 'arrimage_runtime'::regrole AND deptype = 'o'`;
    expect([...owned]).toEqual([]);
    const member =
      await owner`SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'arrimage_runtime'::regrole`;
    expect([...member]).toEqual([]);
  });

  test("nothing runs with its owner's rights: no view, no SECURITY DEFINER, no right to truncate or to give rights", async () => {
    const odd = await owner`
      SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
      UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')
      UNION ALL SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE grantee IN ('arrimage_runtime', 'PUBLIC') AND table_schema = 'public'
          AND (privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES') OR is_grantable = 'YES')`;
    expect([...odd]).toEqual([]);
  });

  test("the pool works in the runtime role, on every connection", async () => {
    const max = 3;
    const pool = connect(hub.database.url, { max, role: "arrimage_runtime" });
    const asked = Array.from(
      { length: max * 4 },
      () => pool<{ name: string }[]>`SELECT current_user AS name, pg_sleep(0.01)`,
    );
    const names = (await Promise.all(asked)).map(([row]) => row?.name);
    await pool.end();
    expect(new Set(names)).toEqual(new Set(["arrimage_runtime"]));
    const [row] = await hub.deps.connection`SELECT current_user AS name, session_user <> current_user AS given_up`;
    expect(row).toEqual({ name: "arrimage_runtime", given_up: true });
  });

  test("a scope ends with its transaction, kept or not", async () => {
    const connection = connect(hub.database.url, { max: 1, role: "arrimage_runtime" });
    const count = async () => (await connection<{ n: number }[]>`SELECT count(*)::int AS n FROM slot`)[0]?.n;
    const scope = { audience: "machine", establishments: [own.establishmentId] } as const;
    const inside = await withScope(connection, scope, async (tx) => (await tx.sql`SELECT slot_id FROM slot`).length);
    expect(inside).toBeGreaterThan(0);
    expect(await count()).toBe(0);
    const failed = withScope(connection, scope, async (tx) => {
      await tx.sql`SELECT slot_id FROM slot`;
      throw new Error("on purpose");
    });
    await expect(failed).rejects.toThrow("on purpose");
    expect(await count()).toBe(0);
    await connection.end();
  });
});

describe("who sees and writes what", () => {
  test("both clinics have rows in every tenant table: the probe has something to find", async () => {
    for (const table of await tenantTables(owner)) {
      const rows = await owner`
        SELECT DISTINCT establishment_id FROM ${owner(table)}
        WHERE establishment_id IN ${owner([own.establishmentId, other.establishmentId])}`;
      expect([table, rows.length]).toEqual([table, 2]);
    }
  });

  test("without a scope and an audience there is nothing at all", async () => {
    for (const table of await tenantTables(owner)) {
      const rows = await hub.deps.connection`SELECT 1 FROM ${hub.deps.connection(table)}`;
      expect([table, rows.length]).toEqual([table, 0]);
    }
  });

  test("each viewer, table by table, as the probe says", async () => {
    const found = await inTransaction(async (tx) => {
      const breaches: string[] = [];
      for (const table of await tenantTables(tx)) breaches.push(...(await probe(tx, table)));
      return breaches;
    });
    expect(found).toEqual([]);
  });
});

describe("the test of the test", () => {
  test("schema.sql names every policy", async () => {
    const rows = await owner<{ policy: string; table: string }[]>`
      SELECT policyname AS policy, tablename AS table FROM pg_policies WHERE schemaname = 'public'`;
    const names = (list: readonly { policy: string; table: string }[]) =>
      list.map(({ policy, table }) => `${table} ${policy}`).sort();
    expect(names(policies)).toEqual(names(rows));
    expect(policies.length).toBeGreaterThan(30);
  });

  test("a policy asks for the scope once in a statement, not at each row", async () => {
    const policies = await owner<{ policy: string; asks: string }[]>`
      SELECT policyname AS policy, concat(qual, ' ', with_check) AS asks FROM pg_policies WHERE schemaname = 'public'`;
    const perRow = policies.filter(({ asks }) => /(?<!SELECT )scope_(establishments|audience|subject)\(\)/.test(asks));
    expect(perRow.map(({ policy }) => policy)).toEqual([]);
  });

  test("the story is told to its end while all policies stand", async () => {
    const whole = await createTestHub();
    await tellWholeStory(whole).finally(() => whole.close());
  });

  describe.each(policies)("$table $policy", ({ table, policy }) => {
    test("dropped: the story breaks off", async () => {
      const mutant = await createTestHub();
      try {
        await asOwner(mutant.database.url, (sql) => sql`DROP POLICY ${sql(policy)} ON ${sql(table)}`);
        await expect(tellWholeStory(mutant)).rejects.toThrow();
      } finally {
        await mutant.close();
      }
    });

    test("dropped, or open to all: the probe sees it", async () => {
      const [row] = await owner<{ cmd: string }[]>`SELECT cmd FROM pg_policies WHERE policyname = ${policy}`;
      const mutations = [`DROP POLICY ${policy} ON ${table}`];
      if (row?.cmd !== "INSERT") mutations.push(`ALTER POLICY ${policy} ON ${table} USING (true)`);
      if (row?.cmd !== "SELECT") mutations.push(`ALTER POLICY ${policy} ON ${table} WITH CHECK (true)`);
      for (const mutation of mutations) {
        const found = await inTransaction(async (tx) => {
          await tx.unsafe(mutation);
          return probe(tx, table);
        });
        expect(found, mutation).not.toEqual([]);
      }
    });
  });
});

/** The breaches that the first viewer meets who meets one. */
async function probe(tx: postgres.TransactionSql, table: string): Promise<string[]> {
  for (const viewer of viewers) {
    const found = await breachesOf(tx, table, viewer, other.establishmentId);
    if (found.length > 0) return found.map((breach) => `${table}: ${breach}`);
  }
  return [];
}

/** As the owner, in a transaction that is rolled back: policies change inside it and nowhere else. */
async function inTransaction<T>(run: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  const rolledBack = new Error("rolled back on purpose");
  await owner
    .begin(async (tx) => {
      result = { value: await run(tx) };
      throw rolledBack;
    })
    .catch((error: unknown) => {
      if (error !== rolledBack) throw error;
    });
  if (result === undefined) throw new Error("nothing ran");
  return result.value;
}
