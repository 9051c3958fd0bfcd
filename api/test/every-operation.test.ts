import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineScopes } from "../src/domain/actor.ts";
import type { ActorKind } from "../src/domain/actor.ts";
import type { ProblemBody } from "../src/http/problem.ts";
import type { Operation } from "../src/http/operation.ts";
import { nowhere } from "./clinic-world.ts";
import { aCitizen, aClinic, aMachine, aNurse } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "./harness.ts";
import { filled, locationsOf, operations, sampleOf, urlOf } from "./samples.ts";

/**
 * What holds for every operation, checked on each: who is let in, and the conventions of the contract before any rule is
 * asked. The harness adds what every answer carries (contract.ts). /oauth/token keeps to OAuth's own conventions and has
 * its own suite.
 */

const kinds: readonly ActorKind[] = ["machine", "employee", "citizen", "nurse", "operator"];
/** It takes away the clinic that all others are called about; features/sandbox-snapshots has its suite. */
const endOfTheWorld = "sandbox.reset";
const problemOperations = operations.filter(
  ({ oauth, operationId }) => oauth !== true && operationId !== endOfTheWorld,
);
const guarded = problemOperations.filter(({ actors }) => actors.length > 0);
const withBody = problemOperations.filter(({ body }) => body !== undefined);

let hub: TestHub;
let tokens: Record<ActorKind, string>;
let withoutScope: Map<string, string>;
beforeAll(async () => {
  hub = await createTestHub();
  const clinic = await aClinic(hub);
  const citizen = await aCitizen(hub);
  tokens = {
    machine: clinic.machine.token,
    employee: clinic.admin.token,
    citizen: citizen.token,
    nurse: (await aNurse(hub)).token,
    operator: await hub.tokens.operator(),
  };
  withoutScope = new Map();
  for (const scope of machineScopes) {
    const { token } = await aMachine(hub, { scopes: machineScopes.filter((other) => other !== scope) });
    withoutScope.set(scope, token);
  }
});
afterAll(async () => hub.close());

describe.each(guarded)("$operationId", (declared) => {
  test("refuses who does not say who they are", async () => {
    const nobody = await call(declared, { as: null });
    expect(refusalOf(nobody)).toEqual([401, "UNAUTHENTICATED"]);
    expect(nobody.headers.get("www-authenticate")).toBe("Bearer");
    for (const as of ["garbage", `${tokens[kindOf(declared)]}x`, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."]) {
      const unknown = await call(declared, { as });
      expect(refusalOf(unknown)).toEqual([401, "INVALID_TOKEN"]);
      expect(unknown.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    }
  });

  test("RFC 6750 finds no token in the address", async () => {
    const search = new URLSearchParams({ access_token: tokens[kindOf(declared)] }).toString();
    const url = urlOf(declared, filled(sampleOf(declared), nowhere));
    const answer = await hub.request<ProblemBody>(
      declared.method.toUpperCase(),
      `${url}${url.includes("?") ? "&" : "?"}${search}`,
    );
    expect(refusalOf(answer)).toEqual([401, "UNAUTHENTICATED"]);
  });

  test("API5 refuses whom it is not for", async () => {
    for (const kind of kinds.filter((other) => !declared.actors.includes(other)))
      expect([kind, ...refusalOf(await call(declared, { as: tokens[kind] }))]).toEqual([kind, 403, "FORBIDDEN"]);
    if (!declared.actors.includes("machine") || declared.scope === undefined) return;
    const refused = await call(declared, { as: withoutScope.get(declared.scope) ?? null });
    expect(refusalOf(refused)).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(refused.headers.get("www-authenticate")).toBe(
      `Bearer error="insufficient_scope", scope="${declared.scope}"`,
    );
  });

  test("lets in whom it is for", async () => {
    for (const kind of declared.actors) {
      const { status, body } = await call(declared, { as: tokens[kind] });
      expect([kind, status]).not.toEqual([kind, 401]);
      expect([kind, body?.code]).not.toEqual([kind, "INSUFFICIENT_SCOPE"]);
      // A rule may still refuse; the control of the refusals above is that it is not for the kind alone.
      if (status === 403) expect([kind, body?.violations[0]?.rule]).not.toEqual([kind, "CONTRACT"]);
    }
  });
});

describe.each(problemOperations)("$operationId", (declared) => {
  test("mirrors the name of the request, and replaces one that is not harmless", async () => {
    const named = await call(declared, { headers: { "x-request-id": "vendor-1.2:3_4" } });
    expect(named.headers.get("x-request-id")).toBe("vendor-1.2:3_4");
    const odd = await call(declared, { headers: { "x-request-id": "<script>" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^req_/);
  });

  test("says what of a query it does not know", async () => {
    if (declared.query === undefined && declared.actors.length === 0) return;
    const sample = filled(sampleOf(declared), nowhere);
    const url = urlOf(declared, { ...sample, query: { ...sample.query, unheardOf: "1" } });
    const answer = await hub.request<ProblemBody>(declared.method.toUpperCase(), url, permitted(declared));
    expect(violationsOf(answer)).toEqual(["UNKNOWN_FIELD /query/unheardOf"]);
  });

  test("says which id of the path cannot be one", async () => {
    for (const location of locationsOf(declared).filter(({ part, name }) => part === "path" && name !== "externalId")) {
      const sample = filled(sampleOf(declared), nowhere);
      const url = urlOf(declared, { ...sample, path: { ...sample.path, [location.name]: "nonsense" } });
      const answer = await hub.request<ProblemBody>(declared.method.toUpperCase(), url, permitted(declared));
      expect(violationsOf(answer)).toEqual([`INVALID_REQUEST /path/${location.name}`]);
    }
  });

  test("asks for the headers that its commands need", async () => {
    if (declared.idempotent === true) {
      expect(refusalOf(await call(declared, { key: null }))).toEqual([400, "IDEMPOTENCY_KEY_REQUIRED"]);
      expect(violationsOf(await call(declared, { key: "short" }))).toEqual(["INVALID_REQUEST /header/Idempotency-Key"]);
    }
    if (declared.condition === "required") {
      const bare = await call(declared, { headers: {} }, false);
      expect([bare.status, violationsOf(bare)]).toEqual([428, ["PRECONDITION_REQUIRED /header/If-Match"]]);
    }
    if (declared.condition !== undefined)
      expect(violationsOf(await call(declared, { headers: { "if-match": "*" } }, false))).toEqual([
        "INVALID_REQUEST /header/If-Match",
      ]);
  });
});

/**
 * Objects in which the contract does not refuse what it does not name. Members of a key that are not understood are
 * ignored (RFC 7517 §4); the others are refused by a rule, which names what is wrong with it and needs the object first.
 */
const openObjects = new Set([
  "machines.create /keys/0",
  "machines.replaceKeys /keys/0",
  "places.replaceOptions /maskProfessionalName",
  "appointments.cancel ",
]);

describe.each(withBody)("$operationId", (declared) => {
  const body = () => filled(sampleOf(declared), nowhere).body;

  test("API3 refuses a field that it does not know, wherever it stands", async () => {
    for (const pointer of objectsOf(body(), "")) {
      if (openObjects.has(`${declared.operationId} ${pointer}`)) continue;
      const answer = await send(declared, withField(body(), pointer));
      expect(violationsOf(answer)).toEqual([`UNKNOWN_FIELD ${pointer}/unheardOf`]);
      expect(answer.status).toBe(declared.ndjson ? 200 : 400);
    }
  });

  test("refuses a body that is not what it says", async () => {
    const broken = await call(declared, { body: '{"half": ', ...sentAs(declared) });
    expect(violationsOf(broken)).toEqual(["MALFORMED_BODY "]);
    expect(violationsOf(await send(declared, []))).toEqual(["INVALID_REQUEST "]);
    for (const type of ["text/plain", "application/xml", "application/x-www-form-urlencoded"]) {
      const typed = await call(declared, { body: JSON.stringify(body()), headers: { "content-type": type } });
      expect([type, ...refusalOf(typed)]).toEqual([type, 415, "UNSUPPORTED_MEDIA_TYPE"]);
    }
  });

  test("API4 refuses more than a mebibyte, announced or not, or a line of more than 64 kibibytes", async () => {
    if (declared.ndjson) {
      for (const end of ["\n", ""]) {
        const long = await call(declared, { body: `{"note":"${"x".repeat(70_000)}"}${end}`, ...sentAs(declared) });
        expect(violationsOf(long)).toEqual(["BODY_TOO_LARGE "]);
      }
      return;
    }
    const text = JSON.stringify({ note: "x".repeat(1_048_577) });
    for (const length of [{}, { "content-length": String(text.length) }])
      expect(refusalOf(await call(declared, { body: text, headers: length }))).toEqual([413, "BODY_TOO_LARGE"]);
  });
});

test("an address that is not of the contract is answered in the contract's form", async () => {
  const answer = await hub.request<ProblemBody>("GET", "/v1/nothing", { headers: { "x-request-id": "mine" } });
  expect(refusalOf(answer)).toEqual([404, "NOT_FOUND"]);
  expect(answer.headers.get("x-request-id")).toBe("mine");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.body.requestId).toBe("mine");
});

/** The example as a permitted caller would send it, or `as` another (null: nobody), about objects that do not exist. */
async function call(
  declared: Operation,
  { as, ...request }: Omit<TestRequest, "version" | "as"> & { as?: string | null },
  condition = true,
): Promise<TestAnswer<ProblemBody>> {
  const sample = filled(sampleOf(declared), nowhere);
  const base = sample.body === undefined ? {} : { body: declared.ndjson ? [sample.body] : sample.body };
  const { as: caller, ...allowed } = permitted(declared, condition);
  const token = as === undefined ? caller : as;
  return hub.request<ProblemBody>(declared.method.toUpperCase(), urlOf(declared, sample), {
    ...allowed,
    ...(token === undefined || token === null ? {} : { as: token }),
    ...base,
    ...(declared.ndjson ? { ndjson: true } : {}),
    ...request,
  });
}

/** A body in place of the example; of an NDJSON operation, a line. */
function send(declared: Operation, body: unknown): Promise<TestAnswer<ProblemBody>> {
  return call(declared, { body: declared.ndjson ? [body] : body });
}

function sentAs({ ndjson }: Operation): Pick<TestRequest, "headers"> {
  return { headers: { "content-type": ndjson ? "application/x-ndjson" : "application/json" } };
}

function permitted(declared: Operation, condition = true): TestRequest {
  return {
    ...(declared.actors.length === 0 ? {} : { as: tokens[kindOf(declared)] }),
    ...(condition && declared.condition !== undefined ? { version: 1 } : {}),
  };
}

function kindOf({ actors, operationId }: Operation): ActorKind {
  const [kind] = actors;
  if (kind === undefined) throw new Error(`${operationId} is open to everybody`);
  return kind;
}

function refusalOf({ status, body }: TestAnswer<ProblemBody>): [number, string] {
  return [status, body.code];
}

/** `code pointer` of each violation: of the problem, or of the only line's. */
function violationsOf({ body }: TestAnswer<ProblemBody | { problem: ProblemBody | null }[]>): string[] {
  const problem = Array.isArray(body) ? body[0]?.problem : body;
  return (problem?.violations ?? []).map(({ code, pointer }) => `${code} ${pointer}`);
}

/** Where the objects of a body stand. */
function objectsOf(value: unknown, pointer: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : [pointer];
  return [...own, ...Object.entries(value).flatMap(([name, child]) => objectsOf(child, `${pointer}/${name}`))];
}

/** A copy with a field more at one of its objects. */
function withField(body: unknown, pointer: string): unknown {
  const copy = structuredClone(body);
  let at = copy as Record<string, unknown>;
  // objectsOf has found an object at every step.
  for (const step of pointer.split("/").slice(1)) at = at[step] as Record<string, unknown>;
  at["unheardOf"] = 1;
  return copy;
}
