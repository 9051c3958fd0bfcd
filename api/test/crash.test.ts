import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startPostgres } from "../src/db/launcher.ts";
import { removeCluster } from "../src/db/launcher/cluster.ts";
import { isRunning } from "../src/db/launcher/process-identity.ts";
import { aCrashSite, inOrder, replayed, surviveKills, workThroughKills } from "./crash/survive.ts";
import { createTestHub, defaultNow } from "./harness.ts";
import { startHubProcess } from "./hub-process.ts";
import { send } from "./hubs-over-http.ts";
import { superviseHub } from "./crash/supervised-hub.ts";

/** R5: the hub dies without a word, again and again, in the middle of the demo's kind of work. */

test("R5 twenty kills under load: nothing acknowledged is lost, nothing happens twice, the feed replayed from zero equals the tables", async () => {
  await surviveKills({ kills: { every: 15, count: 20 }, aftermath: 40, callers: 8, seed: 4 });
}, 180_000);

test("R5 a hub killed with a PostgreSQL of its own finds it again, has lost nothing, and stops it in the end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "arrimage-crash-"));
  const dataDir = join(folder, "data");
  const run = { kills: { every: 15, count: 2 }, aftermath: 15, callers: 4, seed: 5 };
  const hub = await superviseHub({ dataDir }, run.kills);
  const server = await startPostgres({ dataDir });
  try {
    expect(server.reused).toBe(true);
    const world = await createTestHub({
      database: { url: Object.assign(new URL(server.url), { pathname: "/arrimage" }).href },
      wall: Date.now(),
      config: { port: hub.port, baseUrl: hub.url },
    });
    const now = new Date(defaultNow).toISOString();
    await send(world, hub.url, "PUT", "/sandbox/clock", { body: { now, running: false } });
    const site = await aCrashSite(world);
    const { load } = await workThroughKills(world, hub, site, run);
    const known = inOrder(load.known);
    expect(inOrder((await replayed(world, hub.url, site)).objects)).toEqual(known);
    await world.close();

    // It is still the first one; the suite leaves it, and the hub that found it stops it.
    await server.stop();
    expect(await isRunning(server.pid)).toBe(true);
    expect(hub.readLog().slice(0, 2000)).toBe("");
    expect(await hub.stop()).toBe(0);
    expect(await isRunning(server.pid)).toBe(false);

    const again = await startHubProcess({ dataDir, port: hub.port });
    try {
      expect(inOrder((await replayed(world, again.url, site)).objects)).toEqual(known);
    } finally {
      expect(await again.stop()).toBe(0);
    }
  } finally {
    await hub.stop();
    await server.stop();
    await removeCluster(dataDir);
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
