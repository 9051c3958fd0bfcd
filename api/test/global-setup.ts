import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { startThrowAwayPostgres } from "../src/db/launcher.ts";
import { ensureRoles, migrate } from "../src/db/migrate.ts";
import { asOwner, databaseUrl, dropDatabase } from "./database.ts";

const MIGRATIONS = new URL("../../migrations/", import.meta.url);

/**
 * One cluster for the whole run: that of DATABASE_URL, whose user must be able to make databases, or a throw-away one.
 * The migrations run once, into a template; each test database is a copy of it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["DATABASE_URL"];
  if (given) {
    const removeTemplate = await prepare(project, given);
    return removeTemplate;
  }
  const server = await startThrowAwayPostgres();
  try {
    await prepare(project, server.url);
    return server.stop;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Answers how to remove the template and every copy that a test left. */
async function prepare(project: TestProject, clusterUrl: string): Promise<() => Promise<void>> {
  // Several runs may share a cluster.
  const template = `arrimage_test_${randomBytes(4).toString("hex")}`;
  const removeAll = (): Promise<void> => asOwner(clusterUrl, (sql) => removeDatabases(sql, template));
  try {
    const version = await asOwner(clusterUrl, async (sql) => {
      await ensureRoles(sql);
      await sql`CREATE DATABASE ${sql(template)}`;
      const [row] = await sql<{ server_version: string }[]>`SHOW server_version`;
      return row?.server_version;
    });
    await asOwner(databaseUrl(clusterUrl, template), (sql) => migrate(sql, { folder: MIGRATIONS }));
    // Nobody may connect to it from now on, so that copying never has to wait for somebody to leave.
    await asOwner(clusterUrl, (sql) => sql`ALTER DATABASE ${sql(template)} WITH ALLOW_CONNECTIONS false`);
    console.log(`PostgreSQL server_version ${version ?? "unknown"}`);
  } catch (error) {
    await removeAll();
    throw error;
  }
  project.provide("clusterUrl", clusterUrl);
  project.provide("templateDatabase", template);
  return removeAll;
}

async function removeDatabases(sql: Parameters<typeof dropDatabase>[0], template: string): Promise<void> {
  const names = await sql<{ datname: string }[]>`
    SELECT datname FROM pg_database WHERE datname = ${template} OR starts_with(datname, ${`${template}_`})`;
  for (const { datname } of names) await dropDatabase(sql, datname);
}
