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

const runScript = (name) => {
  const script = fileURLToPath(new URL(`../${name}`, import.meta.url));
  return run(process.execPath, ["--conditions=arrimage-source", script], { env: { ...process.env, HUB: hub.url } });
};

test("a clinic's year: a week by hand, copies, a template, a part taken out, the agenda", async () => {
  for (let time = 0; time < 2; time++) {
    const { stdout } = await runScript("a-clinics-year.js");
    expect(stdout.split("\n")).toEqual([
      "refused    SCHED-03 /weekStart",
      expect.stringMatching(/^created {4}3 slots in the week of \d{4}-0[12]-\d\d$/),
      "copied     78 slots, as the dry run said: true",
      "at         09:00",
      "applied    4 slots from a template",
      "removed    the slot is split: 09:00–10:00, 10:30–12:00",
      expect.stringMatching(/^agenda {5}\d+ slots that week$/),
      "",
    ]);
  }
});

test("a doctor is ill: tried out, moved, the rest cancelled", async () => {
  for (let time = 0; time < 2; time++) {
    const { stdout } = await runScript("a-doctor-is-ill.js");
    expect(stdout.split("\n")).toEqual([
      "tried      09:00 moved",
      "tried      09:30 refused OVERLAPS_APPOINTMENT",
      "tried      10:00 moved",
      "moved      2 to a colleague",
      "cancelled  09:30",
      "to phone   0",
      "left       0 appointments",
      "",
    ]);
  }
});

test("books, is followed, and cancels, as often as it is run", async () => {
  for (let time = 0; time < 2; time++) {
    const { stdout } = await runScript("quickstart.js");
    expect(stdout).toMatch(
      /^booked {5}\d{10} with .+, \d{4}-\d\d-\d\dT[\d:]+-0[34]:00\nthe agenda appointment created, .+\ncancelled\n$/,
    );
  }
});

test("the README shows the same lines", async () => {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  expect(readme).toContain((await readFile(script, "utf8")).trim());
});
