import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { inject } from "vitest";
import { lookAtFeed } from "./canaries/feed.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Owner's URL of a database of the cluster that all tests share. */
    clusterUrl: string;
    /** Name of the migrated, empty database that every test database is a copy of. */
    templateDatabase: string;
  }
}

export type TestDatabase = {
  /** The owner's URL. Work as the hub does with `connect(url, { max, role: "arrimage_runtime" })`. */
  url: string;
  /** Ends the sessions that are left and removes the database. */
  drop(): Promise<void>;
};

const ATTEMPTS = 100;
const RETRY_MS = 100;

/** A database of one's own: migrated and empty. About 35 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const clusterUrl = inject("clusterUrl");
  const template = inject("templateDatabase");
  const name = `${template}_${randomBytes(6).toString("hex")}`;
  await asOwner(clusterUrl, (sql) => clone(sql, template, name));
  const url = databaseUrl(clusterUrl, name);
  return {
    url,
    async drop() {
      await asOwner(url, lookAtFeed);
      await asOwner(clusterUrl, (sql) => dropDatabase(sql, name));
    },
  };
}

/** The same server, credentials and options, another database. */
export function databaseUrl(clusterUrl: string, name: string): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs `work` on one short-lived connection. */
export async function asOwner<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

export async function dropDatabase(sql: postgres.Sql, name: string): Promise<void> {
  await sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`;
}

async function clone(sql: postgres.Sql, template: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(template)}`;
      return;
    } catch (error) {
      // object_in_use: PostgreSQL copies a database only while nobody is connected to it.
      const busy = error instanceof postgres.PostgresError && error.code === "55006";
      if (!busy || attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS);
    }
  }
}
