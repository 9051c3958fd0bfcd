/** The kit is itself tested: right software passes, each mistake is noticed by the check meant for it. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CHECKS,
  connectAdapter,
  coverage,
  KIT,
  PROFILES,
  reportText,
  runConformance,
} from "../../src/conformance/index.ts";
import type { Adapter, CheckId, Report, RunOptions } from "../../src/conformance/index.ts";
import { loadAdapter } from "../../src/conformance/load-adapter.ts";
import { startSandbox } from "../../src/conformance/sandbox-process.ts";
import type { SandboxProcess } from "../../src/conformance/sandbox-process.ts";
import { Ajv2020 } from "./ajv.ts";
import { createEngineAdapter } from "./engine-adapter.ts";
import { createRawAdapter } from "./raw/adapter.ts";
import { serveAdapter } from "./serve-adapter.ts";
import { WRONG } from "./wrong-adapters.ts";

const sdk = fileURLToPath(new URL("../..", import.meta.url));
/** Adapters in this process answer at once: what they have not done then, they will not do. */
const patience = { pausesMilliseconds: [0, 20, 50, 100, 200] };

let sandbox: SandboxProcess;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arrimage-kit-"));
  sandbox = await startSandbox(sdk, "http://127.0.0.1:4700");
}, 120_000);
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const judge = (adapter: Adapter, options: Partial<RunOptions> = {}): Promise<Report> =>
  runConformance({ adapter, hubUrl: sandbox.url, profiles: PROFILES, patience, ...options });

const failedOf = ({ checks }: Report): CheckId[] => checks.filter((it) => it.status === "failed").map(({ id }) => id);

// Much of a run is waiting (Retry-After, an outage), which none has to do alone: 56 s instead of 78.
test.concurrent(
  "software that speaks HTTP by hand passes everything; so does software over the SDK's engine, whatever it is asked",
  async () => {
    const [engine, raw] = await Promise.all([judge(createEngineAdapter()), judge(createRawAdapter())]);
    const skippedOf = ({ checks }: Report) => checks.filter((it) => it.status === "skipped").map(({ id }) => id);
    for (const report of [engine, raw]) expect(failedOf(report), reportText(report)).toEqual([]);
    expect(skippedOf(raw)).toEqual([]);
    // The engine reads the objects with their changes: nothing can be cut between the two.
    expect(skippedOf(engine)).toEqual(["REQ-PULL-09"]);
  },
  120_000,
);

test.concurrent(
  "software that does nothing passes nothing",
  async () => {
    const nothing = () => Promise.resolve();
    const idle: Adapter = {
      ...{ name: "idle", version: "1.0.0", webhooks: true, start: nothing, stop: nothing, reset: nothing },
      ...{ createOpening: () => Promise.resolve("1"), blockOpening: nothing, bookLocally: () => Promise.resolve("2") },
      ...{ cancelLocally: nothing, listAgenda: () => Promise.resolve([]), syncNow: nothing },
    };
    const { checks } = await judge(idle, { patience: { pausesMilliseconds: [0] } });
    expect(checks.filter(({ status }) => status === "passed")).toEqual([]);
  },
  120_000,
);

test.concurrent(
  "driven over HTTP, the same software has the same report, to the last byte",
  async () => {
    const served = await serveAdapter(createRawAdapter({ wrong: { secondOfTwo: true } }));
    try {
      const adapters = [createRawAdapter({ wrong: { secondOfTwo: true } }), await connectAdapter(served.url)];
      const [here, there] = await Promise.all(adapters.map((adapter) => judge(adapter, { profiles: ["push"] })));
      expect(here?.outcome).toBe("failed");
      expect(JSON.stringify(there)).toBe(JSON.stringify(here));
    } finally {
      await served.close();
    }
  },
  120_000,
);

describe.concurrent("a mistake is noticed by the check meant for it", () => {
  test.each(WRONG)("$name: $check", { timeout: 120_000 }, async ({ wrong, check, where = check }) => {
    const report = await judge(createRawAdapter({ wrong }), { only: [check, where] });
    expect(failedOf(report)).toContain(check);
    // The mistake itself was seen, not that something before it went wrong.
    const meant = JSON.stringify(report.checks.find(({ id }) => id === check)?.findings);
    expect(meant).not.toMatch(/the adapter failed|did not come so far|on which this is played|so no citizen can book/);
    // Nothing of this run's own, so that the same mistake is told in the same words the next time.
    const found = JSON.stringify(report.checks.map(({ findings }) => findings));
    expect(found).not.toMatch(/[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|\d{4}-\d{2}-\d{2}|127\.0\.0\.1/);
  });
});

test("every check has a mistake of its own that it notices", () => {
  expect(CHECKS.map(({ id }) => id).filter((id) => !WRONG.some(({ check }) => check === id))).toEqual([]);
});

test("every check is made somewhere, and no two have one title", () => {
  expect(coverage().filter(({ scenarios }) => scenarios.length === 0)).toEqual([]);
  expect(new Set(CHECKS.map(({ title }) => title)).size).toBe(CHECKS.length);
  for (const { stands, sources } of CHECKS) expect([stands.length > 10, sources.length > 0]).toEqual([true, true]);
});

test("adapter.openapi.yaml is an OpenAPI document", async () => {
  const document = join(sdk, "conformance/adapter.openapi.yaml");
  expect(await new Validator().validate(document)).toEqual({ valid: true });
});

test("the kit's version is the package's", async () => {
  const { version } = JSON.parse(await readFile(join(sdk, "package.json"), "utf8")) as { version: string };
  expect(KIT).toBe(version);
});

describe("arrimage-conformance", { timeout: 60_000 }, () => {
  const cli = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    const command = [join(sdk, "src/conformance/cli.ts"), ...args];
    return promisify(execFile)(process.execPath, command, { cwd: sdk }).then(
      (said) => ({ code: 0, ...said }),
      // execFile rejects with what was said and the exit code.
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
  };

  test("0, and its reports, when software conforms", async () => {
    const args = ["--adapter", "test/conformance/raw-adapter.ts", "--profile", "push", "--only", "REQ-PUSH-08"];
    const { code, stdout, stderr } = await cli("run", ...args, "--hub", sandbox.url, "--report", folder);
    expect([code, stdout], stderr).toEqual([
      0,
      expect.stringContaining("Partial run (REQ-PUSH-08), passed: 9 passed, 0 failed, 0 skipped"),
    ]);
    const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
    expect(report).toMatchObject({
      ...{ format: "arrimage-conformance/1", outcome: "passed", seed: 1 },
      ...{ profiles: ["push"], only: ["REQ-PUSH-08"] },
    });
    const schema = JSON.parse(await readFile(join(sdk, "conformance/report.schema.json"), "utf8")) as object;
    const validate = new Ajv2020().compile(schema);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(await readFile(join(folder, "junit.xml"), "utf8")).toContain('tests="9" failures="0" skipped="0"');
    expect(await readFile(join(folder, "report.html"), "utf8")).toContain("Partial run (REQ-PUSH-08)");
    expect((await cli("verify", join(folder, "report.json"))).code).toBe(0);
    await writeFile(join(folder, "other.json"), JSON.stringify({ ...report, seed: 2 }));
    expect((await cli("verify", join(folder, "other.json"))).code).toBe(1);
  });

  test("1, and why, when it does not", async () => {
    const file = join(folder, "wrong.ts");
    const source = join(sdk, "test/conformance/raw/adapter.ts");
    await writeFile(
      file,
      `import { createRawAdapter } from ${JSON.stringify(source)};
       export default () => createRawAdapter({ wrong: { fixedOffset: "-05:00" } });`,
    );
    const { code, stdout, stderr } = await cli(
      "run",
      "--adapter",
      file,
      "--profile",
      "push",
      "--only",
      "REQ-PUSH-08",
      "--hub",
      sandbox.url,
    );
    expect([code, stdout], stderr).toEqual([
      1,
      expect.stringMatching(
        /FAIL {2}REQ-PUSH-08[^]*expected openings at the hub 09:00-11:00, found 10:00-12:00[^]*because/,
      ),
    ]);
  });

  test.each([
    [["run", "--profile", "push"], "--adapter"],
    [["run", "--adapter", "./none.js", "--profile", "gold"], "--profile takes push"],
    [["run", "--adapter", "./none.js", "--profile", "push"], "cannot be loaded"],
    [["run", "--adapter", "http://127.0.0.1:9", "--profile", "push"], "No adapter answers"],
    [["run", "--adapter", "./test/conformance/wrong-adapters.ts", "--profile", "push"], "missing: name, version"],
    [["run", "--adapter", "./none.js", "--profile", "push", "--only", "REQ-PUSH-99"], "no check REQ-PUSH-99"],
    [["judge"], "run, list or verify"],
    [["run", "--frob"], "--frob"],
    [
      ["run", "--adapter", "test/conformance/raw-adapter.ts", "--hub", "http://127.0.0.1:9"],
      "No sandbox answers at http",
    ],
    [["run", "--adapter", "test/conformance/raw-adapter.ts", "--hub", "nowhere"], "No sandbox answers at nowhere"],
    [["run", "--adapter", "test/conformance/raw-adapter.ts", "--report", "package.json"], "--report takes a folder"],
  ])("2 when it cannot judge: %j", async (args, message) => {
    const { code, stderr } = await cli(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("an adapter that is never made is not waited for", async () => {
    for (const [name, text] of [
      ["factory.js", "export default () => new Promise(() => {});"],
      ["module.js", "await new Promise(() => {});"],
    ] as const) {
      await writeFile(join(folder, name), text);
      await expect(loadAdapter(join(folder, name), folder, 50)).rejects.toThrow("no answer in 0.05 s");
    }
  });

  test("software that never answers is failed, not waited for; and may be an object of a class", async () => {
    const source = join(folder, "silent.js");
    await writeFile(
      source,
      `const never = () => new Promise(() => {});
       class Silent {
         name = "silent"; version = "1"; webhooks = false;
         async reset() {} async stop() {} start() { return never(); }
         createOpening() { return never(); } blockOpening() { return never(); } bookLocally() { return never(); }
         cancelLocally() { return never(); } listAgenda() { return never(); }
       }
       export default new Silent();`,
    );
    const threw: unknown[] = [];
    const report = await runConformance({
      adapter: await loadAdapter(source, folder),
      ...{ hubUrl: sandbox.url, profiles: ["push"], only: ["REQ-PUSH-08"], limitMilliseconds: 50 },
      onFailure: (error) => threw.push(error),
    });
    expect(threw).toEqual([expect.objectContaining({ name: "TimeoutError" })]);
    const failed = report.checks.find(({ id }) => id === "REQ-PUSH-08");
    expect(failed?.findings[0]?.found).toBe("the adapter failed: TimeoutError");
  });

  test("lists its checks", async () => {
    const { code, stdout } = await cli("--list");
    expect(code).toBe(0);
    for (const { id } of CHECKS) expect(stdout).toContain(id);
  });
});
