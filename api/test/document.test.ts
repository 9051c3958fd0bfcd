import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents } from "../src/documents.ts";
import { problems } from "../src/domain/problems.ts";
import type { Document, DocumentedOperation } from "../src/http/document.ts";
import { problemsOf } from "../src/http/operation.ts";
import { examplesOf, referencesOf } from "./document-examples.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";

/** The documents of spec/ say what the code does, in a form that every tool of the trade accepts. */

const spec = fileURLToPath(new URL("../../spec/", import.meta.url));
const generated = Object.entries(documents());

/** What is served beside the contract: pages for people, and the sandbox's own document. */
const besideTheContract = [
  "GET /",
  "GET /docs",
  "GET /docs/guides",
  "GET /docs/guides/:language/:file?",
  "GET /docs/page.css",
  "GET /docs/scalar.js",
  "GET /docs/problems/:code",
  "GET /docs/rules",
  "GET /docs/rules/:id",
  "GET /sandbox",
  "GET /sandbox/console.css",
  "GET /sandbox/console.js",
  "GET /sandbox/openapi.json",
];

let hub: TestHub;
let production: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
  production = await createTestHub({ config: { mode: "production" }, database: hub.database, seed: "production" });
});
afterAll(async () => {
  await production.close();
  await hub.close();
});

describe.each(generated)("spec/%s", (name, document) => {
  const operations = operationsOf(document);

  test("is what the routes make", async () => {
    const written = await readFile(`${spec}${name}`, "utf8");
    const same = written.replaceAll("\r\n", "\n") === `${JSON.stringify(document, null, 2)}\n`;
    expect(same, `spec/${name} is stale: run npm run spec`).toBe(true);
  });

  test("is OpenAPI 3.1.1 by its JSON schema", async () => {
    expect(document["openapi"]).toBe("3.1.1");
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test("redocly lint finds nothing", { timeout: 60_000 }, async () => {
    expect(await lint(name)).toEqual([]);
  });

  test("every example keeps to its schema", () => {
    const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, allErrors: true });
    // Fragments of the document are compiled; what is not of JSON Schema in them says nothing about values.
    ajv.addVocabulary([...Object.keys(document), "example", "discriminator", "x-arrimage-line"]);
    addFormats.default(ajv);
    ajv.addSchema(document, "document", undefined, false);
    const examples = examplesOf(document);
    expect(examples.length).toBeGreaterThan(operations.length);
    // The same problems stand under every operation: once is enough.
    const distinct = new Map(examples.map((each) => [`${each.schema} ${JSON.stringify(each.value)}`, each]));
    const wrong = [...distinct.values()].flatMap(({ pointer, schema, value }) => {
      const reference = `document#${encodeURI(schema)}`;
      const validate = ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
      return validate(value) ? [] : [`${pointer}: ${ajv.errorsText(validate.errors)}`];
    });
    expect(wrong).toEqual([]);
  });

  test("every component is used", () => {
    const used = referencesOf(document);
    const components = Object.entries(document["components"] ?? {}).filter(([kind]) => kind !== "securitySchemes");
    const unused = components
      .flatMap(([kind, named]) => Object.keys(named as object).map((each) => `/components/${kind}/${each}`))
      .filter((pointer) => !used.has(pointer));
    expect(unused).toEqual([]);
  });

  test("no path or query parameter could carry a person: criteria of that kind are in bodies", () => {
    const personal = /nam(?!es?visible)|birth|phone|mail|sex|contact|patient|address|person|citizen/i;
    const suspicious = operations.flatMap(({ operationId, documented }) =>
      parametersOf(documented)
        .filter(({ in: where, name: parameter }) => where !== "header" && personal.test(parameter))
        .map(({ name: parameter }) => `${operationId} ${parameter}`),
    );
    // VIEW-05: of a professional's name, which citizens read with every opening.
    expect(suspicious.filter((each) => each !== "professionals.list name")).toEqual([]);
  });

  describe.each(operations)("$operationId", ({ operationId, path, method, documented }) => {
    const declared = () => {
      const found = hub.hub.operations.find((served) => served.operationId === operationId);
      if (found === undefined) throw new Error(`${operationId} is not served`);
      return found;
    };

    test("has a summary, one tag, its security", () => {
      expect(documented["summary"]).toMatch(/^[A-Z].*[^.]$/);
      expect(documented["tags"]).toHaveLength(1);
      const tags = (document["tags"] as { name: string }[]).map((tag) => tag.name);
      expect(tags).toContain((documented["tags"] as string[])[0]);
      const { actors, scope } = declared();
      expect(documented.security).toHaveLength(actors.length);
      const schemes = (document["components"] as { securitySchemes?: object }).securitySchemes ?? {};
      for (const [scheme] of documented.security.flatMap((entry) => Object.entries(entry)))
        expect(Object.keys(schemes)).toContain(scheme);
      const asked = documented.security.find((entry) => "machine" in entry)?.["machine"];
      expect(asked).toEqual(actors.includes("machine") ? (scope === undefined ? [] : [scope]) : undefined);
    });

    test("shows an example of its body and of its answer, as the code would take and give them", () => {
      const { example, body, result, status, ndjson, streamed } = declared();
      for (const media of Object.values(documented.requestBody?.content ?? {})) expect(media.examples).toBeDefined();
      const answer = documented.responses[String(status)];
      expect(answer).toBeDefined();
      for (const media of Object.values(answer?.content ?? {})) expect(media.examples).toBeDefined();
      if (body !== undefined) expect(body.safeParse(example.body).error?.issues ?? []).toEqual([]);
      if (result === undefined) return expect(ndjson).toBeUndefined();
      const read = (streamed ? result.array() : result).safeParse(example.result);
      expect(read.error?.issues ?? []).toEqual([]);
      // A field too many would be dropped.
      expect(isDeepStrictEqual(read.data, example.result)).toBe(true);
    });

    test("documents each problem it can answer, with its status", () => {
      for (const code of problemsOf(declared())) {
        const response = documented.responses[String(problems[code].status)];
        const media = Object.values(response?.content ?? {});
        expect(media.flatMap(({ examples }) => Object.keys(examples ?? {}))).toContain(code);
      }
    });

    test("is served where the document says", () => {
      expect(declared()).toMatchObject({ path, method });
    });
  });
});

test("operationIds are unique, of two or three camelCase segments", () => {
  const ids = generated.flatMap(([, document]) => operationsOf(document).map(({ operationId }) => operationId));
  expect(ids).toEqual([...new Set(ids)]);
  expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*){1,2}$/.test(id))).toEqual([]);
});

test("API9 what Hono routes and what the documents list are the same", () => {
  const routed = hub.app.routes.map(({ method, path }) => `${method} ${path}`);
  const documented = generated.flatMap(([, document]) =>
    operationsOf(document).map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
  );
  expect(routed.sort()).toEqual([...documented, ...besideTheContract].sort());
});

test("API5 nothing of the sandbox exists in production mode", async () => {
  const sandboxed = generated
    .flatMap(([, document]) => operationsOf(document))
    .filter(({ path }) => path.startsWith("/sandbox"));
  expect(sandboxed.length).toBeGreaterThan(3);
  expect(production.hub.operations.filter(({ path, tag }) => path.startsWith("/sandbox") || tag === "sandbox")).toEqual(
    [],
  );
  const methods = ["GET", "POST", "PUT", "DELETE"];
  for (const path of new Set([...sandboxed.map((each) => each.path), "/sandbox/openapi.json"])) {
    const call = async (asked: TestHub, method: string) =>
      (await asked.request(method, path, method === "GET" ? {} : { body: {} })).status;
    const [there, here] = [new Set<number>(), new Set<number>()];
    for (const method of methods) {
      there.add(await call(production, method));
      here.add(await call(hub, method));
    }
    expect([path, ...there]).toEqual([path, 404]);
    // The control: with one of the methods the sandbox has an answer.
    expect([...here].some((status) => status !== 404)).toBe(true);
  }
});

interface ListedOperation {
  operationId: string;
  path: string;
  method: string;
  documented: DocumentedOperation;
}

function operationsOf(document: Document): ListedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, documented]) => ({
      operationId: documented.operationId,
      path,
      method,
      documented,
    })),
  );
}

function parametersOf(documented: DocumentedOperation): { in: string; name: string }[] {
  return (documented["parameters"] ?? []) as { in: string; name: string }[];
}

/** What the command line of redocly answers, in one line each. Nothing is sent or asked for over the network. */
async function lint(name: string): Promise<string[]> {
  const cli = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");
  const environment = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, "lint", name, "--config", "redocly.yaml", "--format", "json", "--max-problems", "1000"],
      { cwd: spec, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024, timeout: 50_000 },
      (error, stdout, stderr) => {
        // Found problems make it fail; no report at all is another matter.
        if (stdout.includes("{")) resolve(stdout);
        else reject(new Error(`redocly gave no report: ${stderr}`, { cause: error }));
      },
    );
  });
  // As redocly prints it with --format json.
  const report = JSON.parse(output.slice(output.indexOf("{"))) as {
    totals: { errors: number; warnings: number };
    problems: { ruleId: string; message: string; location: { pointer?: string }[] }[];
  };
  return report.problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ""} ${message}`);
}
