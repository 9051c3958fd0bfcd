import postgresDriver from "postgres";
import type postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { ProblemBody } from "../src/http/problem.ts";
import { takesDryRun } from "../src/http/operation.ts";
import type { Operation } from "../src/http/operation.ts";
import { eraseMinorsNotes } from "../src/jobs/erase-minors-notes.ts";
import { createJobs } from "../src/jobs/jobs.ts";
import { removeExpiredHolds } from "../src/jobs/remove-expired-holds.ts";
import { appointmentInput } from "./an-appointment.ts";
import { aClinicWorld } from "./clinic-world.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { aClinic } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { filled, operations, sampleOf, urlOf } from "./samples.ts";

/**
 * What the database says of its errors holds the values of the query. Here it fails wherever it can, with the whole row in
 * every part of the error, also in a line that looks like a frame; none of it may reach a log or an answer.
 */

let hub: TestHub;
let owner: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub();
  owner = postgresDriver(hub.database.url, { max: 2, onnotice: () => undefined });
  await owner.unsafe(`
    CREATE TABLE rig (writes text, reads text);
    INSERT INTO rig VALUES (NULL, NULL);
    GRANT SELECT ON rig TO arrimage_runtime;
    CREATE FUNCTION fail_with(state text, words text) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF state IS NULL THEN RETURN; END IF;
        words := E'LEAKED\\n    at LEAKED (src/a.ts:1:1) ' || COALESCE(words, '');
        RAISE EXCEPTION USING ERRCODE = state, MESSAGE = words, DETAIL = words, HINT = words;
      END $$;
    CREATE FUNCTION rigged_write() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM fail_with((SELECT writes FROM rig), CASE WHEN TG_OP = 'DELETE' THEN OLD::text ELSE NEW::text END);
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
      END $$;
    CREATE OR REPLACE FUNCTION scope_audience() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
      BEGIN
        PERFORM fail_with((SELECT reads FROM rig), current_setting('app.subject', true));
        RETURN coalesce(current_setting('app.audience', true), '');
      END $$;
    CREATE OR REPLACE FUNCTION scope_establishments() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
      BEGIN
        PERFORM fail_with((SELECT reads FROM rig), current_setting('app.subject', true));
        RETURN string_to_array(nullif(current_setting('app.establishments', true), ''), ',');
      END $$`);
  const tables = await owner<{ name: string }[]>`
    SELECT quote_ident(relname) AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'rig'`;
  for (const { name } of tables)
    await owner.unsafe(`
      CREATE TRIGGER rigged BEFORE INSERT OR UPDATE OR DELETE ON ${name}
      FOR EACH ROW EXECUTE FUNCTION rigged_write()`);
});
afterEach(() => arm({}));
afterAll(async () => {
  await owner.end();
  await hub.close();
});

/** From now on every write, or every read of what belongs to somebody, fails with this SQLSTATE. */
async function arm({ writes = null, reads = null }: { writes?: string | null; reads?: string | null }): Promise<void> {
  await owner`UPDATE rig SET writes = ${writes}, reads = ${reads}`;
}

/** What was logged, and answered, while it ran. */
async function saidBy<T>(run: () => Promise<T>): Promise<{ result: T; logged: string; all: string }> {
  const before = hub.logs.length;
  const result = await run();
  const logged = hub.logs.slice(before).join("");
  return { result, logged, all: logged + JSON.stringify(result) };
}

describe("every operation of the document", () => {
  const worlds = new Map<keyof ClinicWorld["tokens"], ClinicWorld>();
  beforeAll(async () => {
    // Nothing is kept of what fails: one world of each kind serves them all.
    for (const kind of ["machine", "employee", "citizen", "nurse"] as const)
      worlds.set(kind, await aClinicWorld(hub, kind));
    // An agenda's answer is waited for.
    await owner`UPDATE appointment SET agenda_status = 'pending', agenda_version = version, agenda_since = '2027-03-01T12:00:00Z'`;
  });

  /** Every caller tries each of them: those that came to the database, and failed there. */
  async function reachedBy(tried: readonly Operation[], armed: Parameters<typeof arm>[0]): Promise<Set<string>> {
    const reached = new Set<string>();
    for (const declared of tried)
      for (const kind of declared.actors) {
        const world = worlds.get(kind === "operator" ? "employee" : kind);
        if (world === undefined) throw new Error(`no world of ${kind}`);
        const as = kind === "operator" ? await hub.tokens.operator() : world.tokens[kind];
        await arm({});
        // Who calls is known from then on; the failure is the operation's own.
        await hub.request("GET", "/v1/caller", { as });
        await arm(armed);
        const { logged, all } = await saidBy(() => call(declared, as, world));
        expect([declared.operationId, kind, all.includes("LEAKED")]).toEqual([declared.operationId, kind, false]);
        const failed = all.includes('"code":"INTERNAL"');
        if (failed) {
          expect(logged).toContain('"code":"22P02"');
          reached.add(declared.operationId);
        }
      }
    return reached;
  }

  test("says nothing of a row that cannot be written", async () => {
    const writes = operations.filter(takesDryRun);
    const reached = await reachedBy(writes, { writes: "22P02" });
    // A few are refused before they write (dry-runs.test.ts says which), or have nothing to write.
    expect(reached.size).toBeGreaterThan(0.9 * writes.length);
  });

  test("says nothing of what cannot be read", async () => {
    const calls = operations.filter(({ actors }) => actors.length > 0);
    const reached = await reachedBy(calls, { reads: "22P02" });
    // Vendors, machines and reasons belong to no establishment; a few find nothing to read in this world.
    expect(reached.size).toBeGreaterThan(0.8 * calls.length);
    expect([...reached]).toEqual(
      expect.arrayContaining(["appointments.search", "patients.lookup", "agendas.get", "citizenAppointments.find"]),
    );
  });

  async function call(declared: Operation, as: string, { ids }: ClinicWorld): Promise<TestAnswer<ProblemBody>> {
    const sample = filled(sampleOf(declared), ids);
    // What its inbox holds has a name already.
    if (declared.operationId === "inbox.ack") sample.body = { items: [{ itemId: ids["ibx"] }] };
    if (declared.operationId === "citizenAppointments.find") {
      const [booked] = await owner`SELECT reference_number AS "referenceNumber" FROM appointment LIMIT 1`;
      sample.body = { ...(sample.body as object), ...booked };
    }
    return hub.request<ProblemBody>(declared.method.toUpperCase(), urlOf(declared, sample), {
      as,
      ...(sample.body === undefined ? {} : { body: declared.ndjson ? [sample.body] : sample.body }),
      ...(declared.ndjson ? { ndjson: true } : {}),
      ...(declared.condition === undefined ? {} : { version: 1 }),
    });
  }
});

describe("whatever the database says", () => {
  let clinic: AClinic;
  beforeAll(async () => {
    clinic = await aClinic(hub);
  });
  const post = (path: string, as: string, body: unknown, ndjson = false) =>
    hub.request<ProblemBody>("POST", path, { as, body, ...(ndjson ? { ndjson } : {}) });
  const appointment = (fields: object = {}) => appointmentInput(clinic, fields);

  test.each([
    ["23514", "a check", "INTERNAL"],
    ["23505", "a key", "INTERNAL"],
    ["22P02", "a value", "INTERNAL"],
    ["22001", "a length", "INTERNAL"],
    ["P0001", "a raise", "INTERNAL"],
    ["57014", "a time-out", "INTERNAL"],
    ["40001", "others, three times over", "INTERNAL"],
    ["55P03", "a lock", "UNAVAILABLE"],
    ["53300", "too many", "UNAVAILABLE"],
    ["57P01", "its own end", "UNAVAILABLE"],
  ])("%s, about %s, is answered %s and logged by its code alone", async (state, _of, code) => {
    const { machine, admin, professionalId } = clinic;
    await arm({ writes: state });
    const asked: [name: string, run: () => Promise<TestAnswer<unknown>>][] = [
      ["the lane", () => post("/v1/appointments", machine.token, appointment())],
      [
        "a hold",
        () =>
          post("/v1/holds", machine.token, {
            professionalId,
            startAt: "2027-03-08T09:00:00-05:00",
            durationMinutes: 15,
          }),
      ],
      ["a batch", () => post("/v1/appointments/batch", machine.token, [{ externalId: "a", ...appointment() }], true)],
      [
        "a store",
        () =>
          post("/v1/services", admin.token, {
            professionalId,
            type: "GEN",
            consultationReason: "regular",
            durationMinutes: 20,
          }),
      ],
      ["the registry", () => hub.request("PUT", "/sandbox/registry", { body: { persons: [person] } })],
    ];
    for (const [name, run] of asked) {
      const { result, logged, all } = await saidBy(run);
      expect([name, all.includes("LEAKED")]).toEqual([name, false]);
      expect([name, JSON.stringify(result.body)]).toEqual([name, expect.stringContaining(`"${code}"`)]);
      expect([name, logged]).toEqual([name, expect.stringContaining(`"code":"${state}"`)]);
    }
  });

  const person = {
    ...{ nam: "LEAK80561509", firstName: "LEAKED", lastName: "LEAKED", sex: "F", birthDate: "1980-06-15" },
    ...{ eligible: true, registration: null },
  };

  test("many in one transaction, then one by one", async () => {
    await arm({ writes: "22P02" });
    const { result, all } = await saidBy(() =>
      Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          post(
            "/v1/appointments",
            clinic.machine.token,
            appointment({ startAt: `2027-03-08T1${String(n)}:00:00-05:00` }),
          ),
        ),
      ),
    );
    expect(result.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 500));
    expect(all).not.toContain("LEAKED");
  });

  test("a job", async () => {
    const { professionalId, machine } = clinic;
    const body = { professionalId, startAt: "2027-03-08T09:00:00-05:00", durationMinutes: 15 };
    expect((await post("/v1/holds", machine.token, body)).status).toBe(201);
    hub.clock.advance(300_000);
    await arm({ writes: "23514" });
    const { logged } = await saidBy(async () => {
      const jobs = createJobs(hub.deps, [removeExpiredHolds, eraseMinorsNotes]);
      jobs.start();
      await vi.waitFor(() => {
        expect(hub.logs.at(-1)).toContain("job failed");
      });
      await jobs.stop();
    });
    expect(logged).toContain('"code":"23514"');
    expect(logged).not.toContain("LEAKED");
  });
});

describe("errors of PostgreSQL's own making", () => {
  let clinic: AClinic;
  beforeAll(async () => {
    clinic = await aClinic(hub);
  });

  const book = (as = clinic.machine.token, over = hub) =>
    over.request<ProblemBody>("POST", "/v1/appointments", {
      as,
      body: appointmentInput(clinic, {
        patient: { ...appointmentInput(clinic).patient, firstName: "Leaked", lastName: "Leaked" },
        clinicNote: "a\n    at Leaked (src/a.ts:1:1)",
      }),
    });

  /** A trigger that does this with each new appointment. */
  async function whenInserted(does: string): Promise<() => Promise<void>> {
    await owner.unsafe(`
      CREATE OR REPLACE FUNCTION on_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${does}; RETURN NEW; END $$;
      CREATE TRIGGER on_insert BEFORE INSERT ON appointment FOR EACH ROW EXECUTE FUNCTION on_insert()`);
    return async () => {
      await owner.unsafe("DROP TRIGGER on_insert ON appointment");
    };
  }

  test("a row that fails a check", async () => {
    await owner`ALTER TABLE appointment ADD CONSTRAINT nobody_leaks CHECK (last_name <> 'Leaked') NOT VALID`;
    const { result, logged, all } = await saidBy(() => book());
    await owner`ALTER TABLE appointment DROP CONSTRAINT nobody_leaks`;
    expect(result.status).toBe(500);
    expect(logged).toContain('"code":"23514","constraint":"nobody_leaks"');
    expect(all).not.toContain("Leaked");
  });

  test("a value that is no number", async () => {
    const undo = await whenInserted("PERFORM NEW.clinic_note::integer");
    const { result, logged, all } = await saidBy(() => book());
    await undo();
    expect(result.status).toBe(500);
    expect(logged).toContain('"code":"22P02"');
    expect(all).not.toContain("Leaked");
  });

  test("a statement that takes too long", async () => {
    const undo = await whenInserted("PERFORM pg_sleep(60)");
    const { result, logged, all } = await saidBy(async () => {
      const asked = book();
      await vi.waitFor(async () => {
        const cancelled = await owner`
          SELECT pg_cancel_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'PgSleep'`;
        expect(cancelled).toHaveLength(1);
      });
      return asked;
    });
    await undo();
    expect(result.status).toBe(500);
    expect(logged).toContain('"code":"57014"');
    expect(all).not.toContain("Leaked");
  });
});

test("a page that fails answers a problem, and its cause is logged without its words", async () => {
  const printed = vi.spyOn(console, "error");
  const other = await createTestHub({ database: hub.database, seed: "other" });
  other.app.get("/breaks", () => {
    throw new TypeError("LEAKED\n    at LEAKED");
  });
  const { status, body } = await other.request<ProblemBody>("GET", "/breaks");
  const logged = other.logs.join("");
  await other.close();
  expect([status, body.code, logged.includes("TypeError")]).toEqual([500, "INTERNAL", true]);
  expect(logged + JSON.stringify(body)).not.toContain("LEAKED");
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
});
