import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopeOf, withScope } from "../src/db/scope.ts";
import type { Employee } from "../src/domain/actor.ts";
import { storedBody } from "../src/features/appointments/reading.ts";
import { appointmentExample, appointmentId, appointmentSchema } from "../src/features/appointments/schema.ts";
import { readAppointmentsById } from "../src/features/appointments/store.ts";
import { createDocument } from "../src/http/document.ts";
import type { Document } from "../src/http/document.ts";
import { operation, takesDryRun } from "../src/http/operation.ts";
import type { Operation } from "../src/http/operation.ts";
import { serve } from "../src/http/serve.ts";
import type { Call } from "../src/http/call.ts";
import { z } from "@hono/zod-openapi";
import { decodeJwt } from "jose";
import { anAppointment } from "./an-appointment.ts";
import { aClinicWorld } from "./clinic-world.ts";
import { asOwner } from "./database.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { aCitizen, aClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "./harness.ts";
import { filled, operations, sampleOf, urlOf } from "./samples.ts";
import type { Sample } from "./samples.ts";

/**
 * Design, decision 11: every answer that tells of a patient leaves an access record of who was told, of whom, why and in
 * which request. The operations are those whose answer has a patient's fields in the document; each is called so that it
 * tells of somebody. The sandbox's own are left out: its persons are invented, and nobody signs in to call them.
 */

/** Names that only a patient's fields have. */
const patientFields = new Set(["nam", "birthDate", "sex", "homePhone", "mobilePhone", "patientNote", "clinicNote"]);

const told = operations.filter(tellsOfPatients(operations));
const cases = told.flatMap((declared) =>
  declared.actors.map((kind) => ({ declared, kind, operationId: declared.operationId })),
);

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

test("the document names the operations that tell of patients", () => {
  expect(told.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining(["agendas.get", "appointments.create", "citizenAppointments.find", "patients.lookup"]),
  );
  expect(told.length).toBeGreaterThan(14);
  expect(cases.filter(({ kind }) => kind === "operator")).toEqual([]);
});

describe.each(cases)("$operationId, $kind", ({ declared, kind }) => {
  test("leaves a record of who was told, of whom, why and in which request", async () => {
    const one = await prepared(declared, kind);
    const answer = await call(declared, one, { headers: { "x-request-id": one.name } });
    expect([answer.status < 300, peopleIn(answer.body).length > 0]).toEqual([true, true]);
    expect(await complaints(declared, one, answer)).toEqual([]);
  });

  test.runIf(takesDryRun(declared))("a dry run leaves none", async () => {
    const one = await prepared(declared, kind);
    const request = { key: null, headers: { "x-request-id": one.name } };
    const answer = await call(declared, one, request, { dryRun: "true" });
    expect([answer.status < 300, await recordsOf(one.name)]).toEqual([true, []]);
  });
});

describe("what is told again", () => {
  const repeatable = cases.filter(({ declared }) => declared.method === "post" && declared.reads !== true);
  test.each(repeatable)(
    "$operationId, $kind: a stored answer leaves a record of its own",
    async ({ declared, kind }) => {
      const one = await prepared(declared, kind);
      const key = `key-of-${one.name}`;
      const first = await call(declared, one, { key });
      const again = await call(declared, one, { key, headers: { "x-request-id": one.name } });
      expect([again.headers.get("idempotency-replayed"), again.body]).toEqual(["true", first.body]);
      expect(await complaints(declared, one, again)).toEqual([]);
    },
  );

  const conditional = cases.filter(({ declared }) => declared.condition !== undefined && declared.method !== "get");
  test.each(conditional)(
    "$operationId, $kind: so does the current one of a stale condition",
    async ({ declared, kind }) => {
      const one = await prepared(declared, kind);
      const path = `/v1/appointments/${one.world.ids["apt"] ?? ""}`;
      const body = { attendance: "absent" };
      await hub.request("PATCH", path, { as: one.world.tokens.employee, version: 1, body });
      const stale = await call(declared, one, { version: 1, headers: { "x-request-id": one.name } });
      expect([stale.status, peopleIn(stale.body).length > 0]).toEqual([412, true]);
      expect(await complaints(declared, one, stale)).toEqual([]);
    },
  );
});

/** Whatever is asked in the name of a person whom the caller only names: RAMQ's record of them is looked up. */
const inAnothersName = operations.filter(({ actors, example: { body } }) => {
  return actors.includes("nurse") && typeof body === "object" && body !== null && "nam" in body;
});

describe.each(inAnothersName)("$operationId", (declared) => {
  test("leaves a record of whom the nurse looked up; a dry run leaves none", async () => {
    const one = await prepared(declared, "nurse");
    const looked = { actor: one.actor, purpose: declared.operationId, ids: [one.namIndex] };
    if (takesDryRun(declared)) {
      const tried = { key: null, headers: { "x-request-id": `dry-${one.name}` } };
      expect((await call(declared, one, tried, { dryRun: "true" })).status).toBeLessThan(300);
      expect(await lookupsOf(`dry-${one.name}`)).toEqual([]);
    }
    const answer = await call(declared, one, { headers: { "x-request-id": one.name } });
    expect([answer.status < 300, await lookupsOf(one.name)]).toEqual([true, [looked]]);
  });
});

test("what a nurse does in a patient's name is all there", () => {
  expect(inAnothersName.map(({ operationId }) => operationId).sort()).toEqual([
    ...["nurseAppointments.book", "nurseHolds.create", "nurseOpenings.nearest", "nurseOpenings.search"],
  ]);
});

test("what tells of nobody leaves no record", async () => {
  const clinic = await aClinic(hub);
  const empty = { as: clinic.admin.token, headers: { "x-request-id": "of-nobody" } };
  for (const path of ["/v1/appointments", "/v1/agendas?professionalIds=all", `/v1/agendas/${clinic.professionalId}`])
    expect((await hub.request("GET", path, empty)).status).toBe(200);
  const lookedFor = { ...empty, body: { lastName: "Tremblay" } };
  expect((await hub.request("POST", "/v1/appointments/search", lookedFor)).status).toBe(200);
  expect(await recordsOf("of-nobody")).toEqual([]);
});

test("a batch answers ids and versions, and tells of nobody", async () => {
  const { ids, tokens } = await aClinicWorld(hub, "machine");
  const declared = operationOf("appointments.batch");
  expect(told).not.toContain(declared);
  const answer = await hub.request("POST", "/v1/appointments/batch", {
    as: tokens.machine,
    body: [filled(sampleOf(declared), ids).body],
    ndjson: true,
    headers: { "x-request-id": "of-a-batch" },
  });
  expect(peopleIn(answer.body)).toEqual([]);
  expect(await recordsOf("of-a-batch")).toEqual([]);
});

describe("the control", () => {
  /** An operation like appointments.get that forgets the record, or says something else in it. */
  const planted = operation({
    operationId: "planted.get",
    method: "get",
    path: "/v1/planted/{appointmentId}",
    tag: "booking",
    summary: "Read an appointment and say nothing of it",
    actors: ["employee"],
    params: z.object({ appointmentId }),
    status: 200,
    result: appointmentSchema,
    problems: ["NOT_FOUND"],
    example: { result: appointmentExample },
  });

  test("an operation that leaves no record is found by its schema, and complained of", async () => {
    const other = await createTestHub();
    serve(other.hub, planted, async (asked: Call<Employee>, { params }) => ({
      body: await withScope(other.deps.connection, scopeOf(asked), async (tx) => {
        const [found] = await readAppointmentsById(tx, [params.appointmentId], null);
        if (found === undefined) throw new Error("the test has made one");
        return storedBody(other.deps, asked, found);
      }),
    }));
    expect(other.hub.operations.filter(tellsOfPatients(other.hub.operations))).toContain(planted);
    const clinic = await aClinic(other);
    const made = await anAppointment(other, clinic);
    const answer = await other.request("GET", `/v1/planted/${made.appointmentId}`, {
      as: clinic.admin.token,
      headers: { "x-request-id": "planted" },
    });
    const one = { name: "planted", actor: `employee ${clinic.admin.employeeId}`, namIndex: "" };
    expect(await complaints(planted, one, answer, other)).toEqual([
      `planted.get told employee ${clinic.admin.employeeId} of ${made.appointmentId}, and recorded nothing`,
    ]);
    await other.close();
  });
});

/** A caller, and the call of an operation that tells them of somebody. */
interface Prepared {
  name: string;
  actor: string;
  token: string;
  sample: Sample;
  world: ClinicWorld;
  /** Of whom a look-up tells. */
  namIndex: string;
}

let prepares = 0;

async function prepared(declared: Operation, kind: Operation["actors"][number]): Promise<Prepared> {
  if (kind === "operator") throw new Error("RAMQ reads no patient");
  const world = await aClinicWorld(hub, kind);
  const { ids } = world;
  const citizen = await aCitizen(hub);
  const token = kind === "citizen" ? citizen.token : world.tokens[kind];
  const base = filled(sampleOf(declared), ids);
  const sample = await toldOf(declared, base, citizen, world);
  const { body: caller } = await hub.request("GET", "/v1/caller", { as: token });
  const actorId = {
    machine: String(caller["machineId"]),
    employee: String(caller["employeeId"]),
    citizen: hub.deps.secrets.namIndex(citizen.nam),
    nurse: decodeJwt(token).sub ?? "",
  }[kind];
  const name = `${declared.operationId}-${kind}-${String((prepares += 1))}`;
  const namIndex = hub.deps.secrets.namIndex(lookedUp);
  return { name, actor: `${kind} ${actorId}`, token, sample, world, namIndex };
}

const lookedUp = "TREA80561502";
/** The day of the world's appointment. */
const date = "2027-03-10";

/** What the document's example needs to tell of somebody. */
async function toldOf(
  { operationId }: Operation,
  sample: Sample,
  { token, nam }: { token: string; nam: string },
  { ids, tokens: { employee } }: ClinicWorld,
): Promise<Sample> {
  switch (operationId) {
    case "agendas.list":
      return { ...sample, query: { ...sample.query, professionalIds: ids["pro"] ?? "", date } };
    case "agendas.get":
      return { ...sample, query: { ...sample.query, date } };
    case "changes.list":
      return { ...sample, query: { ...sample.query, include: "resource" } };
    case "inbox.lease":
      // Another than its vendor has written it.
      await hub.request("PATCH", `/v1/appointments/${ids["apt"] ?? ""}`, {
        as: employee,
        version: 1,
        body: { attendance: "present" },
      });
      return sample;
    case "patients.lookup":
      await aCitizen(hub, { nam: lookedUp });
      return sample;
    case "citizenAppointments.find":
      await bookAs(token, ids);
      return { ...sample, body: {} };
    case "citizenAppointments.cancel":
    case "citizenAppointments.updateContact": {
      const referenceNumber = await bookAs(token, ids);
      // The document's example of a body is an object.
      return { ...sample, body: { ...(sample.body as object), referenceNumber, nam } };
    }
    default:
      return sample;
  }
}

async function bookAs(token: string, ids: ClinicWorld["ids"]): Promise<string> {
  const { body } = filled(sampleOf(operationOf("citizenAppointments.book")), ids);
  const booked = await hub.request("POST", "/v1/citizen/appointments", { as: token, body });
  expect(booked.status).toBe(201);
  return String(booked.body["referenceNumber"]);
}

function operationOf(operationId: string): Operation {
  const found = operations.find((each) => each.operationId === operationId);
  if (found === undefined) throw new Error(`no ${operationId}`);
  return found;
}

function call(
  declared: Operation,
  { token, sample }: Prepared,
  request: TestRequest = {},
  query: Record<string, string> = {},
): Promise<TestAnswer<unknown>> {
  const url = urlOf(declared, { ...sample, query: { ...sample.query, ...query } });
  return hub.request<unknown>(declared.method.toUpperCase(), url, {
    as: token,
    ...(sample.body === undefined ? {} : { body: sample.body }),
    ...(declared.condition === "required" ? { version: 1 } : {}),
    ...request,
  });
}

interface AccessRecord {
  actor: string;
  purpose: string;
  ids: string[];
}

function recordsOf(requestId: string, of: TestHub = hub): Promise<AccessRecord[]> {
  // Every establishment's: the request alone says which are meant.
  return of.write([], async (tx) => {
    const establishments = await tx.sql<{ id: string }[]>`SELECT establishment_id AS id FROM establishment`;
    await tx.sql`SELECT set_config('app.establishments', ${establishments.map(({ id }) => id).join(",")}, true)`;
    const rows = await tx.sql<AccessRecord[]>`
      SELECT actor_type || ' ' || actor_id AS actor, purpose, object_ids AS ids FROM access_record
      WHERE request_id = ${requestId}`;
    return [...rows];
  });
}

/** Read with the owner's rights: the hub only adds to them. */
function lookupsOf(requestId: string): Promise<AccessRecord[]> {
  return asOwner(hub.database.url, async (sql) => [
    ...(await sql<AccessRecord[]>`
      SELECT actor_type || ' ' || actor_id AS actor, purpose, to_jsonb(ARRAY[nam_index]) AS ids FROM person_lookup
      WHERE request_id = ${requestId}`),
  ]);
}

/** What is wrong with the records of a request that was told of somebody. */
async function complaints(
  { operationId }: Operation,
  { name, actor, namIndex }: Pick<Prepared, "name" | "actor" | "namIndex">,
  { body }: TestAnswer<unknown>,
  of: TestHub = hub,
): Promise<string[]> {
  const whom = peopleIn(body).map((id) => (id === "" ? namIndex : id));
  const said = `${operationId} told ${actor} of ${whom.join()}`;
  const records = await recordsOf(name, of);
  if (records.length === 0) return [`${said}, and recorded nothing`];
  const recorded = records.flatMap(({ ids }) => ids).sort();
  return [
    ...(JSON.stringify(recorded) === JSON.stringify(whom) ? [] : [`${said}, and recorded ${recorded.join()}`]),
    ...records.filter((each) => each.actor !== actor).map((each) => `${said}, and recorded ${each.actor}`),
    ...records.filter((each) => each.purpose !== operationId).map((each) => `${said}, and recorded ${each.purpose}`),
  ];
}

/** The appointments of which an answer tells who the patient is; the empty text for a person without any. */
function peopleIn(value: unknown): string[] {
  return [...new Set(found(value, undefined))].sort();
}

function found(value: unknown, within: string | undefined): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => found(item, within));
  const own = "appointmentId" in value && typeof value.appointmentId === "string" ? value.appointmentId : within;
  const personal = Object.entries(value).some(([name, field]) => patientFields.has(name) && typeof field === "string");
  return [...(personal ? [own ?? ""] : []), ...Object.values(value).flatMap((field) => found(field, own))];
}

/** Whether the answer of an operation has a patient's fields, by the document that these operations make. */
function tellsOfPatients(of: readonly Operation[]): (declared: Operation) => boolean {
  const document = createDocument(of, "public", "http://127.0.0.1:4700");
  return ({ path, method, tag }) => {
    if (tag === "sandbox") return false;
    const responses = Object.entries(document.paths[path]?.[method]?.responses ?? {});
    return responses
      .filter(([status]) => status.startsWith("2"))
      .flatMap(([, { content }]) => Object.values(content ?? {}))
      .some((media) =>
        fieldsOf(document, media["x-arrimage-line"] ?? media.schema).some((name) => patientFields.has(name)),
      );
  };
}

function fieldsOf(document: Document, schema: unknown, seen: readonly string[] = []): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  // JSON Schema (document.test.ts holds the document to it), of which three keywords are looked at.
  const node = schema as Record<string, unknown>;
  if (typeof node["$ref"] === "string") {
    const name = node["$ref"].split("/").at(-1) ?? "";
    const { schemas } = document["components"] as { schemas: Record<string, unknown> };
    return seen.includes(name) ? [] : fieldsOf(document, schemas[name], [...seen, name]);
  }
  const properties = (node["properties"] ?? {}) as Record<string, unknown>;
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((keyword) => (node[keyword] ?? []) as unknown[]);
  const below = [...Object.values(properties), ...parts, node["items"]];
  return [...Object.keys(properties), ...below.flatMap((each) => fieldsOf(document, each, seen))];
}
