import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../../api/src/config.ts";
import { startThrowAwayPostgres } from "../../../api/src/db/launcher.ts";
import { freePort, startHub } from "../../../api/src/hub.ts";
import { seedSandbox } from "../../../api/src/sandbox/seed.ts";

const run = promisify(execFile);
const script = new URL("../quickstart.js", import.meta.url);
let postgres;
let hub;

beforeAll(async () => {
  postgres = await startThrowAwayPostgres();
  hub = await startHub(readConfig({}, { mode: "sandbox", port: await freePort(), databaseUrl: postgres.url }));
  await seedSandbox(hub.deps, hub.fetch);
});

afterAll(async () => {
  await hub?.stop();
  await postgres?.stop();
});

test("books, is followed, and cancels, as often as it is run", async () => {
  for (let time = 0; time < 2; time++) {
    const { stdout } = await run(process.execPath, ["--conditions=arrimage-source", fileURLToPath(script)], {
      env: { ...process.env, HUB: hub.url },
    });
    expect(stdout).toMatch(
      /^booked {5}\d{10} with .+, \d{4}-\d\d-\d\dT[\d:]+-0[34]:00\nthe agenda appointment created, .+\ncancelled\n$/,
    );
  }
});

test("the README shows the same lines", async () => {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  expect(readme).toContain((await readFile(script, "utf8")).trim());
});
