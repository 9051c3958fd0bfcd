import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterEach, describe, expect, test } from "vitest";
import {
  EmbeddedPostgresUnavailable,
  type RunningPostgres,
  startPostgres,
  startThrowAwayPostgres,
} from "./launcher.ts";
import { isRunning } from "./launcher/process-identity.ts";

type Started = Omit<RunningPostgres, "stop">;

const folders: string[] = [];
const servers: RunningPostgres[] = [];
const strangers: ChildProcess[] = [];

afterEach(async () => {
  for (const child of strangers.splice(0)) child.kill("SIGKILL");
  for (const server of servers.splice(0)) {
    await server.stop();
    if (await isRunning(server.pid)) process.kill(server.pid, "SIGKILL");
    await untilGone(server.pid);
  }
  for (const folder of folders.splice(0)) {
    // Root's server may keep its data elsewhere.
    const elsewhere = await readFile(join(folder, "data", "postgres.location"), "utf8").catch(() => "");
    if (elsewhere) await rm(elsewhere.trim(), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});

async function newDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "arrimage-launcher-"));
  folders.push(folder);
  return join(folder, "data");
}

async function start(options: Parameters<typeof startPostgres>[0]): Promise<RunningPostgres> {
  const server = await startPostgres(options);
  servers.push(server);
  return server;
}

/** Another process that starts PostgreSQL, prints what it got, stops at SIGTERM, and else waits to be killed. */
function startElsewhere(
  call: "startPostgres" | "startThrowAwayPostgres",
  options: { dataDir?: string },
): { child: ChildProcess; started: Promise<Started> } {
  const code = `
    const launcher = await import(process.argv[1]);
    const server = await launcher.${call}(JSON.parse(process.argv[2]));
    process.once("SIGTERM", () => server.stop().then(() => process.exit(0)));
    console.log(JSON.stringify(server));
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", code, new URL("./launcher.ts", import.meta.url).href, JSON.stringify(options)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  strangers.push(child);
  const started = new Promise<Started>((resolve, reject) => {
    // Our own program's line.
    createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line) as Started));
    child.once("exit", () => reject(new Error("ended before PostgreSQL was ready")));
  });
  started.catch(() => undefined);
  return { child, started };
}

async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 5 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function clusterOf(server: Started): Promise<string> {
  const [row] = await query(server.url, (sql) => sql<{ data_directory: string }[]>`SHOW data_directory`);
  return row!.data_directory;
}

async function untilGone(pid: number): Promise<void> {
  for (let tries = 0; tries < 500 && (await isRunning(pid)); tries++) await sleep(20);
  expect(await isRunning(pid)).toBe(false);
}

describe("startPostgres", { timeout: 60_000 }, () => {
  test("makes a cluster that answers on the loopback interface only, to its password only", async () => {
    const dataDir = await newDataDir();
    const lines: string[] = [];
    const server = await start({ dataDir, onProgress: (line) => lines.push(line) });

    expect(server.reused).toBe(false);
    expect(server.serverVersion).toMatch(/^18\./);
    expect(lines.join("\n")).toContain(`127.0.0.1:${server.port}`);
    const [settings] = await query(
      server.url,
      (sql) => sql`
        SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
               current_setting('max_connections') AS connections, current_setting('max_locks_per_transaction') AS locks,
               current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
               current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding,
               current_setting('TimeZone') AS zone, lower('ÉÀ') AS lower, current_setting('port')::int AS port`,
    );
    expect(settings).toEqual({
      addresses: "127.0.0.1",
      sockets: "",
      connections: "200",
      locks: "256",
      fsync: "on",
      commit: "on",
      checksums: "on",
      encoding: "UTF8",
      zone: "UTC",
      lower: "éà",
      port: server.port,
    });

    const passwordFile = await stat(join(dataDir, "postgres.password"));
    expect(passwordFile.mode & 0o777).toBe(0o600);
    const wrong = new URL(server.url);
    wrong.password = "wrong";
    await expect(query(wrong.href, (sql) => sql`SELECT 1`)).rejects.toMatchObject({ code: "28P01" });

    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address } of others.filter(({ internal, family }) => !internal && family === "IPv4")) {
      const socket = connect(server.port, address);
      await expect(once(socket, "connect")).rejects.toThrow("ECONNREFUSED");
    }
  });

  test("keeps its data when stopped and started again; stopping twice is harmless", async () => {
    const dataDir = await newDataDir();
    const first = await start({ dataDir });
    await query(first.url, (sql) => sql`CREATE TABLE kept AS SELECT 7 AS number`);
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(await isRunning(first.pid)).toBe(false);

    const second = await start({ dataDir });
    expect(second.reused).toBe(false);
    expect(await query(second.url, (sql) => sql`SELECT number FROM kept`)).toEqual([{ number: 7 }]);
  });

  test("logs no statement and no value of a query that failed", async () => {
    const dataDir = await newDataDir();
    const server = await start({ dataDir });
    await query(server.url, async (sql) => {
      await sql`CREATE TABLE person (nam text PRIMARY KEY)`;
      await sql`INSERT INTO person VALUES ('TREM12345678')`;
      await expect(sql`INSERT INTO person VALUES ('TREM12345678')`).rejects.toMatchObject({ code: "23505" });
      await expect(sql.unsafe("SELECT 'TREM12345678'::int")).rejects.toMatchObject({ code: "22P02" });
    });
    const log = await readFile(join(dataDir, "postgres.log"), "utf8");
    expect(log).toContain("ready to accept connections");
    expect(log).not.toMatch(/TREM|INSERT|SELECT/);
  });

  test("can be told to give up durability", async () => {
    const server = await start({ dataDir: await newDataDir(), durable: false });
    const [row] = await query(
      server.url,
      (sql) => sql`
        SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
               current_setting('full_page_writes') AS pages`,
    );
    expect(row).toEqual({ fsync: "off", commit: "off", pages: "off" });
  });

  test("finds the server that runs on the folder; the last one to stop stops it, whoever started it", async () => {
    for (const order of ["starter first", "starter last"] as const) {
      const dataDir = await newDataDir();
      const starter = await start({ dataDir });
      const finder = await start({ dataDir });
      expect(finder).toMatchObject({ reused: true, pid: starter.pid, port: starter.port, url: starter.url });
      const [earlier, last] = order === "starter first" ? [starter, finder] : [finder, starter];
      await earlier.stop();
      expect(await query(last.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
      await last.stop();
      expect(await isRunning(starter.pid)).toBe(false);
    }
  });

  test("two calls and three other processes at the same moment end with one server", async () => {
    const dataDir = await newDataDir();
    const others = [
      startElsewhere("startPostgres", { dataDir }),
      startElsewhere("startPostgres", { dataDir }),
      startElsewhere("startPostgres", { dataDir }),
    ];
    const all: Started[] = await Promise.all([
      start({ dataDir }),
      start({ dataDir }),
      ...others.map(({ started }) => started),
    ]);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(all.filter(({ reused }) => !reused)).toHaveLength(1);
    for (const { url } of all) expect(await query(url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    process.kill(all[0]!.pid, "SIGINT");
    await untilGone(all[0]!.pid);
  });

  test("the server outlives a starter that was killed; the next one finds it, and stops it", async () => {
    const dataDir = await newDataDir();
    const { child, started } = startElsewhere("startPostgres", { dataDir });
    const first = await started;
    child.kill("SIGKILL");
    await once(child, "exit");

    const next = await start({ dataDir });
    expect(next).toMatchObject({ reused: true, pid: first.pid });
    await next.stop();
    expect(await isRunning(first.pid)).toBe(false);
  });

  test("a starter killed at any moment of a first start leaves a folder that starts", async () => {
    for (const delayMs of [250, 500]) {
      const dataDir = await newDataDir();
      const { child } = startElsewhere("startPostgres", { dataDir });
      await sleep(delayMs);
      child.kill("SIGKILL");
      const server = await start({ dataDir });
      expect(await query(server.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
      process.kill(server.pid, "SIGINT");
      await untilGone(server.pid);
    }
  });

  test("a starter that ends properly stops its server", async () => {
    const { child, started } = startElsewhere("startPostgres", { dataDir: await newDataDir() });
    const { pid } = await started;
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(await isRunning(pid)).toBe(false);
  });

  test("starts again on the same data after the server was killed", async () => {
    const dataDir = await newDataDir();
    const first = await start({ dataDir });
    await query(first.url, (sql) => sql`CREATE TABLE kept AS SELECT 7 AS number`);
    process.kill(first.pid, "SIGKILL");
    await untilGone(first.pid);

    const second = await start({ dataDir });
    expect(second.reused).toBe(false);
    expect(await query(second.url, (sql) => sql`SELECT number FROM kept`)).toEqual([{ number: 7 }]);
  });

  test("a server file that names another living process is not believed", async () => {
    const dataDir = await newDataDir();
    const first = await start({ dataDir });
    const cluster = await clusterOf(first);
    const pidFile = join(cluster, "postmaster.pid");
    const text = await readFile(pidFile, "utf8");
    await first.stop();
    for (const content of [text.replace(String(first.pid), String(process.pid)), ""]) {
      await writeFile(pidFile, content);
      const next = await start({ dataDir });
      expect(next.reused).toBe(false);
      await next.stop();
    }
  });

  test("says what is wrong when the password is lost, and when the data cannot be used", async () => {
    const dataDir = await newDataDir();
    const first = await start({ dataDir });
    const cluster = await clusterOf(first);
    await first.stop();
    const passwordFile = join(dataDir, "postgres.password");
    const password = await readFile(passwordFile, "utf8");
    await rm(passwordFile);
    await expect(startPostgres({ dataDir })).rejects.toThrow(/put the file back/);

    await writeFile(passwordFile, "another\n");
    await expect(startPostgres({ dataDir })).rejects.toThrow(/refuses the password/);
    await writeFile(passwordFile, password);
    await writeFile(join(cluster, "PG_VERSION"), "17\n");
    await expect(startPostgres({ dataDir })).rejects.toThrow(/data of version 17.*incompatible/);
  });

  test("a platform without PostgreSQL is told about DATABASE_URL", async () => {
    const dataDir = await newDataDir();
    for (const [name, value] of [
      ["arch", "s390x"],
      ["platform", "win32"],
    ] as const) {
      const own = Object.getOwnPropertyDescriptor(process, name)!;
      Object.defineProperty(process, name, { ...own, value });
      try {
        const refused = await startPostgres({ dataDir }).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(EmbeddedPostgresUnavailable);
        expect(refused).toHaveProperty("code", "EMBEDDED_POSTGRES_UNAVAILABLE");
        expect(String(refused)).toContain("DATABASE_URL");
      } finally {
        Object.defineProperty(process, name, own);
      }
    }
  });
});

describe("startThrowAwayPostgres", { timeout: 60_000 }, () => {
  test("leaves nothing behind", async () => {
    const server = await startThrowAwayPostgres();
    servers.push(server);
    await server.stop();
    expect(await isRunning(server.pid)).toBe(false);
    await expect(stat(server.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("leaves nothing behind when its starter is killed", async () => {
    const { child, started } = startElsewhere("startThrowAwayPostgres", {});
    const { pid, dataDir } = await started;
    expect(await isRunning(pid)).toBe(true);
    child.kill("SIGKILL");
    await untilGone(pid);
    for (let tries = 0; tries < 100 && (await stat(dataDir).catch(() => null)); tries++) await sleep(50);
    await expect(stat(dataDir)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
