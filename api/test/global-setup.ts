import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startThrowAwayPostgres } from "../src/db/launcher.ts";
import { ensureRoles, migrate } from "../src/db/migrate.ts";
import { faultsOf, readHandedOver, summaryOf } from "./canaries/verdict.ts";
import { asOwner, databaseUrl, dropDatabase } from "./database.ts";

const MIGRATIONS = new URL("../../migrations/", import.meta.url);

/**
 * One cluster for the whole run: that of DATABASE_URL, whose user must be able to make databases, or a throw-away one.
 * The migrations run once, into a template; each test database is a copy of it. At the end of the run its canaries are
 * looked at: what they have found fails it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const canaries = await mkdtemp(join(tmpdir(), "arrimage-canaries-"));
  project.provide("canaries", canaries);
  const endCluster = await startCluster(project);
  return async () => {
    try {
      await endCluster();
      await judge(project, canaries);
    } finally {
      await rm(canaries, { recursive: true });
    }
  };
}

/** Of a part of the suite nobody expects that it looks everywhere. */
async function judge(project: TestProject, folder: string): Promise<void> {
  const handed = await readHandedOver(folder);
  const files = new Set(handed.map(({ file }) => file));
  const { testFiles } = await project.globTestFiles();
  const whole = project.config.testNamePattern === undefined && testFiles.every((file) => files.has(file));
  console.log(`canaries of ${whole ? "the whole" : "a part of the"} suite: ${summaryOf(handed)}`);
  const faults = faultsOf(handed, whole ? (project.config.provide.expectedChannels ?? []) : []);
  if (faults.length > 0) throw new Error(`something personal was said, or nobody listened:\n${faults.join("\n")}`);
}

/** Answers how to end it. */
async function startCluster(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["DATABASE_URL"];
  if (given) return prepare(project, given);
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
