import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningPostgres, startThrowAwayPostgres } from "./launcher.ts";
import { ensureRoles } from "./runtime-role.ts";

/** A cluster of its own: the role belongs to the cluster, and the other tests need theirs. */
let server: RunningPostgres;
let admin: postgres.Sql;

beforeAll(async () => {
  server = await startThrowAwayPostgres();
  admin = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});
beforeEach(async () => {
  await admin.unsafe(`DROP ROLE IF EXISTS arrimage_runtime; DROP ROLE IF EXISTS "Tenant-1"`).simple();
});

/** Connects as a user who is no superuser, as on managed PostgreSQL. */
async function asTenant<T>(attributes: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  await admin.unsafe(`CREATE ROLE "Tenant-1" LOGIN PASSWORD 'secret' ${attributes}`);
  const url = new URL(server.url);
  [url.username, url.password] = ["Tenant-1", "secret"];
  const sql = postgres(url.href, { max: 1, fetch_types: false });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function roleAfter(sql: postgres.Sql): Promise<string | undefined> {
  await ensureRoles(sql);
  await ensureRoles(sql);
  const rows = await sql.begin(async (tx) => {
    await tx`SET LOCAL ROLE arrimage_runtime`;
    return tx<{ name: string }[]>`SELECT current_user AS name`;
  });
  return rows[0]?.name;
}

test("makes a role that can neither sign in nor pass row-level security", async () => {
  expect(await roleAfter(admin)).toBe("arrimage_runtime");
  const [role] = await admin`
    SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles
    WHERE rolname = 'arrimage_runtime'`;
  expect(Object.values(role ?? {})).toEqual([false, false, false, false, false]);
});

test("ten connections at the same moment", async () => {
  for (let round = 0; round < 5; round++) {
    await admin`DROP ROLE IF EXISTS arrimage_runtime`;
    const clients = Array.from({ length: 10 }, () => postgres(server.url, { max: 1, fetch_types: false }));
    await Promise.all(clients.map((sql) => sql`SELECT 1`));
    await Promise.all(clients.map((sql) => ensureRoles(sql)));
    await Promise.all(clients.map((sql) => sql.end()));
  }
});

test("a user that may make roles makes it and may act as it", async () => {
  expect(await asTenant("CREATEROLE", roleAfter)).toBe("arrimage_runtime");
});

test("a user that may not make roles uses the one its administrator made", async () => {
  await admin`CREATE ROLE arrimage_runtime NOLOGIN`;
  expect(await asTenant("IN ROLE arrimage_runtime", roleAfter)).toBe("arrimage_runtime");
});

test("a user that may do neither is told what its administrator must do", async () => {
  const advice = await asTenant("", (sql) => ensureRoles(sql).catch((error: unknown) => error));
  expect(advice).toHaveProperty("code", "RUNTIME_ROLE_REFUSED");
  const statements = /once: (.*)$/.exec(String(advice))?.[1] ?? "";
  expect(statements).toBe(`CREATE ROLE arrimage_runtime NOLOGIN; GRANT arrimage_runtime TO "Tenant-1";`);

  await admin`CREATE ROLE arrimage_runtime NOLOGIN`;
  await admin`DROP ROLE "Tenant-1"`;
  const grant = await asTenant("", (sql) => ensureRoles(sql).catch((error: unknown) => error));
  expect(String(grant)).toContain(`once: GRANT arrimage_runtime TO "Tenant-1";`);
});

test("refuses a role that row-level security does not bind", async () => {
  for (const attribute of ["SUPERUSER", "BYPASSRLS"]) {
    await admin.unsafe(`DROP ROLE IF EXISTS arrimage_runtime; CREATE ROLE arrimage_runtime ${attribute}`).simple();
    await expect(ensureRoles(admin)).rejects.toThrow("ALTER ROLE arrimage_runtime NOSUPERUSER NOBYPASSRLS");
  }
});
