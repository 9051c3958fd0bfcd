import { OpenAPIHono, z } from "@hono/zod-openapi";
import { machineScopes } from "../domain/actor.ts";
import type { ActorKind } from "../domain/actor.ts";
import { problemText, problems } from "../domain/problems.ts";
import type { ProblemCode } from "../domain/problems.ts";
import { oauthError, oauthErrorSchema } from "./oauth-error.ts";
import { problemsOf, tags, takesDryRun } from "./operation.ts";
import type { Operation } from "./operation.ts";
import { problemBody } from "./problem.ts";
import { problemSchema } from "./schema.ts";
import { violation } from "../domain/decision.ts";

/** OpenAPI 3.1 as plain JSON; the linter and the validators judge its shape (api/test/document.test.ts). */
export type Document = Record<string, unknown> & { paths: Record<string, Record<string, DocumentedOperation>> };
export interface DocumentedOperation {
  operationId: string;
  responses: Record<string, { description: string; content?: Record<string, MediaType>; headers?: unknown }>;
  parameters?: unknown[];
  requestBody?: { content: Record<string, MediaType> };
  security: Record<string, string[]>[];
  [extension: string]: unknown;
}
interface MediaType {
  schema?: unknown;
  examples?: Record<string, { value: unknown }>;
  [extension: string]: unknown;
}

/** What the hub sends to an address that a caller has named: a member of the document's `webhooks`. */
export interface Webhook {
  name: string;
  summary: string;
  description: string;
  body: z.ZodType;
  example: unknown;
}

const tagDescriptions: Readonly<Record<keyof typeof tags, string>> = {
  meta: "Whether the hub lives, and this document.",
  authentication: "Access tokens for machines: OAuth 2.0 client credentials with private_key_jwt.",
  operator: "What RAMQ registers: establishments, places, vendors, machines and their links.",
  configuration: "Places, employees, professionals and services.",
  agenda: "Availability slots: one by one, by the vendor's own identifier, or by thousands.",
  openings: "Bookable starts, as the clinic sees them.",
  booking: "Holds and appointments made by the clinic.",
  citizen: "What a citizen's portal does: search, hold, book, find, cancel.",
  nurse: "What a nurse of the 811 line, or of a hospital emergency's triage, does for a patient: search, hold, book.",
  synchronisation: "Follow what changed, prove that both sides agree.",
  webhooks: "Have what changed sent to an address of one's own, and see what became of it.",
  sandbox:
    "Only in sandbox mode: the clock, tokens, invented persons and robot citizens, faults, snapshots, the calls that came in.",
};

const schemeOf: Readonly<Record<ActorKind, string>> = {
  machine: "machine",
  employee: "staff",
  citizen: "citizen",
  nurse: "nurse",
  operator: "operator",
};

/** The document of the operations served so far: the public contract, or the sandbox's own. */
export function createDocument(
  served: readonly Operation[],
  part: "public" | "sandbox",
  baseUrl: string,
  webhooks: readonly Webhook[] = [],
): Document {
  const operations = served.filter(({ tag }) => (tag === "sandbox") === (part === "sandbox"));
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.register("Problem", problemSchema);
  // pathOf gives what OpenAPI knows beside what the registry's type knows (extensions, security scopes).
  for (const declared of operations)
    registry.registerPath(pathOf(declared) as Parameters<typeof registry.registerPath>[0]);
  for (const webhook of part === "public" ? webhooks : [])
    registry.registerWebhook(webhookOf(webhook) as Parameters<typeof registry.registerWebhook>[0]);
  const used = new Set(operations.map(({ tag }) => tag));
  const document = app.getOpenAPI31Document({
    openapi: "3.1.1",
    info: {
      title: part === "public" ? "arrimage" : "arrimage sandbox",
      version: "1.0.0",
      description:
        part === "public"
          ? "The hub through which clinics' agenda software and Rendez-vous santé Québec agree on one truth."
          : "Operations that exist only in sandbox mode: move the clock, hand out tokens, let robot citizens act, make things go wrong, put everything back.",
    },
    externalDocs: { url: `${baseUrl}/docs/guides`, description: "Guides for vendors, in French and English" },
    servers: [{ url: baseUrl, description: "Sandbox on this machine" }],
    tags: (Object.keys(tags) as (keyof typeof tags)[])
      .filter((tag) => used.has(tag))
      .map((tag) => ({ name: tags[tag], description: tagDescriptions[tag] })),
  }) as unknown as Document;
  finish(document, operations, baseUrl);
  return document;
}

function pathOf(declared: Operation): Record<string, unknown> {
  const headers = headersOf(declared);
  const content = declared.ndjson
    ? "application/x-ndjson"
    : declared.form
      ? "application/x-www-form-urlencoded"
      : "application/json";
  return {
    method: declared.method,
    path: declared.path,
    operationId: declared.operationId,
    tags: [tags[declared.tag]],
    summary: declared.summary,
    ...(declared.description === undefined ? {} : { description: declared.description }),
    security: securityOf(declared),
    ...(declared.list ? { "x-arrimage-list": true } : {}),
    ...(declared.reads || declared.repeatable ? { "x-arrimage-idempotent": true } : {}),
    "x-arrimage-actors": declared.actors,
    request: {
      ...(declared.params === undefined ? {} : { params: declared.params }),
      ...(declared.query === undefined ? {} : { query: declared.query }),
      ...(headers === undefined ? {} : { headers }),
      ...(declared.body === undefined
        ? {}
        : {
            body: {
              required: true,
              content: { [content]: media(declared.body, declared.example.body, declared.ndjson) },
            },
          }),
    },
    responses: responsesOf(declared),
  };
}

/** A call the other way round: the hub's request, and the answers that mean something to it. */
function webhookOf({ name, summary, description, body, example }: Webhook): Record<string, unknown> {
  const header = (text: string, value: string) => z.string().openapi({ description: text, example: value });
  return {
    method: "post",
    path: name,
    operationId: `webhooks.${name}`,
    tags: [tags.webhooks],
    summary,
    description,
    security: [],
    request: {
      headers: z.object({
        "webhook-id": header("Names the event: the same at every attempt.", "msg_3f9c1b7e5a2d4c60a1b2c3"),
        "webhook-timestamp": header("Seconds since 1970: when this attempt was signed.", "1804270931"),
        "webhook-signature": header(
          "`v1,` and the base64 of the HMAC-SHA-256 of `id.timestamp.body`; several, with a space between, while a secret is being rotated.",
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
      }),
      body: { required: true, content: { "application/json": media(body, example, undefined) } },
    },
    responses: {
      "2XX": { description: "Taken: it is not sent again." },
      "410": { description: "The endpoint is gone: it is disabled." },
      default: { description: "Not taken: it is sent again later, not before a Retry-After." },
    },
  };
}

function securityOf(declared: Operation): Record<string, string[]>[] {
  return declared.actors.map((kind) => ({
    [schemeOf[kind]]: kind === "machine" && declared.scope !== undefined ? [declared.scope] : [],
  }));
}

function headersOf(declared: Operation): z.ZodObject | undefined {
  const headers: Record<string, z.ZodType> = {};
  if (declared.idempotent) {
    headers["Idempotency-Key"] = z.string().min(8).max(255).openapi({
      description: "Names this command: repeated, it is answered again and done once. Kept 72 h.",
      example: "3f9c1b7e5a2d4c60",
    });
  }
  if (declared.condition !== undefined) {
    const ifMatch = z.string().openapi({ description: "The version being changed, as its ETag.", example: '"v3"' });
    headers["If-Match"] = declared.condition === "required" ? ifMatch : ifMatch.optional();
  }
  if (declared.actors.includes("employee")) {
    headers["Arrimage-Establishment"] = z.string().optional().openapi({
      description: "AUTH-06: which establishment is meant, for a person employed in several.",
      example: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
    });
  }
  return Object.keys(headers).length === 0 ? undefined : z.object(headers);
}

function media(schema: z.ZodType, example: unknown, ndjson: boolean | undefined): MediaType {
  const lines = Array.isArray(example) ? example : [example];
  const value = ndjson ? lines.map((line) => `${JSON.stringify(line)}\n`).join("") : example;
  return { schema, ...(example === undefined ? {} : { examples: { default: { value } } }) };
}

function responsesOf(declared: Operation): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  const description =
    declared.status === 201 ? "Created" : declared.status === 204 ? "Done" : "Done; the answer follows.";
  const lines = declared.ndjson === true || declared.streamed === true;
  const content = lines ? "application/x-ndjson" : "application/json";
  responses[String(declared.status)] = {
    description,
    headers: answerHeaders(declared),
    ...(declared.result === undefined
      ? {}
      : { content: { [content]: media(declared.result, declared.example.result, lines) } }),
  };
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(declared)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[String(status)] = {
      description: codes.map((code) => `\`${code}\`: ${problemText(code, "en")}`).join("\n\n"),
      headers: declared.oauth ? headerRefs(everyHeader) : problemHeaders(codes),
      content: declared.oauth
        ? oauthFailures(codes)
        : {
            "application/problem+json": {
              schema: problemSchema,
              examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
            },
          },
    };
  }
  return responses;
}

const everyHeader = ["X-Request-Id", "RateLimit", "RateLimit-Policy"] as const;

function headerRefs(names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function answerHeaders(declared: Operation): Record<string, unknown> {
  const names: string[] = [...everyHeader];
  if (declared.etag) names.push("ETag");
  if (declared.idempotent) names.push("Idempotency-Replayed");
  if (takesDryRun(declared)) names.push("Arrimage-Dry-Run");
  return headerRefs(names);
}

function problemHeaders(codes: readonly ProblemCode[]): Record<string, unknown> {
  const names: string[] = [...everyHeader];
  if (codes.some((code) => problems[code].retryable)) names.push("Retry-After");
  if (codes.some((code) => problems[code].status === 401)) names.push("WWW-Authenticate");
  return headerRefs(names);
}

/** /oauth/token answers failures in OAuth's form; its clients know no other. */
function oauthFailures(codes: readonly ProblemCode[]): Record<string, unknown> {
  const example = (code: ProblemCode) => ({ value: oauthError({ violations: [violation("CONTRACT", code)] }).body });
  const examples = Object.fromEntries(codes.map((code) => [code, example(code)]));
  return { "application/json": { schema: oauthErrorSchema, examples } };
}

function exampleProblem(code: ProblemCode): unknown {
  const context = {
    requestId: "req_01m8qk5v0e7kqv8f0a3n6c9d2h",
    language: "fr",
    baseUrl: "http://127.0.0.1:4700",
  } as const;
  return problemBody({ violations: [violation("CONTRACT", code)], help: {} }, context);
}

const dryRunParameter = {
  name: "dryRun",
  in: "query",
  required: false,
  description:
    "`true`: decide as the command itself would, answer what it would answer or every violation at once, and keep " +
    "nothing. The answer bears `Arrimage-Dry-Run: true`; ids and versions in it are those of this try, a reference " +
    "number is `0000000000`, and no Idempotency-Key is needed or used.",
  schema: { type: "boolean", default: false },
  example: true,
};

/** What the registry does not know: dry runs, headers, security schemes, the line schema of NDJSON. */
function finish(document: Document, operations: readonly Operation[], baseUrl: string): void {
  Object.assign(document["info"] as object, { license: { name: "Apache-2.0", identifier: "Apache-2.0" } });
  const components = (document["components"] ?? {}) as Record<string, unknown>;
  const text = (description: string, example: unknown) => ({ description, schema: { type: "string" }, example });
  components["headers"] = {
    "X-Request-Id": text(
      "Identifies this request; quote it when asking for help. Yours is mirrored.",
      "req_01m8qk5v0e7kqv8f0a3n6c9d2h",
    ),
    RateLimit: text("What is left of the quota, and seconds until it is whole again.", '"default";r=5990;t=42'),
    "RateLimit-Policy": text("The quota and its window in seconds.", '"default";q=6000;w=60'),
    ETag: text("Version of the object, for If-Match.", '"v3"'),
    "Arrimage-Dry-Run": text("true when nothing was kept, as asked by `?dryRun=true`.", "true"),
    "Idempotency-Replayed": text("true when this is the stored answer of an earlier call.", "true"),
    "Retry-After": text("Seconds to wait.", "1"),
    "WWW-Authenticate": text("How to authenticate (RFC 6750).", "Bearer"),
  };
  const answered = new Set(operations.flatMap(problemsOf));
  components["examples"] = Object.fromEntries(
    [...answered].sort().map((code) => [code, { summary: problemText(code, "en"), value: exampleProblem(code) }]),
  );
  const bearer = (description: string) => ({ type: "http", scheme: "bearer", bearerFormat: "JWT", description });
  const schemes: Record<string, unknown> = {
    machine: {
      type: "oauth2",
      description:
        "Agenda software: client credentials with private_key_jwt (ES256 or EdDSA); tokens live five minutes.",
      flows: {
        clientCredentials: {
          tokenUrl: `${baseUrl}/oauth/token`,
          scopes: Object.fromEntries(machineScopes.map((scope) => [scope, scope.replace(".", ": ")])),
        },
      },
    },
    staff: bearer("An employee of a clinic, by a token of the configured identity issuer."),
    citizen: bearer("A citizen, by a token of the configured identity issuer."),
    nurse: bearer("A nurse (811 or redirection), by a token of the configured identity issuer."),
    operator: bearer("RAMQ, by a token of the configured identity issuer."),
  };
  const used = new Set(operations.flatMap(({ actors }) => actors.map((kind) => schemeOf[kind])));
  components["securitySchemes"] = Object.fromEntries(Object.entries(schemes).filter(([name]) => used.has(name)));
  delete components["parameters"];
  document["components"] = components;
  if (Object.keys(document["webhooks"] ?? {}).length === 0) delete document["webhooks"];
  const streamed = new Set(operations.filter((each) => each.streamed).map(({ operationId }) => operationId));
  const tried = new Set(operations.filter(takesDryRun).map(({ operationId }) => operationId));
  for (const item of Object.values(document.paths))
    for (const documented of Object.values(item)) {
      moveLineSchemas(documented, streamed.has(documented.operationId));
      if (tried.has(documented.operationId))
        documented.parameters = [...(documented.parameters ?? []), dryRunParameter];
    }
  dropEmptyDiscriminators(components);
  dropUnused(document, components);
}

/** OpenAPI's discriminator is a text; where zod tells members apart by a boolean, no mapping comes of it. */
function dropEmptyDiscriminators(components: Record<string, unknown>): void {
  for (const schema of Object.values(components["schemas"] ?? {}) as { discriminator?: { mapping?: object } }[]) {
    if (schema.discriminator && Object.keys(schema.discriminator.mapping ?? {}).length === 0)
      delete schema.discriminator;
  }
}

/** Headers and examples that no operation of this document refers to. */
function dropUnused(document: Document, components: Record<string, unknown>): void {
  const paths = JSON.stringify(document.paths);
  for (const kind of ["headers", "examples"]) {
    const named = Object.entries(components[kind] ?? {});
    components[kind] = Object.fromEntries(named.filter(([name]) => paths.includes(`"#/components/${kind}/${name}"`)));
  }
}

/** An NDJSON body is a text of lines; the schema describes one of them, `x-arrimage-end` the `type` of the last. */
function moveLineSchemas(documented: DocumentedOperation, streamed: boolean): void {
  const contents = [
    documented.requestBody?.content,
    ...Object.values(documented.responses).map(({ content }) => content),
  ];
  for (const content of contents) {
    const lines = content?.["application/x-ndjson"];
    if (lines?.schema === undefined) continue;
    lines["x-arrimage-line"] = lines.schema;
    const form = "One JSON object a line (see x-arrimage-line)";
    if (streamed) lines["x-arrimage-end"] = "end";
    lines.schema = {
      type: "string",
      description: streamed
        ? `${form}; without the last one, of type \`end\`, it is cut off.`
        : `${form}, at most 10,000.`,
    };
  }
}
