/** What the ordinary suite has no time for: every mistake in every profile, software with a rhythm of its own, seeds. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CHECKS, PROFILES, reportText, runConformance } from "../../src/conformance/index.ts";
import type { Adapter, CheckId, Report, RunOptions } from "../../src/conformance/index.ts";
import { startSandbox } from "../../src/conformance/sandbox-process.ts";
import type { SandboxProcess } from "../../src/conformance/sandbox-process.ts";
import { createSandboxClient } from "../../src/sandbox.ts";
import { createEngineAdapter } from "../conformance/engine-adapter.ts";
import { createRawAdapter } from "../conformance/raw/adapter.ts";
import { WRONG } from "../conformance/wrong-adapters.ts";

const sdk = fileURLToPath(new URL("../..", import.meta.url));

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox(sdk, "http://127.0.0.1:4700");
});
afterAll(() => sandbox.stop());

const judge = (adapter: Adapter, options: Partial<RunOptions> = {}): Promise<Report> =>
  runConformance({ adapter, hubUrl: sandbox.url, profiles: PROFILES, ...options });

const failedOf = ({ checks }: Report): CheckId[] => checks.filter((it) => it.status === "failed").map(({ id }) => id);

test.each([
  ["by hand", () => createRawAdapter({ everyMilliseconds: 150 })],
  ["over the engine", () => createEngineAdapter({ runs: true })],
])("software that follows its own rhythm passes everything: %s", async (_, create) => {
  const report = await judge(create());
  expect(failedOf(report), reportText(report)).toEqual([]);
});

test.each([2, 3, 4, 5, 6, 7, 8, 9])("seed %i: passes, and again with the same digest", async (seed) => {
  const only = ["REQ-BOOK-09"] as const;
  const [first, second] = [
    await judge(createRawAdapter(), { seed, only }),
    await judge(createRawAdapter(), { seed, only }),
  ];
  expect(failedOf(first), reportText(first)).toEqual([]);
  expect(second).toEqual(first);
});

test("every mistake in every profile: the check meant for it, and what else it breaks", async () => {
  const waiting = [...WRONG];
  const lines: string[] = [];
  const missed: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name, wrong, check } = next;
      const report = await judge(createRawAdapter({ wrong }), {
        patience: { pausesMilliseconds: [0, 20, 50, 100, 200] },
      });
      const failed = failedOf(report);
      if (!failed.includes(check)) missed.push(name);
      lines.push(`${check}  ${name}: ${failed.length === CHECKS.length ? "everything" : failed.join(" ")}`);
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));
  process.stdout.write(`${lines.sort().join("\n")}\n`);
  expect(missed).toEqual([]);
});

test.each([
  ["raw-adapter.ts", createRawAdapter],
  ["engine-adapter.ts", createEngineAdapter],
])(
  "one report, in every run and at every sandbox, also at the one that the command starts and ends: %s",
  async (module, create) => {
    const [first, second] = [await judge(create()), await judge(create())];
    expect(failedOf(first), reportText(first)).toEqual([]);
    expect(second).toEqual(first);

    const folder = await mkdtemp(join(tmpdir(), "arrimage-kit-"));
    // As root, the database is another user's, who has to get in.
    await chmod(folder, 0o755);
    try {
      const args = ["src/conformance/cli.ts", "run", "--adapter", `test/conformance/${module}`, "--json"];
      const env = { ...process.env, TMPDIR: folder };
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: sdk, env });
      expect(JSON.parse(stdout)).toEqual(first);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

// The last: the hub's clock stays where it was set. Scenarios look seven to nine days ahead; close to midnight, UTC is a day on.
test.each(["2027-10-31T10:00:00-04:00", "2028-03-03T23:50:00-05:00", "2028-03-05T00:10:00-05:00"])(
  "on days from which a clock change is near: %s",
  async (now) => {
    await createSandboxClient({ baseUrl: sandbox.url }).clock.set({ body: { now } });
    const report = await judge(createRawAdapter());
    expect(failedOf(report), reportText(report)).toEqual([]);
  },
);

test("ended by a signal, it ends the software, and the sandbox that it has started with its data", async () => {
  const folder = await mkdtemp(join(tmpdir(), "arrimage-ended-"));
  const told = join(folder, "told");
  const source = join(folder, "long.js");
  await writeFile(
    source,
    `import { appendFile } from "node:fs/promises";
     const tell = (what) => appendFile(${JSON.stringify(told)}, what + " ");
     const nothing = async () => "";
     export default { name: "long", version: "1", webhooks: false, reset: nothing, start: () => tell("started"),
       stop: () => tell("stopped"), createOpening: () => new Promise(() => {}), blockOpening: nothing,
       bookLocally: nothing, cancelLocally: nothing, listAgenda: async () => [] };`,
  );
  const temporary = await mkdtemp(join(folder, "tmp-"));
  const command = [join(sdk, "src/conformance/cli.ts"), "run", "--adapter", source, "--profile", "push"];
  // As root, the database is another user's, who has to get in.
  await chmod(folder, 0o755);
  await chmod(temporary, 0o777);
  const kit = spawn(process.execPath, command, { cwd: sdk, env: { ...process.env, TMPDIR: temporary } });
  const ended = once(kit, "exit");
  await vi.waitFor(async () => expect(await readFile(told, "utf8")).toContain("started"), 50_000);
  kit.kill("SIGTERM");
  expect(await ended).toEqual([143, null]);
  expect(await readFile(told, "utf8")).toContain("stopped");
  expect((await readdir(temporary)).filter((name) => name.startsWith("arrimage-conformance-"))).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});
